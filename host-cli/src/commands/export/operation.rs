//! How the operations of a formula are written in either language.

use downhill::model::formula::Op;

/// How something that is calculated is written.
#[derive(Clone)]
pub(super) enum Call {
    /// Between its two values.
    Between(&'static str),
    /// Between its two values, the second one first.
    Turned(&'static str),
    /// Between two values that it compares.
    Compared(&'static str),
    /// Between two conditions.
    Joined(&'static str),
    /// The opposite of a condition.
    Not,
    /// The choice between two values, by a condition.
    Choice,
    /// The number of a group, below a count.
    Member(u8),
    /// A group's own of the parameters from here on.
    Group(u8),
    /// Before its values, by a function that is written down with the formula: its piece.
    Own(&'static str),
    /// Before its values, by a function of the crate `libm`.
    Libm(&'static str),
    /// One by what follows, a call or nothing.
    Inverse(Option<&'static str>),
    /// A power that the core has no shorter way for.
    WholePower(i8),
}

/// How an operation is written; `None` of one that takes no values.
pub(super) fn call(op: Op) -> Option<Call> {
    Some(match op {
        Op::Add => Call::Between("+"),
        Op::Subtract => Call::Between("-"),
        Op::Multiply => Call::Between("*"),
        Op::Divide => Call::Between("/"),
        Op::Under => Call::Turned("/"),
        Op::Less => Call::Compared("<"),
        Op::AtMost => Call::Compared("<="),
        Op::Equal => Call::Compared("=="),
        Op::Unequal => Call::Compared("!="),
        Op::AtLeast => Call::Compared(">="),
        Op::Greater => Call::Compared(">"),
        Op::And => Call::Joined("&&"),
        Op::Or => Call::Joined("||"),
        Op::Not => Call::Not,
        Op::Select => Call::Choice,
        Op::Member(count) => Call::Member(count),
        Op::Own(first) => Call::Group(first),
        Op::Power => Call::Libm("pow"),
        Op::Minimum => Call::Own("smaller"),
        Op::Maximum => Call::Own("larger"),
        Op::Whole(2) => Call::Own("square"),
        Op::Whole(3) => Call::Own("cube"),
        Op::Whole(-1) => Call::Inverse(None),
        Op::Whole(-2) => Call::Inverse(Some("square")),
        Op::Whole(-3) => Call::Inverse(Some("cube")),
        Op::Whole(power) => Call::WholePower(power),
        Op::Negate => Call::Between("-"),
        Op::Exp => Call::Own("exp."),
        Op::Tanh => Call::Own("tanh."),
        Op::Abs => Call::Own("abs"),
        Op::Sign => Call::Own("sign"),
        Op::Heaviside => Call::Own("heaviside"),
        Op::Modulo => Call::Own("modulo"),
        Op::Sinc => Call::Own("sinc"),
        Op::Ln => Call::Libm("log"),
        Op::Log10 => Call::Libm("log10"),
        Op::Log2 => Call::Libm("log2"),
        Op::Log1p => Call::Libm("log1p"),
        Op::Expm1 => Call::Libm("expm1"),
        Op::Sqrt => Call::Libm("sqrt"),
        Op::Cbrt => Call::Libm("cbrt"),
        Op::Floor => Call::Libm("floor"),
        Op::Ceil => Call::Libm("ceil"),
        Op::Hypot => Call::Libm("hypot"),
        Op::Sin => Call::Libm("sin"),
        Op::Cos => Call::Libm("cos"),
        Op::Tan => Call::Libm("tan"),
        Op::Sinh => Call::Libm("sinh"),
        Op::Cosh => Call::Libm("cosh"),
        Op::Asin => Call::Libm("asin"),
        Op::Acos => Call::Libm("acos"),
        Op::Atan => Call::Libm("atan"),
        Op::Atan2 => Call::Libm("atan2"),
        Op::Asinh => Call::Libm("asinh"),
        Op::Acosh => Call::Libm("acosh"),
        Op::Atanh => Call::Libm("atanh"),
        Op::Erf => Call::Libm("erf"),
        Op::Erfc => Call::Libm("erfc"),
        Op::Gamma => Call::Libm("tgamma"),
        Op::LnGamma => Call::Libm("lgamma"),
        _ => return None,
    })
}
