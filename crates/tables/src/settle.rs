//! Meaning of a column's odd cells, once all of them were seen.

use crate::advice::{is_number_like, marker};
use crate::column::Column;
use crate::dialect::Dialect;
use crate::error::{Cell, Place, TableError};
use crate::notes::{Note, NoteKind};
use crate::odd::{Counted, Gap, Repeated, Unread};
use crate::{refuse, unit};

/// Most different texts that mark missing numbers in a column, beside those that always do.
const MOST_MARKERS: usize = 2;

impl Column {
    /// Notes on what was read otherwise than as plain numbers.
    pub(crate) fn notes(&self) -> impl Iterator<Item = Note> {
        let note = |kind, text: &str, line, cells| Note {
            kind,
            column: self.name.clone(),
            text: text.into(),
            line,
            file: None,
            cells,
        };
        let gap = move |gap: &Gap| note(NoteKind::Missing, &gap.text, gap.line, gap.cells);
        let gaps = self.gaps.iter().map(gap);
        let number = self.values.iter().copied().find(|value| !value.is_nan());
        let unit = self
            .unit
            .clone()
            .zip(self.unit_in_cells.as_ref())
            .zip(number);
        gaps.chain(unit.map(move |((unit, first), number)| {
            let cells = self.cells - self.missing;
            note(
                NoteKind::Unit { unit, number },
                &first.text,
                first.line,
                cells,
            )
        }))
    }

    /// Notes on its labels that would mark missing numbers.
    pub(crate) fn notes_on_labels(&self) -> impl Iterator<Item = Note> {
        self.labels.iter().filter_map(|label| {
            Some(Note {
                kind: NoteKind::Category {
                    option: marker([label.text.as_str()].into_iter())?,
                },
                column: self.name.clone(),
                text: label.text.clone(),
                line: label.line,
                file: None,
                cells: label.cells,
            })
        })
    }

    /// Note on numbers that are others than their cells say.
    pub(crate) fn note_on_digits(&self) -> Option<Note> {
        let (first, number, cells) = self.rounded.as_ref()?;
        Some(Note {
            kind: NoteKind::Rounded { number: *number },
            column: self.name.clone(),
            text: first.text.clone(),
            line: first.line,
            file: None,
            cells: *cells,
        })
    }

    /// Settles what its odd cells are, all of which were seen.
    pub(crate) fn settle(&mut self) {
        let with_unit = self.odd.units.cells();
        let plain = self.cells
            - self.missing
            - self.odd.markers.cells()
            - self.odd.infinite
            - self.texts
            - self.times
            - with_unit;
        let texts = &self.odd.texts;
        let are_repeated = texts.others == 0
            && texts.each.len() <= MOST_MARKERS
            && texts
                .each
                .iter()
                .all(|text| text.cells > 1 && !is_number_like(&text.text));
        if self.texts > 0 && are_repeated && self.times == 0 && plain + with_unit > self.texts {
            let texts = std::mem::take(&mut self.odd.texts);
            self.take_gaps(texts);
            (self.texts, self.first_text) = (0, None);
        }
        if with_unit > 0 {
            self.settle_units(plain, with_unit);
        }
        let money = |cell: &&Cell| unit::currency(&cell.text).is_some();
        if let Some(cell) = self.first_text.as_ref().filter(money) {
            self.unread = Some(Unread::Money(cell.clone()));
        }
        let markers = std::mem::take(&mut self.odd.markers);
        let is_all = plain + with_unit + self.times + self.odd.infinite == 0;
        let others = self.cells - self.missing - markers.cells();
        let is_of_texts = 2 * self.texts > others;
        match self.texts {
            // Without any number it is a column of text.
            0 if is_all && markers.cells() > 0 => {
                self.texts = markers.cells();
                self.first_text = markers.firsts().next().cloned();
                self.odd.texts = markers.clone();
                self.take_labels(markers);
            }
            0 => {
                self.take_gaps(markers);
                self.categories = None;
            }
            // Of a column of text they are texts as any.
            _ if is_of_texts => {
                self.texts += markers.cells();
                self.take_labels(markers);
            }
            _ => self.take_gaps(markers),
        }
    }

