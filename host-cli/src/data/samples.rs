//! The rows of a table as samples: features and target, in the precision of the fit.

use std::borrow::Cow;

use downhill::Real;
use downhill::fit::Command;
use downhill::missing::Missing;
use downhill::model::formula::Program;
use downhill::random::Random;
use downhill_tables::{Files, LineNumbers};
use serde::{Deserialize, Serialize};

use crate::data::role::Role;
use crate::options::spec::{Cost, MissingSpec};
use crate::support::failure::{Failure, Outcome};

/// The rows that have every number a fit needs.
#[derive(Clone, Debug)]
pub(crate) struct Samples<T> {
    width: usize,
    /// Number of targets of each; where it has none of its own, its features are.
    targets: usize,
    /// Row before anything of it is known: NaN, with a weight of 1.
    blank: Vec<T>,
    /// Row after row its features, targets and weight, close together: an epoch goes through them
    /// in any order.
    numbers: Vec<T>,
    lines: LineNumbers,
    /// Treatment of a row that misses a feature.
    missing: Missing,
    /// The last number of each feature.
    last: Vec<T>,
    /// Number of rows that have such a number in place of one that is missing.
    pub(crate) filled: usize,
    /// Number of rows that were dropped, because a number is missing.
    pub(crate) dropped: usize,
    /// Column used that misses most, and the number of rows that it misses.
    pub(crate) sparsest: (String, usize),
}

/// One row, as a trainer takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample<'a, T> {
    pub(crate) features: &'a [T],
    pub(crate) target: &'a [T],
    /// Weight in the loss.
    pub(crate) weight: T,
    /// The line of the file that it comes from.
    pub(crate) line: u64,
}

impl<'a, T: Real> From<Sample<'a, T>> for Command<'a, T> {
    #[inline(always)]
    fn from(sample: Sample<'a, T>) -> Self {
        Self::Sample {
            features: sample.features,
            target: sample.target,
            weight: sample.weight,
        }
    }
}

impl<T: Real> Samples<T> {
    /// None yet, with so many features and targets each.
    pub(crate) fn empty(width: usize, targets: usize, missing: MissingSpec) -> Self {
        let blank = [vec![T::NAN; width + targets], vec![T::ONE]].concat();
        Self {
            width,
            targets,
            blank,
            numbers: Vec::new(),
            lines: LineNumbers::default(),
            missing: missing.rule(),
            last: vec![T::NAN; width],
            filled: 0,
            dropped: 0,
            sparsest: Default::default(),
        }
    }

    /// Number of numbers of a row.
    pub(crate) fn stride(&self) -> usize {
        self.width + self.targets + 1
    }

    /// Room for the features of the next row and, behind them, its targets; NaN until they are
    /// put there.
    pub(crate) fn next_row(&mut self) -> (&mut [T], &mut [T]) {
        let (start, width, targets) = (self.numbers.len(), self.width, self.targets);
        self.numbers.extend_from_slice(&self.blank);
        self.numbers[start..start + width + targets].split_at_mut(width)
    }

    /// Adds a row of which nothing is missing, and which counts as much as any: its features and
    /// targets. Returns whether it is there.
    #[inline(always)]
    pub(crate) fn push(&mut self, numbers: &[f64], line: u64) -> bool {
        self.numbers.reserve(numbers.len() + 1);
        // A number that is read at once is no larger than any precision holds.
        let numbers = numbers.iter().map(|&number| T::from_f64(number));
        self.numbers.extend(numbers);
        self.numbers.push(T::ONE);
        match self.missing {
            Missing::Skip => self.lines.push(line),
            Missing::Hold => return self.end_row(true, T::ONE, line),
        }
        true
    }

    /// Adds a row that was one before: its features, targets and weight.
    #[inline]
    pub(crate) fn push_whole(&mut self, numbers: impl Iterator<Item = T>, line: u64) {
        self.numbers.extend(numbers);
        self.lines.push(line);
    }

    /// Features, targets and weight of one of them.
    pub(crate) fn numbers(&self, row: usize) -> &[T] {
        let stride = self.stride();
        &self.numbers[row * stride..][..stride]
    }

    /// The next row is there, or is none, unless it has its targets and its weight and what it
    /// misses of its features is filled in. Returns whether it is there.
    pub(crate) fn end_row(&mut self, labeled: bool, weight: T, line: u64) -> bool {
        let (start, stride) = (self.len() * self.stride(), self.stride());
        let row = &mut self.numbers[start..start + stride];
        row[stride - 1] = weight;
        let features = &mut row[..self.width];
        let gap = features.iter().any(|feature| !feature.is_finite());
        let whole = match self.missing {
            Missing::Skip => !gap,
            Missing::Hold => self.missing.fill(None, features, &mut self.last),
        } && labeled;
        if whole {
            self.lines.push(line);
            self.filled += usize::from(gap);
        } else {
            self.numbers.truncate(start);
            self.dropped += 1;
        }
        whole
    }

