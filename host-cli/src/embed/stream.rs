//! Rows in memory that a model learns from once, in their order.

use downhill::fit::Command;
use downhill::health::Severity;
use downhill::{Fault, Real};
use serde_json::{Value, json};

use super::in_memory::{InMemory, Kept};
use super::predict::{not_finite, wrong_width};
use crate::data::arrays::{Arrays, TargetArray};
use crate::data::columns::TargetKind;
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

/// A row, as a fit takes it.
struct Room<T> {
    features: Vec<T>,
    target: Vec<T>,
}

pub(super) fn learn<T: Kept>(model: &mut InMemory<T>, arrays: &Arrays<'_>) -> Outcome<Pass> {
    let InMemory { file, fit, .. } = model;
    let (width, targets) = (file.features.len(), file.target.names.len());
    if arrays.features.columns() != width {
        return Err(wrong_width(arrays.features.columns(), width));
    }
    let classes = match &arrays.target {
        TargetArray::Amounts(_) => Vec::new(),
        TargetArray::Labels { labels, .. } => {
            let class = |(text, _): &(String, Option<f64>)| {
                let class = file.target.classes.named(text);
                class.map(|class| T::from_f64(class as f64)).ok_or_else(|| {
                    Failure::Input(format!(
                        "`{text}` is no class of the model, which knows {}",
                        file.target.classes
                    ))
                })
            };
            labels.iter().map(class).collect::<Outcome<Vec<T>>>()?
        }
    };
    let is_class = file.target.kind == TargetKind::Class;
    if is_class == matches!(arrays.target, TargetArray::Amounts(_)) {
        return Err(Failure::Usage(
            "a model of classes learns from labels, and one of amounts from amounts".into(),
        ));
    }
    let before = (fit.trainer.state().to_vec(), fit.trainer.steps());
    let mut room = Room {
        features: vec![T::ZERO; width],
        target: vec![T::ZERO; targets],
    };
    let origins = &file.origins;
    let is_shifted = !origins.is_none();
    let mut pass = Pass::default();
    let (mut sum, mut total) = (0.0, 0.0);
    let batch = f64::from(fit.batch.max(1));
    let mut failed = None;
    let watch = interrupt::Watch::new();
    for row in 0..arrays.features.rows() {
        if watch.asked() {
            break;
        }
        let features = match arrays.features.row::<T>(row).filter(|_| !is_shifted) {
            Some(features) => features,
            None => {
                for (at, place) in room.features.iter_mut().enumerate() {
                    let number = arrays.features.number(row, at);
                    *place = T::from_f64(number - origins.feature(at));
                }
                &room.features
            }
        };
        let target = match &arrays.target {
            TargetArray::Labels { codes, .. } => {
                room.target[0] = classes[codes[row] as usize];
                &room.target[..]
            }
            TargetArray::Amounts(grid) => match grid.row::<T>(row).filter(|_| !is_shifted) {
                Some(target) => target,
                None => {
                    for (at, place) in room.target.iter_mut().enumerate() {
                        *place = T::from_f64(grid.number(row, at) - origins.target(at));
                    }
                    &room.target[..]
                }
            },
        };
        let weight = match &arrays.weight {
            Some(grid) => T::from_f64(grid.number(row, 0)),
            None => T::ONE,
        };
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
fn tell(verdict: &downhill::health::Verdict) -> Option<String> {
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
