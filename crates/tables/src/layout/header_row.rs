//! Finds the row with the names among the first rows.

use std::collections::HashSet;
use std::path::Path;

use crate::error::TableError;
use crate::layout::front::{Front, FrontRow};
use crate::layout::vocabulary::{is_kind, is_unit, is_value};

/// Header of a logger's file that says itself where it is: line 2, behind `TOA5` and its like, or the
/// line with `X_Value` of LabVIEW, whose last name is that of a comment.
pub(super) fn logger_header(front: &Front) -> Option<usize> {
    let kind = front.rows.first()?.cells.first()?;
    if kind == "LabVIEW Measurement" {
        let is_header = |row: &FrontRow| row.cells.first().is_some_and(|name| name == "X_Value");
        return front.rows.iter().position(is_header);
    }
    let is_known = ["TOA5", "TOACI1", "TOB1"].contains(&kind.as_str());
    (is_known && front.rows.get(1)?.is_of_names()).then_some(1)
}

/// Header among the rows from `first` on in front of `data`, the first row of numbers; `None`
/// where it is the first row of all.
pub(super) fn header_among(
    path: &Path,
    front: &Front,
    first: usize,
    data: usize,
) -> Result<Option<usize>, TableError> {
    let is_behind_others = front.rows[..first].iter().any(|row| !row.is_blank());
    let of_names = |&at: &usize| front.fits(&front.rows[at]) && front.rows[at].is_of_names();
    // Behind the header stand units, kinds, gaps, or a row with a text among its numbers.
    let may_follow = |at: usize| {
        let row = &front.rows[at];
        row.is_blank()
            || row.is_rule()
            || front.is_of_kinds(row)
            || front.has_value(row)
            || front.in_values(row).next().is_none()
            || row.is_mostly(is_unit)
            || row.is_mostly(|text| is_kind(text) || is_unit(text))
    };
    let is_header = |&at: &usize| of_names(&at) && (at + 1..data).all(may_follow);
    let Some(header) = (first..data).find(is_header) else {
        return Ok(None);
    };
    let is_plain = header == first && !is_behind_others && first == 0;
    // Where an option says so, the names stand there, if what is between can be no row.
    let may_be_asked = |&at: &usize| (at + 1..header).all(|at| front.is_no_row(&front.rows[at]));
    let others: Vec<usize> = (first..header)
        .filter(of_names)
        .filter(may_be_asked)
        .collect();
    // Names for all columns, above such as channels that some have.
    let has_gaps = |at: usize| front.rows[at].cells.iter().any(String::is_empty);
    match others.first() {
        Some(&other) if has_gaps(header) && !has_gaps(other) => Ok(Some(other)),
        Some(&other) if other == first && !is_behind_others => Err(TableError::Layout {
            path: path.into(),
            cause: format!(
                "the names of the columns could stand in line {} or in line {}",
                front.rows[other].line, front.rows[header].line
            ),
            cure: format!(
                "say where with `--header-line {}` or `--header-line {}`",
                front.rows[other].line, front.rows[header].line
            ),
        }),
        _ if is_plain && header + 1 == data => Ok(None),
        _ => Ok(Some(header)),
    }
}

/// Header with names for more columns than most rows have, of which the first row below has a cell each.
pub(super) fn header_of_first(front: &Front) -> Option<usize> {
    // Or units, and numbers for all rows in the last cells.
    let is_of_units = |below: &FrontRow| {
        let mut cells = below.cells.iter().zip(&front.values);
        below.cells.len() > front.width
            && cells.all(|(cell, of_values)| !of_values || !is_value(cell))
            && below.cells[front.width..].iter().any(|cell| is_value(cell))
    };
    let is_first = |below: &FrontRow, names: &FrontRow| {
        below.cells.len() == names.cells.len() && front.is_numbers(below) || is_of_units(below)
    };
    let mut rows = front.rows.windows(3);
    rows.position(|rows| {
        let [names, below, next] = rows else {
            return false;
        };
        names.cells.len() > front.width
            && names.is_of_names()
            && is_first(below, names)
            && front.is_of_data(next)
    })
}

/// The second of two rows that make the names of columns together, such as `Out` above `Hum`.
pub(super) fn below_another(front: &Front, first: usize, data: usize) -> Option<usize> {
    let (upper, lower) = (front.rows.get(first)?, front.rows.get(first + 1)?);
    let pairs = || upper.cells.iter().zip(&lower.cells);
    let is_other = |(upper, lower): (&String, &String)| {
        is_value(upper) || is_value(lower) || (upper.is_empty() && lower.is_empty())
    };
    let are_names = !pairs().any(is_other);
    let distinct: HashSet<(&String, &String)> = pairs().collect();
    let is_known = lower.is_mostly(|text| is_kind(text) || is_unit(text));
    // Names that stand alone would do.
    let is_part = !upper.is_of_names() || upper.cells.iter().any(String::is_empty);
    let is_pair = front.fits(upper) && front.fits(lower) && first + 2 == data;
    let is_pair = is_pair && is_part && !is_known;
    (is_pair && are_names && distinct.len() == front.width).then_some(first + 1)
}

/// Header behind a row of numbers that has none above it, such as one of the devices' own numbers, and
/// the first row below.
pub(super) fn header_behind(
    path: &Path,
    front: &Front,
    (first, numbers): (usize, usize),
) -> Result<Option<(usize, usize)>, TableError> {
    let of_names = |row: &FrontRow| front.fits(row) && row.is_of_names() && !front.has_value(row);
    if front.rows[first..numbers].iter().any(of_names) {
        return Ok(None);
    }
    let places = numbers + 1..front.rows.len();
    let names = places.clone().find(|&at| of_names(&front.rows[at]));
    let Some(names) = names else { return Ok(None) };
    let data = (names + 1..places.end).find(|&at| front.is_of_data(&front.rows[at]));
    let Some(data) = data else { return Ok(None) };
    let header = header_among(path, front, names, data)?;
    Ok(Some((header.unwrap_or(names), data)))
}

/// First row, though some of its names are numbers, where nothing but units and kinds stands between
/// it and `data`.
pub(super) fn units_below(front: &Front, first: usize, data: usize) -> Option<usize> {
    let is_known = |row: &FrontRow| row.is_mostly(|text| is_kind(text) || is_unit(text));
    let mut between = front.rows[first + 1..data].iter();
    (first + 1 < data && between.all(is_known)).then_some(first)
}

pub(super) fn either(path: &Path, line: u64) -> TableError {
    TableError::Layout {
        path: path.into(),
        cause: format!("line {line} could hold the names of the columns or the first row"),
        cure: format!("say which with `--header-line {line}` or `--no-header`"),
    }
}

pub(super) fn no_such_line(path: &Path, line: u64) -> TableError {
    TableError::Layout {
        path: path.into(),
        cause: format!("no row begins in line {line}, which `--header-line` names"),
        cure: "name the line with the names of the columns, counted from 1 with blank lines".into(),
    }
}
