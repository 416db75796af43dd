//! Fits of models of what is normal.

mod learn;
mod roles;

pub(crate) use self::learn::{NormalFit, NormalPlan};
