//! Lowering of parsed names, numbers and operators to stack operations.

use super::error::{FormulaError, Reason};
use super::function;
use super::limits::WAITING;
use super::names::Names;
use super::op::Op;
use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};
use crate::Real;
use crate::bounded_list::List;
use crate::dual::{Dual, Scalar};

/// A column that a program takes, and whether it is taken as the number of a group.
pub(super) type Feature<'a> = (&'a str, bool);
/// A parameter, and of one that each group has for itself the feature and the number of the group.
pub(super) type Parameter<'a> = (&'a str, Option<(u8, u8)>);

/// A value that the operations so far leave on the stack.
#[derive(Clone, Copy, Debug, Default)]
struct Value {
    /// The first operation of those that make it.
    start: u16,
    /// Most values on the stack while it is made.
    need: u8,
}

/// Program under construction, and the names met so far.
pub(super) struct Lowering<'a, 'b, T, N> {
    pub(super) target: &'b str,
    pub(super) names: &'b N,
    /// True on the left side of an equation.
    pub(super) left: bool,
    pub(super) operations: List<Op, OPERATIONS>,
    pub(super) numbers: List<T, NUMBERS>,
    pub(super) features: List<Feature<'a>, FEATURES>,
    pub(super) parameters: List<Parameter<'a>, PARAMETERS>,
    values: List<Value, WAITING>,
}

fn refuse<V>(at: usize, reason: Reason) -> Result<V, FormulaError> {
    Err(FormulaError { at, reason })
}

impl<'a, 'b, T: Real, N: Names> Lowering<'a, 'b, T, N> {
    pub(super) fn new(target: &'b str, names: &'b N) -> Self {
        Self {
            target,
            names,
            left: true,
            operations: List::new(),
            numbers: List::new(),
            features: List::new(),
            parameters: List::new(),
            values: List::new(),
        }
    }

    /// Begins the right side, after a left one that is complete, or the target alone.
    pub(super) fn turn(&mut self) {
        if self.operations.len() == 0 {
            self.operations.push(Op::Feature(0));
        }
        (self.left, self.values) = (false, List::new());
    }

    pub(super) fn number(&mut self, at: usize, number: T) -> Result<(), FormulaError> {
        if !number.is_finite() {
            return refuse(at, Reason::Number);
        }
        let index = self.numbers.len() as u8;
        if !self.numbers.push(number) {
            return refuse(at, Reason::Numbers);
        }
        self.emit(at, Op::Number(index))
    }

    pub(super) fn quoted(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
        let is_target = name == self.target;
        if is_target || self.left {
            return self.the_target(at, is_target);
        }
        if !self.names.is_column(name) {
            return refuse(at, Reason::Column);
        }
        let index = self.feature(at, (name, false))?;
        self.emit(at, Op::Feature(index))
    }

    fn feature(&mut self, at: usize, feature: Feature<'a>) -> Result<u8, FormulaError> {
        let known = self.features.as_slice();
        if let Some(index) = known.iter().position(|&known| known == feature) {
            return Ok(index as u8);
        }
        match self.features.push(feature) {
            true => Ok((self.features.len() - 1) as u8),
            false => refuse(at, Reason::Features),
        }
    }

    /// A name that is the target's, or is where only the target's may be.
    fn the_target(&mut self, at: usize, is_target: bool) -> Result<(), FormulaError> {
        match (self.left, is_target) {
            (true, true) => self.emit(at, Op::Feature(0)),
            (true, false) => refuse(at, Reason::LeftSide),
            (false, _) => refuse(at, Reason::Target),
        }
    }

    /// Returns `true` if nothing but a formula's own constants can have this name.
    pub(super) fn is_free(&self, name: &str) -> bool {
        name != self.target
            && !self.names.is_column(name)
            && !self.names.is_parameter(name)
            && self.names.fixed(name).is_none()
    }

    pub(super) fn name(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
        if name == self.target {
            return self.the_target(at, true);
        }
        if self.names.is_column(name) {
            return self.quoted(at, name);
        }
        if let Some(fixed) = self.names.fixed(name) {
            return self.number(at, T::from_f64(fixed));
        }
        if let Some(constant) = function::constant(name).filter(|_| self.is_free(name)) {
            return self.number(at, T::from_f64(constant));
        }
        if self.left {
            return refuse(at, Reason::LeftSide);
        }
        match { self.parameters.as_slice() }
            .iter()
            .position(|&(known, _)| known == name)
        {
            Some(index) => match self.parameters.as_slice().get(index) {
                Some((_, None)) => self.emit(at, Op::Parameter(index as u8)),
                _ => refuse(at, Reason::Groups),
            },
            None if self.parameters.push((name, None)) => {
                self.emit(at, Op::Parameter((self.parameters.len() - 1) as u8))
            }
            None => refuse(at, Reason::Parameters),
        }
    }

