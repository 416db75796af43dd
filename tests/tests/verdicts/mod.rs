//! Verdicts: each provoked by a scenario made for it, on the host and on a board, and no failure
//! on fits that are well.

mod applied;
mod divergence;
mod ending;
mod far;
mod health;
mod recovery;
mod scenarios;
