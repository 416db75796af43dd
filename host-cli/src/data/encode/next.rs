//! The rows of a file, one after another.

use downhill::Real;
use downhill_tables::Rows;

use super::Encoder;
use crate::data::classes::TargetCells;
use crate::data::samples::Samples;
use crate::support::failure::Outcome;

impl Encoder {
    /// Adds all rows that follow to samples, as [`next`](Self::next) does one.
    pub(crate) fn all<T: Real>(
        &mut self,
        rows: &mut Rows<'_>,
        samples: &mut Samples<T>,
    ) -> Outcome {
        while !(self.is_plain && self.has_quick_numbers() && self.group.is_none()) {
            let Some(is_there) = self.next(rows, samples)? else {
                return Ok(());
            };
            self.keep(is_there);
        }
        match self.meaning {
            TargetCells::Amounts => self.all_quick::<T, false>(rows, samples),
            _ => self.all_quick::<T, true>(rows, samples),
        }
    }

    /// Adds all rows that follow, of which nothing is looked at but the numbers; those of the target
    /// may be labels.
    #[inline(never)]
    fn all_quick<T: Real, const HAVE_LABELS: bool>(
        &mut self,
        rows: &mut Rows<'_>,
        samples: &mut Samples<T>,
    ) -> Outcome {
        let target = self.features.len();
        while let Some(row) = rows.next_row()? {
            self.rows += 1;
            let is_there = match row.numbers() {
                Some(numbers) => {
                    let is_there = samples.push(numbers, row.line());
                    if HAVE_LABELS
                        && is_there
                        && let Some(seen) = self.meaning.met()
                    {
                        samples.set_class(seen.number(numbers[target], row.line()));
                    }
                    is_there
                }
                None => self.take(&row, samples)?,
            };
            if !is_there {
                self.unused.push(self.row());
            }
        }
        Ok(())
    }

    /// Adds the next row of a file to samples, unless it misses a number that nothing stands in
    /// for; returns whether it did, and `None` behind the last row.
    #[inline(always)]
    pub(crate) fn next<T: Real>(
        &mut self,
        rows: &mut Rows<'_>,
        samples: &mut Samples<T>,
    ) -> Outcome<Option<bool>> {
        let Some(row) = rows.next_row()? else {
            return Ok(None);
        };
        self.rows += 1;
        if let Some(groups) = &mut self.group {
            groups.see(&row)?;
        }
        match row.numbers().filter(|_| self.is_plain) {
            Some(numbers) if self.has_plain_numbers() => {
                Ok(Some(samples.push(numbers, row.line())))
            }
            Some(numbers) => {
                let shifted = match self.shifts.is_none() {
                    true => numbers,
                    false => {
                        self.shifted.clear();
                        self.shifted.extend_from_slice(numbers);
                        self.shifts.shift::<T>(&mut self.shifted);
                        &self.shifted
                    }
                };
                let is_there = samples.push(shifted, row.line());
                let number = numbers.get(self.features.len()).copied();
                self.mean(&row, number, is_there, samples)?;
                Ok(Some(is_there))
            }
            None => self.take(&row, samples).map(Some),
        }
    }

    /// True where samples have the numbers of the file.
    #[inline(always)]
    fn has_plain_numbers(&self) -> bool {
        matches!(self.meaning, TargetCells::Amounts) && self.shifts.is_none()
    }

    /// True where samples have the numbers of the file, or the places of those of the target.
    fn has_quick_numbers(&self) -> bool {
        let are_met = matches!(
            self.meaning,
            TargetCells::Met {
                are_texts: false,
                ..
            }
        );
        (are_met || matches!(self.meaning, TargetCells::Amounts)) && self.shifts.is_none()
    }
}
