//! An interval around predictions that follows the targets of the rows before.

use std::fmt::Write as _;
use std::io::Write as _;

use downhill::Real;
use downhill::interval::Interval;
use downhill_tables::{CsvFile, Files, Rows};
use serde::Serialize;

use super::rows::{amount, each_row, quoted};
use crate::arguments::PredictArguments;
use crate::data::encode::Encoder;
use crate::data::ranges::Beyond;
use crate::data::signal::WindowRows;
use crate::evaluate::assessor::Assessor;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};
use crate::support::output::{ResultWriter, Versioned};

/// Result, as `--json` prints it. A row without a prediction has `null`.
#[derive(Serialize)]
struct FollowedResult {
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    target: Option<String>,
    rows: usize,
    missing: usize,
    predictions: Vec<Option<f64>>,
    /// Share of targets that the intervals are to hold.
    interval: f64,
    prediction_interval: Vec<Option<[f64; 2]>>,
    /// Rows with a target, and the share of these that the intervals hold.
    targets_known: usize,
    covered: Option<f64>,
}

/// Prediction and interval of a row.
type Followed = Option<(f64, [f64; 2])>;

/// The interval of a model at this level.
///
/// # Errors
/// The model was fitted for another one.
pub(super) fn of_level<T: Real, F>(
    model: &Model<T, F>,
    level: f64,
    arguments: &PredictArguments,
) -> Outcome<Option<Interval<T>>> {
    let Some(interval) = model.file.interval else {
        return Ok(None);
    };
    match interval.coverage() == T::from_f64(level) {
        true => Ok(Some(interval)),
        false => Err(Failure::Usage(format!(
            "{} was fitted with `--coverage {}`; give `--interval {}`, or fit it with `--coverage \
             {level}`",
            arguments.model.display(),
            interval.coverage().to_f64() as f32,
            interval.coverage().to_f64() as f32
        ))),
    }
}

/// Predicts the rows, each with the interval that the targets in front of it lead to.
pub(super) fn write<T: Real, F: Assessor<T>>(
    arguments: &PredictArguments,
    model: &mut Model<T, F>,
    (mut interval, encoder, beyond): (Interval<T>, Encoder, &mut Beyond<T>),
    (opened, windows): (&CsvFile, Option<&WindowRows>),
    out: &mut ResultWriter,
) -> Outcome {
    let targets = targets(model, opened)?;
    let level = interval.coverage().to_f64();
    let (mut rows, mut known, mut inside) = (Vec::<Followed>::new(), 0, 0);
    each_row(opened, (encoder, beyond), model, |file, row| {
        let target = targets.get(rows.len()).copied().flatten();
        rows.push(row.map(|(_, outputs)| {
            let (predicted, width) = (amount(file, outputs), interval.width().to_f64());
            if let Some(target) = target {
                let residual = T::from_f64(target - predicted);
                known += 1;
                inside += usize::from(interval.holds(residual));
                // A residual that is not finite tells nothing of the others.
                let _ = interval.observe(residual);
            }
            (predicted, [predicted - width, predicted + width])
        }));
        Ok(true)
    })?;
    let covered = (known > 0).then(|| inside as f64 / known as f64);
    let text = match arguments.json {
        true => {
            let document = FollowedResult {
                status: "done",
                model: arguments.model.display().to_string(),
                fingerprint: model.trainer.fingerprint().to_string(),
                data: Files::from(&arguments.data).to_string(),
                target: model.file.target.option(),
                rows: rows.len(),
                missing: rows.iter().filter(|row| row.is_none()).count(),
                predictions: rows.iter().map(|row| Some(row.as_ref()?.0)).collect(),
                interval: level,
                prediction_interval: rows.iter().map(|row| Some(row.as_ref()?.1)).collect(),
                targets_known: known,
                covered,
            };
            serde_json::to_string_pretty(&Versioned::new(&document)).unwrap_or_default() + "\n"
        }
        false => lines(&rows, windows),
    };
    let written = out.write_all(text.as_bytes());
    out.went(written).map(drop)
}

/// A line of each row.
fn lines(rows: &[Followed], windows: Option<&WindowRows>) -> String {
    let mut text = String::from(match windows {
        Some(_) => "recording,start,end,prediction,prediction_low,prediction_high\n",
        None => "prediction,prediction_low,prediction_high\n",
    });
    for (at, row) in rows.iter().enumerate() {
        if let Some((recording, [start, end])) = windows.and_then(|windows| windows.of(at)) {
            let _ = write!(text, "{},{start},{end},", quoted(recording));
        }
        let _ = match row {
            Some((predicted, [low, high])) => writeln!(text, "{predicted},{low},{high}"),
            None => writeln!(text, ",,"),
        };
    }
    text
}

/// Target of each row, where the file has them.
fn targets<T: Real, F>(model: &Model<T, F>, opened: &CsvFile) -> Outcome<Vec<Option<f64>>> {
    let [target] = &model.file.target.names[..] else {
        return Ok(Vec::new());
    };
    if !opened.has(target) {
        return Ok(Vec::new());
    }
    let at = opened.find(target)?;
    let mut rows = opened.rows(&vec![Rows::NOWHERE; opened.names().len()])?;
    let mut targets = Vec::new();
    while let Some(row) = rows.next_row()? {
        targets.push(row.number(at)?);
    }
    Ok(targets)
}
