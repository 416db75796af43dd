//! Times of rows, and the usual step of each recording.

use downhill_tables::{CsvFile, Files, Row, Rows};

use super::record::{SignalRecord, TimeColumn};
use crate::support::failure::Outcome;
use crate::support::messages;

/// A step longer than so many usual ones is a gap.
pub(super) const GAP: f64 = 1.5;
/// Share by which the rate of a recording may differ from that of the description unsaid.
const ANOTHER: f64 = 0.1;

/// Time of a row in seconds; `None` where its cell is missing.
pub(super) fn seconds(row: &Row<'_>, at: usize, time: &TimeColumn) -> Outcome<Option<f64>> {
    Ok(match time.is_stamp {
        true => row.seconds(at)?,
        false => row.number(at)?.map(|number| number * time.unit_seconds),
    })
}

/// What tells recordings apart: the name in a column, and the file.
pub(super) type Key = (String, usize);

/// The recording of a row.
pub(super) fn key(row: &Row<'_>, recording: Option<usize>) -> Outcome<Key> {
    let name = recording.map(|column| row.text(column)).transpose()?;
    let name = name.flatten().unwrap_or_default();
    Ok((name.into(), Files::file_of(row.line())))
}

/// The median of some steps; infinite where there are none.
fn usual(steps: &mut [f64]) -> f64 {
    let middle = steps.len() / 2;
    match steps.is_empty() {
        true => f64::INFINITY,
        false => *steps.select_nth_unstable_by(middle, f64::total_cmp).1,
    }
}

/// Usual step of time of each recording, in seconds, in the order of the file. Says which have
/// another rate than the description's.
pub(super) fn usual_steps(
    file: &CsvFile,
    record: &SignalRecord,
    recording: Option<usize>,
    (at, time): (usize, &TimeColumn),
) -> Outcome<Vec<f64>> {
    let mut rows = file.rows(&vec![Rows::NOWHERE; file.names().len()])?;
    let (mut all, mut steps) = (Vec::new(), Vec::new());
    let (mut current, mut last) = (None::<Key>, None::<f64>);
    let mut end = |key: &Key, steps: &mut Vec<f64>| {
        let step = usual(steps);
        let rate = record.rate.unwrap_or(1.0 / step);
        if step.is_finite() && (step * rate - 1.0).abs() > ANOTHER {
            let which = match &key.0[..] {
                "" => String::new(),
                name => format!(", `{name}`"),
            };
            messages::say(format_args!(
                "warning: {}{which}: `{}` says {:.6} Hz, and the description is for {rate:.6} Hz: \
                 frequencies and slopes are of that",
                file.files(),
                time.column,
                1.0 / step
            ));
        }
        all.push(step);
        steps.clear();
    };
    while let Some(row) = rows.next_row()? {
        let key = key(&row, recording)?;
        if current.as_ref() != Some(&key) {
            if let Some(before) = current.replace(key) {
                end(&before, &mut steps);
            }
            last = None;
        }
        let now = seconds(&row, at, time)?;
        let step = now.zip(last).map(|(now, before)| now - before);
        steps.extend(step.filter(|step| *step > 0.0));
        last = now.or(last);
    }
    if let Some(before) = current {
        end(&before, &mut steps);
    }
    Ok(all)
}
