use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;

use crate::dialect::Dialect;
use crate::encoding::Encoding;
use crate::error::{Cell, TableError};
use crate::how_read::{DatesRead, HowRead, Skipped};
use crate::layout::{Layout, vocabulary};
use crate::missing::{self, MissingMarkers};
use crate::names::{drop_unnamed_end, keep_on_a_line, name_all, names};
use crate::notes::Note;
use crate::reader::Reader;
use crate::time::{DateStyle, TimeFormat};
use crate::unit_in_name;

/// Format of a column's cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnFormat {
    /// Unit behind each number.
    pub(crate) unit: Option<UnitInCells>,
    /// Texts that mark missing numbers, beside those that always do.
    pub(crate) gaps: Vec<String>,
}

/// Unit that stands in the cells of a column.
#[derive(Clone, Debug)]
pub(crate) struct UnitInCells {
    pub(crate) unit: String,
    /// The first cell with it.
    pub(crate) first: Cell,
}

/// Properties of all rows of a file.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) path: PathBuf,
    pub(crate) dialect: Dialect,
    /// Names of the columns, no two the same.
    pub(crate) names: Vec<String>,
    /// Position of each name.
    pub(crate) places: HashMap<String, usize>,
    /// Unit of each column, if a row says it.
    pub(crate) units: Vec<Option<String>>,
    pub(crate) markers: MissingMarkers,
    /// Format of the cells of each column, as far as it is known.
    pub(crate) formats: Vec<ColumnFormat>,
    /// How the timestamps of each column are read.
    pub(crate) times: Vec<TimeFormat>,
    /// Place at which the rows begin, in bytes.
    pub(crate) body: u64,
    /// Line at which they begin.
    pub(crate) body_line: u64,
    /// First bytes of rows that may be none.
    pub(crate) unusual: [bool; 256],
    /// Cells of the header and of the lines around it, which may be there again.
    repeated: Vec<Vec<String>>,
    /// Begin of comments, where the file has any in front or an option says so.
    pub(crate) comment: Option<String>,
    /// Tells whether the first column holds numbers or times.
    pub(crate) is_first_of_values: bool,
    /// Notes on the last columns, of which most rows have no cell.
    pub(crate) left_out: Vec<Note>,
    how: HowRead,
    /// Lines that were skipped when the rows were last gone through.
    pub(crate) skipped: Mutex<Skipped>,
    /// Note on the decimal mark.
    note: Option<Note>,
    /// Notes on numbers that may mark missing cells.
    pub(crate) suspects: Vec<Note>,
    /// Notes on the columns that were last gone through.
    pub(crate) notes: Mutex<Vec<Note>>,
}

