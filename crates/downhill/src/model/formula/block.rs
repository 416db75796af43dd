//! A formula over several rows at once: each operation is done on all of them before the next.
//!
//! Every row has the bits that [`Program::forward`](crate::model::Model::forward) gives it.

use super::program::{LANES, own};
use super::{Op, Program, STACK};
use crate::Real;
use crate::block::BLOCK;
use crate::dual::Dual;

/// Derivatives that one run of a program carries: whole groups of [`LANES`], each of which is
/// a run of its own where a row is computed alone.
const STRIP: usize = 4 * LANES;

/// A number of each row.
type Numbers<T> = [T; BLOCK];

/// A value on the stack, and its derivatives.
#[derive(Clone, Copy)]
struct Place<T> {
    value: Numbers<T>,
    slopes: [Numbers<T>; STRIP],
}

/// The stack, and two places more, so that operands can be looked for without a count of them.
type Stack<T> = [Place<T>; STACK + 2];

/// One run of a program over a block.
struct Run<'a, T> {
    parameters: &'a [T],
    /// The first parameter of the strip, and how many it has.
    first: usize,
    count: usize,
    /// Features of the block, row by row.
    features: &'a [T],
}

impl<T: Real> Program<T> {
    /// Computes `count` blocks of rows, whose features lie row by row. Leaves the derivatives of a
    /// block in `columns`, one for each parameter, and hands these and the predictions to `visit`.
    /// Ends where that returns `false`, and returns how many blocks went before.
    pub(super) fn in_blocks(
        &self,
        parameters: &[T],
        (features, count): (&[T], usize),
        columns: &mut [Numbers<T>],
        visit: &mut impl FnMut(&Numbers<T>, &mut [Numbers<T>]) -> bool,
    ) -> usize {
        let mut stack = [Place {
            value: [T::ZERO; BLOCK],
            slopes: [[T::ZERO; BLOCK]; STRIP],
        }; STACK + 2];
        let mut rest = features;
        for block in 0..count {
            let Some(features) = rest.split_off(..BLOCK * self.features()) else {
                return block;
            };
            let own = columns.get_mut(..self.parameters()).unwrap_or(&mut []);
            for (strip, slopes) in own.chunks_mut(STRIP).enumerate() {
                let run = Run {
                    parameters,
                    first: strip * STRIP,
                    count: slopes.len(),
                    features,
                };
                run.steps(self, &mut stack);
                slopes.copy_from_slice(run.slopes(&stack[0]));
            }
            if !visit(&stack[0].value, columns) {
                return block;
            }
        }
        count
    }
}

