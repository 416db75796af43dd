//! How a file was read, in one glance.

use std::collections::BTreeMap;

use downhill_tables::{HowRead, Note, Table};
use serde::Serialize;

use super::frame::Frame;
use super::tallies::Steps;
use crate::data::classes::{self, Classes};
use crate::data::origins::ColumnOrigin;
use crate::support::format::{counted, printable};

/// Columns that are named in a line.
const NAMED: usize = 6;

/// How a file was read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Glance {
    #[serde(flatten)]
    pub(super) how: HowRead,
    /// Unit of each column that has one.
    units: BTreeMap<String, String>,
    /// Columns with missing cells, in the file's order.
    gaps: Vec<ColumnGaps>,
    /// Origins that a fit in `f32` counts columns from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) origins: Vec<ColumnOrigin>,
    /// Column of timestamps by which the rows may be in order.
    order: Option<RowOrder>,
    /// Rows of each class of the target; empty of an amount.
    classes: Vec<usize>,
    /// Labels of the classes.
    #[serde(serialize_with = "classes::as_values")]
    pub(super) labels: Classes,
}

/// Missing cells of a column.
#[derive(Clone, Debug, Serialize)]
struct ColumnGaps {
    column: String,
    cells: usize,
}

/// Order of the rows by a column.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RowOrder {
    column: String,
    /// Rows that come before the one in front of them.
    back: usize,
    /// Set where no row comes behind the one in front of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    newest_first: bool,
}

impl Glance {
    /// Glance at a table and the columns of a fit; `time` is the column of times.
    pub(super) fn new(mut how: HowRead, table: &Table, frame: &Frame, time: Option<usize>) -> Self {
        let unit = |column: &downhill_tables::Column| {
            let unit = column.unit.clone()?;
            Some((column.name.clone(), unit))
        };
        let target = frame.name(frame.target());
        let is_of_classes = frame.classes > 0;
        let is_target = |column: &downhill_tables::Column| is_of_classes && column.name == target;
        let no_labels = |column: &downhill_tables::Column| -> Vec<Note> {
            let labels = column.labels.iter().filter(|_| is_target(column));
            labels
                .filter_map(|label| label.note_of_label(target))
                .collect()
        };
        how.notes.extend(table.columns.iter().flat_map(no_labels));
        let gaps = |column: &downhill_tables::Column| ColumnGaps {
            column: column.name.clone(),
            cells: column.missing
                + no_labels(column)
                    .iter()
                    .map(|note| note.cells)
                    .sum::<usize>(),
        };
        Self {
            how,
            units: table.columns.iter().filter_map(unit).collect(),
            gaps: table
                .columns
                .iter()
                .map(gaps)
                .filter(|gaps| gaps.cells > 0)
                .collect(),
            origins: Vec::new(),
            order: time.map(|at| RowOrder::of(table, at, frame.all.time)),
            classes: frame.class_rows.clone(),
            labels: frame.labels.clone(),
        }
    }

    /// Lines of it: each a heading, and what it says.
    pub(super) fn lines(&self) -> Vec<[String; 2]> {
        let named = |all: Vec<String>| match all.len().checked_sub(NAMED) {
            Some(more @ 1..) => format!("{} and {more} more", all[..NAMED].join(", ")),
            _ => all.join(", "),
        };
        let decimals = match self.how.dialect.decimal {
            b',' => "",
            _ => ", decimal points",
        };
        let units = self
            .units
            .iter()
            .map(|(column, unit)| format!("`{column}` {unit}"));
        let gaps = self
            .gaps
            .iter()
            .map(|gaps| format!("`{}` {}", gaps.column, gaps.cells));
        let classes = self.labels.labels().zip(&self.classes);
        let classes = classes
            .map(|(label, rows)| format!("{} in {}", printable(label), counted(*rows, "row")));
        let lines = [
            ("cells", format!("{}{decimals}", self.how.dialect)),
            (
                "header",
                match self.how.header_line {
                    Some(line) => format!("line {line}"),
                    None => "none".into(),
                },
            ),
            (
                "units",
                match self.units.is_empty() {
                    true => "none".into(),
                    false => named(units.collect()),
                },
            ),
            (
                "gaps",
                match self.gaps.is_empty() {
                    true => "none".into(),
                    false => named(gaps.collect()),
                },
            ),
            (
                "order",
                match &self.order {
                    None => "no column of times".into(),
                    Some(RowOrder {
                        column, back: 0, ..
                    }) => format!("by `{column}`"),
                    Some(RowOrder {
                        column,
                        newest_first: true,
                        ..
                    }) => format!("by `{column}`, the newest first"),
                    Some(RowOrder { column, back, .. }) => {
                        format!("`{column}` goes back in {}", counted(*back, "row"))
                    }
                },
            ),
            (
                "classes",
                match self.classes.is_empty() {
                    true => "none, the target is an amount".into(),
                    false => named(classes.collect()),
                },
            ),
        ];
        let mut lines: Vec<[String; 2]> =
            lines.map(|(heading, line)| [heading.into(), line]).into();
        if !self.origins.is_empty() {
            let origin = |of: &ColumnOrigin| format!("`{}` from {}", of.column, of.origin);
            let origins = named(self.origins.iter().map(origin).collect());
            lines.insert(4, ["origins".into(), origins]);
        }
        lines
    }
}

impl RowOrder {
    fn of(table: &Table, at: usize, steps: Steps) -> Self {
        Self {
            column: table.columns[at].name.clone(),
            back: steps.back,
            newest_first: steps.back > 0 && steps.forth == 0,
        }
    }

    /// Position of the first column of times.
    pub(super) fn column(table: &Table) -> Option<usize> {
        let is_time = |&at: &usize| {
            let column = &table.columns[at];
            column.has_times() && column.varies() && table.check_times(at).is_ok()
        };
        (0..table.columns.len()).find(is_time)
    }
}
