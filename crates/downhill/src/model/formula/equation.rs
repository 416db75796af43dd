//! The sides of an equation.

use super::error::{FormulaError, Reason};
use super::lexer::{Token, Tokens};

/// Where the sides of an equation are.
pub(super) struct Layout<'a> {
    pub(super) left: Option<Tokens<'a>>,
    pub(super) right: Tokens<'a>,
    /// The first byte of the right side.
    pub(super) start: usize,
}

impl<'a> Layout<'a> {
    pub(super) fn of(
        text: &'a str,
        is_column: &impl Fn(&str) -> bool,
    ) -> Result<Self, FormulaError> {
        let mut first = Tokens::new(text);
        // NIST's texts may say what pi is, first.
        let mut ahead = first;
        let definition = [ahead.next(), ahead.next(), ahead.next()];
        if let [
            Ok((_, Token::Name("pi"))),
            Ok((_, Token::Equals)),
            Ok((_, Token::Number(_))),
        ] = definition
            && !is_column("pi")
            && !matches!(ahead.clone().next(), Ok((_, Token::End)))
        {
            first = ahead;
        }
        let mut tokens = first;
        let mut equals = None;
        let mut last = [(0, Token::End); 2];
        let (mut letters_e, mut depth) = (0, 0i32);
        let (mut right, mut start) = (first, first.clone().next()?.0);
        let end = loop {
            let (at, token) = tokens.next()?;
            match token {
                Token::End => break at,
                Token::Equals if equals.is_some() => {
                    let reason = Reason::Equals;
                    return Err(FormulaError { at, reason });
                }
                Token::Equals => {
                    equals = Some(at);
                    right = tokens;
                    start = tokens.clone().next()?.0;
                    (last, letters_e, depth) = ([(at, Token::End); 2], 0, 0);
                    continue;
                }
                Token::Name("e") => letters_e += 1,
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
            last = [last[1], (at, token)];
        };
        let Some(equals) = equals else {
            return Ok(Self {
                left: None,
                right,
                start,
            });
        };
        let [(plus, Token::Plus), (_, Token::Name("e"))] = last else {
            return Ok(Self {
                left: Some(first.until(equals)),
                right,
                start,
            });
        };
        let is_error = letters_e == 1 && depth == 0 && !is_column("e");
        Ok(Self {
            left: Some(first.until(equals)),
            right: right.until(if is_error { plus } else { end }),
            start,
        })
    }
}
