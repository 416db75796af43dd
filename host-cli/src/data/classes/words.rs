//! What is said of classes.

use std::collections::HashMap;

use downhill_tables::shown_line;

use super::label::{FEW, MOST_CLASSES, printable};
use super::map::Classes;
use super::seen::{Seen, SeenLabel};
use crate::support::format::counted;

/// Classes whose rows are counted in a line.
const SHOWN: usize = 10;

/// How rows of `every` were parted by class into training and validation rows.
pub(super) fn parted(rows: &[u64], classes: &Classes, every: u64) -> String {
    let single = rows.iter().enumerate().filter(|rows| *rows.1 == 1);
    let single: Vec<String> = single
        .map(|(class, _)| format!("`{}`", printable(classes.label(class))))
        .collect();
    let single = match &single[..] {
        [] => String::new(),
        [one] => format!("; the only row of {one} is a training row"),
        several => format!(
            "; the only rows of {} are training rows",
            several.join(", ")
        ),
    };
    format!("validation rows: one in {every} of each class, from its second on{single}")
}

/// How the labels of a target were taken for its classes.
/// `is_asked` says that options decide it.
pub(super) fn taken(is_asked: bool, name: &str, classes: &Classes, order: &[&SeenLabel]) -> String {
    let each = order.iter().take(SHOWN).map(|label| {
        let rows = counted(label.rows as usize, "row");
        format!("`{}` in {rows}", printable(&label.text))
    });
    let mut each = each.collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = order.len().checked_sub(SHOWN) {
        each += &format!(" and {more} more");
    }
    let which = match classes.len() {
        2 if !classes.are_numbered() => {
            format!("; class 1 is `{}`", printable(classes.label(1)))
        }
        _ => String::new(),
    };
    let change = match !is_asked && classes.are_numbers() {
        true => "; `--model linear` takes them for amounts",
        false => "",
    };
    let alike = alike(order);
    format!("`{name}` is taken for classes: {each}{which}{change}{alike}")
}

/// Says that two labels differ in case alone, or that a number is beside the word for it.
fn alike(order: &[&SeenLabel]) -> String {
    let folded = |label: &SeenLabel| match &*label.text.trim().to_lowercase() {
        "true" => "1".to_string(),
        "false" => "0".into(),
        other => other.to_string(),
    };
    let mut seen = HashMap::new();
    let pair = order.iter().find_map(|label| {
        let first = seen.insert(folded(label), &label.text)?;
        Some((first, &label.text))
    });
    pair.map_or_else(String::new, |(one, other)| {
        let [one, other] = [one, other].map(|text| printable(text));
        format!("; where `{one}` and `{other}` are one class, write them alike")
    })
}

/// How few whole numbers of a target were taken, if that is what it has.
pub(super) fn amount_taken(name: &str, seen: &Seen) -> Option<String> {
    let is_few = (2..=FEW).contains(&seen.labels.len()) && !seen.more && seen.are_whole();
    if !is_few {
        return None;
    }
    let numbers = seen.labels.iter().filter_map(|label| label.number);
    let (low, high) = numbers.fold((f64::MAX, f64::MIN), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    let count = seen.labels.len();
    Some(format!(
        "`{name}` is taken for an amount: {count} different whole numbers, {low} to {high}; \
         `--loss cross_entropy` takes them for classes"
    ))
}

/// Refusal of more labels than a model has classes; `by` is the option that wants classes.
pub(super) fn too_many(by: Option<&str>, name: &str, seen: &Seen) -> String {
    let [first, .., last] = &seen.labels[..] else {
        return String::new();
    };
    let rows: u64 = seen.labels.iter().map(|label| label.rows).sum();
    let many = match seen.more {
        true => format!("more than {}", seen.labels.len()),
        false => seen.labels.len().to_string(),
    };
    let labels = format!(
        "`{}` (line {}) to `{}` (line {})",
        printable(&first.text),
        shown_line(first.line),
        printable(&last.text),
        shown_line(last.line)
    );
    let own = match seen.more || rows == seen.labels.len() as u64 {
        true => "; a label of its own in each row names the row",
        false => "",
    };
    let cure = match (by, seen.has_text()) {
        (Some(option), false) => {
            let amount = match option.starts_with("`--model") {
                true => "--model linear",
                false => "--loss squared",
            };
            format!("for an amount use `{amount}` in the place of {option}")
        }
        _ => "choose another `--target`, or write groups of labels as one".into(),
    };
    format!(
        "column `{name}`: {many} different labels, {labels}, and a model has at most \
         {MOST_CLASSES} classes{own}; {cure}"
    )
}
