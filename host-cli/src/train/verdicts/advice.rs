//! Advice on a finding: the likely cause, and the cure.

use downhill::Fault;
use downhill::health::Finding;

use super::finding::short;
use super::subject::Subject;
use crate::options::spec::ModelSpec;

/// The mean weight of rows above which their weights are to blame for steps that are too large.
const HEAVY: f64 = 10.0;
/// The degree above which powers of a few standard deviations leave no rate that is of use.
const STEEP: u16 = 6;
/// Units of a layer up to which twice as many are advised.
const WIDE: u16 = 256;
/// The learning rate above which a tenth of it is no cure either.
const FAR_OUT: f64 = 100.0;

/// The likely cause, and the cure.
pub(super) fn advice(finding: &Finding, subject: Subject<'_>) -> String {
    let text = match *finding {
        Finding::NonFinite { fault, .. } => match fault {
            Fault::Feature { .. } | Fault::Target { .. } | Fault::Weight => {
                "Mark what is missing with `--missing-value`, or skip such samples with `--recover`"
            }
            _ => return too_high(subject),
        },
        Finding::Diverging { .. } => return too_high(subject),
        Finding::ExplodingGradient { .. } => {
            "Limit the gradient with `--clip-norm 1`, and scale the features (`--scaler standard`)"
        }
        Finding::VanishingGradient { .. } => {
            "Saturated units pass on hardly any gradient: use `relu` or `tanh`, fewer layers, scaled \
             features"
        }
        Finding::DeadUnits { .. } => {
            "Units that are inactive for every sample do not recover: use `leaky_relu`, a lower \
             `--lr`, scaled features"
        }
        Finding::Converging { .. } => "More `--epochs`, or a larger `--lr`, would lower it further",
        Finding::Converged { .. } => "More `--epochs` would change little",
        Finding::Oscillating { .. } => return lower(subject),
        Finding::SaddleSuspected { .. }
        | Finding::Plateau { .. }
        | Finding::Underfitting { .. }
        | Finding::LearningRateTooLow { .. }
            if subject.loss.is_flat() =>
        {
            return format!(
                "`--loss {}` takes nearly every error for an outlier, and its slopes are next to \
                 nothing: choose a number in the size of the errors that are to count in full",
                subject.loss
            );
        }
        Finding::Plateau { .. } => {
            let larger = larger(subject.model);
            let larger = larger.map(|model| format!(" a larger model (`--model {model}`),"));
            return format!(
                "Either these features carry no information about the target, or the model cannot \
                 use it: try others,{} or another `--lr`",
                larger.unwrap_or_default()
            );
        }
        Finding::SaddleSuspected { .. } => {
            "Start elsewhere with another `--seed` or `--restarts`, or allow perturbation with \
             `--recover`"
        }
        Finding::Overfitting { .. } => {
            "The model memorizes its training rows: stop early with `--patience 10`, penalize with \
             `--l2 0.001`, use a smaller model or more rows"
        }
        Finding::Underfitting { .. } => {
            let larger = larger(subject.model);
            let larger = larger.map(|model| format!(" a larger one (`--model {model}`),"));
            return format!(
                "The model fits little of the target from these features: try{} more `--epochs`, or \
                 other features",
                larger.unwrap_or_default()
            );
        }
        Finding::UnscaledFeature { .. } => {
            "It dominates the other features and limits the learning rate: use `--scaler standard`"
        }
        Finding::DeadFeature { .. } => "It carries no information: leave it out of `--features`",
        Finding::CollinearFeatures { .. } => {
            "Their parameters cannot be told apart: leave one out, or add `--l2 0.001`"
        }
        Finding::ClassImbalance { .. } => {
            "Accuracy says little here: weigh with `--class-weight balanced`, or choose a \
             `--threshold`, and look at recall and precision"
        }
        Finding::LossMetricMismatch { .. } => {
            "Minimizing this loss does not reduce the errors: choose a `--threshold`, weigh the \
             classes with `--class-weight`, or use another `--loss`"
        }
        Finding::WrongLoss { .. } => {
            "A number between two classes has no meaning: use `--loss cross_entropy`"
        }
        Finding::LearningRateTooHigh { suggested, .. } => {
            return format!("Try `--lr {}`, or `--lr auto`", short(suggested));
        }
        Finding::LearningRateTooLow { suggested, .. } => {
            return format!(
                "The loss was still falling: try more `--epochs`, or `--lr {}`",
                short(suggested)
            );
        }
        Finding::Drift { .. } => "The schedule is restarted, so that the fit can follow",
        Finding::RolledBack { .. } => "Start with a lower `--lr`",
        Finding::Perturbed => "A small perturbation leaves a saddle",
        _ => "",
    };
    text.into()
}

/// A model that can make more of the same features; none of one that is wide enough, or that was
/// chosen for its form.
fn larger(model: ModelSpec) -> Option<String> {
    if model.is_of_itself() || model.formula().is_some() {
        return None;
    }
    let larger = model.twice_as_wide();
    match larger.widths() {
        Some(mut widths) => widths
            .all(|width| width <= WIDE)
            .then(|| larger.to_string()),
        None => Some("mlp:16".into()),
    }
}

/// Advice about steps that are too large.
pub(crate) fn too_high(subject: Subject<'_>) -> String {
    match subject.model.degree() {
        Some(degree) if degree > STEEP && !subject.bounded && subject.rate <= FAR_OUT => {
            format!(
                "Powers of degree {degree} are likely too large for any `--lr`: try a lower degree \
                 (`--model polynomial:2`), or `--scaler minmax`"
            )
        }
        _ => lower(subject),
    }
}

/// Advice about a learning rate that is too high.
fn lower(subject: Subject<'_>) -> String {
    let Subject { rate, weight, .. } = subject;
    // In three digits, for a tenth of 0.7 is 0.06999….
    let lower = format!("{:.2e}", rate / 10.0)
        .parse()
        .unwrap_or(rate / 10.0);
    match weight > HEAVY {
        true => format!(
            "A row weighs {} in the mean, and steps grow with that: divide the weights by it, or \
             try `--lr {lower}`",
            short(weight as f32)
        ),
        false if rate > FAR_OUT => format!(
            "The learning rate of {} is far too high: use `--lr auto`",
            short(rate as f32)
        ),
        false => format!(
            "The learning rate of {rate} is likely too high: try `--lr {lower}`, or `--lr auto`"
        ),
    }
}
