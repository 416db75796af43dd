//! Parameters that an end leaves where they were because no row can tell anything about them
//! there: a peak beside all rows, a curve that is saturated in every one.
//!
//! The gradient is zero in such a place, and the scaled Jacobian may be of full rank. What gives it
//! away is a parameter that moves no prediction when it moves by its own size. So does one whose
//! best value is 0, however; but that one may as well be 0 exactly, and nothing else changes.

use super::qr::{column, length};
use super::termination::Converged;
use super::workspace::Pieces;
use super::{Solver, Termination};
use crate::model::Model;
use crate::{Real, kernel};

/// Share of its length by which a column of the Jacobian may differ where parameters that are 0
/// but for rounding are 0 exactly.
const ALIKE: f64 = 0.01;

/// The length of a column of the Jacobian. A copy of its own, that the one which every pass needs
/// stays where it is needed.
#[cold]
#[inline(never)]
fn steepness<T: Real>(triangle: &[T], size: usize, at: usize) -> T {
    length(column(triangle, size, at).map(T::abs))
}

/// The largest standard error of a parameter, in times its size.
fn most<T: Real>() -> T {
    T::from_f64(1e6).smaller(T::ONE / T::EPSILON.sqrt())
}

impl<T: Real> Pieces<'_, T> {
    /// The least that any parameter, moved by its own size, moves all predictions together, as far
    /// as the least singular value shows: no column of the scaled Jacobian is shorter, and no
    /// standard error longer than its inverse.
    #[inline(always)]
    pub(super) fn reach(&self) -> T {
        let least = self.singular.iter().fold(T::MAX, |a, &b| a.smaller(b));
        let sizes = self.best.iter().zip(&*self.scale);
        sizes.fold(T::MAX, |reach, (value, &scale)| {
            reach.smaller(value.abs() * (scale * least))
        })
    }
}

impl<T: Real, M: Model<T>> Solver<'_, T, M> {
    /// Ends the fit if every parameter matters at its size. Else the next pass tries it with those
    /// that do not set to 0, and [`learn`](Solver::learn) has the last word.
    #[cold]
    #[inline(never)]
    pub(super) fn doubt(&mut self, end: Termination) {
        let (rounding, most) = (self.rounding(), most::<T>());
        let mut vain = None;
        let mut impossible = false;
        for at in 0..self.parameters {
            let error = self.standard_error(at);
            let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
                break;
            };
            if at == 0 {
                kernel::copy(pieces.best, pieces.trial);
            }
            let steep = steepness(pieces.best_triangle, pieces.best.len(), at);
            let place = pieces.best.get(at).zip(pieces.held.get(at));
            let Some(((&value, &held), trial)) = place.zip(pieces.trial.get_mut(at)) else {
                break;
            };
            let size = if held == T::ZERO {
                value.abs()
            } else {
                T::ZERO
            };
            let is_vain = size * steep <= rounding || error > most * size;
            if size > T::ZERO && is_vain {
                *trial = T::ZERO;
                let range = pieces.lower.get(at).zip(pieces.upper.get(at));
                impossible |= range.is_some_and(|(&low, &high)| low > T::ZERO || high < T::ZERO);
                vain = vain.or(Some(at as u16));
            }
        }
        match vain {
            Some(parameter) if impossible => self.end = Some(Termination::Singular { parameter }),
            Some(_) if Converged::of(end).is_some() => self.doubted = Converged::of(end),
            _ => self.end = Some(end),
        }
    }

    /// By how much rounding may move all predictions together.
    fn rounding(&self) -> T {
        T::from_f64(16.0) * T::EPSILON * self.signal.sqrt()
    }

    /// Returns true if this [reach](Pieces::reach) alone shows that every parameter matters, so
    /// that nothing is left to [`doubt`](Solver::doubt).
    #[inline(always)]
    pub(super) fn all_matter(&self, reach: T) -> bool {
        reach > self.rounding() && reach * most() > self.cost.sqrt()
    }

    /// The standard error of a parameter; 0 where it is not known.
    fn standard_error(&self, at: usize) -> T {
        self.at_best().standard_error(at).unwrap_or(T::ZERO)
    }

    /// Judges the pass in which parameters that move nothing were 0: the fit ends as it would have
    /// if that changed nothing, and else with the first of them undetermined.
    #[cold]
    #[inline(never)]
    pub(super) fn learn(&mut self, end: Converged, usable: bool) {
        self.end = Some(end.termination());
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return;
        };
        let size = pieces.best.len();
        let alike = (0..size).all(|at| {
            let (before, now) = (
                steepness(pieces.best_triangle, size, at),
                steepness(pieces.triangle, size, at),
            );
            (now - before).abs() <= T::from_f64(ALIKE) * before
        });
        if usable && alike {
            return;
        }
        let mut pairs = pieces.best.iter().zip(&*pieces.trial);
        let moved = pairs.position(|(best, trial)| best != trial);
        let parameter = moved.unwrap_or(0) as u16;
        self.end = Some(Termination::Singular { parameter });
    }
}
