//! The course of a fit: which rows it meets, and what happens between them. The host's fit and
//! a board beside its twin go through the same.

use downhill::early_stopping::EarlyStopping;
use downhill::model::{Model, ParameterKind};
use downhill::{Fault, Real, Step};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::interrupt;
use crate::measure::{self, RowFault};
use crate::plan::{HostTrainer, Plan};
use crate::rehearsal::Rehearsal;
use crate::samples::{Order, Sample};
use crate::watched::Watched;

/// Something that a fit is told to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act<'a, T> {
    /// Let the scaler learn from a row.
    Survey(Sample<'a, T>),
    /// Freeze the scaler.
    Freeze,
    /// Learn from a row.
    Learn(Sample<'a, T>),
    /// Make the step of a batch that is not full, whose last row is on this line.
    Apply(u64),
    /// Take notice of the validation objective.
    Report(T),
    /// Go back to this state.
    Restore(&'a [T]),
    /// Put the parameters in place that the optimizer ends with.
    Finish,
}

/// Who goes through a course.
pub(crate) trait Pupil<T: Real> {
    /// Why it ends before its end.
    type Stop: From<Failure>;

    /// Does as it is told, and returns the step it has come to.
    fn act(&mut self, epoch: u32, act: Act<'_, T>) -> Result<Step<T>, Self::Stop>;

    /// Takes notice of a row that it is about to learn from for the first time in this epoch.
    fn meet(&mut self, epoch: u32, row: Sample<'_, T>) -> Result<(), Self::Stop> {
        let _ = (epoch, row);
        Ok(())
    }

    /// The trainer on the host.
    fn trainer(&mut self) -> &mut HostTrainer<T>;

    /// What becomes of a fault while the validation rows are measured.
    fn stop(&self, epoch: u32, fault: RowFault) -> Self::Stop;

    /// Takes notice of the end of an epoch.
    fn watch(&mut self, epoch: &Epoch) {
        let _ = epoch;
    }
}

/// One pass through the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// Counted from 1.
    pub(crate) epoch: u32,
    /// The mean loss of the training rows, each before its update.
    pub(crate) train: f64,
    /// The mean loss of the validation rows, at the end of the epoch.
    pub(crate) validation: Option<f64>,
}

/// How a course went.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    /// Every epoch that was gone through to its end.
    pub(crate) history: Vec<Epoch>,
    /// With patience, or where it was interrupted, the epoch whose parameters are the fit's.
    pub(crate) best_epoch: Option<u32>,
    /// Whether somebody ended it early.
    pub(crate) interrupted: bool,
    /// Whether it was another restart that was, and this one has gone to its end.
    pub(crate) whole: bool,
}

/// Goes through every epoch of a plan, or through its first `limit` rows.
pub(crate) fn run<T: Real, P: Pupil<T>>(
    plan: &Plan<T>,
    pupil: &mut P,
    limit: usize,
) -> Result<Ended, P::Stop> {
    let mut order = plan.order();
    let mut rehearsal = plan.rehearsal();
    let mut left = limit;
    let room = pupil.trainer().parameters().to_vec();
    // Without patience the best is kept all the same: a fit that is interrupted ends with it.
    let watches = !plan.split.validation.is_empty();
    let patience = plan.patience.unwrap_or(u32::MAX);
    let mut stopping = watches.then(|| EarlyStopping::new(patience, room));
    let mut ended = Ended {
        history: Vec::new(),
        best_epoch: None,
        interrupted: false,
        whole: false,
    };
    for epoch in 1..=plan.epochs {
        let (train, cut) = pass(plan, pupil, (&mut order, &mut rehearsal), epoch, &mut left)?;
        if cut {
            break;
        }
        let trainer = pupil.trainer();
        let validation = measure::mean_loss(plan.samples.of(&plan.split.validation), trainer);
        let validation = validation.map_err(|fault| pupil.stop(epoch, fault))?;
        let done = Epoch {
            epoch,
            train,
            validation,
        };
        pupil.watch(&done);
        ended.history.push(done);
        let Some(validation) = validation else {
            continue;
        };
        let objective = T::from_f64(validation) + penalty(pupil.trainer());
        pupil.act(epoch, Act::Report(objective))?;
        if let Some(stopping) = &mut stopping {
            let before = stopping.best().map(|best| best.0);
            // Cannot fail: the room was made from the parameters.
            let enough = stopping.report(objective, pupil.trainer().parameters());
            if stopping.best().map(|best| best.0) != before {
                ended.best_epoch = Some(epoch);
            }
            if enough == Ok(true) {
                break;
            }
        }
    }
    ended.interrupted = interrupt::asked();
    if plan.patience.is_none() && !ended.interrupted {
        stopping = None;
        ended.best_epoch = None;
    }
    let epoch = ended.history.len() as u32;
    match stopping.as_ref().and_then(|stopping| stopping.best()) {
        Some((_, best)) => {
            let mut state = pupil.trainer().state().to_vec();
            state[..best.len()].copy_from_slice(best);
            pupil.act(epoch, Act::Restore(&state))?;
        }
        None => {
            pupil.act(epoch, Act::Finish)?;
        }
    }
    Ok(ended)
}

/// Goes once through the training rows, in the file's order.
pub(crate) fn once<T: Real, P: Pupil<T>>(plan: &Plan<T>, pupil: &mut P) -> Result<(), P::Stop> {
    let (mut order, mut left) = (Order::new(&plan.split.train, None), usize::MAX);
    let rows = (&mut order, &mut plan.rehearsal());
    pass(plan, pupil, rows, 1, &mut left).map(|_| ())
}

/// Goes through the rows of an epoch, or as many as are `left`; returns its mean loss, and
/// whether it was cut short.
fn pass<T: Real, P: Pupil<T>>(
    plan: &Plan<T>,
    pupil: &mut P,
    (order, rehearsal): (&mut Order<'_>, &mut Option<Rehearsal<T>>),
    epoch: u32,
    left: &mut usize,
) -> Result<(f64, bool), P::Stop> {
    let mut survey = if epoch == 1 { plan.survey } else { 0 };
    let mut tally = Tally::new(plan.task.loss.is_of_batches());
    let mut cut = false;
    plan.epoch(order, |samples, rows| -> Result<bool, P::Stop> {
        let (first, rows) = rows.split_at(survey.min(rows.len()));
        for sample in samples.of(first) {
            pupil.act(epoch, Act::Survey(sample))?;
        }
        survey -= first.len();
        if !first.is_empty() && survey == 0 {
            pupil.act(epoch, Act::Freeze)?;
        }
        let fits = rows.len().min(*left);
        let fresh = samples.of(&rows[..fits]);
        learn(plan, pupil, epoch, (fresh, rehearsal), &mut tally)?;
        *left -= fits;
        cut = fits < rows.len() || interrupt::asked();
        Ok(!cut)
    })?;
    Ok((finish(pupil, epoch, &tally)?, cut))
}

/// What the losses of an epoch come to.
struct Tally {
    /// Whether a loss is a batch's, however much its rows weigh.
    by_batch: bool,
    sum: f64,
    weight: f64,
    /// The line of the last row.
    line: u64,
}

impl Tally {
    fn new(by_batch: bool) -> Self {
        Self {
            by_batch,
            sum: 0.0,
            weight: 0.0,
            line: 0,
        }
    }
}

/// Learns from each of `rows` once, and after each again from some that are remembered.
fn learn<'a, T: Real, P: Pupil<T>>(
    plan: &Plan<T>,
    pupil: &mut P,
    epoch: u32,
    (rows, rehearsal): (
        impl Iterator<Item = Sample<'a, T>>,
        &mut Option<Rehearsal<T>>,
    ),
    tally: &mut Tally,
) -> Result<(), P::Stop> {
    for sample in rows {
        if interrupt::asked() {
            break;
        }
        pupil.meet(epoch, sample)?;
        learn_one(plan, pupil, epoch, sample, tally)?;
        let Some(rehearsal) = rehearsal else { continue };
        for _ in 0..rehearsal.draws {
            if let Some(sample) = rehearsal.draw() {
                learn_one(plan, pupil, epoch, sample, tally)?;
            }
        }
        rehearsal.keep(sample);
    }
    Ok(())
}

#[inline]
fn learn_one<T: Real, P: Pupil<T>>(
    plan: &Plan<T>,
    pupil: &mut P,
    epoch: u32,
    sample: Sample<'_, T>,
    tally: &mut Tally,
) -> Result<(), P::Stop> {
    let steps = pupil.trainer().steps();
    let step = pupil.act(epoch, Act::Learn(sample))?;
    if step.number > steps {
        tally.sum += step.loss.to_f64() * f64::from(plan.recipe.batch);
    }
    tally.weight += match tally.by_batch {
        true => f64::from(u8::from(sample.weight > T::ZERO)),
        false => sample.weight.to_f64(),
    };
    tally.line = sample.line;
    Ok(())
}

/// Makes the step of a batch that is not full; returns the mean loss of the epoch.
fn finish<T: Real, P: Pupil<T>>(pupil: &mut P, epoch: u32, tally: &Tally) -> Result<f64, P::Stop> {
    let waiting = pupil.trainer().batch_len();
    let mut sum = tally.sum;
    if waiting > 0 {
        let step = pupil.act(epoch, Act::Apply(tally.line))?;
        sum += step.loss.to_f64() * f64::from(waiting);
    }
    Ok(sum / tally.weight)
}

/// Does on the host what a pupil is told.
#[inline(always)]
pub(crate) fn perform<T: Real>(
    plan: &Plan<T>,
    fit: &mut Watched<T>,
    act: Act<'_, T>,
) -> Result<Step<T>, Fault> {
    let mut loss = T::ZERO;
    match act {
        Act::Learn(row) => {
            let sample = (row.features, row.target, row.weight);
            return fit.learn(plan.recipe.batch, sample);
        }
        Act::Apply(_) => return fit.apply(),
        Act::Survey(row) => fit.trainer.fit_scaler(row.features, row.target)?,
        Act::Freeze => {
            fit.trainer.freeze_scaler();
            fit.keep();
        }
        Act::Report(objective) => {
            loss = objective;
            fit.report(objective);
        }
        Act::Restore(state) => {
            let steps = fit.trainer.steps();
            fit.trainer.restore(state, steps)?;
        }
        Act::Finish => fit.trainer.finish(),
    }
    let number = fit.trainer.steps();
    Ok(Step { number, loss })
}

/// What the penalty of a fit adds to its loss.
fn penalty<T: Real>(trainer: &HostTrainer<T>) -> T {
    let mut cost = T::ZERO;
    let parameters = trainer.parameters();
    let penalty = trainer.rules().penalty;
    Model::<T>::parameter_groups(trainer.model(), &mut |run, kind| {
        if let (ParameterKind::Weight, Some(weights)) = (kind, parameters.get(run)) {
            cost += penalty.cost(weights.iter().copied());
        }
    });
    cost
}