    /// A parameter that each group of a column has for itself.
    pub(super) fn own(
        &mut self,
        at: usize,
        name: &'a str,
        column: &'a str,
    ) -> Result<(), FormulaError> {
        if self.left {
            return refuse(at, Reason::LeftSide);
        }
        if let Some(fixed) = self.names.fixed(name) {
            return self.number(at, T::from_f64(fixed));
        }
        let Some(count) = self.names.groups(column) else {
            return refuse(at, Reason::NoGroups);
        };
        let feature = self.feature(at, (column, true))?;
        let known = self.parameters.as_slice();
        let first = match known.iter().position(|&(known, _)| known == name) {
            Some(index) if known.get(index) == Some(&(name, Some((feature, 0)))) => index,
            Some(_) => return refuse(at, Reason::Groups),
            None => {
                let first = self.parameters.len();
                for code in 0..count {
                    if !self.parameters.push((name, Some((feature, code)))) {
                        return refuse(at, Reason::Parameters);
                    }
                }
                first
            }
        };
        self.emit(at, Op::Feature(feature))?;
        self.emit(at, Op::Member(count))?;
        self.emit(at, Op::Own(first as u8))
    }

    /// Adds an operation. What is made of numbers only is computed at once.
    pub(super) fn emit(&mut self, at: usize, mut op: Op) -> Result<(), FormulaError> {
        if let (Op::Power, Some(&Op::Number(_))) = (op, self.operations.as_slice().last()) {
            op = self.whole_power();
        }
        let takes = op.takes();
        let Some(left) = self.values.len().checked_sub(takes) else {
            return refuse(at, Reason::Operand);
        };
        if self.fold(at, op)? {
            return Ok(());
        }
        let mut taken = [Value::default(); 3];
        let mut start = self.operations.len() as u16;
        for (value, &own) in
            { taken.iter_mut() }.zip(self.values.as_slice().get(left..).unwrap_or(&[]))
        {
            *value = own;
        }
        let [first, second, third] = taken;
        if takes > 0 {
            start = first.start;
        }
        let above = |value: Value, count: u8| value.need.saturating_add(count);
        let mut need = match takes {
            0 => 1,
            1 => first.need,
            2 => first.need.max(above(second, 1)),
            _ => {
                // The value for what does not hold comes first: chains of cases nest there.
                self.rotate(start, third.start);
                third.need.max(above(first, 1)).max(above(second, 2))
            }
        };
        // Deep right sides come first, so that nothing waits for them: the same sum by its bits.
        if usize::from(need) > STACK
            && takes == 2
            && let Some(other) = op.turned()
        {
            need = second.need.max(above(first, 1));
            self.rotate(start, second.start);
            if op == Op::Subtract {
                let length = self.operations.len() as u16;
                self.push(at, Op::Negate)?;
                let left = length - (second.start - start);
                self.rotate(left, length);
            }
            op = other;
        }
        if usize::from(need) > STACK {
            return refuse(at, Reason::Depth);
        }
        self.push(at, op)?;
        for _ in 0..takes {
            self.values.pop();
        }
        match self.values.push(Value { start, need }) {
            true => Ok(()),
            false => refuse(at, Reason::Depth),
        }
    }

    fn push(&mut self, at: usize, op: Op) -> Result<(), FormulaError> {
        match self.operations.push(op) {
            true => Ok(()),
            false => refuse(at, Reason::Operations),
        }
    }

    /// Puts the operations from `middle` on before those from `start` on.
    fn rotate(&mut self, start: u16, middle: u16) {
        let operations = self.operations.as_mut_slice().get_mut(usize::from(start)..);
        if let Some(operations) = operations {
            operations.rotate_left(usize::from(middle - start));
        }
    }

    /// Computes an operation on numbers; `false` where it has other values.
    fn fold(&mut self, at: usize, op: Op) -> Result<bool, FormulaError> {
        let (operations, numbers) = (self.operations.as_slice(), self.numbers.as_slice());
        let plain = Dual::<T, 0>::constant;
        let takes = op.takes();
        let folded = match (takes, operations, numbers) {
            (1, [.., Op::Number(_)], &[.., x]) => op.apply(&[plain(x)]),
            (2, [.., Op::Number(_), Op::Number(_)], &[.., x, y]) => op.apply(&[plain(x), plain(y)]),
            _ => None,
        };
        let Some(Dual { value: number, .. }) = folded else {
            return Ok(false);
        };
        if !number.is_finite() {
            return refuse(at, Reason::NotFinite);
        }
        for _ in 1..takes {
            self.operations.pop();
            self.numbers.pop();
            self.values.pop();
        }
        self.numbers.pop();
        self.numbers.push(number);
        Ok(true)
    }

    /// A power whose exponent is the number just read: by multiplication where it is small and
    /// whole.
    fn whole_power(&mut self) -> Op {
        let exponent = self.numbers.as_slice().last().map_or(0.5, |x| x.to_f64());
        let whole = exponent as i8;
        if f64::from(whole) != exponent {
            return Op::Power;
        }
        self.operations.pop();
        self.numbers.pop();
        self.values.pop();
        Op::Whole(whole)
    }
}