impl<T: Real> Run<'_, T> {
    /// Runs the operations that predict; their result is the first place.
    fn steps(&self, program: &Program<T>, stack: &mut Stack<T>) {
        let mut depth = 0usize;
        for &op in program.steps() {
            let below = depth.saturating_sub(op.takes());
            depth = below + 1;
            let Some([x, y, z, ..]) = stack.get_mut(below..) else {
                return;
            };
            match op {
                Op::Number(index) => {
                    let number = program.numbers().get(usize::from(index));
                    self.constant(x, [number.copied().unwrap_or(T::ZERO); BLOCK]);
                }
                Op::Feature(index) => self.feature(x, program.features(), index.into()),
                Op::Parameter(index) => self.parameter(x, index.into()),
                Op::Negate => {
                    each(&mut x.value, |value| -value);
                    for slope in self.slopes_mut(x) {
                        each(slope, |d| -d);
                    }
                }
                Op::Add => self.join(x, y, |a, b| a + b, |a, b, _| a + b),
                Op::Subtract => self.join(x, y, |a, b| a - b, |a, b, _| a - b),
                Op::Multiply => self.join(x, y, |a, b| a * b, |a, b, (x, y, _)| a * y + x * b),
                Op::Divide => self.join(x, y, |a, b| a / b, |a, b, (_, y, q)| (a - q * b) / y),
                op if op.is_chained() => self.chain(op, x),
                op => self.row_by_row(op, x, [y, z]),
            }
        }
    }

    fn slopes<'p>(&self, place: &'p Place<T>) -> &'p [Numbers<T>] {
        place.slopes.get(..self.count).unwrap_or(&[])
    }

    fn slopes_mut<'p>(&self, place: &'p mut Place<T>) -> &'p mut [Numbers<T>] {
        place.slopes.get_mut(..self.count).unwrap_or(&mut [])
    }

    fn constant(&self, place: &mut Place<T>, value: Numbers<T>) {
        place.value = value;
        self.slopes_mut(place).fill([T::ZERO; BLOCK]);
    }

    fn feature(&self, place: &mut Place<T>, columns: usize, index: usize) {
        let mut value = [T::ZERO; BLOCK];
        let rows = self.features.chunks_exact(columns.max(1));
        for (value, row) in value.iter_mut().zip(rows) {
            *value = row.get(index).copied().unwrap_or(T::ZERO);
        }
        self.constant(place, value);
    }

    fn parameter(&self, place: &mut Place<T>, index: usize) {
        let value = self.parameters.get(index).copied().unwrap_or(T::ZERO);
        self.constant(place, [value; BLOCK]);
        let own = index.wrapping_sub(self.first);
        if let Some(slope) = self.slopes_mut(place).get_mut(own) {
            *slope = [T::ONE; BLOCK];
        }
    }

    /// An operation on two values, as [`Dual`] does it; `slope` is given both derivatives, both
    /// values and the result.
    #[inline(always)]
    fn join(
        &self,
        x: &mut Place<T>,
        y: &Place<T>,
        value: impl Fn(T, T) -> T,
        slope: impl Fn(T, T, (T, T, T)) -> T,
    ) {
        let (left, right) = (x.value, y.value);
        for (x, &y) in x.value.iter_mut().zip(&right) {
            *x = value(*x, y);
        }
        let result = x.value;
        for (own, other) in self.slopes_mut(x).iter_mut().zip(self.slopes(y)) {
            for (row, (a, &b)) in own.iter_mut().zip(other).enumerate() {
                *a = slope(*a, b, (left[row], right[row], result[row]));
            }
        }
    }

    /// An operation on one value whose derivative is that of the value times a slope.
    fn chain(&self, op: Op, x: &mut Place<T>) {
        let mut slope = [T::ZERO; BLOCK];
        for (value, slope) in x.value.iter_mut().zip(&mut slope) {
            if let Some(result) = op.apply(&[Dual::<T, 1>::variable(*value, 0)]) {
                (*value, [*slope]) = (result.value, result.slopes);
            }
        }
        // Where a derivative of 0 meets an infinite slope this is NaN, which no finite derivative
        // comes from: the rows of such a block are taken alone.
        for own in self.slopes_mut(x) {
            for (d, &slope) in own.iter_mut().zip(&slope) {
                *d *= slope;
            }
        }
    }

    /// Any operation, as it is done on a row alone.
    fn row_by_row(&self, op: Op, x: &mut Place<T>, others: [&Place<T>; 2]) {
        for row in 0..BLOCK {
            let at = |place: &Place<T>, group: usize| {
                let mut slopes = [T::ZERO; LANES];
                let own = self.slopes(place).chunks(LANES).nth(group).unwrap_or(&[]);
                for (slope, own) in slopes.iter_mut().zip(own) {
                    *slope = own[row];
                }
                Dual {
                    value: place.value[row],
                    slopes,
                }
            };
            let mut value = x.value[row];
            for group in 0..self.count.div_ceil(LANES) {
                let operands = [at(x, group), at(others[0], group), at(others[1], group)];
                let first = self.first + group * LANES;
                let result = match op {
                    Op::Own(base) => own(base, operands[0], |index: u8| {
                        let index = usize::from(index);
                        let value = self.parameters.get(index).copied().unwrap_or(T::ZERO);
                        Dual::variable(value, index.wrapping_sub(first))
                    }),
                    op => { operands.get(..op.takes()) }
                        .and_then(|operands| op.apply(operands))
                        .unwrap_or(operands[0]),
                };
                value = result.value;
                let own = self.slopes_mut(x).chunks_mut(LANES).nth(group);
                for (own, slope) in own.unwrap_or(&mut []).iter_mut().zip(result.slopes) {
                    own[row] = slope;
                }
            }
            x.value[row] = value;
        }
    }
}

#[inline(always)]
fn each<T: Real>(numbers: &mut Numbers<T>, turn: impl Fn(T) -> T) {
    for number in numbers {
        *number = turn(*number);
    }
}
