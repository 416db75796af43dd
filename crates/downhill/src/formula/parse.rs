//! From text to program: operator precedence with two bounded stacks (Dijkstra's shunting yard).

use super::error::{FormulaError, Reason};
use super::list::List;
use super::program::{Op, Program};
use super::token::{Token, Tokens};
use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};
use crate::Real;
use crate::dual::{Dual, Scalar};

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

type Names<'a, const N: usize> = List<&'a str, N>;

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
/// # Errors
/// [`FormulaError`], with the byte where the text is wrong.
///
/// ```
/// use downhill::formula;
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
    let mut parser = Parser {
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
        Some(left) => parser.expression(left)?,
        None => {
            parser.depth = 1;
            parser.operations.push(Op::Feature(0));
        }
    }
    let split = parser.operations.len() as u8;
    (parser.left, parser.depth) = (false, 0);
    parser.expression(layout.right)?;
    let refuse = |reason| FormulaError {
        at: layout.start,
        reason,
    };
    if parser.parameters.len() == 0 {
        return Err(refuse(Reason::NoParameter));
    }
    let counts = (parser.features.len() as u8, parser.parameters.len() as u8);
    let program = Program::new(parser.operations, split, parser.numbers, counts).map_err(refuse)?;
    Ok(Parsed {
        program,
        features: parser.features,
        parameters: parser.parameters,
    })
}

/// Where the sides of an equation are.
struct Layout<'a> {
    left: Option<Tokens<'a>>,
    right: Tokens<'a>,
    /// The first byte of the right side.
    start: usize,
}

impl<'a> Layout<'a> {
    fn of(text: &'a str, is_column: &impl Fn(&str) -> bool) -> Result<Self, FormulaError> {
        let mut first = Tokens::new(text);
        // NIST's texts may say what pi is, first.
        let mut ahead = first;
        let definition = [ahead.next(), ahead.next(), ahead.next()];
        if let [
            Ok((_, Token::Name("pi"))),
            Ok((_, Token::Equals)),
            Ok((_, Token::Number(_))),
        ] = definition
            && !is_column("pi")
            && !matches!(ahead.clone().next(), Ok((_, Token::End)))
        {
            first = ahead;
        }
        let mut tokens = first;
        let mut equals = None;
        let mut last = [(0, Token::End); 2];
        let (mut letters_e, mut depth) = (0, 0i32);
        let (mut right, mut start) = (first, first.clone().next()?.0);
        let end = loop {
            let (at, token) = tokens.next()?;
            match token {
                Token::End => break at,
                Token::Equals if equals.is_some() => {
                    let reason = Reason::Equals;
                    return Err(FormulaError { at, reason });
                }
                Token::Equals => {
                    equals = Some(at);
                    right = tokens;
                    start = tokens.clone().next()?.0;
                    (last, letters_e, depth) = ([(at, Token::End); 2], 0, 0);
                    continue;
                }
                Token::Name("e") => letters_e += 1,
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
            last = [last[1], (at, token)];
        };
        let Some(equals) = equals else {
            return Ok(Self {
                left: None,
                right,
                start,
            });
        };
        let [(plus, Token::Plus), (_, Token::Name("e"))] = last else {
            return Ok(Self {
                left: Some(first.until(equals)),
                right,
                start,
            });
        };
        let is_error = letters_e == 1 && depth == 0 && !is_column("e");
        Ok(Self {
            left: Some(first.until(equals)),
            right: right.until(if is_error { plus } else { end }),
            start,
        })
    }
}

/// What waits until its right side is complete.
#[derive(Clone, Copy)]
enum Waiting {
    /// An operator and how tightly it binds.
    Operator(Op, u8),
    Bracket {
        closes: char,
        /// The function before the bracket, and how many values it takes.
        function: Option<(Op, u8)>,
        commas: u8,
        /// How many values there were before it.
        depth: usize,
    },
}

impl Default for Waiting {
    fn default() -> Self {
        Self::Operator(Op::Negate, 0)
    }
}

/// How many operators and brackets may wait at once.
const WAITING: usize = 48;

struct Parser<'a, 'b, T, F> {
    target: &'b str,
    is_column: &'b F,
    /// Whether this is the left side of an equation.
    left: bool,
    operations: List<Op, OPERATIONS>,
    numbers: List<T, NUMBERS>,
    features: Names<'a, FEATURES>,
    parameters: Names<'a, PARAMETERS>,
    /// How many values the operations so far leave on the stack.
    depth: usize,
}

impl<'a, T: Real, F: Fn(&str) -> bool> Parser<'a, '_, T, F> {
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
                        let Some(function) = function(name) else {
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
        function: Option<(Op, u8)>,
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
        if function.is_none_or(|(_, values)| commas + 1 >= values) {
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
                    function: Some((op, values)),
                    commas,
                    ..
                },
            )) => {
                if commas + 1 == values {
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

    fn number(&mut self, at: usize, number: T) -> Result<(), FormulaError> {
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

    fn quoted(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
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

    fn name(&mut self, at: usize, name: &'a str) -> Result<(), FormulaError> {
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
    fn emit(&mut self, at: usize, mut op: Op) -> Result<(), FormulaError> {
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

type Stack = List<(usize, Waiting), WAITING>;

/// A function by its name, and how many values it takes.
fn function(name: &str) -> Option<(Op, u8)> {
    let op = match name {
        "exp" => Op::Exp,
        "log" | "ln" => Op::Ln,
        "log10" => Op::Log10,
        "sqrt" => Op::Sqrt,
        "sin" => Op::Sin,
        "cos" => Op::Cos,
        "tan" => Op::Tan,
        "sinh" => Op::Sinh,
        "cosh" => Op::Cosh,
        "tanh" => Op::Tanh,
        "asin" | "arcsin" => Op::Asin,
        "acos" | "arccos" => Op::Acos,
        "atan" | "arctan" => Op::Atan,
        "abs" => Op::Abs,
        "min" => Op::Minimum,
        "max" => Op::Maximum,
        _ => return None,
    };
    Some((op, op.takes() as u8))
}
