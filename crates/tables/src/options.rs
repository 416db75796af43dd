use crate::temporary::TempOptions;
use crate::thousands::Thousands;
use crate::time::DateStyle;

/// Choices of how a file is read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Markers of missing cells, beside empty ones.
    pub missing: Vec<String>,
    /// Byte between cells; found out where it is not given.
    pub delimiter: Option<u8>,
    /// Byte in front of a fraction; found out where it is not given.
    pub decimal: Option<u8>,
    /// Line with the names of the columns, from 1 on; found out where it is not given.
    pub header_line: Option<u64>,
    /// Begin of lines that are no rows; `#` where the file begins with it.
    pub comment: Option<String>,
    /// Takes the first row for data: no line has names.
    pub no_header: bool,
    /// The only separator of thousands; where it is not given, each that is no decimal mark.
    pub thousands: Option<Thousands>,
    /// How dates are written, where their column leaves it open.
    pub date_format: Option<DateStyle>,
    /// The only columns of timestamps, and how each was read when a model learned from it; found out
    /// where it is not given.
    pub dates: Option<Vec<ColumnDates>>,
    /// Threads that read at the same time; as many as the machine has processors where it is not
    /// given.
    pub threads: Option<usize>,
    /// Where input that can be read only once is put aside.
    pub temporary: TempOptions,
}

/// How the timestamps of a column are read.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDates {
    /// Name of the column.
    pub column: String,
    /// How its dates are written; `None` where the column does not leave it open.
    pub style: Option<DateStyle>,
    /// Name of the column with the time of day; `None` where the column has it itself, or none.
    pub with: Option<String>,
}
