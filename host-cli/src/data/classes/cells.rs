//! Cells of a target.

use downhill_tables::{Row, shown};

use super::decide::Ruling;
use super::map::Classes;
use super::seen::Seen;
use crate::support::failure::{Failure, Outcome};

/// Meaning of a target's cells.
#[derive(Clone, Debug)]
pub(crate) enum TargetCells {
    /// Amounts.
    Amounts,
    /// Amounts, of which it is seen whether they may be classes.
    Watched(Seen),
    /// Labels that are met for the first time, of numbers or of texts; a sample has the place of
    /// its label.
    Met { seen: Seen, are_texts: bool },
    /// Labels of these classes; a sample has the number of its class.
    Known { classes: Classes, are_texts: bool },
}

impl TargetCells {
    /// Cells that are read by a ruling, of which none was seen.
    pub(crate) fn new(ruling: Ruling) -> Self {
        let seen = Seen::default();
        match ruling {
            Ruling::Amount => Self::Amounts,
            Ruling::AmountSoFar => Self::Watched(seen),
            Ruling::Classes { are_texts } => Self::Met { seen, are_texts },
        }
    }

    /// Forgets the labels that were seen.
    pub(crate) fn begin(&mut self) {
        if let Self::Watched(seen) | Self::Met { seen, .. } = self {
            *seen = Seen::default();
        }
    }

    /// Labels that were seen until now; `None` of amounts for sure, and of known classes.
    pub(crate) fn seen(&self) -> Option<&Seen> {
        match self {
            Self::Watched(seen) | Self::Met { seen, .. } => Some(seen),
            Self::Amounts | Self::Known { .. } => None,
        }
    }

    /// Labels that are met for the first time.
    #[inline(always)]
    pub(crate) fn met(&mut self) -> Option<&mut Seen> {
        match self {
            Self::Met { seen, .. } => Some(seen),
            _ => None,
        }
    }

    /// Takes over the labels that were seen in later rows, whose line numbers are these and so many
    /// more. Returns the place of each that was met.
    pub(crate) fn take_over(&mut self, later: &Self, lines: u64) -> Option<Vec<usize>> {
        match (&mut *self, later) {
            (Self::Met { seen, .. }, Self::Met { seen: later, .. }) => {
                return Some(seen.take_over(later, lines));
            }
            (Self::Watched(seen), Self::Watched(later)) => {
                seen.take_over(later, lines);
                if !seen.may_be_classes() {
                    *self = Self::Amounts;
                }
            }
            (Self::Watched(_), _) => *self = Self::Amounts,
            _ => {}
        }
        None
    }

    /// Takes the labels for these classes from now on.
    pub(crate) fn know(&mut self, classes: Classes) {
        let are_texts = match self {
            Self::Met { are_texts, .. } => *are_texts,
            _ => !classes.are_numbers(),
        };
        *self = Self::Known { classes, are_texts };
    }

    /// True where samples have the number of a class, or the place of its label.
    pub(crate) fn has_classes(&self) -> bool {
        matches!(self, Self::Met { .. } | Self::Known { .. })
    }

    /// True where the cells are read as texts.
    pub(crate) fn has_texts(&self) -> bool {
        matches!(
            self,
            Self::Met {
                are_texts: true,
                ..
            } | Self::Known {
                are_texts: true,
                ..
            }
        )
    }

    /// The number of the class of a row, or the place of its label, by the number of its cell or
    /// by its text; `None` of an amount.
    ///
    /// # Errors
    /// The label is of none of the known classes.
    pub(crate) fn class(
        &mut self,
        row: &Row<'_>,
        column: usize,
        number: Option<f64>,
    ) -> Outcome<Option<usize>> {
        let line = row.line();
        Ok(match (&mut *self, number) {
            (Self::Watched(seen), Some(number)) => {
                seen.number(number, line);
                if !seen.may_be_classes() {
                    *self = Self::Amounts;
                }
                None
            }
            (Self::Amounts | Self::Watched(_), _) => None,
            (Self::Met { seen, .. }, Some(number)) => Some(seen.number(number, line)),
            (Self::Met { seen, .. }, None) => {
                row.label(column)?.map(|label| seen.label(label, line))
            }
            (Self::Known { classes, .. }, number) => {
                let class = match number {
                    Some(number) => classes.of_number(number),
                    None => row.label(column)?.and_then(|label| classes.of(label)),
                };
                Some(class.ok_or_else(|| unknown(row, column, classes))?)
            }
        })
    }
}

/// Refusal of a label that is of no class.
#[cold]
fn unknown(row: &Row<'_>, column: usize, classes: &Classes) -> Failure {
    let cell = row.text(column).ok().flatten();
    Failure::Input(format!(
        "{}: `{}` is none of the model's classes, {classes}; correct it, leave the row out, or fit \
         again with rows that have it",
        row.place(column),
        cell.map(shown).unwrap_or_default()
    ))
}
