//! Numbers that may mark missing cells, such as -200 or 9999.

use crate::column::Column;
use crate::notes::{Note, NoteKind};
use crate::table::Table;

/// Fewest cells with a number that is asked about.
const FEWEST: usize = 3;

/// Fewest other values of such a column; with fewer, each may have a meaning of its own.
const VALUES: usize = 5;

/// Columns with the same extreme that are asked about though it is not far from the rest.
const SEVERAL: usize = 3;

/// Distance of such an extreme to the next number, as a share of the spread of the others.
const APART: f64 = 0.25;

/// Numbers that loggers and databases write for one that is missing: one cell is enough.
const KNOWN: [f64; 18] = [
    -99.0, -99.9, -127.0, -999.0, -999.9, -999.99, -6999.0, -7999.0, -9999.0, -9999.9, -32768.0,
    -99999.0, 999.9, 6999.0, 7999.0, 9999.0, 32767.0, 65535.0,
];

fn is_known(value: f64) -> bool {
    KNOWN.contains(&value)
}

/// An extreme of a column that recurs, or is known to mark missing cells.
struct Extreme {
    value: f64,
    column: usize,
    cells: usize,
    /// Distance to the next number, as a share of the spread of the others.
    distance: f64,
}

impl Table {
    /// Notes on numbers that recur as the extreme of columns, or are known to mark missing cells, far
    /// from their other numbers.
    pub(crate) fn suspects(&self) -> Vec<Note> {
        let columns = self.columns.iter().enumerate();
        let mut extremes: Vec<Extreme> = columns.flat_map(|(at, one)| extremes(at, one)).collect();
        extremes.sort_by(|a, b| {
            let by_value = a.value.total_cmp(&b.value);
            by_value.then(b.distance.total_cmp(&a.distance))
        });
        let same = extremes.chunk_by(|a, b| a.value == b.value);
        let far = same.filter(|same| {
            let is_far = |extreme: &Extreme| extreme.distance > 1.0;
            same.len() >= SEVERAL || same.iter().any(is_far)
        });
        far.map(|same| self.suspect(same)).collect()
    }

    fn suspect(&self, same: &[Extreme]) -> Note {
        let Extreme { value, column, .. } = same[0];
        let first = self.columns[column]
            .values
            .iter()
            .position(|&other| other == value);
        let name = |extreme: &Extreme| self.columns[extreme.column].name.clone();
        Note {
            kind: NoteKind::Suspect {
                option: format!("--missing-value={value}"),
                columns: same.iter().map(name).collect(),
            },
            column: name(&same[0]),
            text: value.to_string(),
            line: self.lines.of(first.unwrap_or_default()),
            file: None,
            cells: same.iter().map(|extreme| extreme.cells).sum(),
        }
    }
}

/// The least and the largest number of a column, as far as they recur at a distance from others.
fn extremes(at: usize, column: &Column) -> impl Iterator<Item = Extreme> {
    let is_of_numbers = column.texts == 0 && column.times == 0;
    let values: &[f64] = match is_of_numbers && has_recurring_end(&column.values) {
        true => &column.values,
        false => &[],
    };
    // Each extreme, how often it occurs, and the number next to it.
    let [mut least, mut most] = [(f64::NAN, 0, f64::NAN); 2];
    for &value in values {
        take(&mut least, value, |a, b| a < b);
        take(&mut most, value, |a, b| a > b);
    }
    let spread = most.2 - least.2;
    let both = [(least, least.2 - least.0), (most, most.0 - most.2)];
    both.into_iter()
        .filter_map(move |((value, cells, _), gap)| {
            let distance = gap / spread;
            let recurs = cells >= FEWEST && value != 0.0 && distance > APART;
            let is_apart = recurs || is_known(value) && distance > 1.0;
            (is_apart && spread > 0.0 && has_others(values, value)).then_some(Extreme {
                value,
                column: at,
                cells,
                distance,
            })
        })
}

/// Tells whether the least or the largest number is known, or recurs often enough, which mostly neither
/// is or does.
fn has_recurring_end(values: &[f64]) -> bool {
    let ends = [f64::INFINITY, f64::NEG_INFINITY];
    let ends = values.iter().fold(ends, |[least, most], &value| {
        let least = if value < least { value } else { least };
        [least, if value > most { value } else { most }]
    });
    let recurs = |end: f64| values.iter().filter(|&&value| value == end).count() >= FEWEST;
    ends.into_iter().any(|end| is_known(end) || recurs(end))
}

/// Takes notice of a number: of the outermost one, how often it occurs, and the next.
fn take(extreme: &mut (f64, usize, f64), value: f64, is_beyond: impl Fn(f64, f64) -> bool) {
    if value == extreme.0 {
        extreme.1 += 1;
    } else if is_beyond(value, extreme.0) || extreme.1 == 0 && !value.is_nan() {
        *extreme = (value, 1, extreme.0);
    } else if is_beyond(value, extreme.2) || extreme.2.is_nan() && !value.is_nan() {
        extreme.2 = value;
    }
}

/// Tells whether there are several values beside one.
fn has_others(values: &[f64], value: f64) -> bool {
    let mut others = Vec::with_capacity(VALUES);
    for &other in values {
        if other != value && !other.is_nan() && !others.contains(&other) {
            others.push(other);
            if others.len() == VALUES {
                return true;
            }
        }
    }
    false
}
