//! Lines on the rows and the columns of a file, for people.

use downhill::Real;
use downhill_tables::HowRead;

use crate::data::columns::LeftOut;
use crate::data::dataset::Dataset;
use crate::data::origins::ColumnOrigin;
use crate::data::row_order::{self, RowOrder};
use crate::data::samples::RowCounts;
use crate::data::signal::Signal;
use crate::support::format::{counted, line};
use crate::support::messages;

/// Most notes on columns that are shown.
const MOST_NOTES: usize = 12;

/// Numbers of rows that went where.
pub(crate) fn rows(
    text: &mut String,
    (data, how): (&str, &HowRead),
    rows: RowCounts,
    (name, missing): &(String, usize),
) {
    line(
        text,
        format_args!(
            "{data}: {}, {}, {}{} dropped for a missing value",
            counted(rows.train, "training row"),
            counted(rows.validation, "validation row"),
            match rows.test {
                0 => String::new(),
                test => format!("{}, ", counted(test, "test row")),
            },
            rows.dropped
        ),
    );
    filled(text, rows.filled);
    how_read(text, how);
    if rows.dropped > rows.used {
        line(
            text,
            format_args!(
                "most rows are dropped: `{name}` alone misses {missing}; choose others with `--features`"
            ),
        );
    }
}

/// Number of rows that have a number in place of one that is missing, if any.
pub(crate) fn filled(text: &mut String, rows: usize) {
    if rows > 0 {
        let rows = counted(rows, "row");
        line(
            text,
            format_args!("{rows} with the last number of a column in place of a missing one"),
        );
    }
}

/// A line on how a file is read, where it is not as most are.
pub(crate) fn how_read(text: &mut String, how: &HowRead) {
    if !how.is_usual() {
        line(text, format_args!("read {how}"));
    }
    for note in how.notes.iter().take(MOST_NOTES) {
        line(text, format_args!("{note}"));
    }
    if let Some(more @ 1..) = how.notes.len().checked_sub(MOST_NOTES) {
        line(
            text,
            format_args!("{more} more such columns; `--json` has all"),
        );
    }
}

/// Warns of what may be read otherwise than it is meant, and of validation rows that flatter.
pub(crate) fn warnings<T: Real>(data: &Dataset<T>) {
    let file = data.name();
    messages::warnings(&data.how, &file);
    if let Some(formula) = &data.formula
        && let Ok(program) = formula.program::<T>()
        && let Some(note) = formula.note(&program, &data.target)
    {
        messages::say(format_args!("{note}"));
    }
    if data.split.validation.is_empty() {
        return;
    }
    let RowOrder { counters, sign } = &data.order;
    let cure = match counters.len() < data.features.len() {
        true => "; name the other columns with `--features`",
        false => "",
    };
    for counter in counters {
        messages::say(format_args!("warning: {file}: {counter}{cure}"));
    }
    let Some(sign) = sign else { return };
    if data.takes_last_rows && sign.is_newest_first() {
        messages::say(format_args!(
            "warning: {file}: rows {sign}: the last ones, which are kept apart, are the oldest; sort \
             the file from the oldest row to the newest"
        ));
    } else if !data.measures_later_rows {
        let (why, cure) = (row_order::FLATTERS, sign.cure());
        messages::say(format_args!("warning: {file}: rows {sign}: {why}; {cure}"));
    }
}

/// Windows of a signal.
pub(crate) fn signal(text: &mut String, signal: Option<&Signal>) {
    if let Some(signal) = signal {
        line(text, format_args!("{}", signal.line()));
    }
}

/// Columns that are not used.
pub(crate) fn left_out(text: &mut String, columns: &[LeftOut]) {
    for column in columns {
        line(
            text,
            format_args!("left out: {}, {}", column.column, column.reason),
        );
    }
}

/// Columns that are counted from an origin.
pub(crate) fn origins(text: &mut String, columns: &[ColumnOrigin]) {
    for column in columns {
        line(text, format_args!("{column}"));
    }
}
