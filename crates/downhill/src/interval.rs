//! An interval around predictions, from past residuals: in fixed memory, and with a coverage that
//! holds while the residuals change.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{Fault, Hasher, Real, Setting};

/// Share by which the width grows or shrinks, in the long run.
const STEP: f64 = 0.1;
/// Residuals until the step is that small.
const WARM_UP: u32 = 10;

/// A running quantile of |residual|: prediction ± [`width`](Interval::width) holds the stated
/// share of the targets to come.
///
/// Each residual is compared with the width before it changes anything: one that is outside widens
/// it by the factor 1 + γ·coverage, and one inside narrows it by 1 − γ·(1 − coverage), which is
/// gradient descent on the quantile loss in the logarithm of the width (to first order; Gibbs and
/// Candès 2021). γ is 1/(1 + n/2) after n residuals, and 0.1 at the least. In the long run the
/// share outside is 1 − coverage whatever the residuals do, to within γ·coverage/2 of itself.
///
/// ```
/// use downhill::interval::Interval;
/// use downhill::random::Random;
/// let (mut interval, mut random) = (Interval::new(0.9f32)?, Random::seed(1));
/// let mut inside = 0;
/// for k in 0..2_000 {
///     let noise = if k < 1_000 { 1.0 } else { 2.0 }; // the sensor ages
///     let residual = noise * (random.unit::<f32>() - 0.5);
///     inside += usize::from(interval.holds(residual));
///     interval.observe(residual)?;
/// }
/// assert!((1_760..1_840).contains(&inside));
/// assert!((interval.width() - 0.45 * 2.0).abs() < 0.2);
/// # Ok::<(), downhill::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Interval<T> {
    coverage: T,
    width: T,
    residuals: u32,
}

impl<T: Real> Interval<T> {
    /// An interval of a coverage above 0 and below 1, without a residual.
    ///
    /// # Errors
    /// [`Fault::Setting`] of another coverage.
    pub fn new(coverage: T) -> Result<Self, Fault> {
        if !(coverage > T::ZERO && coverage < T::ONE) {
            return Err(Fault::Setting(Setting::Detector));
        }
        Ok(Self {
            coverage,
            width: T::ZERO,
            residuals: 0,
        })
    }

    /// Half of the interval's length, in the unit of the residuals; 0 before the first of them that
    /// is not 0.
    pub fn width(&self) -> T {
        self.width
    }

    /// Share of the targets that it holds.
    pub fn coverage(&self) -> T {
        self.coverage
    }

    /// Residuals taken in.
    pub fn residuals(&self) -> u32 {
        self.residuals
    }

    /// Returns `true` if a residual is inside.
    pub fn holds(&self, residual: T) -> bool {
        residual.abs() <= self.width
    }

    /// Takes in the residual of a prediction, target less prediction.
    ///
    /// # Errors
    /// [`Fault::Target`] where it is not finite; nothing has changed then.
    pub fn observe(&mut self, residual: T) -> Result<(), Fault> {
        if !residual.is_finite() {
            return Err(Fault::Target { index: 0 });
        }
        let n = self.residuals;
        let step = match n < 2 * WARM_UP {
            true => (T::ONE / (T::ONE + T::HALF * T::from_u32(n))).larger(T::from_f64(STEP)),
            false => T::from_f64(STEP),
        };
        let width = match (self.holds(residual), self.width == T::ZERO) {
            (_, true) => residual.abs(),
            (true, false) => self.width * (T::ONE - step * (T::ONE - self.coverage)),
            (false, false) => self.width * (T::ONE + step * self.coverage),
        };
        // What underflows begins anew with the next residual.
        if width.is_finite() {
            self.width = width;
        }
        self.residuals = n.saturating_add(1);
        Ok(())
    }

    /// Takes in all that decides its future.
    pub fn hash_into(&self, hasher: &mut Hasher) {
        hasher.word(self.residuals);
        hasher.reals(&[self.coverage, self.width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Share of residuals that are inside, after the first hundred.
    fn covered(coverage: f32, residual: impl Fn(u32, f32) -> f32) -> f32 {
        let mut interval = Interval::new(coverage).unwrap();
        let mut random = Random::seed(11);
        let mut inside = 0;
        for k in 0..10_100 {
            let residual = residual(k, random.unit());
            inside += u32::from(k >= 100 && interval.holds(residual));
            interval.observe(residual).unwrap();
        }
        inside as f32 / 10_000.0
    }

    #[test]
    fn it_holds_the_share_that_was_asked_for_whatever_the_residuals_do() {
        for coverage in [0.5, 0.8, 0.9, 0.95, 0.99] {
            for (name, share) in [
                ("even", covered(coverage, |_, u| u - 0.5)),
                ("heavy", covered(coverage, |_, u| 1.0 / (u + 1e-3))),
                (
                    "swelling",
                    covered(coverage, |k, u| u * (1.0 + k as f32 / 100.0)),
                ),
                (
                    "jumping",
                    covered(coverage, |k, u| u * [1.0, 8.0][(k / 500 % 2) as usize]),
                ),
                ("tiny", covered(coverage, |_, u| 1e-30 * u)),
            ] {
                assert!(
                    (share - coverage).abs() < 0.02,
                    "{name} {coverage}: {share}"
                );
            }
        }
    }

    #[test]
    fn a_fault_changes_nothing() {
        let mut interval = Interval::new(0.9f32).unwrap();
        interval.observe(2.0).unwrap();
        let before = interval;
        for wild in [f32::NAN, f32::INFINITY] {
            assert_eq!(interval.observe(wild), Err(Fault::Target { index: 0 }));
            assert_eq!(interval, before);
        }
        for wrong in [0.0, 1.0, -0.1, f32::NAN] {
            assert!(Interval::new(wrong).is_err());
        }
    }

    #[test]
    fn the_first_residuals_lead_near_the_quantile_soon() {
        let mut interval = Interval::new(0.9f32).unwrap();
        let mut random = Random::seed(3);
        for _ in 0..60 {
            interval.observe(random.unit::<f32>() - 0.5).unwrap();
        }
        assert!(
            (0.3..0.6).contains(&interval.width()),
            "{}",
            interval.width()
        );
    }
}
