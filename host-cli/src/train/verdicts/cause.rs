//! The likely cause of a finding, and its cures.

use downhill::Fault;
use downhill::health::Finding;

use super::advice::{Advice, Named, digits};
use super::cure::Cure;
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
pub(super) fn advice(finding: &Finding, subject: &Subject<'_>) -> Advice {
    match *finding {
        Finding::NonFinite { .. } | Finding::Diverging { .. } if subject.recovers => {
            Advice::none("The fit goes on from a state that was well, at a lower rate")
        }
        Finding::NonFinite { fault, .. } => match fault {
            Fault::Feature { .. } | Fault::Target { .. } | Fault::Weight => recover(
                "Mark what is missing with `--missing-value`, or skip such samples with {}",
                subject,
            ),
            _ => too_high(subject),
        },
        Finding::Diverging { .. } => too_high(subject),
        Finding::ExplodingGradient { .. } => {
            let clip = Named::by(Cure::ClipNorm, "--clip-norm 1");
            Advice::any("Features jump, or the net is deep: use {}", vec![clip])
        }
        Finding::VanishingGradient { .. } => {
            let mut cures = Vec::new();
            cures.extend(other_units(subject, "tanh"));
            cures.extend(scale(subject));
            Advice::any(
                "Saturated units pass on hardly any gradient, and fewer layers lose less of it: use \
                 {}",
                cures,
            )
        }
        Finding::DeadUnits { .. } if subject.recovers && subject.lower_rate.is_none() => {
            Advice::none("The fit begins anew, at a lower rate")
        }
        Finding::DeadUnits { .. } => {
            let cures = match subject.lower_rate {
                Some(_) => vec![lower_rate(subject)],
                None => { scale(subject).into_iter() }
                    .chain(other_units(subject, "leaky_relu"))
                    .collect(),
            };
            Advice::any(
                "Units that are inactive for every sample do not recover: use {}",
                cures,
            )
        }
        // How a fit has ended is said by `ending`, which knows what was tried.
        Finding::Converging { .. } => Advice::none("The loss falls"),
        Finding::Converged { .. } => Advice::none("More `--epochs` would change little"),
        Finding::Oscillating { .. } => lower(subject),
        Finding::SaddleSuspected { .. }
        | Finding::Plateau { .. }
        | Finding::Underfitting { .. }
        | Finding::LearningRateTooLow { .. }
            if subject.loss.is_flat() =>
        {
            let name = subject.loss.to_string();
            let name = name.split(':').next().unwrap_or_default();
            let wider = Named::by(Cure::WiderLoss, format!("--loss {name}"));
            let text = format!(
                "`--loss {}` takes nearly every error for an outlier, and its slopes are next to \
                 nothing: choose a number in the size of the errors that are to count in full, or \
                 {{}}",
                subject.loss
            );
            Advice::any(&text, vec![wider])
        }
        Finding::Plateau { .. } => Advice::any(
            "Either these features carry no information about the target, or the model cannot use \
             it: try others, {}",
            larger_model(subject),
        ),
        Finding::SaddleSuspected { .. } => {
            let cures = match subject.recovers {
                true => Vec::new(),
                false => vec![Named::by(Cure::Recover, "--recover")],
            };
            Advice::any(
                "No direction leads down from here: let it be perturbed, {}",
                cures,
            )
        }
        // At the end trials tell what is to blame, and what helps.
        Finding::Overfitting { .. } => Advice::none(
            "What it learns since holds for the training rows alone: use more rows, or stop there",
        ),
        Finding::Underfitting { .. } => {
            let text = "The model fits little of the target from these features: try other \
                        features, or a larger model such as {}";
            Advice::any(text, larger_model(subject))
        }
        Finding::UnscaledFeature { .. } => Advice::any(
            "It dominates the other features and limits the learning rate: use {}",
            vec![Named::by(Cure::Scale, "--scaler standard")],
        ),
        Finding::DeadFeature { index } => Advice::any(
            &format!("It carries no information: {}, {{}}", leave_out(subject)),
            subject.without(&[index]).into_iter().collect(),
        ),
        Finding::CollinearFeatures { b, correlation, .. } if correlation.abs() >= 1.0 => {
            let text = format!(
                "One tells nothing that the other does not, and their parameters cannot be told \
                 apart: {}, {{}}",
                leave_out(subject)
            );
            Advice::any(&text, subject.without(&[b]).into_iter().collect())
        }
        // What little they differ by may be what tells the target.
        Finding::CollinearFeatures { .. } => Advice::none(
            "Their parameters are uncertain, though the predictions are not: read neither alone",
        ),
        Finding::ClassImbalance { .. } => match subject.threshold() {
            Some(threshold) if !subject.has_threshold => Advice::any(
                "Accuracy says little here: look at recall and precision, and choose a threshold by \
                 {}",
                vec![threshold],
            ),
            _ => Advice::none("Accuracy says little here: look at recall and precision"),
        },
        Finding::LossMetricMismatch { .. } => match subject.threshold() {
            None => Advice::none(
                "Minimizing this loss does not reduce the errors: look at the confusion of classes",
            ),
            Some(threshold) => Advice::any(
                "Minimizing this loss does not reduce the errors at this threshold: choose it by {}",
                vec![threshold],
            ),
        },
        Finding::WrongLoss { largest } => Advice::any(
            "A number between two classes has no meaning: use {}",
            vec![Named {
                cure: Cure::ClassLoss.name(),
                options: class_loss(subject, largest),
            }],
        ),
        Finding::LearningRateTooHigh { suggested, .. } => {
            let suggested = subject.lower_rate.unwrap_or(suggested.into());
            let suggested = format!("--lr {}", digits(suggested));
            let mut cures: Vec<Named> = tried_scaling(subject).into_iter().collect();
            cures.push(Named::by(Cure::LowerRate, suggested));
            cures.extend(search(subject));
            Advice::any("Try {}", cures)
        }
        Finding::LearningRateTooLow { suggested, .. } => {
            let mut cures = vec![Named::by(
                Cure::HigherRate,
                format!("--lr {}", digits(suggested.into())),
            )];
            cures.extend(search(subject));
            Advice::any("The loss was still falling: try {}", cures)
        }
        Finding::Drift { .. } => {
            Advice::none("The schedule is restarted, so that the fit can follow")
        }
        Finding::RolledBack { .. } => Advice::none("Start with a lower rate"),
        Finding::Perturbed => Advice::none("A small perturbation leaves a saddle"),
        _ => Advice::none(""),
    }
}

