//! Columns by themselves: what is missing, what never changes, what lies far out, how large.

use super::finding::Finding;
use super::finding::{percent, some};
use super::frame::Frame;
use crate::data::dependence::Gram;
use crate::support::format::number;

/// The ratio of two standard deviations from which on it is said.
const RATIO: f64 = 1000.0;

pub(super) fn look(frame: &Frame, findings: &mut Vec<Finding>) {
    findings.extend(missing(frame));
    findings.extend(constant(frame));
    findings.extend(outliers(frame));
    findings.extend(scales(frame));
    dependent(frame, findings);
}

/// Columns that go together, by all rows that miss nothing.
fn dependent(frame: &Frame, findings: &mut Vec<Finding>) {
    let width = frame.features().len();
    let rows = frame.whole.iter().map(|&row| {
        let series = frame.series[..width].iter();
        series.map(move |one| one.values[row])
    });
    let Some(gram) = Gram::of(width, rows.clone().map(|row| (row, 1.0))) else {
        return;
    };
    let named = |at: usize| format!("`{}`", frame.name(at));
    let leave_out = |at: usize| format!("leave {} out with `--features`", named(at));
    let matters = "their parameters cannot be told apart, and gradient descent goes slowly";
    let mut pairs = gram.collinear(width);
    pairs.retain(|pair| !(frame.of_all[pair.a] && frame.of_all[pair.b]));
    let exact = pairs.iter().find(|pair| pair.is_exact());
    if let Some(first) = exact.or(pairs.first()) {
        let columns = pairs.iter().flat_map(|pair| [pair.b, pair.a]);
        let more = match pairs.len() {
            1 => String::new(),
            more => format!(" (and {} more such pairs)", more - 1),
        };
        findings.push(Finding {
            kind: "collinear_columns",
            columns: columns.map(|at| frame.name(at).to_owned()).collect(),
            evidence: first.correlation,
            seen: match exact.is_some() {
                true => format!(
                    "{} and {} tell the same: one is a multiple of the other{more}",
                    named(first.a),
                    named(first.b)
                ),
                false => format!(
                    "{} and {} have a correlation of {:.5}{more}",
                    named(first.a),
                    named(first.b),
                    first.correlation
                ),
            },
            matters,
            advice: match exact {
                Some(pair) => leave_out(pair.b),
                None => {
                    "read neither parameter alone; what little they differ by may be what tells \
                         the target, so leave one out only if the validation figures allow it"
                        .into()
                }
            },
        });
    }
    for found in gram.combinations(width, rows) {
        if frame.of_all[found.column] {
            continue;
        }
        let others: Vec<String> = found.of.iter().map(|&at| named(at)).collect();
        let columns = [found.column].into_iter().chain(found.of.iter().copied());
        findings.push(Finding {
            kind: "rank_deficient",
            columns: columns.map(|at| frame.name(at).to_owned()).collect(),
            evidence: found.of.len() as f64,
            seen: format!(
                "{} is a combination of {}",
                named(found.column),
                others.join(", ")
            ),
            matters,
            advice: leave_out(found.column),
        });
    }
}

fn missing(frame: &Frame) -> Option<Finding> {
    let rows = frame.all.rows;
    let dropped = rows - frame.all.whole;
    let gap = |column: usize| (rows - frame.all.columns[column].count, frame.name(column));
    let gaps = (0..frame.series.len()).map(gap);
    let mut gaps: Vec<(usize, &str)> = gaps.filter(|gap| gap.0 > 0).collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.0));
    let &(most, worst) = gaps.first()?;
    // A row in a hundred more or less changes no fit.
    (dropped * 100 > rows).then(|| Finding {
        kind: "missing_values",
        columns: gaps.iter().map(|gap| gap.1.to_owned()).collect(),
        evidence: dropped as f64,
        seen: format!(
            "{dropped} of {rows} rows ({}) miss a number; `{worst}` alone misses {most}",
            percent(dropped, rows)
        ),
        matters: "such rows are dropped, and those that remain may be of another kind",
        advice: match 2 * most > rows {
            true => format!("leave `{worst}` out with `--features`, then find out why others miss"),
            false => "find out why they are missing; leave a column out with `--features` if it \
                      costs more rows than it explains"
                .into(),
        },
    })
}

fn constant(frame: &Frame) -> Option<Finding> {
    let is_constant = |&column: &usize| frame.all.columns[column].is_constant();
    let constant = frame.features().filter(is_constant);
    let columns: Vec<String> = constant.map(|c| frame.name(c).to_owned()).collect();
    (!columns.is_empty()).then(|| Finding {
        kind: "constant_columns",
        evidence: columns.len() as f64,
        seen: format!("there is one value only in {}", some(&columns)),
        matters: "what never varies says nothing about the target, and costs a parameter",
        advice: "leave it out with `--features`; if it should vary, the sensor or the export is \
                 broken"
            .into(),
        columns,
    })
}

fn outliers(frame: &Frame) -> Option<Finding> {
    let mut far: Vec<(usize, f64, usize)> = Vec::new();
    for column in 0..frame.series.len() {
        let tally = &frame.all.columns[column];
        let is_of_classes = column == frame.target() && frame.classes > 0;
        if tally.far > 0 && !is_of_classes {
            far.push((tally.far, tally.worst(), column));
        }
    }
    far.sort_by_key(|found| std::cmp::Reverse(found.0));
    let &(count, worst, column) = far.first()?;
    let all: usize = far.iter().map(|found| found.0).sum();
    let columns: Vec<String> = far.iter().map(|f| frame.name(f.2).to_owned()).collect();
    let more = match far.len() {
        1 => String::new(),
        _ => format!("; {all} in {}", some(&columns)),
    };
    Some(Finding {
        kind: "outliers",
        evidence: all as f64,
        seen: format!(
            "{count} numbers of `{}` lie far out, such as {}{more}",
            frame.name(column),
            number(Some(worst))
        ),
        matters: "squared error is ruled by them, and so are mean and deviation of the scaler",
        advice: "check them; if they are real but rare, `--loss huber` or `--loss absolute` and \
                 `--clip-norm 1` keep them from ruling the fit; if they mark missing values, say so \
                 with `--missing-value`"
            .into(),
        columns,
    })
}

fn scales(frame: &Frame) -> Option<Finding> {
    let deviation = |column: usize| (frame.all.columns[column].deviation(), column);
    let scales = frame.features().map(deviation);
    let scales: Vec<(f64, usize)> = scales.filter(|scale| scale.0 > 0.0).collect();
    let small = scales.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let large = scales.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let ratio = large.0 / small.0;
    (ratio >= RATIO).then(|| Finding {
        kind: "scale_ratio",
        columns: vec![frame.name(large.1).into(), frame.name(small.1).into()],
        evidence: ratio,
        seen: format!(
            "`{}` varies {} times as much as `{}`",
            frame.name(large.1),
            number(Some(ratio)),
            frame.name(small.1)
        ),
        matters: "without a scaler one learning rate is too high for one and too low for the other",
        advice: "keep the scaler that `fit` uses unless told otherwise, and take it to the device"
            .into(),
    })
}
