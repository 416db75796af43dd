//! Raw samples on their way to a board, in blocks that end with windows.

use std::collections::HashMap;
use std::sync::Arc;

use downhill_tables::CsvFile;

use super::record::SignalRecord;
use super::walk::{self, Event};
use super::windows::WindowRows;
use crate::support::failure::Failure;

/// Raw samples of a file, and which windows of them are rows of its table.
#[derive(Clone, Debug)]
pub(crate) struct RawSamples {
    file: Arc<CsvFile>,
    record: SignalRecord,
    /// Number of the window that ends with a row of a recording.
    windows: HashMap<(usize, u64), usize>,
}

/// A piece of the samples.
pub(crate) enum Piece<'a> {
    /// What comes next does not follow what came before.
    Gap,
    /// Samples, none of them behind the end of a window.
    Block {
        numbers: &'a [f32],
        /// The window that ends with the last of them, where it is one of the table's.
        window: Option<usize>,
    },
}

impl RawSamples {
    /// The samples that these windows were cut from.
    pub(super) fn new(file: Arc<CsvFile>, record: SignalRecord, rows: &WindowRows) -> Self {
        let places = rows
            .places
            .iter()
            .map(|place| (place.recording, place.rows[1]));
        Self {
            file,
            record,
            windows: places.zip(0..).collect(),
        }
    }

    /// Goes through the samples, in blocks of up to `most` numbers, for as long as `visit` returns
    /// true.
    pub(crate) fn each<E: From<Failure>>(
        &self,
        most: usize,
        mut visit: impl FnMut(Piece<'_>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let description = self.record.parsed::<f32>()?;
        let period = (description.hop() * description.decimate()) as u64;
        let first = description.first_window() as u64;
        let most = (most / description.channels()).max(1) * description.channels();
        let (mut recordings, mut since, mut last) = (0, 0, 0);
        let mut block = Vec::new();
        walk::walk::<f32, E>(&self.file, &self.record, |event| match event {
            Event::Begin { .. } => {
                (recordings, since) = (recordings + 1, 0);
                visit(Piece::Gap)
            }
            Event::Sample { at, numbers, .. } => {
                block.extend_from_slice(numbers);
                (since, last) = (since + 1, at);
                let ends = since >= first && (since - first).is_multiple_of(period);
                if !ends && block.len() < most {
                    return Ok(true);
                }
                let window = self.windows.get(&(recordings - 1, last)).copied();
                let goes_on = visit(Piece::Block {
                    numbers: &block,
                    window: window.filter(|_| ends),
                });
                block.clear();
                goes_on
            }
            Event::Gap | Event::End => {
                since = 0;
                let left = std::mem::take(&mut block);
                if !left.is_empty()
                    && !visit(Piece::Block {
                        numbers: &left,
                        window: None,
                    })?
                {
                    return Ok(false);
                }
                match event {
                    Event::Gap => visit(Piece::Gap),
                    _ => Ok(true),
                }
            }
        })
    }
}

/// Numbers as the shortest integers that are the same, or as they are.
pub(crate) enum Packed {
    I16(Vec<[u8; 2]>),
    F32(Vec<[u8; 4]>),
}

impl Packed {
    pub(crate) fn new(numbers: &[f32]) -> Self {
        let is_count = |x: &f32| f32::from(*x as i16).to_bits() == x.to_bits();
        match numbers.iter().all(is_count) {
            true => Self::I16(numbers.iter().map(|x| (*x as i16).to_le_bytes()).collect()),
            false => Self::F32(numbers.iter().map(|x| x.to_le_bytes()).collect()),
        }
    }

    /// As a message has them.
    pub(crate) fn raw(&self) -> downhill_link::Raw<'_> {
        match self {
            Self::I16(bytes) => downhill_link::Raw::I16(bytes),
            Self::F32(bytes) => downhill_link::Raw::F32(bytes),
        }
    }
}
