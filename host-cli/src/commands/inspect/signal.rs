//! A look at raw samples: `inspect --signal`.

use std::fmt::Write;

use downhill::signal::{Description, Stage};
use downhill_tables::{CsvFile, Files, Table};
use serde::Serialize;

use crate::arguments::InspectArguments;
use crate::data::columns::LeftOut;
use crate::data::signal::{self, SignalOptions, SignalRecord, Stretch};
use crate::data::whole;
use crate::report;
use crate::report::terminal_table::terminal_table;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::{counted, number};
use crate::support::output;

/// Samples of the windows whose spectra are looked at, at most.
const WINDOW: usize = 256;
/// Frequencies that are named.
const PEAKS: usize = 3;
/// Samples in a row at the end of the range that are taken for saturation.
const SATURATED: usize = 3;

/// What was found, as `--json` prints it.
#[derive(Serialize)]
struct SignalInspection {
    status: &'static str,
    data: String,
    rows: usize,
    recordings: usize,
    /// Rows of the shortest and of the longest recording.
    lengths: [usize; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// Samples a second.
    rate: Option<f64>,
    /// Standard deviation of the steps of time that are no gaps, as a share of the usual one.
    jitter: Option<f64>,
    /// Steps of time that are gaps, or go back.
    gaps: usize,
    channels: Vec<Channel>,
    left_out: Vec<LeftOut>,
}

#[derive(Serialize)]
struct Channel {
    channel: String,
    missing: usize,
    min: f64,
    max: f64,
    mean: f64,
    std: f64,
    /// Smallest difference between two samples: the step of the converter.
    step: Option<f64>,
    /// Samples at an end of the range, with at least two more beside them.
    saturated: usize,
    /// Frequencies of the most power, in Hz or cycles a sample, and their share of it.
    dominant: Vec<[f64; 2]>,
}

/// Most numbers of the table.
const MOST: usize = 8_000_000;

pub(super) fn run(arguments: &InspectArguments) -> Outcome {
    if arguments.report.is_some() {
        return Err(Failure::Usage(
            "`--report` of `inspect` is on a target's rows; leave it out with `--signal`".into(),
        ));
    }
    let mut file = CsvFile::open_all(&arguments.data, &arguments.table.reading(&[]))?;
    let table = whole::table(&file, "inspect --signal", MOST)?;
    file.take_formats(&table);
    let options = SignalOptions {
        text: String::new(),
        recording: arguments.recording.clone(),
        time: arguments.time.clone(),
        horizon: 0,
    };
    let (record, left_out) = signal::find(&table, &options, &arguments.features, &[])?;
    let rate = match &arguments.rate {
        Some(text) => Some(rate(text)?),
        None => record.rate,
    };
    let stretches = signal::stretches(&file, &table, &record)?;
    let found = SignalInspection {
        status: "done",
        data: Files::from(&arguments.data).to_string(),
        rows: table.lines.len(),
        recordings: stretches.recordings.len(),
        lengths: [
            stretches.recordings.iter().copied().min().unwrap_or(0),
            stretches.recordings.iter().copied().max().unwrap_or(0),
        ],
        time: record.time.as_ref().map(|time| time.column.clone()),
        rate,
        jitter: stretches.jitter,
        gaps: stretches.gaps,
        channels: channels(&table, &record, &stretches.whole, rate)?,
        left_out,
    };
    match arguments.json {
        true => output::print_json(&found),
        false => output::print(&text(&found)),
    }
}

/// A rate such as `26Hz`.
fn rate(text: &str) -> Outcome<f64> {
    let whole = format!("window=1 rate={text}: mean");
    let description = Description::<f64>::parse(&whole, &["x"], None);
    description
        .ok()
        .and_then(|description| description.rate())
        .ok_or_else(|| {
            Failure::Usage(format!(
                "`--rate {text}`: a frequency such as 26Hz, 2kHz or 12/h"
            ))
        })
}

fn channels(
    table: &Table,
    record: &SignalRecord,
    whole: &[Stretch],
    rate: Option<f64>,
) -> Outcome<Vec<Channel>> {
    let one = |name: &String| {
        let column = &table.columns[table.find(name)?];
        let there = || column.values.iter().copied().filter(|x| !x.is_nan());
        let count = there().count().max(1) as f64;
        let mean = there().sum::<f64>() / count;
        let square = there().map(|x| (x - mean) * (x - mean)).sum::<f64>();
        let (min, max) = (
            there().fold(f64::MAX, f64::min),
            there().fold(f64::MIN, f64::max),
        );
        let mut sorted: Vec<f64> = there().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let steps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
        let step = steps
            .filter(|step| *step > 1e-9 * (max - min))
            .reduce(f64::min);
        let runs = column.values.chunk_by(|a, b| a == b);
        let at_end = |run: &&[f64]| run.len() >= SATURATED && (run[0] == min || run[0] == max);
        let saturated = match min < max {
            true => runs.filter(at_end).map(<[f64]>::len).sum(),
            false => 0,
        };
        Ok(Channel {
            channel: name.clone(),
            missing: column.missing,
            min,
            max,
            mean,
            std: (square / count).sqrt(),
            step,
            saturated,
            dominant: dominant(&column.values, whole, rate)?,
        })
    };
    record.channels.iter().map(one).collect()
}

/// Frequencies of the largest peaks of the mean spectrum, and their share of the power.
fn dominant(values: &[f64], whole: &[Stretch], rate: Option<f64>) -> Outcome<Vec<[f64; 2]>> {
    let longest = whole.iter().map(|stretch| stretch.len()).max().unwrap_or(0);
    let window = (4..=WINDOW.ilog2()).map(|power| 1 << power);
    let Some(window) = window.rev().find(|window| *window <= longest) else {
        return Ok(Vec::new());
    };
    let text = format!("window={window} hop={}: bands:{}", window / 2, window / 2);
    let description = Description::<f64>::parse(&text, &["x"], None).map_err(Failure::input)?;
    let mut room = vec![0.0; description.arena_len()];
    let mut stage = Stage::new(description, &mut room[..]).map_err(Failure::input)?;
    let mut powers = vec![0.0; window / 2];
    let mut sums = vec![0.0; window / 2];
    for stretch in whole {
        stage.gap();
        for value in &values[stretch.clone()] {
            if stage.push(&[*value], &mut powers) == Ok(true) {
                for (sum, power) in sums.iter_mut().zip(&powers) {
                    *sum += power;
                }
            }
        }
    }
    let all: f64 = sums.iter().sum();
    let is_peak = |bin: &usize| {
        let beside = [bin.checked_sub(1), Some(bin + 1)];
        let mut beside = beside.into_iter().flatten().filter_map(|bin| sums.get(bin));
        beside.all(|other| sums[*bin] >= *other) && sums[*bin] > 0.0
    };
    let mut peaks: Vec<usize> = (0..sums.len()).filter(is_peak).collect();
    peaks.sort_unstable_by(|&a, &b| sums[b].total_cmp(&sums[a]));
    let width = rate.unwrap_or(1.0) / window as f64;
    let peaks = peaks.into_iter().take(PEAKS);
    Ok(peaks
        .map(|bin| [(bin + 1) as f64 * width, sums[bin] / all])
        .collect())
}

fn text(found: &SignalInspection) -> String {
    let mut text = format!(
        "{}: {}, {}",
        found.data,
        counted(found.rows, "row"),
        counted(found.recordings, "recording")
    );
    let [least, most] = found.lengths;
    let _ = match least == most {
        true => writeln!(text, " of {least}"),
        false => writeln!(text, " of {least} to {most}"),
    };
    let _ = match (&found.time, found.rate) {
        (Some(time), Some(rate)) => writeln!(
            text,
            "{} Hz by `{time}`, jitter {:.2} %, {}",
            number(Some(rate)),
            100.0 * found.jitter.unwrap_or(0.0),
            counted(found.gaps, "gap")
        ),
        (None, Some(rate)) => writeln!(text, "{} Hz as given", number(Some(rate))),
        (_, None) => writeln!(
            text,
            "no column of times: frequencies are in cycles a sample; give `--rate 26Hz` or `--time`"
        ),
    };
    report::left_out(&mut text, &found.left_out);
    let head = [
        "channel",
        "missing",
        "min",
        "max",
        "mean",
        "std",
        "step",
        "saturated",
    ];
    let rows = found.channels.iter().map(|channel| {
        let numbers = [channel.min, channel.max, channel.mean, channel.std];
        let numbers = numbers.map(|x| number(Some(x)));
        [channel.channel.clone(), channel.missing.to_string()]
            .into_iter()
            .chain(numbers)
            .chain([number(channel.step), channel.saturated.to_string()])
            .collect()
    });
    text += &format!(
        "\n{}\n",
        terminal_table(head.map(String::from).into(), rows, [8, 1, 10])
    );
    for channel in &found.channels {
        let peaks = channel.dominant.iter().map(|[frequency, share]| {
            format!("{} ({:.0} %)", number(Some(*frequency)), 100.0 * share)
        });
        let peaks: Vec<String> = peaks.collect();
        let unit = if found.rate.is_some() {
            "Hz"
        } else {
            "cycles a sample"
        };
        let _ = match peaks.is_empty() {
            true => writeln!(
                text,
                "{}: no motion, or too short for a spectrum",
                channel.channel
            ),
            false => writeln!(
                text,
                "{}: most power at {} {unit}",
                channel.channel,
                peaks.join(", ")
            ),
        };
    }
    text
}
