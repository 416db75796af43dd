//! Tables in the terminal.

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width, presets};

/// A line for each row: its name, in a column of at least `first` letters whose last `gap` are
/// free, and what stands beside it, at the right of columns of at least `others`.
pub(crate) fn terminal_table(
    head: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
    [first, gap, others]: [u16; 3],
) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(head).add_rows(rows);
    for (at, column) in table.column_iter_mut().enumerate() {
        let (width, padding, alignment) = match at {
            0 => (first, (0, gap), CellAlignment::Left),
            _ => (others, (0, 0), CellAlignment::Right),
        };
        column.set_padding(padding).set_cell_alignment(alignment);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    format!("{table}\n")
}
