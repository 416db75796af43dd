//! Ranges of features in the training rows, and rows beyond them.

use std::fmt;

use downhill::Real;
use serde::Serialize;

use crate::support::format::counted;

/// Part of a feature's range that a number may lie beyond it and is not told.
const ROOM: f64 = 0.05;

/// Most columns that are named.
const NAMED: usize = 4;

/// The least and the largest number of each feature.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranges<T> {
    low: Vec<T>,
    high: Vec<T>,
}

impl<T: Real> Ranges<T> {
    /// Those of so many features, of which no number was seen.
    pub(crate) fn of(features: usize) -> Self {
        Self {
            low: vec![T::MAX; features],
            high: vec![T::ZERO - T::MAX; features],
        }
    }

    /// Takes notice of the features of a row.
    pub(crate) fn see(&mut self, features: &[T]) {
        for (low, &x) in self.low.iter_mut().zip(features) {
            *low = if x < *low { x } else { *low };
        }
        for (high, &x) in self.high.iter_mut().zip(features) {
            *high = if x > *high { x } else { *high };
        }
    }

    /// Both ends of each range, in double precision.
    pub(crate) fn numbers(&self) -> Vec<[f64; 2]> {
        self.ends()
            .map(|ends| ends.map(|end| end.to_f64()))
            .collect()
    }

    /// Both ends of each.
    fn ends(&self) -> impl Iterator<Item = [T; 2]> {
        self.low
            .iter()
            .zip(&self.high)
            .map(|(&low, &high)| [low, high])
    }
}

/// Rows that lie beyond those that a model has learned from.
#[derive(Clone, Debug)]
pub(crate) struct Beyond<T> {
    /// With some room.
    ranges: Ranges<T>,
    rows: usize,
    /// Rows by feature.
    of_features: Vec<usize>,
}

impl<T: Real> Beyond<T> {
    /// None yet, beyond these ranges less their origins; none ever where no ranges are known.
    pub(crate) fn of(ranges: &[[f64; 2]], origin: impl Fn(usize) -> f64) -> Self {
        let end = |side: f64| {
            let (origin, ranges) = (&origin, ranges.iter().enumerate());
            let ends = ranges.map(move |(at, [low, high])| {
                let end = if side < 0.0 { low } else { high };
                // Rounding is not beyond.
                let room = ROOM * (high - low) + 1e-6 * end.abs();
                T::from_f64(end - origin(at) + side * room)
            });
            ends.collect()
        };
        Self {
            ranges: Ranges {
                low: end(-1.0),
                high: end(1.0),
            },
            rows: 0,
            of_features: vec![0; ranges.len()],
        }
    }

    /// Takes notice of the features of a row.
    #[inline]
    pub(crate) fn see(&mut self, features: &[T]) {
        let ends = self.ranges.low.iter().zip(&self.ranges.high);
        let is_beyond = ends
            .zip(features)
            .fold(false, |any, ((low, high), x)| any | (x < low) | (x > high));
        if is_beyond {
            self.count(features);
        }
    }

    #[cold]
    fn count(&mut self, features: &[T]) {
        self.rows += 1;
        for ((count, [low, high]), &x) in self
            .of_features
            .iter_mut()
            .zip(self.ranges.ends())
            .zip(features)
        {
            *count += usize::from(x < low || x > high);
        }
    }

    /// Rows found beyond the ranges, by features with these names; `None` where there are none.
    pub(crate) fn found(&self, names: &[String], ranges: &[[f64; 2]]) -> Option<Extrapolation> {
        let columns = names.iter().zip(ranges).zip(&self.of_features);
        let columns = columns.filter(|(_, rows)| **rows > 0);
        let column = |((name, &trained), &rows): ((&String, &[f64; 2]), &usize)| BeyondColumn {
            column: name.clone(),
            trained,
            rows,
        };
        (self.rows > 0).then(|| Extrapolation {
            rows: self.rows,
            columns: columns.map(column).collect(),
        })
    }
}

/// Rows beyond those of the training.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Extrapolation {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<BeyondColumn>,
}

impl fmt::Display for Extrapolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = |one: &BeyondColumn| {
            let [low, high] = one.trained.map(plain);
            format!("`{}` ({low} to {high} there)", one.column)
        };
        let (named, more) = self.columns.split_at(self.columns.len().min(NAMED));
        let mut named: Vec<String> = named.iter().map(column).collect();
        if !more.is_empty() {
            named.push(format!("{} more columns", more.len()));
        }
        let (rows, lie) = (
            counted(self.rows, "row"),
            if self.rows == 1 { "lies" } else { "lie" },
        );
        write!(
            f,
            "{rows} {lie} beyond the training rows, in {}; predictions there are extrapolated, and \
             nothing was measured for such",
            named.join(", ")
        )
    }
}

/// A number in the digits of the precision that it comes from.
fn plain(number: f64) -> String {
    let narrow = number as f32;
    match f64::from(narrow) == number {
        true => narrow.to_string(),
        false => number.to_string(),
    }
}

/// A feature with numbers beyond those of the training rows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BeyondColumn {
    pub(crate) column: String,
    /// The least and the largest number of the training rows.
    pub(crate) trained: [f64; 2],
    pub(crate) rows: usize,
}
