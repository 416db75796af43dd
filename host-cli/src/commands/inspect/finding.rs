use serde::Serialize;

use downhill_tables::suggest::quoted;

/// Something about the data that stands out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// Kind of the finding.
    pub(crate) kind: &'static str,
    /// The columns it is about, the worst first.
    pub(crate) columns: Vec<String>,
    /// The number that speaks for it: how many rows, which ratio, which share.
    pub(crate) evidence: f64,
    /// Observation, in words.
    pub(crate) seen: String,
    /// Consequence, in words.
    pub(crate) matters: &'static str,
    /// Cure, in words.
    pub(crate) advice: String,
}

/// The first few of the names, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(4).map(String::as_str).collect();
    match names.len() - shown.len() {
        0 => quoted(&shown),
        more => format!("{} and {more} more", quoted(&shown)),
    }
}

/// A share of rows in percent.
pub(super) fn percent(part: usize, whole: usize) -> String {
    format!("{:.1}%", 100.0 * part as f64 / whole.max(1) as f64)
}
