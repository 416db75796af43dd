//! Operations of a program.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::dual::Scalar;

/// One operation of a [`Program`](super::Program): it takes its values from a stack and puts its
/// result there. Of two values, the left one was put there first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Op {
    /// A number of [`Program::numbers`](super::Program::numbers), by its place.
    Number(u8),
    /// A feature, by its place.
    Feature(u8),
    /// A parameter, by its place.
    Parameter(u8),
    /// The sum of two values.
    Add,
    /// The left value less the right one.
    Subtract,
    /// The product of two values.
    Multiply,
    /// The left value divided by the right one.
    Divide,
    /// The left value to the power of the right one, by [`Real::pow`](crate::Real::pow).
    Power,
    /// The smaller of two values, the left one where they are equal.
    Minimum,
    /// The larger of two values, the left one where they are equal.
    Maximum,
    /// To a whole power, by [`Real::powi`](crate::Real::powi).
    Whole(i8),
    /// The negative.
    #[default]
    Negate,
    /// e to this power.
    Exp,
    /// The natural logarithm.
    Ln,
    /// The logarithm to base 10.
    Log10,
    /// The square root.
    Sqrt,
    /// The sine of an angle in radians.
    Sin,
    /// The cosine of an angle in radians.
    Cos,
    /// The tangent of an angle in radians.
    Tan,
    /// The hyperbolic sine.
    Sinh,
    /// The hyperbolic cosine.
    Cosh,
    /// The hyperbolic tangent.
    Tanh,
    /// The arcsine, in radians.
    Asin,
    /// The arccosine, in radians.
    Acos,
    /// The arctangent, in radians.
    Atan,
    /// The absolute value.
    Abs,
}

impl Op {
    /// Values taken off the stack.
    pub const fn takes(self) -> usize {
        match self {
            Self::Number(_) | Self::Feature(_) | Self::Parameter(_) => 0,
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Power
            | Self::Minimum
            | Self::Maximum => 2,
            _ => 1,
        }
    }

    /// The operation on one value.
    #[inline(always)]
    pub(super) fn one<S: Scalar>(self, x: S) -> S {
        match self {
            Self::Whole(exponent) => x.powi(i32::from(exponent)),
            Self::Exp => x.exp(),
            Self::Ln => x.ln(),
            Self::Log10 => x.log10(),
            Self::Sqrt => x.sqrt(),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Sinh => x.sinh(),
            Self::Cosh => x.cosh(),
            Self::Tanh => x.tanh(),
            Self::Asin => x.asin(),
            Self::Acos => x.acos(),
            Self::Atan => x.atan(),
            Self::Abs => x.abs(),
            _ => -x,
        }
    }

    /// The operation on two values.
    #[inline(always)]
    pub(super) fn two<S: Scalar>(self, x: S, y: S) -> S {
        match self {
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => x / y,
            Self::Power => x.pow(y),
            Self::Minimum => x.min(y),
            Self::Maximum => x.max(y),
            _ => x + y,
        }
    }

    /// A function by its name.
    pub(super) fn function(name: &str) -> Option<Self> {
        Some(match name {
            "exp" => Self::Exp,
            "log" | "ln" => Self::Ln,
            "log10" => Self::Log10,
            "sqrt" => Self::Sqrt,
            "sin" => Self::Sin,
            "cos" => Self::Cos,
            "tan" => Self::Tan,
            "sinh" => Self::Sinh,
            "cosh" => Self::Cosh,
            "tanh" => Self::Tanh,
            "asin" | "arcsin" => Self::Asin,
            "acos" | "arccos" => Self::Acos,
            "atan" | "arctan" => Self::Atan,
            "abs" => Self::Abs,
            "min" => Self::Minimum,
            "max" => Self::Maximum,
            _ => return None,
        })
    }
}
