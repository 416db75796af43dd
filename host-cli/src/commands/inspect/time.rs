//! The order of time: whether rows follow it, and whether the end is like the beginning.

use downhill_tables::Table;

use super::finding::Finding;
use super::finding::{percent, some};
use super::frame::Frame;
use super::statistics::shift;
use crate::support::failure::Outcome;

/// From which distance between the first and the last third of the rows on it is said.
const SHIFT: f64 = 0.4;

/// The rows in the order of time, those without a time left out.
pub(super) struct Order {
    rows: Vec<usize>,
}

/// The order of a column of timestamps or numbers.
pub(super) fn order(table: &Table, column: usize) -> Outcome<Order> {
    match table.columns[column].is_time() {
        true => table.check_times(column)?,
        false => table.check_numeric(column)?,
    }
    let times = &table.columns[column].values;
    let mut rows: Vec<usize> = (0..times.len())
        .filter(|&row| !times[row].is_nan())
        .collect();
    rows.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
    Ok(Order { rows })
}

pub(super) fn look(frame: &Frame, order: &Order, findings: &mut Vec<Finding>) {
    let (back, steps) = (frame.all.time.back, frame.all.time);
    if back > 0 {
        findings.push(Finding {
            kind: "time_order",
            columns: Vec::new(),
            evidence: back as f64,
            seen: format!(
                "{back} of {} rows ({}) come before the one in front of them",
                steps.rows,
                percent(back, steps.rows)
            ),
            matters: "`--no-shuffle`, windows and drift detectors take the file's order for that \
                      of time",
            advice: "sort the file by time, unless its order means something else".into(),
        });
    }
    findings.extend(shifted(frame, order));
}

fn shifted(frame: &Frame, order: &Order) -> Option<Finding> {
    let third = order.rows.len() / 3;
    let (first, last) = (
        &order.rows[..third],
        &order.rows[order.rows.len() - third..],
    );
    let mut shifts: Vec<(f64, usize)> = Vec::new();
    for column in 0..frame.series.len() {
        let values = &frame.series[column].values;
        let of = |rows: &[usize]| -> Vec<f64> {
            let numbers = rows.iter().map(|&row| values[row]);
            numbers.filter(|value| !value.is_nan()).collect()
        };
        let (before, after) = (of(first), of(last));
        // Fewer than these differ by chance alone.
        if before.len() >= 50 && after.len() >= 50 {
            shifts.push((shift(&before, &after), column));
        }
    }
    shifts.retain(|shift| shift.0 >= SHIFT);
    shifts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let &(most, _) = shifts.first()?;
    let columns: Vec<String> = shifts.iter().map(|s| frame.name(s.1).to_owned()).collect();
    let target = match columns
        .iter()
        .any(|name| name == frame.name(frame.target()))
    {
        true => ", the target among them",
        false => "",
    };
    Some(Finding {
        kind: "time_shift",
        evidence: most,
        seen: format!(
            "the last third of the time is not like the first in {}{target}: up to {:.0}% of the \
             rows would have to move",
            some(&columns),
            100.0 * most
        ),
        matters: "validation rows from between the others are easier than the time to come",
        advice: "hold out the end instead: put it into a file of its own and measure with \
                 `downhill eval`; on the device watch for drift"
            .into(),
        columns,
    })
}
