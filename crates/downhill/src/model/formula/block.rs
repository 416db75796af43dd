//! A formula over several rows at once: each operation is done on all of them before the next.
//!
//! Every row has the bits that [`Program::forward`](crate::model::Model::forward) gives it, but for
//! the sign of a derivative of 0, which no sum shows: where a value does not depend on a parameter,
//! its derivative is left out instead of computed as 0. An infinite value times that 0 would be NaN,
//! so a block in which there is one is computed once more, with every derivative.

use super::program::{LANES, own};
use super::{Op, Program, STACK};
use crate::Real;
use crate::block::{BLOCK, Visit};
use crate::dual::{Dual, Scalar};

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
    /// A bit for each derivative that is there; the others are 0.
    active: u16,
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
    /// True where every derivative is computed.
    is_full: bool,
    /// 0, and NaN where a product or quotient was infinite or NaN.
    odd: Numbers<T>,
}

impl<T: Real> Program<T> {
    /// Computes `count` blocks of rows, whose features lie row by row. Leaves the derivatives of a
    /// block in `columns`, one for each parameter, and hands these and the predictions to `visit`.
    /// Ends where that returns `false`, and returns how many blocks went before.
    #[inline(always)]
    pub(super) fn in_blocks(
        &self,
        parameters: &[T],
        (features, count): (&[T], usize),
        columns: &mut [Numbers<T>],
        visit: &mut impl Visit<T>,
    ) -> usize {
        let mut stack = [Place {
            value: [T::ZERO; BLOCK],
            slopes: [[T::ZERO; BLOCK]; STRIP],
            active: 0,
        }; STACK + 2];
        let mut rest = features;
        for block in 0..count {
            let Some(features) = rest.split_off(..BLOCK * self.features()) else {
                return block;
            };
            let own = columns.get_mut(..self.parameters()).unwrap_or(&mut []);
            for (strip, slopes) in own.chunks_mut(STRIP).enumerate() {
                let mut run = Run {
                    parameters,
                    first: strip * STRIP,
                    count: slopes.len(),
                    features,
                    is_full: false,
                    odd: [T::ZERO; BLOCK],
                };
                run.steps(self, &mut stack);
                if !run.is_sure(&stack[0]) {
                    run.is_full = true;
                    run.steps(self, &mut stack);
                }
                slopes.copy_from_slice(run.slopes(&stack[0]));
            }
            if !visit.block(&stack[0].value, columns) {
                return block;
            }
        }
        count
    }
}

