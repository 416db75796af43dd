//! Where in a file the table begins: lines in front of its header, units below it, or no header.

mod first_row;
mod foreign;
mod front;
mod header_row;
pub(crate) mod vocabulary;

use std::ops::Range;
use std::path::Path;

use crate::dialect::DELIMITERS;
use crate::error::TableError;
use crate::layout::first_row::FirstRow;
use crate::layout::front::{Front, FrontRow, ROWS, usual_width};
use crate::layout::header_row::{
    below_another, either, header_among, header_behind, header_of_first, logger_header,
    no_such_line, units_below,
};
use crate::layout::vocabulary::{is_kind, is_unit};

/// Choices of where a table begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) delimiter: Option<u8>,
    pub(crate) header_line: Option<u64>,
    pub(crate) no_header: bool,
    pub(crate) comment: Option<&'a str>,
}

/// Front of a file, of which it is known where the table begins.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The front, in which every line is blank that is neither the header nor a row.
    pub(crate) clean: Vec<u8>,
    /// Delimiter that the finding rests on; `None` where the header is the first row anyway.
    pub(crate) delimiter: Option<u8>,
    /// Count of the columns, where no row holds their names.
    pub(crate) unnamed: Option<usize>,
    /// Bytes of lines between the header and the rows.
    between: Option<Range<usize>>,
    /// Line of the units, and the unit of each column.
    pub(crate) units: Option<(u64, Vec<String>)>,
    /// Lines of other words between the header and the rows, such as `Avg` and `Smp`.
    pub(crate) kinds: Vec<u64>,
    /// Names in the line above, which those of the header go on.
    pub(crate) upper: Option<Vec<String>>,
    /// Count of the last columns that only some rows have.
    pub(crate) optional: usize,
    /// Cells of the rows in front of the header, and of those between it and the rows.
    pub(crate) around: Vec<Vec<String>>,
    /// Count of the rows in front of the header, comments not among them.
    pub(crate) before: usize,
    /// Tells whether the cells of the first column are mostly numbers or times.
    pub(crate) is_first_of_values: bool,
    /// Tells whether no first row lacks its first cell.
    pub(crate) is_first_filled: bool,
    /// Tells whether the first cell of a first row begins with a minus sign.
    pub(crate) has_signs: bool,
    /// Set where an option says which line has the names: what stands between it and the first row
    /// of numbers is no row.
    is_asked: bool,
    /// Begin of lines that are no rows.
    pub(crate) comment: Option<String>,
    /// Count of such lines in front of the header.
    pub(crate) comments: u64,
}

