//! Fits that are compared.

use crate::data::dataset::Dataset;
use crate::train::least_squares::Problem;
use crate::train::normal::NormalPlan;
use crate::train::plan::Plan;

/// A fit that is compared.
pub(super) struct Run {
    /// Options that set it apart from the first; empty of the first.
    pub(super) options: String,
    pub(super) limit: usize,
    pub(super) flip_bit_at: Option<u64>,
    pub(super) fit: Fit,
}

/// By a gradient, by least squares, or of what is normal.
pub(super) enum Fit {
    Gradient(Box<Plan<f32>>),
    LeastSquares(Box<Problem<f32>>),
    Normal(Box<NormalPlan>),
}

impl Fit {
    /// Columns and rows of it.
    pub(super) fn data(&self) -> &Dataset<f32> {
        match self {
            Self::Gradient(plan) => &plan.data,
            Self::LeastSquares(problem) => &problem.data,
            Self::Normal(plan) => &plan.data,
        }
    }
}
