//! Settings of a fit by least squares, and its errors.

use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::Real;

/// Way in which [`LeastSquares`] finds the next parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Method {
    /// Levenberg–Marquardt in a trust region: steps no longer than the formula has lately been
    /// straight, in units that each parameter sets for itself (Moré, "The Levenberg-Marquardt
    /// algorithm: implementation and theory", 1978). The one to use.
    #[default]
    LevenbergMarquardt,
    /// Gauss–Newton: the whole step to where the residuals would be smallest if the formula were
    /// linear, halved while it makes things worse. Linear models are done in one step and
    /// polished by the next ones.
    GaussNewton,
}

/// Cost of a residual r: r² unless outliers should count for less.
///
/// The scale is the residual beyond which a row counts as far off, in units of the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Robust<T> {
    /// r².
    #[default]
    Squared,
    /// r² up to the scale s, and 2 s |r| − s² beyond (Huber, 1964).
    Huber(T),
    /// s² ln(1 + (r / s)²): far rows hardly count at all (Holland and Welsch, 1977).
    Cauchy(T),
}

impl<T: Real> Robust<T> {
    /// Cost of a residual; weights of its square in the gradient and in the curvature.
    ///
    /// The true curvature of a far row is nothing or less than nothing. Taking it for what it is,
    /// but never for less than a twentieth of the gradient's weight, keeps the linear problem
    /// positive and the last passes few (Triggs et al., "Bundle adjustment: a modern synthesis",
    /// 2000, section 4.3).
    #[inline(always)]
    pub(crate) fn eval(self, residual: T) -> (T, T, T) {
        let least = T::from_f64(0.05);
        match self {
            Self::Squared => (residual * residual, T::ONE, T::ONE),
            Self::Huber(scale) => {
                let size = residual.abs();
                if size <= scale {
                    (residual * residual, T::ONE, T::ONE)
                } else {
                    let share = scale / size;
                    (scale * (T::TWO * size - scale), share, least * share)
                }
            }
            Self::Cauchy(scale) => {
                let ratio = residual / scale;
                let square = ratio * ratio;
                let share = T::ONE / (T::ONE + square);
                let bend = (T::ONE - square) * share;
                let cost = scale * scale * square.ln_1p();
                (cost, share, share * bend.larger(least))
            }
        }
    }

    fn is_possible(self) -> bool {
        match self {
            Self::Squared => true,
            Self::Huber(scale) => scale > T::ZERO && scale.is_finite(),
            Self::Cauchy(scale) => {
                let square = scale * scale;
                scale > T::ZERO && square >= least_normal() && square.is_finite()
            }
        }
    }
}

/// The settings of a fit by least squares. The default is meant for every problem.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct LeastSquares<T> {
    /// Way in which [`LeastSquares`] finds the next parameters.
    pub method: Method,
    /// Cost of a residual.
    pub loss: Robust<T>,
    /// Most passes over the rows.
    pub passes: u16,
    /// How close is close enough: the fit ends where what will be left to go is this share of the
    /// parameters' standard errors (the relative offset of Bates and Watts, "A relative offset
    /// orthogonality convergence criterion for nonlinear least squares", 1981). 0.001 is plenty
    /// for most uses. The default of 0 means a hundredth of the root of [`Real::EPSILON`],
    /// 1.5e-10 in `f64`, and so does anything less, or what rounding allows where that is more.
    pub tolerance: T,
}

impl<T: Real> Default for LeastSquares<T> {
    fn default() -> Self {
        Self {
            method: Method::LevenbergMarquardt,
            loss: Robust::Squared,
            passes: 2_000,
            tolerance: T::ZERO,
        }
    }
}

impl<T: Real> LeastSquares<T> {
    /// Checks every setting.
    pub(crate) fn check(&self) -> Result<(), SolveError> {
        if !self.loss.is_possible() {
            return Err(SolveError::Scale);
        }
        if !(self.tolerance >= T::ZERO && self.tolerance.is_finite()) {
            return Err(SolveError::Tolerance);
        }
        Ok(())
    }
}

/// Range of every parameter of a fit by least squares. Without any, parameters are free. Gradient
/// descent has [`rules::Bound`](crate::rules::Bound) instead.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds<'a, T> {
    /// The least value of each parameter; −[`Real::MAX`] leaves one free.
    pub lower: &'a [T],
    /// The greatest value of each parameter; [`Real::MAX`] leaves one free.
    pub upper: &'a [T],
}

impl<T> Bounds<'_, T> {
    /// No bounds.
    pub const NONE: Self = Self {
        lower: &[],
        upper: &[],
    };
}

/// Why a fit by least squares cannot start. Nothing has been computed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SolveError {
    /// The workspace holds `got` numbers and the fit needs `need`.
    Workspace {
        /// Numbers that the fit needs.
        need: u32,
        /// Number given.
        got: u32,
    },
    /// `got` numbers were given where there are `need` parameters, or bounds of parameters.
    Parameters {
        /// Parameters of the model.
        need: u32,
        /// Number given.
        got: u32,
    },
    /// Least squares fits one output, and the model has `got`.
    Outputs {
        /// Outputs of the model.
        got: u32,
    },
    /// The bounds of a parameter are not numbers in order.
    Bounds {
        /// Which parameter, counted from 0.
        parameter: u16,
    },
    /// The start of a parameter is infinite or NaN.
    Start {
        /// Which parameter, counted from 0.
        parameter: u16,
    },
    /// At the start, the prediction or a derivative is infinite or NaN, or a number of the row
    /// is; or the weight is negative.
    Row {
        /// Which row, counted from 0.
        row: u32,
    },
    /// There are `got` rows (of weight above 0) for `need` parameters.
    Rows {
        /// Parameters to be found.
        need: u32,
        /// Rows.
        got: u32,
    },
    /// The scale of the robust loss is not finite and above 0, or the square of Cauchy's is not.
    Scale,
    /// The tolerance is not finite and at least 0.
    Tolerance,
    /// The forgetting, variance, rate or floor of an estimator is impossible.
    Setting,
    /// Each row can be computed at the start, but the sum of their squares is infinite.
    Overflow,
}

impl fmt::Display for SolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace { need, got } => {
                write!(
                    f,
                    "the workspace holds {got} numbers and the fit needs {need}"
                )
            }
            Self::Parameters { need, got } => {
                write!(f, "{got} numbers given for {need} parameters")
            }
            Self::Outputs { got } => {
                write!(f, "least squares fits one output and the model has {got}")
            }
            Self::Bounds { parameter } => {
                write!(f, "the bounds of parameter {parameter} are not in order")
            }
            Self::Start { parameter } => {
                write!(f, "the start of parameter {parameter} is not finite")
            }
            Self::Row { row } => write!(
                f,
                "in row {row}, the prediction or its derivative at the start is not finite, or \
                 the row itself is not"
            ),
            Self::Rows { need, got } => {
                write!(f, "{got} rows cannot determine {need} parameters")
            }
            Self::Scale => f.write_str(
                "the scale of a robust loss, and the square of Cauchy's, must be finite and above 0",
            ),
            Self::Tolerance => f.write_str("the tolerance must be finite and at least 0"),
            Self::Setting => f.write_str("a setting of the estimator is impossible"),
            Self::Overflow => f.write_str(
                "the sum of the rows' squares at the start is too large for this precision",
            ),
        }
    }
}

impl core::error::Error for SolveError {}

/// Smallest number with the full precision of its type.
#[inline(always)]
pub(super) fn least_normal<T: Real>() -> T {
    T::from_f64(4.0) / T::MAX
}
