use serde::{Deserialize, Serialize};

use super::{Optimizer, STEEPEST, check_decay, check_rate};
use crate::{Real, Setting};

/// Adam (Kingma and Ba 2015, algorithm 1):
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η m̂ / (√v̂ + ε),
/// with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
///
/// Two numbers of state for each parameter and two for the fit. The bias corrections are folded
/// into the step's coefficients, η √(1 − β₂ᵗ) / (1 − β₁ᵗ) and ε √(1 − β₂ᵗ), as in section 2 of
/// the paper; 1 − βᵗ is kept as a running number c ← β c + (1 − β), so that nothing is raised
/// to a power.
///
/// *When to use it:* the default. Its step is about η whatever the gradient's size, so it
/// forgives badly scaled features; the price is three times the memory of plain descent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adam<T> {
    /// The learning rate η, usually 0.001.
    pub rate: T,
    /// The decay β₁ of the mean gradient, usually 0.9.
    pub beta1: T,
    /// The decay β₂ of the mean squared gradient, usually 0.999; above β₁².
    pub beta2: T,
    /// What is added to the divisor, usually 1e-8; at least 1e-12.
    pub epsilon: T,
}

impl<T: Real> Adam<T> {
    /// Adam with the paper's settings and this learning rate.
    pub fn rate(rate: T) -> Self {
        Self {
            rate,
            beta1: T::from_f64(0.9),
            beta2: T::from_f64(0.999),
            epsilon: T::from_f64(1e-8),
        }
    }
}

/// The coefficients of one step of [`Adam`].
#[derive(Clone, Copy, Debug)]
pub struct AdamNow<T> {
    rate: T,
    step: T,
    epsilon: T,
}

impl<T: Real> Optimizer<T> for Adam<T> {
    type Now = AdamNow<T>;
    const SLOTS: usize = 2;
    const SHARED: usize = 2;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.rate)?;
        check_decay(self.beta1)?;
        check_decay(self.beta2)?;
        // What bounds a step in `charge`: |m| / √v ≤ 1 / √((1 − β₂) (1 − β₁² / β₂)).
        if self.beta1 * self.beta1 > T::from_f64(0.999) * self.beta2
            || self.beta2 > T::from_f64(1.0 - 1e-6)
        {
            return Err(Setting::Decay);
        }
        if self.epsilon >= T::from_f64(1e-12) && self.epsilon.is_finite() {
            Ok(())
        } else {
            Err(Setting::Epsilon)
        }
    }

    #[inline(always)]
    fn now(&self, shared: &[T], factor: T) -> AdamNow<T> {
        let [c1, c2] = self.corrections(shared);
        let root = c2.sqrt();
        let rate = self.rate * factor;
        AdamNow {
            rate,
            step: rate * root / c1,
            epsilon: self.epsilon * root,
        }
    }

    #[inline(always)]
    fn advance(&self, shared: &mut [T]) {
        let corrections = self.corrections(shared);
        for (shared, correction) in shared.iter_mut().zip(corrections) {
            *shared = correction;
        }
    }

    #[inline(always)]
    fn gain(&self, _now: &AdamNow<T>) -> T {
        T::ONE
    }

    #[inline(always)]
    fn current_rate(&self, now: &AdamNow<T>) -> T {
        now.rate
    }

    #[inline(always)]
    fn charge(&self, now: &AdamNow<T>, reach: T) -> T {
        if reach <= T::from_f64(STEEPEST) {
            now.rate * T::from_f64(65_536.0)
        } else {
            T::NAN
        }
    }

    #[inline(always)]
    fn element(&self, now: &AdamNow<T>, parameter: T, state: &mut [T], gradient: T) -> T {
        let [m, v] = state else { return parameter };
        *m += (T::ONE - self.beta1) * (gradient - *m);
        *v = self.beta2 * *v + (T::ONE - self.beta2) * (gradient * gradient);
        parameter - now.step * *m / (v.sqrt() + now.epsilon)
    }
}

impl<T: Real> Adam<T> {
    /// 1 − β₁ᵗ and 1 − β₂ᵗ for the next step.
    #[inline(always)]
    fn corrections(&self, shared: &[T]) -> [T; 2] {
        let [c1, c2] = shared else { return [T::ONE; 2] };
        [
            self.beta1 * *c1 + (T::ONE - self.beta1),
            self.beta2 * *c2 + (T::ONE - self.beta2),
        ]
    }
}
