//! Columns as a fit would take them.

use downhill_tables::{LineNumbers, Table};

use crate::data::columns::ColumnSelection;
use crate::train::task;

/// A column of numbers as a fit would take it.
pub(super) struct Series {
    pub(super) name: String,
    /// NaN where it is missing.
    pub(super) values: Vec<f64>,
}

/// Columns that are looked at.
pub(super) struct Frame<'a> {
    /// The line of the file on which each row starts.
    pub(super) lines: &'a LineNumbers,
    /// The features, and the target at the end.
    pub(super) series: Vec<Series>,
    /// Number of classes of the target; 0 of an amount.
    pub(super) classes: usize,
    /// Rows in which neither the target nor a feature misses a number.
    pub(super) whole: Vec<usize>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(table: &'a Table, choice: &ColumnSelection) -> Self {
        let rows = 0..table.lines.len();
        let target = &table.columns[choice.targets[0]];
        let mut series: Vec<Series> = choice
            .features
            .iter()
            .map(|found| Series {
                name: found.feature.to_string(),
                values: rows.clone().map(|row| found.value(table, row)).collect(),
            })
            .collect();
        series.push(Series {
            name: target.name.clone(),
            values: target.values.clone(),
        });
        let classes = target.classes().filter(|&k| k <= task::FEW_CLASSES);
        let is_whole = |&row: &usize| series.iter().all(|one| !one.values[row].is_nan());
        Self {
            lines: &table.lines,
            classes: classes.unwrap_or(0),
            whole: rows.filter(is_whole).collect(),
            series,
        }
    }

    /// Position of the target.
    pub(super) fn target(&self) -> usize {
        self.series.len() - 1
    }

    /// Positions of the features.
    pub(super) fn features(&self) -> std::ops::Range<usize> {
        0..self.target()
    }

    pub(super) fn name(&self, column: usize) -> &str {
        &self.series[column].name
    }

    /// The numbers of a column that are there.
    pub(super) fn present(&self, column: usize) -> Vec<f64> {
        let values = self.series[column].values.iter().copied();
        values.filter(|value| !value.is_nan()).collect()
    }

    /// A column's numbers beside the target's, where both are there.
    pub(super) fn beside_target(&self, column: usize) -> (Vec<f64>, Vec<f64>) {
        let targets = self.series[self.target()].values.iter().copied();
        let pairs = self.series[column].values.iter().copied().zip(targets);
        pairs.filter(|(x, y)| !x.is_nan() && !y.is_nan()).unzip()
    }
}
