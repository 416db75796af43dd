//! The comparison as people read it.

use std::fmt::Write;

use super::document::{Compared, Comparison};
use crate::evaluate::metrics::Metrics;
use crate::model::estimate::Named;
use crate::report::loss_plot;
use crate::report::terminal_table::terminal_table;
use crate::support::format::{counted, number};

/// Marks of the curves, one for each fit.
pub(super) const MARKS: &str = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#@&";

pub(super) fn of(document: &Comparison) -> String {
    let Comparison {
        data, target, rows, ..
    } = document;
    let mut text = format!(
        "{target}: {data}, {} training rows, {} validation rows{}\n",
        rows.train,
        rows.validation,
        match rows.test {
            0 => String::new(),
            test => format!(", {}", counted(test, "test row")),
        }
    );
    if let Some(taken) = &document.taken {
        let _ = writeln!(text, "{taken}");
    }
    text.push('\n');
    table(&mut text, document);
    let _ = writeln!(text, "\n{}", optimistic(document));
    curves(&mut text, document);
    beside(&mut text, document);
    for (fit, mark) in document.fits.iter().zip(MARKS.chars()) {
        if let Some(failure) = &fit.failure {
            let _ = writeln!(text, "\n{mark} {}: {failure}", name(fit));
        }
    }
    text
}

/// The values that make a fit what it is.
pub(super) fn name(fit: &Compared) -> String {
    let values: Vec<&str> = fit.options.0.iter().map(|pair| pair.1.as_str()).collect();
    values.join(", ")
}

/// Metrics of a fit: the means over its folds, or those on the validation rows, if there are any.
fn measured(fit: &Compared) -> Option<Vec<(&'static str, Option<f64>)>> {
    if let Some(folds) = &fit.cross_validation {
        let each = folds.metrics.iter();
        return Some(each.map(|of| (of.metric, of.mean)).collect());
    }
    let both = fit.metrics.as_ref()?;
    let metrics = both.validation.as_ref().or(both.train.as_ref())?;
    let mut rows = metrics.rows();
    if let Some(own) = &fit.goodness {
        // Weighted as the fit is, like the adjusted one beside it.
        let r2 = rows.iter_mut().find(|row| row.0 == "r2");
        if let (Some(r2), None) = (r2, &both.validation) {
            r2.1 = own.r_squared;
        }
        rows.extend([
            ("adj_r2", own.adjusted_r_squared),
            ("aic", own.aic),
            ("bic", own.bic),
        ]);
    }
    Some(rows)
}

/// Signs in front of a metric's name: its deviation over the folds, and it on the test rows.
const DEVIATION: &str = "± ";
const TEST: &str = "test ";

/// The metrics that fits are compared by. The loss is another thing in each, and is none. Of folds
/// the deviation of the first follows it, and of test rows it is the last.
pub(super) fn columns(document: &Comparison) -> Vec<String> {
    const KNOWN: [&str; 13] = [
        "aic",
        "bic",
        "adj_r2",
        "r2",
        "rmse",
        "mae",
        "max_error",
        "accuracy",
        "recall",
        "f1",
        "auc",
        "log_loss",
        "cost",
    ];
    let rows = document.fits.iter().find_map(measured).unwrap_or_default();
    let names = rows.iter().map(|row| row.0);
    let names = names.filter(|name| KNOWN.contains(name));
    let mut names: Vec<String> = names.map(String::from).collect();
    let Some(first) = names.first().cloned() else {
        return names;
    };
    let mut fits = document.fits.iter();
    if fits.any(|fit| fit.cross_validation.is_some()) {
        names.insert(1, format!("{DEVIATION}{first}"));
    }
    if document.rows.test > 0 {
        names.push(format!("{TEST}{first}"));
    }
    names
}

/// A fit's metrics of these names.
pub(super) fn figures(fit: &Compared, columns: &[String]) -> Vec<Option<f64>> {
    let rows = measured(fit).unwrap_or_default();
    let test = fit.metrics.as_ref().and_then(|both| both.test.as_ref());
    let test = test.map(Metrics::rows).unwrap_or_default();
    let of = |rows: &[(&str, Option<f64>)], name: &str| rows.iter().find(|row| row.0 == name)?.1;
    let value = |column: &String| match (column.strip_prefix(DEVIATION), column.strip_prefix(TEST))
    {
        (Some(name), _) => fit.cross_validation.as_ref()?.of(name)?.deviation,
        (_, Some(name)) => of(&test, name),
        _ => of(&rows, column),
    };
    columns.iter().map(value).collect()
}

/// What the figures of the best fit are worth.
pub(super) fn optimistic(document: &Comparison) -> &'static str {
    match document.rows.test {
        0 => {
            "who takes the best by these figures takes an optimistic one; `--test-last 0.2`
\
             or `--test-every 5` keeps rows apart that choose nothing"
        }
        _ => "the test rows have chosen nothing: of the best fit theirs is the unbiased\nfigure",
    }
}

/// Parameters and metrics, a line a fit.
fn table(text: &mut String, document: &Comparison) {
    let columns = columns(document);
    let head = ["", "parameters"]
        .into_iter()
        .chain(columns.iter().map(String::as_str));
    let rows = document.fits.iter().zip(MARKS.chars()).map(|(fit, mark)| {
        let first = [format!("{mark} {}", name(fit)), fit.parameters.to_string()];
        let cells = figures(fit, &columns).into_iter().map(number);
        first.into_iter().chain(cells).collect()
    });
    *text += &terminal_table(head.map(String::from).collect(), rows, [13, 1, 11]);
}

fn curves(text: &mut String, document: &Comparison) {
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
            loss_plot::overlay(&format!("validation, {what}"), &curves)
        );
    }
}

/// Coefficients by feature, for the mark of each linear model.
type Coefficients = Vec<(&'static str, Vec<Option<f64>>)>;

/// The features' names, the largest coefficient of the first linear model first, and the
/// standardized coefficients of every linear model.
pub(super) fn coefficients(document: &Comparison) -> Option<(Vec<String>, Coefficients)> {
    let marks = (0..).map_while(|at| MARKS.get(at..=at));
    let linear = document.fits.iter().zip(marks);
    let linear: Vec<_> = linear
        .filter_map(|(fit, mark)| Some((mark, fit.coefficients.as_ref()?)))
        .collect();
    let mut sorted = linear.first()?.1.0.clone();
    sorted.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let names: Vec<String> = sorted.into_iter().map(|(name, _)| name).collect();
    let values = |Named(own): &Named| {
        let of = |name: &String| own.iter().find(|one| one.0 == *name).map(|one| one.1);
        names.iter().map(of).collect()
    };
    let table = linear.iter().map(|(mark, own)| (*mark, values(own)));
    Some((names.clone(), table.collect()))
}

/// The standardized coefficients of linear models beside each other.
fn beside(text: &mut String, document: &Comparison) {
    let Some((names, linear)) = coefficients(document) else {
        return;
    };
    let marks = linear.iter().map(|(mark, _)| *mark);
    let head = ["standardized"].into_iter().chain(marks).map(String::from);
    let rows = names.into_iter().enumerate().map(|(at, name)| {
        let cells = linear.iter().map(|(_, values)| number(values[at]));
        [name].into_iter().chain(cells).collect()
    });
    *text += &format!("\n{}", terminal_table(head.collect(), rows, [14, 2, 13]));
}