impl Header {
    /// Takes the names of the columns from the front of a file.
    pub(crate) fn read(
        path: PathBuf,
        dialect: Dialect,
        layout: Layout,
    ) -> Result<Self, TableError> {
        let mut reader = Reader::of_text(path, &layout.clean, dialect);
        let (mut names, line, behind) = match layout.unnamed {
            Some(columns) => (vec![String::new(); columns], None, 0),
            None => match reader.next_row()? {
                false => return Err(TableError::Empty(reader.path)),
                true => (names(&reader)?, Some(reader.line()), reader.offset()),
            },
        };
        let mut repeated = layout.around.clone();
        let mut left_out = Vec::new();
        if line.is_some() {
            repeated.push(names.clone());
            for (name, upper) in names.iter_mut().zip(layout.upper.iter().flatten()) {
                *name = format!("{upper} {name}").trim().into();
            }
            let optional = names.split_off(names.len().saturating_sub(layout.optional));
            left_out = optional
                .iter()
                .map(|name| Note::left_out(name, line))
                .collect();
            names.iter_mut().for_each(keep_on_a_line);
            drop_unnamed_end(&mut names, &mut reader)?;
            if names.is_empty() {
                return Err(TableError::Empty(reader.path));
            }
        }
        let of_names: Vec<_> = names.iter().map(|name| unit_in_name::unit(name)).collect();
        let had = unit_in_name::shorten(&mut names);
        let mut places = name_all(&mut names, &reader.path, line)?;
        for (name, at) in had {
            places.entry(name).or_insert(at);
        }
        repeated.retain(|cells| cells.iter().any(|cell| !cell.is_empty()));
        let body = match layout.unnamed {
            Some(_) => first_row(&layout.clean),
            None => layout.body(behind as usize).min(layout.clean.len()),
        };
        let newlines = memchr::memchr_iter(b'\n', &layout.clean[..body]).count() as u64;
        let (units_line, units) = layout.units.clone().unzip();
        let units = units.unwrap_or_default();
        let unit = |at| {
            units
                .get(at)
                .filter(|unit: &&String| !unit.is_empty())
                .cloned()
                .or_else(|| of_names.get(at).cloned().flatten())
        };
        Ok(Self {
            unusual: unusual(&layout, &repeated, dialect.delimiter),
            units: (0..names.len()).map(unit).collect(),
            markers: MissingMarkers::default(),
            formats: vec![ColumnFormat::default(); names.len()],
            times: vec![TimeFormat::default(); names.len()],
            body: body as u64,
            body_line: 1 + newlines,
            how: HowRead {
                dialect,
                encoding: None,
                header_line: line,
                units_line,
                kinds_lines: layout.kinds,
                title_lines: layout.before as u64,
                comment: layout.comment.clone(),
                skipped: Skipped {
                    comment_lines: layout.comments,
                    ..Skipped::default()
                },
                columns: names.len(),
                notes: Vec::new(),
                dates: Vec::new(),
            },
            dialect,
            path: reader.path,
            places,
            names,
            repeated,
            comment: layout.comment,
            is_first_of_values: layout.is_first_of_values,
            left_out,
            note: None,
            suspects: Vec::new(),
            skipped: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// Takes over the decimal mark, and with it the markers of missing cells.
    pub(crate) fn take_decimal(
        &mut self,
        decimal: u8,
        note: Option<Note>,
        missing: &[String],
    ) -> Result<(), TableError> {
        self.dialect.decimal = decimal;
        self.dialect.check(&self.path)?;
        self.how.dialect = self.dialect;
        self.markers = MissingMarkers::new(missing, self.dialect);
        self.note = note;
        Ok(())
    }

    /// Takes over the encoding of the file.
    pub(crate) fn encoded(mut self, encoding: Option<Encoding>) -> Self {
        self.how.encoding = encoding.map(|encoding| encoding.to_string());
        self
    }

    /// Position of the column with this name.
    pub(crate) fn find(&self, name: &str) -> Result<usize, TableError> {
        let found = self.places.get(name).copied();
        found.ok_or_else(|| TableError::unknown(&self.path, self.line(), name, &self.names))
    }

    /// Line of the units.
    pub(crate) fn units_line(&self) -> u64 {
        self.how.units_line.unwrap_or(self.line())
    }

    /// Line that messages about the names are about.
    pub(crate) fn line(&self) -> u64 {
        self.how.header_line.unwrap_or(self.body_line)
    }

    /// Findings of how the file is read, as far as its rows were gone through.
    pub(crate) fn how_read(&self) -> HowRead {
        let skipped = self
            .skipped
            .lock()
            .map_or_else(|lock| *lock.into_inner(), |lock| *lock);
        let mut how = self.how.clone();
        how.skipped = Skipped {
            comment_lines: how.skipped.comment_lines + skipped.comment_lines,
            ..skipped
        };
        let notes = self.notes.lock();
        how.notes = notes.map_or_else(|lock| lock.into_inner().clone(), |lock| lock.clone());
        how.notes.extend(self.note.clone());
        how.notes.extend(self.suspects.iter().cloned());
        how.notes.extend(self.left_out.iter().cloned());
        how.dates = self.dates();
        how
    }

    /// How the dates of columns are read, where their cells by themselves leave it open.
    fn dates(&self) -> Vec<DatesRead> {
        let columns = self.names.iter().zip(&self.times);
        let shown = columns.filter(|(name, time)| {
            let is_count = matches!(time.style, Some(DateStyle::Count(_)));
            time.with.is_some() || (time.style.is_some() && (!is_count || is_of_time(name)))
        });
        let dates = shown.map(|(name, time)| DatesRead {
            column: name.clone(),
            style: time.style.as_ref().map(ToString::to_string),
            with: time.with.map(|with| self.names[with].clone()),
        });
        dates.collect()
    }

    /// Tells whether a row is a comment.
    pub(crate) fn is_comment(&self, row: &Reader<'_>) -> bool {
        let first = row.cell(0);
        match &self.comment {
            Some(mark) => first.starts_with(mark.as_bytes()) || row.begins_with(mark.as_bytes()),
            None if std::str::from_utf8(first).is_ok_and(missing::is_known) => false,
            None => {
                let may_be = row.len() != self.names.len() || self.is_first_of_values;
                first.starts_with(b"#") && may_be
            }
        }
    }

    /// Tells whether a row is the header once more, a line around it, or a comment.
    pub(crate) fn is_no_row(&self, row: &Reader<'_>) -> bool {
        self.is_repeated(row) || self.is_comment(row)
    }

    /// Tells whether a row is the header once more, or a line around it.
    pub(crate) fn is_repeated(&self, row: &Reader<'_>) -> bool {
        let is_same = |cells: &Vec<String>| {
            let mut cells = cells.iter().enumerate();
            cells.len() == row.len() && cells.all(|(at, cell)| row.cell(at) == cell.as_bytes())
        };
        self.repeated.iter().any(is_same)
    }
}

/// Tells whether a column that counts from 1970 on is called as if it did.
fn is_of_time(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = ["time", "date", "unix", "epoch", "stamp"];
    ["t", "ts"].contains(&&*name) || words.iter().any(|word| name.contains(word))
}

/// Place of the first row.
fn first_row(text: &[u8]) -> usize {
    let is_blank = |&byte: &u8| byte == b'\r' || byte == b'\n';
    text.iter().take_while(|&byte| is_blank(byte)).count()
}

/// First bytes of rows that are looked at twice.
fn unusual(layout: &Layout, repeated: &[Vec<String>], delimiter: u8) -> [bool; 256] {
    let mut unusual = [false; 256];
    // Numbers and times begin with a digit, a sign, a mark or a quote.
    let is_odd = |byte: &u8| byte.is_ascii_graphic() && !b"0123456789+-.,\"".contains(byte);
    let odd = (0..=u8::MAX).filter(|byte| layout.is_first_of_values && is_odd(byte));
    let comment = layout.comment.as_deref();
    let again = repeated.iter().filter_map(|cells| cells.first());
    let firsts = again.map(String::as_str).chain(comment).chain(["#"]);
    // Where files were joined, a header begins with what takes no room.
    let firsts = firsts.chain(["\u{feff}", "\u{a0}", "\u{2009}", "\u{3000}"]);
    // An empty first cell leaves its delimiter for the first byte.
    let firsts = firsts.map(|text| text.bytes().next().unwrap_or(delimiter));
    unusual[usize::from(delimiter)] = layout.is_first_filled;
    unusual[usize::from(b'-')] = layout.is_first_of_values && !layout.has_signs;
    for byte in firsts.chain(odd).chain(vocabulary::sums()) {
        unusual[usize::from(byte)] = true;
    }
    unusual
}
