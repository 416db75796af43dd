//! Origins of columns whose numbers lie close together and far from zero.

use downhill::Real;

use super::Encoder;
use crate::data::origins::Origins;
use crate::support::failure::Outcome;

impl Encoder {
    /// Takes the origins that the numbers read until now need; returns whether one is another than
    /// before, so that the rows must be read anew.
    pub(crate) fn settle_origins<T: Real>(&mut self) -> bool {
        self.shifts.settle::<T>()
    }

    /// Origins that the numbers are counted from.
    pub(crate) fn origins(&self) -> Origins {
        self.shifts.origins()
    }

    /// Refuses a column whose numbers the fit's precision cannot tell apart.
    pub(crate) fn check_digits<T: Real>(&self) -> Outcome {
        let Some(lost) = self.shifts.lost::<T>() else {
            return Ok(());
        };
        let targets = self.targets.iter().copied();
        let mut columns = self.features.iter().map(|one| one.at).chain(targets);
        let column = columns.nth(lost.place).and_then(|at| self.columns.get(at));
        let name = column.map_or("?", |(name, _)| name);
        Err(lost.refused(&self.files, name))
    }
}
