//! Tables in the terminal.

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width, presets};

use crate::support::printable::printable;

/// A line for each row: its name, in a column of at least `first` letters whose last `gap` are
/// free, and what stands beside it, at the right of columns of at least `others`.
pub(crate) fn terminal_table(
    head: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
    [first, gap, others]: [u16; 3],
) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let cut = |cells: Vec<String>| cells.into_iter().map(|cell| cut(&cell));
    table.set_header(cut(head)).add_rows(rows.map(cut));
    for (at, column) in table.column_iter_mut().enumerate() {
        let (width, padding, alignment) = match at {
            0 => (first, (0, gap), CellAlignment::Left),
            _ => (others, (1, 0), CellAlignment::Right),
        };
        column.set_padding(padding).set_cell_alignment(alignment);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    format!("{table}\n")
}

/// Most letters of a cell; a line of a million is no table, nor can it be formatted.
const LONGEST: usize = 200;

/// A cell without what is too long for a table, in letters that take their place.
fn cut(cell: &str) -> String {
    let cell = printable(cell);
    match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.into(),
    }
}
