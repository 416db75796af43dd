//! Finds the decimal mark of a file: from its front, or from all of it where that leaves it open.

use std::io::Read;
use std::iter::repeat;

use crate::decimal_evidence::{is_address, is_of_codes, is_time};
use crate::error::{Cell, Place, TableError};
use crate::files::{self, Files, shown_line};
use crate::header::Header;
use crate::notes::{Note, NoteKind};
use crate::options::ReadOptions;
use crate::part::Part;
use crate::row::Row;
use crate::rows::Rows;
use crate::thousands::Thousands;
use crate::written::{self, Notation};
use crate::{advice, missing, number, unit};

/// Rows that are looked at in any case.
const ROWS: usize = 100;

/// Marks that can stand before a fraction, the usual one first.
const MARKS: [u8; 2] = [b'.', b','];

/// Decimal mark of a file.
pub(crate) struct Found {
    pub(crate) decimal: u8,
    /// Note on one that is by custom alone, or other than that of the first file.
    pub(crate) note: Option<Note>,
    /// The cell that settles it, and its column.
    settled_by: Option<(Cell, usize)>,
}

impl Found {
    fn plain(decimal: u8) -> Self {
        Self {
            decimal,
            note: None,
            settled_by: None,
        }
    }
}

/// The decimal mark of each file: that of all of them, or else its own.
pub(crate) fn find(parts: &[Part], options: &ReadOptions) -> Result<Vec<Found>, TableError> {
    match find_in(parts, options) {
        Ok(found) => {
            let others = (1..parts.len()).map(|_| Found::plain(found.decimal));
            let others: Vec<Found> = others.collect();
            Ok([found].into_iter().chain(others).collect())
        }
        Err(TableError::Dialect { .. }) if parts.len() > 1 => {
            let of = |part| find_in(std::slice::from_ref(part), options).map_err(without_others);
            let mut each = parts.iter().map(of).collect::<Result<Vec<Found>, _>>()?;
            let first = each[0].decimal;
            for (file, found) in each.iter_mut().enumerate() {
                found.tell(&parts[file].header.names, first);
                if let Some(note) = &mut found.note {
                    note.line += files::base(file);
                }
            }
            Ok(each)
        }
        Err(error) => Err(error),
    }
}

/// Refusal of a file that leaves its mark open, which no option settles for all files.
fn without_others(error: TableError) -> TableError {
    match error {
        TableError::Marks { place, cell, .. } => TableError::Dialect {
            path: place.path,
            cause: format!(
                "nothing in the file says what `{cell}` (line {}) is, and the other files have unlike \
                 decimal marks",
                place.line
            ),
            cure:
                "read it alone with `--decimal` or `--thousands`, or write it as one of the others"
                    .into(),
        },
        error => error,
    }
}

impl Found {
    /// Notes that it is other than that of the first file.
    fn tell(&mut self, names: &[String], first: u8) {
        if let Some((cell, column)) = self.settled_by.take()
            && self.decimal != first
        {
            self.note = Some(Note {
                kind: NoteKind::OtherDecimal {
                    decimal: self.decimal.into(),
                    first: first.into(),
                },
                column: names[column].clone(),
                text: cell.text,
                line: cell.line,
                file: None,
                cells: 1,
            });
        }
    }
}

/// The one decimal mark of files.
fn find_in(parts: &[Part], options: &ReadOptions) -> Result<Found, TableError> {
    let header = &parts[0].header;
    let by_thousands = options.thousands.and_then(Thousands::decimal);
    let given = options.decimal.or(by_thousands);
    let column = |name: &String| Marked {
        is_of_codes: is_of_codes(name),
        is_clock: true,
        ..Marked::default()
    };
    let mut survey = Survey {
        columns: header.names.iter().map(column).collect(),
    };
    // A row that cannot be read is said when it is.
    let mut rows = Rows::new(parts, &[], false)?;
    let mut count = 0;
    while let Ok(Some(row)) = rows.next_row() {
        survey.see(&row);
        count += 1;
        let is_enough = count >= ROWS
            && (given.is_some() || survey.is_settled() || {
                let begin = survey
                    .columns
                    .iter()
                    .all(|column| column.first == [None, None]);
                count == ROWS && begin && !has_marks(parts, row.line())?
            });
        if is_enough {
            break;
        }
    }
    if let Some(decimal) = given {
        let note = options
            .decimal
            .and_then(|_| survey.other_mark(header, decimal));
        let plain = Found::plain(decimal);
        return Ok(Found { note, ..plain });
    }
    match survey.decide(header)? {
        Some(found) => Ok(found),
        None => {
            let files = Files::new(parts.iter().map(|part| part.source.path.clone()));
            survey.by_column(header, &files, options)
        }
    }
}

