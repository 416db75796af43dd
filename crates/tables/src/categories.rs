use std::collections::HashMap;

use crate::spread::retain;

/// Most categories that a column can have.
pub const MOST_CATEGORIES: usize = 100;

/// No category: the cell is missing, or there are more categories than are counted.
const NONE: u16 = u16::MAX;

/// Categories of the cells of a column with text.
#[derive(Clone, Debug, Default)]
pub struct Categories {
    /// In the order in which they come.
    names: Vec<String>,
    places: HashMap<String, u16>,
    /// Category of each row.
    codes: Vec<u16>,
}

impl Categories {
    /// Begins with a column whose rows until here held these numbers, or nothing (NaN).
    pub(crate) fn after(values: &[f64]) -> Self {
        let mut categories = Self::default();
        for value in values {
            match value.is_nan() {
                true => categories.skip(),
                false => categories.push(&value.to_string()),
            }
        }
        categories
    }

    /// Adds a cell with text.
    pub(crate) fn push(&mut self, text: &str) {
        let code = match self.places.get(text) {
            Some(&code) => code,
            None if self.names.len() > MOST_CATEGORIES => NONE,
            None => {
                let code = self.names.len() as u16;
                self.places.insert(text.into(), code);
                self.names.push(text.into());
                code
            }
        };
        self.codes.push(code);
    }

    /// Adds a missing cell.
    pub(crate) fn skip(&mut self) {
        self.codes.push(NONE);
    }

    /// Forgets the cell that came last.
    pub(crate) fn forget_last(&mut self) {
        self.codes.pop();
    }

    /// Keeps the cells of these rows alone.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(usize) -> bool) {
        retain(&mut self.codes, is_kept);
    }

    /// All of them; one more than [`MOST_CATEGORIES`] where there are too many.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Tells whether they are few enough.
    pub fn are_few(&self) -> bool {
        self.names.len() <= MOST_CATEGORIES
    }

    /// Category of a row; `None` where its cell is missing.
    pub fn of(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        self.names.get(usize::from(code)).map(String::as_str)
    }
}
