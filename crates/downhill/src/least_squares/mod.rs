//! Least squares.

mod nlms;
mod online;
mod region;
mod rls;
mod rows;
mod settings;
mod solver;
mod spectrum;
mod termination;
mod triangle;
mod uncertainty;
mod workspace;

pub use nlms::{Nlms, Normalised};
pub use rls::{Recursive, Rls};
pub use rows::{Rows, Table};
pub use settings::{Bounds, LeastSquares, Method, Robust, SolveError};
pub use solver::Solver;
pub use termination::Termination;
pub use uncertainty::{Estimate, Summary, Uncertainty};
