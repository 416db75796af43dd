//! Labels that occur in a column.

use std::collections::HashMap;

use downhill_tables::{Column, Label};

use super::label::{MOST_CLASSES, key};

/// Most labels that are told apart, to be counted in messages.
const MOST_COUNTED: usize = 10_000;

/// Labels that occur in a column, in the order in which they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(super) labels: Vec<SeenLabel>,
    places: HashMap<String, usize>,
    /// Place of the number that came last.
    last: usize,
    /// Set once a label came that is not counted.
    pub(super) more: bool,
}

/// A label, and where it occurs.
#[derive(Clone, Debug)]
pub(super) struct SeenLabel {
    /// As it stands in the first cell that has it; a number in its shortest form.
    pub(super) text: String,
    pub(super) number: Option<f64>,
    pub(super) rows: u64,
    /// Line of the first.
    pub(super) line: u64,
}

impl Seen {
    /// Labels of the first rows of a column, as far as it takes to tell amounts from classes.
    pub(crate) fn of_column(column: &Column) -> Self {
        let mut seen = Self::default();
        // Numbers that are no classes remain so, whatever follows.
        let are_numbers = column.categories.is_none();
        for row in 0..column.values.len() {
            if let Some(label) = column.label(row) {
                seen.label(label, 0);
            }
            if are_numbers && !seen.may_be_classes() {
                break;
            }
        }
        seen
    }

    /// Takes notice of a label; returns its place among those that were seen.
    pub(crate) fn label(&mut self, label: Label<'_>, line: u64) -> usize {
        if let Some(number) = label.number {
            return self.number(number, line);
        }
        let key = key(label);
        match self.places.get(&*key) {
            Some(&place) => self.again(place),
            None => self.first(key.into_owned(), label, line),
        }
    }

    /// Takes notice of a number; returns its place among those that were seen.
    #[inline]
    pub(crate) fn number(&mut self, number: f64, line: u64) -> usize {
        let is_same = |label: &SeenLabel| label.number == Some(number);
        if self.labels.get(self.last).is_some_and(is_same) {
            return self.again(self.last);
        }
        let few = &self.labels[..self.labels.len().min(MOST_CLASSES)];
        if let Some(place) = few.iter().position(is_same) {
            self.last = place;
            return self.again(place);
        }
        let label = Label {
            text: "",
            number: Some(number),
        };
        let key = key(label).into_owned();
        match self.places.get(&key) {
            Some(&place) => self.again(place),
            None => self.first(key, label, line),
        }
    }

    /// Takes notice of the labels of later rows, whose line numbers are these and so many more;
    /// returns their places among those that were seen.
    pub(super) fn take_over(&mut self, later: &Self, lines: u64) -> Vec<usize> {
        self.more |= later.more;
        let places = later.labels.iter().map(|label| {
            let (text, number) = (&*label.text, label.number);
            let place = self.label(Label { text, number }, label.line + lines);
            if let Some(known) = self.labels.get_mut(place) {
                known.rows += label.rows - 1;
            }
            place
        });
        places.collect()
    }

    fn again(&mut self, place: usize) -> usize {
        self.labels[place].rows += 1;
        place
    }

    fn first(&mut self, key: String, label: Label<'_>, line: u64) -> usize {
        let place = self.labels.len();
        if place == MOST_COUNTED {
            self.more = true;
            return place;
        }
        self.labels.push(SeenLabel {
            text: match label.number {
                Some(_) => key.clone(),
                None => label.text.into(),
            },
            number: label.number,
            rows: 1,
            line,
        });
        self.places.insert(key, place);
        place
    }

    /// True of few whole numbers.
    #[inline]
    pub(crate) fn may_be_classes(&self) -> bool {
        let last = self.labels.last().and_then(|label| label.number);
        self.labels.len() <= MOST_CLASSES && last.is_none_or(|number| number.fract() == 0.0)
    }

    /// True where a label is no number.
    pub(super) fn has_text(&self) -> bool {
        self.labels.iter().any(|label| label.number.is_none())
    }

    /// True where every label is a whole number.
    pub(super) fn are_whole(&self) -> bool {
        let is_whole = |number: f64| number.fract() == 0.0;
        self.labels
            .iter()
            .all(|label| label.number.is_some_and(is_whole))
    }
}

#[cfg(test)]
mod tests {
    use super::super::label;
    use super::*;

    #[test]
    fn labels_are_told_apart_and_counted() {
        let mut seen = Seen::default();
        for (line, text) in ["Yes", "a", "yes", "A", "1.0", "1", "-0"]
            .iter()
            .enumerate()
        {
            seen.label(label::text(text), line as u64);
        }
        let found = seen
            .labels
            .iter()
            .map(|label| (&*label.text, label.rows, label.line));
        let expected = [
            ("Yes", 2, 0),
            ("a", 1, 1),
            ("A", 1, 3),
            ("1", 2, 4),
            ("0", 1, 6),
        ];
        assert!(found.eq(expected), "{seen:?}");
        assert!(seen.has_text() && !seen.are_whole());
    }

    /// Labels in pieces are those of all rows, wherever the pieces begin.
    #[test]
    fn labels_of_pieces_are_those_of_all() {
        let texts = ["b", "B", "2", "a", "2.0", "c", "b", "A", "7"];
        let all = |from: usize, to: usize| {
            let mut seen = Seen::default();
            for (line, text) in texts[from..to].iter().enumerate() {
                seen.label(label::text(text), line as u64);
            }
            seen
        };
        let shown = |seen: &Seen| format!("{:?}", seen.labels);
        for begin in 0..texts.len() {
            let (mut seen, later) = (all(0, begin), all(begin, texts.len()));
            let places = seen.take_over(&later, begin as u64);
            assert_eq!(shown(&seen), shown(&all(0, texts.len())));
            for (place, label) in places.iter().zip(&later.labels) {
                assert_eq!(
                    seen.labels[*place].text.to_lowercase(),
                    label.text.to_lowercase()
                );
            }
        }
    }

    #[test]
    fn there_is_an_end_to_what_is_counted() {
        let mut seen = Seen::default();
        for number in 0..3 * MOST_COUNTED {
            let place = seen.number(number as f64, 0);
            assert_eq!(place, number.min(MOST_COUNTED));
        }
        assert!(seen.more && seen.labels.len() == MOST_COUNTED);
        assert_eq!(seen.number(7.0, 0), 7);
    }
}
