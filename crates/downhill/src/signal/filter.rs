//! Filters of second order, in front of the window.

use crate::Real;

/// What a section lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pass {
    /// What is slower than its frequency.
    #[default]
    Low,
    /// What is faster.
    High,
}

/// A section of second order: a biquad with the poles of a Butterworth filter, in the form of a
/// state variable filter, which keeps its accuracy in `f32` at frequencies far below the rate.
///
/// With g = tan(π·frequency / rate), 1/Q the damping and a₁ = 1/(1 + g(g + 1/Q)), a₂ = g·a₁,
/// a₃ = g·a₂, a sample x moves the two states s₁ and s₂:
/// d = x − s₂, v₁ = a₁s₁ + a₂d, v₂ = s₂ + (a₂s₁ + a₃d), s₁ ← 2v₁ − s₁, s₂ ← 2v₂ − s₂.
/// Low pass is v₂, high pass x − (1/Q)v₁ − v₂.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Section<T> {
    /// Band of frequencies that it lets through.
    pub pass: Pass,
    /// 1/Q.
    pub damping: T,
    /// a₁, a₂ and a₃.
    pub a: [T; 3],
}

/// States of a section of a channel.
pub(super) const STATES: usize = 2;

/// 1/Q of a Butterworth filter of second order: √2.
pub(super) const SECOND_ORDER: f64 = core::f64::consts::SQRT_2;
/// 1/Q of the two sections of one of fourth order: 2 cos π/8 and 2 sin π/8.
pub(super) const FOURTH_ORDER: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_5];

impl<T: Real> Section<T> {
    /// A section for this share of the rate, above 0 and below 1/2.
    pub(super) fn new(pass: Pass, share: T, damping: f64) -> Self {
        let g = (share * T::from_f64(core::f64::consts::PI)).tan();
        let damping = T::from_f64(damping);
        let first = T::ONE / (T::ONE + g * (g + damping));
        let second = g * first;
        Self {
            pass,
            damping,
            a: [first, second, g * second],
        }
    }

    /// Starts as if this sample had always been.
    pub(super) fn settle(&self, sample: T, states: &mut [T; STATES]) -> T {
        *states = [T::ZERO, sample];
        match self.pass {
            Pass::Low => sample,
            Pass::High => T::ZERO,
        }
    }

    /// Takes a sample and returns the filtered one.
    #[inline(always)]
    pub(super) fn filter(&self, sample: T, states: &mut [T; STATES]) -> T {
        let [s1, s2] = *states;
        let [a1, a2, a3] = self.a;
        let d = sample - s2;
        let v1 = a1 * s1 + a2 * d;
        let v2 = s2 + (a2 * s1 + a3 * d);
        *states = [T::TWO * v1 - s1, T::TWO * v2 - s2];
        match self.pass {
            Pass::Low => v2,
            Pass::High => sample - self.damping * v1 - v2,
        }
    }
}
