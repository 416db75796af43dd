//! Order of a file's rows: what speaks for their being in the order of time.

use std::fmt;

use downhill_tables::Table;
use serde::Serialize;

use crate::data::columns::ColumnSelection;

/// Fewest rows that show a step, and fewest that show how a target follows the one before it.
const ROWS: [usize; 2] = [10, 50];

/// Correlation of a target with the one before it from which on rows follow each other.
const CORRELATION: f64 = 0.7;

/// The same within blocks of so many rows, in the median.
const LOCAL: f64 = 0.4;
const BLOCK: usize = 20;

/// Most different numbers, among so many of the first, of what may be classes.
const LEVELS: usize = 10;
const LEVELS_OF: usize = 1000;

/// Order of the rows, as far as the first of them show it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RowOrder {
    /// Features that go up, or down, by the same number from row to row.
    pub(crate) counters: Vec<Counter>,
    /// Sign of rows in the order of time.
    pub(crate) sign: Option<OrderSign>,
}

/// A column that numbers the rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Counter {
    pub(crate) column: String,
    pub(crate) step: f64,
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, step } = self;
        let (way, step) = if *step < 0.0 {
            ("down", -step)
        } else {
            ("up", *step)
        };
        write!(
            f,
            "`{column}` goes {way} by {step} from row to row: rows to come lie beyond all that a model \
             of it has seen"
        )
    }
}

/// Sign that rows are in the order of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "sign")]
pub(crate) enum OrderSign {
    /// A column of times never goes back, or never forth.
    Time {
        column: String,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        newest_first: bool,
    },
    /// A column numbers the rows.
    Counter {
        column: String,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        newest_first: bool,
    },
    /// The target follows the one before it.
    Target { column: String, correlation: f64 },
}

impl fmt::Display for OrderSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time {
                column,
                newest_first,
            } => {
                let newest = if *newest_first { NEWEST } else { "" };
                write!(f, "in the order of time, by `{column}`{newest}")
            }
            Self::Counter {
                column,
                newest_first,
            } => {
                let newest = if *newest_first { NEWEST } else { "" };
                write!(
                    f,
                    "in an order, by the counter `{column}`, which may be that of time{newest}"
                )
            }
            Self::Target {
                column,
                correlation,
            } => write!(
                f,
                "in an order, for `{column}` follows the one before it (correlation \
                 {correlation:.2}), which may be that of time"
            ),
        }
    }
}

const NEWEST: &str = ", the newest first";

/// Consequence of such an order, in words.
pub(crate) const FLATTERS: &str = "each validation row has neighbors among the training rows, which flatters: rows to come have none";

impl OrderSign {
    /// True where the last rows are the oldest.
    pub(crate) fn is_newest_first(&self) -> bool {
        match self {
            Self::Time { newest_first, .. } | Self::Counter { newest_first, .. } => *newest_first,
            Self::Target { .. } => false,
        }
    }

    /// What to do about it.
    pub(crate) fn cure(&self) -> &'static str {
        match self.is_newest_first() {
            false => {
                "`--test-last 0.2` keeps the last fifth of the rows apart, and measures them too"
            }
            true => {
                "sort the file from the oldest row to the newest; then `--test-last 0.2` keeps the last \
                 fifth of the time apart, and measures it too"
            }
        }
    }
}

impl RowOrder {
    /// Order of the rows of a table, of which these columns are used.
    pub(crate) fn find(table: &Table, choice: &ColumnSelection) -> Self {
        let mut counters = Vec::new();
        for one in &choice.features {
            let is_number = one.feature.is_plain() || one.feature.is_in_seconds();
            let values = |row| one.value(table, row);
            let column = one.feature.to_string();
            if let Some(step) = step(table.lines.len(), values).filter(|_| is_number) {
                counters.push(Counter { column, step });
            }
        }
        let mut columns = 0..table.columns.len();
        let time = columns.find_map(|at| Some((at, direction(table, at)?)));
        let target = choice.targets.first().map(|&at| &table.columns[at]);
        let sign = match (time, counters.first(), target) {
            (Some((at, newest_first)), _, _) => Some(OrderSign::Time {
                column: table.columns[at].name.clone(),
                newest_first,
            }),
            (None, Some(counter), _) => Some(OrderSign::Counter {
                column: counter.column.clone(),
                newest_first: counter.step < 0.0,
            }),
            (None, None, Some(target)) => follows(&target.values).map(|correlation| {
                let column = target.name.clone();
                OrderSign::Target {
                    column,
                    correlation,
                }
            }),
            _ => None,
        };
        Self { counters, sign }
    }
}

/// Direction of a column of times that never go back: `false`, or never forth: `true`.
fn direction(table: &Table, at: usize) -> Option<bool> {
    let column = &table.columns[at];
    if !column.has_times() || column.values.len() < ROWS[0] || table.check_times(at).is_err() {
        return None;
    }
    let times = || column.values.iter().filter(|time| !time.is_nan());
    let (first, last) = (times().next()?, times().next_back()?);
    match last > first {
        true => times().is_sorted().then_some(false),
        false => (last < first && times().rev().is_sorted()).then_some(true),
    }
}

/// Step from row to row, if it is the same between all of so many.
fn step(rows: usize, value: impl Fn(usize) -> f64) -> Option<f64> {
    if rows < ROWS[0] {
        return None;
    }
    let (first, last) = (value(0), value(rows - 1));
    let step = (last - first) / (rows - 1) as f64;
    // As far as numbers are rounded in the file, and here.
    let slack = 1e-6 * step.abs() + 4.0 * f64::EPSILON * first.abs().max(last.abs());
    let is_same = |row| (value(row) - value(row - 1) - step).abs() <= slack;
    (step != 0.0 && step.is_finite() && (1..rows).all(is_same)).then_some(step)
}

/// Correlation of amounts with the ones before them, where that is high; not of sorted ones.
fn follows(values: &[f64]) -> Option<f64> {
    let values: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    let is_sorted = values.is_sorted() || values.is_sorted_by(|a, b| a >= b);
    let mut levels: Vec<f64> = values.iter().take(LEVELS_OF).copied().collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    if values.len() < ROWS[1] || is_sorted || levels.len() <= LEVELS {
        return None;
    }
    // Rows sorted by something that the target goes with follow each other from block to block alone.
    let blocks = values.chunks_exact(BLOCK).map(correlation);
    let mut blocks: Vec<f64> = blocks.filter(|x| !x.is_nan()).collect();
    blocks.sort_by(f64::total_cmp);
    let is_local = blocks.get(blocks.len() / 2).is_some_and(|&x| x >= LOCAL);
    Some(correlation(&values)).filter(|&x| x >= CORRELATION && is_local)
}

/// Correlation of numbers with the ones before them; NaN where none differs from the others.
fn correlation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let pairs = values.windows(2);
    let pairs = pairs.map(|pair| (pair[0] - mean) * (pair[1] - mean));
    let squares = values.iter().map(|x| (x - mean) * (x - mean));
    pairs.sum::<f64>() / squares.sum::<f64>()
}
