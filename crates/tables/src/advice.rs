//! Advice in messages.

use std::io::ErrorKind;
use std::path::Path;

use crate::files::shown_line;
use crate::layout::vocabulary;
use crate::place::{Cell, Place};
use crate::suggest::{nearest, quoted};

pub(crate) fn cure(error: &std::io::Error) -> &'static str {
    match error.kind() {
        // Only unpacking says so.
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            "the file is damaged or not all there; get it once more, `gzip -t` tests it"
        }
        _ => "check the path",
    }
}

/// Most names in a message.
const NAMED: usize = 40;

pub(crate) fn hint(name: &str, names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match nearest(name, names.iter().copied()).as_slice() {
        [] if names.len() > NAMED => {
            let first = quoted(&names[..NAMED]);
            format!("the columns are {first} and {} more", names.len() - NAMED)
        }
        [] => format!("the columns are {}", quoted(&names)),
        close => format!("did you mean {}?", quoted(close)),
    }
}

/// Says how the columns of two files differ.
pub(crate) fn difference(missing: &[String], extra: &[String], first: &Place) -> String {
    let names = |names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        quoted(&names)
    };
    let mut causes = Vec::new();
    if !missing.is_empty() {
        let no = match missing.len() {
            1 => "is no column",
            _ => "are no columns",
        };
        causes.push(format!("there {no} {}, as in {first}", names(missing)));
    }
    if !extra.is_empty() {
        let (column, is) = match extra.len() {
            1 => ("column", "is"),
            _ => ("columns", "are"),
        };
        let names = names(extra);
        let and = if missing.is_empty() {
            &format!(" of {first}")
        } else {
            ""
        };
        causes.push(format!("the {column} {names} {is} none{and}"));
    }
    causes.join(", and ")
}

/// A number by its decimal mark, in the shortest form.
pub(crate) fn decimals(cell: &str, mark: char) -> String {
    let number = cell.replace(mark, ".").parse::<f64>();
    number.map_or_else(|_| cell.replace(mark, "."), |number| number.to_string())
}

/// Advice on a row with more cells than the header.
pub(crate) fn too_many(expected: usize, got: usize, delimiter: u8) -> String {
    let delimiter = match delimiter {
        b',' if got == 2 * expected => {
            return "where its numbers have decimal commas, quote them, or part the cells by \
                    semicolons, and give `--decimal ,`; else look for a stray comma or a missing \
                    quote"
                .into();
        }
        b',' => "comma",
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "bar",
        _ => "delimiter",
    };
    format!("look for a stray {delimiter} or a missing quote")
}

pub(crate) fn units(cell: &str, unit: Option<&str>, first: Option<&(Cell, String)>) -> String {
    let is = match unit {
        Some(unit) => format!("`{}` is in `{unit}`", shown(cell)),
        None => format!("`{}` has no unit", shown(cell)),
    };
    let beside = match first {
        Some((first, unit)) => {
            format!(
                "`{}` (line {}) in `{unit}`",
                shown(&first.text),
                shown_line(first.line)
            )
        }
        None => "other cells of the column have no unit".into(),
    };
    format!("{is}, and {beside}; write the column in one unit, or use other columns")
}

pub(crate) fn texts(cell: &str, others: &[Cell], more: usize) -> String {
    let mut text = format!("`{}` is not a number", shown(cell));
    let all = || {
        [cell]
            .into_iter()
            .chain(others.iter().map(|cell| cell.text.as_str()))
    };
    let mut them = "it";
    if !others.is_empty() || more > 0 {
        let named = others
            .iter()
            .map(|cell| format!("`{}` (line {})", shown(&cell.text), shown_line(cell.line)));
        let mut named: Vec<String> = named.collect();
        if more > 0 {
            named.push(format!("{more} more cells"));
        }
        let are = if named.len() == 1 && more == 0 {
            "is"
        } else {
            "are"
        };
        text += &format!(", nor {are} {}", named.join(", "));
        them = "them";
    }
    let is_yes_or_no = |text: &str| {
        let text = text.to_lowercase();
        ["true", "false", "yes", "no", "on", "off"].contains(&&*text)
    };
    if more == 0 && all().all(is_yes_or_no) {
        return text + "; write 1 and 0 in their place, as in the other rows, or words in these";
    }
    text += &format!("; correct {them}");
    if more == 0
        && let Some(options) = marker(all())
    {
        text += &format!(", mark {them} as missing with `{options}`");
    }
    text + ", or use other columns"
}

/// Options that mark texts as missing; `None` where one of them looks like a number, or is too
/// long to be typed.
pub fn marker<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let option = |text: &'a str| {
        let is_short = text.chars().count() <= SHOWN && !text.contains(char::is_control);
        let is_number = is_number_like(text) || vocabulary::is_value(text);
        (is_short && !is_number).then(|| format!("--missing-value={}", quote(text)))
    };
    let options: Option<Vec<String>> = texts.map(option).collect();
    Some(options?.join(" "))
}

/// A path as a shell takes it.
pub(crate) fn typed(path: &Path) -> String {
    quote(&path.display().to_string())
}

/// The begin of a text with the delimiter behind it, no longer than it is shown, as a shell takes it.
pub(crate) fn beginning(text: &str, delimiter: Option<u8>) -> String {
    let is_shown = |c: &char| !c.is_control();
    let begin: String = text.chars().take(SHOWN).take_while(is_shown).collect();
    let delimiter = delimiter.map(char::from);
    match delimiter.filter(|c| begin == text && !c.is_control()) {
        Some(delimiter) => in_quotes(&format!("{begin}{delimiter}")),
        None => in_quotes(begin.trim_end()),
    }
}

/// A text as a shell takes it.
pub fn quote(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+:%@".contains(c);
    match text.chars().all(is_plain) {
        true => text.into(),
        false => in_quotes(text),
    }
}

fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Tells whether a text is made of digits, and of what stands among digits.
pub(crate) fn is_number_like(text: &str) -> bool {
    let is_part =
        |c: char| c.is_ascii_digit() || " .,_'’+-eE%()<>~*$€£¥\u{a0}\u{202f}\u{2212}".contains(c);
    // A letter in front is that of a code, such as `E1`.
    !text.starts_with(['e', 'E'])
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(is_part)
}

/// Most characters of a cell in a message.
const SHOWN: usize = 60;

/// Text of a cell for a message: cut where it is long, and on one line.
pub fn shown(cell: &str) -> String {
    let mut shown: String = cell.chars().take(SHOWN).collect();
    if shown.contains(['\n', '\r']) {
        shown = shown.replace('\n', "\\n").replace('\r', "\\r");
    }
    if cell.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
