use crate::dialect::Dialect;
use crate::written;

/// Markers of missing cells: each by its text, or by its number however that is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct MissingMarkers {
    texts: Vec<String>,
    numbers: Vec<f64>,
    dialect: Dialect,
}

impl MissingMarkers {
    pub(crate) fn new(texts: &[String], dialect: Dialect) -> Self {
        let number = |text: &String| {
            let text = text.as_bytes();
            written::parse(text, dialect).or_else(|| written::parse(text, Dialect::USUAL))
        };
        Self {
            texts: texts.to_vec(),
            numbers: texts.iter().filter_map(number).collect(),
            dialect,
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
            || self.has_numbers()
                && written::parse(text.as_bytes(), self.dialect)
                    .is_some_and(|number| self.numbers.contains(&number))
    }
}

/// Texts that stand for a number that is missing, wherever numbers stand, in lower case.
const KNOWN: &[&str] = &[
    "na",
    "n/a",
    "n.a.",
    "n.a",
    "#n/a",
    "#na",
    "<na>",
    "nan",
    "-nan",
    "+nan",
    "nat",
    "null",
    "(null)",
    "<null>",
    "nil",
    "none",
    "missing",
    "error",
    "err",
    "fault",
    "invalid",
    "no data",
    "nodata",
    "not available",
    "unknown",
    "unavailable",
    "undefined",
    "?",
    "*",
    ".",
    "..",
    "...",
    "\u{2026}",
    "\u{2013}",
    "\u{2014}",
    "#value!",
    "#div/0!",
    "#ref!",
    "#num!",
    "#name?",
    "#null!",
    "1.#ind",
    "-1.#ind",
    "1.#qnan",
    "-1.#qnan",
    "1.#inf",
    "-1.#inf",
];

/// Texts that stand for a label that is missing, in lower case. Others that do so among numbers,
/// such as `error`, `none` or `-`, are labels as any.
const NO_LABEL: &[&str] = &[
    "na", "n/a", "#n/a", "#na", "<na>", "nan", "null", "<null>", "?",
];

/// Tells whether a text among labels of classes stands for one that is missing.
pub(crate) fn is_no_label(text: &str) -> bool {
    NO_LABEL
        .iter()
        .any(|known| known.eq_ignore_ascii_case(text))
}

/// Tells whether a text among numbers stands for one that is missing: `NA`, `-`, `#N/A`, ….
pub(crate) fn is_known(text: &str) -> bool {
    let is_dashes = |mark| text.bytes().all(|byte| byte == mark);
    let is_short = text.len() <= 16;
    is_short
        && (KNOWN.iter().any(|known| known.eq_ignore_ascii_case(text))
            || is_dashes(b'-')
            || is_dashes(b'?'))
}
