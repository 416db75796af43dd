//! The comparison as people read it.

use std::fmt::Write;

use super::{Compared, Document};
use crate::curve;
use crate::report::number;

/// What stands for the curve of each fit.
const MARKS: &str = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#@&";

pub(super) fn of(document: &Document) -> String {
    let Document {
        data, target, rows, ..
    } = document;
    let mut text = format!(
        "{target}: {data}, {} rows learned from, {} held out\n\n",
        rows.train, rows.test
    );
    figures(&mut text, document);
    curves(&mut text, document);
    coefficients(&mut text, document);
    for (fit, mark) in document.fits.iter().zip(MARKS.chars()) {
        if let Some(failure) = &fit.failure {
            let _ = writeln!(text, "\n{mark} {}: {failure}", name(fit));
        }
    }
    text
}

fn name(fit: &Compared) -> String {
    let values: Vec<&str> = fit.options.0.iter().map(|pair| pair.1.as_str()).collect();
    values.join(", ")
}

/// How wide the names are.
fn width(document: &Document) -> usize {
    let names = document.fits.iter().map(|fit| name(fit).chars().count());
    names.max().unwrap_or(0).max(10) + 4
}

/// Parameters and held-out metrics, a line a fit.
fn figures(text: &mut String, document: &Document) {
    let width = width(document);
    let test = |fit: &Compared| {
        let both = fit.metrics.as_ref()?;
        let metrics = both.test.as_ref().or(both.train.as_ref())?;
        Some(metrics.rows())
    };
    // The loss is another thing in each fit, and cannot be compared.
    let columns: Vec<&str> = document
        .fits
        .iter()
        .find_map(test)
        .map_or_else(Vec::new, |rows| {
            let known = [
                "r2",
                "rmse",
                "mae",
                "max_error",
                "accuracy",
                "recall",
                "f1",
                "auc",
            ];
            let more = ["log_loss", "cost"];
            let shown = |name: &&str| known.contains(name) || more.contains(name);
            rows.iter().map(|row| row.0).filter(shown).collect()
        });
    let _ = write!(text, "{:width$}{:>10}", "", "parameters");
    for column in &columns {
        let _ = write!(text, "{column:>11}");
    }
    text.push('\n');
    for (fit, mark) in document.fits.iter().zip(MARKS.chars()) {
        let named = format!("{mark} {}", name(fit));
        let _ = write!(text, "{named:width$}{:>10}", fit.parameters);
        let rows = test(fit).unwrap_or_default();
        for column in &columns {
            let value = rows
                .iter()
                .find(|row| row.0 == *column)
                .and_then(|row| row.1);
            let _ = write!(text, "{:>11}", number(value));
        }
        text.push('\n');
    }
}

fn curves(text: &mut String, document: &Document) {
    let fits = || document.fits.iter().zip(MARKS.chars());
    let curves: Vec<(char, &[f64])> = fits().map(|(fit, mark)| (mark, &fit.curve[..])).collect();
    if curves.iter().any(|(_, curve)| curve.len() > 1) {
        let what = match document.curve {
            "error" => "share of errors",
            other => other,
        };
        let _ = write!(
            text,
            "\n{}",
            curve::overlay(&format!("held out, {what}"), &curves)
        );
    }
}

/// The standardised coefficients of linear models beside each other, the largest first.
fn coefficients(text: &mut String, document: &Document) {
    let linear: Vec<_> = document
        .fits
        .iter()
        .zip(MARKS.chars())
        .filter_map(|(fit, mark)| Some((mark, fit.coefficients.as_ref()?)))
        .collect();
    let Some((_, first)) = linear.first() else {
        return;
    };
    let mut names: Vec<&String> = first.0.iter().map(|(name, _)| name).collect();
    let size = |name: &String| {
        first
            .0
            .iter()
            .find(|c| c.0 == *name)
            .map_or(0.0, |c| c.1.abs())
    };
    names.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0)
        .max(12)
        + 2;
    let _ = write!(text, "\n{:width$}", "standardized");
    for (mark, _) in &linear {
        let _ = write!(text, "{mark:>13}");
    }
    text.push('\n');
    for name in names {
        let _ = write!(text, "{name:width$}");
        for (_, coefficients) in &linear {
            let value = coefficients.0.iter().find(|c| c.0 == *name).map(|c| c.1);
            let _ = write!(text, "{:>13}", number(value));
        }
        text.push('\n');
    }
}
