//! What surrounds the optimizer: scaler, schedule, penalty, clip.
//!
//! A [`Trainer`](crate::Trainer) has one bundle of rules as a type. The empty bundle, `()`, is
//! nothing at all: no memory and no instructions.

use serde::{Deserialize, Serialize};

use crate::model::Kind;
use crate::{Real, Setting};

/// A bundle of rules. Every method of the trait does nothing unless a bundle says otherwise.
pub trait Rules<T: Real> {
    /// Whether features and targets pass through a scaler.
    const SCALES: bool = false;
    /// Whether the gradient's norm has a limit.
    const CLIPS_NORM: bool = false;
    /// Whether penalties pull at the parameters.
    const PENALISES: bool = false;

    /// Which scaler, if [`SCALES`](Rules::SCALES).
    fn scaling(&self) -> Scaling {
        Scaling::None
    }

    /// What the learning rate is multiplied with at this step, counted from 0.
    #[inline(always)]
    fn factor(&self, step: u64) -> T {
        let _ = step;
        T::ONE
    }

    /// The largest norm of a gradient, if [`CLIPS_NORM`](Rules::CLIPS_NORM).
    #[inline(always)]
    fn norm(&self) -> T {
        T::MAX
    }

    /// How hard a parameter of size `peak` is pulled back, at most.
    #[inline(always)]
    fn pull(&self, peak: T) -> T {
        let _ = peak;
        T::ZERO
    }

    /// Clips a parameter's gradient and adds its penalties; both are `gain` times as large.
    #[inline(always)]
    fn gradient(&self, kind: Kind, gain: T, parameter: T, gradient: T) -> T {
        let _ = (kind, gain, parameter);
        gradient
    }

    /// Settles parameter `at`, which has moved at learning rate `rate`.
    #[inline(always)]
    fn settle(&self, at: usize, kind: Kind, rate: T, parameter: T) -> T {
        let _ = (at, kind, rate);
        parameter
    }

    /// Whether parameter `at` is trained at all.
    #[inline(always)]
    fn trains(&self, at: usize) -> bool {
        let _ = at;
        true
    }

    /// Whether the settings are possible.
    ///
    /// # Errors
    /// The setting that is not.
    fn check(&self) -> Result<(), Setting> {
        Ok(())
    }
}

impl<T: Real> Rules<T> for () {}

/// How columns are scaled before they meet the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Not at all.
    #[default]
    None,
    /// Features to mean 0 and standard deviation 1.
    Standard,
    /// Features and targets to mean 0 and standard deviation 1.
    StandardWithTarget,
}

impl Scaling {
    /// Whether targets are scaled too.
    pub const fn targets(self) -> bool {
        matches!(self, Self::StandardWithTarget)
    }
}

/// The bundle with a scaler and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled(pub Scaling);

impl<T: Real> Rules<T> for Scaled {
    const SCALES: bool = true;

    fn scaling(&self) -> Scaling {
        self.0
    }
}

/// All rules, chosen at run time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnyRules {
    /// The scaler.
    pub scaling: Scaling,
}

impl<T: Real> Rules<T> for AnyRules {
    const SCALES: bool = true;

    fn scaling(&self) -> Scaling {
        self.scaling
    }
}
