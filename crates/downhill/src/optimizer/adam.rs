#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Optimizer, STEEPEST, check_decay, check_epsilon, check_rate};
use crate::{Real, Setting};

/// Adam (Kingma and Ba 2015, algorithm 1):
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η m̂ / (√v̂ + ε),
/// with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
///
/// Two numbers of state for each parameter and two for the fit. All factors that are the same
/// for every parameter are folded into a step's coefficients: the state is m / (1 − β₁) and
/// v / (1 − β₂), that is m ← β₁ m + g and v ← β₂ v + g², and the bias corrections 1 − βᵗ are kept
/// as running numbers c ← β c + (1 − β), so that nothing is raised to a power.
///
/// *When to use it:* the default. Its step is about η whatever the gradient's size, so it
/// forgives badly scaled features; the price is three times the memory of plain descent.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Adam};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, Adam<f32>, (), [f32; 9]>;
/// let mut fit = Fit::new(Linear::new(), Squared, Adam::new(0.01), [0.0; Fit::ARENA])?;
/// fit.observe(&[1_000.0], &[5.0])?;
/// assert!((fit.parameters()[0] - 0.01).abs() < 1e-6); // one rate, whatever the feature's size
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Adam<T> {
    /// The learning rate η, usually 0.001.
    #[cfg_attr(feature = "serde", serde(rename = "rate"))]
    pub learning_rate: T,
    /// The decay β₁ of the mean gradient, usually 0.9.
    pub beta1: T,
    /// The decay β₂ of the mean squared gradient, usually 0.999; above β₁².
    pub beta2: T,
    /// Addend to the divisor, usually 1e-8; at least 1e-12.
    pub epsilon: T,
}

impl<T: Real> Adam<T> {
    /// Adam with the paper's settings and this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self {
            learning_rate,
            beta1: T::from_f64(0.9),
            beta2: T::from_f64(0.999),
            epsilon: T::from_f64(1e-8),
        }
    }
}

/// AMSGrad (Reddi, Kale and Kumar 2018): [`Adam`] whose divisor never shrinks, √max(v̂) in place
/// of √v̂, with the maximum over all steps so far (taken of v, as in PyTorch).
///
/// Three numbers of state for each parameter.
///
/// *When to use it:* where Adam, late in a fit, jumps away after a quiet stretch.
///
/// ```
/// use downhill::optimizer::{AmsGrad, Optimizer};
/// assert_eq!(<AmsGrad<f32> as Optimizer<f32>>::SLOTS, 3);
/// let settings = AmsGrad::new(0.001f32);
/// assert_eq!(settings.0.beta2, 0.999);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct AmsGrad<T>(pub Adam<T>);

impl<T: Real> AmsGrad<T> {
    /// AMSGrad with Adam's settings and this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self(Adam::new(learning_rate))
    }
}

/// AdamW (Loshchilov and Hutter 2019): [`Adam`] after p ← p − η λ p. The decay is not part of the
/// gradient, so the divisor does not undo it. Biases do not decay.
///
/// *When to use it:* Adam on few samples, to keep the weights small.
///
/// ```
/// use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::AdamW};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Fit = Trainer<Linear<Const<1>>, Squared, AdamW<f32>, (), [f32; 9]>;
/// let mut fit = Fit::new(Linear::new(), Squared, AdamW::new(0.01), [0.0; Fit::ARENA])?;
/// fit.observe(&[1.0], &[1.0])?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct AdamW<T> {
    /// Adam's settings.
    pub adam: Adam<T>,
    /// The decay λ, usually 0.01; η λ is below 1.
    pub decay: T,
}

impl<T: Real> AdamW<T> {
    /// AdamW with Adam's settings, a decay of 0.01 and this learning rate.
    pub fn new(learning_rate: T) -> Self {
        Self {
            adam: Adam::new(learning_rate),
            decay: T::from_f64(0.01),
        }
    }
}

/// The coefficients of one step of [`Adam`] and its kin.
#[derive(Clone, Copy, Debug)]
pub struct AdamCoefficients<T> {
    learning_rate: T,
    step: T,
    epsilon: T,
    corrections: [T; 2],
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

    /// Takes a gradient into the sums.
    #[inline(always)]
    fn mix(&self, m: &mut T, v: &mut T, gradient: T) {
        *m = self.beta1 * *m + gradient;
        *v = self.beta2 * *v + gradient * gradient;
    }
}

impl<T: Real> Optimizer<T> for Adam<T> {
    type StepCoefficients = AdamCoefficients<T>;
    const SLOTS: usize = 2;
    const SHARED: usize = 2;

