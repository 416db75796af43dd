//! Findings as a page.

use super::column::Column;
use super::document::Inspection;
use super::finding::Finding;
use crate::data::columns::TargetKind;
use crate::report::page::{Axis, Chart, Page, Remark, Series, Shape, in_units, reproduce};
use crate::support::format::number;

/// The bars of the target's distribution.
const BARS: usize = 20;

/// The page of what was found; `targets` are the target's numbers where it has one.
pub(super) fn of(document: &Inspection, targets: &[f64]) -> Page {
    let Inspection {
        data,
        findings,
        columns,
        ..
    } = document;
    let [counts, features] = document.counts();
    let lead = [
        format!("{counts}."),
        format!(
            "{features}. {}",
            match findings.len() {
                0 => "Nothing stands out.".into(),
                1 => "One thing stands out.".into(),
                many => format!("{many} things stand out."),
            }
        ),
    ];
    let mut page = Page::new(&format!("A look at {data}"), &lead);
    let remark = |finding: &Finding| Remark {
        title: finding.kind.replace('_', " "),
        parts: vec![
            ("seen", finding.seen.clone()),
            ("why it matters", finding.matters.into()),
            ("what to do", finding.advice.clone()),
        ],
    };
    let remarks: Vec<Remark> = findings.iter().map(remark).collect();
    page.remarks("What stands out", &remarks);
    page.charts("The target", distribution(document, targets).as_slice());
    let row = |column: &Column| {
        let counts = [column.missing, column.distinct].map(|count| count.to_string());
        let numbers = [
            column.smallest,
            column.median,
            column.largest,
            column.mean,
            column.deviation,
            column.relation,
        ];
        let name = [column.name.clone()].into_iter();
        name.chain(counts).chain(numbers.map(number)).collect()
    };
    let read: Vec<Vec<String>> = document.format.lines().into_iter().map(Vec::from).collect();
    page.table("How the file was read", "", &["", ""], &read);
    page.table(
        "Columns",
        "The target is the last. How well a column alone tells the target is from 0 to 1, \
         whichever way it rises.",
        &[
            "column",
            "missing",
            "distinct",
            "smallest",
            "median",
            "largest",
            "mean",
            "deviation",
            "tells the target",
        ],
        &columns.iter().map(row).collect::<Vec<_>>(),
    );
    page.code("The same again", "finds the same.", &reproduce());
    page
}

/// How often the target is what.
fn distribution(document: &Inspection, targets: &[f64]) -> Option<Chart> {
    let column = document.columns.last()?;
    let labels = &document.format.labels;
    let (from, width, bars) = match (document.kind, column.smallest, column.largest) {
        (TargetKind::Class, ..) => (-0.5, 1.0, labels.len()),
        (_, Some(least), Some(most)) if most > least => (least, (most - least) / BARS as f64, BARS),
        (_, Some(least), _) => (least - 0.5, 1.0, 1),
        (_, None, _) => return None,
    };
    let mut counts = vec![0usize; bars];
    for target in targets {
        let bar = ((target - from) / width) as usize;
        counts[bar.min(bars - 1)] += 1;
    }
    let starts = (0..bars).map(|bar| from + bar as f64 * width);
    let points: Vec<(f64, f64)> = starts
        .zip(&counts)
        .map(|(start, &count)| (start, count as f64))
        .collect();
    let is_of_classes = document.kind == TargetKind::Class;
    let row = |(bar, &(start, count)): (usize, &(f64, f64))| match is_of_classes {
        true => vec![labels.label(bar).into(), count.to_string()],
        false => vec![
            number(Some(start)),
            number(Some(start + width)),
            count.to_string(),
        ],
    };
    let label = match is_of_classes {
        true if labels.are_numbered() => format!("{} (class)", column.name),
        true => format!("{} (class: {labels}, from 0 on)", column.name),
        false => in_units(&column.name),
    };
    let tallest = counts.iter().max().copied().unwrap_or(0);
    Some(Chart {
        title: format!("How {} is distributed", column.name),
        description: match is_of_classes {
            true => format!("{} rows of {bars} classes.", targets.len()),
            false => format!(
                "{} rows, from {} to {}; {} in the mean.",
                targets.len(),
                number(column.smallest),
                number(column.largest),
                number(column.mean)
            ),
        },
        x: Axis::between(&label, from, from + width * bars as f64),
        y: Axis::between("rows", 0.0, tallest as f64).whole(),
        numbers: (
            match is_of_classes {
                true => vec!["class", "rows"],
                false => vec!["from", "to", "rows"],
            },
            points.iter().enumerate().map(row).collect(),
        ),
        series: vec![Series::unnamed(Shape::Bars(width), points)],
        marks: Vec::new(),
    })
}
