//! Verdicts in words: what was found, why, and what to do.

use downhill::health::{Detector, Finding, Severity, Verdict};
use downhill::rules::ScalingMethod;
use downhill::{Fault, Real};
use serde::Serialize;
use serde_json::Value;

use crate::data::columns::Target;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::train::history::Epoch;
use crate::train::plan::Plan;

/// A verdict as `--json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct VerdictMessage {
    pub(crate) kind: &'static str,
    pub(crate) severity: Severity,
    pub(crate) step: u64,
    /// The numbers that it rests on, by name.
    pub(crate) evidence: Value,
    /// Finding, in words.
    pub(crate) finding: String,
    /// The likely cause, and the cure.
    pub(crate) advice: String,
    #[serde(skip)]
    rank: u8,
}

/// Subject of verdicts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The features' names.
    pub(crate) features: &'a [String],
    /// Columns that are predicted.
    pub(crate) target: &'a Target,
    /// The learning rate that was asked for.
    pub(crate) rate: f64,
    /// Mean weight of a row.
    pub(crate) weight: f64,
    /// Loss that is minimized.
    pub(crate) loss: LossSpec,
    /// Model that is fitted.
    pub(crate) model: ModelSpec,
    /// True where its features are scaled to lie between 0 and 1, as their powers then do.
    pub(crate) bounded: bool,
}

impl<'a> Subject<'a> {
    /// Subject of the verdicts on a fit.
    pub(crate) fn of<T: Real>(plan: &'a Plan<T>) -> Self {
        Self {
            features: &plan.data.features,
            target: &plan.data.target,
            rate: plan.rate,
            weight: plan.mean_weight,
            loss: plan.task.loss,
            model: plan.task.model,
            bounded: plan.recipe.rules.scaling.method == ScalingMethod::MinMax,
        }
    }
}

impl VerdictMessage {
    /// A verdict in words.
    pub(crate) fn new(verdict: &Verdict, subject: Subject<'_>) -> Self {
        let finding = &verdict.finding;
        let evidence = match serde_json::to_value(finding) {
            // Kind and fields, or the kind alone.
            Ok(Value::Object(fields)) => fields.into_iter().next().map(|(_, fields)| fields),
            _ => None,
        };
        Self {
            kind: finding.name(),
            severity: verdict.severity,
            step: verdict.step,
            evidence: evidence.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            finding: match *finding {
                Finding::RolledBack { to } if to == verdict.step => {
                    "drawn anew, at a lower rate".into()
                }
                _ => found(finding, subject),
            },
            advice: advice(finding, subject),
            rank: rank(verdict),
        }
    }

    /// Verdict of the last steps alone, whose loss is not that of all rows.
    pub(crate) fn of_late(mut self) -> Self {
        if let Some(evidence) = self.evidence.as_object_mut()
            && let Some(loss) = evidence.remove("loss")
        {
            evidence.insert("recent_loss".into(), loss);
            self.finding = self.finding.replace("loss of", "recent loss of");
        }
        self
    }

    /// True where it only tells how far the fit has come.
    pub(crate) fn is_progress(&self) -> bool {
        matches!(self.kind, "converging" | "converged" | "plateau")
    }

    /// One line.
    pub(crate) fn line(&self) -> String {
        format!("step {}: {}", self.step, self.finding)
    }

    /// All of it.
    pub(crate) fn sentence(&self) -> String {
        format!("{}. {}", self.finding, self.advice)
    }
}

/// The mean weight of rows above which their weights are to blame for steps that are too large.
const HEAVY: f64 = 10.0;
/// The degree above which powers of a few standard deviations leave no rate that is of use.
const STEEP: u16 = 6;
/// Units of a layer up to which twice as many are advised.
const WIDE: u16 = 256;
/// The learning rate above which a tenth of it is no cure either.
const FAR_OUT: f64 = 100.0;

/// The verdict that matters most: the last one of the highest rank. How far the fit had come on its
/// way no longer matters at its end.
pub(crate) fn that_matters(told: &[VerdictMessage]) -> Option<&VerdictMessage> {
    let (last, way) = told.split_last()?;
    let way = way.iter().filter(|told| !told.is_progress());
    way.chain([last]).max_by_key(|told| told.rank)
}

/// Sees what has become of overfitting by the end: takes its weight off where a later epoch, or
/// going back to the best one, has put it right, and else has it say how far it has gone. Where the
/// loss of the training rows has not fallen either, or is no less than that of the validation rows,
/// there was none.
pub(crate) fn settle(told: &mut Vec<VerdictMessage>, history: &[Epoch], best_epoch: Option<u32>) {
    let validation = |epoch: &Epoch| epoch.validation.unwrap_or(f64::INFINITY);
    let least = |a: &&Epoch, b: &&Epoch| validation(a).total_cmp(&validation(b));
    let (Some(best), Some(last)) = (history.iter().min_by(least), history.last()) else {
        return;
    };
    // An epoch's loss is taken on its way, so the next one's is that of where it has come to.
    let next = history.get(best.epoch as usize).unwrap_or(last);
    if last.train > 0.95 * next.train || validation(last) <= last.train {
        told.retain(|told| told.kind != "overfitting");
    }
    let ratio = validation(last) / validation(best);
    let over = best_epoch.is_some() || ratio.is_nan() || ratio < 1.05;
    for told in told.iter_mut().filter(|told| told.kind == "overfitting") {
        if over {
            told.rank = 0;
        } else if let Some(since) = told.evidence["since"].as_u64() {
            told.finding = overfitting(since, ratio as f32);
            told.evidence["ratio"] = (ratio as f32).into();
        }
    }
}

