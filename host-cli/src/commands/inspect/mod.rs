//! `downhill inspect`: looks at the data before anything is fitted.

mod column;
mod columns;
mod document;
mod finding;
mod frame;
mod glance;
mod order;
mod page;
mod rows;
mod signal;
mod statistics;
mod tallies;
mod target;
mod time;

use std::fmt::Write;

use downhill_tables::{CsvFile, Files, HEAD_ROWS};

use crate::arguments::InspectArguments;
use crate::data::classes::Asked;
use crate::data::columns::{Features, TargetKind, all_named, choose, one};
use crate::data::long_format;
use crate::data::row_order::RowOrder;
use crate::data::shifts;
use crate::options::paths;
use crate::report;
use crate::report::page::Report;
use crate::support::failure::{Failure, Outcome};
use crate::support::{messages, output};

use column::Column;
use document::Inspection;
use frame::Frame;
use glance::Glance;
use tallies::Tallies;

/// Numbers that are held to look at, of as many rows as have them.
const CELLS: usize = 1 << 20;
/// Fewest and most rows that are held of a file that has more.
const FEWEST: usize = 512;
const MOST: usize = 1 << 16;

pub(crate) fn run(arguments: &InspectArguments) -> Outcome {
    if arguments.signal {
        return signal::run(arguments);
    }
    let of_signal = [
        ("--recording", arguments.recording.is_some()),
        ("--rate", arguments.rate.is_some()),
    ];
    if let Some((option, _)) = of_signal.iter().find(|option| option.1) {
        return Err(Failure::Usage(format!(
            "`{option}` is of raw samples: look at these with `--signal`"
        )));
    }
    let report = Report::asked(arguments.report.as_deref(), None, &paths(&arguments.data))?;
    let (document, targets) = look(arguments)?;
    messages::warnings(&document.format.how, &document.data);
    if let Some(report) = report {
        report.write(&page::of(&document, &targets))?;
    }
    match arguments.json {
        true => output::print_json(&document),
        false => output::print(&text(&document)),
    }
}

/// Everything that is found, and the target's numbers where it has one.
fn look(arguments: &InspectArguments) -> Outcome<(Inspection, Vec<f64>)> {
    let options = arguments.table.reading(&[]);
    let mut file = CsvFile::open_all(&arguments.data, &options)?;
    let table = file.spread((CELLS / file.names().len()).clamp(FEWEST, MOST))?;
    file.take_formats(&table);
    let target = arguments.target.as_deref().unwrap_or_default();
    let targets = [one(&table, target)];
    let named = all_named(&table, &arguments.features);
    long_format::check(&table, &targets, &named, None)?;
    let features = Features::named(&named);
    let mut choice = choose(&table, &targets, None, features, &Asked::default())?;
    let mut time_column = None;
    let time = match &arguments.time {
        Some(name) => {
            let column = table.find(&one(&table, name))?;
            choice
                .features
                .retain(|found| found.at != column || !found.feature.is_plain());
            choice
                .left_out
                .retain(|out| out.column != table.columns[column].name);
            time_column = Some(column);
            Some(time::order(&table, column)?)
        }
        None => None,
    };
    let time_of_glance = time_column.or_else(|| glance::RowOrder::column(&table));
    let tallies = Tallies::of(&file, &table, &choice, time_of_glance)?;
    let frame = Frame::new(&table, &choice, tallies)?;
    let mut findings = Vec::new();
    columns::look(&frame, &mut findings);
    rows::look(&frame, &mut findings);
    target::look(&frame, &mut findings);
    // Rows that follow each other, as `fit` looks at them.
    let head = match table.is_sample() {
        true => Some(file.table(HEAD_ROWS)?),
        false => None,
    };
    let row_order = RowOrder::find(head.as_ref().unwrap_or(&table), &choice);
    order::look(&row_order, choice.features.len(), &mut findings);
    if let Some(order) = &time {
        time::look(&frame, order, &mut findings);
    }
    let mut glance = Glance::new(
        choice.notes_of(file.how_read()),
        &table,
        &frame,
        time_of_glance,
    );
    glance.origins = shifts::origins(&table, &choice, frame.classes == 0);
    let document = Inspection {
        status: "done",
        data: Files::from(&arguments.data).to_string(),
        format: glance,
        target: targets[0].clone(),
        kind: match frame.classes {
            0 => TargetKind::Number,
            _ => TargetKind::Class,
        },
        taken: frame.taken.clone(),
        rows: table.rows,
        whole_rows: frame.all.whole,
        rows_looked_at: table.is_sample().then_some(frame.held),
        features: choice.names(),
        left_out: choice.left_out,
        findings,
        columns: Column::all(&frame),
    };
    Ok((document, frame.present(frame.target())))
}

fn text(document: &Inspection) -> String {
    let Inspection {
        data,
        format,
        left_out,
        findings,
        ..
    } = document;
    let [rows, features] = document.counts();
    let mut text = format!("{data}: {rows}; {features}\n");
    report::how_read(&mut text, &format.how);
    for [heading, line] in format.lines() {
        let _ = writeln!(text, "{heading:8} {line}");
    }
    if let Some(taken) = &document.taken {
        let _ = writeln!(text, "{taken}");
    }
    report::left_out(&mut text, left_out);
    if let Some(held) = document.rows_looked_at {
        let _ = writeln!(
            text,
            "columns are told by {held} rows, spread over the file; counts are of all {}",
            document.rows
        );
    }
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
