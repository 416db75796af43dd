//! A formula as an expression of either language.

use downhill::model::formula::Op;

use super::literal::Literal;
use crate::arguments::Language;

/// A formula with the values of its parameters.
pub(super) struct Formula<T> {
    /// As the user wrote it.
    pub(super) text: String,
    /// Each with its name.
    pub(super) parameters: Vec<(String, T)>,
    /// The operations on a stack.
    pub(super) steps: Vec<Op>,
    /// The numbers that operations name.
    pub(super) numbers: Vec<T>,
}

/// How something that is calculated is written.
#[derive(Clone)]
enum Call {
    /// Between its two values.
    Between(&'static str),
    /// Before its values, by a function that is written down with the formula: its piece.
    Own(&'static str),
    /// Before its values, by a function of the crate `libm`.
    Libm(&'static str),
    /// One by what follows, a call or nothing.
    Inverse(Option<&'static str>),
    /// A power that the core has no shorter way for.
    WholePower(i8),
}

/// A piece of an expression, and whether it stands by itself.
#[derive(Clone)]
struct Term {
    text: String,
    whole: bool,
}

impl Term {
    fn whole(text: String) -> Self {
        Self { text, whole: true }
    }

    /// Within an operation.
    fn within(&self) -> String {
        match self.whole {
            true => self.text.clone(),
            false => format!("({})", self.text),
        }
    }
}

impl<T: Literal> Formula<T> {
    /// The first function that C has no form with the same bits of.
    pub(super) fn without_c(&self) -> Option<&'static str> {
        self.steps.iter().find_map(|&op| match op {
            Op::Sin => Some("sin"),
            Op::Cos => Some("cos"),
            Op::Tan => Some("tan"),
            Op::Sinh => Some("sinh"),
            Op::Cosh => Some("cosh"),
            Op::Asin => Some("asin"),
            Op::Acos => Some("acos"),
            Op::Atan => Some("atan"),
            _ => None,
        })
    }

    /// True where the module of Rust calls the crate `libm`.
    pub(super) fn needs_libm(&self) -> bool {
        let mut calls = self.steps.iter().filter_map(|&op| call(op));
        calls.any(|call| matches!(call, Call::Libm(_) | Call::WholePower(_)))
    }

    /// The pieces of support that the expression calls, and those that they call.
    pub(super) fn pieces(&self, language: Language) -> Vec<&'static str> {
        let mut pieces = Vec::new();
        for op in &self.steps {
            match call(*op) {
                Some(Call::Own(name) | Call::Inverse(Some(name))) => pieces.push(name),
                Some(Call::Libm(name)) if language == Language::C => pieces.push(ported(name)),
                Some(Call::WholePower(_)) if language == Language::C => pieces.push("pow."),
                _ => {}
            }
        }
        if pieces.contains(&"pow.") {
            pieces.push("sqrt.");
        }
        pieces
    }

    /// The expression, of `units` or what `feature` makes of a place, and of parameters.
    pub(super) fn expression(
        &self,
        language: Language,
        feature: impl Fn(u8) -> String,
        parameter: impl Fn(u8) -> String,
    ) -> String {
        let mut stack: Vec<Term> = Vec::new();
        for &op in &self.steps {
            let term = match op {
                Op::Number(at) => {
                    let number = self.numbers.get(usize::from(at)).copied();
                    number_of(language, number.unwrap_or(T::ZERO))
                }
                Op::Feature(at) => Term::whole(feature(at)),
                Op::Parameter(at) => Term::whole(parameter(at)),
                _ => {
                    let values = stack.split_off(stack.len().saturating_sub(op.takes()));
                    calculated::<T>(language, op, &values)
                }
            };
            stack.push(term);
        }
        stack.pop().map_or_else(String::new, |term| term.text)
    }
}

fn number_of<T: Literal>(language: Language, number: T) -> Term {
    let text = match language {
        Language::Rust => number.rust(),
        Language::C => number.c(),
    };
    let whole = !text.starts_with('-');
    Term { text, whole }
}

/// How an operation is written; `None` of one that takes no values.
fn call(op: Op) -> Option<Call> {
    Some(match op {
        Op::Add => Call::Between("+"),
        Op::Subtract => Call::Between("-"),
        Op::Multiply => Call::Between("*"),
        Op::Divide => Call::Between("/"),
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
        Op::Ln => Call::Libm("log"),
        Op::Log10 => Call::Libm("log10"),
        Op::Sqrt => Call::Libm("sqrt"),
        Op::Sin => Call::Libm("sin"),
        Op::Cos => Call::Libm("cos"),
        Op::Tan => Call::Libm("tan"),
        Op::Sinh => Call::Libm("sinh"),
        Op::Cosh => Call::Libm("cosh"),
        Op::Asin => Call::Libm("asin"),
        Op::Acos => Call::Libm("acos"),
        Op::Atan => Call::Libm("atan"),
        _ => return None,
    })
}

/// The piece of C that has the bits of a function of `libm`.
fn ported(name: &str) -> &'static str {
    match name {
        "log" => "ln.",
        "log10" => "log10.",
        "sqrt" => "sqrt.",
        _ => "pow.",
    }
}

fn calculated<T: Literal>(language: Language, op: Op, values: &[Term]) -> Term {
    let function = |name: &str, values: &[Term]| {
        let values: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        format!("{name}({})", values.join(", "))
    };
    let own = |piece: &str| match language {
        Language::Rust => piece.trim_end_matches('.').to_string(),
        Language::C => format!("NAME_{}", piece.trim_end_matches('.')),
    };
    let libm = |name: &str| match (language, T::RUST) {
        (Language::C, _) => own(ported(name)),
        (_, "f32") => format!("libm::{name}f"),
        _ => format!("libm::{name}"),
    };
    let part = |text: String| Term { text, whole: false };
    match (call(op), values) {
        (Some(Call::Between(sign)), [one]) => part(format!("{sign}{}", one.within())),
        (Some(Call::Between(sign)), [a, b]) => {
            part(format!("{} {sign} {}", a.within(), b.within()))
        }
        (Some(Call::Own(piece)), _) => Term::whole(function(&own(piece), values)),
        (Some(Call::Libm(name)), _) => Term::whole(function(&libm(name), values)),
        (Some(Call::Inverse(piece)), [one]) => {
            let below = match piece {
                Some(piece) => function(&own(piece), values),
                None => one.within(),
            };
            part(format!("{} / {below}", number_of(language, T::ONE).text))
        }
        (Some(Call::WholePower(0)), _) => number_of(language, T::ONE),
        (Some(Call::WholePower(1)), [one]) => one.clone(),
        (Some(Call::WholePower(power)), [one]) => {
            let power = number_of(language, T::from_f64(power.into()));
            Term::whole(function(&libm("pow"), &[one.clone(), power]))
        }
        _ => Term::whole(String::new()),
    }
}