    /// Keeps texts that would mark missing numbers, and are labels among others.
    fn take_labels(&mut self, texts: Repeated) {
        let gap = |Counted { text, first, cells }: Counted| Gap {
            text,
            line: first.line,
            cells,
        };
        self.labels.extend(texts.each.into_iter().map(gap));
    }

    fn take_gaps(&mut self, texts: Repeated) {
        self.missing += texts.cells();
        for Counted { text, first, cells } in texts.each {
            let line = first.line;
            self.gaps.push(Gap { text, line, cells });
        }
    }

    /// Settles whether numbers with units are numbers.
    fn settle_units(&mut self, plain: usize, with_unit: usize) {
        let units = std::mem::take(&mut self.odd.units);
        let rows = std::mem::take(&mut self.odd.rows);
        let is_enough = with_unit > 1 || self.cells == 1;
        let is_money = units.each.iter().any(|unit| unit::is_money(&unit.text));
        let is_only =
            !is_money && plain == 0 && self.texts == 0 && self.times == 0 && units.others == 0;
        if let ([unit], true) = (&units.each[..], is_enough && is_only) {
            self.unit = Some(unit.text.clone());
            self.unit_in_cells = Some(unit.first.clone());
            return;
        }
        for row in &rows {
            self.values[*row as usize] = f64::NAN;
        }
        self.texts += with_unit;
        self.blank += with_unit;
        let first = &units.each[0];
        if self
            .first_text
            .as_ref()
            .is_none_or(|text| text.line > first.first.line)
        {
            self.first_text = Some(first.first.clone());
        }
        let are_known = units.each.iter().all(|unit| unit::is_known(&unit.text));
        let are_numbers = self.texts == with_unit && self.times == 0 && units.others == 0;
        if are_known && are_numbers {
            let with = |unit: &Counted| (unit.first.clone(), Some(unit.text.clone()));
            let other = match units.each.get(1) {
                Some(other) => with(other),
                None => (Cell::default(), None),
            };
            let first = with(first);
            self.unread = Some(Unread::Units { first, other });
        }
        for unit in units.each {
            let cell = unit.first;
            self.odd.texts.count(&cell.text.clone(), || cell);
        }
    }

    /// Refusal of a column of numbers, if one of its cells holds none; names its texts.
    pub(crate) fn refusal(
        &self,
        dialect: Dialect,
        place: impl Fn(u64) -> Place,
    ) -> Option<TableError> {
        if let Some(Unread::Units { first, other }) = &self.unread {
            let (late, early) = match &other.1 {
                Some(_) => (other, Some(first)),
                None => (first, None),
            };
            let early =
                early.and_then(|(cell, unit)| Some(Box::new((cell.clone(), unit.clone()?))));
            return Some(TableError::Units {
                place: place(late.0.line),
                cell: late.0.text.clone(),
                unit: late.1.clone(),
                first: early,
            });
        }
        let text = self.first_text.as_ref().or(self.first_time.as_ref());
        let Some(cell) = text else {
            let cell = self.first_not_finite.as_ref()?;
            return Some(TableError::NotFinite {
                place: place(cell.line),
                cell: cell.text.clone(),
            });
        };
        let refusal = refuse::number(place(cell.line), &cell.text, dialect, None);
        let TableError::Text { place, cell, .. } = refusal else {
            return Some(refusal);
        };
        let texts = &self.odd.texts;
        let others = texts.firsts().filter(|other| other.text != cell);
        Some(TableError::Text {
            others: others.cloned().collect::<Vec<Cell>>(),
            more: texts.others,
            place,
            cell,
        })
    }
}
