//! Tables of numbers that no file holds.

use std::path::Path;

use crate::column::Column;
use crate::dialect::Dialect;
use crate::files::Files;
use crate::how_read::{HowRead, Skipped};
use crate::line_numbers::LineNumbers;
use crate::place::MEMORY;
use crate::table::Table;

impl Files {
    /// Name of what is in memory, and in no file.
    pub fn memory() -> Self {
        Self::from(Path::new(MEMORY))
    }
}

impl HowRead {
    /// Format of numbers in memory, which are read as they are.
    pub fn memory(columns: usize) -> Self {
        Self {
            dialect: Dialect::USUAL,
            encoding: None,
            // The columns have names, and nothing is in front of these.
            header_line: Some(1),
            units_line: None,
            kinds_lines: Vec::new(),
            title_lines: 0,
            comment: None,
            skipped: Skipped::default(),
            notes: Vec::new(),
            dates: Vec::new(),
            columns,
        }
    }
}

impl Table {
    /// Table of columns of numbers, each with its name and as long as the others; NaN is missing.
    /// No two have one name. Its lines are rows, from 0 on.
    pub fn of_numbers(columns: Vec<(String, Vec<f64>)>) -> Self {
        let rows = columns.first().map_or(0, |column| column.1.len());
        let mut lines = LineNumbers::default();
        (0..rows as u64).for_each(|row| lines.push(row));
        let names = columns.iter().map(|column| column.0.clone());
        let places = names.enumerate().map(|(at, name)| (name, at)).collect();
        let column = |(name, values): (String, Vec<f64>)| {
            let missing = values.iter().filter(|value| value.is_nan()).count();
            Column {
                name,
                cells: values.len(),
                blank: missing,
                missing,
                values,
                ..Column::default()
            }
        };
        Self {
            files: Files::memory(),
            dialect: Dialect::USUAL,
            columns: columns.into_iter().map(column).collect(),
            rows,
            bytes: 0,
            lines,
            places,
            header_line: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_memory_are_a_table() {
        let columns = vec![
            ("a".to_owned(), vec![1.0, f64::NAN, 3.0]),
            ("b".to_owned(), vec![4.0, 5.0, 6.0]),
        ];
        let table = Table::of_numbers(columns);
        assert_eq!(table.find("b").unwrap(), 1);
        assert_eq!(table.columns[0].missing, 1);
        assert!(table.check_numeric(0).is_ok() && table.has("a"));
        assert!(!table.columns[0].is_text() && !table.columns[0].is_blank());
        assert_eq!((table.lines.len(), table.lines.of(2)), (3, 2));
        assert_eq!(table.files.place(2).to_string(), "the data, row 2");
        let unknown = table.find("c").unwrap_err().to_string();
        assert!(unknown.contains("there is no column `c`"), "{unknown}");
    }
}
