//! Losses, models and whole trajectories against PyTorch, from the vectors in `data/oracle`
//! (`oracle/README.md` tells how they are made): f64 to 1e-10 and f32 to 1e-4.

mod fits;
mod losses;
mod models;
mod normal;
mod optimizers;
mod signals;
mod tables;
mod trajectories;

use downhill::Real;

/// How far two numbers may be apart, relative to the larger of 1 and the expected one.
fn tolerance<T: Real>() -> f64 {
    if T::WORDS == 2 { 1e-10 } else { 1e-4 }
}

/// The first of the numbers that is not close to the expected one, in words.
fn difference<T: Real>(got: &[T], expected: &[f64]) -> Option<String> {
    if got.len() != expected.len() {
        return Some(format!("{} numbers, not {}", got.len(), expected.len()));
    }
    let mut pairs = got.iter().zip(expected).enumerate();
    pairs.find_map(|(index, (got, &expected))| {
        let (got, within) = (got.to_f64(), tolerance::<T>() * expected.abs().max(1.0));
        let close = (got - expected).abs() <= within;
        (!close).then(|| format!("number {index} is {got}, the oracle says {expected}"))
    })
}

/// Compares numbers with expected ones; `what` names them when they differ.
fn assert_close<T: Real>(what: &str, got: &[T], expected: &[f64]) {
    if let Some(difference) = difference(got, expected) {
        panic!("{what}: {difference}");
    }
}

/// Numbers in the precision of a fit.
fn reals<T: Real>(numbers: &[f64]) -> Vec<T> {
    numbers.iter().map(|&number| T::from_f64(number)).collect()
}
