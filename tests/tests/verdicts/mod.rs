//! Verdicts: each provoked by a scenario made for it, on the host and on a board, and no failure
//! on fits that are well.

mod advice;
mod applied;
mod causes;
mod divergence;
mod ending;
mod far;
mod health;
mod rates;
mod recovery;
pub(crate) mod scenarios;
