use crate::categories::Categories;
use crate::error::{Cell, TableError};
use crate::odd::{Gap, OddCells, Unread};
use crate::row::{Label, Row};
use crate::spread::retain;
use crate::time::TimeFormat;
use crate::{missing, unit, written};

/// Least size from which on whole numbers are not all held: 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// One column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Name in the header.
    pub name: String,
    /// Unit of its numbers, where the file says one.
    pub unit: Option<String>,
    /// Number of each row that is held, of a timestamp its seconds; NaN where the cell is missing or holds
    /// neither.
    pub values: Vec<f64>,
    /// Count of its cells, also of rows that are not held.
    pub cells: usize,
    /// Count of the cells without a number or a time that can be told.
    pub(crate) blank: usize,
    /// Count of the cells that are missing: empty, or marked so.
    pub missing: usize,
    /// Texts among them that mark missing numbers without having been named.
    pub gaps: Vec<Gap>,
    /// Texts that would mark missing numbers, and are labels here, for it is a column of such.
    pub labels: Vec<Gap>,
    /// Count of the cells with text.
    pub texts: usize,
    /// The first cell that holds text.
    pub first_text: Option<Cell>,
    /// Count of the cells with a timestamp.
    pub times: usize,
    /// The first cell that holds a timestamp.
    pub first_time: Option<Cell>,
    /// How its timestamps are read.
    pub(crate) time: TimeFormat,
    /// Categories of its cells, where one of them is text.
    pub categories: Option<Categories>,
    /// The first cell that holds an infinity or NaN.
    pub first_not_finite: Option<Cell>,
    /// The first cell with the unit, where it stands behind each number.
    pub(crate) unit_in_cells: Option<Cell>,
    /// The first number that has more digits than are held, and how many there are.
    pub(crate) rounded: Option<(Cell, f64, usize)>,
    /// Numbers of it that are not read.
    pub(crate) unread: Option<Unread>,
    pub(crate) odd: OddCells,
    /// Set where the text of a cell counts though it is a number: beside categories, or where digits
    /// may be a timestamp.
    pub(crate) looks_at_texts: bool,
}

impl Column {
    /// Tells whether most cells that are not missing hold text.
    pub fn is_text(&self) -> bool {
        2 * self.texts > self.cells - self.missing
    }

    /// Tells whether it holds numbers in a notation that is not read: amounts of money, or several
    /// units.
    pub fn is_unread(&self) -> bool {
        self.unread.is_some()
    }

    /// Tells whether most cells that are not missing hold a timestamp.
    pub fn is_time(&self) -> bool {
        2 * self.times > self.cells - self.missing
    }

    /// Tells whether two of its numbers or timestamps differ.
    pub fn varies(&self) -> bool {
        let mut there = self.values.iter().filter(|value| !value.is_nan());
        let first = there.next();
        there.any(|value| Some(value) != first)
    }

    /// Tells whether it holds timestamps, or numbers that count from 1970 on.
    pub fn has_times(&self) -> bool {
        self.is_time() || (self.texts == 0 && self.time.is_count())
    }

    /// Timestamp of a row in seconds, where the column holds such, or numbers that count from 1970
    /// on; NaN where it is missing.
    pub fn seconds(&self, row: usize) -> f64 {
        let value = self.values[row];
        match self.times > 0 || value.is_nan() {
            true => value,
            false => self.time.seconds(&value.to_string()).unwrap_or(f64::NAN),
        }
    }

    /// The categories, if it is a column of text with few of them.
    pub fn few_categories(&self) -> Option<&Categories> {
        let categories = self.categories.as_ref()?;
        (self.is_text() && categories.are_few()).then_some(categories)
    }

    /// Tells whether every cell is missing.
    pub fn is_blank(&self) -> bool {
        self.missing == self.cells
    }

    /// Tells whether texts that mark no missing number elsewhere were read as such here, by how
    /// often they occur.
    pub fn has_recurring_gaps(&self) -> bool {
        self.gaps.iter().any(|gap| !missing::is_known(&gap.text))
    }

