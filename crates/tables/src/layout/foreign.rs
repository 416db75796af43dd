//! Rows that are written otherwise than as a table: for a plotter, by a serial monitor, or in columns
//! that spaces align.

use std::path::Path;

use crate::advice::typed;
use crate::error::TableError;
use crate::layout::front::{Front, FrontRow};
use crate::layout::vocabulary::is_value;
use crate::{advice, time};

/// Refusal of rows that are cells in another notation, with the command that makes a table of them.
pub(super) fn refusal(path: &Path, front: &Front, delimiter: u8) -> Option<TableError> {
    let rows = || front.rows.iter().filter(|row| !row.is_blank());
    let count = rows().count();
    let are_most = |is: &dyn Fn(&FrontRow) -> bool| {
        let found = rows().filter(|row| is(row)).count();
        found > 1 && 2 * found > count
    };
    let refused = |cause: String, script: &str, then: &str| TableError::Layout {
        path: path.into(),
        cause,
        cure: format!(
            "make a table of them by `sed -E '{script}' {} > table.csv`{then}",
            typed(path)
        ),
    };
    if are_most(&is_monitored) {
        return Some(refused(
            "the lines begin with a time and `->`, as a serial monitor writes them".into(),
            match delimiter {
                b'\t' => "s/ +-> +/\\t/",
                b';' => "s/ +-> +/;/",
                _ => "s/ +-> +/,/",
            },
            "",
        ));
    }
    let labels = rows().find_map(labels_of);
    if let Some(own) = labels
        && are_most(&|row| labels_of(row).is_some_and(|labels| labels == own))
    {
        let first = rows()
            .flat_map(|row| &row.cells)
            .find(|cell| label(cell).is_some());
        return Some(refused(
            format!(
                "cells such as `{}` hold a name and a number, as for a plotter",
                advice::shown(first.map_or("", String::as_str))
            ),
            "s/(^|[,;\\t]) *[A-Za-z_][^,;:=\\t]*[:=] */\\1/g",
            ", and write the names into a line above",
        ));
    }
    if are_most(&|row| matches!(&row.cells[..], [cell] if are_labeled(cell))) {
        return Some(refused(
            "each word holds a name and a number, as for a plotter".into(),
            "s/[A-Za-z_][A-Za-z0-9_]*[:=]//g",
            ", and write the names into a line above",
        ));
    }
    let is_aligned = |row: &FrontRow| match &row.cells[..] {
        [cell] if !time::is_stamp(cell) => {
            let words: Vec<&str> = cell.split_whitespace().collect();
            let (last, others) = words.split_last().unwrap_or((&"", &[]));
            // Spaces may part thousands.
            let is_parted = others
                .iter()
                .any(|word| word.contains(['.', ',', ':', '-']));
            is_value(last) && is_parted && others.iter().all(|word| is_value(word))
        }
        _ => false,
    };
    are_most(&is_aligned).then(|| {
        refused(
            "the cells are parted by spaces".into(),
            "s/^ +//; s/ +$//; s/ +/,/g",
            "",
        )
    })
}

/// Tells whether a row is such as `10:00:00.000 -> 19.95`.
fn is_monitored(row: &FrontRow) -> bool {
    let front = row.cells[0].split_once(" -> ");
    front.is_some_and(|(time, _)| time::is_stamp(time))
}

/// The label of a cell such as `temp:19.95`.
fn label(cell: &str) -> Option<&str> {
    let (label, number) = cell.split_once([':', '='])?;
    let is_name = |c: char| c.is_alphanumeric() || "_ .-".contains(c);
    let is_label = label.starts_with(char::is_alphabetic) && label.chars().all(is_name);
    (is_label && is_value(number)).then_some(label)
}

/// Tells whether a cell is several words such as `temp:19.95`.
fn are_labeled(cell: &str) -> bool {
    cell.contains(' ') && cell.split_whitespace().all(|word| label(word).is_some())
}

/// The label of each cell, of a row whose cells are labeled or values, where one is labeled.
fn labels_of(row: &FrontRow) -> Option<Vec<Option<&str>>> {
    let labels: Vec<Option<&str>> = row.cells.iter().map(|cell| label(cell)).collect();
    let cells = row.cells.iter().zip(&labels);
    let is_known = cells
        .into_iter()
        .all(|(cell, label)| label.is_some() || cell.is_empty() || is_value(cell));
    (is_known && labels.iter().any(Option::is_some)).then_some(labels)
}
