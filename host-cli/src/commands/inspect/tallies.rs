//! Counts over all rows of a file, held or not.

use std::collections::HashMap;

use downhill_tables::{CsvFile, Row, Rows, Table};

use super::statistics::quantile;
use crate::data::classes::{Ruling, Seen};
use crate::data::columns::ColumnSelection;
use crate::data::features::ResolvedFeature;
use crate::support::failure::Outcome;

/// Number of interquartile ranges beyond a quartile from which a number is an outlier.
const FAR: f64 = 8.0;
/// Different rows of which it is known whether they come again.
const ROWS: usize = 1 << 16;

/// Counts over all rows.
#[derive(Clone, Debug)]
pub(super) struct Tallies {
    pub(super) rows: usize,
    /// Rows in which neither the target nor a feature misses a number.
    pub(super) whole: usize,
    /// Tallies of the features, and of the target at the end.
    pub(super) columns: Vec<Tally>,
    /// Labels of the target, where it may have classes.
    pub(super) seen: Option<Seen>,
    pub(super) copies: Copies,
    /// Steps of the column of times.
    pub(super) time: Steps,
}

impl Tallies {
    /// Goes through the held rows of a table, or, where it holds not all, through those of its file.
    pub(super) fn of(
        file: &CsvFile,
        table: &Table,
        choice: &ColumnSelection,
        time: Option<usize>,
    ) -> Outcome<Self> {
        let target = choice.targets[0];
        let mut tallies = Self {
            rows: table.rows,
            whole: 0,
            columns: Vec::with_capacity(choice.features.len() + 1),
            seen: (choice.ruling != Ruling::Amount).then(Seen::default),
            copies: Copies::default(),
            time: Steps::default(),
        };
        let held = 0..table.lines.len();
        for feature in &choice.features {
            let values = held.clone().map(|row| feature.value(table, row));
            tallies.columns.push(Tally::fenced(values));
        }
        let values = table.columns[target].values.iter().copied();
        tallies.columns.push(Tally::fenced(values));
        let are_texts = choice.ruling == Ruling::Classes { are_texts: true };
        let mut numbers = vec![0.0; choice.features.len() + 1];
        if table.is_sample() {
            let mut rows = file.rows(&places(table, choice))?;
            while let Some(row) = rows.next_row()? {
                for (number, feature) in numbers.iter_mut().zip(&choice.features) {
                    *number = value(&row, feature)?;
                }
                let at = choice.features.len();
                numbers[at] = match are_texts {
                    true => f64::NAN,
                    false => row.number(target)?.unwrap_or(f64::NAN),
                };
                if let Some(seen) = &mut tallies.seen
                    && let Some(label) = row.label(target)?
                {
                    let place = seen.label(label, row.line());
                    if are_texts {
                        numbers[at] = place as f64;
                    }
                }
                if let Some(time) = time {
                    let is_time = table.columns[time].is_time();
                    let seconds = match is_time {
                        true => row.seconds(time)?,
                        false => row.number(time)?,
                    };
                    tallies.time.see(seconds.unwrap_or(f64::NAN));
                }
                tallies.see(&numbers, row.line());
            }
            return Ok(tallies);
        }
        for row in held {
            for (number, feature) in numbers.iter_mut().zip(&choice.features) {
                *number = feature.value(table, row);
            }
            let (at, line) = (choice.features.len(), table.lines.of(row));
            let column = &table.columns[target];
            numbers[at] = column.values[row];
            if let Some(seen) = &mut tallies.seen {
                let label = match are_texts {
                    true => column.label(row),
                    false => downhill_tables::Label::of_number(column.values[row]),
                };
                let place = label.map(|label| seen.label(label, line));
                if are_texts {
                    numbers[at] = place.map_or(f64::NAN, |place| place as f64);
                }
            }
            if let Some(time) = time {
                tallies.time.see(table.columns[time].values[row]);
            }
            tallies.see(&numbers, line);
        }
        Ok(tallies)
    }

    /// Takes notice of a row.
    fn see(&mut self, numbers: &[f64], line: u64) {
        let mut is_whole = true;
        for (tally, &number) in self.columns.iter_mut().zip(numbers) {
            is_whole &= !number.is_nan();
            tally.see(number);
        }
        if is_whole {
            self.whole += 1;
            self.copies.see(numbers, line);
        }
    }
}

/// Place of each column whose numbers are read.
fn places(table: &Table, choice: &ColumnSelection) -> Vec<usize> {
    let mut places = vec![Rows::NOWHERE; table.columns.len()];
    for (place, column) in choice.columns().enumerate() {
        places[column] = place;
    }
    places
}

