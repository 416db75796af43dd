//! Few rows that make most of a loss.

use downhill::Real;
use downhill_tables::shown_line;
use serde_json::json;

use crate::data::columns::TargetKind;
use crate::data::samples::Sample;
use crate::evaluate::assessor::Assessor;
use crate::model::trainer::{HostFit, HostTrainer};
use crate::options::spec::{LossSpec, ModelSpec};
use crate::support::format::counted;
use crate::train::plan::{Cures, FarRows, Plan};
use crate::train::trial;
use crate::train::verdicts::{Advice, VerdictMessage};

/// Most rows that are few, as a share of all.
const FEW: f64 = 0.05;
/// Rows below which none is told from the others.
const LEAST: usize = 10;
/// Share of the sum of squares that they make, and the size of their errors in units of the median.
const TRAINING: [f64; 2] = [0.5, 8.0];
/// The same of rows that are named without a trial.
const VALIDATION: [f64; 2] = [0.9, 30.0];
/// Median error of a trial, relative to the fit's, below which its loss helps.
const HELPS: f64 = 0.8;
/// Scale of a robust loss of least squares, in units of the median error.
const SCALE: f64 = 1.5;
/// Most lines that are named.
const NAMED: usize = 3;

/// Few training rows that make most of the loss, told, with the losses that a trial has shown to
/// help.
pub(crate) fn of<T: Real>(plan: &mut Plan<T>, fit: &mut HostFit<T>) -> Option<VerdictMessage> {
    let far = {
        let found = Errors::of(plan.data.training(), &mut fit.trainer)?;
        (
            found.far(TRAINING)?,
            Errors::of(plan.data.measured(), &mut fit.trainer)?,
        )
    };
    tried(plan, far).map(|far| told(&far))
}

/// Few training rows that lie far from the others, for a fit that has not come to its end.
pub(crate) fn of_targets<T: Real>(plan: &mut Plan<T>) -> Option<FarRows> {
    let far = Errors::around_training_median(plan)?.far(TRAINING)?;
    let own = Errors::around_median(plan)?;
    tried(plan, (far, own))
}

/// Few validation rows that make most of their loss, in words and with what to do.
pub(crate) fn of_validation<T: Real>(
    plan: &Plan<T>,
    fit: &mut HostFit<T>,
) -> Option<(String, Advice)> {
    if plan.task.kind != TargetKind::Number || plan.task.targets != 1 {
        return None;
    }
    let rows = plan.data.samples.of(&plan.data.split.validation);
    let far = Errors::of(rows, &mut fit.trainer)?.far(VALIDATION)?;
    let advice = Advice::of_outliers(far.lines.len(), Cures::Correct);
    Some((far.words(plan, "validation row"), advice))
}

/// Rows far out in words, where the absolute error is of use instead of a fit with these errors.
fn tried<T: Real>(plan: &mut Plan<T>, (far, own): (Far, Errors)) -> Option<FarRows> {
    let name = |loss: LossSpec| loss.to_string().split(':').next().map(str::to_owned);
    let own_name = name(plan.task.loss);
    let is_pulled = ["squared", "huber", "log_cosh"];
    let is_pulled = is_pulled
        .iter()
        .any(|&loss| own_name.as_deref() == Some(loss));
    if !is_pulled || plan.task.kind != TargetKind::Number || plan.task.targets != 1 {
        return None;
    }
    let guess = Errors::around_median(plan)?;
    let other = trial::of_loss(plan, LossSpec::usual("absolute")).and_then(|mut fit| {
        let other = Errors::of(plan.data.measured(), &mut fit.trainer)?;
        // A fit that they pull has large errors elsewhere too.
        let training = Errors::of(plan.data.training(), &mut fit.trainer)?;
        let helps = other.median() < HELPS * own.median().min(guess.median());
        let is_no_worse = other.mean() <= own.mean().min(guess.mean());
        (helps && is_no_worse).then_some((other, training))
    });
    let model = plan.task.model;
    let is_linear = model == ModelSpec::usual("linear") || model.degree().is_some();
    let (far, cures) = match other {
        Some((other, training)) => (
            training.far(TRAINING).unwrap_or(far),
            Cures::Robust {
                scale: is_linear.then(|| SCALE * other.median()),
            },
        ),
        // Without a trial that has shown it, only what is far beyond doubt.
        None => (
            Errors::around_training_median(plan)?.far(VALIDATION)?,
            Cures::Correct,
        ),
    };
    Some(FarRows {
        words: format!("outliers: {}", far.words(plan, "training row")),
        lines: far.lines,
        share: far.share,
        cures,
    })
}

