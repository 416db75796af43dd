//! Advice in words, and the options that carry it out.

use serde::Serialize;

use super::cure::Cure;
use crate::train::plan::Cures;

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

    /// To correct so many rows far out, or to let them count for less.
    pub(crate) fn of_outliers(rows: usize, cures: Cures) -> Self {
        let correct = match rows {
            1 => "Correct it or leave it out",
            _ => "Correct them or leave them out",
        };
        let Cures::Robust { scale } = cures else {
            return Self::none(correct);
        };
        let mut cures = vec![Named::by(Cure::RobustLoss, "--loss absolute")];
        cures.extend(scale.map(|scale| {
            let loss = format!("--loss huber:{}", digits(scale));
            Named::of(Cure::RobustSquares, vec!["--solver lm".into(), loss])
        }));
        let text = format!("{correct}, or let such rows count for less: use {{}}");
        Self::any(&text, cures)
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

    /// A cure by these options together.
    pub(crate) fn of(cure: Cure, options: Vec<String>) -> Self {
        Self {
            cure: cure.name(),
            options,
        }
    }

    fn shown(&self) -> String {
        let options = self.options.iter().map(|option| format!("`{option}`"));
        options.collect::<Vec<_>>().join(" with ")
    }
}

/// Three digits, as an option takes them.
pub(crate) fn digits(number: f64) -> String {
    // A tenth of 0.7 is 0.06999….
    let rounded: f64 = format!("{number:.2e}").parse().unwrap_or(number);
    match rounded.abs() {
        0.0 | 1e-4..1e6 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}
