//! Tables of sensor readings in CSV files: how a file is written, what kind each column is, and
//! its rows as numbers.
//!
//! [`CsvFile::open`] looks at the front of a file, [`CsvFile::table`] holds columns, and
//! [`CsvFile::rows`] goes through any number of rows in constant memory. Every row goes one way:
//! it is split into cells, plain or quoted, and the numbers that are wanted of it are read on the
//! way.

mod advice;
mod blanks;
mod categories;
mod cells;
mod column;
mod decimal;
mod decimal_evidence;
mod detect;
mod dialect;
mod encoding;
mod ends;
mod error;
mod files;
mod fuzz;
mod header;
mod how_read;
mod layout;
mod line_numbers;
mod memory;
mod missing;
mod names;
mod notes;
mod number;
mod odd;
mod open;
mod options;
mod part;
mod piece_end;
mod pieces;
mod place;
mod reader;
mod refuse;
mod row;
mod rows;
mod same;
mod scan;
mod settle;
mod source;
mod spread;
pub mod suggest;
mod suspects;
mod table;
mod temporary;
mod thousands;
mod time;
mod unit;
mod unit_in_name;
mod utf16;
mod western;
mod windows1252;
mod written;

pub use advice::quote as shell_word;
pub use categories::{Categories, MOST_CATEGORIES};
pub use column::Column;
pub use dialect::Dialect;
pub use error::{Cell, Place, TableError, marker, shown};
pub use files::{Files, shown_line};
pub use fuzz::fuzz;
pub use how_read::{DatesRead, HowRead, Skipped};
pub use line_numbers::LineNumbers;
pub use notes::{Note, NoteKind};
pub use odd::Gap;
pub use open::CsvFile;
pub use options::{ColumnDates, ReadOptions};
pub use piece_end::PieceEnd;
pub use pieces::{Piece, PiecesTaken};
pub use row::{Label, Row};
pub use rows::Rows;
pub use same::is_same;
pub use suspects::has_apart;
pub use table::{HEAD_ROWS, Table};
pub use temporary::{TempFile, TempOptions};
pub use thousands::Thousands;
pub use time::{DateStyle, TimePart, timestamp};
