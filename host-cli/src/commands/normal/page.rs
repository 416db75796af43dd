//! Report of a fit of what is normal.

use super::text;
use crate::evaluate::anomalies::Watched;
use crate::options::NormalOptions;
use crate::report::page::{Axis, Chart, Mark, Page, Series, Shape, Tone};
use crate::support::format::number;
use crate::train::normal::NormalFit;

/// Most rows whose scores are drawn, and most alarms that are marked.
const MOST: usize = 4_000;
const MOST_MARKS: usize = 40;

/// The page; the command line `again` makes the same fit.
pub(super) fn page(options: &NormalOptions, fit: &NormalFit, again: &str) -> Page {
    let lead: Vec<String> = text::header(options, fit)
        .lines()
        .map(String::from)
        .collect();
    let mut page = Page::new("Fit of what is normal", &lead);
    let sets = [
        ("learned", fit.results.train),
        ("calibrated", fit.results.calibration),
        ("validation", fit.results.validation),
        ("test", fit.results.test),
    ];
    let sets: Vec<_> = sets
        .iter()
        .filter_map(|(name, set)| Some((*name, set.as_ref()?.lines())))
        .collect();
    let head: Vec<&str> = ["metric"]
        .into_iter()
        .chain(sets.iter().map(|set| set.0))
        .collect();
    let names = sets.first().map_or(&[][..], |set| &set.1);
    let rows = names.iter().enumerate().map(|(at, (name, _))| {
        let cells = sets.iter().map(|set| number(set.1[at].1));
        [name.to_string()].into_iter().chain(cells).collect()
    });
    page.table("Metrics", "", &head, &rows.collect::<Vec<_>>());
    page.charts("Scores over time", &[scores(fit)]);
    page.code(
        "The same again",
        &format!(
            "gives the fingerprint {}, on any machine.",
            fit.detector.fingerprint()
        ),
        again,
    );
    page
}

/// Scores of all rows in the file's order.
fn scores(fit: &NormalFit) -> Chart {
    let rows = &fit.watched;
    let step = rows.len().div_ceil(MOST).max(1);
    let of = |name: &str, tone, is_normal: bool| {
        let own = |row: &Watched| (row.is_normal != Some(false)) == is_normal;
        let rows = rows.iter().step_by(step).filter(|(_, row)| own(row));
        Series {
            name: name.into(),
            shape: Shape::Dots,
            tone,
            points: rows.map(|(at, row)| (f64::from(*at), row.score)).collect(),
        }
    };
    let threshold = fit.detector.threshold().map_or(0.0, f64::from);
    let last = rows.last().map_or(1.0, |(at, _)| f64::from(*at));
    let mut series = vec![
        of("normal", Tone::A, true),
        of("not normal", Tone::B, false),
    ];
    series.retain(|series| !series.points.is_empty());
    series.push(Series {
        name: "threshold".into(),
        shape: Shape::Guide,
        tone: Tone::C,
        points: vec![(0.0, threshold), (last, threshold)],
    });
    let alarms = rows.iter().filter(|(_, row)| row.alarm);
    let count = alarms.clone().count();
    let all = rows.iter().map(|(_, row)| row.score).chain([threshold]);
    Chart {
        title: "Scores".into(),
        description: format!(
            "The threshold is {}; {count} alarms were raised.",
            number(Some(threshold))
        ),
        x: Axis::between("row", 0.0, last.max(1.0)).whole(),
        y: Axis::over("score", all)
            .with_room_above_zero()
            .logarithmic_if_wide(),
        series,
        marks: alarms
            .take(MOST_MARKS)
            .map(|(at, row)| Mark {
                x: f64::from(*at),
                name: format!("alarm at row {at}, score {}", number(Some(row.score))),
            })
            .collect(),
        numbers: (Vec::new(), Vec::new()),
    }
}
