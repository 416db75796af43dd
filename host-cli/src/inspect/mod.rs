//! `downhill inspect`: looks at the data before anything is fitted.

mod column;
mod columns;
mod finding;
mod page;
mod rows;
mod statistics;
mod target;
mod time;

use std::fmt::Write;

use downhill_tables::{CsvFile, LineNumbers, Table};
use serde::Serialize;

use crate::arguments::InspectArguments;
use crate::columns::{ColumnSelection, LeftOut, TargetKind, choose};
use crate::failure::Outcome;
use crate::format::counted;
use crate::page::Report;
use crate::{output, report, task};

use column::Column;
pub(crate) use finding::Finding;

/// Result, as `--json` prints it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    data: String,
    target: String,
    /// What the target's numbers stand for.
    kind: TargetKind,
    rows: usize,
    /// Rows in which nothing is missing that a fit would use.
    whole_rows: usize,
    features: Vec<String>,
    left_out: Vec<LeftOut>,
    findings: Vec<Finding>,
    /// The features, and the target at the end.
    columns: Vec<Column>,
}

/// A column of numbers as a fit would take it.
struct Series {
    name: String,
    /// NaN where it is missing.
    values: Vec<f64>,
}

/// What is looked at.
struct Frame<'a> {
    /// The line of the file on which each row starts.
    lines: &'a LineNumbers,
    /// The features, and the target at the end.
    series: Vec<Series>,
    /// How many classes the target has; 0 of an amount.
    classes: usize,
    /// Rows in which neither the target nor a feature misses a number.
    whole: Vec<usize>,
}

impl<'a> Frame<'a> {
    fn new(table: &'a Table, choice: &ColumnSelection) -> Self {
        let rows = 0..table.lines.len();
        let target = &table.columns[choice.targets[0]];
        let mut series: Vec<Series> = choice
            .features
            .iter()
            .map(|found| Series {
                name: found.feature.to_string(),
                values: rows.clone().map(|row| found.value(table, row)).collect(),
            })
            .collect();
        series.push(Series {
            name: target.name.clone(),
            values: target.values.clone(),
        });
        let classes = target.classes().filter(|&k| k <= task::FEW_CLASSES);
        let is_whole = |&row: &usize| series.iter().all(|one| !one.values[row].is_nan());
        Self {
            lines: &table.lines,
            classes: classes.unwrap_or(0),
            whole: rows.filter(is_whole).collect(),
            series,
        }
    }

    /// Where the target stands.
    fn target(&self) -> usize {
        self.series.len() - 1
    }

    /// Where the features stand.
    fn features(&self) -> std::ops::Range<usize> {
        0..self.target()
    }

    fn name(&self, column: usize) -> &str {
        &self.series[column].name
    }

    /// The numbers of a column that are there.
    fn present(&self, column: usize) -> Vec<f64> {
        let values = self.series[column].values.iter().copied();
        values.filter(|value| !value.is_nan()).collect()
    }

    /// A column's numbers beside the target's, where both are there.
    fn beside_target(&self, column: usize) -> (Vec<f64>, Vec<f64>) {
        let targets = self.series[self.target()].values.iter().copied();
        let pairs = self.series[column].values.iter().copied().zip(targets);
        pairs.filter(|(x, y)| !x.is_nan() && !y.is_nan()).unzip()
    }
}

pub(crate) fn run(arguments: &InspectArguments) -> Outcome {
    let report = Report::asked(arguments.report.as_deref(), None, &[&arguments.data])?;
    let (document, targets) = look(arguments)?;
    if let Some(report) = report {
        report.write(&page::of(&document, &targets))?;
    }
    match arguments.json {
        true => output::print_json(&document),
        false => output::print(&text(&document)),
    }
}

/// Everything that is found, and the target's numbers where it has one.
fn look(arguments: &InspectArguments) -> Outcome<(Document, Vec<f64>)> {
    let options = arguments.table.reading(&[]);
    let table = CsvFile::open(&arguments.data, &options)?.table(usize::MAX)?;
    let targets = [arguments.target.clone()];
    let asked = (!arguments.features.is_empty()).then_some(&arguments.features[..]);
    let mut choice = choose(&table, &targets, None, asked)?;
    let time = match &arguments.time {
        Some(name) => {
            let column = table.find(name)?;
            choice
                .features
                .retain(|found| found.at != column || !found.feature.is_plain());
            choice
                .left_out
                .retain(|out| out.column != table.columns[column].name);
            Some(time::order(&table, column)?)
        }
        None => None,
    };
    let frame = Frame::new(&table, &choice);
    let mut findings = Vec::new();
    columns::look(&frame, &mut findings);
    rows::look(&frame, &mut findings);
    target::look(&frame, &mut findings);
    if let Some(order) = &time {
        time::look(&frame, order, &mut findings);
    }
    let document = Document {
        schema: crate::output::SCHEMA,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        data: arguments.data.display().to_string(),
        target: arguments.target.clone(),
        kind: match frame.classes {
            0 => TargetKind::Number,
            _ => TargetKind::Class,
        },
        rows: table.lines.len(),
        whole_rows: frame.whole.len(),
        features: choice.names(),
        left_out: choice.left_out,
        findings,
        columns: Column::all(&frame),
    };
    Ok((document, frame.present(frame.target())))
}

fn text(document: &Document) -> String {
    let Document {
        data,
        target,
        rows,
        whole_rows,
        features,
        left_out,
        findings,
        ..
    } = document;
    let mut text = format!(
        "{data}: {}, {whole_rows} with nothing missing; {target} from {}\n",
        counted(*rows, "row"),
        counted(features.len(), "feature")
    );
    report::left_out(&mut text, left_out);
    if findings.is_empty() {
        text += "\nnothing stands out\n";
    }
    for finding in findings {
        let _ = write!(
            text,
            "\n{}: {}\n  why it matters: {}\n  what to do: {}\n",
            finding.kind.replace('_', " "),
            finding.seen,
            finding.matters,
            finding.advice
        );
    }
    text
}
