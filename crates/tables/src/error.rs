use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::suggest::{nearest, quoted};

/// Place in a file that a message is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// File, as messages call it.
    pub path: PathBuf,
    /// Line, from 1 on.
    pub line: u64,
    /// Name of the column.
    pub column: Option<String>,
}

impl Place {
    /// A whole line.
    pub(crate) fn line(path: &Path, line: u64) -> Self {
        Self {
            path: path.into(),
            line,
            column: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.path.display(), self.line)?;
        match &self.column {
            Some(column) => write!(f, ", column `{column}`"),
            None => Ok(()),
        }
    }
}

/// One cell, as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The line on which its row starts.
    pub line: u64,
    /// Its text.
    pub text: String,
}

/// Fault of a table: its place, the cause and a cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file cannot be read.
    #[error("{}: {source}; {}", path.display(), cure(source))]
    Open {
        /// File, as messages call it.
        path: PathBuf,
        /// Fault of the system.
        source: std::io::Error,
    },
    /// The file has not even a header.
    #[error("{} is empty; it needs a header line and rows of numbers", .0.display())]
    Empty(PathBuf),
    /// The file has a header and nothing behind it.
    #[error("{} has a header but no rows", .0.display())]
    NoRows(PathBuf),
    /// Two columns have one name.
    #[error("{place}: columns {first} and {second} are both called `{name}`; rename one")]
    Duplicate {
        /// Header line.
        place: Place,
        /// Name of both.
        name: String,
        /// Position of the one, from 1 on.
        first: usize,
        /// Position of the other, from 1 on.
        second: usize,
    },
    /// A column's name is too long for one.
    #[error(
        "{place}: the name of column {column} has {length} characters, `{name}`; a name has at \
         most {most}: a quote may be missing, or the header be in another line: say where with \
         `--header-line N`"
    )]
    LongName {
        /// Header line.
        place: Place,
        /// Position of the column, from 1 on.
        column: usize,
        /// Begin of its name.
        name: String,
        /// Characters of the name.
        length: usize,
        /// Most characters of a name.
        most: usize,
    },
    /// A row has more or fewer cells than the header.
    #[error(
        "{place}: {got} columns where the header has {expected}; {}",
        match missing {
            Some(column) => format!("`{column}` and what follows is not there"),
            None => too_many(*expected, *got, *delimiter),
        }
    )]
    Ragged {
        /// Row.
        place: Place,
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        got: usize,
        /// First column that has no cell in the row.
        missing: Option<String>,
        /// Byte between cells.
        delimiter: u8,
    },
    /// A cell is not UTF-8 text.
    #[error("{place}, column {column}: not UTF-8 text; save the file as UTF-8")]
    Encoding {
        /// Row.
        place: Place,
        /// Position of the column, from 1 on.
        column: usize,
    },
    /// The front of the file leaves open how it is written.
    #[error("{}: {cause}; {cure}", path.display())]
    Dialect {
        /// File, as messages call it.
        path: PathBuf,
        /// Readings between which nothing decides.
        cause: String,
        /// Option that decides.
        cure: String,
    },
    /// The front of the file leaves open where the table begins, or it does not where it should.
    #[error("{}: {cause}; {cure}", path.display())]
    Layout {
        /// File, as messages call it.
        path: PathBuf,
        /// Readings between which nothing decides.
        cause: String,
        /// Option that decides.
        cure: String,
    },
    /// A row looks like the end of the table, and others follow.
    #[error(
        "{place}: `{}` looks like the end of the table, and rows follow it; take the line out, or \
         skip all that begin so with `--comment '{}'`",
        shown(cell),
        shown(cell)
    )]
    Footer {
        /// First cell of the row.
        place: Place,
        /// Its text.
        cell: String,
    },
    /// A line is too long for a row.
    #[error(
        "{place}: the line is longer than {} MB; a table has a row in each line, so this is no \
         table, a quote is never closed, or the ends of its lines were lost",
        most >> 20
    )]
    LongLine {
        /// Line.
        place: Place,
        /// Most bytes of a line.
        most: usize,
    },
    /// A row has too many cells.
    #[error("{place}: more than {most} cells; a table has at most as many columns")]
    TooWide {
        /// Row.
        place: Place,
        /// Most cells.
        most: usize,
    },
    /// The file has bytes that no text has.
    #[error("{place}: {cause}")]
    Binary {
        /// Line.
        place: Place,
        /// Cause and cure.
        cause: &'static str,
    },
    /// A mark stands before a fraction or between thousands, and nothing in the file says which.
    #[error(
        "{place}: `{}` can be {} or {}, and nothing in the file says which; give `--thousands \
         {mark}` where the mark parts thousands, `--decimal {mark}` where it stands before a \
         fraction",
        shown(cell),
        cell.replace(*mark, ""),
        decimals(cell, *mark)
    )]
    Marks {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// The mark.
        mark: char,
    },
    /// A cell is a number in another notation than the file's.
    #[error(
        "{place}: `{}` is not a number where {is}; correct it, or give `{cure}`",
        shown(cell)
    )]
    Notation {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// The file's notation, in words.
        is: String,
        /// Option by which the cell is read.
        cure: String,
    },
    /// The cells of a column have several units, or only some have one.
    #[error("{place}: {}", units(cell, unit.as_deref(), first.as_ref()))]
    Units {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// Its unit.
        unit: Option<String>,
        /// The column's first cell, and its unit; `None` where others have none.
        first: Option<(Cell, String)>,
    },
    /// A cell is an amount of money.
    #[error(
        "{place}: `{}` is an amount of money, and no currency is read; take `{currency}` out of \
         the column's cells, or use other columns",
        shown(cell)
    )]
    Money {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// Sign or name of the currency.
        currency: &'static str,
    },
    /// A cell of a column of timestamps is none, or could be several.
    #[error(
        "{place}: `{}` is no date or time that can be told for sure; write it as 2004-03-10 \
         18:00:00",
        shown(cell)
    )]
    Time {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
    },
    /// No column has this name.
    #[error("{place}: there is no column `{name}`; {}", hint(name, names))]
    Unknown {
        /// Header line.
        place: Place,
        /// Name that was looked for.
        name: String,
        /// Names of the columns.
        names: Vec<String>,
    },
    /// A cell of a column of numbers is none.
    #[error("{place}: {}", texts(cell, others, *more))]
    Text {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// First cells of other texts in the column.
        others: Vec<Cell>,
        /// Count of the cells with still others.
        more: usize,
    },
    /// A cell holds an infinity or NaN.
    #[error(
        "{place}: `{}` is not a finite number of the fit's precision; correct it{}",
        shown(cell),
        match marker([cell.as_str()].into_iter()) {
            Some(option) => format!(", or mark it as missing with `{option}`"),
            None => String::new(),
        }
    )]
    NotFinite {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
    },
}

