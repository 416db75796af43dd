//! Errors of formulas.

use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};

/// Reason that a formula is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Reason {
    /// A character that no formula has.
    Character,
    /// A number that cannot be read, or is too large.
    Number,
    /// A quoted name that does not end.
    Quote,
    /// A value was expected: a number, a name or a bracket.
    Operand,
    /// An operator was expected.
    Operator,
    /// A bracket that is never closed.
    Unclosed,
    /// A closing bracket that was not opened, or not as this kind.
    Unopened,
    /// A name before a bracket that is not a function's.
    Function,
    /// A comma outside a function, or too many or too few values for this function.
    Arguments,
    /// A second equals sign.
    Equals,
    /// The left side of the equals sign is not made of the target alone.
    LeftSide,
    /// The target is used to predict itself.
    Target,
    /// A part made of numbers only has no finite value.
    NotFinite,
    /// There is no parameter to fit.
    NoParameter,
    /// More operations than a program holds.
    Operations,
    /// Brackets or operators nested too deeply.
    Depth,
    /// More numbers than a program holds.
    Numbers,
    /// More parameters than a program holds.
    Parameters,
    /// More columns than a program holds.
    Features,
    /// A program that no formula makes: it was damaged, or not made here.
    Damaged,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character => f.write_str("this character has no meaning in a formula"),
            Self::Number => f.write_str("this number cannot be read"),
            Self::Quote => f.write_str("this quoted name has no end"),
            Self::Operand => f.write_str("a number, a name or a bracket is missing here"),
            Self::Operator => f.write_str("an operator is missing here, perhaps a *"),
            Self::Unclosed => f.write_str("this bracket is never closed"),
            Self::Unopened => f.write_str("this bracket closes none of its kind"),
            Self::Function => f.write_str(
                "there is no such function; there are exp, log (or ln), log10, sqrt, sin, cos, \
                 tan, sinh, cosh, tanh, asin, acos, atan (or arctan), abs, min and max",
            ),
            Self::Arguments => f.write_str(
                "min and max take two values, separated by a comma; other functions take one",
            ),
            Self::Equals => f.write_str("there is one = too many"),
            Self::LeftSide => f.write_str("left of the =, only the target can be used"),
            Self::Target => f.write_str("the target cannot be used to predict itself"),
            Self::NotFinite => f.write_str("this has no finite value"),
            Self::NoParameter => f.write_str("the formula has no parameter to fit"),
            Self::Operations => write!(f, "a formula has at most {OPERATIONS} operations"),
            Self::Depth => write!(f, "a formula nests at most {STACK} values"),
            Self::Numbers => write!(f, "a formula has at most {NUMBERS} numbers"),
            Self::Parameters => write!(f, "a formula has at most {PARAMETERS} parameters"),
            Self::Features => write!(f, "a formula uses at most {FEATURES} columns"),
            Self::Damaged => f.write_str("the program is damaged"),
        }
    }
}

impl core::error::Error for Reason {}

/// A formula was refused: why, and at which byte of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct FormulaError {
    /// The byte offset of what is wrong, from the start of the text; the length of the text
    /// where something is missing at its end.
    pub at: usize,
    /// Reason.
    pub reason: Reason,
}

impl FormulaError {
    /// Shows the line of the text that is wrong, and a caret under the place.
    ///
    /// ```
    /// use downhill::model::formula;
    /// # use std::string::ToString;
    /// let text = "b1 * exp(-b2 x)";
    /// let error = formula::parse::<f64>(text, "y", |name| name == "x").unwrap_err();
    /// assert_eq!(
    ///     error.caret(text).to_string(),
    ///     "b1 * exp(-b2 x)\n             ^ an operator is missing here, perhaps a *"
    /// );
    /// ```
    pub const fn caret<'a>(&self, text: &'a str) -> Caret<'a> {
        Caret { text, error: *self }
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.reason)
    }
}

impl core::error::Error for FormulaError {}

/// Displays two lines: the formula, and a caret with the reason.
#[derive(Clone, Copy, Debug)]
pub struct Caret<'a> {
    text: &'a str,
    error: FormulaError,
}

impl fmt::Display for Caret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut start = 0;
        for line in self.text.split('\n') {
            let end = start + line.len();
            if self.error.at <= end {
                writeln!(f, "{}", line.trim_end_matches('\r'))?;
                for (offset, character) in line.char_indices() {
                    if start + offset >= self.error.at {
                        break;
                    }
                    // A tab stays a tab, so that the caret stands where the eye expects it.
                    let blank = if character == '\t' { "\t" } else { " " };
                    f.write_str(blank)?;
                }
                break;
            }
            start = end + 1;
        }
        write!(f, "^ {}", self.error.reason)
    }
}
