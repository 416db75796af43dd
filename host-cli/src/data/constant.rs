//! Targets that are the same in all rows.

use downhill::Real;
use downhill_tables::CsvFile;

use crate::data::encode::Encoder;
use crate::data::samples::Sample;
use crate::support::failure::Outcome;

/// Targets of rows that are compared with those of the first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constant {
    /// The targets of the first row; empty before it.
    first: Vec<f64>,
    /// Line of the first row.
    line: u64,
    /// Places of the targets that are the same until now.
    same: Vec<usize>,
}

impl Constant {
    /// Takes notice of a row.
    #[inline]
    pub(crate) fn see<T: Real>(&mut self, row: Sample<'_, T>) {
        if self.first.is_empty() {
            self.first = row.target.iter().map(|number| number.to_f64()).collect();
            self.same = (0..self.first.len()).collect();
            self.line = row.line;
        } else if !self.same.is_empty() {
            let is_same = |&at: &usize| row.target[at].to_f64() == self.first[at];
            self.same.retain(is_same);
        }
    }

    /// Line of the first row, where a target is the same in all.
    pub(crate) fn line(&self, target: usize) -> Option<u64> {
        self.same.contains(&target).then_some(self.line)
    }
}

/// Place, value less its origin, and first line of a target that is the same in all rows; what was
/// read with it. The file is read no further than each target takes to be another.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn find(
    file: &CsvFile,
    encoder: &Encoder,
) -> Outcome<Option<(usize, f64, u64, Encoder)>> {
    let (mut encoder, mut seen) = (encoder.clone(), Constant::default());
    encoder.each::<f64>(file, |rows| {
        rows.iter().next().into_iter().for_each(|row| seen.see(row));
        Ok(seen.first.is_empty() || !seen.same.is_empty())
    })?;
    let found = seen.same.first();
    Ok(found.map(|&at| (at, seen.first[at], seen.line, encoder)))
}
