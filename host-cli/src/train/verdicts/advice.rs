//! Advice in words, and the options that carry it out.

use serde::Serialize;

use super::cure::Cure;

/// Cause in words, and its cures.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Advice {
    /// Sentence in which every cure's options stand.
    pub(crate) text: String,
    /// Cures, the first one first.
    pub(crate) cures: Vec<Named>,
}

/// A cure with the options that carry it out, each in the place of the one that was given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Named {
    /// Name of the cure.
    pub(crate) cure: &'static str,
    /// Options of `fit`, each with its value.
    pub(crate) options: Vec<String>,
}

impl Advice {
    /// A sentence, and no cure.
    pub(crate) fn none(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            cures: Vec::new(),
        }
    }

    /// A cause, and cures any of which may help; `{}` in the text is where they stand.
    pub(crate) fn any(text: &str, cures: Vec<Named>) -> Self {
        let shown: Vec<String> = cures.iter().map(Named::shown).collect();
        let shown = match shown.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{}, or {last}", rest.join(", ")),
            // What is left without its last clause.
            None => return Self::none(text.rsplit_once([':', ',']).map_or(text, |(lead, _)| lead)),
        };
        Self {
            text: text.replacen("{}", &shown, 1),
            cures,
        }
    }
}

impl Named {
    /// A cure by one option.
    pub(crate) fn by(cure: Cure, option: impl Into<String>) -> Self {
        Self {
            cure: cure.name(),
            options: vec![option.into()],
        }
    }

    fn shown(&self) -> String {
        let options = self.options.iter().map(|option| format!("`{option}`"));
        options.collect::<Vec<_>>().join(" with ")
    }
}

/// Three digits, as an option takes them.
pub(super) fn digits(number: f64) -> String {
    // A tenth of 0.7 is 0.06999….
    let rounded: f64 = format!("{number:.2e}").parse().unwrap_or(number);
    match rounded.abs() {
        0.0 | 1e-4..1e6 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}