    /// Class of a row that has one target.
    pub(crate) fn class(&self, row: usize) -> Option<usize> {
        let target = self.numbers.get(row * self.stride() + self.width)?;
        Some(target.to_f64() as usize)
    }

    /// Gives the last row, which has one target, its class.
    pub(crate) fn set_class(&mut self, class: usize) {
        let target = self.numbers.len() - 2;
        self.numbers[target] = T::from_f64(class as f64);
    }

    /// Replaces each class by the one at its place in `classes`.
    pub(crate) fn reorder_classes(&mut self, classes: &[usize]) {
        if classes.iter().copied().eq(0..classes.len()) {
            return;
        }
        let (width, stride) = (self.width, self.stride());
        for row in self.numbers.chunks_exact_mut(stride) {
            let class = row[width].to_f64() as usize;
            row[width] = T::from_f64(classes.get(class).copied().unwrap_or(class) as f64);
        }
    }

    /// Forgets the rows from `row` on.
    pub(crate) fn truncate(&mut self, row: usize) {
        self.numbers.truncate(row * self.stride());
        self.lines.truncate(row);
    }

    /// Puts the last row in place of another, which is forgotten.
    pub(crate) fn replace(&mut self, row: usize) {
        let (last, stride) = (self.len() - 1, self.stride());
        let numbers = last * stride..(last + 1) * stride;
        self.numbers.copy_within(numbers, row * stride);
        self.numbers.truncate(last * stride);
        self.lines.replace(row);
    }

    /// Adds the samples of a later piece of the file, whose lines are these and so many more.
    pub(crate) fn append(&mut self, later: &Self, more: u64) {
        self.numbers.extend_from_slice(&later.numbers);
        self.lines.append(&later.lines, more);
        self.filled += later.filled;
        self.dropped += later.dropped;
    }

    /// Number of samples.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Number of features of each.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Numbers of features and of targets of each.
    pub(crate) fn widths(&self) -> (usize, usize) {
        match self.targets {
            0 => (self.width, self.width),
            targets => (self.width, targets),
        }
    }

    /// One of them.
    #[inline(always)]
    pub(crate) fn sample(&self, row: usize) -> Sample<'_, T> {
        let stride = self.stride();
        let numbers = &self.numbers[row * stride..][..stride];
        let (features, rest) = numbers.split_at(self.width);
        // A weight is always there.
        let (&weight, target) = rest.split_last().unwrap_or((&T::ONE, &[]));
        Sample {
            features,
            target: if self.targets == 0 { features } else { target },
            weight,
            line: self.lines.of(row),
        }
    }

    /// Some of them.
    pub(crate) fn of<'a>(&'a self, rows: &'a [u32]) -> impl Iterator<Item = Sample<'a, T>> + Clone {
        rows.iter().map(|&row| self.sample(row as usize))
    }

    /// Targets and weight of some of them.
    #[inline(always)]
    pub(crate) fn targets<'a>(&'a self, rows: &'a [u32]) -> impl Iterator<Item = (&'a [T], T)> {
        let (width, targets) = self.widths();
        // Where the targets are the features, they begin with them.
        let begin = if self.targets == 0 { 0 } else { width };
        let stride = self.stride();
        rows.iter().map(move |&row| {
            let numbers = &self.numbers[row as usize * stride..][..stride];
            (&numbers[begin..begin + targets], numbers[stride - 1])
        })
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Sample<'_, T>> {
        (0..self.len()).map(|row| self.sample(row))
    }

    /// The largest number of each feature, without its sign.
    pub(crate) fn largest(&self) -> Vec<f64> {
        let mut largest = vec![0.0f64; self.width];
        for row in self.iter() {
            for (largest, number) in largest.iter_mut().zip(row.features) {
                *largest = largest.max(number.to_f64().abs());
            }
        }
        largest
    }

    /// Failure of a file in which no row has every number; names the column that misses most.
    pub(crate) fn none_left(&self, files: &Files) -> Failure {
        let ((name, missing), rows) = (&self.sparsest, self.dropped);
        Failure::Input(format!(
            "{}: no row has a number in every column used; `{name}` misses {missing} of {rows}. \
             Choose the features with `--features`, and check `--missing-value`",
            files,
        ))
    }

    /// Multiplies each weight with that of the sample's class; no classes change nothing.
    pub(crate) fn weigh_classes(&mut self, classes: &[f64]) {
        let (width, stride) = (self.width, self.stride());
        if classes.is_empty() || self.targets == 0 {
            return;
        }
        for row in self.numbers.chunks_exact_mut(stride) {
            if let Some(&class) = classes.get(row[width].to_f64() as usize) {
                row[stride - 1] *= T::from_f64(class);
            }
        }
    }

    /// Replaces each target by what a formula has on its left side.
    pub(crate) fn take_left_side(
        &mut self,
        files: &Files,
        column: &str,
        program: &Program<T>,
    ) -> Outcome {
        let (width, stride) = (self.width, self.stride());
        let rows = self.numbers.chunks_exact_mut(stride);
        for (at, row) in rows.enumerate() {
            let target = &mut row[width];
            let left = program.target(*target);
            if !left.is_finite() {
                let place = files.place(self.lines.of(at));
                return Err(Failure::Input(format!(
                    "{place}, column `{column}`: the left side of the formula has no finite \
                     value at {}; correct the cell, or leave the row out",
                    target.to_f64()
                )));
            }
            *target = left;
        }
        Ok(())
    }
}

