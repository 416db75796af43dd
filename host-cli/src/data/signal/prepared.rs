//! A signal of a fit: its windows, and what is kept of it.

use std::sync::Arc;

use downhill_tables::{CsvFile, HEAD_ROWS, HowRead, ReadOptions};
use serde::Serialize;

use super::cut::{Cut, Wanted};
use super::options::SignalOptions;
use super::raw::RawSamples;
use super::record::{Counts, SignalRecord};
use super::windows::WindowRows;
use crate::data::columns::{self, LeftOut};
use crate::data::role::RoleRule;
use crate::options::FitOptions;
use crate::options::precision::Precision;
use crate::support::failure::Outcome;
use crate::support::format::counted;

/// What is kept of a signal beside its windows.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    pub(crate) record: SignalRecord,
    /// Where each window comes from.
    pub(crate) rows: WindowRows,
    /// Columns that are no channels, and why.
    pub(crate) left_out: Vec<LeftOut>,
    /// The samples that the windows are of.
    pub(crate) raw: RawSamples,
    /// How the raw file is read.
    pub(crate) how: HowRead,
    /// Texts that mark missing cells of the raw file.
    pub(crate) gaps: Vec<String>,
}

/// A signal and an account of its windows, as `--json` prints them.
#[derive(Serialize)]
pub(crate) struct SignalFacts<'a> {
    #[serde(flatten)]
    record: &'a SignalRecord,
    #[serde(flatten)]
    counts: Counts,
}

/// Cuts the rows of a fit into windows; returns the table of these, the names of its features and
/// the rule by which its rows are parted.
pub(crate) fn prepare(
    options: &FitOptions,
    signal: &SignalOptions,
    precision: Precision,
) -> Outcome<(CsvFile, Vec<String>, RoleRule, Signal)> {
    let mut raw = CsvFile::open_all(&options.data, &options.reading)?;
    let head = raw.table(HEAD_ROWS)?;
    raw.take_formats(&head);
    // Without one the model tells the features from themselves.
    let target = options.target.as_ref();
    let targets = target.map_or(Vec::new(), |target| columns::named_by(&head, target));
    let one = |name: &String| columns::one(&head, name);
    let weight = options.weight.as_ref().map(one);
    let group = options.roles.group.as_ref().map(one);
    let wanted = Wanted {
        targets: &targets,
        weight: weight.as_deref(),
        group: group.as_deref(),
    };
    let cut = Cut::new((&raw, &head), signal, &options.features, wanted)?;
    let cells = cut
        .record
        .channels
        .iter()
        .filter_map(|name| raw.find(name).ok());
    let gaps = raw.gaps(cells);
    // Recordings of a group are parted with it.
    let by_recording = match group {
        Some(_) => RoleRule::default(),
        None => options.roles.clone(),
    };
    let windows = cut.windows(precision, &by_recording, &options.reading)?;
    let rule = RoleRule {
        given: group.is_none().then(|| windows.roles.clone().into()),
        group: group.clone().or(Some(windows.recording)),
        ..options.roles.clone()
    };
    let (record, left_out) = (cut.record, cut.left_out);
    let kept = Signal {
        left_out,
        how: raw.how_read(),
        gaps,
        raw: RawSamples::new(Arc::new(raw), record.clone(), &windows.rows),
        record,
        rows: windows.rows,
    };
    Ok((windows.file, windows.features, rule, kept))
}

/// The rows of a file as a model takes them: windows, where it is of a signal.
///
/// # Errors
/// A column is not there, a cell of a channel is no number, or there is no window.
pub(crate) fn of_model(
    file: CsvFile,
    record: Option<&SignalRecord>,
    wanted: Wanted<'_>,
    (precision, reading): (Precision, &ReadOptions),
) -> Outcome<(CsvFile, Option<WindowRows>)> {
    let Some(record) = record else {
        return Ok((file, None));
    };
    let cut = Cut::of_model(&file, record, wanted);
    let windows = cut.windows(precision, &RoleRule::default(), reading)?;
    Ok((windows.file, Some(windows.rows)))
}

/// The windows of a file as a model takes them, and the samples that they are of.
///
/// # Errors
/// As [`of_model`].
pub(crate) fn raw_of_model(
    file: CsvFile,
    record: &SignalRecord,
    wanted: Wanted<'_>,
    (precision, reading): (Precision, &ReadOptions),
) -> Outcome<(CsvFile, RawSamples)> {
    let cut = Cut::of_model(&file, record, wanted);
    let windows = cut.windows(precision, &RoleRule::default(), reading)?;
    let record = cut.record;
    let raw = RawSamples::new(Arc::new(file), record, &windows.rows);
    Ok((windows.file, raw))
}

impl Signal {
    /// The signal as `--json` prints it.
    pub(crate) fn facts(&self) -> SignalFacts<'_> {
        SignalFacts {
            record: &self.record,
            counts: self.rows.counts,
        }
    }

    /// The signal in words.
    pub(crate) fn line(&self) -> String {
        let Self { record, rows, .. } = self;
        let counts = rows.counts;
        let description = &record.description;
        let channels = record.channels.join(", ");
        let of = match counts.recordings {
            1 => "one recording".into(),
            several => counted(several, "recording"),
        };
        let mut text = format!(
            "{} of {of}, {description} of {channels}",
            counted(counts.windows, "window")
        );
        if let (Some(time), Some(rate)) = (&record.time, record.rate) {
            text += &format!("; {rate:.6} Hz by `{}`", time.column);
        }
        let dropped = [
            (counts.dropped, "dropped at gaps"),
            (counts.unfinished, "unfinished at the end of a recording"),
            (counts.overflowed, "too large for this precision"),
            (
                counts.apart,
                "left out between training and validation rows",
            ),
        ];
        for (count, what) in dropped.iter().filter(|dropped| dropped.0 > 0) {
            text += &format!("; {count} {what}");
        }
        text
    }
}
