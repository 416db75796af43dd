//! Parameters that an end leaves where they were because no row can tell anything about them
//! there: a peak beside all rows, a curve that is saturated in every one.
//!
//! The gradient is zero in such a place, and the scaled Jacobian may be of full rank. What gives it
//! away is a parameter that moves no prediction when it moves by its own size. So does one whose
//! best value is 0, however; but that one may as well be 0 exactly, and nothing else changes.

use super::qr::{column, length};
use super::workspace::Pieces;
use super::{Solver, Termination};
use crate::model::Model;
use crate::{Real, kernel};

/// Share of its length by which a column of the Jacobian may differ where parameters that are 0
/// but for rounding are 0 exactly.
const ALIKE: f64 = 0.01;

impl<T: Real, M: Model<T>> Solver<'_, T, M> {
    /// Ends the fit if every parameter matters at its size. Else the next pass tries it with those
    /// that do not set to 0, and [`learned`](Solver::learned) has the last word.
    pub(super) fn doubt(&mut self, end: Termination) {
        let rounding = T::from_f64(16.0) * T::EPSILON * self.signal.sqrt();
        let most = T::from_f64(1e6).smaller(T::ONE / T::EPSILON.sqrt());
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
            let steep = length(column(pieces.best_triangle, pieces.best.len(), at));
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
            Some(_) => self.doubted = Some(end),
            None => self.end = Some(end),
        }
    }

    /// The standard error of a parameter; 0 where it is not known.
    fn standard_error(&self, at: usize) -> T {
        self.at_best().standard_error(at).unwrap_or(T::ZERO)
    }

    /// Judges the pass in which parameters that move nothing were 0: the fit ends as it would have
    /// if that changed nothing, and else with the first of them undetermined.
    pub(super) fn learned(&mut self, end: Termination, usable: bool) -> Termination {
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return end;
        };
        let size = pieces.best.len();
        let steep = |triangle: &[T], at| length(column(triangle, size, at));
        let alike = (0..size).all(|at| {
            let (before, now) = (steep(pieces.best_triangle, at), steep(pieces.triangle, at));
            (now - before).abs() <= T::from_f64(ALIKE) * before
        });
        if usable && alike {
            return end;
        }
        let mut pairs = pieces.best.iter().zip(&*pieces.trial);
        let moved = pairs.position(|(best, trial)| best != trial);
        let parameter = moved.unwrap_or(0) as u16;
        Termination::Singular { parameter }
    }
}
