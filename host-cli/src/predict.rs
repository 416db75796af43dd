//! `downhill predict`: predicts the rows of a file.

use std::fmt::Write;
use std::path::Path;

use downhill::Real;
use serde::Serialize;

use crate::arguments::PredictArguments;
use crate::columns::TargetKind;
use crate::failure::{Failure, Outcome};
use crate::metrics::Reading;
use crate::model_file::{self, Loaded, Model};
use crate::table::{self, Table};
use crate::{features, measure, output, samples};

/// What `--json` writes. A row that misses a number has `null`.
#[derive(Serialize)]
struct Document<'a, T> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    target: Option<String>,
    targets: &'a [String],
    rows: usize,
    missing: usize,
    /// The class of a classifier, else the amount.
    predictions: Vec<Option<Answer<T>>>,
    /// Of class 1, or of each class.
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilities: Option<Vec<Option<Numbers<'a, T>>>>,
    /// What is above 0 for class 1, or the reconstruction errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<Vec<Option<Numbers<'a, T>>>>,
    /// Above which score a row is an anomaly.
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
}

/// What is predicted.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<T> {
    Amount(T),
    Amounts(Vec<T>),
    Class(usize),
}

/// What a class is chosen by.
#[derive(Serialize)]
#[serde(untagged)]
enum Numbers<'a, T> {
    One(T),
    Each(&'a [T]),
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
    let how = arguments.table.reading(&model.file.missing_values);
    let table = table::read(&arguments.data, &how)?;
    let predictions = each_row(&table, model)?;
    let text = match arguments.json {
        true => json(arguments, model, &predictions)?,
        false => csv(model, &predictions),
    };
    match out {
        Some(out) => out.write(&text),
        None => output::print(&text),
    }
}

/// A prediction for each row; `None` where a feature is missing and nothing stands in for it.
fn each_row<T: Real>(table: &Table, model: &mut Model<T>) -> Outcome<Vec<Option<Vec<T>>>> {
    let columns = features::of_model(table, &model.file.features, &model.file.encoding)?;
    let mut predictions = Vec::with_capacity(table.lines.len());
    let mut features = Vec::with_capacity(columns.len());
    let (missing, mut last) = (model.file.missing.rule(), vec![T::NAN; columns.len()]);
    for (row, line) in table.lines.iter().enumerate() {
        features.clear();
        for column in &columns {
            let value = column.value(table, row);
            features.push(match value.is_nan() {
                true => T::NAN,
                false => samples::narrow(table, row, column.at, value)?,
            });
        }
        if !missing.fill(None, &mut features, &mut last) {
            predictions.push(None);
            continue;
        }
        let prediction = match model.file.target.kind {
            TargetKind::Features => model
                .trainer
                .evaluate(&features, &features)
                .map(|score| vec![score]),
            _ => model.trainer.predict(&features).map(<[T]>::to_vec),
        };
        let prediction = prediction.map_err(|fault| {
            Failure::Input(format!(
                "{}, line {line}: {fault}; the numbers are too far from those that the model \
                 was fitted to",
                table.path.display()
            ))
        })?;
        predictions.push(Some(prediction));
    }
    Ok(predictions)
}

/// How predictions are shown: a reconstruction error as a score.
fn reading<T: Real>(model: &Model<T>) -> Reading {
    match model.file.target.kind {
        TargetKind::Features => Reading::Score,
        kind => measure::reading(&model.trainer, kind),
    }
}

/// The class that a prediction stands for; 1 of an anomaly.
fn class<T: Real>(model: &Model<T>, prediction: &[T]) -> usize {
    match (model.file.anomaly, prediction) {
        (Some(anomaly), &[score]) => usize::from(score.to_f64() > anomaly.threshold),
        _ => model.file.recipe.class_of(prediction),
    }
}

/// A cell of a CSV file.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into(),
    }
}

fn csv<T: Real + std::fmt::Display>(model: &Model<T>, predictions: &[Option<Vec<T>>]) -> String {
    let reading = reading(model);
    let mut text: String = match reading {
        Reading::Amounts(1) => "prediction\n".into(),
        Reading::Amounts(_) => {
            let names = model.file.target.outputs(&model.file.features).iter();
            let names = names.map(|name| quoted(&format!("prediction_{name}")));
            names.collect::<Vec<_>>().join(",") + "\n"
        }
        Reading::Score if model.file.anomaly.is_some() => "score,anomaly\n".into(),
        Reading::Probability => "probability,class\n".into(),
        Reading::Score => "score,class\n".into(),
        Reading::Probabilities(classes) => {
            let names: Vec<String> = (0..classes).map(|k| format!("probability_{k}")).collect();
            format!("{},class\n", names.join(","))
        }
    };
    for prediction in predictions {
        let _ = match (prediction, reading) {
            (Some(amounts), Reading::Amounts(_)) => writeln!(text, "{}", joined(amounts)),
            (Some(numbers), _) => {
                writeln!(text, "{},{}", joined(numbers), class(model, numbers))
            }
            // Quoted, for an empty line is no row to most readers.
            (None, Reading::Amounts(1)) => writeln!(text, "\"\""),
            (None, Reading::Amounts(amounts)) => writeln!(text, "{}", ",".repeat(amounts - 1)),
            (None, _) => writeln!(text, "{}", ",".repeat(reading.width())),
        };
    }
    text
}

fn joined<T: std::fmt::Display>(numbers: &[T]) -> String {
    let texts: Vec<String> = numbers.iter().map(T::to_string).collect();
    texts.join(",")
}

fn json<T: Real + Serialize>(
    arguments: &PredictArguments,
    model: &Model<T>,
    predictions: &[Option<Vec<T>>],
) -> Outcome<String> {
    let reading = reading(model);
    let answer = |numbers: &Vec<T>| match reading {
        Reading::Amounts(1) => Answer::Amount(numbers[0]),
        Reading::Amounts(_) => Answer::Amounts(numbers.clone()),
        _ => Answer::Class(class(model, numbers)),
    };
    let numbers = || {
        let rows = predictions.iter().map(Option::as_deref);
        let shown = rows.map(|row| {
            row.map(|numbers| match numbers {
                [one] => Numbers::One(*one),
                each => Numbers::Each(each),
            })
        });
        shown.collect::<Vec<_>>()
    };
    let document = Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: model.trainer.fingerprint().to_string(),
        data: arguments.data.display().to_string(),
        target: model.file.target.option(),
        targets: &model.file.target.names,
        threshold: model.file.anomaly.map(|anomaly| anomaly.threshold),
        rows: predictions.len(),
        missing: predictions.iter().filter(|p| p.is_none()).count(),
        predictions: predictions
            .iter()
            .map(|row| row.as_ref().map(answer))
            .collect(),
        probabilities: matches!(reading, Reading::Probability | Reading::Probabilities(_))
            .then(numbers),
        scores: (reading == Reading::Score).then(numbers),
    };
    let text = serde_json::to_string_pretty(&document).map_err(Failure::input)?;
    Ok(text + "\n")
}
