//! Windows, as a table that is read like any other.

use std::path::Path;

use downhill_tables::{CsvFile, ReadOptions, TempFile, TempOptions};

use super::cells::{Cell, text_cell};
use super::record::Counts;
use crate::data::role::Role;
use crate::support::failure::Outcome;

/// Where a window was in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Number of its recording.
    pub(crate) recording: usize,
    /// Rows of that, counted from 0: the first, and the last.
    pub(crate) rows: [u64; 2],
    /// Line of its last row.
    pub(crate) line: u64,
}

/// A window that was cut.
pub(super) struct Window {
    pub(super) place: Place,
    /// Its features, in the digits of an `f64`, which hold those of any precision.
    pub(super) features: Vec<f64>,
    /// Targets, then the weight and the group.
    pub(super) cells: Vec<Cell>,
}

/// Windows of a file.
pub(crate) struct Windows {
    /// The table: features, targets, weight and group, and the recording.
    pub(crate) file: CsvFile,
    /// Names of the features.
    pub(crate) features: Vec<String>,
    /// Name of the column that has the recording.
    pub(crate) recording: String,
    /// Role of each, by its recording.
    pub(crate) roles: Vec<Role>,
    pub(crate) rows: WindowRows,
}

/// Where the rows of a table of windows come from.
#[derive(Clone, Debug)]
pub(crate) struct WindowRows {
    /// Names of the recordings.
    pub(crate) recordings: Vec<String>,
    pub(crate) places: Vec<Place>,
    pub(crate) counts: Counts,
}

impl WindowRows {
    /// Recording of a window, and its first and its last row there, counted from 0.
    pub(crate) fn of(&self, window: usize) -> Option<(&str, [u64; 2])> {
        let place = self.places.get(window)?;
        Some((self.recordings.get(place.recording)?, place.rows))
    }
}

/// Number of the window in this line of the table that [`write`] makes.
pub(crate) const fn window_of(line: u64) -> usize {
    line.saturating_sub(2) as usize
}

/// Writes windows into a temporary file, under the name of the file that they come from.
pub(super) fn write(
    windows: &[Window],
    header: &[&str],
    recordings: &[String],
    name: &Path,
    (temporary, threads): (&TempOptions, Option<usize>),
) -> Outcome<CsvFile> {
    let what = format!("{}: windows", name.display());
    let mut file = TempFile::create(temporary, what)?;
    let mut text = String::new();
    for (at, name) in header.iter().enumerate() {
        text.push_str(if at > 0 { "," } else { "" });
        text_cell(name, &mut text);
    }
    text.push('\n');
    for window in windows {
        for feature in &window.features {
            Cell::Number(*feature).write(&mut text);
            text.push(',');
        }
        for cell in &window.cells {
            cell.write(&mut text);
            text.push(',');
        }
        text_cell(&recordings[window.place.recording], &mut text);
        text.push('\n');
        if text.len() > 1 << 20 {
            file.append(text.as_bytes())?;
            text.clear();
        }
    }
    file.append(text.as_bytes())?;
    let reading = ReadOptions {
        delimiter: Some(b','),
        decimal: Some(b'.'),
        header_line: Some(1),
        threads,
        temporary: temporary.clone(),
        ..ReadOptions::default()
    };
    Ok(CsvFile::of_temporary(file, name, &reading)?)
}
