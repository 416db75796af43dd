//! How well a trainer does on rows.

use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::{Fault, Real};

use crate::columns::TargetKind;
use crate::metrics::{Reading, Results};
use crate::plan::HostTrainer;
use crate::samples::Sample;

/// The line of the row at which a fault came up, and the fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowFault {
    pub(crate) line: u64,
    pub(crate) fault: Fault,
}

/// How a trainer's predictions are read.
pub(crate) fn reading<T: Real>(trainer: &HostTrainer<T>, kind: TargetKind) -> Reading {
    let sizes = downhill::model::Model::<T>::sizes(trainer.model());
    match (kind, trainer.loss().link(sizes.outputs)) {
        (TargetKind::Number | TargetKind::Features, _) => Reading::Amounts(sizes.outputs),
        (TargetKind::Class, Link::Softmax) => Reading::Probabilities(sizes.outputs),
        (TargetKind::Class, Link::Sigmoid) => Reading::Probability,
        (TargetKind::Class, Link::Identity | Link::Exp) => Reading::Score,
    }
}

/// Predicts and evaluates rows, whose targets have these names.
pub(crate) fn rows<'a, T: Real>(
    rows: impl Iterator<Item = Sample<'a, T>>,
    kind: TargetKind,
    targets: &[String],
    trainer: &mut HostTrainer<T>,
) -> Result<Results, RowFault> {
    let mut results = Results::new(reading(trainer, kind));
    let mut pool = Pool::new();
    let is_whole = trainer.loss().pooled(&pool).is_some();
    for row in rows {
        let at = |fault| RowFault {
            line: row.line,
            fault,
        };
        let prediction = trainer.predict(row.features).map_err(at)?;
        if is_whole {
            pool.add(row.target[0], prediction[0], row.weight);
        }
        let numbers = prediction.iter().map(|p| p.to_f64());
        results.predictions.extend(numbers);
        let loss = trainer.evaluate(row.features, row.target).map_err(at)?;
        results.losses.push(loss.to_f64());
        results.weights.push(row.weight.to_f64());
        let numbers = row.target.iter().map(|y| y.to_f64());
        results.targets.extend(numbers);
    }
    results.whole = trainer.loss().pooled(&pool).map(|(loss, _)| loss.to_f64());
    results.exact_log_loss = matches!(trainer.loss(), AnyLoss::CrossEntropy(_));
    results.names = targets.to_vec();
    Ok(results)
}

/// The loss of rows: its mean, or that of a loss of a batch as a whole with all of them for a
/// batch. `None` of no rows.
pub(crate) fn mean_loss<'a, T: Real>(
    rows: impl Iterator<Item = Sample<'a, T>>,
    trainer: &mut HostTrainer<T>,
) -> Result<Option<f64>, RowFault> {
    let mut pool = Pool::new();
    let is_whole = trainer.loss().pooled(&pool).is_some();
    let (mut sum, mut total) = (0.0, 0.0);
    for row in rows {
        if is_whole {
            let prediction = trainer.predict(row.features);
            let prediction = prediction.map_err(|fault| RowFault {
                line: row.line,
                fault,
            })?;
            pool.add(row.target[0], prediction[0], row.weight);
            total += row.weight.to_f64();
            continue;
        }
        let loss = trainer.evaluate(row.features, row.target);
        let loss = loss.map_err(|fault| RowFault {
            line: row.line,
            fault,
        })?;
        let weight = row.weight.to_f64();
        sum += weight * loss.to_f64();
        total += weight;
    }
    let whole = trainer.loss().pooled(&pool).map(|(loss, _)| loss.to_f64());
    Ok((total > 0.0).then(|| whole.unwrap_or(sum / total)))
}
