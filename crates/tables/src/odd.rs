use crate::error::Cell;
use crate::missing;
use crate::notes::{Note, NoteKind};

/// Most different texts that are told apart.
const MOST: usize = 8;

/// Cells whose meaning depends on the others of their column.
#[derive(Clone, Debug, Default)]
pub(crate) struct OddCells {
    /// Texts that mark missing numbers, where there are numbers.
    pub(crate) markers: Repeated,
    /// Other texts.
    pub(crate) texts: Repeated,
    /// Units behind numbers.
    pub(crate) units: Repeated,
    /// Rows of those numbers.
    pub(crate) rows: Vec<u32>,
    /// Count of the infinities.
    pub(crate) infinite: usize,
}

/// Texts, and how often each occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeated {
    pub(crate) each: Vec<Counted>,
    /// Count of the cells with others.
    pub(crate) others: usize,
}

/// A text, its first cell and the number of its cells.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) text: String,
    pub(crate) first: Cell,
    pub(crate) cells: usize,
}

/// Numbers of a column that are in a notation that is not read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unread {
    /// Two units, or one unit that not all cells have.
    Units {
        /// First cell, and its unit.
        first: (Cell, Option<String>),
        /// First cell that has another, and its unit.
        other: (Cell, Option<String>),
    },
    /// Amounts of money.
    Money(Cell),
}

impl Repeated {
    pub(crate) fn count(&mut self, text: &str, cell: impl FnOnce() -> Cell) {
        let is_full = self.each.len() == MOST;
        match self.each.iter_mut().find(|known| known.text == text) {
            Some(known) => known.cells += 1,
            None if is_full => self.others += 1,
            None => self.each.push(Counted {
                text: text.into(),
                first: cell(),
                cells: 1,
            }),
        }
    }

    pub(crate) fn cells(&self) -> usize {
        self.each.iter().map(|known| known.cells).sum::<usize>() + self.others
    }

    /// The first cell of each text.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = &Cell> {
        self.each.iter().map(|known| &known.first)
    }
}

impl OddCells {
    pub(crate) fn marker(&mut self, text: &str, cell: impl FnOnce() -> Cell) {
        self.markers.count(text, cell);
    }

    pub(crate) fn text(&mut self, text: &str, cell: impl FnOnce() -> Cell) {
        self.texts.count(text, cell);
    }

    pub(crate) fn unit(&mut self, unit: &str, row: usize, cell: impl FnOnce() -> Cell) {
        self.units.count(unit, cell);
        self.rows.push(row as u32);
    }

    pub(crate) fn infinite(&mut self) {
        self.infinite += 1;
    }
}

/// A text that was read as missing in a column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The text.
    pub text: String,
    /// Line of the first.
    pub line: u64,
    /// Count of the cells.
    pub cells: usize,
}

impl Gap {
    /// Note on a text that marks missing labels among those of classes; `None` of one that is a label.
    pub fn note_of_label(&self, column: &str) -> Option<Note> {
        missing::is_no_label(&self.text).then(|| Note {
            kind: NoteKind::Missing,
            column: column.into(),
            text: self.text.clone(),
            line: self.line,
            file: None,
            cells: self.cells,
        })
    }
}
