#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Rules;
use crate::model::ParameterKind;
use crate::{Real, Setting};

/// Limits on the gradient (Pascanu, Mikolov and Bengio 2013), before penalties.
///
/// First the whole gradient is scaled down to the norm, then each number is cut to the value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Clip<T> {
    /// The largest size of each number of the gradient; above 0.
    pub value: Option<T>,
    /// The largest norm of the gradient, the root of the sum of its squares; above 0.
    pub norm: Option<T>,
}

impl<T: Real> Rules<T> for Clip<T> {
    const CLIPS_NORM: bool = true;

    #[inline(always)]
    fn max_norm(&self) -> Option<T> {
        self.norm
    }

    #[inline(always)]
    fn gradient(&self, _kind: ParameterKind, gain: T, _parameter: T, gradient: T) -> T {
        match self.value {
            Some(value) => {
                let limit = value * gain;
                gradient.smaller(limit).larger(-limit)
            }
            None => gradient,
        }
    }

    #[inline(always)]
    fn is_noop_per_parameter(&self) -> bool {
        self.value.is_none()
    }

    fn check(&self) -> Result<(), Setting> {
        let possible = |limit: T| limit > T::ZERO && limit.is_finite();
        let fine = self.value.is_none_or(possible) && self.norm.is_none_or(possible);
        if fine { Ok(()) } else { Err(Setting::Clip) }
    }
}
