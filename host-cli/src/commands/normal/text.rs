//! Summary of a fit of what is normal, and its scores in the terminal.

use std::path::Path;

use super::document::expected_rate;
use crate::data::classes::Classes;
use crate::evaluate::anomalies::{Anomalies, Watched};
use crate::model::normal::NormalResults;
use crate::options::NormalOptions;
use crate::report::terminal_table::terminal_table;
use crate::report::{how_read, left_out, loss_plot, signal};
use crate::support::format::{counted, line, number};
use crate::train::normal::NormalFit;

/// The lines above the metrics.
pub(super) fn header(options: &NormalOptions, fit: &NormalFit) -> String {
    let (mut text, data) = (String::new(), &fit.data);
    line(
        &mut text,
        format_args!(
            "{} from {}: {}, f32",
            what(&fit.labels),
            counted(data.features.len(), "feature"),
            options.model
        ),
    );
    let mut rows = format!(
        "{}: {} learned from, {} calibrated on, {}",
        data.name(),
        counted(fit.roles.learn.len(), "row"),
        fit.roles.calibrate.len(),
        counted(data.split.validation.len(), "validation row"),
    );
    for (count, what) in [
        (data.split.test.len(), "test rows"),
        (fit.unused, "training rows that are not normal and not used"),
        (
            fit.roles.apart,
            "left out between those learned from and calibrated on",
        ),
        (data.samples.dropped, "dropped for a missing value"),
    ] {
        if count > 0 {
            rows += &format!(", {count} {what}");
        }
    }
    line(&mut text, format_args!("{rows}"));
    how_read(&mut text, &data.how);
    signal(&mut text, data.signal.as_ref());
    left_out(&mut text, &data.left_out);
    text
}

/// Subject of a fit, in words.
pub(super) fn what(labels: &Classes) -> String {
    match labels.is_empty() {
        true => "what is normal".into(),
        false => format!("{labels} as what is normal"),
    }
}

/// The summary.
pub(super) fn summary(options: &NormalOptions, fit: &NormalFit, saved: Option<&Path>) -> String {
    let mut text = header(options, fit);
    metrics(&mut text, &fit.results);
    let settings = fit.detector.settings();
    let [votes, of] = settings.votes;
    line(
        &mut text,
        format_args!(
            "\nan anomaly scores above {}, as {:.2} % of normal rows are to; an alarm is raised by \
             {votes} of {of} rows, and none again for {}",
            number(fit.detector.threshold().map(f64::from)),
            100.0 * expected_rate(fit),
            counted(settings.cool_down as usize, "row"),
        ),
    );
    let few = 1.0 / f64::from(settings.share) - 1.0;
    if f64::from(settings.calibrate) + 0.5 < few {
        line(
            &mut text,
            format_args!(
                "{} are too few to tell a share of {}: the threshold is the largest of their scores; \
                 calibrate on {} or more",
                counted(settings.calibrate as usize, "row"),
                options.share,
                few.round()
            ),
        );
    }
    line(
        &mut text,
        format_args!("fingerprint {}", fit.detector.fingerprint()),
    );
    if let Some(path) = saved {
        line(&mut text, format_args!("saved {}", path.display()));
    }
    text
}

/// Metrics of rows by their use, side by side.
pub(super) fn metrics(text: &mut String, results: &NormalResults) {
    table(
        text,
        &[
            ("learned", results.train),
            ("calibrated", results.calibration),
            ("validation", results.validation),
            ("test", results.test),
        ],
    );
}

/// Metrics of sets of rows, side by side.
pub(in crate::commands) fn table(text: &mut String, sets: &[(&str, Option<Anomalies>)]) {
    let sets: Vec<_> = sets
        .iter()
        .filter_map(|(name, set)| Some((*name, set.as_ref()?.lines())))
        .collect();
    let Some((_, first)) = sets.first() else {
        return;
    };
    let head = [""].into_iter().chain(sets.iter().map(|(name, _)| *name));
    let rows = first.iter().enumerate().filter_map(|(at, (name, _))| {
        let cells: Vec<Option<f64>> = sets.iter().map(|(_, lines)| lines[at].1).collect();
        let any = cells.iter().any(Option::is_some);
        let cell = |cell: Option<f64>| match cell {
            // Counts are written as they are.
            Some(count) if count.fract() == 0.0 && at != 3 && at != 4 && at != 5 => {
                format!("{count}")
            }
            other => number(other),
        };
        let cells = cells.into_iter().map(cell);
        any.then(|| [name.to_string()].into_iter().chain(cells).collect())
    });
    *text += &format!(
        "\n{}",
        terminal_table(head.map(String::from).collect(), rows, [20, 1, 12])
    );
}

/// Scores over time, with the threshold and the alarms.
pub(super) fn plot(watched: &[(u32, Watched)], threshold: f64) -> String {
    let of = |take: &dyn Fn(&Watched) -> bool| -> Vec<f64> {
        let score = |row: &Watched| match take(row) {
            true => row.score,
            false => f64::NAN,
        };
        watched.iter().map(|(_, row)| score(row)).collect()
    };
    let line = vec![threshold; watched.len()];
    let normal = of(&|row| row.is_normal != Some(false));
    let anomalous = of(&|row| row.is_normal == Some(false));
    let alarms = of(&|row| row.alarm);
    loss_plot::scores(&[
        ('-', &line),
        ('·', &normal),
        ('x', &anomalous),
        ('!', &alarms),
    ])
}
