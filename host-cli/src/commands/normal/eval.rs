//! `downhill eval` of a model of what is normal.

use downhill_tables::{CsvFile, Files, HowRead};
use serde::Serialize;

use super::text;
use super::watch::watch;
use crate::arguments::EvalArguments;
use crate::data::classes::{self, Classes};
use crate::data::signal::Wanted;
use crate::evaluate::anomalies::{Anomalies, Watched};
use crate::model::normal::NormalModel;
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

/// Result, as `--json` prints it.
#[derive(Serialize)]
struct EvalResult<'a> {
    status: &'static str,
    model: String,
    fingerprint: &'a str,
    data: String,
    format: HowRead,
    rows: usize,
    dropped: usize,
    target: Option<String>,
    /// Labels that are normal.
    #[serde(serialize_with = "classes::as_values")]
    normal: &'a Classes,
    threshold: f32,
    metrics: Anomalies,
}

/// Measures the model on the rows of files.
pub(crate) fn eval(arguments: &EvalArguments, mut model: NormalModel) -> Outcome {
    let given = [
        ("--threshold", arguments.threshold.is_some()),
        ("--cost", arguments.cost.is_some()),
        ("--top", arguments.top.is_some()),
        ("--weight", arguments.weight.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|own| own.1) {
        return Err(Failure::Usage(format!(
            "`{option}` does not go with {}, a model of what is normal; leave it out",
            arguments.model.display()
        )));
    }
    let how = arguments.table.reading(&model.file.missing_values);
    let how = model.file.rows().with_dates(how);
    let raw = CsvFile::open_all(&arguments.data, &how)?;
    let targets = model.file.target.names.clone();
    let wanted = Wanted {
        targets: &targets,
        ..Wanted::default()
    };
    let (opened, windows) = model.file.rows().cut(raw, wanted, &how)?;
    let labels = targets.first().map(String::as_str);
    let rows = watch(&mut model, &opened, windows.as_ref(), labels)?;
    let watched: Vec<Watched> = rows.iter().copied().flatten().collect();
    let metrics = Anomalies::of(&watched).ok_or_else(|| {
        Failure::Input(format!(
            "{}: no row has a number in every column used; check `--missing-value`",
            opened.files()
        ))
    })?;
    let file = &model.file;
    let document = EvalResult {
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: &file.fingerprint,
        data: Files::from(&arguments.data).to_string(),
        format: opened.how_read(),
        rows: watched.len(),
        dropped: rows.len() - watched.len(),
        target: file.target.option(),
        normal: &file.normal.labels,
        threshold: file.normal.threshold,
        metrics,
    };
    if arguments.json {
        return output::print_json(&document);
    }
    let mut text = format!(
        "{} by {}: {} rows of {}, {} dropped for a missing value\n",
        text::what(&file.normal.labels),
        document.model,
        document.rows,
        document.data,
        document.dropped
    );
    text::table(&mut text, &[("metric", Some(metrics))]);
    output::print(&text)
}
