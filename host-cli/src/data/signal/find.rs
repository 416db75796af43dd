//! Channels, recordings and times among the columns of a table.

use downhill_tables::{Column, Table};

use super::options::SignalOptions;
use super::record::{SignalRecord, TimeColumn};
use super::times::GAP;
use crate::data::columns::{self, LeftOut};
use crate::support::failure::{Failure, Outcome};

/// Share of the rows that follow the one before alike, of a column that numbers them.
const ALIKE: f64 = 0.95;
/// Fewest steps that show a rate.
const STEPS: usize = 8;

/// Finds what a signal is made of: the channels that are named, or else every column of numbers
/// that is not used otherwise and does not number the rows.
pub(crate) fn find(
    head: &Table,
    options: &SignalOptions,
    named: &[String],
    used: &[usize],
) -> Outcome<(SignalRecord, Vec<LeftOut>)> {
    let one = |name: &String| head.find(&columns::one(head, name));
    let recording = options.recording.as_ref().map(one).transpose()?;
    let named = columns::all_named(head, named);
    let named = named.iter().map(|name| Ok(head.find(name)?));
    let named: Vec<usize> = named.collect::<Outcome<_>>()?;
    let time = match &options.time {
        Some(name) => Some(time(head, one(name)?)?),
        None => implied(head, &named),
    };
    let at_time = time.as_ref().and_then(|time| head.find(&time.column).ok());
    let mut left_out = Vec::new();
    let channels = match &named[..] {
        [] => {
            let taken =
                |at: &usize| used.contains(at) || Some(*at) == recording || Some(*at) == at_time;
            let mut channels = Vec::new();
            for at in (0..head.columns.len()).filter(|at| !taken(at)) {
                let column = &head.columns[at];
                let reason = match () {
                    () if column.is_blank() => "every cell is missing",
                    () if head.check_numeric(at).is_err() => "no column of numbers",
                    () if step(column).is_some() => {
                        "it numbers the rows; name it in `--features` if it is a channel"
                    }
                    () => {
                        channels.push(at);
                        continue;
                    }
                };
                left_out.push(LeftOut {
                    column: column.name.clone(),
                    reason: reason.into(),
                });
            }
            channels
        }
        named => {
            for &at in named {
                head.check_numeric(at)?;
            }
            named.to_vec()
        }
    };
    if channels.is_empty() {
        return Err(Failure::Input(format!(
            "{}: no column of numbers is left that could be a channel; name the channels with \
             `--features`",
            head.files
        )));
    }
    let rate = time.as_ref().and_then(|time| rate(head, time));
    if let (Some(time), None) = (&time, rate) {
        return Err(Failure::Input(format!(
            "{}: `{}` does not tell the sampling rate: fewer than {STEPS} of its steps are alike; \
             give rate=… in `--signal`, and leave `--time` out",
            head.files, time.column
        )));
    }
    let name = |at: usize| head.columns[at].name.clone();
    Ok((
        SignalRecord {
            description: options.text.clone(),
            channels: channels.into_iter().map(name).collect(),
            rate,
            recording: recording.map(name),
            time,
            horizon: options.horizon,
        },
        left_out,
    ))
}

/// Step of a column that numbers the rows.
fn step(column: &Column) -> Option<f64> {
    let values = &column.values;
    let mut steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable_by(f64::total_cmp);
    let usual = *steps.get(steps.len() / 2)?;
    let alike = steps.iter().filter(|&&step| step == usual).count();
    let is_counter =
        usual != 0.0 && steps.len() >= STEPS && alike as f64 >= ALIKE * steps.len() as f64;
    is_counter.then_some(usual)
}

/// A column of times that is named.
fn time(head: &Table, at: usize) -> Outcome<TimeColumn> {
    let column = &head.columns[at];
    match column.is_time() {
        true => head.check_times(at)?,
        false => head.check_numeric(at)?,
    }
    Ok(TimeColumn {
        column: column.name.clone(),
        unit_seconds: match column.is_time() {
            true => 1.0,
            false => seconds(column).unwrap_or(1.0),
        },
        is_stamp: column.is_time(),
    })
}

/// A column of times by what it is called and holds.
fn implied(head: &Table, named: &[usize]) -> Option<TimeColumn> {
    let is_free = |at: &usize| !named.contains(at);
    let mut free = (0..head.columns.len()).filter(is_free);
    free.find_map(|at| {
        let column = &head.columns[at];
        let stem = column.name.to_lowercase();
        let stem = stem.split(['_', ' ', '(', '[']).next().unwrap_or_default();
        let is_called = ["time", "timestamp", "t", "seconds"].contains(&stem);
        let grows = |pair: &&[f64]| pair[1] > pair[0];
        let is_growing = || {
            let values = &column.values;
            let growing = values.windows(2).filter(grows).count();
            growing as f64 >= ALIKE * values.len().saturating_sub(1).max(STEPS) as f64
        };
        let is_time = column.is_time() || is_called && is_growing();
        let time = is_time.then(|| time(head, at).ok()).flatten()?;
        rate(head, &time).is_some().then_some(time)
    })
}

/// Seconds of the unit of a column of times, by the file or by the column's name.
fn seconds(column: &Column) -> Option<f64> {
    let name = column.name.to_lowercase();
    let behind = name.rsplit(['_', ' ', '(', '[']).next().unwrap_or_default();
    let unit = column.unit.as_deref().unwrap_or(behind);
    match unit.trim_end_matches([')', ']']) {
        "s" | "sec" | "seconds" => Some(1.0),
        "ms" | "millis" | "milliseconds" => Some(1e-3),
        "us" | "µs" | "micros" | "microseconds" => Some(1e-6),
        "ns" => Some(1e-9),
        "min" | "minutes" => Some(60.0),
        "h" | "hours" => Some(3600.0),
        _ => None,
    }
}

/// Steps of time from row to row, in seconds, those that go back left out.
fn steps(head: &Table, time: &TimeColumn) -> Vec<f64> {
    let Ok(at) = head.find(&time.column) else {
        return Vec::new();
    };
    let column = &head.columns[at];
    let seconds = |row| match time.is_stamp {
        true => column.seconds(row),
        false => column.values[row] * time.unit_seconds,
    };
    let rows = 1..column.values.len();
    let steps = rows.map(|row| seconds(row) - seconds(row - 1));
    steps.filter(|step| *step > 0.0).collect()
}

/// Rate that steps of time show: the mean of those that are near the usual one.
fn rate(head: &Table, time: &TimeColumn) -> Option<f64> {
    let mut steps = steps(head, time);
    steps.sort_unstable_by(f64::total_cmp);
    let usual = *steps.get(steps.len() / 2)?;
    steps.retain(|step| *step < GAP * usual && GAP * *step > usual);
    let sum: f64 = steps.iter().sum();
    (steps.len() >= STEPS).then(|| steps.len() as f64 / sum)
}