    fn check(&self) -> Result<(), Setting> {
        check_rate(self.learning_rate)?;
        check_decay(self.beta1)?;
        check_decay(self.beta2)?;
        // What bounds a step in `max_update`: |m| / √v ≤ 1 / √((1 − β₂) (1 − β₁² / β₂)).
        if self.beta1 * self.beta1 > T::from_f64(0.999) * self.beta2
            || self.beta2 > T::from_f64(1.0 - 1e-6)
        {
            return Err(Setting::Decay);
        }
        check_epsilon(self.epsilon)
    }

    #[inline(always)]
    fn step_coefficients(&self, shared: &[T], factor: T) -> AdamCoefficients<T> {
        let [c1, c2] = self.corrections(shared);
        // m̂ = (1 − β₁) m / c₁ and √v̂ = √v / root.
        let root = (c2 / (T::ONE - self.beta2)).sqrt();
        let learning_rate = self.learning_rate * factor;
        let step = learning_rate * root * ((T::ONE - self.beta1) / c1);
        AdamCoefficients {
            learning_rate,
            step,
            epsilon: self.epsilon * root,
            corrections: [c1, c2],
        }
    }

    #[inline(always)]
    fn advance(&self, coefficients: &AdamCoefficients<T>, shared: &mut [T]) {
        if let [c1, c2] = shared {
            [*c1, *c2] = coefficients.corrections;
        }
    }

    #[inline(always)]
    fn learning_rate(&self, coefficients: &AdamCoefficients<T>) -> T {
        coefficients.learning_rate
    }

    #[inline(always)]
    fn max_update(&self, coefficients: &AdamCoefficients<T>, max_gradient: T) -> T {
        if max_gradient <= T::from_f64(STEEPEST) {
            coefficients.learning_rate * T::from_f64(65_536.0)
        } else {
            T::NAN
        }
    }

    #[inline(always)]
    fn update(
        &self,
        coefficients: &AdamCoefficients<T>,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T {
        let [m, v] = state else { return parameter };
        self.mix(m, v, gradient);
        parameter - coefficients.step * *m / (v.sqrt() + coefficients.epsilon)
    }
}

impl<T: Real> Optimizer<T> for AmsGrad<T> {
    type StepCoefficients = AdamCoefficients<T>;
    const SLOTS: usize = 3;
    const SHARED: usize = 2;

    fn check(&self) -> Result<(), Setting> {
        self.0.check()
    }

    #[inline(always)]
    fn step_coefficients(&self, shared: &[T], factor: T) -> AdamCoefficients<T> {
        self.0.step_coefficients(shared, factor)
    }

    #[inline(always)]
    fn advance(&self, coefficients: &AdamCoefficients<T>, shared: &mut [T]) {
        self.0.advance(coefficients, shared);
    }

    #[inline(always)]
    fn learning_rate(&self, coefficients: &AdamCoefficients<T>) -> T {
        coefficients.learning_rate
    }

    #[inline(always)]
    fn max_update(&self, coefficients: &AdamCoefficients<T>, max_gradient: T) -> T {
        self.0.max_update(coefficients, max_gradient)
    }

    #[inline(always)]
    fn update(
        &self,
        coefficients: &AdamCoefficients<T>,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T {
        let [m, v, largest] = state else {
            return parameter;
        };
        self.0.mix(m, v, gradient);
        *largest = largest.larger(*v);
        parameter - coefficients.step * *m / (largest.sqrt() + coefficients.epsilon)
    }
}

impl<T: Real> Optimizer<T> for AdamW<T> {
    type StepCoefficients = AdamCoefficients<T>;
    const SLOTS: usize = 2;
    const SHARED: usize = 2;

    fn check(&self) -> Result<(), Setting> {
        self.adam.check()?;
        check_decay(self.adam.learning_rate * self.decay)
    }

    #[inline(always)]
    fn step_coefficients(&self, shared: &[T], factor: T) -> AdamCoefficients<T> {
        self.adam.step_coefficients(shared, factor)
    }

    #[inline(always)]
    fn advance(&self, coefficients: &AdamCoefficients<T>, shared: &mut [T]) {
        self.adam.advance(coefficients, shared);
    }

    #[inline(always)]
    fn learning_rate(&self, coefficients: &AdamCoefficients<T>) -> T {
        coefficients.learning_rate
    }

    #[inline(always)]
    fn max_update(&self, coefficients: &AdamCoefficients<T>, max_gradient: T) -> T {
        self.adam.max_update(coefficients, max_gradient)
    }

    #[inline(always)]
    fn shrink(&self, coefficients: &AdamCoefficients<T>, parameter: T) -> T {
        parameter - coefficients.learning_rate * self.decay * parameter
    }

    #[inline(always)]
    fn update(
        &self,
        coefficients: &AdamCoefficients<T>,
        parameter: T,
        state: &mut [T],
        gradient: T,
    ) -> T {
        self.adam.update(coefficients, parameter, state, gradient)
    }
}
