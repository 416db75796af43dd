//! What a program is made of.

use serde::{Deserialize, Serialize};

use crate::dual::Scalar;

/// One operation: it takes its values from the stack and puts its result there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Op {
    Number(u8),
    Feature(u8),
    Parameter(u8),
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Minimum,
    Maximum,
    /// To a whole power.
    Whole(i8),
    #[default]
    Negate,
    Exp,
    Ln,
    Log10,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Sinh,
    Cosh,
    Tanh,
    Asin,
    Acos,
    Atan,
    Abs,
}

impl Op {
    /// How many values it takes.
    pub(super) const fn takes(self) -> usize {
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
