//! A first row that looks like the rows below: names that are numbers, or a file without names.

use crate::layout::front::{Front, FrontRow};

/// Meaning of a first row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FirstRow {
    Names,
    Data,
    Either,
}

/// Finds out what a row is in whose columns of numbers there are numbers.
pub(super) fn look(front: &Front, row: &FrontRow) -> FirstRow {
    let numbers: Vec<f64> = front
        .in_values(row)
        .filter_map(|cell| cell.parse().ok())
        .collect();
    let is_all = numbers.len() == front.width;
    let counted = |(at, &number): (usize, &f64)| number == at as f64;
    // As pandas calls columns that have no names.
    if is_all && numbers.iter().enumerate().all(counted) {
        return match front.width {
            4.. => FirstRow::Names,
            2 | 3 => FirstRow::Either,
            _ => FirstRow::Data,
        };
    }
    let rises = |least: usize| numbers.len() >= least && numbers.is_sorted_by(|a, b| a < b);
    let below = || {
        front
            .rows
            .iter()
            .filter(|other| other.line > row.line && front.fits(other))
    };
    let is_written_as_data = || {
        let of_data = |cell: &str| {
            cell.parse::<f64>()
                .map_or(true, |number| number.fract() != 0.0)
        };
        front.in_values(row).any(of_data)
    };
    if front.values.iter().all(|&of_values| of_values) {
        // Years and depths rise evenly from column to column, and the rows below do not.
        let even = |row: &FrontRow| {
            let numbers: Vec<f64> = row
                .cells
                .iter()
                .filter_map(|cell| cell.parse().ok())
                .collect();
            numbers.len() > 2 && is_even(&numbers)
        };
        return match is_all && even(row) && !below().any(even) {
            true => FirstRow::Either,
            false => FirstRow::Data,
        };
    }
    let texts = || (0..front.width).filter(|&at| !front.values[at] && !row.cells[at].is_empty());
    let recurs = |at: usize| below().any(|other| other.cells[at] == row.cells[at]);
    if texts().any(recurs) {
        return FirstRow::Data;
    }
    // Names such as `region,2019,2020,2021`.
    if texts().next().is_some() && (rises(5) || (rises(3) && is_even(&numbers))) {
        return FirstRow::Names;
    }
    match is_written_as_data() {
        true => FirstRow::Data,
        false => FirstRow::Either,
    }
}

/// Tells whether numbers rise by one step.
fn is_even(numbers: &[f64]) -> bool {
    let step = |pair: &[f64]| pair[1] - pair[0];
    let mut steps = numbers.windows(2).map(step);
    let first = steps.next().unwrap_or_default();
    first > 0.0 && steps.all(|step| (step - first).abs() <= 1e-9 * first)
}