impl TableError {
    /// No column of a file has this name.
    pub(crate) fn unknown(path: &Path, line: u64, name: &str, names: &[String]) -> Self {
        Self::Unknown {
            place: Place {
                path: path.into(),
                line,
                column: None,
            },
            name: name.into(),
            names: names.into(),
        }
    }
}

fn cure(error: &std::io::Error) -> &'static str {
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

fn hint(name: &str, names: &[String]) -> String {
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

/// A number by its decimal mark, in the shortest form.
fn decimals(cell: &str, mark: char) -> String {
    let number = cell.replace(mark, ".").parse::<f64>();
    number.map_or_else(|_| cell.replace(mark, "."), |number| number.to_string())
}

/// Advice on a row with more cells than the header.
fn too_many(expected: usize, got: usize, delimiter: u8) -> String {
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

fn units(cell: &str, unit: Option<&str>, first: Option<&(Cell, String)>) -> String {
    let is = match unit {
        Some(unit) => format!("`{}` is in `{unit}`", shown(cell)),
        None => format!("`{}` has no unit", shown(cell)),
    };
    let beside = match first {
        Some((first, unit)) => {
            format!("`{}` (line {}) in `{unit}`", shown(&first.text), first.line)
        }
        None => "other cells of the column have no unit".into(),
    };
    format!("{is}, and {beside}; write the column in one unit, or use other columns")
}

fn texts(cell: &str, others: &[Cell], more: usize) -> String {
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
            .map(|cell| format!("`{}` (line {})", shown(&cell.text), cell.line));
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
        let is_plain = |c: char| c.is_alphanumeric() || "-_./+:%@".contains(c);
        let quoted = match text.chars().all(is_plain) {
            true => text.into(),
            false => format!("'{}'", text.replace('\'', "'\\''")),
        };
        (is_short && !is_number_like(text)).then(|| format!("--missing-value={quoted}"))
    };
    let options: Option<Vec<String>> = texts.map(option).collect();
    Some(options?.join(" "))
}

/// Tells whether a text is made of digits, and of what stands among digits.
fn is_number_like(text: &str) -> bool {
    let is_part =
        |c: char| c.is_ascii_digit() || " .,'’+-eE%()<>~*$€£¥\u{a0}\u{202f}\u{2212}".contains(c);
    text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(is_part)
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
