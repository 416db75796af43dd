//! Pieces of a description's text.

use super::error::{Reason, SignalError};

/// A place in a text, from which pieces are taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// Units of frequencies, and what they are in Hz; those that others begin with are last.
const UNITS: [(&str, f64); 12] = [
    ("kHz", 1e3),
    ("mHz", 1e-3),
    ("Hz", 1.0),
    ("hz", 1.0),
    ("/second", 1.0),
    ("/minute", 1.0 / 60.0),
    ("/hour", 1.0 / 3600.0),
    ("/day", 1.0 / 86_400.0),
    ("/min", 1.0 / 60.0),
    ("/s", 1.0),
    ("/h", 1.0 / 3600.0),
    ("/d", 1.0 / 86_400.0),
];

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Byte at which it stands.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a byte where it stood before.
    pub(super) const fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    /// Takes the characters that follow and are `of` a kind.
    fn run(&mut self, of: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    /// Goes over characters of a kind.
    pub(super) fn skip(&mut self, of: impl Fn(char) -> bool) {
        self.run(of);
    }

    /// Goes over white space.
    pub(super) fn space(&mut self) {
        self.run(char::is_whitespace);
    }

    /// Takes this text, if it follows.
    pub(super) fn takes(&mut self, text: &str) -> bool {
        let is_there = self.rest().starts_with(text);
        if is_there {
            self.at += text.len();
        }
        is_there
    }

    /// Takes this text, if it follows and a digit or a decimal point behind it.
    pub(super) fn takes_before_digit(&mut self, text: &str) -> bool {
        let mut ahead = *self;
        let is_there = ahead.takes(text) && {
            ahead.space();
            ahead
                .rest()
                .starts_with(|c: char| c.is_ascii_digit() || c == '.')
        };
        if is_there {
            *self = ahead;
        }
        is_there
    }

    /// Takes letters, digits and underscores.
    pub(super) fn word(&mut self) -> &'a str {
        self.run(|c| c.is_alphanumeric() || c == '_')
    }

    /// Takes the name of a channel: in quotes, or up to a comma or bracket.
    pub(super) fn name(&mut self) -> &'a str {
        for quote in ["\"", "`", "'"] {
            if self.takes(quote) {
                let name = self.run(|c| !quote.starts_with(c));
                self.takes(quote);
                return name;
            }
        }
        self.run(|c| !matches!(c, ',' | '(' | ')')).trim_end()
    }

    /// Takes a whole number of this range.
    pub(super) fn count(
        &mut self,
        least: u16,
        most: u16,
        reason: Reason,
    ) -> Result<u16, SignalError> {
        let at = self.at;
        let digits = self.run(|c| c.is_ascii_digit());
        if digits.is_empty() || self.rest().starts_with('.') {
            let reason = Reason::Count;
            return Err(SignalError { at, reason });
        }
        match digits.parse::<u16>() {
            Ok(count) if (least..=most).contains(&count) => Ok(count),
            _ => Err(SignalError { at, reason }),
        }
    }

    /// Takes a number that is not negative.
    pub(super) fn number(&mut self) -> Result<f64, SignalError> {
        let at = self.at;
        let mut text = self.run(|c| c.is_ascii_digit());
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.takes(".");
            self.run(|c| c.is_ascii_digit());
            text = self.text.get(at..self.at).unwrap_or(text);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(SignalError {
                at,
                reason: Reason::Frequency,
            }),
        }
    }

    /// Takes a unit of frequencies, if there is one.
    pub(super) fn unit(&mut self) -> Result<Option<f64>, SignalError> {
        let known = UNITS.iter().find(|(name, _)| self.rest().starts_with(name));
        if let Some((name, hertz)) = known {
            self.takes(name);
            if !self.rest().starts_with(|c: char| c.is_alphanumeric()) {
                return Ok(Some(*hertz));
            }
            self.at -= name.len();
        }
        match self
            .rest()
            .starts_with(|c: char| c.is_alphabetic() || c == '/')
        {
            true => Err(SignalError {
                at: self.at,
                reason: Reason::Unit,
            }),
            false => Ok(None),
        }
    }

    /// Takes a frequency above 0, in Hz where no other unit is given.
    pub(super) fn frequency(&mut self) -> Result<f64, SignalError> {
        let at = self.at;
        let number = self.number()?;
        let frequency = number * self.unit()?.unwrap_or(1.0);
        match frequency > 0.0 {
            true => Ok(frequency),
            false => Err(SignalError {
                at,
                reason: Reason::Frequency,
            }),
        }
    }
}