/// The number of a feature in a row; NaN where its cell is missing.
fn value(row: &Row<'_>, ResolvedFeature { at, feature }: &ResolvedFeature) -> Outcome<f64> {
    let number = match (feature.level(), feature.part()) {
        (None, None) => row.number(*at)?,
        (None, Some(part)) => row.seconds(*at)?.map(|seconds| part.of(seconds)),
        (Some(level), _) => row.text(*at)?.map(|text| {
            let is_same = || match row.number(*at) {
                Ok(Some(number)) => number.to_string() == level,
                _ => false,
            };
            f64::from(u8::from(text == level || is_same()))
        }),
    };
    Ok(number.unwrap_or(f64::NAN))
}

/// Counts of the numbers of a column.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) low: f64,
    pub(super) high: f64,
    sum: f64,
    /// Mean of those until now.
    center: f64,
    /// Sum of the squares of deviations from the mean.
    squares: f64,
    /// Bounds beyond which a number lies far out.
    fences: [f64; 2],
    /// Count of such numbers.
    pub(super) far: usize,
}

impl Tally {
    /// None yet; numbers that lie far from most of `some` will be counted.
    fn fenced(some: impl Iterator<Item = f64>) -> Self {
        let mut some: Vec<f64> = some.filter(|number| !number.is_nan()).collect();
        some.sort_unstable_by(f64::total_cmp);
        let mut fences = [f64::NEG_INFINITY, f64::INFINITY];
        if !some.is_empty() {
            let (low, high) = (quantile(&some, 0.25), quantile(&some, 0.75));
            let reach = FAR * (high - low);
            // Of a column that is mostly one number nothing can be said.
            if reach > 0.0 {
                fences = [low - reach, high + reach];
            }
        }
        Self {
            count: 0,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            sum: 0.0,
            center: 0.0,
            squares: 0.0,
            fences,
            far: 0,
        }
    }

    fn see(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        self.count += 1;
        self.low = self.low.min(number);
        self.high = self.high.max(number);
        self.sum += number;
        let off = number - self.center;
        self.center += off / self.count as f64;
        self.squares += off * (number - self.center);
        self.far += usize::from(number < self.fences[0] || number > self.fences[1]);
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// The standard deviation.
    pub(super) fn deviation(&self) -> f64 {
        match self.low < self.high {
            true => (self.squares / self.count as f64).sqrt(),
            false => 0.0,
        }
    }

    /// Tells whether its numbers are all the same.
    pub(super) fn is_constant(&self) -> bool {
        self.low >= self.high || self.count == 0
    }

    /// The number that lies farthest out.
    pub(super) fn worst(&self) -> f64 {
        match self.high - self.fences[1] > self.fences[0] - self.low {
            true => self.high,
            false => self.low,
        }
    }
}

/// Rows that come again; of many different ones, a share of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    /// Line of the first of each, and how many there are, by a hash of their numbers.
    known: HashMap<u64, (u64, usize)>,
    /// Zeros that a hash begins with, where it is told apart.
    zeros: u32,
    /// Lines of a row and of the first copy of it.
    first: Option<(u64, u64)>,
}

impl Copies {
    fn see(&mut self, numbers: &[f64], line: u64) {
        let mix = |hash: u64, number: &f64| {
            let mixed = (hash ^ number.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
        };
        let hash = numbers.iter().fold(1, mix);
        let hash = hash ^ (hash >> 29);
        if hash.leading_zeros() < self.zeros {
            return;
        }
        let (before, count) = self.known.entry(hash).or_insert((line, 0));
        *count += 1;
        if *count == 2 {
            self.first.get_or_insert((*before, line));
        }
        while self.known.len() > ROWS {
            self.zeros += 1;
            self.known
                .retain(|hash, _| hash.leading_zeros() >= self.zeros);
        }
    }

    /// Rows that are copies of one before, and rows that were told apart; lines of one that came
    /// again and of its first copy. Rows were drawn by what they hold, so that a share of them is
    /// one of all.
    pub(super) fn found(&self) -> Option<(usize, usize, (u64, u64))> {
        let rows: usize = self.known.values().map(|(_, count)| count).sum();
        Some((rows - self.known.len(), rows, self.first?))
    }

    /// Tells whether some rows were left out.
    pub(super) fn is_share(&self) -> bool {
        self.zeros > 0
    }
}

/// Directions in which a column goes from row to row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    last: Option<f64>,
    /// Rows that have a number.
    pub(super) rows: usize,
    pub(super) back: usize,
    pub(super) forth: usize,
}

impl Steps {
    fn see(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        self.rows += 1;
        if let Some(last) = self.last.replace(number) {
            self.back += usize::from(number < last);
            self.forth += usize::from(number > last);
        }
    }
}
