//! Trials: what a fit would come to otherwise, on copies that change no bit of it.

use std::mem;

use downhill::Real;
use downhill::health::Health;
use downhill::rules::{Curve, Schedule};

use crate::data::formula;
use crate::evaluate::measure;
use crate::model::trainer::HostFit;
use crate::options::spec::{LossSpec, ModelSpec};
use crate::support::interrupt;
use crate::train::baseline::baseline;
use crate::train::host_executor;
use crate::train::plan::Plan;

/// Lower decades of a rate that are tried.
const DECADES: i32 = 6;
/// Loss of a trial, relative to the fit's, below which what was tried helps.
const HELPS: f64 = 0.98;
/// Most rows that a trial learns from: of more, so many at even distances stand for all.
const MOST_ROWS: usize = 20_000;
/// Most rows that it goes through, in all its epochs.
const MOST_VISITS: usize = 2_000_000;

/// Losses of a fit at its end, or of a trial at its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) train: f64,
    /// `None` without validation rows.
    pub(crate) validation: Option<f64>,
}

impl Ended {
    /// True where this end is better than another by more than chance.
    pub(crate) fn helps(self, other: Self) -> bool {
        let better = |own: f64, other: f64| own < HELPS * other;
        let validation = self.validation.zip(other.validation);
        better(self.train, other.train) && validation.is_none_or(|(own, other)| better(own, other))
    }

    /// True where the validation loss of this end is lower by more than chance.
    pub(crate) fn helps_validation(self, other: Self) -> bool {
        let losses = self.validation.zip(other.validation);
        losses.is_some_and(|(own, other)| own < HELPS * other)
    }
}

/// Number of epochs of a trial: one for `share` epochs of the fit, and fewer of many rows.
pub(crate) fn epochs<T: Real>(plan: &Plan<T>, share: u32) -> u32 {
    let rows = plan.data.split.train.len().clamp(1, MOST_ROWS);
    (plan.epochs / share).clamp(1, (MOST_VISITS / rows).min(1 << 20) as u32)
}

/// Losses before and after so many epochs more, with the schedule begun anew. `None` where that
/// fails.
pub(crate) fn further<T: Real>(
    plan: &mut Plan<T>,
    fit: &HostFit<T>,
    epochs: u32,
) -> Option<[Ended; 2]> {
    let state = fit.trainer.state().to_vec();
    aside(plan, |plan| {
        let split = &mut plan.data.split;
        thin(&mut split.train);
        thin(&mut split.validation);
        let steps = split.train.len().div_ceil(plan.recipe.batch.max(1).into());
        let steps = (steps as u64 * u64::from(epochs)).clamp(1, u32::MAX.into()) as u32;
        (plan.epochs, plan.scaler_rows) = (epochs, 0);
        plan.recipe.seed = plan.recipe.seed.wrapping_add(1);
        plan.recipe.rules.schedule = renewed(plan.recipe.rules.schedule, steps);
        if !plan.recipe.health.acts() {
            plan.recipe.health = Health::OFF;
        }
        let mut fit = plan.fit().ok()?;
        fit.trainer.restore(&state, 0).ok()?;
        Some([measured(plan, &mut fit)?, losses(plan, &mut fit)?])
    })
}

/// Keeps as many rows as a trial takes, at even distances.
fn thin(rows: &mut Vec<u32>) {
    let all = rows.len();
    if all > MOST_ROWS {
        *rows = (0..MOST_ROWS)
            .map(|at| rows[at * all / MOST_ROWS])
            .collect();
    }
}

/// Losses of the whole fit with something changed; `None` where it fails.
pub(crate) fn with<T: Real>(
    plan: &mut Plan<T>,
    change: impl FnOnce(&mut Plan<T>),
) -> Option<Ended> {
    aside(plan, |plan| {
        change(plan);
        let mut fit = plan.fit().ok()?;
        losses(plan, &mut fit)
    })
}

/// The whole fit of another loss; `None` where it fails.
pub(crate) fn of_loss<T: Real>(plan: &mut Plan<T>, loss: LossSpec) -> Option<HostFit<T>> {
    aside(plan, |plan| {
        (plan.task.loss, plan.recipe.loss) = (loss, loss.build());
        let mut fit = plan.fit().ok()?;
        losses(plan, &mut fit)?;
        Some(fit)
    })
}

