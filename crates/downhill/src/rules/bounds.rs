#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::Rules;
use crate::model::ParameterKind;
use crate::{Real, Setting};

/// Limits that a run of parameters shares: after each update each is put back between them.
/// [`ParameterBounds`] has limits of its own for every parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Bound<T> {
    /// The first parameter of the run, in the model's order.
    pub first: u32,
    /// The last one; the first again for a run of one. It may lie behind the model's last.
    pub last: u32,
    /// The least value.
    pub low: T,
    /// The largest value; not below `low`.
    pub high: T,
}

impl<T: Real> Bound<T> {
    /// Parameter `at`, put back between the limits if it is one of the run.
    #[inline(always)]
    pub(super) fn constrain(&self, at: usize, parameter: T) -> T {
        if self.first as usize <= at && at <= self.last as usize {
            parameter.larger(self.low).smaller(self.high)
        } else {
            parameter
        }
    }

    /// Parameters before the run, and in it.
    pub(crate) fn run(&self) -> (usize, usize) {
        let (first, last) = (self.first as usize, self.last as usize);
        (first, last.saturating_sub(first).saturating_add(1))
    }

    pub(super) fn is_possible(&self) -> bool {
        self.first <= self.last && are_limits([self.low, self.high])
    }
}

/// Limits of its own for every parameter, under gradient descent: the least and the largest value
/// of parameter *i* are pair *i*. What lies behind the last pair is free.
///
/// [`AnyRules`](super::AnyRules) has a [`Bound`] for each run of parameters instead, so that a recipe stays
/// small; this is for those who need each to differ.
///
/// ```
/// use downhill::rules::ParameterBounds;
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<2>>, Squared, Sgd<f32>, ParameterBounds<'static, f32>, [f32; 4]>;
/// let bounds = ParameterBounds(&[[0.0, 0.5], [-9.0, -1.0]]);
/// let mut fit = Fit::with_rules(Linear::new(), Squared, Sgd::new(0.1), bounds, [0.0; Fit::ARENA])?;
/// fit.observe(&[1.0, 1.0], &[7.0])?;
/// assert_eq!(fit.parameters(), [0.5, -1.0, 1.4]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterBounds<'a, T>(pub &'a [[T; 2]]);

impl<T: Real> Rules<T> for ParameterBounds<'_, T> {
    #[inline(always)]
    fn constrain(&self, at: usize, _kind: ParameterKind, _rate: T, parameter: T) -> T {
        match self.0.get(at) {
            Some(&[low, high]) => parameter.larger(low).smaller(high),
            None => parameter,
        }
    }

    fn check(&self) -> Result<(), Setting> {
        match self.0.iter().all(|&pair| are_limits(pair)) {
            true => Ok(()),
            false => Err(Setting::Bounds),
        }
    }
}

fn are_limits<T: Real>([low, high]: [T; 2]) -> bool {
    low <= high && low.is_finite() && high.is_finite()
}
