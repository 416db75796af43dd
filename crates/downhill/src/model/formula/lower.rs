//! Lowering of parsed names, numbers and operators to stack operations.

use super::bounded_list::List;
use super::error::{FormulaError, Reason};
use super::op::Op;
use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};
use crate::Real;
use crate::dual::{Dual, Scalar};

pub(super) type Names<'a, const N: usize> = List<&'a str, N>;

/// The place of a name in a list; it is added where it is new. `None` where the list is full.
fn place<'a, const N: usize>(names: &mut Names<'a, N>, name: &'a str) -> Option<u8> {
    let known = names.as_slice().iter().position(|&known| known == name);
    let index = match known {
        Some(index) => index,
        None if names.push(name) => names.len().checked_sub(1)?,
        None => return None,
    };
    u8::try_from(index).ok()
}

/// Program under construction, and the names met so far.
pub(super) struct Lowering<'a, 'b, T, F> {
    pub(super) target: &'b str,
    pub(super) is_column: &'b F,
    /// True on the left side of an equation.
    pub(super) left: bool,
    pub(super) operations: List<Op, OPERATIONS>,
    pub(super) numbers: List<T, NUMBERS>,
    pub(super) features: Names<'a, FEATURES>,
    pub(super) parameters: Names<'a, PARAMETERS>,
    /// Values that the operations so far leave on the stack.
    pub(super) depth: usize,
}

impl<'a, T: Real, F: Fn(&str) -> bool> Lowering<'a, '_, T, F> {
    pub(super) fn number(&mut self, at: usize, number: T) -> Result<(), FormulaError> {
        let refuse = |reason| Err(FormulaError { at, reason });
        if !number.is_finite() {
            return refuse(Reason::Number);
        }
        let index = self.numbers.len() as u8;
        if !self.numbers.push(number) {
            return refuse(Reason::Numbers);
        }
        self.emit(at, Op::Number(index))
    }

    pub(super) fn quoted(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
        let is_target = name == self.target;
        if is_target || self.left {
            return self.the_target(at, is_target);
        }
        match place(&mut self.features, name) {
            Some(index) if (self.is_column)(name) => self.emit(at, Op::Feature(index)),
            Some(_) => Err(FormulaError {
                at,
                reason: Reason::Operand,
            }),
            None => Err(FormulaError {
                at,
                reason: Reason::Features,
            }),
        }
    }

    /// A name that is the target's, or is where only the target's may be.
    fn the_target(&mut self, at: usize, is_target: bool) -> Result<(), FormulaError> {
        let refuse = |reason| Err(FormulaError { at, reason });
        match (self.left, is_target) {
            (true, true) => self.emit(at, Op::Feature(0)),
            (true, false) => refuse(Reason::LeftSide),
            (false, _) => refuse(Reason::Target),
        }
    }

    pub(super) fn name(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
        let refuse = |reason| Err(FormulaError { at, reason });
        if name == self.target {
            return self.the_target(at, true);
        }
        if (self.is_column)(name) {
            return self.quoted(at, name);
        }
        if name == "pi" {
            return self.number(at, T::from_f64(core::f64::consts::PI));
        }
        if self.left {
            return refuse(Reason::LeftSide);
        }
        match place(&mut self.parameters, name) {
            Some(index) => self.emit(at, Op::Parameter(index)),
            None => refuse(Reason::Parameters),
        }
    }

    /// Adds an operation. What is made of numbers only is computed at once.
    pub(super) fn emit(&mut self, at: usize, mut op: Op) -> Result<(), FormulaError> {
        let refuse = |reason| Err(FormulaError { at, reason });
        if let (Op::Power, Some(&Op::Number(_))) = (op, self.operations.as_slice().last()) {
            op = self.whole_power();
        }
        let takes = op.takes();
        let Some(left) = self.depth.checked_sub(takes) else {
            return refuse(Reason::Operand);
        };
        if left + 1 > STACK {
            return refuse(Reason::Depth);
        }
        self.depth = left + 1;
        let (operations, numbers) = (self.operations.as_slice(), self.numbers.as_slice());
        let plain = Dual::<T, 0>::constant;
        let folded = match (takes, operations, numbers) {
            (1, [.., Op::Number(_)], &[.., x]) => Some(op.one(plain(x)).value),
            (2, [.., Op::Number(_), Op::Number(_)], &[.., x, y]) => {
                Some(op.two(plain(x), plain(y)).value)
            }
            _ => None,
        };
        if let Some(number) = folded {
            if !number.is_finite() {
                return refuse(Reason::NotFinite);
            }
            for _ in 1..takes {
                self.operations.pop();
                self.numbers.pop();
            }
            self.numbers.pop();
            self.numbers.push(number);
            return Ok(());
        }
        if self.operations.push(op) {
            Ok(())
        } else {
            refuse(Reason::Operations)
        }
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
        self.depth = self.depth.saturating_sub(1);
        Op::Whole(whole)
    }
}
