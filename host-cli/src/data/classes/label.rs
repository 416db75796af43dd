//! Labels of classes as they are compared and shown.

use std::borrow::Cow;

use downhill_tables::Label;

/// Most classes that a target can have.
pub(super) const MOST_CLASSES: usize = 20;

/// The most numbers that are taken for classes where nobody says that they are.
pub(super) const FEW: usize = 10;

/// Words for two states, which are the same in upper and in lower case.
const STATES: [&str; 12] = [
    "no", "yes", "n", "y", "false", "true", "f", "t", "off", "on", "negative", "positive",
];

/// Text by which a label is the same as another.
pub(super) fn key(label: Label<'_>) -> Cow<'_, str> {
    match label.number {
        // Without the sign of zero.
        Some(number) => (number + 0.0).to_string().into(),
        None => match STATES
            .iter()
            .find(|state| state.eq_ignore_ascii_case(label.text))
        {
            Some(&state) => state.into(),
            None => label.text.into(),
        },
    }
}

/// A label as it stands in an option or a model.
pub(super) fn text(label: &str) -> Label<'_> {
    Label {
        text: label,
        number: label.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

/// A label for a message.
pub(super) fn printable(label: &str) -> String {
    crate::support::format::printable(&downhill_tables::shown(label))
}
