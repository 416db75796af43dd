use std::collections::HashMap;

/// The most levels that a column of categories has.
pub(crate) const MOST_LEVELS: usize = 100;

/// No level: the cell is missing, or there are more levels than are counted.
const NONE: u16 = u16::MAX;

/// What the cells of a column with text say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    /// In the order in which they come.
    names: Vec<String>,
    places: HashMap<String, u16>,
    /// The level of each row.
    codes: Vec<u16>,
}

impl Levels {
    /// Of a column whose rows until here held these numbers, or nothing (NaN).
    pub(super) fn after(values: &[f64]) -> Self {
        let mut levels = Self::default();
        for value in values {
            match value.is_nan() {
                true => levels.skip(),
                false => levels.push(&value.to_string()),
            }
        }
        levels
    }

    /// The next cell says something.
    pub(super) fn push(&mut self, text: &str) {
        let code = match self.places.get(text) {
            Some(&code) => code,
            None if self.names.len() > MOST_LEVELS => NONE,
            None => {
                let code = self.names.len() as u16;
                self.places.insert(text.into(), code);
                self.names.push(text.into());
                code
            }
        };
        self.codes.push(code);
    }

    /// The next cell says nothing.
    pub(super) fn skip(&mut self) {
        self.codes.push(NONE);
    }

    /// All of them; one more than [`MOST_LEVELS`] where there are too many.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether they are few enough for categories.
    pub(crate) fn are_few(&self) -> bool {
        self.names.len() <= MOST_LEVELS
    }

    /// What a row says.
    pub(crate) fn of(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        self.names.get(usize::from(code)).map(String::as_str)
    }
}
