//! From text to program: operator precedence with two bounded stacks (Dijkstra's shunting yard).

use super::error::{FormulaError, Reason};
use super::function::{self, Function};
use super::lexer::{Token, Tokens};
use super::limits::WAITING;
use super::lower::Lowering;
use super::names::Names;
use super::op::Op;
use crate::Real;
use crate::bounded_list::List;

/// Operator or bracket that waits until its right side is complete.
#[derive(Clone, Copy)]
enum Waiting {
    /// An operator and how tightly it binds.
    Operator(Op, u8),
    Bracket {
        closes: char,
        /// The function before the bracket.
        function: Option<Function>,
        commas: u8,
    },
}

impl Default for Waiting {
    fn default() -> Self {
        Self::Operator(Op::Negate, 0)
    }
}

/// How tightly operators bind.
mod tightness {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const COMPARE: u8 = 4;
    pub(super) const ADD: u8 = 5;
    pub(super) const MULTIPLY: u8 = 6;
    pub(super) const NEGATE: u8 = 7;
    pub(super) const POWER: u8 = 8;
    pub(super) const ROOT: u8 = 9;
}

use tightness::{ADD, AND, COMPARE, MULTIPLY, NEGATE, NOT, OR, POWER, ROOT};

/// End of the value before: what may follow it without an operator.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Number,
    Bracket,
    Name,
}