impl<T: Real> Run<'_, T> {
    /// Runs the operations that predict; their result is the first place.
    #[inline(always)]
    fn steps(&mut self, program: &Program<T>, stack: &mut Stack<T>) {
        let mut depth = 0usize;
        for &op in program.steps() {
            let takes = match op {
                Op::Number(_) | Op::Feature(_) | Op::Parameter(_) => 0,
                Op::Add | Op::Subtract | Op::Multiply | Op::Divide => 2,
                op => op.takes(),
            };
            let below = depth.saturating_sub(takes);
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
                    x.value = x.value.map(|value| -value);
                    x.slopes_by(|a, _| -a);
                }
                Op::Add => {
                    x.value = numbers(|row| x.value[row] + y.value[row]);
                    x.join(y, |a, b, _| a + b, |a, _| a, |b, _| b);
                }
                Op::Subtract => {
                    x.value = numbers(|row| x.value[row] - y.value[row]);
                    x.join(y, |a, b, _| a - b, |a, _| a, |b, _| -b);
                }
                Op::Multiply => self.multiply(x, y),
                Op::Divide => self.divide(x, y),
                Op::Power if !self.is_full => power(x, y),
                Op::Exp => chain(x, Scalar::exp),
                Op::Ln => chain(x, Scalar::ln),
                Op::Sqrt => chain(x, Scalar::sqrt),
                Op::Sin => chain(x, Scalar::sin),
                Op::Cos => chain(x, Scalar::cos),
                Op::Whole(exponent) => chain(x, |x| x.powi(exponent.into())),
                op if op.is_chained() => chain(x, |x| op.apply(&[x]).unwrap_or(x)),
                op => self.row_by_row(op, x, [y, z]),
            }
        }
    }

    /// Bits of all derivatives.
    #[inline(always)]
    fn all(&self) -> u16 {
        (0..self.count).fold(0, |bits, at| bits | 1 << at)
    }

    /// Returns `true` where every derivative of a result is what it is among all of them: no
    /// infinite value could meet one that was left out.
    fn is_sure(&self, result: &Place<T>) -> bool {
        result.active == self.all() && self.odd == [T::ZERO; BLOCK]
    }

    #[inline(always)]
    fn slopes<'p>(&self, place: &'p Place<T>) -> &'p [Numbers<T>] {
        place.slopes.get(..self.count).unwrap_or(&[])
    }

    #[inline(always)]
    fn constant(&self, place: &mut Place<T>, value: Numbers<T>) {
        (place.value, place.active) = (value, 0);
        if self.is_full {
            place.active = self.all();
            let own = place.slopes.get_mut(..self.count);
            own.unwrap_or(&mut []).fill([T::ZERO; BLOCK]);
        }
    }

    #[inline(always)]
    fn feature(&self, place: &mut Place<T>, columns: usize, index: usize) {
        let mut value = [T::ZERO; BLOCK];
        let rows = self.features.chunks_exact(columns.max(1));
        for (value, row) in value.iter_mut().zip(rows) {
            *value = row.get(index).copied().unwrap_or(T::ZERO);
        }
        self.constant(place, value);
    }

    #[inline(always)]
    fn parameter(&self, place: &mut Place<T>, index: usize) {
        let value = self.parameters.get(index).copied().unwrap_or(T::ZERO);
        self.constant(place, [value; BLOCK]);
        let own = index.wrapping_sub(self.first);
        if own < self.count
            && let Some(slope) = place.slopes.get_mut(own)
        {
            *slope = [T::ONE; BLOCK];
            place.active |= 1 << own;
        }
    }

    #[inline(always)]
    fn multiply(&mut self, left: &mut Place<T>, right: &Place<T>) {
        let (x, y) = (left.value, right.value);
        left.value = numbers(|row| x[row] * y[row]);
        self.note(&left.value);
        left.join(
            right,
            |a, b, row| a * y[row] + x[row] * b,
            |a, row| a * y[row],
            |b, row| x[row] * b,
        );
    }

    #[inline(always)]
    fn divide(&mut self, left: &mut Place<T>, right: &Place<T>) {
        let (x, y) = (left.value, right.value);
        let q = numbers(|row| x[row] / y[row]);
        left.value = q;
        self.note(&q);
        left.join(
            right,
            |a, b, row| (a - q[row] * b) / y[row],
            |a, row| a / y[row],
            |b, row| -(q[row] * b) / y[row],
        );
    }

    /// Notes where numbers are infinite or NaN.
    #[inline(always)]
    fn note(&mut self, of: &Numbers<T>) {
        for (odd, &x) in self.odd.iter_mut().zip(of) {
            *odd += T::ZERO * x;
        }
    }

    /// Any operation, as it is done on a row alone.
    fn row_by_row(&self, op: Op, x: &mut Place<T>, [y, z]: [&Place<T>; 2]) {
        let active = match op {
            Op::Own(_) => self.all(),
            op => { [x.active, y.active, z.active].into_iter().take(op.takes()) }
                .fold(0, |all, own| all | own),
        };
        for row in 0..BLOCK {
            let at = |place: &Place<T>, group: usize| {
                let mut slopes = [T::ZERO; LANES];
                let own = self.slopes(place).iter().enumerate().skip(group * LANES);
                for (slope, (at, own)) in slopes.iter_mut().zip(own) {
                    if place.active >> at & 1 == 1 {
                        *slope = own[row];
                    }
                }
                Dual {
                    value: place.value[row],
                    slopes,
                }
            };
            let mut value = x.value[row];
            for group in 0..self.count.div_ceil(LANES) {
                let operands = [at(x, group), at(y, group), at(z, group)];
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
                let own = x.slopes.chunks_mut(LANES).nth(group);
                for (own, slope) in own.unwrap_or(&mut []).iter_mut().zip(result.slopes) {
                    own[row] = slope;
                }
            }
            x.value[row] = value;
        }
        x.active = active;
    }
}

