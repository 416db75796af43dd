//! Least squares under bounds, weights, outliers, faults and floods.

mod bad_starts;
mod bounds;
mod estimators;
mod precision;
mod properties;
mod robust;
mod termination;
mod truth;

use downhill::least_squares::{Bounds, LeastSquares, Method, Robust, Solver, Table};
use downhill::model::formula::{self, Program};

fn program(text: &str) -> Program<f64> {
    let is_column = |name: &str| matches!(name, "x" | "z");
    let parsed = formula::parse(text, "y", is_column);
    parsed
        .unwrap_or_else(|error| panic!("{}", error.caret(text)))
        .program
}

fn work(program: &Program<f64>) -> Vec<f64> {
    let count = program.parameters();
    vec![0.0; LeastSquares::<f64>::words(count, count)]
}

const DEFAULT: LeastSquares<f64> = LeastSquares {
    method: Method::LevenbergMarquardt,
    loss: Robust::Squared,
    passes: 500,
    tolerance: 0.0,
};

/// Fits rows of one feature, within bounds.
fn fit<'a>(
    settings: LeastSquares<f64>,
    program: &'a Program<f64>,
    (x, y): (&[f64], &[f64]),
    start: &[f64],
    bounds: Bounds<'_, f64>,
    work: &'a mut [f64],
) -> Solver<'a, f64, &'a Program<f64>> {
    settings
        .fit(program, &mut Table::new(1, x, y), start, bounds, work)
        .unwrap()
}

/// Fits without bounds.
fn free<'a>(
    settings: LeastSquares<f64>,
    program: &'a Program<f64>,
    rows: (&[f64], &[f64]),
    start: &[f64],
    work: &'a mut [f64],
) -> Solver<'a, f64, &'a Program<f64>> {
    fit(settings, program, rows, start, Bounds::NONE, work)
}

fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected}"
    );
}
