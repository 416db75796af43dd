//! A formula as a list of operations on a stack.

use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::error::Reason;
use super::limits::Limits;
use super::op::Op;
use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};
use crate::block::{BLOCK, Visit};
use crate::bounded_list::List;
use crate::dual::{Dual, Scalar};
use crate::internal::Internal;
use crate::model::{Model, ParameterKind, Sizes};
use crate::random::Random;
use crate::{Real, Sink};

/// A formula, checked and ready to run: a list of at most [`OPERATIONS`] stack operations that
/// takes no heap and cannot run on.
///
/// [`parse`](super::parse()) makes one from text. It is plain data: it can be saved, sent over a
/// link and run on the board that receives it, and whatever arrives is checked again before it
/// is a `Program`. As a [`Model`] it has one output, exact derivatives, and the parameters in
/// the order in which the text names them.
///
/// ```
/// use downhill::{Trainer, loss::Squared, model::formula, optimizer::Sgd};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let line = formula::parse::<f32>("slope * x + offset", "y", |name| name == "x")?.program;
/// let mut fit = Trainer::new(line, Squared, Sgd::new(0.1), [0.0f32; 8])?;
/// for k in 0..200 {
///     let x = (k % 4) as f32;
///     fit.observe(&[x], &[2.0 * x + 1.0])?;
/// }
/// assert!((fit.predict(&[10.0])?[0] - 21.0).abs() < 1e-3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        try_from = "Raw<T>",
        bound(
            serialize = "T: Real + Serialize",
            deserialize = "T: Real + Deserialize<'de>"
        )
    )
)]
pub struct Program<T> {
    /// First what is done to the target, then what predicts it.
    operations: List<Op, OPERATIONS>,
    /// Operations of the left side.
    target: u8,
    numbers: List<T, NUMBERS>,
    features: u8,
    parameters: u8,
    /// Where parameters start: none of them, or all.
    start: List<T, PARAMETERS>,
}

/// Serialized program, before it is checked.
#[cfg_attr(feature = "serde", derive(Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(deserialize = "T: Real + Deserialize<'de>"))
)]
struct Raw<T> {
    operations: List<Op, OPERATIONS>,
    target: u8,
    numbers: List<T, NUMBERS>,
    features: u8,
    parameters: u8,
    start: List<T, PARAMETERS>,
}

impl<T: Real> TryFrom<Raw<T>> for Program<T> {
    type Error = Reason;

    fn try_from(raw: Raw<T>) -> Result<Self, Reason> {
        let program = Self {
            operations: raw.operations,
            target: raw.target,
            numbers: raw.numbers,
            features: raw.features,
            parameters: raw.parameters,
            start: raw.start,
        };
        program.check()?;
        Ok(program)
    }
}

/// A place, of a number that is one.
#[inline(never)]
fn place_of<T: Real>(number: T) -> Option<u8> {
    let place = number.to_f64();
    (place >= 0.0 && place <= f64::from(u8::MAX)).then_some(place as u8)
}

impl Limits {
    /// Returns `true` if a program is within these.
    pub fn hold<T: Real>(&self, program: &Program<T>) -> bool {
        program.all_operations() <= self.operations
            && program.numbers().len() <= self.numbers
            && program.parameters() <= self.parameters
            && program.features() <= self.features
    }
}

/// Derivatives that one run of a program carries. More parameters take more runs.
pub(super) const LANES: usize = 4;

impl<T: Real> Program<T> {
    /// A program from its parts.
    pub(super) fn new(
        operations: List<Op, OPERATIONS>,
        target: u8,
        numbers: List<T, NUMBERS>,
        (features, parameters): (u8, u8),
    ) -> Result<Self, Reason> {
        let program = Self {
            operations,
            target,
            numbers,
            features,
            parameters,
            start: List::new(),
        };
        program.check()?;
        Ok(program)
    }

    /// Checks that every operation finds its operands.
    fn check(&self) -> Result<(), Reason> {
        let numbers = self.numbers.as_slice();
        let starts = self.start.as_slice();
        let counts = usize::from(self.features) <= FEATURES
            && (1..=PARAMETERS).contains(&usize::from(self.parameters))
            && (starts.is_empty() || starts.len() == usize::from(self.parameters));
        let finite = numbers.iter().chain(starts).all(|x| x.is_finite());
        let sides = self
            .operations
            .as_slice()
            .split_at_checked(usize::from(self.target));
        let (Some((target, prediction)), true, true) = (sides, counts, finite) else {
            return Err(Reason::Damaged);
        };
        self.check_side(target, 1, 0)?;
        self.check_side(prediction, self.features, self.parameters)
    }

