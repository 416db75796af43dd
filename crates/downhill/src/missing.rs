//! Missing readings, before a sample is made of them.

use crate::Real;

/// Treatment of a missing reading, before a sample is made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The sample is left out.
    #[default]
    Skip,
    /// The last reading of the same feature stands in; before the first, the sample is left out.
    Hold,
}

impl Missing {
    /// Fills the gaps of `features` (NaN, or equal to `marker`) from `last`, and keeps what
    /// there is in `last` for the next time. Returns whether the sample is whole.
    ///
    /// `last` starts as NaN; it and `features` have one number for each feature.
    pub fn fill<T: Real>(self, marker: Option<T>, features: &mut [T], last: &mut [T]) -> bool {
        let mut whole = true;
        for (feature, last) in features.iter_mut().zip(last) {
            let gap = !feature.is_finite() || marker == Some(*feature);
            if !gap {
                *last = *feature;
            } else if self == Self::Hold && last.is_finite() {
                *feature = *last;
            } else {
                whole = false;
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_skipped_or_held() {
        let mut last = [f32::NAN; 2];
        assert!(!Missing::Hold.fill(Some(-200.0), &mut [1.0, -200.0], &mut last));
        assert!(Missing::Hold.fill(Some(-200.0), &mut [2.0, 5.0], &mut last));
        let mut features = [f32::NAN, -200.0];
        assert!(Missing::Hold.fill(Some(-200.0), &mut features, &mut last));
        assert_eq!(features, [2.0, 5.0]);
        assert!(!Missing::Skip.fill(Some(-200.0), &mut [f32::NAN, 1.0], &mut last));
    }
}
