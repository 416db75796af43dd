//! Messages about a formula that cannot be read, with what to write.

use downhill::model::formula::{self, FormulaError, Reason};
use downhill_tables::suggest::{nearest, quoted};

use crate::support::failure::Failure;

/// The text, a caret under what is wrong with it, and what to write where that can be told.
pub(super) fn refused(text: &str, error: FormulaError, columns: &[&str]) -> Failure {
    let shown = error.caret(text).to_string().replace('\n', "\n  ");
    let hint = unquoted(text, columns).or_else(|| hint(text, error, columns));
    let hint = hint.map_or_else(String::new, |hint| format!("\n  {hint}"));
    Failure::Usage(format!("the formula cannot be read:\n  {shown}{hint}"))
}

/// The column whose name has to stand in quotes, and the formula with them.
pub(super) fn unquoted(text: &str, columns: &[&str]) -> Option<String> {
    let odd = |name: &&&str| {
        let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        name.chars().any(|c| !is_plain(c)) && !name.contains(['"', '`'])
    };
    let odd = columns.iter().filter(odd);
    // Of names within names, the whole one.
    let name = { odd }
        .filter(|name| is_bare(text, name))
        .max_by_key(|name| name.len())?;
    let quoted = text.replace(name, &format!("\"{name}\""));
    Some(format!(
        "`{name}` is a column; write its name in double quotes: {quoted}"
    ))
}

/// True where a name stands in a text without quotes.
fn is_bare(text: &str, name: &str) -> bool {
    { text.match_indices(name) }.any(|(at, _)| {
        let before = &text[..at];
        !before.ends_with(['"', '`'])
    })
}

/// A column whose name goes on with something else, such as a unit, behind a plain name.
pub(super) fn with_unit<'a>(name: &str, columns: &[&'a str]) -> Option<&'a str> {
    let goes_on = |column: &&&str| {
        let rest = column.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '(', '[', ',', '/', '-']))
    };
    columns.iter().find(goes_on).copied()
}

fn hint(text: &str, error: FormulaError, columns: &[&str]) -> Option<String> {
    let (before, after) = text.split_at_checked(error.at)?;
    match error.reason {
        Reason::Function => {
            let name = word(after);
            if let Some(column) = columns.iter().find(|&&column| column == name) {
                return Some(format!("`{column}` is a column: write {column}*("));
            }
            match nearest(name, formula::functions()).as_slice() {
                close if close.is_empty() || name.len() < 3 => {
                    Some(format!("for a product write {name}*("))
                }
                close => Some(format!("did you mean {}?", quoted(close))),
            }
        }
        Reason::Operator => {
            let (left, right) = (last_word(before.trim_end()), word(after));
            let both = !left.is_empty() && !right.is_empty();
            both.then(|| format!("for a product write {left}*{right}"))
        }
        Reason::Product => {
            let (left, right) = (last_word(before), word(after));
            Some(format!(
                "write ({left}*{right}) where both belong together, or else {left}*{right}"
            ))
        }
        Reason::NoGroups => {
            let inside = after.split('[').nth(1)?.split(']').next()?;
            match columns.contains(&inside.trim().trim_matches(['"', '`'])) {
                true => Some(format!("`{inside}` has more than 100 different values")),
                false => Some(format!("the columns are {}", quoted(columns))),
            }
        }
        Reason::Column | Reason::LeftSide => Some(format!("the columns are {}", quoted(columns))),
        _ => None,
    }
}

/// The name, number or bracket that a text begins with.
fn word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    match end {
        0 => text.get(..1).unwrap_or_default(),
        end => &text[..end],
    }
}

/// The name, number or bracket that a text ends with.
fn last_word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let start = text.rfind(|c| !is_part(c)).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    match &text[start..] {
        "" => text.get(text.len().saturating_sub(1)..).unwrap_or_default(),
        last => last,
    }
}
