//! Columns as a fit would take them.

use downhill_tables::{Column, Label, LineNumbers, Table};

use crate::data::classes::{Asked, Classes, Ruling, Seen, Settled};
use crate::data::columns::ColumnSelection;
use crate::support::failure::Outcome;

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
    /// Number of classes of the target, which then has their numbers; 0 of an amount.
    pub(super) classes: usize,
    /// Labels of the classes.
    pub(super) labels: Classes,
    /// How the target was taken, where it could have been taken otherwise.
    pub(super) taken: Option<String>,
    /// Rows in which neither the target nor a feature misses a number.
    pub(super) whole: Vec<usize>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(table: &'a Table, choice: &ColumnSelection) -> Outcome<Self> {
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
        let (values, labels, taken) = meaning(table, target, choice.ruling)?;
        series.push(Series {
            name: target.name.clone(),
            values,
        });
        let is_whole = |&row: &usize| series.iter().all(|one| !one.values[row].is_nan());
        Ok(Self {
            lines: &table.lines,
            classes: labels.len(),
            labels,
            taken,
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

/// The target's amounts, or the classes of its rows and their labels; NaN where it is missing.
fn meaning(
    table: &Table,
    column: &Column,
    ruling: Ruling,
) -> Outcome<(Vec<f64>, Classes, Option<String>)> {
    let amounts = || column.values.clone();
    if ruling == Ruling::Amount {
        return Ok((amounts(), Classes::default(), None));
    }
    let mut seen = Seen::default();
    let rows = 0..column.values.len();
    let places: Vec<Option<usize>> = rows
        .map(|row| {
            let label = match ruling {
                Ruling::Classes { are_texts: true } => column.label(row),
                _ => Label::of_number(column.values[row]),
            };
            label.map(|label| seen.label(label, table.lines.of(row)))
        })
        .collect();
    let target = (&table.files, &*column.name);
    Ok(
        match Asked::default().settle(target, ruling, Some(&seen))? {
            Settled::Amount(taken) => (amounts(), Classes::default(), taken),
            Settled::Classes(decision) => {
                let class = |place: Option<usize>| {
                    place.map_or(f64::NAN, |place| decision.places[place] as f64)
                };
                let classes = places.into_iter().map(class).collect();
                (classes, decision.classes, Some(decision.taken))
            }
            // All rows were seen before.
            Settled::Anew(_) => (amounts(), Classes::default(), None),
        },
    )
}
