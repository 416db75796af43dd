//! The linear problem at the best parameters, in the coordinates that make it simple, and the
//! step of a given length that serves it best.

use super::spectrum;
use super::triangle::{column, length};
use super::workspace::Pieces;
use crate::{Real, kernel};

impl<T: Real> Pieces<'_, T> {
    /// Lets no parameter's unit grow: each is as fine as the formula has ever been steep in it
    /// (Moré, 1978).
    pub(super) fn rescale(&mut self) {
        let size = self.scale.len();
        for (j, scale) in self.scale.iter_mut().enumerate() {
            *scale = scale.larger(length(column(self.best_triangle, size, j)));
        }
    }

    /// Finds singular values and directions of the scaled Jacobian, without the parameters held,
    /// and returns by how much the sum of squares would fall if the formula were linear.
    pub(super) fn decompose(&mut self) -> T {
        let size = self.best.len();
        self.turned.fill(T::ZERO);
        for j in 0..size {
            let (Some(&held), Some(&scale)) = (self.held.get(j), self.scale.get(j)) else {
                break;
            };
            if held != T::ZERO || !(scale > T::ZERO) {
                continue;
            }
            let cells = self.turned.get_mut(j * size..).unwrap_or(&mut []);
            for (cell, x) in cells.iter_mut().zip(column(self.best_triangle, size, j)) {
                *cell = x / scale;
            }
        }
        spectrum::orthogonalise(self.turned, self.turns, size);
        let columns = || self.turned.chunks_exact(size.max(1));
        for (value, column) in self.singular.iter_mut().zip(columns()) {
            *value = kernel::dot(column, column).sqrt();
        }
        let largest = self.singular.iter().fold(T::ZERO, |a, &b| a.larger(b));
        let least = largest * T::EPSILON * T::from_u32(size as u32);
        let mut gain = T::ZERO;
        let pairs = self.singular.iter_mut().zip(self.along.iter_mut());
        for ((value, along), column) in pairs.zip(self.turned.chunks_exact(size.max(1))) {
            if *value > least {
                *along = kernel::dot(column, self.best_z) / *value;
                gain += *along * *along;
            } else {
                (*value, *along) = (T::ZERO, T::ZERO);
            }
        }
        gain
    }

    /// How long the step with this damping is.
    pub(super) fn step_length(&self, damping: T) -> T {
        let directions = self.singular.iter().zip(&*self.along);
        let moves = directions.map(|(&s, &c)| reach(s, c, damping));
        length(moves)
    }

    /// The damping that makes the step `radius` long, to within a tenth; 0 where the whole step
    /// is no longer than that.
    pub(super) fn damping(&self, radius: T) -> T {
        let tenth = T::from_f64(0.1);
        let (low_enough, high_enough) = (radius - tenth * radius, radius + tenth * radius);
        if self.step_length(T::ZERO) <= high_enough {
            return T::ZERO;
        }
        // ‖step(d)‖ ≤ ‖S c‖ / d, so the damping is below ‖S c‖ / radius.
        let slopes = self.singular.iter().zip(&*self.along).map(|(&s, &c)| s * c);
        let (mut low, mut high) = (T::ZERO, length(slopes) / radius);
        let mut damping = T::ZERO;
        for _ in 0..30 {
            // Newton's method on 1 / ‖step(d)‖, which is close to straight.
            let now = self.step_length(damping);
            if now > high_enough {
                low = damping;
            } else if now < low_enough {
                high = damping;
            } else {
                break;
            }
            let directions = self.singular.iter().zip(&*self.along);
            let bend = directions.fold(T::ZERO, |sum, (&s, &c)| {
                if s > T::ZERO {
                    let share = reach(s, c, damping) / now;
                    sum + share * share / (s * s + damping)
                } else {
                    sum
                }
            });
            let next = damping + (now - radius) / (radius * bend);
            damping = if next > low && next < high {
                next
            } else {
                // Both ends may be many powers of ten apart.
                let least = high * T::from_f64(0.001);
                (low.larger(least) * high).sqrt()
            };
        }
        damping
    }

    /// Writes the step with this damping, times `share`; in scaled units.
    pub(super) fn take_step(&mut self, damping: T, share: T) {
        let size = self.step.len();
        self.step.fill(T::ZERO);
        let directions = self.singular.iter().zip(&*self.along);
        for ((&s, &c), turn) in directions.zip(self.turns.chunks_exact(size.max(1))) {
            let reach = share * reach(s, c, damping);
            for (step, &turn) in self.step.iter_mut().zip(turn) {
                *step += reach * turn;
            }
        }
    }

    /// By how much the sum of squares would fall with this step if the formula were linear.
    pub(super) fn promise(&self, damping: T, share: T) -> T {
        let directions = self.singular.iter().zip(&*self.along);
        directions.fold(T::ZERO, |sum, (&s, &c)| {
            let taken = share * s * reach(s, c, damping);
            sum + taken * (T::TWO * c - taken)
        })
    }

    /// The parameter that matters most in a direction that the rows do not determine.
    pub(super) fn undetermined(&self) -> Option<u16> {
        let size = self.best.len();
        let directions = self
            .singular
            .iter()
            .zip(self.turns.chunks_exact(size.max(1)));
        for (&s, turn) in directions {
            if s != T::ZERO {
                continue;
            }
            let mut most = (T::ZERO, 0, T::ONE);
            for ((index, &turn), &held) in turn.iter().enumerate().zip(&*self.held) {
                // Of equals, the last: the first is the one that most would keep.
                if turn.abs() >= T::from_f64(0.999) * most.0 {
                    most = (turn.abs(), index, held);
                }
            }
            if most.2 == T::ZERO {
                return Some(most.1 as u16);
            }
        }
        None
    }
}

/// How far a damped step goes along a singular direction.
#[inline(always)]
fn reach<T: Real>(singular: T, along: T, damping: T) -> T {
    if singular > T::ZERO {
        along * singular / (singular * singular + damping)
    } else {
        T::ZERO
    }
}
