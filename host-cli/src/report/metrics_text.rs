//! Tables of metrics, for people.

use crate::evaluate::metrics::{Metrics, Top};
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

/// Finds among the highest scores.
pub(crate) fn top(text: &mut String, top: &Top) {
    let Top { rows, found, .. } = *top;
    let (worth, all) = (number(Some(top.worth)), number(Some(top.worth_of_all)));
    line(
        text,
        format_args!(
            "\nthe {rows} highest scores: {found} of class 1, {worth} of the {all} they weigh"
        ),
    );
}