impl<T: Real> Place<T> {
    /// Turns each derivative that is there into another one, given its row.
    #[inline(always)]
    fn slopes_by(&mut self, turn: impl Fn(T, usize) -> T) {
        let mut left = self.active;
        while let Some(slope) = self.slopes.get_mut(left.trailing_zeros() as usize) {
            *slope = numbers(|row| turn(slope[row], row));
            left &= left - 1;
        }
    }

    /// Joins the derivatives of this value and of another one, each given its row: where both
    /// depend on a parameter, where this one does, and where the other does.
    #[inline(always)]
    fn join(
        &mut self,
        other: &Self,
        both: impl Fn(T, T, usize) -> T,
        own: impl Fn(T, usize) -> T,
        others: impl Fn(T, usize) -> T,
    ) {
        let mut left = self.active | other.active;
        let (one, two) = (self.active, other.active);
        while let (Some(a), Some(b)) = {
            let at = left.trailing_zeros() as usize;
            (self.slopes.get_mut(at), other.slopes.get(at))
        } {
            let bit = left & left.wrapping_neg();
            *a = match (one & bit != 0, two & bit != 0) {
                (true, true) => numbers(|row| both(a[row], b[row], row)),
                (true, false) => numbers(|row| own(a[row], row)),
                _ => numbers(|row| others(b[row], row)),
            };
            left ^= bit;
        }
        self.active = one | two;
    }
}

/// A function of one value, whose derivative is that of the value times a slope.
///
/// Where a derivative of 0 meets an infinite slope it becomes NaN here, which no finite derivative
/// comes from: the rows of such a block are taken alone.
#[inline(always)]
fn chain<T: Real>(x: &mut Place<T>, function: impl Fn(Dual<T, 1>) -> Dual<T, 1>) {
    let mut slope = [T::ZERO; BLOCK];
    for (value, slope) in x.value.iter_mut().zip(&mut slope) {
        let result = function(Dual::variable(*value, 0));
        (*value, [*slope]) = (result.value, result.slopes);
    }
    x.slopes_by(|d, row| d * slope[row]);
}

/// A power, with the derivatives of [`Scalar::pow`] that are needed.
#[inline(always)]
fn power<T: Real>(x: &mut Place<T>, y: &Place<T>) {
    let base = x.value;
    let mut slopes = [[T::ZERO; BLOCK]; 2];
    let constant = |value| Dual::<T, 2>::constant(value);
    for row in 0..BLOCK {
        let (mut own, mut exponent) = (constant(base[row]), constant(y.value[row]));
        if x.active != 0 {
            own = Dual::variable(own.value, 0);
        }
        if y.active != 0 {
            exponent = Dual::variable(exponent.value, 1);
        }
        let result = own.pow(exponent);
        x.value[row] = result.value;
        [slopes[0][row], slopes[1][row]] = result.slopes;
    }
    let [of_base, of_exponent] = slopes;
    x.join(
        y,
        |a, b, row| a * of_base[row] + b * of_exponent[row],
        |a, row| a * of_base[row],
        |b, row| b * of_exponent[row],
    );
}

/// A number for each row.
#[inline(always)]
fn numbers<T: Real>(of: impl Fn(usize) -> T) -> Numbers<T> {
    core::array::from_fn(of)
}
