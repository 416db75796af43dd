use crate::number;

/// Markers of missing cells: each by its text, or by its number however that is written.
#[derive(Clone, Debug)]
pub(crate) struct MissingMarkers {
    texts: Vec<String>,
    numbers: Vec<f64>,
    decimal: u8,
}

impl MissingMarkers {
    pub(crate) fn new(texts: &[String], decimal: u8) -> Self {
        let number = |text: &String| {
            let text = text.as_bytes();
            number::parse(text, decimal).or_else(|| number::parse(text, b'.'))
        };
        Self {
            texts: texts.to_vec(),
            numbers: texts.iter().filter_map(number).collect(),
            decimal,
        }
    }

    /// Tells whether a cell with this number is missing.
    #[inline(always)]
    pub(crate) fn has_number(&self, number: f64) -> bool {
        !self.numbers.is_empty() && self.numbers.contains(&number)
    }

    /// Tells whether any number marks a missing cell.
    #[inline(always)]
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Tells whether a cell with this text is missing.
    pub(crate) fn has(&self, text: &str) -> bool {
        text.is_empty()
            || self.texts.iter().any(|marker| marker == text)
            || number::parse(text.as_bytes(), self.decimal)
                .is_some_and(|number| self.numbers.contains(&number))
    }
}