/// A model that can make more of the same features; none of one that is wide enough, or that was
/// chosen for its form.
pub(crate) fn larger(model: ModelSpec) -> Option<ModelSpec> {
    if model.is_of_itself() || model.formula().is_some() {
        return None;
    }
    let larger = model.twice_as_wide();
    match larger.widths() {
        Some(mut widths) => widths.all(|width| width <= WIDE).then_some(larger),
        None => Some(ModelSpec::usual("mlp:16")),
    }
}

/// The larger model that has been tried with success.
fn larger_model(subject: &Subject<'_>) -> Vec<Named> {
    let named = |larger| {
        let name = match larger {
            ModelSpec { .. } if larger == ModelSpec::usual("mlp:16") => "mlp:16".into(),
            _ => larger.to_string(),
        };
        Named::by(Cure::LargerModel, format!("--model {name}"))
    };
    subject.larger_model.map(named).into_iter().collect()
}

/// The same model with units of another kind.
fn other_units(subject: &Subject<'_>, units: &str) -> Option<Named> {
    let model = subject.model;
    model.widths().is_some().then_some(())?;
    let name = model.to_string();
    let (layers, own) = name.rsplit_once(':')?;
    (own != units).then(|| Named::by(Cure::OtherUnits, format!("--model {layers}:{units}")))
}

