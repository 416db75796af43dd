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
mod target;
mod time;

use std::fmt::Write;

use downhill_tables::{CsvFile, Files};

use crate::arguments::InspectArguments;
use crate::data::classes::Asked;
use crate::data::columns::{Features, TargetKind, all_named, choose, one};
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
    let table = file.table(usize::MAX)?;
    file.take_formats(&table);
    let target = arguments.target.as_deref().unwrap_or_default();
    let targets = [one(&table, target)];
    let named = all_named(&table, &arguments.features);
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
    let frame = Frame::new(&table, &choice)?;
    let mut findings = Vec::new();
    columns::look(&frame, &mut findings);
    rows::look(&frame, &mut findings);
    target::look(&frame, &mut findings);
    let row_order = RowOrder::find(&table, &choice);
    order::look(&row_order, choice.features.len(), &mut findings);
    if let Some(order) = &time {
        time::look(&frame, order, &mut findings);
    }
    let mut glance = Glance::new(file.how_read(), &table, &frame, time_column);
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
        rows: table.lines.len(),
        whole_rows: frame.whole.len(),
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
