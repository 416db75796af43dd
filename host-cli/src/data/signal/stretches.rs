//! Stretches without a gap, of a table that is held.

use std::ops::Range;

use downhill_tables::{CsvFile, Rows, Table};

use super::record::SignalRecord;
use super::times::{self, GAP};
use crate::support::failure::Outcome;

/// Rows without a gap.
pub(crate) type Stretch = Range<usize>;

/// How a table of samples falls into stretches.
#[derive(Debug, Default)]
pub(crate) struct Stretches {
    /// Rows of each recording.
    pub(crate) recordings: Vec<usize>,
    /// Stretches without a gap and without a missing cell.
    pub(crate) whole: Vec<Stretch>,
    /// Steps of time that are gaps, or go back.
    pub(crate) gaps: usize,
    /// Deviation of the steps that are not, as a share of the usual one.
    pub(crate) jitter: Option<f64>,
}

/// The stretches of a table whose rows all are held.
pub(crate) fn stretches(
    file: &CsvFile,
    table: &Table,
    record: &SignalRecord,
) -> Outcome<Stretches> {
    let recording = record
        .recording
        .as_ref()
        .map(|name| file.find(name))
        .transpose()?;
    let time = record.time.as_ref();
    let at = time.map(|time| file.find(&time.column)).transpose()?;
    let time = at.zip(time);
    let usual = match time {
        Some(time) => times::usual_steps(file, record, recording, time)?,
        None => Vec::new(),
    };
    let channels = record.channels.iter().map(|name| file.find(name));
    let channels: Vec<usize> = channels.collect::<Result<_, _>>()?;
    let mut found = Stretches::default();
    let (mut begin, mut last, mut key) = (0, None, None);
    let (mut deviation, mut steps) = (0.0, 0);
    let mut rows = file.rows(&vec![Rows::NOWHERE; file.names().len()])?;
    let mut row = 0;
    while let Some(read) = rows.next_row()? {
        let own = times::key(&read, recording)?;
        let is_new = key.as_ref() != Some(&own);
        if is_new {
            key = Some(own);
            found.recordings.push(0);
            last = None;
        }
        if let Some(count) = found.recordings.last_mut() {
            *count += 1;
        }
        let now = match time {
            Some((at, time)) => times::seconds(&read, at, time)?,
            None => None,
        };
        let step = now.zip(last).map(|(now, before): (f64, f64)| now - before);
        last = now.or(last);
        let usual = usual
            .get(found.recordings.len() - 1)
            .copied()
            .unwrap_or(f64::INFINITY);
        let is_gap = step.is_some_and(|step| !(step > 0.0 && step <= GAP * usual));
        found.gaps += usize::from(is_gap);
        if let (Some(step), false) = (step, is_gap) {
            deviation += (step / usual - 1.0).powi(2);
            steps += 1;
        }
        let is_missing = channels
            .iter()
            .any(|&at| table.columns[at].values[row].is_nan());
        if is_new || is_gap || is_missing {
            found.whole.push(begin..row);
            begin = row + usize::from(is_missing);
        }
        row += 1;
    }
    found.whole.push(begin..row);
    found.whole.retain(|stretch| !stretch.is_empty());
    found.jitter = (steps > 0).then(|| (deviation / f64::from(steps)).sqrt());
    Ok(found)
}
