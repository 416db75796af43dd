//! Labels of classes, each at the number of its class.

use std::fmt;

use downhill_tables::Label;
use serde::{Deserialize, Serialize, Serializer};

use super::label::{key, printable, text};

/// Labels of the classes, each at the number of its class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Classes(pub(super) Vec<String>);

/// Label of a class as a value: a number where every label of its map is one.
pub(crate) struct LabelValue<'a> {
    text: &'a str,
    is_number: bool,
}

impl Classes {
    /// Classes whose labels are their numbers.
    pub(crate) fn numbered(classes: usize) -> Self {
        Self((0..classes).map(|class| class.to_string()).collect())
    }

    /// Number of the classes; 0 of an amount.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// True of an amount.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Label of a class.
    pub(crate) fn label(&self, class: usize) -> &str {
        self.0.get(class).map_or("", String::as_str)
    }

    /// The labels, in the order of their classes.
    pub(crate) fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// True where each label is the number of its class.
    pub(crate) fn are_numbered(&self) -> bool {
        let mut labels = self.0.iter().enumerate();
        labels.all(|(class, label)| label.parse() == Ok(class))
    }

    /// True where each label is a number.
    pub(crate) fn are_numbers(&self) -> bool {
        self.0.iter().all(|label| label.parse::<f64>().is_ok())
    }

    /// Class with a label.
    pub(crate) fn of(&self, label: Label<'_>) -> Option<usize> {
        let wanted = key(label);
        let is_same = |known: &str| known == wanted || key(text(known)) == wanted;
        self.labels().position(is_same)
    }

    /// Class whose label is a number.
    pub(crate) fn of_number(&self, number: f64) -> Option<usize> {
        let class = number as usize;
        // Most labels are the numbers of their classes.
        let is_numbered = |label: &String| label.len() == 1 && label.parse() == Ok(class);
        match self.0.get(class).filter(|_| class as f64 == number) {
            Some(label) if is_numbered(label) => Some(class),
            _ => self.of(Label {
                text: "",
                number: Some(number),
            }),
        }
    }

    /// Class with a label as it stands in an option.
    pub(crate) fn named(&self, label: &str) -> Option<usize> {
        self.of(text(label))
    }

    /// A class in words: `class 1`, or its label in quotes.
    pub(crate) fn said(&self, class: usize) -> String {
        match self.are_numbered() {
            true => format!("class {class}"),
            false => format!("`{}`", printable(self.label(class))),
        }
    }

    /// Label of a class as a value.
    pub(crate) fn value(&self, class: usize) -> LabelValue<'_> {
        LabelValue {
            text: self.label(class),
            is_number: self.are_numbers(),
        }
    }

    /// The labels as values, in the order of their classes.
    pub(crate) fn values(&self) -> Vec<LabelValue<'_>> {
        (0..self.len()).map(|class| self.value(class)).collect()
    }
}

/// Serializes the labels as values.
pub(crate) fn as_values<S: Serializer>(classes: &Classes, to: S) -> Result<S::Ok, S::Error> {
    classes.values().serialize(to)
}

/// Classes of these labels.
impl FromIterator<String> for Classes {
    fn from_iter<I: IntoIterator<Item = String>>(labels: I) -> Self {
        Self(labels.into_iter().collect())
    }
}

/// The labels in quotes, with commas between them.
impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, label) in self.labels().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}`{}`", printable(label))?;
        }
        Ok(())
    }
}

impl Serialize for LabelValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = || self.text.parse::<serde_json::Number>().ok();
        match self.is_number.then(number).flatten() {
            Some(number) => number.serialize(serializer),
            None => self.text.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_however_it_is_written() {
        let classes = Classes(vec!["no".into(), "Yes".into(), "1".into(), "b,c".into()]);
        for (label, class) in [
            ("no", Some(0)),
            ("NO", Some(0)),
            ("yes", Some(1)),
            ("1.0", Some(2)),
            ("b,c", Some(3)),
            ("B,c", None),
            ("2", None),
        ] {
            assert_eq!(classes.named(label), class, "{label}");
        }
        assert_eq!(classes.to_string(), "`no`, `Yes`, `1`, `b,c`");
        assert_eq!(Classes::numbered(3).said(2), "class 2");
        assert_eq!(classes.said(1), "`Yes`");
    }

    #[test]
    fn labels_are_numbers_where_all_of_them_are() {
        let value = |labels: &[&str]| {
            let classes = Classes(labels.iter().map(|&label| label.into()).collect());
            serde_json::to_string(&classes.values()).unwrap()
        };
        assert_eq!(value(&["-1", "1"]), "[-1,1]");
        assert_eq!(value(&["0.5", "x"]), "[\"0.5\",\"x\"]");
    }
}