/// Such rows as a verdict.
fn told(far: &FarRows) -> VerdictMessage {
    let lines = far.lines.iter().take(NAMED).copied();
    let lines: Vec<String> = lines.map(shown_line).collect();
    VerdictMessage::told(
        "outliers",
        json!({ "rows": far.lines.len(), "share": far.share, "lines": lines }),
        far.words.clone(),
        Advice::of_outliers(far.lines.len(), far.cures),
    )
}

/// Sizes of the errors of rows with their lines, the largest first.
struct Errors(Vec<(f64, u64)>);

/// Few rows that make most of a sum of squares.
struct Far {
    /// The farthest first.
    lines: Vec<u64>,
    share: f64,
}

impl Errors {
    /// `None` of no rows, and where one is out of reach.
    fn of<'a, T: Real>(
        rows: impl Iterator<Item = Sample<'a, T>>,
        trainer: &mut HostTrainer<T>,
    ) -> Option<Self> {
        Self::by(rows, |features| {
            let predicted = Assessor::predict(trainer, features).ok()?;
            Some(predicted.first()?.to_f64())
        })
    }

    /// Of the training rows, where the median is guessed.
    fn around_training_median<T: Real>(plan: &Plan<T>) -> Option<Self> {
        let median = median(plan)?;
        Self::by(plan.data.training(), |_| Some(median))
    }

    /// Of the rows that are measured, where the training rows' median is guessed.
    fn around_median<T: Real>(plan: &Plan<T>) -> Option<Self> {
        let median = median(plan)?;
        Self::by(plan.data.measured(), |_| Some(median))
    }

    fn by<'a, T: Real>(
        rows: impl Iterator<Item = Sample<'a, T>>,
        mut predict: impl FnMut(&[T]) -> Option<f64>,
    ) -> Option<Self> {
        let mut errors = Vec::new();
        for row in rows {
            let error = (row.target.first()?.to_f64() - predict(row.features)?).abs();
            errors.push((error * row.weight.to_f64().sqrt(), row.line));
        }
        errors.sort_by(|a, b| b.0.total_cmp(&a.0));
        (!errors.is_empty()).then_some(Self(errors))
    }

    fn median(&self) -> f64 {
        self.0[self.0.len() / 2].0
    }

    fn mean(&self) -> f64 {
        self.0.iter().map(|one| one.0).sum::<f64>() / self.0.len() as f64
    }

    /// Few rows with at least this share of the sum of squares, and errors above so many medians.
    fn far(&self, [least, times]: [f64; 2]) -> Option<Far> {
        let sum: f64 = self.0.iter().map(|one| one.0 * one.0).sum();
        let few = ((FEW * self.0.len() as f64) as usize).max(1);
        let median = self.median();
        // Where most rows have no error, every other one would be far out.
        if self.0.len() < LEAST || median <= 0.0 {
            return None;
        }
        let rows = self.0.iter().take(few);
        let rows = rows.take_while(|one| one.0 > times * median);
        let share: f64 = rows.clone().map(|one| one.0 * one.0 / sum).sum();
        let lines = rows.map(|one| one.1).collect();
        (share >= least).then_some(Far { lines, share })
    }
}

/// Median of the training rows' targets.
fn median<T: Real>(plan: &Plan<T>) -> Option<f64> {
    let numbers = plan.data.training();
    let numbers = numbers.filter_map(|row| Some(row.target.first()?.to_f64()));
    let mut numbers: Vec<f64> = numbers.collect();
    let middle = numbers.len() / 2;
    let is_any = !numbers.is_empty();
    is_any.then(|| *numbers.select_nth_unstable_by(middle, f64::total_cmp).1)
}

impl Far {
    fn words<T: Real>(&self, plan: &Plan<T>, what: &str) -> String {
        let mut lines = self.lines.iter().take(NAMED).copied();
        let first = { lines.next() }.map(|line| plan.data.files.place(line).to_string());
        let places: Vec<String> = first.into_iter().chain(lines.map(shown_line)).collect();
        format!(
            "{} {} {} % of the squared error ({}{})",
            counted(self.lines.len(), what),
            if self.lines.len() == 1 {
                "makes"
            } else {
                "make"
            },
            (100.0 * self.share).round(),
            places.join(", "),
            if self.lines.len() > NAMED {
                ", …"
            } else {
                ""
            }
        )
    }
}
