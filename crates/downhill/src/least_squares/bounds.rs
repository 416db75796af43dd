//! Steps that end at bounds.

use super::qr::column;
use super::workspace::Pieces;
use crate::Real;

impl<T: Real> Pieces<'_, T> {
    /// Holds the parameters that are at a bound and would leave it downhill; lets go of others.
    pub(super) fn hold(&mut self) {
        let size = self.best.len();
        for (j, held) in self.held.iter_mut().enumerate() {
            let (Some(&at), Some(&lower), Some(&upper)) =
                (self.best.get(j), self.lower.get(j), self.upper.get(j))
            else {
                return;
            };
            if lower < at && at < upper {
                *held = T::ZERO;
                continue;
            }
            let uphill = column(self.best_triangle, size, j)
                .zip(&*self.best_z)
                .fold(T::ZERO, |sum, (a, &b)| sum + a * b);
            let stuck =
                (at <= lower && !(uphill > T::ZERO)) || (at >= upper && !(uphill < T::ZERO));
            *held = if stuck { T::ONE } else { T::ZERO };
        }
    }

    /// Holds the parameters that are at a bound and that the step would push over it; `false`
    /// where there are none.
    pub(super) fn hold_pushed(&mut self) -> bool {
        let mut pushed = false;
        let ranges = self.lower.iter().zip(&*self.upper);
        let places = self.best.iter().zip(&*self.step).zip(ranges);
        for (held, ((&at, &step), (&lower, &upper))) in self.held.iter_mut().zip(places) {
            let over = (at <= lower && step < T::ZERO) || (at >= upper && step > T::ZERO);
            if over && *held == T::ZERO {
                *held = T::ONE;
                pushed = true;
            }
        }
        pushed
    }

    /// Which share of the step can be taken before a parameter meets a bound.
    pub(super) fn room(&self) -> T {
        (0..self.step.len()).fold(T::ONE, |fraction, index| {
            let (_, change, room) = self.moves(index);
            if change.abs() > room.abs() {
                fraction.smaller(room / change)
            } else {
                fraction
            }
        })
    }

    /// Where a parameter is, how far the whole step would move it, and how far its bound on that
    /// side is.
    #[inline(always)]
    fn moves(&self, index: usize) -> (T, T, T) {
        let of = |numbers: &[T]| numbers.get(index).copied().unwrap_or(T::ZERO);
        let (at, scale) = (of(self.best), of(self.scale));
        let change = if scale > T::ZERO {
            of(self.step) / scale
        } else {
            T::ZERO
        };
        let bound: &[T] = if change < T::ZERO {
            self.lower
        } else {
            self.upper
        };
        (at, change, of(bound) - at)
    }

    /// Shortens the step to this share of it.
    pub(super) fn shorten(&mut self, share: T) {
        for step in self.step.iter_mut() {
            *step *= share;
        }
    }

    /// Shortens the step to this share of it, and writes the parameters it leads to; `false`
    /// where they are those there were. A parameter that meets its bound is put onto it exactly.
    pub(super) fn try_step(&mut self, fraction: T) -> bool {
        let mut moved = false;
        for index in 0..self.trial.len() {
            let (at, change, room) = self.moves(index);
            let ends: &[T] = if change < T::ZERO {
                self.lower
            } else {
                self.upper
            };
            let bound = ends.get(index).copied().unwrap_or(at);
            let next = if change.abs() > room.abs() && room / change <= fraction {
                bound
            } else {
                let next = at + fraction * change;
                if change < T::ZERO {
                    next.larger(bound)
                } else {
                    next.smaller(bound)
                }
            };
            if let Some(trial) = self.trial.get_mut(index) {
                *trial = next;
            }
            moved |= next != at;
        }
        self.shorten(fraction);
        moved
    }
}
