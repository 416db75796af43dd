//! Finds the row with the names among the first rows.

use std::path::Path;

use crate::error::TableError;
use crate::layout::front::{Front, FrontRow};
use crate::layout::vocabulary::{is_kind, is_unit};

/// Header of a logger's file that says itself where it is: line 2, behind `TOA5` and its like.
pub(super) fn logger_header(front: &Front) -> Option<usize> {
    let kind = front.rows.first()?.cells.first()?;
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
            || front.has_value(row)
            || front.in_values(row).next().is_none()
            || is_row_of(row, is_unit)
            || is_row_of(row, |text| is_kind(text) || is_unit(text))
    };
    let is_header = |&at: &usize| of_names(&at) && (at + 1..data).all(may_follow);
    let Some(header) = (first..data).find(is_header) else {
        return Ok(None);
    };
    let is_plain = header == first && !is_behind_others && first == 0;
    let others: Vec<usize> = (first..header).filter(of_names).collect();
    match others.first() {
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

/// Tells whether most of a row's cells that are not empty are known.
pub(super) fn is_row_of(row: &FrontRow, known: impl Fn(&str) -> bool) -> bool {
    let cells: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
    let of_them = cells.iter().filter(|cell| known(cell)).count();
    2 * of_them > cells.len()
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
