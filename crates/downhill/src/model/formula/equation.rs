//! The sides of an equation.

use super::error::{FormulaError, Reason};
use super::function;
use super::lexer::{Token, Tokens};
use super::names::Names;

/// Where the sides of an equation are.
pub(super) struct Layout<'a> {
    /// Left side; `None` where it is no more than a name of the target, or missing.
    pub(super) left: Option<Tokens<'a>>,
    pub(super) right: Tokens<'a>,
    /// The first byte of the right side.
    pub(super) start: usize,
    /// True where an error term at the end was left out.
    pub(super) without_error: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn of(
        text: &'a str,
        target: &str,
        names: &impl Names,
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
            && !names.is_column("pi")
            && !matches!(ahead.clone().next(), Ok((_, Token::End)))
        {
            first = ahead;
        }
        let mut tokens = first;
        let mut equals = None;
        let mut last = [(0, Token::End); 2];
        let (mut errors, mut depth) = (0, 0i32);
        let (mut right, mut start) = (first, first.clone().next()?.0);
        let end = loop {
            let (at, token) = tokens.next()?;
            let refuse = |reason| Err(FormulaError { at, reason });
            match token {
                Token::End => break at,
                Token::Equals if depth > 0 => return refuse(Reason::Compare),
                Token::Equals | Token::Tilde if equals.is_some() => return refuse(Reason::Equals),
                Token::Equals | Token::Tilde if depth == 0 => {
                    equals = Some(at);
                    right = tokens;
                    start = tokens.clone().next()?.0;
                    (last, errors) = ([(at, Token::End); 2], 0);
                    continue;
                }
                Token::Name(name) if is_error(name) => errors += 1,
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
                without_error: false,
            });
        };
        let left = first.until(equals);
        let whole = end;
        let end = match last {
            [(plus, Token::Plus), (_, Token::Name(name))]
                if is_error(name)
                    && errors == 1
                    && depth == 0
                    && !names.is_column(name)
                    && !names.is_parameter(name)
                    && names.fixed(name).is_none() =>
            {
                plus
            }
            _ => end,
        };
        Ok(Self {
            left: (!is_the_target(left, target, names)?).then_some(left),
            right: right.until(end),
            start,
            without_error: end < whole,
        })
    }
}

/// A name that statisticians give to the error.
fn is_error(name: &str) -> bool {
    matches!(name, "e" | "ε")
}

/// Returns `true` if a left side is no more than a name of what is predicted: the target's in any
/// case, or one that means nothing else, such as `y`, perhaps with what it depends on, `f(x)`.
fn is_the_target(
    mut left: Tokens<'_>,
    target: &str,
    names: &impl Names,
) -> Result<bool, FormulaError> {
    let Token::Name(name) = left.next()?.1 else {
        return Ok(false);
    };
    let means_another = names.is_column(name) || names.is_parameter(name);
    if name != target && means_another {
        return Ok(false);
    }
    match left.next()?.1 {
        Token::End => Ok(true),
        Token::Open('(') if function::function(name).is_none() => loop {
            match (left.next()?.1, left.next()?.1) {
                (Token::Name(_) | Token::Quoted(_), Token::Comma) => {}
                (Token::Name(_) | Token::Quoted(_), Token::Close(')')) => {
                    return Ok(left.next()?.1 == Token::End);
                }
                _ => return Ok(false),
            }
        },
        _ => Ok(false),
    }
}
