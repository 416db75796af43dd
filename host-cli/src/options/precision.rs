//! The numbers that a fit is computed in.

use std::fmt;

use clap::ValueEnum;
use downhill::Real;
use serde::{Deserialize, Serialize};

/// The numbers that a fit is computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Precision {
    F32,
    F64,
    Q15,
}

impl Precision {
    /// Precision of a type.
    pub(crate) fn of<T: Real>() -> Self {
        match T::WORDS {
            1 => Self::F32,
            _ => Self::F64,
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Q15 => "q15",
        })
    }
}