impl Layout {
    /// Finds where the table begins in a file that begins with `head`, whose last line may be cut
    /// off.
    ///
    /// # Errors
    ///
    /// It could begin at several places, or not where it is said to.
    pub(crate) fn find(
        path: &Path,
        head: &[u8],
        is_cut: bool,
        asked: &Asked<'_>,
    ) -> Result<Self, TableError> {
        let mut layout = Self {
            clean: head.to_vec(),
            delimiter: None,
            unnamed: None,
            between: None,
            units: None,
            kinds: Vec::new(),
            upper: None,
            optional: 0,
            around: Vec::new(),
            before: 0,
            is_first_of_values: false,
            is_first_filled: false,
            has_signs: false,
            is_asked: false,
            comment: asked.comment.map(String::from),
            comments: 0,
        };
        let said = layout.take_separator_line();
        let last_comment = layout.take_comments();
        let given = asked.delimiter.or(said);
        let delimiter = match given {
            Some(delimiter) => delimiter,
            None => best_delimiter(path, &layout.clean, is_cut)?.unwrap_or(b','),
        };
        layout.delimiter = said;
        let rows = ROWS.max(asked.header_line.map_or(0, |line| line as usize + 10));
        let front = Front::read(path, &layout.clean, delimiter, rows, is_cut);
        if let Some(refusal) = foreign::refusal(path, &front, delimiter) {
            return Err(refusal);
        }
        layout.is_first_of_values = front.values.first().is_some_and(|&of_values| of_values);
        let is_row = |row: &&FrontRow| front.fits(row) && front.has_value(row);
        let mut rows = { front.rows.iter() }.filter(is_row);
        layout.is_first_filled = rows.clone().all(|row| !row.cells[0].is_empty());
        layout.has_signs = rows.any(|row| {
            let first = &row.cells[0];
            first.starts_with('-') && !first.starts_with("--")
        });
        if let Some(line) = asked.header_line {
            let at = front.rows.iter().position(|row| row.line == line);
            let Some(at) = at else {
                return Err(no_such_line(path, line));
            };
            layout.is_asked = true;
            layout.take_header(&front, at, None, delimiter);
            return Ok(layout);
        }
        if asked.no_header {
            let first = front
                .rows
                .iter()
                .position(|row| front.fits(row) && !row.is_blank());
            layout.take_data(&front, first.unwrap_or_default(), delimiter);
            return Ok(layout);
        }
        let Some(first) = front
            .rows
            .iter()
            .position(|row| front.fits(row) && !row.is_blank())
        else {
            return Ok(layout);
        };
        if let Some(at) = logger_header(&front) {
            let names = &front.rows[at].cells;
            if names.last().is_some_and(|name| name == "Comment") {
                layout.optional = names.len().saturating_sub(front.width_behind(at));
            }
            layout.take_header(&front, at, None, delimiter);
            return Ok(layout);
        }
        if let Some(at) = header_of_first(&front) {
            layout.optional = front.rows[at].cells.len() - front.width;
            let below = at + 1 + usize::from(!front.is_numbers(&front.rows[at + 1]));
            layout.take_header(&front, at, Some(below), delimiter);
            return Ok(layout);
        }
        let data = (first..front.rows.len()).find(|&at| front.is_of_data(&front.rows[at]));
        let is_behind_others = front.rows[..first].iter().any(|row| !row.is_blank());
        match data {
            // Shorter or longer rows in front of rows without names: the reader says where.
            Some(data) if data == first && is_behind_others => {}
            Some(data) if data == first && front.is_above_names(first) => {
                layout.take_header(&front, first + 1, None, delimiter);
            }
            Some(data) if data == first => {
                if let Some(bytes) = last_comment
                    && layout.take_commented_header(path, head, bytes, &front, delimiter)
                {
                    return Ok(layout);
                }
                match first_row::look(&front, &front.rows[first]) {
                    FirstRow::Names if first == 0 => {}
                    FirstRow::Names => layout.take_header(&front, first, Some(first), delimiter),
                    FirstRow::Data => layout.take_data(&front, first, delimiter),
                    FirstRow::Either => {
                        return Err(either(path, front.rows[first].line));
                    }
                }
            }
            Some(data) => {
                let below = below_another(&front, first, data);
                layout.upper = below.map(|_| front.rows[first].cells.clone());
                let names = match below {
                    None => header_among(path, &front, first, data)?,
                    below => below,
                };
                let names = names.map(|header| front.above_units(header, first));
                let names = names.or_else(|| units_below(&front, first, data));
                let found = match names.map(|header| (header, data)) {
                    None => header_behind(path, &front, (first, data))?,
                    found => found,
                };
                if let Some((header, data)) = found {
                    layout.take_header(&front, header, Some(data), delimiter);
                }
            }
            // Nothing but text: a title in front of it would be a guess.
            None if is_behind_others && !front.rows[0].is_blank() => {}
            None => layout.take_header(&front, first, Some(first), delimiter),
        }
        Ok(layout)
    }

    /// Byte behind the lines between the header and the rows, given that behind the header.
    pub(crate) fn body(&self, behind_header: usize) -> usize {
        self.between
            .as_ref()
            .map_or(behind_header, |between| between.end)
    }

    /// Takes a first line such as `sep=;`, in which Excel says the delimiter.
    fn take_separator_line(&mut self) -> Option<u8> {
        let start = 3 * usize::from(self.clean.starts_with(b"\xef\xbb\xbf"));
        let end = self.line_end(start);
        let line = self.clean[start..end].trim_ascii();
        let line = line
            .strip_prefix(b"\"")
            .and_then(|line| line.strip_suffix(b"\""))
            .unwrap_or(line);
        let &[s, e, p, b'=', delimiter] = line else {
            // A tab is white space.
            let is_tab =
                line.eq_ignore_ascii_case(b"sep=") && self.clean[start..end].contains(&b'\t');
            return is_tab.then(|| {
                self.blank(start..end);
                self.before += 1;
                b'\t'
            });
        };
        let is_said = [s, e, p].eq_ignore_ascii_case(b"sep") && delimiter.is_ascii_punctuation();
        is_said.then(|| {
            self.blank(start..end);
            self.before += 1;
            delimiter
        })
    }

    /// Takes the lines that begin as comments do; returns the last one of those in front of all
    /// others.
    fn take_comments(&mut self) -> Option<Range<usize>> {
        let mark = self.comment.clone().unwrap_or_else(|| "#".into());
        let is_asked = self.comment.is_some();
        let mut at = 3 * usize::from(self.clean.starts_with(b"\xef\xbb\xbf"));
        let (mut last, mut is_front) = (None, true);
        while at < self.clean.len() && (is_front || is_asked) {
            let end = self.line_end(at);
            let line = self.clean[at..end].trim_ascii_start();
            if line.starts_with(mark.as_bytes()) {
                if is_front {
                    self.comments += 1;
                    last = Some(at..end);
                }
                self.blank(at..end);
            } else if !line.is_empty() {
                is_front = false;
            }
            at = end;
        }
        if last.is_some() {
            self.comment = Some(mark);
        }
        last
    }