    /// Label of a row; `None` where its cell is missing.
    pub fn label(&self, row: usize) -> Option<Label<'_>> {
        let number = Label::of_number(self.values[row]);
        match &self.categories {
            Some(categories) => {
                let number = number.and_then(|label| label.number);
                categories.of(row).and_then(|text| Label::new(text, number))
            }
            None => number,
        }
    }

    /// Adds its cell of the next row.
    #[inline(always)]
    pub(crate) fn take(&mut self, row: &Row<'_>, at: usize) -> Result<(), TableError> {
        let value = match row.finite(at) {
            Some(number) if !self.looks_at_texts => number,
            number => self.other(row, at, number)?,
        };
        if value == 0.0 || value.abs() >= EXACT {
            self.see_digits(row, at, value);
        }
        self.cells += 1;
        self.values.push(value);
        Ok(())
    }

    /// Takes notice of a number that is another than its cell says.
    #[cold]
    #[inline(never)]
    fn see_digits(&mut self, row: &Row<'_>, at: usize, value: f64) {
        let cell = row.cell(at);
        let is_exact = match value == 0.0 {
            true => {
                let mut digits = cell.iter().take_while(|byte| !b"eE".contains(byte));
                !digits.any(|byte| (b'1'..=b'9').contains(byte))
            }
            // With an exponent it is none of single things.
            false => !cell.iter().all(u8::is_ascii_digit) || value.to_string().as_bytes() == cell,
        };
        if self.times > 0 || is_exact {
            return;
        }
        let cell = || Cell {
            line: row.line(),
            text: String::from_utf8_lossy(cell).into_owned(),
        };
        let first = self.rounded.get_or_insert_with(|| (cell(), value, 0));
        first.2 += 1;
    }

    /// Value of a cell that is no ordinary number, or stands in a column with text.
    #[inline(never)]
    fn other(&mut self, row: &Row<'_>, at: usize, number: Option<f64>) -> Result<f64, TableError> {
        let Some(text) = row.stamp(at)? else {
            self.missing += 1;
            self.blank += 1;
            if let Some(categories) = &mut self.categories {
                categories.skip();
            }
            return Ok(f64::NAN);
        };
        let cell = || Cell {
            line: row.line(),
            text: text.into(),
        };
        let is_stamp = self.time.may_be_of_digits() && row.time(at, text).is_some();
        let value = match number.filter(|_| !is_stamp) {
            Some(number) => number,
            None if missing::is_known(text) => {
                self.odd.marker(text, cell);
                self.begin_categories();
                f64::NAN
            }
            None if !is_stamp && row.is_number(text) => {
                self.odd.infinite();
                self.first_not_finite.get_or_insert_with(cell);
                f64::NAN
            }
            None => match row.time(at, text) {
                Some(seconds) => {
                    self.times += 1;
                    self.first_time.get_or_insert_with(cell);
                    seconds
                }
                None => self.text(row, text),
            },
        };
        if let Some(categories) = &mut self.categories {
            categories.push(text);
        }
        self.blank += usize::from(value.is_nan());
        Ok(value)
    }

    /// Value of a cell with text: a number where a unit stands behind it.
    fn text(&mut self, row: &Row<'_>, text: &str) -> f64 {
        self.begin_categories();
        let cell = || Cell {
            line: row.line(),
            text: text.into(),
        };
        if let Some((number, unit)) = unit::split(text.as_bytes())
            && let Some(number) = written::parse(number.as_bytes(), row.dialect())
        {
            self.odd.unit(unit, self.values.len(), cell);
            return number;
        }
        self.texts += 1;
        self.first_text.get_or_insert_with(cell);
        self.odd.text(text, cell);
        f64::NAN
    }

    /// Tells categories apart from here on.
    fn begin_categories(&mut self) {
        let values = &self.values;
        let begin = || Categories::after(values);
        self.categories.get_or_insert_with(begin);
        self.looks_at_texts = true;
    }

    /// Forgets the value of the row that came last.
    pub(crate) fn forget_last(&mut self) {
        self.values.pop();
        if let Some(categories) = &mut self.categories {
            categories.forget_last();
        }
        if self.odd.rows.last() == Some(&(self.values.len() as u32)) {
            self.odd.rows.pop();
        }
    }

    /// Keeps the values of these rows alone.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(usize) -> bool + Copy) {
        retain(&mut self.values, is_kept);
        if let Some(categories) = &mut self.categories {
            categories.keep(is_kept);
        }
        let rows = std::mem::take(&mut self.odd.rows);
        let mut held = rows.iter().copied().peekable();
        let (mut before, mut at) = (0, 0);
        while let Some(&row) = held.peek() {
            if row as usize == at {
                if is_kept(at) {
                    self.odd.rows.push(before);
                }
                held.next();
            }
            before += u32::from(is_kept(at));
            at += 1;
        }
    }
}
