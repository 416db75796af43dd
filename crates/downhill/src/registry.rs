//! Tables of everything that can be chosen by name: one a family.
//!
//! [`LOSSES`](crate::loss::LOSSES), [`OPTIMIZERS`](crate::optimizer::OPTIMIZERS),
//! [`MODELS`](crate::model::MODELS), [`SCHEDULES`](crate::rules::SCHEDULES) and
//! [`SCALERS`](crate::rules::SCALERS) say how each choice is named and what numbers it takes; a
//! family's `named` builds it. The command line, its documentation and the tests that cover every
//! choice go over these tables. They are constants: a firmware that asks for no name holds none.
//!
//! ```
//! use downhill::loss::{AnyLoss, Huber, LOSSES};
//! let huber = LOSSES.iter().find(|choice| choice.name == "huber").unwrap();
//! assert_eq!(huber.arguments[0].default, Some(1.0));
//! let loss = AnyLoss::<f32>::named("huber", &[0.5]);
//! assert_eq!(loss, Some(AnyLoss::Huber(Huber { delta: 0.5 })));
//! ```

use core::fmt;

/// One choice of a family, and the facts about it that its family has.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Choice<F: 'static = ()> {
    /// Name, unique within the family but for its variants.
    pub name: &'static str,
    /// Second name, of a choice that shares the first: `centered` of `rmsprop:centered`.
    pub variant: Option<&'static str>,
    /// Other spellings of the variant that are read, and never written.
    pub variant_aliases: &'static [&'static str],
    /// Numbers that it takes, in order. Those without a default come first.
    pub arguments: &'static [Argument],
    /// Explanation in a few words, in Markdown.
    pub summary: &'static str,
    /// Facts that only this family has.
    pub facts: F,
}

impl<F> Choice<F> {
    /// A choice without variants.
    pub const fn new(
        name: &'static str,
        arguments: &'static [Argument],
        summary: &'static str,
        facts: F,
    ) -> Self {
        Self {
            name,
            variant: None,
            variant_aliases: &[],
            arguments,
            summary,
            facts,
        }
    }

    /// Returns `true` if this is how its variant is called.
    pub fn is_variant(&self, name: &str) -> bool {
        self.variant == Some(name) || self.variant_aliases.contains(&name)
    }
}

/// A number that a choice takes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Argument {
    /// Name, in capitals.
    pub name: &'static str,
    /// Permitted values.
    pub range: Range,
    /// Value where none is given; `None` where one must be.
    pub default: Option<f64>,
}

impl Argument {
    /// An argument that may be left out.
    pub const fn new(name: &'static str, range: Range, default: f64) -> Self {
        Self {
            name,
            range,
            default: Some(default),
        }
    }

    /// An argument that must be given.
    pub const fn required(name: &'static str, range: Range) -> Self {
        Self {
            name,
            range,
            default: None,
        }
    }
}

/// Permitted values of a number. Infinite numbers and NaN are in none.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Range {
    /// Any finite number.
    Finite,
    /// Above 0.
    Positive,
    /// At least 0.
    NotNegative,
    /// From the first to the second, both included.
    Within(f64, f64),
    /// Above the first and below the second.
    Between(f64, f64),
    /// Above the first and at most the second.
    AboveTo(f64, f64),
    /// Whole, and at least this.
    Count(u32),
}

impl Range {
    /// Returns `true` if `x` is permitted.
    pub fn contains(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Self::Finite => true,
                Self::Positive => x > 0.0,
                Self::NotNegative => x >= 0.0,
                Self::Within(low, high) => x >= low && x <= high,
                Self::Between(low, high) => x > low && x < high,
                Self::AboveTo(low, high) => x > low && x <= high,
                Self::Count(least) => {
                    let most = f64::from(u32::MAX);
                    x >= f64::from(least) && x <= most && f64::from(x as u32) == x
                }
            }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite => f.write_str("a finite number"),
            Self::Positive => f.write_str("a number above 0"),
            Self::NotNegative => f.write_str("a number of at least 0"),
            Self::Within(low, high) => write!(f, "a number from {low} to {high}"),
            Self::Between(low, high) => write!(f, "a number above {low} and below {high}"),
            Self::AboveTo(low, high) => write!(f, "a number above {low} and at most {high}"),
            Self::Count(least) => write!(f, "a whole number of at least {least}"),
        }
    }
}

/// Where the derivatives of a loss or an activation exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothness {
    /// All of them, everywhere.
    Smooth,
    /// Not everywhere: the slope has jumps or corners.
    Kinked,
}