fn overfitting(since: u64, ratio: f32) -> String {
    format!(
        "overfitting: since step {since} the validation loss has risen to {} times its best",
        short(ratio)
    )
}

/// Rank of a verdict at the end of a fit.
fn rank(verdict: &Verdict) -> u8 {
    match verdict.finding {
        _ if verdict.severity == Severity::Failure => 9,
        Finding::WrongLoss { .. } => 7,
        Finding::LossMetricMismatch { .. } => 6,
        Finding::Overfitting { .. } => 5,
        Finding::Underfitting { .. } => 4,
        Finding::Converged { .. } | Finding::Converging { .. } => 3,
        _ => 1,
    }
}

/// Three significant digits.
fn short(number: f32) -> String {
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

fn found(finding: &Finding, subject: Subject<'_>) -> String {
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
            "diverging: the loss is {} times that of always guessing the same",
            short(ratio)
        ),
        Finding::ExplodingGradient { ratio } => {
            format!(
                "the gradient explodes: it is {} times as large as at first",
                short(ratio)
            )
        }
        Finding::VanishingGradient { layer, ratio } => format!(
            "the gradient vanishes: layer {} gets {} of what the last one gets",
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
        Finding::Converged { loss } => format!("converged at a loss of {}", short(loss)),
        Finding::Plateau { ratio } => format!(
            "plateau: the loss stays at {} times that of always guessing the same",
            short(ratio)
        ),
        Finding::Oscillating { cosine } => format!(
            "oscillating: each step undoes the one before (cosine {})",
            short(cosine)
        ),
        Finding::SaddleSuspected { ratio: 0.0 } => {
            "a saddle, it seems: steps lead nowhere, and the loss is no better".into()
        }
        Finding::SaddleSuspected { ratio } => format!(
            "a saddle, it seems: steps are {} of what they were, and the loss is no better",
            short(ratio)
        ),
        Finding::Overfitting { since, ratio } => overfitting(since, ratio),
        Finding::Underfitting { ratio } => format!(
            "underfitting: the loss is {} times that of always guessing the same",
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
            "{} and {} say the same (correlation {})",
            name(a),
            name(b),
            // Three digits would make a one of it.
            (f64::from(correlation) * 1e5).round() / 1e5
        ),
        Finding::ClassImbalance { ratio } => {
            format!("one class is {} times as frequent as another", short(ratio))
        }
        Finding::LossMetricMismatch { loss, errors } => format!(
            "the loss is {} times that of always guessing the same, the errors {} times",
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
                Detector::Ewma => "the moving average",
                Detector::Adwin => "ADWIN",
            };
            format!("drift, says {detector}: the losses are no longer what they were")
        }
        Finding::RolledBack { to } => {
            format!("put back to the parameters of step {to}, at a lower rate")
        }
        Finding::Perturbed => "the parameters were moved a little, at random".into(),
        ref other => other.to_string(),
    }
}

/// The likely cause, and the cure.
fn advice(finding: &Finding, subject: Subject<'_>) -> String {
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
            "Saturated units pass next to nothing on: use `relu` or `tanh`, fewer layers, scaled \
             features"
        }
        Finding::DeadUnits { .. } => {
            "Units that are off for every sample never come back: use `leaky_relu`, a lower \
             `--lr`, scaled features"
        }
        Finding::Converging { .. } => "More `--epochs`, or a larger `--lr`, would bring it further",
        Finding::Converged { .. } => "Loss no longer improving",
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
                "Either these features say nothing about the target, or the model cannot use \
                 them: try others,{} or another `--lr`",
                larger.unwrap_or_default()
            );
        }
        Finding::SaddleSuspected { .. } => {
            "Start elsewhere with another `--seed` or `--restarts`, or let it be moved with \
             `--recover`"
        }
        Finding::Overfitting { .. } => {
            "The model learns the rows by heart: stop early with `--patience 10`, penalize with \
             `--l2 0.001`, use a smaller model or more rows"
        }
        Finding::Underfitting { .. } => {
            let larger = larger(subject.model);
            let larger = larger.map(|model| format!(" a larger one (`--model {model}`),"));
            return format!(
                "The model makes little of these features: try{} more `--epochs`, or other \
                 features",
                larger.unwrap_or_default()
            );
        }
        Finding::UnscaledFeature { .. } => {
            "It drowns the others and bounds the learning rate: use `--scaler standard`"
        }
        Finding::DeadFeature { .. } => "It teaches nothing: leave it out of `--features`",
        Finding::CollinearFeatures { .. } => {
            "Their parameters cannot be told apart: leave one out, or add `--l2 0.001`"
        }
        Finding::ClassImbalance { .. } => {
            "Accuracy says little here: weigh with `--class-weight balanced`, or choose a \
             `--threshold`, and look at recall and precision"
        }
        Finding::LossMetricMismatch { .. } => {
            "What is minimized is not what is counted: choose a `--threshold`, weigh the classes \
             with `--class-weight`, or use another `--loss`"
        }
        Finding::WrongLoss { .. } => {
            "An amount between two classes means nothing: use `--loss cross_entropy`"
        }
        Finding::LearningRateTooHigh { suggested, .. } => {
            return format!("Try `--lr {}`, or `--lr auto`", short(suggested));
        }
        Finding::LearningRateTooLow { suggested, .. } => {
            return format!(
                "It was still falling: try more `--epochs`, or `--lr {}`",
                short(suggested)
            );
        }
        Finding::Drift { .. } => "The schedule begins anew, so that the fit can follow",
        Finding::RolledBack { .. } => "A fit that recovers wants a lower `--lr` from the start",
        Finding::Perturbed => "A saddle is left by any small push",
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
