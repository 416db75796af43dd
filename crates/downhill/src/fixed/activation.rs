//! Activation functions of hidden units, in integers.

use super::number::{ONE, POINT, round};
use super::tables::{sigmoid, tanh};
use crate::model::{Relu, Sigmoid, Tanh};

/// An activation of 16-bit numbers.
pub trait Activation: Copy {
    /// The unit's value for a sum of [`POINT`], of any size; the value has 16 bits.
    fn value(self, z: i32) -> i32;

    /// The slope at this value, from 0 to 1.
    fn slope(self, value: i32) -> i32;

    /// True where the starting weights are He's instead of Glorot's.
    fn he(self) -> bool {
        false
    }
}

impl Activation for Tanh {
    #[inline(always)]
    fn value(self, z: i32) -> i32 {
        tanh(z)
    }

    #[inline(always)]
    fn slope(self, value: i32) -> i32 {
        ONE - round(value * value, POINT)
    }
}

impl Activation for Sigmoid {
    #[inline(always)]
    fn value(self, z: i32) -> i32 {
        sigmoid(z)
    }

    #[inline(always)]
    fn slope(self, value: i32) -> i32 {
        round(value * (ONE - value), POINT)
    }
}

/// Largest value of a unit that rectifies, 8 − 2⁻¹²: beyond it the slope is 0, as below 0.
const CEILING: i32 = 32_767;

impl Activation for Relu {
    #[inline(always)]
    fn value(self, z: i32) -> i32 {
        z.clamp(0, CEILING)
    }

    #[inline(always)]
    fn slope(self, value: i32) -> i32 {
        if value > 0 && value < CEILING { ONE } else { 0 }
    }

    fn he(self) -> bool {
        true
    }
}