    fn check_side(&self, side: &[Op], features: u8, parameters: u8) -> Result<(), Reason> {
        let mut depth = 0usize;
        for op in side {
            let known = match *op {
                Op::Number(index) => usize::from(index) < self.numbers.len(),
                Op::Feature(index) => index < features,
                Op::Parameter(index) | Op::Own(index) => index < parameters,
                _ => true,
            };
            depth = match depth.checked_sub(op.takes()) {
                Some(left) if known => left + 1,
                _ => return Err(Reason::Damaged),
            };
            if depth > STACK {
                return Err(Reason::Damaged);
            }
        }
        if depth == 1 {
            Ok(())
        } else {
            Err(Reason::Damaged)
        }
    }

    /// Columns that it takes, in the order of [`Parsed::features`](super::Parsed::features).
    pub const fn features(&self) -> usize {
        self.features as usize
    }

    /// Parameters.
    pub const fn parameters(&self) -> usize {
        self.parameters as usize
    }

    /// Operations of both sides together.
    pub fn all_operations(&self) -> usize {
        self.operations.len()
    }

    /// Operations of one prediction.
    pub fn operations(&self) -> usize {
        self.steps().len()
    }

    /// The operations that predict, in their order; the last one leaves the prediction.
    pub fn steps(&self) -> &[Op] {
        let steps = self.operations.as_slice().get(usize::from(self.target)..);
        steps.unwrap_or(&[])
    }

    /// The operations on the target, and those that predict it.
    pub(super) fn sides(&self) -> (&[Op], &[Op]) {
        let sides = self.operations.as_slice();
        sides
            .split_at_checked(usize::from(self.target))
            .unwrap_or((&[], &[]))
    }

    /// A run of [`steps`](Program::steps) that leaves one value, as a program of the same columns and
    /// parameters; `None` where the run does not.
    pub fn part(&self, steps: Range<usize>) -> Option<Self> {
        let mut operations = List::new();
        for &op in self.steps().get(steps)? {
            operations.push(op);
        }
        let part = Self {
            operations,
            target: 0,
            start: List::new(),
            ..*self
        };
        part.check_side(part.steps(), part.features, part.parameters)
            .ok()?;
        Some(part)
    }

    /// What predicts, with the columns as parameters behind its own, so that it has derivatives by
    /// them too; `None` where these are too many together. It has no columns and no start.
    pub fn with_free_features(&self) -> Option<Self> {
        let parameters = self.parameters.checked_add(self.features)?;
        let mut operations = List::new();
        for &op in self.steps() {
            operations.push(match op {
                Op::Feature(at) => Op::Parameter(self.parameters.checked_add(at)?),
                op => op,
            });
        }
        let free = Self {
            operations,
            target: 0,
            features: 0,
            parameters,
            start: List::new(),
            ..*self
        };
        let fits = usize::from(parameters) <= PARAMETERS;
        let whole = free.check_side(free.steps(), 0, parameters).is_ok();
        (fits && whole).then_some(free)
    }

    /// The numbers that [`Op::Number`] names.
    pub fn numbers(&self) -> &[T] {
        self.numbers.as_slice()
    }

    /// This program with a starting value for each parameter; `None` where there is not one finite
    /// value for each.
    pub fn with_start(mut self, start: &[T]) -> Option<Self> {
        self.start = List::new();
        for &value in start {
            if !self.start.push(value) {
                return None;
            }
        }
        self.check().ok()?;
        (start.len() == usize::from(self.parameters)).then_some(self)
    }

    /// Where the parameters start; empty where nobody has said.
    pub fn start(&self) -> &[T] {
        self.start.as_slice()
    }

    /// This program in another number type; its constants are rounded to it.
    ///
    /// # Errors
    /// [`Reason::NotFinite`] where a number is too large for the other kind.
    pub fn cast<U: Real>(&self) -> Result<Program<U>, Reason> {
        let mut numbers = List::new();
        for x in self.numbers.as_slice() {
            numbers.push(U::from_f64(x.to_f64()));
        }
        let mut start = List::new();
        for x in self.start.as_slice() {
            start.push(U::from_f64(x.to_f64()));
        }
        let program = Program {
            operations: self.operations,
            target: self.target,
            numbers,
            features: self.features,
            parameters: self.parameters,
            start,
        };
        program.check().map_err(|_| Reason::NotFinite)?;
        Ok(program)
    }

    /// Left side of the formula, which is fitted in place of the target. It is the target itself
    /// where the formula has no left side, or only the target's name.
    #[inline]
    pub fn target(&self, target: T) -> T {
        let side = self.operations.as_slice().get(..usize::from(self.target));
        let none = |_| Dual::<T, 0>::constant(T::ZERO);
        self.run(side.unwrap_or(&[]), none, &[target], Dual::constant)
            .value
    }

    /// Returns `true` if the left side of the formula is more than the target's name, so that
    /// [`target`](Program::target) gives another number than it takes.
    pub const fn transforms_target(&self) -> bool {
        self.target > 1
    }

