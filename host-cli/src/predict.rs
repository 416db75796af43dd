//! `downhill predict`: predicts the rows of a file.

use std::fmt::Write;
use std::path::Path;

use downhill::Real;
use serde::Serialize;

use crate::arguments::PredictArguments;
use crate::columns::TargetKind;
use crate::failure::{Failure, Outcome};
use crate::metrics::THRESHOLD;
use crate::model_file::{self, Loaded, Model};
use crate::table::{self, Table};
use crate::{columns, output, samples};

/// What `--json` writes. A row that misses a number has `null`.
#[derive(Serialize)]
struct Document<'a, T> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    target: &'a str,
    rows: usize,
    missing: usize,
    /// The class of a classifier, else the amount.
    predictions: Vec<Option<T>>,
    /// Of class 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilities: Option<Vec<Option<T>>>,
}

pub(crate) fn run(arguments: &PredictArguments) -> Outcome {
    match model_file::read(&arguments.model)? {
        Loaded::F32(mut model) => predict(arguments, &mut model),
        Loaded::F64(mut model) => predict(arguments, &mut model),
    }
}

fn predict<T>(arguments: &PredictArguments, model: &mut Model<T>) -> Outcome
where
    T: Real + Serialize + std::fmt::Display,
{
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(
            path,
            &[&arguments.data, &arguments.model],
        )?),
    };
    let missing = [&model.file.missing_values[..], &arguments.missing_value].concat();
    let table = table::read(&arguments.data, &missing)?;
    let predictions = each_row(&table, model)?;
    let text = match arguments.json {
        true => json(arguments, model, predictions)?,
        false => csv(model.file.target.kind, &predictions),
    };
    match out {
        Some(out) => out.write(&text),
        None => output::print(&text),
    }
}

/// A prediction for each row; `None` where a feature is missing.
fn each_row<T: Real>(table: &Table, model: &mut Model<T>) -> Outcome<Vec<Option<T>>> {
    let columns = columns::of_model(table, &model.file.features)?;
    let mut predictions = Vec::with_capacity(table.lines.len());
    let mut features = Vec::with_capacity(columns.len());
    for (row, line) in table.lines.iter().enumerate() {
        let gap = |&column: &usize| table.columns[column].values[row].is_nan();
        if columns.iter().any(gap) {
            predictions.push(None);
            continue;
        }
        features.clear();
        for &column in &columns {
            features.push(samples::narrow(table, row, column)?);
        }
        let prediction = model.trainer.predict(&features).map_err(|fault| {
            Failure::Input(format!(
                "{}, line {line}: {fault}; the numbers are too far from those that the model \
                 was fitted to",
                table.path.display()
            ))
        })?;
        predictions.push(prediction.first().copied());
    }
    Ok(predictions)
}

/// The class that a probability stands for.
fn class<T: Real>(probability: T) -> T {
    match probability.to_f64() >= THRESHOLD {
        true => T::ONE,
        false => T::ZERO,
    }
}

fn csv<T: Real + std::fmt::Display>(kind: TargetKind, predictions: &[Option<T>]) -> String {
    let mut text = String::from(match kind {
        TargetKind::Number => "prediction\n",
        TargetKind::Class => "probability,class\n",
    });
    for prediction in predictions {
        let _ = match (prediction, kind) {
            (Some(amount), TargetKind::Number) => writeln!(text, "{amount}"),
            (Some(probability), TargetKind::Class) => {
                writeln!(text, "{probability},{}", class(*probability))
            }
            // Quoted, for an empty line is no row to most readers.
            (None, TargetKind::Number) => writeln!(text, "\"\""),
            (None, TargetKind::Class) => writeln!(text, ","),
        };
    }
    text
}

fn json<T: Real + Serialize>(
    arguments: &PredictArguments,
    model: &Model<T>,
    predictions: Vec<Option<T>>,
) -> Outcome<String> {
    let rows = predictions.len();
    let missing = predictions.iter().filter(|p| p.is_none()).count();
    let (predictions, probabilities) = match model.file.target.kind {
        TargetKind::Number => (predictions, None),
        TargetKind::Class => {
            let classes = predictions.iter().map(|p| p.map(class)).collect();
            (classes, Some(predictions))
        }
    };
    let document = Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: model.trainer.fingerprint().to_string(),
        data: arguments.data.display().to_string(),
        target: &model.file.target.name,
        rows,
        missing,
        predictions,
        probabilities,
    };
    let text = serde_json::to_string_pretty(&document).map_err(Failure::input)?;
    Ok(text + "\n")
}
