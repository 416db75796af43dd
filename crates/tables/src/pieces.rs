//! Pieces of files, which can be read at the same time.

use std::ops::Range;

use crate::error::TableError;
use crate::files;
use crate::how_read::Skipped;
use crate::notes::Note;
use crate::open::CsvFile;
use crate::part::Part;
use crate::piece_end::PieceEnd;
use crate::rows::Rows;

/// Bytes of a piece.
const PIECE: u64 = 1 << 20;

/// Fewest pieces that are worth more threads than one.
const FEWEST: usize = 4;

/// Bytes that are looked at at once for the end of a line.
const LOOK: usize = 4096;

/// A piece of a file, from the begin of a line to that of another.
#[derive(Clone, Debug)]
pub struct Piece {
    file: usize,
    bytes: Range<u64>,
}

impl CsvFile {
    /// Pieces of about 1 MB; none where its rows must be read one after the other: of packed files,
    /// small ones, and where [`ReadOptions::threads`](crate::ReadOptions::threads) is 1.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn pieces(&self) -> Result<Vec<Piece>, TableError> {
        let mut pieces = Vec::new();
        if self.threads() < 2 || self.parts.iter().any(|part| part.source.is_decoded()) {
            return Ok(pieces);
        }
        for (at, part) in self.parts.iter().enumerate() {
            pieces.extend(
                of_file(part)?
                    .into_iter()
                    .map(|bytes| Piece { file: at, bytes }),
            );
        }
        if pieces.len() < FEWEST {
            pieces.clear();
        }
        Ok(pieces)
    }

    /// The rows of a piece, whose lines are counted from 1 on.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn rows_of(&self, piece: &Piece, places: &[usize]) -> Result<Rows<'_>, TableError> {
        Rows::of_piece(&self.parts, piece.file, piece.bytes.clone(), places)
    }
}

/// Lines and notes of pieces, as they are taken in their order.
#[derive(Debug)]
pub struct PiecesTaken<'f> {
    parts: &'f [Part],
    file: usize,
    /// Lines of the file until here.
    lines: u64,
    skipped: Skipped,
    notes: Vec<Note>,
    /// True where rows can follow in this file.
    is_of_rows: bool,
}

impl<'f> PiecesTaken<'f> {
    /// None yet.
    pub fn of(file: &'f CsvFile) -> Self {
        Self {
            parts: &file.parts,
            file: usize::MAX,
            lines: 0,
            skipped: Skipped::default(),
            notes: Vec::new(),
            is_of_rows: true,
        }
    }

    /// Takes what was found of the next piece; returns what its line numbers fall short of those of
    /// the files. `None` where what was taken for its rows may be none.
    pub fn take(&mut self, piece: &Piece, end: PieceEnd) -> Option<u64> {
        // A quote that is open at the end of the file is a fault.
        if !end.is_closed {
            return None;
        }
        let header = &self.parts[piece.file].header;
        if piece.file != self.file {
            self.file = piece.file;
            self.lines = header.body_line - 1;
            (self.skipped, self.notes) = (Skipped::default(), Vec::new());
        } else if !self.is_of_rows {
            return None;
        }
        self.is_of_rows = end.is_of_rows();
        self.skipped = self.skipped.and(end.skipped.counted_from(self.lines));
        let before = files::base(self.file) + self.lines;
        for note in end.notes {
            Note::add_to(&mut self.notes, note.counted_from(before));
        }
        // By column, whichever piece had the first.
        let places = &self.parts[0].header.places;
        self.notes.sort_by_key(|note| places.get(&note.column));
        self.lines += end.lines;
        if let Ok(mut kept) = header.skipped.lock() {
            *kept = self.skipped;
        }
        if let Ok(mut kept) = header.notes.lock() {
            kept.clone_from(&self.notes);
        }
        Some(before)
    }
}

/// Pieces of the rows of a file, each to behind the end of a line.
fn of_file(part: &Part) -> Result<Vec<Range<u64>>, TableError> {
    let (source, end) = (&part.source, part.end.map(|end| end.place));
    let end = end.unwrap_or_else(|| source.length());
    let (mut pieces, mut start) = (Vec::new(), part.header.body);
    while start < end {
        let next = match start + PIECE < end {
            true => source.line_from(start + PIECE, LOOK)?.min(end),
            false => end,
        };
        pieces.push(start..next);
        start = next;
    }
    Ok(pieces)
}