/// Command that writes points in place of commas.
fn points(header: &Header) -> String {
    let path = advice::typed(&header.path);
    format!(" `tr , . < {path} > points.csv`")
}

/// Tells whether there may be a mark from a line of the first file on.
fn has_marks(parts: &[Part], line: u64) -> Result<bool, TableError> {
    for (part, line) in parts
        .iter()
        .zip([Some(line)].into_iter().chain(repeat(None)))
    {
        let header = &part.header;
        if line.is_some_and(|line| line >= files::base(1))
            || has_marks_from(part, line.unwrap_or(header.body_line))?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tells whether there may be a mark from a line of a file on.
fn has_marks_from(Part { source, header, .. }: &Part, line: u64) -> Result<bool, TableError> {
    let other = match header.dialect.delimiter {
        b',' => b'"',
        _ => b',',
    };
    let mut input = source.bytes(header.body)?;
    let mut block = vec![0; 64 * 1024];
    let mut before = line - header.body_line;
    loop {
        let read = match input.read(&mut block) {
            Ok(0) => return Ok(before > 0),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => return Ok(true),
        };
        let mut block = &block[..read];
        while before > 0
            && let Some(end) = memchr::memchr(b'\n', block)
        {
            block = &block[end + 1..];
            before -= 1;
        }
        if before == 0 && memchr::memchr2(b'.', other, block).is_some() {
            return Ok(true);
        }
    }
}

/// Notations of the numbers that were seen.
struct Survey {
    columns: Vec<Marked>,
}

/// Certain meaning of a mark.
#[derive(Clone, Debug, Default)]
struct Sure {
    /// A number in which the mark stands before a fraction.
    decimal: Option<Cell>,
    /// A number in which it stands between thousands.
    grouped: Option<Cell>,
}

/// Numbers of a column, and what their marks are.
#[derive(Clone, Debug, Default)]
struct Marked {
    sure: [Sure; 2],
    /// Numbers, whole or marked.
    numbers: u64,
    /// Texts that are no numbers, nor known to mark missing ones.
    texts: u64,
    /// True once a number has a zero before its other digits, as times of a clock and dates do.
    has_clock: bool,
    /// True while each number could be the time of a clock, such as `12.30`.
    is_clock: bool,
    /// True where its name says that it holds versions or codes, such as `1.100.200`.
    is_of_codes: bool,
    /// The first unit that no one knows.
    unit: Option<String>,
    /// True once there is another, as in `2.5a` and `2.5b`.
    has_other_unit: bool,
    /// The first with each mark.
    first: [Option<Cell>; 2],
    /// True once there is a whole number without a mark.
    has_whole: bool,
    /// The first of such numbers that would have a mark where one parts thousands.
    large: Option<Cell>,
}

impl Marked {
    /// Tells whether the column holds numbers: addresses and notes are no evidence of how numbers
    /// are written.
    fn is_of_numbers(&self) -> bool {
        self.numbers > self.texts && !self.is_of_codes && !self.has_other_unit
    }

    /// Tells whether its numbers may be times of a clock.
    fn may_be_clock(&self) -> bool {
        self.has_clock || self.is_clock
    }

    /// Takes notice of a unit behind a number.
    fn see_unit(&mut self, unit: &str) {
        if unit::is_known(unit) || unit::is_money(unit) {
            return;
        }
        match &self.unit {
            Some(known) => self.has_other_unit |= known != unit,
            None => self.unit = Some(unit.into()),
        }
    }

    fn is_sure(&self) -> bool {
        let is_sure = |sure: &Sure| sure.decimal.is_some() || sure.grouped.is_some();
        self.sure.iter().any(is_sure)
    }
}

impl Survey {
    fn see(&mut self, row: &Row<'_>) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let text = row.cell(at);
            let noted = |number| match written::notation(number)? {
                Notation::Grouped(b'.') if is_address(number) => None,
                notation => Some((number, notation)),
            };
            let mut with_unit = || {
                let (number, unit) = unit::split(text)?;
                let noted = noted(number.as_bytes())?;
                column.see_unit(unit);
                Some(noted)
            };
            let Some((number, notation)) = noted(text).or_else(&mut with_unit) else {
                let is_text = str::from_utf8(text).is_ok_and(|text| !missing::is_known(text));
                column.texts += u64::from(!text.is_empty() && is_text);
                continue;
            };
            column.numbers += 1;
            column.is_clock = column.is_clock && is_time(number);
            let cell = || Cell {
                line: row.line(),
                text: String::from_utf8_lossy(text).into_owned(),
            };
            let sure = &mut column.sure;
            let place = |mark: u8| MARKS.iter().position(|&known| known == mark);
            let decimal = match notation {
                Notation::Whole => {
                    column.has_whole = true;
                    if number.iter().filter(|byte| byte.is_ascii_digit()).count() > 3 {
                        column.large.get_or_insert_with(cell);
                    }
                    None
                }
                Notation::Either(mark) => {
                    if let Some(at) = place(mark) {
                        column.first[at].get_or_insert_with(cell);
                    }
                    None
                }
                Notation::Decimal(mark) => {
                    column.has_clock |= matches!(number, [b'0', b'0'..=b'9', ..]);
                    place(mark)
                }
                Notation::Grouped(mark) => {
                    if let Some(at) = place(mark) {
                        sure[at].grouped.get_or_insert_with(cell);
                    }
                    None
                }
                Notation::Both(group, mark) => {
                    if let Some(at) = place(group) {
                        sure[at].grouped.get_or_insert_with(cell);
                    }
                    place(mark)
                }
            };
            if let Some(at) = decimal {
                sure[at].decimal.get_or_insert_with(cell);
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.of_numbers().any(Marked::is_sure)
    }

    /// Columns of numbers; with times of a clock or dates among them only where no other has a
    /// mark.
    fn of_numbers(&self) -> impl Iterator<Item = &Marked> {
        let has_mark = |column: &Marked| column.first != [None, None] || column.is_sure();
        let numbers = || self.columns.iter().filter(|column| column.is_of_numbers());
        let are_others = numbers().any(|column| !column.may_be_clock() && has_mark(column));
        numbers().filter(move |column| !(are_others && column.may_be_clock()))
    }

    /// The first number of the file that settles a mark.
    fn first(&self, at: usize, cell: impl Fn(&Sure) -> &Option<Cell>) -> Option<&Cell> {
        let cells = self
            .of_numbers()
            .filter_map(|column| cell(&column.sure[at]).as_ref());
        cells.min_by_key(|cell| cell.line)
    }

    /// A mark, and the cell that settles it.
    fn settled(&self, decimal: u8, by: Option<&Cell>) -> Found {
        let has = |column: &Marked| {
            let cells = column
                .sure
                .iter()
                .flat_map(|sure| [&sure.decimal, &sure.grouped]);
            cells.flatten().any(|cell| Some(cell) == by)
        };
        let column = self.columns.iter().position(has);
        Found {
            settled_by: by.cloned().zip(column),
            ..Found::plain(decimal)
        }
    }

    /// Tells whether no column has both marks before fractions.
    fn are_apart(&self) -> bool {
        let has = |column: &Marked, at: usize| {
            column.sure[at].decimal.is_some() || column.first[at].is_some()
        };
        !self
            .columns
            .iter()
            .any(|column| has(column, 0) && has(column, 1))
    }

    /// Refuses a mark that would part thousands in one number of a column, and in none of its others.
    fn check_thousands(&self, header: &Header, at: usize, by: &Cell) -> Result<(), TableError> {
        let named = self.columns.iter().zip(&header.names);
        for (column, name) in named.filter(|(column, _)| column.is_of_numbers()) {
            let (Some(marked), Some(large)) = (&column.first[at], &column.large) else {
                continue;
            };
            // Another file can be of another hand.
            if Files::file_of(marked.line) != Files::file_of(large.line) {
                continue;
            }
            let mark = char::from(MARKS[at]);
            return Err(TableError::Dialect {
                path: header.path.clone(),
                cause: format!(
                    "`{}` (line {}, column `{name}`) has a mark where `{}` (line {}) has none, so that \
                     it may be before a fraction, as the other one is in `{}` (line {})",
                    marked.text,
                    shown_line(marked.line),
                    large.text,
                    shown_line(large.line),
                    by.text,
                    shown_line(by.line)
                ),
                cure: format!(
                    "give `--thousands {mark}` where it parts thousands, or else write one mark in all \
                     columns"
                ),
            });
        }
        Ok(())
    }

    /// Note on a column of numbers whose fractions have another mark than an option says.
    fn other_mark(&self, header: &Header, decimal: u8) -> Option<Note> {
        let at = usize::from(decimal == MARKS[0]);
        let named = self.columns.iter().zip(&header.names);
        let mut others =
            named.filter(|(column, _)| column.is_of_numbers() && !column.may_be_clock());
        others.find_map(|(column, name)| {
            let cell = column.sure[at].decimal.clone()?;
            let of_option = column.sure[1 - at].decimal.is_none();
            of_option.then(|| Note {
                kind: NoteKind::OtherMark {
                    command: match header.dialect.delimiter {
                        b',' => String::new(),
                        _ => format!(", such as by{}", points(header)),
                    },
                },
                column: name.clone(),
                text: cell.text,
                line: cell.line,
                file: None,
                cells: 1,
            })
        })
    }

    /// The mark that is sure.
    fn decide(&self, header: &Header) -> Result<Option<Found>, TableError> {
        let [point, comma] = [0, 1].map(|at| Sure {
            decimal: self.first(at, |sure| &sure.decimal).cloned(),
            grouped: self.first(at, |sure| &sure.grouped).cloned(),
        });
        let refuse = |cause: String| TableError::Dialect {
            path: header.path.clone(),
            cause,
            cure: "say which it is with `--decimal ,` or `--decimal .`".into(),
        };
        let both = |(one, is): (&Cell, &str), (other, has): (&Cell, &str)| {
            refuse(format!(
                "`{}` (line {}) has {is} and `{}` (line {}) {has}",
                one.text,
                shown_line(one.line),
                other.text,
                shown_line(other.line)
            ))
        };
        match (&point.decimal, &comma.decimal) {
            (Some(point), Some(comma)) => {
                if self.are_apart() && header.dialect.delimiter != b',' {
                    return Err(TableError::Dialect {
                        path: header.path.clone(),
                        cause: format!(
                            "`{}` (line {}) has a decimal comma and `{}` (line {}) of another column a \
                             decimal point, and no option reads both",
                            comma.text,
                            shown_line(comma.line),
                            point.text,
                            shown_line(point.line)
                        ),
                        cure: format!("write points in all, such as by{}", points(header)),
                    });
                }
                let (comma, point) = ((comma, "a decimal comma"), (point, "a decimal point"));
                return Err(both(comma, point));
            }
            (Some(decimal), None) => match &point.grouped {
                Some(grouped) => {
                    let grouped = (grouped, "points between thousands");
                    return Err(both(grouped, (decimal, "a decimal point")));
                }
                None => {
                    self.check_thousands(header, 1, decimal)?;
                    return Ok(Some(self.settled(b'.', Some(decimal))));
                }
            },
            (None, Some(decimal)) => match &comma.grouped {
                Some(grouped) => {
                    let grouped = (grouped, "commas between thousands");
                    return Err(both(grouped, (decimal, "a decimal comma")));
                }
                None => {
                    self.check_thousands(header, 0, decimal)?;
                    return Ok(Some(self.settled(b',', Some(decimal))));
                }
            },
            (None, None) => {}
        }
        match (&point.grouped, &comma.grouped) {
            (Some(point), Some(comma)) => {
                let comma = (comma, "commas between thousands");
                Err(both(comma, (point, "points")))
            }
            (by @ Some(_), None) => Ok(Some(self.settled(b',', by.as_ref()))),
            (None, by @ Some(_)) => Ok(Some(self.settled(b'.', by.as_ref()))),
            (None, None) => Ok(None),
        }
    }

    /// The mark where every one stands before three digits.
    fn by_column(
        &self,
        header: &Header,
        files: &Files,
        options: &ReadOptions,
    ) -> Result<Found, TableError> {
        let other_thousands = options.thousands.is_some();
        let (mut found, mut note) = (None, None);
        let named = self.columns.iter().zip(&header.names);
        for (column, name) in named.filter(|(column, _)| column.is_of_numbers()) {
            for (at, cell) in column.first.iter().enumerate() {
                let Some(cell) = cell else { continue };
                // As many digits in every number is how programs write fractions, by a point
                // unless they write lists with semicolons. A number without a mark is no evidence:
                // below 1000 it needs none, and above it can be of another hand.
                let is_usual = at == 0 && header.dialect.delimiter != b';' && !column.has_whole;
                let is_clear = is_usual || other_thousands;
                if !is_clear || found.is_some_and(|found| found != MARKS[at]) {
                    return Err(TableError::Marks {
                        place: Place {
                            column: Some(name.clone()),
                            ..files.place(cell.line)
                        },
                        cell: cell.text.clone(),
                        mark: char::from(MARKS[at]),
                    });
                }
                found = Some(MARKS[at]);
                let number = number::parse(cell.text.as_bytes(), MARKS[at]);
                let kind = number.map(|number| NoteKind::ThreeDecimals { number });
                note = note.or(kind.filter(|_| !other_thousands).map(|kind| Note {
                    kind,
                    column: name.clone(),
                    text: cell.text.clone(),
                    line: cell.line,
                    file: None,
                    cells: 1,
                }));
            }
        }
        Ok(Found {
            note,
            ..Found::plain(found.unwrap_or(b'.'))
        })
    }
}
