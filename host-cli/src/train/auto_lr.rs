//! `--lr auto`: the learning rate that the training rows say.

use downhill::Real;
use downhill::health::PowerIteration;
use downhill::loss::Loss;
use downhill::model::{AnyModel, Model};
use downhill::optimizer::AnyOptimizer;
use downhill::scaler;

use crate::data::samples::Split;
use crate::evaluate::measure;
use crate::model::trainer::{HostTrainer, Memory};
use crate::options::spec::RateSpec;
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;
use crate::train::host_executor;
use crate::train::plan::Plan;

/// Passes of the power iteration.
const TURNS: usize = 10;
/// The highest rate that is tried where there is no bound.
const HIGHEST: f64 = 1.0;
/// Each rate of the ladder, in units of the one above.
const RUNG: f64 = 0.25;
/// Number of rates that are tried.
const RUNGS: i32 = 8;
/// Rates beside the best of the ladder that are tried too, in its units.
const BESIDE: [f64; 2] = [0.5, 2.0];
/// Number of folds of the training rows, one of which is held out for a trial.
const FOLDS: usize = 5;
/// Up to so many rows every row is held out once: fewer would say too little.
const FEW: usize = 2000;

/// Searches for the rate of a plan, where that is asked for.
pub(crate) fn settle<T: Real>(plan: &mut Plan<T>, asked: RateSpec) -> Outcome {
    if asked == RateSpec::Auto {
        // Of a file that is not held the rows kept are enough to tell.
        let stream = plan.data.stream.take();
        search(plan)?;
        plan.data.stream = stream;
    }
    Ok(())
}

/// Settles the rate of a plan. Plain gradient descent on a model that is linear in its features
/// begins below 2 / (c λmax), with c the loss's curvature and λmax from power iteration over the
/// rows; everything else at 1. From there down a range test goes through the whole fit at eight
/// rates, each a quarter of the one before, and at two beside the best, and takes the one with
/// the least loss on training rows that are held out for it: on a fifth of them,
/// or, where there are few, on each fifth in turn.
fn search<T: Real>(plan: &mut Plan<T>) -> Outcome {
    let trainer = plan.trainer()?;
    let highest = bound(plan, &trainer).map_or(HIGHEST, |bound| bound.min(HIGHEST));
    let whole = plan.data.split.clone();
    let folds = if whole.train.len() <= FEW { FOLDS } else { 1 };
    let mut tried: Vec<(f64, f64)> = Vec::new();
    let attempt = |plan: &mut Plan<T>, rate: f64| -> Outcome<(f64, f64)> {
        let mut sum = 0.0;
        for fold in 0..folds {
            plan.data.split = inner(&whole.train, fold);
            sum += attempt(plan, rate)?;
            interrupt::before_any_update(interrupt::asked())?;
        }
        Ok((rate, sum))
    };
    for rung in 0..RUNGS {
        tried.push(attempt(plan, highest * RUNG.powi(rung))?);
    }
    let best = least(&tried);
    for beside in BESIDE {
        tried.push(attempt(plan, (best * beside).min(highest))?);
    }
    plan.data.split = whole;
    let best = least(&tried);
    match tried.iter().any(|(_, loss)| loss.is_finite()) {
        true => {
            plan.set_rate(best);
            Ok(())
        }
        false => Err(Failure::Fit(
            "`--lr auto` has found no learning rate at which this fit succeeds; see with `--lr \
             1e-6` what fails"
                .into(),
        )),
    }
}

/// The rate with the least loss.
fn least(tried: &[(f64, f64)]) -> f64 {
    let best = tried.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(HIGHEST, |&(rate, _)| rate)
}

/// Every fifth of the training rows is held out, from the last but `fold` on.
fn inner(rows: &[u32], fold: usize) -> Split {
    let (mut train, mut validation) = (Vec::new(), Vec::new());
    for (at, &row) in rows.iter().enumerate() {
        match at % FOLDS == FOLDS - 1 - fold {
            true => validation.push(row),
            false => train.push(row),
        }
    }
    Split {
        train,
        validation,
        test: Vec::new(),
    }
}

/// The validation loss of a whole fit at this rate; infinite where it fails.
fn attempt<T: Real>(plan: &mut Plan<T>, rate: f64) -> Outcome<f64> {
    plan.set_rate(rate);
    let mut fit = plan.fit()?;
    if host_executor::run(plan, &mut fit, &mut Vec::new(), |_| {}).is_err() {
        return Ok(f64::INFINITY);
    }
    let loss = measure::mean_loss(
        plan.data.samples.of(&plan.data.split.validation),
        &mut fit.trainer,
    );
    Ok(loss.ok().flatten().unwrap_or(f64::INFINITY))
}

/// The largest stable rate of plain gradient descent on a model that is linear in its features,
/// if it is that.
fn bound<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> Option<f64> {
    let (AnyModel::Linear(model), AnyOptimizer::Sgd(_)) =
        (plan.recipe.model, plan.recipe.optimizer)
    else {
        return None;
    };
    let outputs = Model::<T>::sizes(&model).outputs;
    let curvature = plan.recipe.loss.curvature(outputs)?;
    let width = plan.data.features.len();
    let mut power = PowerIteration::start(Memory::<T>::new(PowerIteration::words(width)));
    let mut scaled = vec![T::ZERO; width];
    for _ in 0..TURNS {
        for row in plan.data.samples.of(&plan.data.split.train) {
            match trainer.scaler() {
                [] => scaled.copy_from_slice(row.features),
                learned => scaler::scale(learned, 0, row.features, &mut scaled),
            }
            power.learn(&scaled);
        }
        power.end_round();
    }
    Some(power.max_learning_rate(curvature).to_f64())
}
