//! `downhill eval`: measures a model on the rows of a file.

use downhill::Real;
use downhill::model::AnyModel;
use downhill_tables::{CsvFile, Files, HowRead};
use serde::Serialize;

use crate::arguments::EvalArguments;
use crate::commands::normal;
use crate::data::names;
use crate::data::signal::Wanted;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure::{self, Measure, RowFault};
use crate::evaluate::metrics::{Confusion, Keep, Metrics, Top};
use crate::model::model_file::{self, Loaded, Model};
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::support::{messages, output};

/// Result, as `--json` prints it.
#[derive(Serialize)]
struct EvalResult<'a> {
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    format: HowRead,
    rows: usize,
    dropped: usize,
    /// Measured, with the last number of a column in place of one that is missing.
    filled: usize,
    target: Option<String>,
    targets: &'a [String],
    /// Rows by true and predicted class, of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    confusion: Option<Confusion>,
    /// Threshold of class 1, of two classes.
    threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anomalies: Option<usize>,
    metrics: Metrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<Top>,
}

pub(crate) fn run(arguments: &EvalArguments) -> Outcome {
    match model_file::read(&arguments.model)? {
        Loaded::F32(mut model) => evaluate(arguments, &mut model),
        Loaded::F64(mut model) => evaluate(arguments, &mut model),
        Loaded::Q15(mut model) => evaluate(arguments, &mut model),
        Loaded::Normal(model) => normal::eval(arguments, *model),
    }
}

fn evaluate<T: Real, F: Assessor<T>>(
    arguments: &EvalArguments,
    model: &mut Model<T, F>,
) -> Outcome {
    let Model { file, trainer } = model;
    let reading = measure::reading(trainer, file.target.kind);
    let of_two = reading.has_threshold();
    if !of_two {
        let two_classes_only = [
            ("--threshold", arguments.threshold.is_some()),
            ("--cost", arguments.cost.is_some()),
            ("--top", arguments.top.is_some()),
        ];
        if let Some((option, _)) = two_classes_only.iter().find(|option| option.1) {
            return Err(Failure::Usage(format!(
                "`{option}` is for a model of two classes, and {} is of another kind",
                arguments.model.display()
            )));
        }
    }
    if let Some(threshold) = arguments.threshold {
        reading.check_threshold(threshold)?;
    }
    if let (Some(formula), AnyModel::Formula(program)) = (&file.formula, trainer.model())
        && let Some(note) = formula.note(program, &file.target)
    {
        messages::say(format_args!("{note}"));
    }
    let how = file.with_dates(arguments.table.reading(&file.missing_values));
    let raw = CsvFile::open_all(&arguments.data, &how)?;
    let targets = &file.target.names;
    let given = arguments.weight.as_ref();
    let given = given.map(|name| names::one(name, |name| raw.has(name)));
    let weight = given.or_else(|| file.weighting.column.clone());
    let wanted = Wanted {
        targets,
        weight: weight.as_deref(),
        group: None,
    };
    let (opened, _) = file.cut(raw, wanted, &how)?;
    let (files, weight) = (opened.files(), weight.as_ref());
    let mut encoder = file.encoder(&opened, targets, weight)?;
    let names = file.target.outputs(&file.features);
    let mut measure = Measure::new(trainer, file.target.kind, names, Keep::Ranked);
    // What each row is worth, before its class weighs.
    let mut worth = Vec::new();
    let mut anomalies = file.anomaly.map(|_| 0);
    let samples = encoder.each(&opened, |rows| {
        if let (AnyModel::Formula(program), [target]) = (trainer.model(), &targets[..]) {
            rows.take_left_side(files, target, program)?;
        }
        if arguments.top.is_some() {
            worth.extend(rows.iter().map(|row| row.weight.to_f64()));
        }
        rows.weigh_classes(&file.weighting.classes);
        let taken = measure.take(rows.iter(), trainer, |loss| {
            if let (Some(anomalies), Some(anomaly)) = (&mut anomalies, file.anomaly) {
                *anomalies += usize::from(loss > anomaly.threshold);
            }
        });
        taken.map_err(|RowFault { line, fault }| measure::too_far(files, line, fault))?;
        Ok(true)
    })?;
    let mut results = measure.results(trainer);
    if results.rows == 0 {
        return Err(samples.none_left(files));
    }
    let threshold = file.recipe.threshold.map(|threshold| threshold.to_f64());
    if let Some(threshold) = arguments.threshold.or(threshold) {
        results.threshold = threshold;
    }
    results.cost = arguments.cost.or(file.weighting.cost);
    let metrics = results.metrics().ok_or_else(|| {
        Failure::Input(format!(
            "{}: every row weighs 0, so there is nothing to measure; check {}",
            files,
            match file.weighting.classes.is_empty() {
                true => "`--weight`",
                false => "`--weight`, and the `--class-weight` that the model was fitted with",
            }
        ))
    })?;
    let top = arguments.top.map(|rows| Top::of(&results, &worth, rows));
    let document = EvalResult {
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: trainer.fingerprint().to_string(),
        data: Files::from(&arguments.data).to_string(),
        format: opened.how_read(),
        rows: results.rows,
        dropped: samples.dropped,
        filled: samples.filled,
        target: file.target.option(),
        targets: &file.target.names,
        confusion: Confusion::of(&results, &file.target.classes),
        threshold: of_two.then_some(results.threshold),
        anomalies,
        metrics,
        top,
    };
    match arguments.json {
        true => output::print_json(&document),
        false => {
            let mut text = format!(
                "{} by {}: {} rows of {}, {} dropped for a missing value\n",
                file.target, document.model, document.rows, document.data, document.dropped
            );
            report::filled(&mut text, document.filled);
            report::how_read(&mut text, &opened.how_read());
            report::metrics(&mut text, &[("metric", Some(&document.metrics))]);
            if let Some(confusion) = &document.confusion {
                report::confusion(&mut text, confusion);
            }
            if let Some(top) = top {
                report::top(&mut text, &top, &file.target.classes.said(1));
            }
            if let (Some(anomalies), Some(anomaly)) = (anomalies, file.anomaly) {
                text += &format!(
                    "{anomalies} anomalies: rows with a reconstruction error above {}\n",
                    anomaly.threshold
                );
            }
            output::print(&text)
        }
    }
}
