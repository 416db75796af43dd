use std::ops::Range;

use crate::number;

/// Place of a number that is not wanted.
pub(crate) const NOWHERE: usize = usize::MAX;

/// The cells of a row, and the numbers that are wanted of it.
pub(crate) struct Cells {
    decimal: u8,
    ranges: Vec<Range<usize>>,
    /// Place of each column's number.
    places: Vec<usize>,
    /// Numbers in their places; NaN where a cell was not read at once.
    numbers: Vec<f64>,
    /// Whether each of them was.
    is_numeric: bool,
}

impl Cells {
    /// Puts the number of a column to its place, if it has one but [`NOWHERE`].
    pub(crate) fn new(decimal: u8, places: Vec<usize>) -> Self {
        let wanted = places.iter().filter(|&&place| place != NOWHERE);
        let width = wanted.max().map_or(0, |last| last + 1);
        Self {
            decimal,
            ranges: Vec::new(),
            numbers: vec![f64::NAN; width],
            places,
            is_numeric: false,
        }
    }

    /// Begins a row.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.ranges.clear();
        self.is_numeric = true;
    }

    /// Adds the next cell of the row, a piece of `text`, and reads its number if it is wanted.
    #[inline(always)]
    pub(crate) fn push(&mut self, text: &[u8], cell: Range<usize>) {
        if let Some(&place) = self.places.get(self.ranges.len())
            && let Some(number) = self.numbers.get_mut(place)
        {
            let quick = number::quick(text, cell.clone(), self.decimal);
            self.is_numeric &= quick.is_some();
            *number = quick.unwrap_or(f64::NAN);
        }
        self.ranges.push(cell);
    }

    /// Count of the cells.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Tells whether the row has nothing at all.
    #[inline(always)]
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.ranges[..], [cell] if cell.is_empty())
    }

    /// A cell of `text`, without white space around it.
    pub(crate) fn of<'a>(&self, text: &'a [u8], at: usize) -> &'a [u8] {
        let cell = self.ranges.get(at).and_then(|cell| text.get(cell.clone()));
        cell.unwrap_or(&[]).trim_ascii()
    }

    /// The number of a cell, if it was read at once.
    #[inline(always)]
    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        let number = *self.numbers.get(*self.places.get(at)?)?;
        (!number.is_nan()).then_some(number)
    }

    /// The numbers in their places, if each was read at once.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> Option<&[f64]> {
        self.is_numeric.then_some(&self.numbers)
    }
}
