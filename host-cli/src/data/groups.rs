//! Groups of rows, by the cells of a column.

use std::collections::HashMap;

use downhill_tables::Row;

use crate::support::failure::Outcome;

/// Size below which every whole number is held: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Groups of rows, numbered in the order in which they come.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    column: usize,
    numbers: HashMap<String, u32>,
    last: u32,
    of_rows: Vec<u32>,
}

impl Groups {
    /// Groups by a column; rows without a cell are one.
    pub(crate) fn new(column: usize) -> Self {
        Self {
            column,
            numbers: HashMap::new(),
            last: 0,
            of_rows: Vec::new(),
        }
    }

    /// The same, of no rows yet.
    pub(crate) fn emptied(self) -> Self {
        Self::new(self.column)
    }

    /// Takes notice of a row.
    pub(crate) fn see(&mut self, row: &Row<'_>) -> Outcome {
        let text = row.text(self.column)?.unwrap_or_default();
        // `1`, `01` and `1.0` are one.
        let number = row.label(self.column)?.and_then(|label| label.number);
        let number = number
            .filter(|number| number.abs() < EXACT)
            .map(|number| number.to_string());
        let text = number.as_deref().unwrap_or(text);
        self.last = match self.numbers.get(text) {
            Some(&number) => number,
            None => {
                let number = self.count();
                self.numbers.insert(text.into(), number);
                number
            }
        };
        Ok(())
    }

    /// Keeps the group of the last row.
    pub(crate) fn keep(&mut self) {
        self.of_rows.push(self.last);
    }

    /// Group of the last row.
    pub(crate) fn last(&self) -> u32 {
        self.last
    }

    /// Number of groups until here.
    pub(crate) fn count(&self) -> u32 {
        self.numbers.len() as u32
    }

    /// Group of each row that was kept.
    pub(crate) fn of_rows(&self) -> &[u32] {
        &self.of_rows
    }
}
