//! From text to program: operator precedence with two bounded stacks (Dijkstra's shunting yard).

use super::bounded_list::List;
use super::equation::Layout;
use super::error::{FormulaError, Reason};
use super::lexer::{Token, Tokens};
use super::lower::{Lowering, Names};
use super::op::Op;
use super::program::Program;
use super::{FEATURES, PARAMETERS};
use crate::Real;

/// A formula that was read: the program, and the names it uses.
#[derive(Clone, Copy, Debug)]
pub struct Parsed<'a, T> {
    /// The program.
    pub program: Program<T>,
    features: Names<'a, FEATURES>,
    parameters: Names<'a, PARAMETERS>,
}

impl<'a, T> Parsed<'a, T> {
    /// The columns that are the program's features, in its order: as the text names them first.
    pub fn features(&self) -> &[&'a str] {
        self.features.as_slice()
    }

    /// The parameters, in the program's order: as the text names them first.
    pub fn parameters(&self) -> &[&'a str] {
        self.parameters.as_slice()
    }
}

/// Reads a formula: an expression that predicts `target` from columns and parameters.
///
/// - Numbers, `pi`, names; a name that `is_column` does not know is a parameter. A column whose
///   name has other characters than letters, digits, `_` and `.` stands in double quotes or
///   backticks.
/// - `+ - * /`, powers as `^` or `**`, brackets as `( )` or `[ ]`. Powers bind tightest and to
///   the right: `-x^2` is −(x²), `2^3^2` is 2⁹.
/// - `exp`, `log` or `ln`, `log10`, `sqrt`, `sin`, `cos`, `tan`, `sinh`, `cosh`, `tanh`, `asin`,
///   `acos`, `atan` or `arctan`, `abs`, `min`, `max`; angles are in radians.
/// - The expression may be the right side of an equation. Its left side is the target or a
///   function of it, `log[y] = …`, and then that function is what is predicted. In an equation,
///   a last `+ e` stands for the error, as statisticians write it, and is left out.
///
/// This is for the host: a board is sent the [`Program`]. (It works there too, but brings along how
/// `core` reads numbers, whose bounds checks an optimized build keeps.)
///
/// # Errors
/// [`FormulaError`], with the byte where the text is wrong.
///
/// ```
/// use downhill::model::formula;
/// # fn main() -> Result<(), formula::FormulaError> {
/// let decay = formula::parse::<f64>("log[y] = a - rate*t + e", "y", |name| name == "t")?;
/// assert_eq!((decay.features(), decay.parameters()), (&["t"][..], &["a", "rate"][..]));
/// assert_eq!(decay.program.eval(&[2.0, 0.5], &[3.0]), 0.5);
/// assert_eq!(decay.program.target(1.0), 0.0);
/// # Ok(())
/// # }
/// ```
pub fn parse<'a, T: Real>(
    text: &'a str,
    target: &str,
    is_column: impl Fn(&str) -> bool,
) -> Result<Parsed<'a, T>, FormulaError> {
    let layout = Layout::of(text, &is_column)?;
    let mut lowering = Lowering {
        target,
        is_column: &is_column,
        left: true,
        operations: List::new(),
        numbers: List::new(),
        features: List::new(),
        parameters: List::new(),
        depth: 0,
    };
    match layout.left {
        Some(left) => lowering.expression(left)?,
        None => {
            lowering.depth = 1;
            lowering.operations.push(Op::Feature(0));
        }
    }
    let split = lowering.operations.len() as u8;
    (lowering.left, lowering.depth) = (false, 0);
    lowering.expression(layout.right)?;
    let refuse = |reason| FormulaError {
        at: layout.start,
        reason,
    };
    if lowering.parameters.len() == 0 {
        return Err(refuse(Reason::NoParameter));
    }
    let counts = (
        lowering.features.len() as u8,
        lowering.parameters.len() as u8,
    );
    let program =
        Program::new(lowering.operations, split, lowering.numbers, counts).map_err(refuse)?;
    Ok(Parsed {
        program,
        features: lowering.features,
        parameters: lowering.parameters,
    })
}

