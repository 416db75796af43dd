//! Fits by least squares: a formula, or `--solver`.

pub(crate) mod band;
mod cause;
mod chunk;
mod dependent;
pub(crate) mod derived;
mod domain;
mod exact;
mod file_units;
mod fitting;
pub(crate) mod goodness;
mod jump;
pub(crate) mod notes;
mod orthogonal;
pub(crate) mod problem;
pub(crate) mod search;
pub(crate) mod solve;

pub(crate) use problem::Problem;
pub(crate) use solve::{estimates, refused, word};
