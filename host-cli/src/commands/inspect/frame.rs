//! Columns as a fit would take them.

use downhill_tables::{Column, Label, Table};

use super::tallies::Tallies;
use crate::data::classes::{Asked, Classes, Ruling, Settled};
use crate::data::columns::ColumnSelection;
use crate::support::failure::Outcome;

/// A column of numbers as a fit would take it.
pub(super) struct Series {
    pub(super) name: String,
    /// Numbers of the rows that are held; NaN where it is missing.
    pub(super) values: Vec<f64>,
}

/// Columns that are looked at.
pub(super) struct Frame {
    /// Counts over all rows.
    pub(super) all: Tallies,
    /// Count of the rows that are held.
    pub(super) held: usize,
    /// True of each feature that is one of those that are together always 1.
    pub(super) of_all: Vec<bool>,
    /// The features, and the target at the end.
    pub(super) series: Vec<Series>,
    /// Number of classes of the target, which then has their numbers; 0 of an amount.
    pub(super) classes: usize,
    /// Labels of the classes.
    pub(super) labels: Classes,
    /// Rows of each class.
    pub(super) class_rows: Vec<usize>,
    /// How the target was taken, where it could have been taken otherwise.
    pub(super) taken: Option<String>,
    /// Rows that are held, in which neither the target nor a feature misses a number.
    pub(super) whole: Vec<usize>,
}

impl Frame {
    pub(super) fn new(table: &Table, choice: &ColumnSelection, all: Tallies) -> Outcome<Self> {
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
        let meaning = Meaning::of(table, target, choice.ruling, &all)?;
        series.push(Series {
            name: target.name.clone(),
            values: meaning.values,
        });
        let is_whole = |&row: &usize| series.iter().all(|one| !one.values[row].is_nan());
        Ok(Self {
            all,
            held: table.lines.len(),
            of_all: choice
                .features
                .iter()
                .map(|one| one.feature.is_of_all())
                .collect(),
            classes: meaning.labels.len(),
            labels: meaning.labels,
            class_rows: meaning.rows,
            taken: meaning.taken,
            whole: rows.filter(is_whole).collect(),
            series,
        })
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

/// A target, as it is read.
struct Meaning {
    /// Its amounts, or the classes of its rows; NaN where it is missing.
    values: Vec<f64>,
    labels: Classes,
    /// Rows of each class.
    rows: Vec<usize>,
    taken: Option<String>,
}

impl Meaning {
    fn of(table: &Table, column: &Column, ruling: Ruling, all: &Tallies) -> Outcome<Self> {
        let amounts = |taken| Self {
            values: column.values.clone(),
            labels: Classes::default(),
            rows: Vec::new(),
            taken,
        };
        let Some(seen) = &all.seen else {
            return Ok(amounts(None));
        };
        let target = (&table.files, &*column.name);
        let decision = match Asked::default().settle(target, ruling, Some(seen))? {
            Settled::Amount(taken) => return Ok(amounts(taken)),
            Settled::Classes(decision) => decision,
            // All rows were seen before.
            Settled::Anew(_) => return Ok(amounts(None)),
        };
        let mut seen = seen.clone();
        let class = |row: usize| {
            let label = match ruling {
                Ruling::Classes { are_texts: true } => column.label(row),
                _ => Label::of_number(column.values[row]),
            };
            label.map_or(f64::NAN, |label| {
                decision.places[seen.label(label, table.lines.of(row))] as f64
            })
        };
        Ok(Self {
            values: (0..column.values.len()).map(class).collect(),
            labels: decision.classes,
            rows: decision.rows.iter().map(|&rows| rows as usize).collect(),
            taken: Some(decision.taken),
        })
    }
}
