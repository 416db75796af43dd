//! Least squares.

mod region;
mod rows;
mod settings;
mod solver;
mod spectrum;
mod termination;
mod triangle;
mod uncertainty;
mod workspace;

pub use rows::{Rows, Table};
pub use settings::{Bounds, LeastSquares, Method, Robust, SolveError};
pub use solver::Solver;
pub use termination::Termination;
pub use uncertainty::{Estimate, Summary, Uncertainty};