/// Meaning of the standard deviations of targets: a row weighs 1 / σ².
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sigma {
    /// Known up to a factor that all share, which the residuals tell.
    Relative,
    /// Known in the unit of the target.
    Absolute,
}

/// Weights of the rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weighting {
    /// The column with the weights, or with standard deviations.
    pub(crate) column: Option<String>,
    /// Meaning of its standard deviations; `None` where it has weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sigma: Option<Sigma>,
    /// Factor of a row's weight, for each class; empty where there is none.
    pub(crate) classes: Vec<f64>,
    /// Costs of errors, where they are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cost: Option<Cost>,
}

/// Rows by their roles, each by its number and in the file's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Split {
    /// Training rows.
    pub(crate) train: Vec<u32>,
    /// Validation rows.
    pub(crate) validation: Vec<u32>,
    /// Test rows.
    pub(crate) test: Vec<u32>,
}

impl Split {
    /// Rows of a role.
    pub(crate) fn of(&mut self, role: Role) -> &mut Vec<u32> {
        match role {
            Role::Train => &mut self.train,
            Role::Validation => &mut self.validation,
            Role::Test => &mut self.test,
        }
    }

    /// Makes every `every`-th of `rows` rows a validation row; none where `every` is 0.
    pub(crate) fn every(rows: usize, every: usize) -> Self {
        let rows = rows as u32;
        let Some(every) = u32::try_from(every).ok().filter(|&every| every > 0) else {
            return Self {
                train: (0..rows).collect(),
                validation: Vec::new(),
                test: Vec::new(),
            };
        };
        let mut train = Vec::with_capacity((rows - rows / every) as usize);
        for first in (0..rows).step_by(every as usize) {
            train.extend(first..rows.min(first.saturating_add(every - 1)));
        }
        let validation = (every - 1..rows).step_by(every as usize).collect();
        Self {
            train,
            validation,
            test: Vec::new(),
        }
    }
}

/// Number of rows that went where.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct RowCounts {
    /// Rows of all roles together.
    pub(crate) used: usize,
    /// Left out, because a number is missing.
    pub(crate) dropped: usize,
    /// Used, with the last number of a column in place of one that is missing.
    pub(crate) filled: usize,
    /// Training rows.
    pub(crate) train: usize,
    /// Validation rows.
    pub(crate) validation: usize,
    /// Test rows.
    pub(crate) test: usize,
}

/// The order in which an epoch goes through its rows.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    rows: Cow<'a, [u32]>,
    random: Option<Random>,
}

impl<'a> Order<'a> {
    /// Over these rows, drawn from `seed`, or as they stand where that is `None`.
    pub(crate) fn new(rows: &'a [u32], seed: Option<u64>) -> Self {
        Self {
            rows: rows.into(),
            random: seed.map(Random::seed),
        }
    }

    /// Generator that an order of rows that are not held is drawn from.
    pub(crate) fn random(&mut self) -> Option<&mut Random> {
        self.random.as_mut()
    }

    /// The rows of the next epoch.
    pub(crate) fn epoch(&mut self) -> &[u32] {
        if let Some(random) = &mut self.random {
            random.shuffle(self.rows.to_mut());
        }
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_row_is_for_validation() {
        let split = Split::every(11, 5);
        assert_eq!(split.validation, [4, 9]);
        assert_eq!(split.train.len(), 9);
        assert_eq!(Split::every(4, 0).train, [0, 1, 2, 3]);
    }

    #[test]
    fn an_order_is_its_seeds() {
        let rows: Vec<u32> = (0..100).collect();
        let (mut one, mut same) = (Order::new(&rows, Some(7)), Order::new(&rows, Some(7)));
        let first = one.epoch().to_vec();
        assert_eq!(first, same.epoch());
        assert_ne!(first, one.epoch());
        assert_eq!(Order::new(&rows, None).epoch(), rows);
    }
}