/// Operator or bracket that waits until its right side is complete.
#[derive(Clone, Copy)]
enum Waiting {
    /// An operator and how tightly it binds.
    Operator(Op, u8),
    Bracket {
        closes: char,
        /// The function before the bracket.
        function: Option<Op>,
        commas: u8,
        /// Values on the stack before it.
        depth: usize,
    },
}

impl Default for Waiting {
    fn default() -> Self {
        Self::Operator(Op::Negate, 0)
    }
}

/// Most operators and brackets that wait at once.
const WAITING: usize = 48;

impl<'a, T: Real, F: Fn(&str) -> bool> Lowering<'a, '_, T, F> {
    /// Reads one side, up to its end.
    fn expression(&mut self, mut tokens: Tokens<'a>) -> Result<(), FormulaError> {
        let mut waiting = List::<(usize, Waiting), WAITING>::new();
        loop {
            // A value: signs, and then a number, a name or a bracket.
            let (at, token) = tokens.next()?;
            let refuse = |reason| Err(FormulaError { at, reason });
            match token {
                Token::Plus => continue,
                Token::Minus => {
                    let sign = Waiting::Operator(Op::Negate, 3);
                    self.wait(&mut waiting, at, sign)?;
                    continue;
                }
                Token::Open(bracket) => {
                    self.open(&mut waiting, at, bracket, None)?;
                    continue;
                }
                Token::Number(number) => self.number(at, T::from_f64(number))?,
                Token::Quoted(name) => self.quoted(at, name)?,
                Token::Name(name) => {
                    let mut ahead = tokens;
                    if let (_, Token::Open(bracket)) = ahead.next()? {
                        let Some(function) = Op::function(name) else {
                            return refuse(Reason::Function);
                        };
                        tokens = ahead;
                        self.open(&mut waiting, at, bracket, Some(function))?;
                        continue;
                    }
                    self.name(at, name)?;
                }
                _ => return refuse(Reason::Operand),
            }
            // What follows a value: closing brackets, and then an operator, a comma or the end.
            loop {
                let (at, token) = tokens.next()?;
                let refuse = |reason| Err(FormulaError { at, reason });
                match token {
                    Token::Close(bracket) => {
                        self.close(&mut waiting, at, bracket)?;
                        continue;
                    }
                    Token::Comma => self.comma(&mut waiting, at)?,
                    Token::End => return self.end(&mut waiting),
                    Token::Plus => self.operator(&mut waiting, at, Op::Add, 1)?,
                    Token::Minus => self.operator(&mut waiting, at, Op::Subtract, 1)?,
                    Token::Times => self.operator(&mut waiting, at, Op::Multiply, 2)?,
                    Token::Over => self.operator(&mut waiting, at, Op::Divide, 2)?,
                    Token::Power => self.wait(&mut waiting, at, Waiting::Operator(Op::Power, 4))?,
                    _ => return refuse(Reason::Operator),
                }
                break;
            }
        }
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
        function: Option<Op>,
    ) -> Result<(), FormulaError> {
        let closes = if bracket == '[' { ']' } else { ')' };
        let depth = self.depth;
        let what = Waiting::Bracket {
            closes,
            function,
            commas: 0,
            depth,
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

    fn comma(&mut self, waiting: &mut Stack, at: usize) -> Result<(), FormulaError> {
        self.release(waiting, 0)?;
        let refuse = Err(FormulaError {
            at,
            reason: Reason::Arguments,
        });
        let Some((
            opened,
            Waiting::Bracket {
                closes,
                function,
                commas,
                depth,
            },
        )) = waiting.pop()
        else {
            return refuse;
        };
        if function.is_none_or(|op| usize::from(commas) + 1 >= op.takes()) {
            return refuse;
        }
        let what = Waiting::Bracket {
            closes,
            function,
            commas: commas + 1,
            depth,
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
                    function: Some(op),
                    commas,
                    ..
                },
            )) => {
                if usize::from(commas) + 1 == op.takes() {
                    self.emit(opened, op)
                } else {
                    refuse(Reason::Arguments)
                }
            }
            _ => refuse(Reason::Unopened),
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

type Stack = List<(usize, Waiting), WAITING>;
