//! Why a fit ended.

use core::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// Why a fit by least squares ended.
///
/// ```
/// use downhill::least_squares::Termination;
///
/// let end = Termination::Singular { parameter: 2 };
/// assert!(!end.is_converged());
/// assert_eq!(end.parameter(), Some(2));
/// assert_eq!(end.to_string(), "parameter 2 is not identifiable from this data");
/// # use std::string::ToString;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Termination {
    /// The gradient vanished: residuals are at right angles to every derivative, to within the
    /// tolerance or, where that is 0, to within rounding.
    Gradient,
    /// The step that is left no longer changes any parameter.
    Step,
    /// The formula meets every target to within rounding.
    Residual,
    /// No step improves the fit, though the gradient says that one should: the formula is not
    /// smooth here, or its rounding is larger than what is left to gain.
    Stalled,
    /// The rows do not determine every parameter: this one (together with others, perhaps) can
    /// be changed without changing any prediction. The parameters are a best fit, not the only
    /// one.
    Singular {
        /// The parameter that matters most in what is not determined, counted from 0.
        parameter: u16,
    },
    /// The passes allowed are used up.
    Passes,
    /// The residuals are not 0, but their squares are too small for the arithmetic: nothing can
    /// be said of them, and the parameters are no fit. Other units of the target, or a wider
    /// precision, help.
    Underflow,
}

impl Termination {
    /// Returns `true` if the parameters are the best fit nearby, and the only one.
    pub const fn is_converged(self) -> bool {
        matches!(self, Self::Gradient | Self::Step | Self::Residual)
    }

    /// Returns `true` if the rows leave a parameter undetermined.
    pub const fn is_singular(self) -> bool {
        matches!(self, Self::Singular { .. })
    }

    /// Returns `true` if more passes would have gone on improving the fit.
    pub const fn is_out_of_passes(self) -> bool {
        matches!(self, Self::Passes)
    }

    /// The parameter that is not determined, counted from 0.
    pub const fn parameter(self) -> Option<usize> {
        match self {
            Self::Singular { parameter } => Some(parameter as usize),
            _ => None,
        }
    }
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gradient => f.write_str("converged: the gradient is zero"),
            Self::Step => f.write_str("converged: the parameters no longer change"),
            Self::Residual => f.write_str("converged: the residuals are zero"),
            Self::Stalled => f.write_str("stalled: no step improves the fit"),
            Self::Singular { parameter } => write!(
                f,
                "parameter {parameter} is not identifiable from this data"
            ),
            Self::Passes => f.write_str("not converged: all passes are used up"),
            Self::Underflow => {
                f.write_str("the squares of the residuals are too small for this precision")
            }
        }
    }
}

/// An end that says converged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Converged {
    Gradient,
    Step,
    Residual,
}

impl Converged {
    pub(super) fn of(end: Termination) -> Option<Self> {
        match end {
            Termination::Gradient => Some(Self::Gradient),
            Termination::Step => Some(Self::Step),
            Termination::Residual => Some(Self::Residual),
            _ => None,
        }
    }

    pub(super) const fn termination(self) -> Termination {
        match self {
            Self::Gradient => Termination::Gradient,
            Self::Step => Termination::Step,
            Self::Residual => Termination::Residual,
        }
    }
}
