//! Errors of formulas.

use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::function::functions;
use super::{FEATURES, NUMBERS, OPERATIONS, PARAMETERS, STACK};
use crate::caret;

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
    /// Too many or too few values for this function.
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
    /// A comma outside a function.
    Comma,
    /// A single = within a side: a comparison is meant.
    Compare,
    /// A comparison of a comparison.
    Chain,
    /// A choice as other languages write it.
    Ternary,
    /// A colon, as behind `lambda`.
    Colon,
    /// A product without a sign, behind a division or power: two readings.
    Product,
    /// A logarithm to one of two bases.
    Logarithm,
    /// A quoted name that is no column.
    Column,
    /// A parameter that all rows share in one place, and that groups have for themselves in
    /// another.
    Groups,
    /// A parameter for each group of what is no column of groups.
    NoGroups,
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
            Self::Function => {
                f.write_str("there is no such function; there are ")?;
                for (at, name) in functions().enumerate() {
                    f.write_str(if at > 0 { ", " } else { "" })?;
                    f.write_str(name)?;
                }
                f.write_str("; a product with a bracket is written with a *")
            }
            Self::Arguments => f.write_str(
                "this function takes another number of values: where(condition, a, b) takes \
                 three; pow, mod, atan2 and hypot two; min, max, and, or two or more; the others \
                 one, and heaviside a second for its value at 0",
            ),
            Self::Comma => f.write_str(
                "a comma only stands between the values of a function; a decimal mark is a point",
            ),
            Self::Compare => f.write_str("to compare, write =="),
            Self::Chain => f.write_str("two comparisons are joined by `and`: (a < x) and (x < b)"),
            Self::Ternary => f.write_str("a choice is written where(condition, a, b)"),
            Self::Colon => f.write_str(
                "a colon has no meaning in a formula: give only the expression, without `lambda` \
                 or `return`",
            ),
            Self::Product => f.write_str(
                "this can be read in two ways: write the * and put brackets around what belongs \
                 together, as in 1/(2*x) or x^(2*a)",
            ),
            Self::Logarithm => f.write_str(
                "LOG is to base 10 in spreadsheets and natural elsewhere: write log10 or ln",
            ),
            Self::Column => f.write_str("there is no column of this name"),
            Self::Groups => f.write_str(
                "this parameter is shared in one place and each group's own in another: give it \
                 two names",
            ),
            Self::NoGroups => f.write_str(
                "what stands in [ ] behind a parameter is a column that tells groups apart",
            ),
            Self::Equals => f.write_str("there is one = too many"),
            Self::LeftSide => f.write_str("left of the =, only the target can be used"),
            Self::Target => f.write_str("the target cannot be used to predict itself"),
            Self::NotFinite => f.write_str("this has no finite value"),
            Self::NoParameter => f.write_str("the formula has no parameter to fit"),
            Self::Operations => write!(f, "a formula has at most {OPERATIONS} operations"),
            Self::Depth => write!(
                f,
                "this is nested too deeply: more than {STACK} values would wait at once"
            ),
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
        caret::write(f, self.text, self.error.at, &self.error.reason)
    }
}