/// The standard scaler, where there is none.
fn scale(subject: &Subject<'_>) -> Option<Named> {
    (!subject.scaled && !subject.is_formula).then(|| Named::by(Cure::Scale, "--scaler standard"))
}

/// The standard scaler, where a trial has shown that it helps.
fn tried_scaling(subject: &Subject<'_>) -> Option<Named> {
    scale(subject).filter(|_| subject.scaling_helps)
}

/// To leave out what tells nothing of its own.
pub(super) fn leave_out(subject: &Subject<'_>) -> &'static str {
    match subject.useless {
        [] | [_] => "leave one out",
        _ => "leave out all such columns at once",
    }
}

/// A search for the rate, unless that is what has been done, or features of unlike sizes leave none
/// to be found.
fn search(subject: &Subject<'_>) -> Option<Named> {
    let has_one = subject.scaled || subject.is_formula;
    (!subject.rate_searched && has_one).then(|| Named::by(Cure::SearchRate, "--lr auto"))
}

fn recover(text: &str, subject: &Subject<'_>) -> Advice {
    match subject.recovers {
        true => Advice::none("Mark what is missing with `--missing-value`"),
        false => Advice::any(text, vec![Named::by(Cure::Recover, "--recover")]),
    }
}

/// The loss of classes, and the model that takes it where the present one does not.
fn class_loss(subject: &Subject<'_>, largest: u8) -> Vec<String> {
    let model = match largest {
        _ if subject.model.is_classifier() != Some(false) => None,
        1 => Some("--model logistic"),
        _ => Some("--model softmax"),
    };
    let options = ["--loss cross_entropy"].into_iter().chain(model);
    options.map(String::from).collect()
}

/// Advice about steps that are too large.
pub(crate) fn too_high(subject: &Subject<'_>) -> Advice {
    match subject.model.degree() {
        Some(degree) if degree > STEEP && !subject.bounded && subject.rate <= FAR_OUT => {
            let text = format!(
                "Powers of degree {degree} are likely too large for any `--lr`: try a lower degree, \
                 {{}}"
            );
            let cures = vec![
                Named::by(Cure::LowerDegree, "--model polynomial:2"),
                Named::by(Cure::Bound, "--scaler minmax"),
            ];
            Advice::any(&text, cures)
        }
        _ => lower(subject),
    }
}

/// A learning rate at which a trial has not failed, or a tenth of the present one.
fn lower_rate(subject: &Subject<'_>) -> Named {
    let rate = digits(subject.lower_rate.unwrap_or(subject.rate / 10.0));
    Named::by(Cure::LowerRate, format!("--lr {rate}"))
}

/// Advice about a learning rate that is too high.
fn lower(subject: &Subject<'_>) -> Advice {
    if let Some(far) = subject.far_rows {
        let advice = Advice::of_outliers(far.lines.len(), far.cures);
        return Advice {
            text: format!("{}. {}", far.words, advice.text),
            ..advice
        };
    }
    let Subject { rate, weight, .. } = *subject;
    let search = search(subject);
    let is_far_out = rate > FAR_OUT && subject.lower_rate.is_none() && search.is_some();
    let scale = tried_scaling(subject);
    let is_unscaled = scale.is_some();
    let is_tried = subject.lower_rate.is_some() || !is_unscaled;
    let lower = (!is_far_out && is_tried).then(|| lower_rate(subject));
    let cures = scale.into_iter().chain(lower).chain(search).collect();
    let text = match weight > HEAVY {
        true => format!(
            "A row weighs {} in the mean, and steps grow with that: divide the weights by it, or try \
             {{}}",
            digits(weight)
        ),
        false => format!(
            "{}he learning rate of {} is likely too high: {} {{}}",
            match is_unscaled {
                true => "The features are not scaled, and for them t",
                false => "T",
            },
            digits(rate),
            if is_far_out { "use" } else { "try" }
        ),
    };
    Advice::any(&text, cures)
}
