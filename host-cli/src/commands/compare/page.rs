//! The comparison as a page.

use super::document::{Compared, Comparison};
use super::text::{MARKS, coefficients, columns, figures, name, optimistic};
use crate::report::page::{Axis, Chart, Page, Remark, Series, Shape, Tone, reproduce};
use crate::support::format::number;

pub(super) fn of(document: &Comparison) -> Page {
    let Comparison {
        data, target, rows, ..
    } = document;
    let mut lead = vec![
        format!(
            "{data}: {} training rows, {} validation rows, the same for all.",
            rows.train, rows.validation
        ),
        format!("Varied: {}.", varied(document)),
    ];
    lead.extend(document.taken.clone());
    lead.push(format!("{}.", optimistic(document).replace('\n', " ")));
    let mut page = Page::new(&format!("Fits of {target} compared"), &lead);
    results(&mut page, document);
    page.charts("How they learned", curves(document).as_slice());
    if let Some((names, table)) = coefficients(document) {
        let mut head = vec!["feature"];
        head.extend(table.iter().map(|(mark, _)| *mark));
        let row = |(at, name): (usize, String)| {
            let cells = table.iter().map(|(_, values)| number(values[at]));
            [name].into_iter().chain(cells).collect()
        };
        let rows: Vec<_> = names.into_iter().enumerate().map(row).collect();
        let note = "Of linear models, for features of mean 0 and standard deviation 1.";
        page.table("Coefficients", note, &head, &rows);
    }
    let failed = marked(document).filter_map(|(mark, fit)| {
        Some(Remark {
            title: named(mark, fit),
            parts: vec![("why", fit.failure.clone()?)],
        })
    });
    page.remarks("Fits that failed", &failed.collect::<Vec<_>>());
    page.code("The same again", "compares the same fits.", &reproduce());
    page
}

/// The fits with what stands for each.
fn marked(document: &Comparison) -> impl Iterator<Item = (&'static str, &Compared)> {
    let marks = (0..).map_while(|at| MARKS.get(at..=at));
    marks.zip(&document.fits)
}

fn named(mark: &str, fit: &Compared) -> String {
    format!("{mark} {}", name(fit))
}

/// The options that are varied.
fn varied(document: &Comparison) -> String {
    let first = document.fits.first();
    let options = first.into_iter().flat_map(|fit| &fit.options.0);
    let options: Vec<&str> = options.map(|pair| pair.0.as_str()).collect();
    options.join(", ")
}

/// Name of the rows that everything is measured on.
fn of_rows(document: &Comparison) -> &'static str {
    match document.rows.validation {
        0 => "training",
        _ => "validation",
    }
}

fn results(page: &mut Page, document: &Comparison) {
    let columns = columns(document);
    let mut head = vec!["fit", "parameters"];
    head.extend(columns.iter().map(String::as_str));
    let row = |(mark, fit): (&str, &Compared)| {
        let cells = figures(fit, &columns).into_iter().map(number);
        let first = [named(mark, fit), fit.parameters.to_string()];
        first.into_iter().chain(cells).collect()
    };
    let rows: Vec<_> = marked(document).map(row).collect();
    let note = format!("On the {} rows.", of_rows(document));
    page.table("Results", &note, &head, &rows);
}

/// The curves of the fits that end best, as many as can be told apart.
fn curves(document: &Comparison) -> Option<Chart> {
    let mut drawn: Vec<_> = marked(document)
        .filter_map(|(mark, fit)| Some((mark, fit, *fit.curve.last()?)))
        .collect();
    let all = drawn.len();
    drawn.sort_by(|a, b| a.2.total_cmp(&b.2));
    drawn.truncate(Tone::ALL.len());
    let longest = drawn.iter().map(|(_, fit, _)| fit.curve.len()).max()?;
    if longest < 2 {
        return None;
    }
    let (what, unit) = match document.curve {
        "error" => ("share of errors", ""),
        other => (other, " (units of the target)"),
    };
    let (mark, best, least) = drawn.first()?;
    let few = match all > drawn.len() {
        true => format!(" Drawn: the {} of {all} that end best.", drawn.len()),
        false => String::new(),
    };
    let description = format!(
        "On the {} rows; at the end {} has the least, {}.{few}",
        of_rows(document),
        named(mark, best),
        number(Some(*least))
    );
    let mut head = vec!["epoch"];
    head.extend(drawn.iter().map(|(mark, ..)| *mark));
    let row = |epoch: usize| {
        let at = |curve: &[f64]| number(curve.get(epoch).copied());
        let cells = drawn.iter().map(|(_, fit, _)| at(&fit.curve));
        [(epoch + 1).to_string()].into_iter().chain(cells).collect()
    };
    let rows = (0..longest).map(row).collect();
    let values = drawn.iter().flat_map(|(_, fit, _)| fit.curve.clone());
    Some(Chart {
        title: format!("{what} on the {} rows", of_rows(document)),
        description,
        x: Axis::between("epoch (times through the rows)", 1.0, longest as f64).whole(),
        y: Axis::over(&format!("{what}{unit}"), values)
            .with_room_above_zero()
            .logarithmic_if_wide(),
        numbers: (head, rows),
        series: drawn
            .iter()
            .zip(Tone::ALL)
            .map(|((mark, fit, _), tone)| Series {
                name: named(mark, fit),
                shape: Shape::Line,
                tone,
                points: (1..).map(f64::from).zip(fit.curve.clone()).collect(),
            })
            .collect(),
        marks: Vec::new(),
    })
}
