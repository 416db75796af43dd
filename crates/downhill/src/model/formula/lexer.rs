//! A formula's text, cut into tokens.

use super::error::{FormulaError, Reason};

/// The smallest pieces of a formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    Name(&'a str),
    /// A name in quotes: a column whose name has other characters than letters.
    Quoted(&'a str),
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Open(char),
    Close(char),
    Comma,
    Equals,
    End,
}

/// Reads tokens from a stretch of a text. It can be copied to look ahead.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// These tokens, ending before byte `end`.
    pub(super) fn until(self, end: usize) -> Self {
        let text = self.text.get(..end).unwrap_or(self.text);
        Self { text, ..self }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Length in bytes of the characters from here on that `accept` accepts.
    fn run(&self, mut accept: impl FnMut(char) -> bool) -> usize {
        let rest = self.rest();
        rest.find(|c| !accept(c)).unwrap_or(rest.len())
    }

    /// Moves over `length` bytes and returns them.
    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or("");
        self.at += taken.len();
        taken
    }

    /// The next token, and the byte it starts at.
    pub(super) fn next(&mut self) -> Result<(usize, Token<'a>), FormulaError> {
        let space = self.run(char::is_whitespace);
        self.take(space);
        let at = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok((at, Token::End));
        };
        let token = match first {
            '0'..='9' | '.' => return self.number(),
            '"' | '`' => return self.quoted(first),
            '+' => Token::Plus,
            '-' | '\u{2212}' => Token::Minus,
            '*' if self.rest().starts_with("**") => {
                self.take(1);
                Token::Power
            }
            '*' => Token::Times,
            '/' => Token::Over,
            '^' => Token::Power,
            '(' | '[' => Token::Open(first),
            ')' | ']' => Token::Close(first),
            ',' => Token::Comma,
            '=' => Token::Equals,
            c if c.is_alphabetic() || c == '_' => {
                let length = self.run(|c| c.is_alphanumeric() || c == '_' || c == '.');
                return Ok((at, Token::Name(self.take(length))));
            }
            _ => {
                let reason = Reason::Character;
                return Err(FormulaError { at, reason });
            }
        };
        self.take(first.len_utf8());
        Ok((at, token))
    }

    fn number(&mut self) -> Result<(usize, Token<'a>), FormulaError> {
        let at = self.at;
        let mut whole = *self;
        let digits = whole.run(|c| c.is_ascii_digit());
        whole.take(digits);
        if whole.rest().starts_with('.') {
            whole.take(1);
            let digits = whole.run(|c| c.is_ascii_digit());
            whole.take(digits);
        }
        // An `e` belongs to the number only where digits follow it.
        if whole.rest().starts_with(['e', 'E']) {
            let mut power = whole;
            power.take(1);
            if power.rest().starts_with(['+', '-']) {
                power.take(1);
            }
            let digits = power.run(|c| c.is_ascii_digit());
            if digits > 0 {
                power.take(digits);
                whole = power;
            }
        }
        let written = self.take(whole.at - at);
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok((at, Token::Number(number))),
            _ => Err(FormulaError {
                at,
                reason: Reason::Number,
            }),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<(usize, Token<'a>), FormulaError> {
        let at = self.at;
        self.take(1);
        let length = self.run(|c| c != quote);
        let name = self.take(length);
        if self.take(1).is_empty() {
            let reason = Reason::Quote;
            return Err(FormulaError { at, reason });
        }
        Ok((at, Token::Quoted(name)))
    }
}
