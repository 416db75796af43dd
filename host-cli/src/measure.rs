//! How well a trainer does on rows.

use downhill::loss::{AnyLoss, Link, Loss};
use downhill::{Fault, Real};

use crate::columns::TargetKind;
use crate::metrics::{Reading, Results};
use crate::plan::HostTrainer;
use crate::samples::Samples;

/// The row at which a fault came up, and the fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowFault {
    pub(crate) row: usize,
    pub(crate) fault: Fault,
}

/// How a trainer's predictions are read.
pub(crate) fn reading<T: Real>(trainer: &HostTrainer<T>, kind: TargetKind) -> Reading {
    let sizes = downhill::model::Model::<T>::sizes(trainer.model());
    match (kind, trainer.loss().link(sizes.outputs)) {
        (TargetKind::Number, _) => Reading::Amount,
        (TargetKind::Class, Link::Softmax) => Reading::Probabilities(sizes.outputs),
        (TargetKind::Class, Link::Sigmoid) => Reading::Probability,
        (TargetKind::Class, Link::Identity | Link::Exp) => Reading::Score,
    }
}

/// Predicts and evaluates rows.
pub(crate) fn rows<T: Real>(
    samples: &Samples<T>,
    rows: impl Iterator<Item = usize>,
    kind: TargetKind,
    trainer: &mut HostTrainer<T>,
) -> Result<Results, RowFault> {
    let mut results = Results::new(reading(trainer, kind));
    for row in rows {
        let (features, target) = (samples.features(row), samples.target(row));
        let at = |fault| RowFault { row, fault };
        let prediction = trainer.predict(features).map_err(at)?;
        results
            .predictions
            .extend(prediction.iter().map(|p| p.to_f64()));
        let loss = trainer.evaluate(features, target).map_err(at)?;
        results.losses.push(loss.to_f64());
        results.weights.push(samples.weight(row).to_f64());
        results.targets.push(target[0].to_f64());
    }
    results.exact_log_loss = matches!(trainer.loss(), AnyLoss::CrossEntropy(_));
    Ok(results)
}

/// The mean loss of rows; `None` of no rows.
pub(crate) fn mean_loss<T: Real>(
    samples: &Samples<T>,
    rows: &[u32],
    trainer: &mut HostTrainer<T>,
) -> Result<Option<f64>, RowFault> {
    let (mut sum, mut total) = (0.0, 0.0);
    for &row in rows {
        let row = row as usize;
        let loss = trainer.evaluate(samples.features(row), samples.target(row));
        let weight = samples.weight(row).to_f64();
        sum += weight * loss.map_err(|fault| RowFault { row, fault })?.to_f64();
        total += weight;
    }
    Ok((total > 0.0).then(|| sum / total))
}
