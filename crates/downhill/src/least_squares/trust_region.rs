//! The linear problem at the best parameters, and the step of a given length that serves it best.

use super::qr::{self, column, length, packed};
use super::svd;
use super::workspace::Pieces;
use crate::block::BLOCK;
use crate::{Real, kernel};

impl<T: Real> Pieces<'_, T> {
    /// Lets no parameter's unit grow: each is as fine as the formula has ever been steep in it
    /// (Moré, 1978).
    #[inline(never)]
    pub(super) fn rescale(&mut self) {
        let size = self.scale.len();
        let steps = self.step.iter_mut().zip(self.turns.iter_mut());
        for (j, (scale, (step, before))) in self.scale.iter_mut().zip(steps).enumerate() {
            let steepest = length(column(self.best_triangle, size, j));
            if steepest > *scale {
                if *scale > T::ZERO {
                    let finer = steepest / *scale;
                    (*step, *before) = (*step * finer, *before * finer);
                }
                *scale = steepest;
            }
        }
    }

    /// Writes the triangle in scaled units, without the parameters held and those that depend on
    /// others, and returns by how much the sum of squares would fall if the formula were linear.
    pub(super) fn simplify(&mut self) -> T {
        // Each round but the last leaves one parameter more out: what its row knows of the others
        // has to go into theirs.
        for _ in 0..=self.best.len() {
            self.scale_triangle();
            let least = self.least(T::ZERO);
            let corners = corners(self.turned, self.best.len());
            let mut places = self.held.iter_mut().zip(corners);
            let dependent =
                places.find(|(held, corner)| **held == T::ZERO && !(corner.abs() > least));
            let Some((held, _)) = dependent else {
                break;
            };
            *held = T::TWO;
        }
        kernel::dot(self.along, self.along)
    }

    /// Lets parameters count again that were only left out because they depend on others.
    pub(super) fn count_all(&mut self) {
        for held in self.held.iter_mut() {
            if *held == T::TWO {
                *held = T::ZERO;
            }
        }
    }

    fn scale_triangle(&mut self) {
        let size = self.best.len();
        let scaled = self.turned.get_mut(..packed(size)).unwrap_or(&mut []);
        kernel::copy(self.best_z, self.along);
        // Without some of its columns it is no triangle: its rows are folded into another.
        let refold = self.held.iter().any(|&held| held != T::ZERO);
        if refold {
            scaled.fill(T::ZERO);
            self.along.fill(T::ZERO);
        }
        let (mut lines, mut at) = (&*self.best_triangle, 0);
        for row in 0..size {
            let line = lines.split_off(..size - row).unwrap_or(&[]);
            let slot = row % BLOCK;
            let units = self.scale.iter().zip(&*self.held).enumerate().skip(row);
            for (&x, (column, (&scale, &held))) in line.iter().zip(units) {
                let free = held == T::ZERO && scale > T::ZERO;
                let number = if free { x / scale } else { T::ZERO };
                if refold {
                    put(self.block, column, slot, number);
                } else if let Some(cell) = scaled.get_mut(at) {
                    *cell = number;
                }
                at += 1;
            }
            if refold {
                let z = self.best_z.get(row).copied().unwrap_or(T::ZERO);
                put(self.block, size, slot, z);
                if slot == BLOCK - 1 || row + 1 == size {
                    qr::fold(scaled, self.along, self.block);
                }
            }
        }
    }

    /// Writes the step with this damping, in scaled units, and returns how long it is. What the
    /// rows do not determine does not move.
    pub(super) fn solve(&mut self, damping: T) -> T {
        let size = self.step.len();
        let scaled = self.turned.get(..packed(size)).unwrap_or(&[]);
        kernel::copy(scaled, self.triangle);
        kernel::copy(self.along, self.z);
        if damping > T::ZERO {
            // Damping is a row for each parameter that asks it to stay (Moré, 1978).
            let root = damping.sqrt();
            for row in 0..size {
                let slot = row % BLOCK;
                put(self.block, row, slot, root);
                if slot == BLOCK - 1 || row + 1 == size {
                    qr::fold(self.triangle, self.z, self.block);
                }
            }
        }
        let least = self.least(damping);
        let mut rest = &*self.triangle;
        for row in (0..size).rev() {
            let line = rest.split_off(rest.len().saturating_sub(size - row)..);
            let (Some((&corner, line)), Some(&z)) =
                (line.and_then(<[T]>::split_first), self.z.get(row))
            else {
                break;
            };
            let sum = kernel::dot(line, self.step.get(row + 1..).unwrap_or(&[]));
            if let Some(step) = self.step.get_mut(row) {
                *step = if corner.abs() > least {
                    (z - sum) / corner
                } else {
                    T::ZERO
                };
            }
        }
        length(self.step.iter().copied())
    }

    /// Writes the step that is `radius` long, to within a tenth, and returns its damping: 0 where
    /// the whole step is no longer than that.
    pub(super) fn damp(&mut self, radius: T) -> T {
        let size = self.step.len();
        let tenth = T::from_f64(0.1);
        let (low_enough, high_enough) = (radius - tenth * radius, radius + tenth * radius);
        let mut now = self.solve(T::ZERO);
        if now <= high_enough {
            return T::ZERO;
        }
        // ‖step(d)‖ ≤ ‖gradient‖ / d, so the damping is below ‖gradient‖ / radius.
        for (j, slope) in self.singular.iter_mut().enumerate() {
            let pairs = column(self.turned, size, j).zip(&*self.along);
            *slope = pairs.fold(T::ZERO, |sum, (a, &b)| sum + a * b);
        }
        let slopes = self.singular.iter().copied();
        let (mut low, mut high) = (T::ZERO, length(slopes) / radius);
        let mut damping = T::ZERO;
        for _ in 0..30 {
            // Newton's method on 1 / ‖step(d)‖, which is close to straight.
            if now > high_enough {
                low = damping;
            } else if now < low_enough {
                high = damping;
            } else {
                break;
            }
            let next = damping + (now - radius) / (radius * self.bend(damping, now));
            damping = if next > low && next < high {
                next
            } else {
                // Both ends may be many powers of ten apart.
                let least = high * T::from_f64(0.001);
                (low.larger(least) * high).sqrt()
            };
            now = self.solve(damping);
        }
        damping
    }

    /// The size up to which a corner of the triangle that a step is found with is rounding.
    fn least(&self, damping: T) -> T {
        if damping > T::ZERO {
            T::ZERO
        } else {
            least(self.turned, self.step.len())
        }
    }

    /// How fast the step shortens with damping, as a share of its length `now`: ‖R⁻ᵀ step‖² /
    /// `now`², R the triangle that the step was found with.
    fn bend(&mut self, damping: T, now: T) -> T {
        let least = self.least(damping);
        for (share, &step) in self.singular.iter_mut().zip(&*self.step) {
            *share = step / now;
        }
        let (mut lines, mut shares) = (&*self.triangle, &mut *self.singular);
        let mut sum = T::ZERO;
        while let Some((share, others)) = shares.split_first_mut() {
            let line = lines.split_off(..=others.len()).unwrap_or(&[]);
            let Some((&corner, line)) = line.split_first() else {
                break;
            };
            if corner.abs() > least {
                let own = *share / corner;
                sum += own * own;
                for (other, &x) in others.iter_mut().zip(line) {
                    *other -= own * x;
                }
            }
            shares = others;
        }
        sum
    }

    /// Returns `true` if no parameter is held.
    pub(super) fn is_free(&self) -> bool {
        self.held.iter().all(|&held| held == T::ZERO)
    }

    /// Keeps the step that led here, while the next one is found.
    pub(super) fn remember(&mut self) {
        kernel::copy(self.step, self.singular);
    }

    /// Learns from how the whole step differs from the one before it how the formula bends, and
    /// goes where the two together point (Anderson, "Iterative procedures for nonlinear integral
    /// equations", 1965, with a memory of one step). Returns by how much the sum of squares falls
    /// then, or `None` where it stays with the whole step. Where the two do not `compare`, it only
    /// keeps this one for the next.
    pub(super) fn extrapolate(&mut self, compare: bool) -> Option<T> {
        let size = self.step.len();
        let (mut lines, mut squares, mut along_change, mut along_taken, mut gain) =
            (&*self.turned, T::ZERO, T::ZERO, T::ZERO, T::ZERO);
        for (row, &along) in self.along.iter().enumerate() {
            let line = lines.split_off(..size - row)?;
            let image = |step: &[T]| kernel::dot(line, step.get(row..).unwrap_or(&[]));
            let now = image(self.step);
            let change = now - image(self.turns.get(..size)?);
            squares += change * change;
            along_change += change * along;
            along_taken += image(self.singular) * along;
            gain += now * along;
        }
        let share = along_change / squares;
        let promise = gain - share * (along_taken + along_change);
        let usable = compare && share.abs() <= T::from_f64(10.0) && promise > T::ZERO;
        let steps = self.step.iter_mut().zip(self.turns.iter_mut());
        for ((step, before), &taken) in steps.zip(&*self.singular) {
            let (whole, change) = (*step, *step - *before);
            *before = whole;
            if usable {
                *step -= share * (taken + change);
            }
        }
        usable.then_some(promise)
    }

    /// Half of how much the sum of squares would fall along the step if it did not bend, and by
    /// how much it would fall if the formula were linear.
    pub(super) fn promise(&self) -> (T, T) {
        let size = self.step.len();
        let (mut lines, mut slope, mut squares) = (&*self.turned, T::ZERO, T::ZERO);
        for (row, &along) in self.along.iter().enumerate() {
            let line = lines.split_off(..size - row).unwrap_or(&[]);
            let moved = kernel::dot(line, self.step.get(row..).unwrap_or(&[]));
            slope += moved * along;
            squares += moved * moved;
        }
        (slope, T::TWO * slope - squares)
    }

    /// Finds singular values and directions of the scaled Jacobian, without the parameters held.
    pub(super) fn decompose(&mut self) {
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
        svd::orthogonalize(self.turned, self.turns, size);
        let columns = self.turned.chunks_exact(size.max(1));
        for (value, column) in self.singular.iter_mut().zip(columns) {
            *value = kernel::dot(column, column).sqrt();
        }
        let largest = self.singular.iter().fold(T::ZERO, |a, &b| a.larger(b));
        let least = largest * T::EPSILON * T::from_u32(size as u32);
        for value in self.singular.iter_mut() {
            if !(*value > least) {
                *value = T::ZERO;
            }
        }
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

#[inline(always)]
fn put<T>(block: &mut [[T; BLOCK]], column: usize, slot: usize, number: T) {
    let column = block.get_mut(column);
    if let Some(place) = column.and_then(|column| column.get_mut(slot)) {
        *place = number;
    }
}

/// The diagonal of a packed triangle.
#[inline(always)]
fn corners<T: Real>(triangle: &[T], size: usize) -> impl Iterator<Item = T> + '_ {
    let mut at = 0;
    (0..size).map_while(move |row| {
        let number = triangle.get(at).copied();
        at += size - row;
        number
    })
}

/// The size up to which a number on the diagonal of a triangle is rounding.
#[inline(always)]
fn least<T: Real>(triangle: &[T], size: usize) -> T {
    let largest = corners(triangle, size).fold(T::ZERO, |most, x| most.larger(x.abs()));
    largest * T::EPSILON * T::from_u32(size as u32)
}
