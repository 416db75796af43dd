//! The training loop: which rows a fit meets, and which commands it gets between them. The host's
//! fit and a board beside its twin go through the same.

use downhill::early_stopping::EarlyStopping;
use downhill::fit::Command;
use downhill::{Real, Step};

use crate::data::samples::{Order, Sample};
use crate::evaluate::measure::RowFault;
use crate::support::failure::Failure;
use crate::support::interrupt;
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::replay_buffer::ReplayBuffer;
use crate::train::trainee::Trainee;

/// Place in a training loop, for the messages about a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    /// Counted from 1.
    pub(crate) epoch: u32,
    /// Line of the row that the command is about, or of the last one in the batch.
    pub(crate) line: Option<u64>,
}

/// Whoever executes the commands of a training loop.
pub(crate) trait Executor<T: Real> {
    /// Reason for which it ends before its end.
    type Stop: From<Failure>;
    /// Fit that it trains.
    type Fit: Trainee<T>;

    /// Executes a command, and returns the step it has come to.
    fn execute(&mut self, at: At, command: Command<'_, T>) -> Result<Step<T>, Self::Stop>;

    /// Takes notice of a row that it is about to learn from for the first time in this epoch.
    fn meet(&mut self, epoch: u32, row: Sample<'_, T>) -> Result<(), Self::Stop> {
        let _ = (epoch, row);
        Ok(())
    }

    /// The fit on the host.
    fn fit(&mut self) -> &mut Self::Fit;

    /// Reason that a fault becomes while the validation rows are measured.
    fn stop(&self, epoch: u32, fault: RowFault) -> Self::Stop;

    /// Takes notice of the end of an epoch.
    fn watch(&mut self, epoch: &Epoch) {
        let _ = epoch;
    }
}

/// Goes through every epoch of a plan, or through its first `limit` rows.
pub(crate) fn run<T: Real, E: Executor<T>>(
    plan: &Plan<T>,
    executor: &mut E,
    limit: usize,
) -> Result<History, E::Stop> {
    let mut order = plan.order();
    let mut replay = plan.replay_buffer();
    let mut left = limit;
    let room = {
        let fit = executor.fit();
        fit.state()[..fit.parameters_len()].to_vec()
    };
    // Without patience the best is kept all the same: a fit that is interrupted ends with it.
    let watches = !plan.data.split.validation.is_empty();
    let patience = plan.patience.unwrap_or(u32::MAX);
    let mut stopping = watches.then(|| EarlyStopping::new(patience, room));
    let mut history = History {
        epochs: Vec::new(),
        best_epoch: None,
        interrupted: false,
        whole: false,
    };
    for epoch in 1..=plan.epochs {
        let (train, cut) = pass(plan, executor, (&mut order, &mut replay), epoch, &mut left)?;
        if cut {
            break;
        }
        let validation = plan.data.samples.of(&plan.data.split.validation);
        let validation = executor.fit().mean_loss(validation);
        let validation = validation.map_err(|fault| executor.stop(epoch, fault))?;
        let done = Epoch {
            epoch,
            train,
            validation,
        };
        executor.watch(&done);
        history.epochs.push(done);
        let Some(validation) = validation else {
            continue;
        };
        let objective = T::from_f64(validation) + executor.fit().penalty();
        let report = Command::ReportValidation { loss: objective };
        executor.execute(At { epoch, line: None }, report)?;
        if let Some(stopping) = &mut stopping {
            let before = stopping.best().map(|best| best.0);
            // Cannot fail: the room was made from the parameters.
            let fit = executor.fit();
            let enough = stopping.report(objective, &fit.state()[..fit.parameters_len()]);
            if stopping.best().map(|best| best.0) != before {
                history.best_epoch = Some(epoch);
            }
            if enough == Ok(true) {
                break;
            }
        }
    }
    history.interrupted = interrupt::asked();
    if plan.patience.is_none() && !history.interrupted {
        stopping = None;
        history.best_epoch = None;
    }
    let at = At {
        epoch: history.epochs.len() as u32,
        line: None,
    };
    match stopping.as_ref().and_then(|stopping| stopping.best()) {
        Some((_, best)) => {
            let mut state = executor.fit().state().to_vec();
            state[..best.len()].copy_from_slice(best);
            let steps = executor.fit().steps();
            let state = &state[..];
            executor.execute(at, Command::Restore { state, steps })?;
        }
        None => {
            executor.execute(at, Command::Finish)?;
        }
    }
    Ok(history)
}

/// Goes once through the training rows, in the file's order.
pub(crate) fn once<T: Real, E: Executor<T>>(
    plan: &Plan<T>,
    executor: &mut E,
) -> Result<(), E::Stop> {
    let (mut order, mut left) = (Order::new(&plan.data.split.train, None), usize::MAX);
    let rows = (&mut order, &mut plan.replay_buffer());
    pass(plan, executor, rows, 1, &mut left).map(|_| ())
}

/// Goes through the rows of an epoch, or as many as are `left`; returns its mean loss, and
/// whether it was cut short.
fn pass<T: Real, E: Executor<T>>(
    plan: &Plan<T>,
    executor: &mut E,
    (order, replay): (&mut Order<'_>, &mut Option<ReplayBuffer<T>>),
    epoch: u32,
    left: &mut usize,
) -> Result<(f64, bool), E::Stop> {
    let mut scaler_rows = if epoch == 1 { plan.scaler_rows } else { 0 };
    let mut tally = Tally::new(plan.task.loss.is_of_batches());
    let mut cut = false;
    plan.data
        .epoch(order, |samples, rows| -> Result<bool, E::Stop> {
            let (first, rows) = rows.split_at(scaler_rows.min(rows.len()));
            for sample in samples.of(first) {
                let (features, target) = (sample.features, sample.target);
                executor.execute(
                    at(epoch, sample.line),
                    Command::FitScaler { features, target },
                )?;
            }
            scaler_rows -= first.len();
            if !first.is_empty() && scaler_rows == 0 {
                executor.execute(At { epoch, line: None }, Command::FreezeScaler)?;
            }
            let fits = rows.len().min(*left);
            let fresh = samples.of(&rows[..fits]);
            learn(plan, executor, epoch, (fresh, replay), &mut tally)?;
            *left -= fits;
            cut = fits < rows.len() || interrupt::asked();
            Ok(!cut)
        })?;
    Ok((finish(executor, epoch, &tally)?, cut))
}

/// Sum of the losses of an epoch.
struct Tally {
    /// True where a loss is a batch's, however much its rows weigh.
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
fn learn<'a, T: Real, E: Executor<T>>(
    plan: &Plan<T>,
    executor: &mut E,
    epoch: u32,
    (rows, replay): (
        impl Iterator<Item = Sample<'a, T>>,
        &mut Option<ReplayBuffer<T>>,
    ),
    tally: &mut Tally,
) -> Result<(), E::Stop> {
    let watch = interrupt::Watch::new();
    for sample in rows {
        if watch.asked() {
            break;
        }
        executor.meet(epoch, sample)?;
        learn_one(plan, executor, epoch, sample, tally)?;
        let Some(replay) = replay else { continue };
        for _ in 0..replay.draws {
            if let Some(sample) = replay.draw() {
                learn_one(plan, executor, epoch, sample, tally)?;
            }
        }
        replay.keep(sample);
    }
    Ok(())
}

#[inline]
fn learn_one<T: Real, E: Executor<T>>(
    plan: &Plan<T>,
    executor: &mut E,
    epoch: u32,
    sample: Sample<'_, T>,
    tally: &mut Tally,
) -> Result<(), E::Stop> {
    let steps = executor.fit().steps();
    let step = executor.execute(at(epoch, sample.line), sample.into())?;
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
fn finish<T: Real, E: Executor<T>>(
    executor: &mut E,
    epoch: u32,
    tally: &Tally,
) -> Result<f64, E::Stop> {
    let waiting = executor.fit().batch_len();
    let mut sum = tally.sum;
    if waiting > 0 {
        let step = executor.execute(at(epoch, tally.line), Command::ApplyBatch)?;
        sum += step.loss.to_f64() * f64::from(waiting);
    }
    Ok(sum / tally.weight)
}

fn at(epoch: u32, line: u64) -> At {
    At {
        epoch,
        line: Some(line),
    }
}
