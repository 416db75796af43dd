//! `downhill predict` by a model of what is normal.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use downhill_tables::{CsvFile, Files};
use serde::Serialize;

use super::watch::{Row, watch};
use crate::arguments::PredictArguments;
use crate::data::signal::Wanted;
use crate::model::normal::NormalModel;
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;
use crate::support::output::{self, ResultWriter, Versioned};

/// Result, as `--json` prints it. A row that misses a number has `null`.
#[derive(Serialize)]
struct PredictResult<'a> {
    status: &'static str,
    model: String,
    fingerprint: &'a str,
    data: String,
    rows: usize,
    missing: usize,
    /// Above which score a row is an anomaly.
    threshold: f32,
    /// Where each window was, of a signal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    windows: Vec<WindowPlace>,
    /// 1 of an anomaly.
    predictions: Vec<Option<u8>>,
    scores: Vec<Option<f64>>,
    /// Numbers of the rows that raised an alarm, from 0 on.
    alarms: Vec<usize>,
}

#[derive(Serialize)]
struct WindowPlace {
    recording: String,
    start: u64,
    end: u64,
}

/// Watches the rows of files, and writes a line of each.
pub(crate) fn predict(arguments: &PredictArguments, mut model: NormalModel) -> Outcome {
    if arguments.interval.is_some() {
        return Err(Failure::Usage(format!(
            "`--interval` is of a model of amounts, and {} is one of what is normal",
            arguments.model.display()
        )));
    }
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => {
            let data = arguments.data.iter();
            let inputs: Vec<&Path> = data.chain([&arguments.model]).map(AsRef::as_ref).collect();
            Some(output::Target::new(path, &inputs)?)
        }
    };
    let file = &model.file;
    let how = arguments.table.reading(&file.missing_values);
    let how = file.rows().with_dates(how);
    let raw = CsvFile::open_all(&arguments.data, &how)?;
    let (opened, windows) = file.rows().cut(raw, Wanted::default(), &how)?;
    let rows = watch(&mut model, &opened, windows.as_ref(), None)?;
    messages::how_read(&opened);
    let mut out = ResultWriter::new(out)?;
    let place = |at| windows.as_ref().and_then(|windows| windows.of(at));
    let text = match arguments.json {
        true => {
            let place = |at| {
                let (recording, [start, end]) = place(at)?;
                Some(WindowPlace {
                    recording: recording.into(),
                    start,
                    end,
                })
            };
            let document = PredictResult {
                status: "done",
                model: arguments.model.display().to_string(),
                fingerprint: &model.file.fingerprint,
                data: Files::from(&arguments.data).to_string(),
                rows: rows.len(),
                missing: rows.iter().filter(|row| row.is_none()).count(),
                threshold: model.file.normal.threshold,
                windows: (0..rows.len()).map_while(place).collect(),
                predictions: of(&rows, |row| u8::from(row.is_above)),
                scores: of(&rows, |row| row.score),
                alarms: { rows.iter().enumerate() }
                    .filter(|(_, row)| row.is_some_and(|row| row.alarm))
                    .map(|(at, _)| at)
                    .collect(),
            };
            serde_json::to_string_pretty(&Versioned::new(&document)).unwrap_or_default() + "\n"
        }
        false => {
            let mut text = String::new();
            text += match windows {
                Some(_) => "recording,start,end,score,anomaly,alarm\n",
                None => "score,anomaly,alarm\n",
            };
            for (at, row) in rows.iter().enumerate() {
                if let Some((recording, [start, end])) = place(at) {
                    let _ = write!(text, "{},{start},{end},", quoted(recording));
                }
                let _ = match row {
                    Some(row) => writeln!(
                        text,
                        "{},{},{}",
                        row.score as f32,
                        u8::from(row.is_above),
                        u8::from(row.alarm)
                    ),
                    None => writeln!(text, ",,"),
                };
            }
            text
        }
    };
    let written = out.write_all(text.as_bytes());
    out.went(written)?;
    out.finish()
}

/// Something of each row that there is.
fn of<T>(rows: &[Row], take: impl Fn(&crate::evaluate::anomalies::Watched) -> T) -> Vec<Option<T>> {
    rows.iter().map(|row| row.as_ref().map(&take)).collect()
}

/// A cell of a CSV file.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into(),
    }
}
