//! How well a trainer does on rows.

use downhill::loss::AnyLoss;
use downhill::{Fault, Real};

use crate::columns::TargetKind;
use crate::metrics::Metrics;
use crate::plan::HostTrainer;
use crate::samples::Samples;

/// The row at which a fault came up, and the fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowFault {
    pub(crate) row: usize,
    pub(crate) fault: Fault,
}

/// Predicts and evaluates rows; `None` of no rows.
pub(crate) fn rows<T: Real>(
    samples: &Samples<T>,
    rows: impl Iterator<Item = usize>,
    kind: TargetKind,
    trainer: &mut HostTrainer<T>,
) -> Result<Option<Metrics>, RowFault> {
    let (mut predictions, mut targets, mut loss) = (Vec::new(), Vec::new(), 0.0);
    for row in rows {
        let (features, target) = (samples.features(row), samples.target(row));
        let at = |fault| RowFault { row, fault };
        predictions.push(trainer.predict(features).map_err(at)?[0].to_f64());
        loss += trainer.evaluate(features, target).map_err(at)?.to_f64();
        targets.push(target[0].to_f64());
    }
    let loss = (!targets.is_empty()).then(|| loss / targets.len() as f64);
    let is_log_loss = matches!(trainer.loss(), AnyLoss::CrossEntropy(_));
    Ok(Metrics::of(kind, &predictions, &targets, loss, is_log_loss))
}

/// The mean loss of rows; `None` of no rows.
pub(crate) fn mean_loss<T: Real>(
    samples: &Samples<T>,
    rows: &[u32],
    trainer: &mut HostTrainer<T>,
) -> Result<Option<f64>, RowFault> {
    let mut sum = 0.0;
    for &row in rows {
        let row = row as usize;
        let loss = trainer.evaluate(samples.features(row), samples.target(row));
        sum += loss.map_err(|fault| RowFault { row, fault })?.to_f64();
    }
    Ok((!rows.is_empty()).then(|| sum / rows.len() as f64))
}
