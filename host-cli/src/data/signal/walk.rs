//! Raw samples of a file, recording by recording, and the gaps between them.

use downhill::Real;
use downhill_tables::{CsvFile, Row, Rows};

use super::record::SignalRecord;
use super::times::{self, GAP, Key};
use crate::support::failure::Failure;

/// Something on the way through a file.
pub(super) enum Event<'a, T> {
    /// A recording begins with this row.
    Begin { key: Key, row: &'a Row<'a> },
    /// What comes next does not follow what came before.
    Gap,
    /// A sample: row `at` of its recording, counted from 0.
    Sample {
        at: u64,
        row: &'a Row<'a>,
        numbers: &'a [T],
    },
    /// The recording ends.
    End,
}

/// Goes through the samples of a file, for as long as `visit` returns true.
pub(super) fn walk<T: Real, E: From<Failure>>(
    file: &CsvFile,
    record: &SignalRecord,
    mut visit: impl FnMut(Event<'_, T>) -> Result<bool, E>,
) -> Result<(), E> {
    let failure = |error| E::from(Failure::from(error));
    let find = |name: &String| file.find(name).map_err(failure);
    let channels = record.channels.iter().map(find);
    let channels: Vec<usize> = channels.collect::<Result<_, _>>()?;
    let recording = record.recording.as_ref().map(find).transpose()?;
    let time = record.time.as_ref();
    let at_time = time.map(|time| find(&time.column)).transpose()?;
    let steps = match (at_time, time) {
        (Some(at), Some(time)) => times::usual_steps(file, record, recording, (at, time))?,
        _ => Vec::new(),
    };
    let mut numbers = vec![T::ZERO; channels.len()];
    let mut rows = file
        .rows(&vec![Rows::NOWHERE; file.names().len()])
        .map_err(failure)?;
    let (mut current, mut recordings) = (None, 0);
    let (mut at, mut has_samples) = (0, false);
    let (mut longest_step, mut last_time) = (f64::INFINITY, None);
    while let Some(row) = rows.next_row().map_err(failure)? {
        let key = times::key(&row, recording)?;
        if current.as_ref() != Some(&key) {
            if current.is_some() && !visit(Event::End)? {
                return Ok(());
            }
            let usual = steps.get(recordings);
            longest_step = GAP * usual.copied().unwrap_or(f64::INFINITY);
            (at, has_samples, last_time) = (0, false, None);
            recordings += 1;
            current = Some(key.clone());
            if !visit(Event::Begin { key, row: &row })? {
                return Ok(());
            }
        }
        let seconds = match (at_time, time) {
            (Some(at), Some(time)) => times::seconds(&row, at, time)?,
            _ => None,
        };
        let step = seconds
            .zip(last_time)
            .map(|(now, before): (f64, f64)| now - before);
        let mut is_gap = step.is_some_and(|step| !(step > 0.0 && step <= longest_step));
        last_time = seconds.or(last_time);
        let mut is_whole = true;
        for (number, &channel) in numbers.iter_mut().zip(&channels) {
            match row.number(channel).map_err(failure)? {
                Some(cell) => *number = T::from_f64(cell),
                None => is_whole = false,
            }
        }
        is_whole &= numbers.iter().all(|number| number.is_finite());
        is_gap |= !is_whole && has_samples;
        if is_gap {
            has_samples = false;
            if !visit(Event::Gap)? {
                return Ok(());
            }
        }
        if is_whole {
            has_samples = true;
            let (row, numbers) = (&row, &numbers[..]);
            if !visit(Event::Sample { at, row, numbers })? {
                return Ok(());
            }
        }
        at += 1;
    }
    visit(Event::End).map(drop)
}
