//! Rows in memory that a model learns from once, in their order.

use downhill::fit::Command;
use downhill::health::Severity;
use downhill::{Fault, Real};
use serde_json::{Value, json};

use super::in_memory::{InMemory, Kept};
use super::predict::not_finite;
use super::rows::Rows;
use crate::data::arrays::{Arrays, TargetArray};
use crate::data::grid::Grid;
use crate::model::trainer::HostFit;
use crate::support::failure::{Failure, Outcome};
use crate::support::interrupt;

/// One pass over rows.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    /// Mean loss of the rows, each before its update.
    pub loss: f64,
    /// Rows that were learned from; fewer than there are where it was interrupted.
    pub rows: usize,
    /// Verdicts, each a JSON object.
    pub verdicts: Vec<String>,
}

pub(super) fn learn<T: Kept>(model: &mut InMemory<T>, arrays: &Arrays<'_>) -> Outcome<Pass> {
    let InMemory { file, fit, .. } = model;
    let mut rows = Rows::new(file, arrays)?;
    let before = (fit.trainer.state().to_vec(), fit.trainer.steps());
    let mut pass = Pass::default();
    let (mut sum, mut total) = (0.0, 0.0);
    let batch = f64::from(fit.batch.max(1));
    let mut failed = None;
    let watch = interrupt::Watch::new();
    for row in 0..rows.len() {
        if watch.asked() {
            break;
        }
        let (features, target, weight) = rows.row(row);
        let steps = fit.trainer.steps();
        match fit.observe(features, target, weight) {
            Ok(step) => {
                if step.number > steps {
                    sum += step.loss.to_f64() * batch;
                }
                total += weight.to_f64();
            }
            Err(_) if fit.can_recover() => {}
            Err(fault) => {
                failed = Some((row, fault));
                break;
            }
        }
        if let Some(verdict) = fit.verdict() {
            pass.verdicts.extend(tell(&verdict));
        }
        pass.rows += 1;
    }
    let waiting = fit.trainer.batch_len();
    if failed.is_none() && waiting > 0 {
        match fit.execute(Command::ApplyBatch) {
            Ok(step) => sum += step.loss.to_f64() * f64::from(waiting),
            Err(fault) => failed = Some((pass.rows.saturating_sub(1), fault)),
        }
    }
    if let Some((row, fault)) = failed {
        restore(fit, &before.0, before.1);
        return Err(refused(arrays, (row, fault), &file.features));
    }
    while let Some(verdict) = fit.verdict() {
        pass.verdicts.extend(tell(&verdict));
    }
    pass.loss = sum / total;
    model.has_learned = true;
    Ok(pass)
}

/// Puts a fit back to where it was.
fn restore<T: Real>(fit: &mut HostFit<T>, state: &[T], steps: u64) {
    // It was there before.
    let _ = fit.execute(Command::Restore { state, steps });
}

/// A verdict that says more than how far a fit has come.
pub(super) fn tell(verdict: &downhill::health::Verdict) -> Option<String> {
    let kind = verdict.finding.name();
    let is_progress = matches!(kind, "converging" | "converged" | "plateau");
    let told: Value = json!({
        "kind": kind,
        "severity": verdict.severity,
        "step": verdict.step,
        "finding": verdict.finding.to_string(),
        "is_failure": verdict.severity == Severity::Failure,
    });
    (!is_progress).then(|| told.to_string())
}

/// Reason for which a row was not learned from, and the whole pass was undone.
#[cold]
fn refused(arrays: &Arrays<'_>, (row, fault): (usize, Fault), names: &[String]) -> Failure {
    let odd = |grid: &Grid<'_>, names: &[String]| {
        let mut columns = 0..grid.columns();
        let at = columns.find(|&at| !(grid.number(row, at) as f32).is_finite())?;
        let name = names.get(at).map_or("?", String::as_str);
        Some(not_finite(row, name, grid.number(row, at)))
    };
    let target = match &arrays.target {
        TargetArray::Amounts(grid) => odd(grid, &arrays.targets),
        TargetArray::Labels { .. } => None,
    };
    let weight = arrays.weight.as_ref();
    let weight = weight.and_then(|grid| odd(grid, &["sample_weight".to_owned()]));
    let known = odd(&arrays.features, names).or(target).or(weight);
    known.unwrap_or_else(|| {
        Failure::Fit(format!(
            "row {row}: {fault}; nothing of these rows was learned: take a lower `--lr`, or scale \
             the columns"
        ))
    })
}
