use std::path::{Path, PathBuf};

use crate::advice;
pub use crate::advice::{marker, shown};
pub use crate::place::{Cell, Place};
use crate::time::{self, DateStyle};

/// Fault of a table: its place, the cause and a cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file cannot be read.
    #[error("{}: {source}; {}", path.display(), advice::cure(source))]
    Open {
        /// File, as messages call it.
        path: PathBuf,
        /// Fault of the system.
        source: std::io::Error,
    },
    /// A temporary file cannot be written or read.
    #[error(
        "{what}: the temporary file in {}: {source}; free space there, or choose another folder \
         with `--temp-dir DIR`",
        folder.display()
    )]
    Temporary {
        /// Contents of it, in words.
        what: String,
        /// Folder that it is in.
        folder: PathBuf,
        /// Fault of the system.
        source: std::io::Error,
    },
    /// A temporary file would be larger than it may be.
    #[error(
        "{what}: more than the {} MB that a temporary file in {} may take; choose another folder \
         with `--temp-dir DIR`, give it more with `--temp-at-most MB`, or take fewer rows, such as \
         by `head -n 1000000`",
        most >> 20,
        folder.display()
    )]
    TooMuch {
        /// Contents of it, in words.
        what: String,
        /// Folder that it is in.
        folder: PathBuf,
        /// Most bytes.
        most: u64,
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
    /// A file has other columns or units than the first of several.
    #[error("{place}: {cause}; {cure}")]
    Columns {
        /// Header of the file.
        place: Place,
        /// Difference to the first one.
        cause: String,
        /// Change that makes them alike.
        cure: &'static str,
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
        "{place}: {got} columns where the header has {expected}; {}{}",
        match missing {
            Some(column) => format!("`{column}` and what follows is not there"),
            None => advice::too_many(*expected, *got, *delimiter),
        },
        match text {
            Some(text) => format!(
                "; where it is no row, skip such with `--comment {}`",
                advice::beginning(text, None)
            ),
            None => String::new(),
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
        /// Text that it begins with, where rows begin with numbers or times.
        text: Option<Box<str>>,
    },
    /// A cell is not UTF-8 text.
    #[error(
        "{place}, column {column}: not UTF-8 text; save the file as UTF-8, such as by `iconv -f \
         WINDOWS-1252 -t UTF-8 {} > utf8.csv`",
        advice::typed(&place.path)
    )]
    Encoding {
        /// Row.
        place: Place,
        /// Position of the column, from 1 on.
        column: usize,
    },
    /// The text is in an encoding that is not read.
    #[error(
        "{place}: the text is in an encoding that is not read, for as Windows-1252 it has words such \
         as `{}`; convert it from the one that it was written in, such as by `iconv -f {encoding} -t \
         UTF-8 {} > utf8.csv`",
        shown(word),
        advice::typed(&place.path)
    )]
    OtherEncoding {
        /// Line.
        place: Place,
        /// Word, read as Windows-1252.
        word: String,
        /// Name of the encoding that it may be in.
        encoding: &'static str,
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
         skip all that begin so with `--comment {}`",
        shown(cell),
        advice::beginning(cell, *delimiter)
    )]
    Footer {
        /// First cell of the row.
        place: Place,
        /// Its text.
        cell: String,
        /// Byte behind the cell, where the row begins with it.
        delimiter: Option<u8>,
    },
    /// A row is a comment, in a way that is not skipped.
    #[error(
        "{place}: `{}` is a number behind `{mark}`, as in a row that is a comment; skip such lines \
         with `--comment {}`, or correct it",
        shown(cell),
        advice::quote(mark)
    )]
    Commented {
        /// First cell of the row.
        place: Place,
        /// Its text.
        cell: String,
        /// Text in front of the number.
        mark: Box<str>,
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
    /// A quoted cell goes over several lines, and text stands behind its end.
    #[error(
        "{place}: a quote that is opened here is closed lines below, with text behind it; take the \
         quote out, or write it twice where it belongs to a cell"
    )]
    Quote {
        /// First line of the row.
        place: Place,
    },
    /// A quoted cell has no end.
    #[error(
        "{place}: a quote that is opened in this row is never closed, so that all that follows is \
         one cell; close it, or take it out"
    )]
    OpenQuote {
        /// First line of the row.
        place: Place,
    },
    /// There are blank lines without an end.
    #[error(
        "{place}: more than {most} blank lines; the table ends above them, or the file is damaged: \
         take them out"
    )]
    Blank {
        /// Last line that was read.
        place: Place,
        /// Most blank lines in a row.
        most: u32,
    },
    /// A file is given more than once, or one with the same bytes.
    #[error(
        "{} holds the same rows as {}, which would count twice; give one of them once",
        path.display(),
        first.display()
    )]
    Twice {
        /// File, as it is given.
        path: PathBuf,
        /// The one that is given before.
        first: PathBuf,
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
        advice::decimals(cell, *mark)
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
    #[error("{place}: `{}` is not a number {advice}", shown(cell))]
    Notation {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// The file's notation, and the option by which the cell is read.
        advice: String,
    },
    /// The cells of a column have several units, or only some have one.
    #[error("{place}: {}", advice::units(cell, unit.as_deref(), first.as_deref()))]
    Units {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// Its unit.
        unit: Option<String>,
        /// The column's first cell, and its unit; `None` where others have none.
        first: Option<Box<(Cell, String)>>,
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
        "{place}: `{}` is no date or time that can be told for sure; {cure}",
        shown(cell)
    )]
    Time {
        /// Cell.
        place: Place,
        /// Its text.
        cell: String,
        /// Option that decides, or how to write it.
        cure: String,
    },
    /// No column has this name.
    #[error("{place}: there is no column `{name}`; {}", advice::hint(name, names))]
    Unknown {
        /// Header line.
        place: Place,
        /// Name that was looked for.
        name: String,
        /// Names of the columns.
        names: Vec<String>,
    },
    /// A cell of a column of numbers is none.
    #[error("{place}: {}", advice::texts(cell, others, *more))]
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
    /// A row among numbers holds texts alone, as the header of another table does.
    #[error(
        "{place}: `{}` is not a number, nor is anything else in this line, as where another table \
         begins; give each table a file of its own, or take the line out",
        shown(cell)
    )]
    OtherTable {
        /// Cell, or the row.
        place: Place,
        /// Its text, or that of the first cell.
        cell: String,
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
    /// A cell is no timestamp as its column is read, or could be several.
    pub(crate) fn time(place: Place, cell: &str, style: Option<&DateStyle>) -> Self {
        let patterns = time::patterns(cell);
        let cure = match (&patterns[..], style) {
            (_, Some(style @ (DateStyle::Order(_) | DateStyle::Pattern(_)))) => format!(
                "the dates of this column are read as {style}; write it so, or say how all are \
                 written with `--date-format`"
            ),
            ([others @ .., last], _) => {
                let others: Vec<String> = { others.iter() }
                    .map(|one| format!("`--date-format {one}`"))
                    .collect();
                format!(
                    "say how dates are written with {} or `--date-format {last}`, or write it as \
                     2004-03-10 18:00:00",
                    others.join(", ")
                )
            }
            _ => "write it as 2004-03-10 18:00:00".into(),
        };
        let cell = cell.into();
        Self::Time { place, cell, cure }
    }

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
