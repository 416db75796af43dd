//! Tables of metrics, for people.

use crate::evaluate::metrics::{Confusion, Metrics, Top};
use crate::report::terminal_table::terminal_table;
use crate::support::format::{line, number};

/// Metrics of sets of rows, side by side.
pub(crate) fn metrics(text: &mut String, sets: &[(&str, Option<&Metrics>)]) {
    let rows: Vec<_> = sets
        .iter()
        .filter_map(|(name, metrics)| Some((name, metrics.as_ref()?.rows())))
        .collect();
    let Some((_, first)) = rows.first() else {
        return;
    };
    let head = [String::new()].into_iter();
    let head = head.chain(rows.iter().map(|(name, _)| name.to_string()));
    let lines = first.iter().enumerate().map(|(at, (name, _))| {
        let cells = rows.iter().map(|(_, values)| number(values[at].1));
        [name.to_string()].into_iter().chain(cells).collect()
    });
    *text += &format!("\n{}", terminal_table(head.collect(), lines, [12, 1, 14]));
    targets(text, sets);
}

/// R² and the root of the mean squared error of each of several targets, side by side.
fn targets(text: &mut String, sets: &[(&str, Option<&Metrics>)]) {
    let of = |set: &(&str, Option<&Metrics>)| match set.1 {
        Some(Metrics::Number(numbers)) => numbers.targets.clone(),
        _ => Vec::new(),
    };
    let sets: Vec<_> = sets.iter().map(of).filter(|of| !of.is_empty()).collect();
    let Some(first) = sets.first() else { return };
    let both = sets.iter().flat_map(|_| ["r2", "rmse"]);
    let head = ["target"].into_iter().chain(both).map(String::from);
    let rows = first.iter().enumerate().map(|(at, target)| {
        let each = sets.iter().map(|set| &set[at]);
        let cells = each.flat_map(|own| [number(own.r2), number(Some(own.rmse))]);
        [target.target.clone()].into_iter().chain(cells).collect()
    });
    *text += &format!("\n{}", terminal_table(head.collect(), rows, [12, 2, 12]));
}

/// Rows by their true class, a line each, and by the class predicted.
pub(crate) fn confusion(text: &mut String, confusion: &Confusion) {
    let widest = confusion
        .classes
        .labels()
        .map(|label| label.chars().count())
        .max();
    let width = widest.unwrap_or(0).clamp(8, 24);
    let table = terminal_table(confusion.head(), confusion.lines(), [8, 1, width as u16]);
    *text += &format!("\nrows by their true class, and by the class predicted\n{table}");
}

/// Finds among the highest scores; `class` says of what.
pub(crate) fn top(text: &mut String, top: &Top, class: &str) {
    let Top { rows, found, .. } = *top;
    let (worth, all) = (number(Some(top.worth)), number(Some(top.worth_of_all)));
    line(
        text,
        format_args!(
            "\nthe {rows} highest scores: {found} of {class}, {worth} of the {all} they weigh"
        ),
    );
}
