//! Findings in words, with their evidence.

use downhill::Fault;
use downhill::health::{Detector, Finding};

use super::subject::Subject;

/// A finding in words.
pub(super) fn in_words(finding: &Finding, subject: &Subject<'_>) -> String {
    let name = |index: u16| match subject.features.get(usize::from(index)) {
        Some(name) => format!("`{name}`"),
        None => format!("feature {index}"),
    };
    match *finding {
        Finding::NonFinite { fault, sample } => {
            let what = match fault {
                Fault::Feature { index } => format!("{} is not finite", name(index)),
                Fault::Target { .. } => format!("{} is not one the loss accepts", subject.target),
                fault => fault.to_string(),
            };
            format!("sample {sample} was refused: {what}")
        }
        Finding::Diverging { ratio } => format!(
            "diverging: the loss is {} times that of a constant guess",
            short(ratio)
        ),
        Finding::ExplodingGradient { ratio } => {
            format!(
                "exploding gradient: its norm is {} times that of the first updates",
                short(ratio)
            )
        }
        Finding::VanishingGradient { layer, ratio } => format!(
            "vanishing gradient: that of layer {} is {} of the last layer's",
            layer + 1,
            short(ratio)
        ),
        Finding::DeadUnits { layer, share } => {
            format!(
                "{} of the units in layer {} are dead",
                percent(share),
                layer + 1
            )
        }
        Finding::Converging { loss } => {
            format!("converging: the loss of {} still falls", short(loss))
        }
        Finding::Converged { loss } => {
            format!("converged: the loss of {} no longer falls", short(loss))
        }
        Finding::Plateau { ratio } => format!(
            "plateau: the loss stays at {} times that of a constant guess",
            short(ratio)
        ),
        Finding::Oscillating { cosine } => format!(
            "oscillating: each step undoes the one before (cosine {})",
            short(cosine)
        ),
        Finding::SaddleSuspected { ratio: 0.0 } => {
            "saddle suspected: steps are 0, and the loss is no better than at first".into()
        }
        Finding::SaddleSuspected { ratio } => format!(
            "saddle suspected: steps are {} of the first ones, and the loss is no better than at first",
            short(ratio)
        ),
        Finding::Overfitting { since, ratio } => overfitting(since, ratio),
        Finding::Underfitting { ratio } => format!(
            "underfitting: the loss is {} times that of a constant guess",
            short(ratio)
        ),
        Finding::UnscaledFeature { index, ratio } => {
            format!(
                "{} is {} times as large as another feature",
                name(index),
                short(ratio)
            )
        }
        Finding::DeadFeature { index } => format!("{} never changes", name(index)),
        Finding::CollinearFeatures { a, b, correlation } => format!(
            "{} and {} are collinear (correlation {})",
            name(a),
            name(b),
            // Three digits would make a one of it.
            (f64::from(correlation) * 1e5).round() / 1e5
        ),
        Finding::ClassImbalance { ratio } => {
            format!("one class is {} times as frequent as another", short(ratio))
        }
        Finding::LossMetricMismatch { loss, errors } => format!(
            "the loss is {} times that of a constant guess, the number of errors {} times",
            short(loss),
            short(errors)
        ),
        Finding::WrongLoss { largest } => format!(
            "{} looks like classes 0 to {largest}, and the loss is one of amounts",
            subject.target
        ),
        Finding::LearningRateTooHigh { rate, .. } => {
            format!("the learning rate of {} is too high", short(rate))
        }
        Finding::LearningRateTooLow { rate, .. } => {
            format!(
                "the learning rate of {} is too low for so few steps",
                short(rate)
            )
        }
        Finding::Drift { detector } => {
            let detector = match detector {
                Detector::PageHinkley => "the Page-Hinkley test",
                Detector::Ddm => "DDM",
                Detector::Ewma => "the EWMA chart",
                Detector::Adwin => "ADWIN",
            };
            format!("drift: {detector} finds a lasting rise of the loss")
        }
        Finding::RolledBack { to } => {
            format!("rolled back to the parameters of step {to}, at a lower learning rate")
        }
        Finding::Perturbed => "parameters perturbed at random".into(),
        ref other => other.to_string(),
    }
}

/// That the validation loss has risen to `ratio` times its best, at step `since`.
pub(super) fn overfitting(since: u64, ratio: f32) -> String {
    format!(
        "overfitting: since step {since} the validation loss has risen to {} times its best",
        short(ratio)
    )
}

/// Three significant digits.
pub(super) fn short(number: f32) -> String {
    let number = f64::from(number);
    match format!("{number:.2e}").parse::<f64>() {
        Ok(rounded) if (1e-4..1e6).contains(&rounded.abs()) || rounded == 0.0 => {
            rounded.to_string()
        }
        Ok(rounded) if rounded.is_finite() => format!("{rounded:e}"),
        _ => number.to_string(),
    }
}

/// A share as a percentage.
fn percent(share: f32) -> String {
    format!("{}%", short(share * 100.0))
}
