//! A formula as an expression of either language.

use downhill::model::formula::Op;

use super::literal::Literal;
use super::operation::{Call, call};
use super::pieces::ported;
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

/// A piece of an expression.
#[derive(Clone)]
struct Term {
    text: String,
    /// True where it stands by itself.
    whole: bool,
    /// The same as a condition, of what is true or false.
    condition: Option<String>,
}

impl Term {
    fn whole(text: String) -> Self {
        Self {
            text,
            whole: true,
            condition: None,
        }
    }

    fn part(text: String) -> Self {
        Self {
            whole: false,
            ..Self::whole(text)
        }
    }

    /// What is 1 where a condition holds, and else 0.
    fn truth(language: Language, condition: String) -> Self {
        let text = match language {
            Language::Rust => format!("REAL::from(u8::from({condition}))"),
            Language::C => format!("(REAL)({condition})"),
        };
        Self {
            text,
            whole: true,
            condition: Some(condition),
        }
    }

    /// Within an operation.
    fn within(&self) -> String {
        match self.whole {
            true => self.text.clone(),
            false => format!("({})", self.text),
        }
    }

    /// As a condition within another one.
    fn holds(&self, language: Language) -> String {
        match &self.condition {
            Some(condition) => format!("({condition})"),
            None => format!("({})", self.differs(language, "!=")),
        }
    }

    fn differs(&self, language: Language, sign: &str) -> String {
        let zero = match language {
            Language::Rust => "0.0",
            Language::C => "0",
        };
        format!("{} {sign} {zero}", self.within())
    }

    /// As a condition by itself.
    fn condition(&self, language: Language) -> String {
        let own = self.condition.clone();
        own.unwrap_or_else(|| self.differs(language, "!="))
    }
}

impl<T: Literal> Formula<T> {
    /// True where the module of Rust calls the crate `libm`.
    pub(super) fn needs_libm(&self) -> bool {
        let mut calls = self.steps.iter().filter_map(|&op| call(op));
        calls.any(|call| {
            matches!(
                call,
                Call::Libm(_) | Call::WholePower(_) | Call::Own("modulo" | "sinc")
            )
        })
    }

    /// The pieces of support that the expression calls.
    pub(super) fn pieces(&self, language: Language) -> Vec<&'static str> {
        let mut pieces = Vec::new();
        for op in &self.steps {
            match call(*op) {
                Some(Call::Own(name) | Call::Inverse(Some(name))) => pieces.push(name),
                Some(Call::Member(_)) => pieces.push("member"),
                Some(Call::Group(_)) => pieces.push("own"),
                Some(Call::Libm(name)) if language == Language::C => pieces.push(ported(name)),
                Some(Call::WholePower(_)) if language == Language::C => pieces.push("pow."),
                _ => {}
            }
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
    match text.starts_with('-') {
        true => Term::part(text),
        false => Term::whole(text),
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
    match (call(op), values) {
        (Some(Call::Between(sign)), [one]) => Term::part(format!("{sign}{}", one.within())),
        (Some(Call::Between(sign)), [a, b]) => {
            Term::part(format!("{} {sign} {}", a.within(), b.within()))
        }
        (Some(Call::Turned(sign)), [a, b]) => {
            Term::part(format!("{} {sign} {}", b.within(), a.within()))
        }
        (Some(Call::Compared(sign)), [a, b]) => {
            Term::truth(language, format!("{} {sign} {}", a.within(), b.within()))
        }
        (Some(Call::Joined(sign)), [a, b]) => Term::truth(
            language,
            format!("{} {sign} {}", a.holds(language), b.holds(language)),
        ),
        (Some(Call::Not), [one]) => Term::truth(language, one.differs(language, "==")),
        (Some(Call::Choice), [other, when, then]) => Term::part(match language {
            Language::Rust => format!(
                "if {} {{ {} }} else {{ {} }}",
                when.condition(language),
                then.text,
                other.text
            ),
            Language::C => format!(
                "{} ? {} : {}",
                when.holds(language),
                then.within(),
                other.within()
            ),
        }),
        (Some(Call::Member(count)), [code]) => {
            Term::whole(format!("{}({}, {count})", own("member"), code.text))
        }
        (Some(Call::Group(first)), [code]) => {
            let parameters = match language {
                Language::Rust => "&PARAMETERS",
                Language::C => "NAME_parameters",
            };
            let own = own("own");
            Term::whole(format!("{own}({parameters}, {first}, {})", code.text))
        }
        (Some(Call::Own(piece)), _) => Term::whole(function(&own(piece), values)),
        (Some(Call::Libm(name)), _) => Term::whole(function(&libm(name), values)),
        (Some(Call::Inverse(piece)), [one]) => {
            let below = match piece {
                Some(piece) => function(&own(piece), values),
                None => one.within(),
            };
            Term::part(format!("{} / {below}", number_of(language, T::ONE).text))
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