    /// Takes names from a comment in front of rows without any.
    fn take_commented_header(
        &mut self,
        path: &Path,
        head: &[u8],
        bytes: Range<usize>,
        front: &Front,
        delimiter: u8,
    ) -> bool {
        let mark = self.comment.clone().unwrap_or_default();
        let line = &head[bytes.clone()];
        let blank = line.len() - line.trim_ascii_start().len();
        let text = &line[blank + mark.len()..];
        let is_name = text.trim_ascii_start().first() == Some(&delimiter);
        let kept = match is_name {
            true => &line[blank..],
            false => text,
        };
        let names = Front::read(path, kept, delimiter, 1, false);
        let Some(names) = names.rows.first() else {
            return false;
        };
        if names.cells.len() != front.width || !names.is_of_names() {
            return false;
        }
        self.clean[bytes.end - kept.len()..bytes.end].copy_from_slice(kept);
        self.delimiter = Some(delimiter);
        self.comments -= 1;
        // A lone `#` is the name of a column, and no comment.
        if is_name && self.comments == 0 {
            self.comment = None;
        }
        true
    }

    /// Takes a row for the header, and those between it and `data`, the first row of numbers, for
    /// units and kinds.
    fn take_header(&mut self, front: &Front, header: usize, data: Option<usize>, delimiter: u8) {
        self.take_before(front, header);
        let find = || (header + 1..front.rows.len()).find(|&at| front.has_value(&front.rows[at]));
        let data = data.or_else(find).unwrap_or_default();
        let mut behind = header;
        for at in header + 1..data {
            let row = &front.rows[at];
            let is_longer = row.cells.len() > front.width && self.optional > 0;
            if row.is_rule()
                || front.is_summary(row)
                || front.is_labeled(row)
                || is_longer
                || self.is_asked && front.is_no_row(row) && !row.is_mostly(is_unit)
            {
                self.kinds.push(row.line);
                behind = at;
                continue;
            }
            if row.cells.len() != front.rows[header].cells.len() || front.has_value(row) {
                break;
            }
            let is = |known: fn(&str) -> bool| row.is_mostly(known);
            if is(is_unit) && self.units.is_none() {
                self.units = Some((row.line, row.cells.clone()));
            } else if is(|text| is_kind(text) || is_unit(text))
                || front.is_of_kinds(row)
                || front.is_no_row(row) && row.cells.iter().any(String::is_empty)
                || (at + 1..data).any(|at| front.rows[at].is_mostly(is_unit))
            {
                self.kinds.push(row.line);
            } else {
                break;
            }
            behind = at;
        }
        if behind > header {
            let last = &front.rows[behind];
            self.between = Some(front.rows[header].bytes.end..last.bytes.end);
            self.around.extend(
                front.rows[header + 1..=behind]
                    .iter()
                    .map(|row| row.cells.clone()),
            );
            self.blank(front.rows[header].bytes.end..last.bytes.end);
        }
        if header > 0 || behind > header {
            self.delimiter = Some(delimiter);
        }
    }

    /// Takes a row for the first one of data.
    fn take_data(&mut self, front: &Front, first: usize, delimiter: u8) {
        self.take_before(front, first);
        self.unnamed = Some(front.width);
        self.delimiter = Some(delimiter);
    }

    fn take_before(&mut self, front: &Front, first: usize) {
        let before = &front.rows[..first];
        let mark = self.comment.clone().unwrap_or_else(|| "#".into());
        let is_comment = |row: &&FrontRow| {
            row.cells
                .first()
                .is_some_and(|cell| cell.starts_with(&mark))
        };
        // A comment may stand behind a title.
        let comments = before.iter().filter(is_comment).count();
        self.before += before.len() - comments;
        if comments > 0 {
            self.comments += comments as u64;
            self.comment = Some(mark);
        }
        self.around
            .extend(before.iter().map(|row| row.cells.clone()));
        self.blank(0..front.rows.get(first).map_or(0, |row| row.bytes.start));
    }

    fn line_end(&self, start: usize) -> usize {
        let rest = &self.clean[start.min(self.clean.len())..];
        start + memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
    }

    /// Makes lines blank. A lone carriage return ends a line and counts for none, so places and
    /// line numbers stay.
    fn blank(&mut self, bytes: Range<usize>) {
        for byte in &mut self.clean[bytes] {
            if *byte != b'\n' {
                *byte = b'\r';
            }
        }
    }
}

/// The delimiter by which most rows have one count of cells, of more than one.
fn best_delimiter(path: &Path, text: &[u8], is_cut: bool) -> Result<Option<u8>, TableError> {
    let mut best = (0, None);
    let mut fault = None;
    for (delimiter, _) in DELIMITERS {
        let (width, rows) = match usual_width(path, text, delimiter, is_cut) {
            Ok(found) => found,
            Err(error) => {
                fault = fault.or(Some(error));
                continue;
            }
        };
        // Of two, the comma can be the decimal mark.
        let is_better = rows > best.0 || rows == best.0 && best.1 == Some(b',');
        if width > 1 && is_better {
            best = (rows, Some(delimiter));
        }
    }
    match (best.1, fault) {
        (None, Some(fault)) => Err(fault),
        (best, _) => Ok(best),
    }
}

#[cfg(test)]
mod tests;