    /// The prediction, without derivatives, in any kind of scalar.
    #[inline]
    pub fn eval<S: Scalar<Real = T>>(&self, parameters: &[S], features: &[T]) -> S {
        let zero = S::constant(T::ZERO);
        let parameter = |index: u8| parameters.get(usize::from(index)).copied().unwrap_or(zero);
        self.run(self.steps(), parameter, features, S::constant)
    }

    /// Runs the operations of one side.
    #[inline(always)]
    fn run<S: Scalar<Real = T>>(
        &self,
        side: &[Op],
        parameter: impl Fn(u8) -> S,
        features: &[T],
        constant: impl Fn(T) -> S,
    ) -> S {
        // The top of the stack is kept apart, and below the first value there is no place.
        let mut top = constant(T::ZERO);
        let mut stack = [top; STACK - 1];
        let mut depth = usize::MAX;
        for &op in side {
            let value = match op {
                Op::Number(index) => self.numbers.as_slice().get(usize::from(index)).copied(),
                Op::Feature(index) => features.get(usize::from(index)).copied(),
                _ => None,
            };
            let fresh = match op {
                Op::Parameter(index) => Some(parameter(index)),
                _ => value.map(&constant),
            };
            if let Some(fresh) = fresh {
                if let Some(place) = stack.get_mut(depth) {
                    *place = top;
                }
                depth = depth.wrapping_add(1);
                top = fresh;
            } else if op.is_usual_of_two() {
                depth = depth.wrapping_sub(1);
                if let Some(&below) = stack.get(depth) {
                    top = op.two(below, top);
                }
            } else {
                top = op.one(top, |op, mut top| {
                    depth = rare(op, &mut top, &stack, depth, &parameter);
                    top
                });
            }
        }
        top
    }
}

/// The parameter that stands so many places behind the first one of its groups.
#[inline(always)]
pub(super) fn own<S: Scalar>(first: u8, place: S, parameter: impl Fn(u8) -> S) -> S {
    place_of(place.value())
        .and_then(|place| first.checked_add(place))
        .map_or(S::constant(S::Real::NAN), parameter)
}

/// Runs an operation that few formulas have, apart, so that the others stay short. Returns how
/// many values the stack has left below its top.
#[cold]
#[inline(never)]
fn rare<S: Scalar>(
    op: Op,
    top: &mut S,
    stack: &[S],
    depth: usize,
    parameter: &impl Fn(u8) -> S,
) -> usize {
    let left = depth.wrapping_sub(op.takes().saturating_sub(1));
    let value = |depth: usize| stack.get(depth).copied().unwrap_or(*top);
    *top = match op {
        Op::Own(first) => own(first, *top, parameter),
        Op::Select => match value(left.wrapping_add(1)).value() == S::Real::ZERO {
            true => value(left),
            false => *top,
        },
        _ if op.takes() == 1 => op.rare(*top),
        _ => op.rare_two(value(left), *top),
    };
    left
}

impl<T: Real> Model<T> for Program<T> {
    // Boards have 32 bits, and no room on the stack.
    const IN_BLOCKS: bool = cfg!(target_pointer_width = "64");

    fn sizes(&self) -> Sizes {
        Sizes {
            features: self.features(),
            outputs: 1,
            parameters: self.parameters(),
            tape: self.parameters(),
        }
    }

    // One copy for all that calls it: it is long, and a call is nothing beside it.
    #[inline(never)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        for (strip, slopes) in tape.chunks_mut(LANES).enumerate() {
            let parameter = |index: u8| {
                let index = usize::from(index);
                let value = parameters.get(index).copied().unwrap_or(T::ZERO);
                Dual::<T, LANES>::variable(value, index.wrapping_sub(strip * LANES))
            };
            let result = self.run(self.steps(), parameter, features, Scalar::constant);
            for (slope, own) in slopes.iter_mut().zip(result.slopes) {
                *slope = own;
            }
            if let Some(output) = outputs.first_mut() {
                *output = result.value;
            }
        }
    }

    #[inline(always)]
    fn blocks(
        &self,
        _: Internal,
        parameters: &[T],
        rows: (&[T], usize),
        columns: &mut [[T; BLOCK]],
        visit: &mut impl Visit<T>,
    ) -> usize {
        self.in_blocks(parameters, rows, columns, visit)
    }

    #[inline]
    fn backward(&self, _parameters: &[T], _features: &[T], _tape: &mut [T], _slopes: &[T]) {}

    #[inline]
    fn gradient(&self, _features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        super::scaled(tape, slopes, sink);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        visit(0..self.parameters(), ParameterKind::Bias);
    }

    fn initialize(&self, _random: &mut Random, parameters: &mut [T]) {
        parameters.fill(T::ZERO);
        for (parameter, &start) in parameters.iter_mut().zip(self.start()) {
            *parameter = start;
        }
    }
}
