//! Operations of a program.

use crate::Real;
use crate::dual::{Scalar, SpecialScalar};
use crate::special::Special;

/// One operation of a [`Program`](super::Program): it takes its values from a stack and puts its
/// result there. Of two values, the left one was put there first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// 1 where the left value is below the right one, else 0; the slope of a comparison is 0.
    Less,
    /// 1 where the left value is at most the right one.
    AtMost,
    /// 1 where two values are equal.
    Equal,
    /// 1 where two values are not equal.
    Unequal,
    /// 1 where the left value is at least the right one.
    AtLeast,
    /// 1 where the left value is above the right one.
    Greater,
    /// 1 where neither value is 0.
    And,
    /// 1 where a value is not 0.
    Or,
    /// 1 where the value is 0.
    Not,
    /// Of three values, the last where the second is not 0, else the first.
    Select,
    /// The right value divided by the left one.
    Under,
    /// A number of a group, which is whole, from 0 on and below this count; NaN if it is not.
    Member(u8),
    /// The parameter that stands so many places behind this one.
    Own(u8),
    /// The logarithm to base 2.
    Log2,
    /// The natural logarithm of 1 more.
    Log1p,
    /// e to this power less 1.
    Expm1,
    /// The error function.
    Erf,
    /// 1 less the error function.
    Erfc,
    /// The gamma function.
    Gamma,
    /// The natural logarithm of the size of the gamma function.
    LnGamma,
    /// −1, 0 or 1; its slope is 0.
    Sign,
    /// The largest whole number that is not above; its slope is 0.
    Floor,
    /// The smallest whole number that is not below; its slope is 0.
    Ceil,
    /// sin(πx) / (πx).
    Sinc,
    /// The cube root.
    Cbrt,
    /// The inverse hyperbolic sine.
    Asinh,
    /// The inverse hyperbolic cosine.
    Acosh,
    /// The inverse hyperbolic tangent.
    Atanh,
    /// The angle of the point whose ordinate is the left value.
    Atan2,
    /// The rest of the left value above a multiple of the right one, with the sign of that.
    Modulo,
    /// The root of the sum of both squares.
    Hypot,
    /// 0 where the left value is below 0, 1 where it is above, else the right one.
    Heaviside,
}

impl Op {
    /// Values taken off the stack.
    pub const fn takes(self) -> usize {
        match self {
            Self::Number(_) | Self::Feature(_) | Self::Parameter(_) => 0,
            _ if self.is_usual_of_two() => 2,
            Self::Less
            | Self::AtMost
            | Self::Equal
            | Self::Unequal
            | Self::AtLeast
            | Self::Greater
            | Self::And
            | Self::Or
            | Self::Under
            | Self::Atan2
            | Self::Modulo
            | Self::Hypot
            | Self::Heaviside => 2,
            Self::Select => 3,
            _ => 1,
        }
    }

    /// The operation that has the same bits of its values in the other order; `None` where there
    /// is none. Of a difference it is a sum, whose first value is negated.
    pub(super) const fn turned(self) -> Option<Self> {
        Some(match self {
            Self::Subtract => Self::Add,
            Self::Add | Self::Multiply | Self::Equal | Self::Unequal | Self::And | Self::Or => self,
            Self::Divide => Self::Under,
            Self::Under => Self::Divide,
            Self::Less => Self::Greater,
            Self::Greater => Self::Less,
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            _ => return None,
        })
    }

    /// The operation on values as [`takes`](Op::takes) counts them; `None` of another number of
    /// them, and of an operation that is not of values alone.
    pub fn apply<S: Scalar>(self, values: &[S]) -> Option<S> {
        match (self, values) {
            (Self::Number(_) | Self::Feature(_) | Self::Parameter(_) | Self::Own(_), _) => None,
            (Self::Select, &[other, when, then]) => Some(match when.value() == S::Real::ZERO {
                true => other,
                false => then,
            }),
            (_, &[x]) if self.takes() == 1 => Some(self.one(x, Self::rare)),
            (_, &[x, y]) if self.is_usual_of_two() => Some(self.two(x, y)),
            (_, &[x, y]) if self.takes() == 2 => Some(self.rare_two(x, y)),
            _ => None,
        }
    }

    /// Returns `true` for a function of one value, whose derivative is that of the value times a
    /// slope.
    pub(super) const fn is_chained(self) -> bool {
        self.takes() == 1
            && !matches!(
                self,
                Self::Negate | Self::Not | Self::Member(_) | Self::Own(_)
            )
    }

    /// Returns `true` for an operation that [`two`](Op::two) does.
    #[inline(always)]
    pub(super) const fn is_usual_of_two(self) -> bool {
        matches!(
            self,
            Self::Add
                | Self::Subtract
                | Self::Multiply
                | Self::Divide
                | Self::Power
                | Self::Minimum
                | Self::Maximum
        )
    }

    /// The operation on one value; `rest` does those that few formulas have.
    #[inline(always)]
    pub(super) fn one<S: Scalar>(self, x: S, rest: impl FnOnce(Self, S) -> S) -> S {
        match self {
            Self::Whole(exponent) => x.powi(i32::from(exponent)),
            Self::Negate => -x,
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
            _ => rest(self, x),
        }
    }

    /// The operation on two values that [`is_usual_of_two`](Op::is_usual_of_two) names.
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

    /// Operations on one value that few formulas have: apart, so that the others stay short.
    pub(super) fn rare<S: Scalar>(self, x: S) -> S {
        match self {
            Self::Not => truth(x.value() == S::Real::ZERO),
            Self::Member(count) => {
                let code = x.value();
                let known = code >= S::Real::ZERO && code < S::Real::from_u32(count.into());
                S::constant(match known && code.floor() == code {
                    true => code,
                    false => S::Real::NAN,
                })
            }
            Self::Log2 => x.log2(),
            Self::Log1p => x.ln_1p(),
            Self::Expm1 => x.exp_m1(),
            Self::Erf => x.erf(),
            Self::Erfc => x.erfc(),
            Self::Gamma => x.gamma(),
            Self::LnGamma => x.ln_gamma(),
            Self::Sign => x.sign(),
            Self::Floor => SpecialScalar::floor(x),
            Self::Ceil => SpecialScalar::ceil(x),
            Self::Sinc => x.sinc(),
            Self::Cbrt => x.cbrt(),
            Self::Asinh => x.asinh(),
            Self::Acosh => x.acosh(),
            Self::Atanh => x.atanh(),
            _ => x,
        }
    }

    /// Operations on two values that few formulas have.
    pub(super) fn rare_two<S: Scalar>(self, x: S, y: S) -> S {
        let (a, b, zero) = (x.value(), y.value(), S::Real::ZERO);
        match self {
            Self::Less => truth(a < b),
            Self::AtMost => truth(a <= b),
            Self::Equal => truth(a == b),
            Self::Unequal => truth(a != b),
            Self::AtLeast => truth(a >= b),
            Self::Greater => truth(a > b),
            Self::And => truth(a != zero && b != zero),
            Self::Or => truth(a != zero || b != zero),
            Self::Under => y / x,
            Self::Atan2 => x.atan2(y),
            Self::Modulo => x.modulo(y),
            Self::Hypot => x.hypot(y),
            Self::Heaviside => x.heaviside(y),
            _ => x,
        }
    }
}

/// 1 for what is true, 0 for what is not.
fn truth<S: Scalar>(holds: bool) -> S {
    S::constant(match holds {
        true => S::Real::ONE,
        false => S::Real::ZERO,
    })
}
