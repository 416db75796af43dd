//! Fits by least squares: a formula, or `--solver`.

mod domain;
mod file_units;
pub(crate) mod problem;
pub(crate) mod search;
pub(crate) mod solve;

pub(crate) use problem::Problem;
pub(crate) use solve::{estimates, refused, word};