impl<'a, T: Real, N: Names> Lowering<'a, '_, T, N> {
    /// Reads one side, up to its end.
    pub(super) fn expression(&mut self, mut tokens: Tokens<'a>) -> Result<(), FormulaError> {
        let waiting = &mut Stack::new();
        loop {
            // A value: signs, and then a number, a name or a bracket.
            let (at, token) = tokens.next()?;
            let refuse = |reason| Err(FormulaError { at, reason });
            let mut before = Before::Name;
            match token {
                Token::Plus => continue,
                Token::Minus => {
                    self.wait(waiting, at, Waiting::Operator(Op::Negate, NEGATE))?;
                    continue;
                }
                Token::Not => {
                    self.wait(waiting, at, Waiting::Operator(Op::Not, NOT))?;
                    continue;
                }
                Token::Root => {
                    self.wait(waiting, at, Waiting::Operator(Op::Sqrt, ROOT))?;
                    continue;
                }
                Token::Open(bracket) => {
                    self.open(waiting, at, bracket, None)?;
                    continue;
                }
                Token::Number(number) => {
                    self.number(at, T::from_f64(number))?;
                    before = Before::Number;
                }
                Token::Quoted(name) => self.quoted(at, name)?,
                Token::Name(_) | Token::And | Token::Or => {
                    let name = match token {
                        Token::Name(name) => name,
                        Token::And => "and",
                        _ => "or",
                    };
                    let mut ahead = tokens;
                    match ahead.next()?.1 {
                        Token::Open('[') if self.reads_own(at, name, &mut ahead)? => {
                            tokens = ahead;
                        }
                        Token::Open(bracket) => {
                            let Some(function) = function::function(name) else {
                                return refuse(match function::is_of_two_bases(name) {
                                    true => Reason::Logarithm,
                                    false => Reason::Function,
                                });
                            };
                            tokens = ahead;
                            self.open(waiting, at, bracket, Some(function))?;
                            continue;
                        }
                        Token::Power if function::is_euler(name) && self.is_free(name) => {
                            tokens = ahead;
                            self.wait(waiting, at, Waiting::Operator(Op::Exp, POWER))?;
                            continue;
                        }
                        Token::Raised(power) if function::is_euler(name) && self.is_free(name) => {
                            tokens = ahead;
                            self.number(at, T::from_f64(power))?;
                            self.emit(at, Op::Exp)?;
                        }
                        _ if matches!(token, Token::Name(_)) => self.name(at, name)?,
                        _ => return refuse(Reason::Operand),
                    }
                }
                Token::Compare(Op::Equal) => return refuse(Reason::Equals),
                _ => return refuse(Reason::Operand),
            }
            // What follows a value: closing brackets, and then an operator, a comma or the end.
            loop {
                let end = tokens.at();
                let mut ahead = tokens;
                let (at, token) = ahead.next()?;
                let refuse = |reason| Err(FormulaError { at, reason });
                let is_next = at == end;
                match token {
                    Token::Close(bracket) => {
                        tokens = ahead;
                        self.close(waiting, at, bracket)?;
                        before = Before::Bracket;
                        continue;
                    }
                    Token::Raised(power) => {
                        tokens = ahead;
                        self.release(waiting, ROOT)?;
                        self.number(at, T::from_f64(power))?;
                        self.emit(at, Op::Power)?;
                        before = Before::Name;
                        continue;
                    }
                    Token::Comma => self.comma(waiting, at)?,
                    Token::End => return self.end(waiting),
                    Token::Plus => self.operator(waiting, at, Op::Add, ADD)?,
                    Token::Minus => self.operator(waiting, at, Op::Subtract, ADD)?,
                    Token::Times => self.operator(waiting, at, Op::Multiply, MULTIPLY)?,
                    Token::Over => self.operator(waiting, at, Op::Divide, MULTIPLY)?,
                    Token::Percent => self.operator(waiting, at, Op::Modulo, MULTIPLY)?,
                    Token::Compare(op) => self.comparison(waiting, at, op)?,
                    Token::And => self.operator(waiting, at, Op::And, AND)?,
                    Token::Or => self.operator(waiting, at, Op::Or, OR)?,
                    Token::Power => {
                        self.release(waiting, ROOT)?;
                        self.wait(waiting, at, Waiting::Operator(Op::Power, POWER))?;
                    }
                    Token::Name("if") => return refuse(Reason::Ternary),
                    _ if is_next && is_product(before, token) => {
                        // It would bind as tightly as the division or power before it.
                        if let Some((
                            _,
                            Waiting::Operator(Op::Divide | Op::Modulo, _)
                            | Waiting::Operator(_, POWER),
                        )) = waiting.as_slice().last()
                        {
                            return refuse(Reason::Product);
                        }
                        self.operator(waiting, at, Op::Multiply, MULTIPLY)?;
                        break;
                    }
                    _ => return refuse(Reason::Operator),
                }
                tokens = ahead;
                break;
            }
        }
    }

    /// Reads `column]` of a parameter that each group of a column has for itself; `false` where
    /// the bracket is another one.
    fn reads_own(
        &mut self,
        at: usize,
        name: &'a str,
        ahead: &mut Tokens<'a>,
    ) -> Result<bool, FormulaError> {
        let mut inside = *ahead;
        let (Token::Name(column) | Token::Quoted(column)) = inside.next()?.1 else {
            return Ok(false);
        };
        let is_function = function::function(name).is_some() && !self.names.is_parameter(name);
        if is_function || !matches!(inside.next()?.1, Token::Close(']')) {
            return Ok(false);
        }
        self.own(at, name, column)?;
        *ahead = inside;
        Ok(true)
    }

    fn wait(&self, waiting: &mut Stack, at: usize, what: Waiting) -> Result<(), FormulaError> {
        let reason = Reason::Depth;
        if waiting.push((at, what)) {
            Ok(())
        } else {
            Err(FormulaError { at, reason })
        }
    }

    fn open(
        &mut self,
        waiting: &mut Stack,
        at: usize,
        bracket: char,
        function: Option<Function>,
    ) -> Result<(), FormulaError> {
        let closes = if bracket == '[' { ']' } else { ')' };
        let what = Waiting::Bracket {
            closes,
            function,
            commas: 0,
        };
        self.wait(waiting, at, what)
    }

    /// Emits the operators that bind at least this tightly, down to the last bracket.
    fn release(&mut self, waiting: &mut Stack, tightness: u8) -> Result<(), FormulaError> {
        while let Some(&(at, Waiting::Operator(op, own))) = waiting.as_slice().last() {
            if own < tightness {
                break;
            }
            waiting.pop();
            self.emit(at, op)?;
        }
        Ok(())
    }

    fn operator(
        &mut self,
        waiting: &mut Stack,
        at: usize,
        op: Op,
        tightness: u8,
    ) -> Result<(), FormulaError> {
        self.release(waiting, tightness)?;
        self.wait(waiting, at, Waiting::Operator(op, tightness))
    }

    /// A comparison, which does not go on from another one as mathematicians write it.
    fn comparison(&mut self, waiting: &mut Stack, at: usize, op: Op) -> Result<(), FormulaError> {
        self.release(waiting, ADD)?;
        if let Some((_, Waiting::Operator(_, COMPARE))) = waiting.as_slice().last() {
            let reason = Reason::Chain;
            return Err(FormulaError { at, reason });
        }
        self.operator(waiting, at, op, COMPARE)
    }

    fn comma(&mut self, waiting: &mut Stack, at: usize) -> Result<(), FormulaError> {
        self.release(waiting, 0)?;
        let refuse = |reason| Err(FormulaError { at, reason });
        let Some((
            opened,
            Waiting::Bracket {
                closes,
                function,
                commas,
            },
        )) = waiting.pop()
        else {
            return refuse(Reason::Comma);
        };
        let Some(own) = function else {
            return refuse(Reason::Comma);
        };
        if commas + 1 >= own.most {
            return refuse(Reason::Arguments);
        }
        let what = Waiting::Bracket {
            closes,
            function,
            commas: commas + 1,
        };
        self.wait(waiting, opened, what)
    }

    fn close(&mut self, waiting: &mut Stack, at: usize, bracket: char) -> Result<(), FormulaError> {
        self.release(waiting, 0)?;
        let refuse = |reason| Err(FormulaError { at, reason });
        match waiting.pop() {
            Some((_, Waiting::Bracket { closes, .. })) if closes != bracket => {
                refuse(Reason::Unopened)
            }
            Some((_, Waiting::Bracket { function: None, .. })) => Ok(()),
            Some((
                opened,
                Waiting::Bracket {
                    function: Some(function),
                    commas,
                    ..
                },
            )) => {
                if commas + 1 < function.fewest {
                    return refuse(Reason::Arguments);
                }
                self.call(opened, function, commas + 1)
            }
            _ => refuse(Reason::Unopened),
        }
    }

    /// Applies a function to so many values.
    fn call(&mut self, at: usize, function: Function, values: u8) -> Result<(), FormulaError> {
        match function.op {
            Op::Heaviside if values == 1 => {
                self.number(at, T::HALF)?;
                self.emit(at, Op::Heaviside)
            }
            op if function.most == u8::MAX => (1..values).try_for_each(|_| self.emit(at, op)),
            op => self.emit(at, op),
        }
    }

    fn end(&mut self, waiting: &mut Stack) -> Result<(), FormulaError> {
        self.release(waiting, 0)?;
        match waiting.pop() {
            None => Ok(()),
            Some((at, _)) => Err(FormulaError {
                at,
                reason: Reason::Unclosed,
            }),
        }
    }
}

/// Returns `true` if this may follow a value with nothing between, and is multiplied with it:
/// `2x` and `(a)(b)`, but no `2e`, which is half a number.
fn is_product(before: Before, token: Token<'_>) -> bool {
    match (before, token) {
        (Before::Name, _) => false,
        (_, Token::Name(name)) => {
            let mut rest = name.chars();
            let is_power = matches!(rest.next(), Some('e' | 'E')) && before == Before::Number;
            !(is_power && rest.all(|c| c.is_ascii_digit()))
        }
        (_, Token::Open(_) | Token::Quoted(_) | Token::Root) => true,
        _ => false,
    }
}

type Stack = List<(usize, Waiting), WAITING>;
