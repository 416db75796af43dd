use std::fmt;
use std::str::FromStr;

use downhill::registry::Choice;

use super::{Short, numbers, split, unknown};

/// Most numbers that a choice takes.
const MOST: usize = 3;

/// A family of the registry, told by the facts that it has.
pub(crate) trait Family: Copy + 'static {
    /// Name of the family.
    const WHAT: &'static str;
    /// Table of the family.
    const CHOICES: &'static [Choice<Self>];

    /// Names, in the order in which they are listed.
    fn names() -> Vec<&'static str> {
        names(Self::CHOICES)
    }
}

/// A choice of a registry, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chosen<F: 'static> {
    pub(super) choice: &'static Choice<F>,
    numbers: [f64; MOST],
}

impl<F> Chosen<F> {
    /// Reads `name`, `name:variant` or `name:1,2`; `listed` are the names that a wrong one is
    /// answered with.
    pub(super) fn read(
        what: &str,
        choices: &'static [Choice<F>],
        listed: &[&str],
        text: &str,
    ) -> Result<Self, String> {
        let (name, argument) = split(text);
        let named = || choices.iter().filter(|choice| choice.name == name);
        let first = { named }()
            .next()
            .ok_or_else(|| unknown(what, name, listed))?;
        let variants: Vec<&str> = named().filter_map(|choice| choice.variant).collect();
        let (choice, argument) = match argument {
            Some(variant) if !variants.is_empty() => {
                let what = format!("variant of {name}");
                let choice = named().find(|choice| choice.is_variant(variant));
                let choice = choice.ok_or_else(|| unknown(&what, variant, &variants))?;
                (choice, None)
            }
            argument => (first, argument),
        };
        let numbers = numbers(name, argument, choice.arguments)?;
        Ok(Self { choice, numbers })
    }

    /// Numbers in the order of the arguments.
    pub(super) fn numbers(&self) -> &[f64] {
        &self.numbers[..self.choice.arguments.len()]
    }
}

impl<F: Family> Chosen<F> {
    /// The choice of this name, with its usual numbers.
    pub(crate) fn usual(name: &str) -> Self {
        name.parse().expect("a name of the registry")
    }
}

impl<F: Family> FromStr for Chosen<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(F::WHAT, F::CHOICES, &F::names(), text)
    }
}

impl<F> fmt::Display for Chosen<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.choice.name)?;
        if let Some(variant) = self.choice.variant {
            write!(f, ":{variant}")?;
        }
        let given = self.choice.arguments.iter().zip(self.numbers());
        if given
            .clone()
            .all(|(argument, &x)| x == 0.0 && argument.default == Some(0.0))
        {
            return Ok(());
        }
        for (at, (_, &number)) in given.enumerate() {
            write!(f, "{}{}", if at == 0 { ":" } else { "," }, Short(number))?;
        }
        Ok(())
    }
}

/// Names of a table, each once.
pub(super) fn names<F>(choices: &[Choice<F>]) -> Vec<&'static str> {
    let mut names: Vec<&str> = choices.iter().map(|choice| choice.name).collect();
    names.dedup();
    names
}
