//! How well a trainer does on rows.

use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::{Fault, Real};
use downhill_tables::Files;

use crate::data::columns::TargetKind;
use crate::data::samples::Sample;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::metrics::{Keep, Reading, Results};
use crate::support::failure::Failure;

/// The line of the row at which a fault came up, and the fault.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowFault {
    pub(crate) line: u64,
    pub(crate) fault: Fault,
}

/// Failure of a row that is out of a model's reach.
pub(crate) fn too_far(files: &Files, line: u64, fault: Fault) -> Failure {
    Failure::Input(format!(
        "{}: {fault}; the numbers are too far from those that the model was fitted to",
        files.place(line)
    ))
}

/// How a trainer's predictions are read.
pub(crate) fn reading<T: Real>(trainer: &impl Assessor<T>, kind: TargetKind) -> Reading {
    let outputs = trainer.outputs();
    match (kind, trainer.loss().link(outputs)) {
        (TargetKind::Number | TargetKind::Features, _) => Reading::Amounts(outputs),
        (TargetKind::Class, Link::Softmax) => Reading::Probabilities(outputs),
        (TargetKind::Class, Link::Sigmoid) => Reading::Probability,
        (TargetKind::Class, Link::Identity | Link::Exp) => Reading::Score,
    }
}

/// Takes down what a trainer says of rows.
pub(crate) struct Measure<T> {
    results: Results,
    pool: Pool<T>,
    /// Loss of the row at hand.
    prediction: Vec<T>,
    /// True where the loss is one of all rows as a whole.
    is_whole: bool,
}

impl<T: Real> Measure<T> {
    /// Measure of a trainer and a target with these names. `keep` says what is kept of the rows.
    pub(crate) fn new(
        trainer: &impl Assessor<T>,
        kind: TargetKind,
        targets: &[String],
        keep: Keep,
    ) -> Self {
        let mut results = Results::new(reading(trainer, kind), keep);
        results.exact_log_loss = matches!(trainer.loss(), AnyLoss::CrossEntropy(_));
        results.names = targets.to_vec();
        let pool = Pool::new();
        Self {
            results,
            prediction: vec![T::ZERO; trainer.outputs()],
            is_whole: trainer.loss().pooled(&pool).is_some(),
            pool,
        }
    }

    /// Predicts and evaluates rows, and tells `each` their losses; not of a row where there is a
    /// fault, nor of those behind it.
    pub(crate) fn take<'a>(
        &mut self,
        rows: impl Iterator<Item = Sample<'a, T>>,
        trainer: &mut impl Assessor<T>,
        mut each: impl FnMut(f64),
    ) -> Result<(), RowFault> {
        let Self { results, pool, .. } = self;
        let is_whole = self.is_whole;
        let rows = rows.map(|row| (row.features, row.target, row));
        let outcome = trainer.assess_each(rows, &mut self.prediction, |row, loss, prediction| {
            if is_whole {
                pool.add(row.target[0], prediction[0], row.weight);
            }
            let loss = loss.to_f64();
            results.take(prediction, row.target, loss, row.weight.to_f64());
            each(loss);
        });
        outcome.map_err(|(row, fault)| RowFault {
            line: row.line,
            fault,
        })
    }

    /// Results, with the loss of this trainer.
    pub(crate) fn results(mut self, trainer: &impl Assessor<T>) -> Results {
        let whole = trainer.loss().pooled(&self.pool);
        self.results.whole = whole.map(|(loss, _)| loss.to_f64());
        self.results
    }
}

/// Predicts and evaluates rows, whose targets have these names. `keep` says what is kept of them.
pub(crate) fn rows<'a, T: Real>(
    rows: impl Iterator<Item = Sample<'a, T>>,
    kind: TargetKind,
    targets: &[String],
    keep: Keep,
    trainer: &mut impl Assessor<T>,
) -> Result<Results, RowFault> {
    let mut measure = Measure::new(trainer, kind, targets, keep);
    measure.take(rows, trainer, |_| {})?;
    Ok(measure.results(trainer))
}

/// The loss of rows: its mean, or that of a loss of a batch as a whole with all of them for a
/// batch. `None` of no rows.
pub(crate) fn mean_loss<'a, T: Real>(
    rows: impl Iterator<Item = Sample<'a, T>>,
    trainer: &mut impl Assessor<T>,
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