/// Losses of the whole fit at another learning rate; `None` where it fails.
pub(crate) fn at_rate<T: Real>(plan: &mut Plan<T>, rate: f64) -> Option<Ended> {
    with(plan, |plan| plan.set_rate(rate))
}

/// The highest of the next lower decades of the rate at which the whole fit does not fail, and
/// beats a constant guess.
pub(crate) fn lower_rate<T: Real>(plan: &mut Plan<T>) -> Option<f64> {
    let guess = baseline(plan, &plan.trainer().ok()?);
    let health = plan.recipe.health;
    plan.recipe.health.recover = false;
    let rate = plan.rate;
    let mut decades = (1..=DECADES).map(|decade| rate * 0.1f64.powi(decade));
    let found = decades.find(|&lower| at_rate(plan, lower).is_some_and(|end| end.train < guess));
    plan.recipe.health = health;
    found
}

/// Losses of the whole fit of another model; `None` where it fails.
pub(crate) fn of_model<T: Real>(plan: &mut Plan<T>, model: ModelSpec) -> Option<Ended> {
    let width = plan.data.features.len() as u16;
    let outputs = plan.task.outputs(width);
    let model = formula::model::<T>(None, model, width, outputs).ok()?;
    with(plan, |plan| plan.recipe.model = model)
}

/// The schedule of a trial of so many steps, over which it falls.
fn renewed<T: Real>(schedule: Schedule<T>, steps: u32) -> Schedule<T> {
    let curve = match schedule.curve {
        // Its state is part of the fit's.
        Curve::Plateau { .. } => schedule.curve,
        Curve::Cosine { floor, .. } => Curve::Cosine { steps, floor },
        _ => Curve::Cosine {
            steps,
            floor: T::ZERO,
        },
    };
    Schedule { warmup: 0, curve }
}

/// Makes a trial with a plan that is as before afterwards.
pub(super) fn aside<T: Real, R>(plan: &mut Plan<T>, trial: impl FnOnce(&mut Plan<T>) -> R) -> R {
    let (recipe, task, rate) = (plan.recipe, plan.task, plan.rate);
    let (epochs, patience, scaler_rows) = (plan.epochs, plan.patience.take(), plan.scaler_rows);
    let (stream, scaler) = (plan.data.stream.take(), plan.scaler().to_vec());
    let split = plan.data.split.clone();
    let outcome = trial(plan);
    (plan.recipe, plan.task, plan.rate) = (recipe, task, rate);
    (plan.epochs, plan.patience, plan.scaler_rows) = (epochs, patience, scaler_rows);
    (plan.data.stream, plan.data.split) = (stream, split);
    plan.set_scaler(scaler);
    outcome
}

/// Goes through the epochs of a plan, and returns the losses of its rows after them.
pub(super) fn losses<T: Real>(plan: &mut Plan<T>, fit: &mut HostFit<T>) -> Option<Ended> {
    // What steers is no part of a trial, unless it is what is tried.
    let held = match plan.recipe.rules.schedule.curve {
        Curve::Plateau { .. } => Vec::new(),
        _ if plan.patience.is_some() => Vec::new(),
        _ => mem::take(&mut plan.data.split.validation),
    };
    let outcome = host_executor::run(plan, fit, &mut Vec::new(), |_| {});
    if !held.is_empty() {
        plan.data.split.validation = held;
    }
    if outcome.is_err() || interrupt::asked() {
        return None;
    }
    measured(plan, fit)
}

/// Losses of a plan's rows.
fn measured<T: Real>(plan: &Plan<T>, fit: &mut HostFit<T>) -> Option<Ended> {
    let mut of = |rows: &[u32]| {
        let loss = measure::mean_loss(plan.data.samples.of(rows), &mut fit.trainer).ok()?;
        Some(loss.filter(|loss| loss.is_finite()))
    };
    Some(Ended {
        train: of(&plan.data.split.train)??,
        validation: of(&plan.data.split.validation)?,
    })
}
