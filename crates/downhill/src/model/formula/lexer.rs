//! A formula's text, cut into tokens.

use super::error::{FormulaError, Reason};
use super::op::Op;

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
    /// The rest of a division.
    Percent,
    Power,
    /// A power in raised digits.
    Raised(f64),
    /// The sign of a root, before its value.
    Root,
    /// A comparison.
    Compare(Op),
    And,
    Or,
    Not,
    Open(char),
    Close(char),
    Comma,
    Equals,
    /// R's sign between the sides of an equation.
    Tilde,
    End,
}

/// Signs of other characters than letters and digits, the longer ones first.
const SIGNS: &[(&str, Token<'static>)] = &[
    ("**", Token::Power),
    ("==", Token::Compare(Op::Equal)),
    ("!=", Token::Compare(Op::Unequal)),
    ("<>", Token::Compare(Op::Unequal)),
    ("<=", Token::Compare(Op::AtMost)),
    (">=", Token::Compare(Op::AtLeast)),
    ("&&", Token::And),
    ("||", Token::Or),
    ("+", Token::Plus),
    ("-", Token::Minus),
    ("\u{2212}", Token::Minus),
    ("\u{2013}", Token::Minus),
    ("*", Token::Times),
    ("\u{b7}", Token::Times),
    ("\u{d7}", Token::Times),
    ("\u{2217}", Token::Times),
    ("\u{22c5}", Token::Times),
    ("\u{2219}", Token::Times),
    ("\u{2022}", Token::Times),
    ("/", Token::Over),
    ("\u{f7}", Token::Over),
    ("\u{2215}", Token::Over),
    ("\u{2044}", Token::Over),
    ("%", Token::Percent),
    ("^", Token::Power),
    ("\u{221a}", Token::Root),
    ("<", Token::Compare(Op::Less)),
    (">", Token::Compare(Op::Greater)),
    ("\u{2264}", Token::Compare(Op::AtMost)),
    ("\u{2265}", Token::Compare(Op::AtLeast)),
    ("\u{2260}", Token::Compare(Op::Unequal)),
    ("&", Token::And),
    ("\u{2227}", Token::And),
    ("|", Token::Or),
    ("\u{2228}", Token::Or),
    ("!", Token::Not),
    ("\u{ac}", Token::Not),
    (",", Token::Comma),
    ("=", Token::Equals),
    ("~", Token::Tilde),
];

/// The digit that a raised character is, and −1 of the raised minus.
fn raised(c: char) -> Option<i8> {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    match DIGITS.iter().position(|&digit| digit == c) {
        Some(digit) => Some(digit as i8),
        None => (c == '⁻').then_some(-1),
    }
}

impl<'a> From<&'a str> for Token<'a> {
    /// A name, which may be that of an operator.
    fn from(name: &'a str) -> Self {
        match name {
            "and" | "AND" => Self::And,
            "or" | "OR" => Self::Or,
            "not" | "NOT" => Self::Not,
            _ => Self::Name(name),
        }
    }
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

    /// The byte where the next token, or the white space before it, begins.
    pub(super) const fn at(&self) -> usize {
        self.at
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
        let space = self.run(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
        self.take(space);
        let at = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok((at, Token::End));
        };
        let refuse = |reason| Err(FormulaError { at, reason });
        if let Some((written, token)) = SIGNS.iter().find(|(sign, _)| self.rest().starts_with(sign))
        {
            self.take(written.len());
            return Ok((at, *token));
        }
        let token = match first {
            '0'..='9' | '.' => return self.number(),
            '"' | '`' => return self.quoted(first),
            '(' | '[' => Token::Open(first),
            ')' | ']' => Token::Close(first),
            c if raised(c).is_some() => return self.raised(),
            c if c.is_alphabetic() || c == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                let length = self.run(|c| is_part(c) && raised(c).is_none());
                return Ok((at, self.take(length).into()));
            }
            '?' => return refuse(Reason::Ternary),
            ':' => return refuse(Reason::Colon),
            _ => return refuse(Reason::Character),
        };
        self.take(first.len_utf8());
        Ok((at, token))
    }

    /// A power in raised digits, such as `²` or `⁻¹`.
    fn raised(&mut self) -> Result<(usize, Token<'a>), FormulaError> {
        let at = self.at;
        let length = self.run(|c| raised(c).is_some());
        let (mut power, mut negative, mut digits) = (0.0, false, 0);
        for c in self.take(length).chars() {
            match raised(c) {
                Some(digit @ 0..) => {
                    power = 10.0 * power + f64::from(digit);
                    digits += 1;
                }
                Some(_) if digits == 0 && !negative => negative = true,
                _ => digits = -1,
            }
        }
        if digits < 1 {
            let reason = Reason::Number;
            return Err(FormulaError { at, reason });
        }
        Ok((at, Token::Raised(if negative { -power } else { power })))
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
