//! Rows beside each other: copies, and rows that say the same of different targets.

use std::collections::BTreeMap;

use downhill_tables::shown_line;

use super::finding::Finding;
use super::finding::percent;
use super::frame::Frame;
use super::statistics::moments;
use crate::support::format::number;

/// How fine rows are told apart, in standard deviations of each feature.
const CELL: f64 = 0.02;
/// Number of rows that must have a neighbor before anything is said of noise.
const NEIGHBORS: usize = 20;

pub(super) fn look(frame: &Frame, findings: &mut Vec<Finding>) {
    findings.extend(duplicates(frame));
    findings.extend(label_noise(frame));
}

/// Rows of which each is a copy of one before, in every feature and the target.
fn duplicates(frame: &Frame) -> Option<Finding> {
    let (copies, rows, (before, row)) = frame.all.copies.found()?;
    let about = if frame.all.copies.is_share() {
        "about "
    } else {
        ""
    };
    let of_all = |part: usize| part * frame.all.whole / rows.max(1);
    (copies * 100 >= rows).then(|| Finding {
        kind: "duplicates",
        columns: Vec::new(),
        evidence: of_all(copies) as f64,
        seen: format!(
            "{about}{} of {} rows ({}) are copies of another, such as line {} of line {}",
            of_all(copies),
            frame.all.whole,
            percent(copies, rows),
            shown_line(row),
            shown_line(before)
        ),
        matters: "a validation row that is also a training row makes the validation metrics too good",
        advice: "find out whether they are one measurement or several; drop copies, or hold out \
                 rows of another time or place in a file of their own"
            .into(),
    })
}

/// Rows that are almost the same and have different targets.
fn label_noise(frame: &Frame) -> Option<Finding> {
    let mut scales = Vec::new();
    for column in frame.features() {
        let (mean, deviation) = moments(&frame.present(column));
        if deviation > 0.0 {
            scales.push((column, mean, CELL * deviation));
        }
    }
    // In an order, so that a sum over them is the same in every run.
    let mut cells = BTreeMap::<Vec<i64>, Vec<usize>>::new();
    for &row in &frame.whole {
        let at = |&(column, mean, width): &(usize, f64, f64)| {
            ((frame.series[column].values[row] - mean) / width).round() as i64
        };
        let cell = scales.iter().map(at).collect();
        cells.entry(cell).or_default().push(row);
    }
    let shared: Vec<&Vec<usize>> = cells.values().filter(|rows| rows.len() > 1).collect();
    let together: usize = shared.iter().map(|rows| rows.len()).sum();
    if together < NEIGHBORS {
        return None;
    }
    let target = |row: usize| frame.series[frame.target()].values[row];
    if frame.classes > 0 {
        let odd: usize = shared
            .iter()
            .map(|rows| {
                let mut counts = vec![0; frame.classes];
                for &row in rows.iter() {
                    counts[target(row) as usize] += 1;
                }
                rows.len() - counts.into_iter().max().unwrap_or(0)
            })
            .sum();
        let share = odd as f64 / together as f64;
        return (share > 0.05 && odd >= NEIGHBORS / 2).then(|| Finding {
            kind: "label_noise",
            columns: vec![frame.name(frame.target()).into()],
            evidence: share,
            seen: format!(
                "of {together} rows with almost the same features, {odd} ({}) are of another class \
                 than most of those beside them",
                percent(odd, together)
            ),
            matters: "no model of these features can be right about both: that share of errors \
                      stays",
            advice: "check how the labels were made; add a feature that tells such rows apart, or \
                     expect no more, and use `--loss smoothed:0.1` against too much certainty"
                .into(),
        });
    }
    let squares: f64 = shared
        .iter()
        .map(|rows| {
            let targets: Vec<f64> = rows.iter().map(|&row| target(row)).collect();
            moments(&targets).1.powi(2) * rows.len() as f64
        })
        .sum();
    let within = (squares / together as f64).sqrt();
    let (_, whole) = moments(&frame.present(frame.target()));
    let share = within / whole;
    (share > 0.25).then(|| Finding {
        kind: "label_noise",
        columns: vec![frame.name(frame.target()).into()],
        evidence: share,
        seen: format!(
            "in {together} rows with almost the same features the target still varies by {}, {} \
             of all it varies",
            number(Some(within)),
            percent((share * 1000.0) as usize, 1000)
        ),
        matters: "no model of these features can tell them apart: that error stays",
        advice: "check how the target was measured; add a feature that tells such rows apart"
            .into(),
    })
}
