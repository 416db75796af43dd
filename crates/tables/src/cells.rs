use std::ops::Range;

use crate::number;

/// Place of a number that is not wanted.
pub(crate) const NOWHERE: usize = usize::MAX;

/// The cells of a row, and the numbers that are wanted of it.
pub(crate) struct Cells {
    decimal: u8,
    slots: Vec<Slot>,
    /// Numbers in their places; NaN where a cell was not read at once.
    numbers: Vec<f64>,
    /// True when each of them was read at once.
    is_numeric: bool,
    /// False where one of them never is.
    may_be_numeric: bool,
    count: usize,
    /// Begin of the first cell.
    start: usize,
    /// Bytes between two cells.
    gap: usize,
}

/// Room for one cell.
struct Slot {
    /// Place of its number.
    place: usize,
    end: usize,
}

impl Cells {
    /// Puts the number of each column to its place, if it has one but [`NOWHERE`].
    pub(crate) fn new(decimal: u8, places: &[usize]) -> Self {
        let wanted = places.iter().filter(|&&place| place != NOWHERE);
        let width = wanted.max().map_or(0, |last| last + 1);
        let slots = places.iter().map(|&place| Slot { place, end: 0 });
        Self {
            decimal,
            slots: slots.collect(),
            numbers: vec![f64::NAN; width],
            is_numeric: false,
            may_be_numeric: true,
            count: 0,
            start: 0,
            gap: 0,
        }
    }

    /// Never reads the cells of a column at once.
    pub(crate) fn read_slowly(&mut self, column: usize) {
        if let Some(slot) = self.slots.get_mut(column)
            && std::mem::replace(&mut slot.place, NOWHERE) != NOWHERE
        {
            self.may_be_numeric = false;
        }
    }

    /// Takes a row of `text`, whose cells have a gap between them: `next_end` says where a cell
    /// ends and whether it is the last one. `None` where it does not know.
    #[inline(always)]
    pub(crate) fn take(
        &mut self,
        text: &[u8],
        start: usize,
        gap: usize,
        mut next_end: impl FnMut() -> Option<(usize, bool)>,
    ) -> Option<()> {
        let (slots, numbers) = (&mut self.slots, &mut self.numbers[..]);
        let mut free = slots.iter_mut();
        let (mut from, mut is_last) = (start, false);
        (self.start, self.gap, self.is_numeric) = (start, gap, self.may_be_numeric);
        while !is_last {
            let end;
            (end, is_last) = next_end()?;
            if let Some(slot) = free.next() {
                slot.end = end;
                if let Some(number) = numbers.get_mut(slot.place) {
                    *number = match number::quick(text, from..end, self.decimal) {
                        Some(quick) => quick,
                        None => no_number(&mut self.is_numeric),
                    };
                }
            } else {
                let place = NOWHERE;
                slots.push(Slot { place, end });
                free = [].iter_mut();
            }
            from = end + gap;
        }
        let free = free.len();
        self.count = self.slots.len() - free;
        Some(())
    }

    /// Begin of the first cell.
    #[inline(always)]
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Count of the cells.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Tells whether the row has nothing at all.
    #[inline(always)]
    pub(crate) fn is_blank(&self) -> bool {
        self.count == 1 && self.range(0).is_empty()
    }

    /// A cell of `text`, without white space around it.
    pub(crate) fn of<'a>(&self, text: &'a [u8], at: usize) -> &'a [u8] {
        let cell = (at < self.count).then(|| text.get(self.range(at)));
        cell.flatten().unwrap_or(&[]).trim_ascii()
    }

    #[inline(always)]
    fn range(&self, at: usize) -> Range<usize> {
        let start = match at {
            0 => self.start,
            at => self.slots[at - 1].end + self.gap,
        };
        start..self.slots[at].end
    }

    /// The number of a cell, if it was read at once.
    #[inline(always)]
    pub(crate) fn number(&self, at: usize) -> Option<f64> {
        let number = *self.numbers.get(self.slots.get(at)?.place)?;
        (!number.is_nan()).then_some(number)
    }

    /// The numbers in their places, if each was read at once.
    #[inline(always)]
    pub(crate) fn numbers(&self) -> Option<&[f64]> {
        self.is_numeric.then_some(&self.numbers)
    }
}

/// The number of a cell that is not read at once.
#[cold]
#[inline(never)]
fn no_number(is_numeric: &mut bool) -> f64 {
    *is_numeric = false;
    f64::NAN
}
