//! Optimizers in integers.

use super::number::Narrow;
use super::rate::{Rate, Shift};

/// How a gradient becomes a movement.
pub trait Optimizer {
    /// Words of state for each parameter.
    const SLOTS: usize;

    /// Words of state for each parameter, where only the value tells; at most
    /// [`SLOTS`](Optimizer::SLOTS).
    #[inline(always)]
    fn slots(&self) -> usize {
        Self::SLOTS
    }

    /// The learning rate.
    fn rate(&self) -> Rate;

    /// Bound of the size of the next movement and of the state then, of a state of this size and
    /// a gradient, times the rate, of that.
    fn reach(&self, state: u32, movement: u32) -> u32;

    /// The parameter and its state after a movement.
    fn update(&self, parameter: i32, state: &mut [i32], movement: i32) -> i32;

    /// Words that a fingerprint takes in.
    fn words(&self) -> [u32; 2];
}

/// Gradient descent: p ← p − η g.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sgd {
    /// The learning rate η.
    pub rate: Rate,
}

impl Optimizer for Sgd {
    const SLOTS: usize = 0;

    #[inline(always)]
    fn rate(&self) -> Rate {
        self.rate
    }

    #[inline(always)]
    fn reach(&self, _state: u32, movement: u32) -> u32 {
        movement
    }

    #[inline(always)]
    fn update(&self, parameter: i32, _state: &mut [i32], movement: i32) -> i32 {
        parameter + movement
    }

    fn words(&self) -> [u32; 2] {
        [self.rate.word(), 0]
    }
}

/// Gradient descent with momentum: v ← μ v − η g, p ← p + v.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Momentum {
    /// The learning rate η.
    pub rate: Rate,
    /// The momentum μ in 2⁻¹⁶.
    pub momentum: u16,
}

impl Momentum {
    /// μ × `velocity`, rounded: a product of 48 bits from two of 32, since Cortex-M0 has no other.
    #[inline(always)]
    fn decayed(&self, velocity: i32) -> i32 {
        let momentum = u32::from(self.momentum);
        let low = ((velocity as u32 & 0xffff) * momentum + (1 << 15)) >> 16;
        (velocity >> 16) * momentum as i32 + low as i32
    }
}

impl Optimizer for Momentum {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn rate(&self) -> Rate {
        self.rate
    }

    #[inline(always)]
    fn reach(&self, state: u32, movement: u32) -> u32 {
        self.decayed(state.min(i32::MAX as u32) as i32) as u32 + 1 + movement
    }

    #[inline(always)]
    fn update(&self, parameter: i32, state: &mut [i32], movement: i32) -> i32 {
        let [velocity] = state else { return parameter };
        *velocity = self.decayed(*velocity) + movement;
        parameter + *velocity
    }

    fn words(&self) -> [u32; 2] {
        [self.rate.word(), self.momentum.into()]
    }
}

/// Moves parameters at once.
pub(super) struct Apply<'a, O> {
    pub(super) optimizer: &'a O,
    pub(super) shift: Shift,
    pub(super) parameters: &'a mut [i32],
    pub(super) state: &'a mut [i32],
}

impl<O: Optimizer> Apply<'_, O> {
    #[inline(always)]
    fn update(&mut self, at: usize, product: i32) {
        let slots = self.optimizer.slots();
        let slots = at * slots..(at + 1) * slots;
        if let Some(parameter) = self.parameters.get_mut(at)
            && let Some(state) = self.state.get_mut(slots)
        {
            *parameter = self
                .optimizer
                .update(*parameter, state, self.shift.of(product));
        }
    }
}

impl<O: Optimizer> super::model::Sink for Apply<'_, O> {
    #[inline(always)]
    fn outer<X: Narrow>(&mut self, at: usize, slopes: &[i32], inputs: &[X]) {
        let mut at = at;
        for slope in slopes {
            for input in inputs {
                self.update(at, -slope * input.wide());
                at += 1;
            }
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, slopes: &[i32]) {
        for (o, slope) in slopes.iter().enumerate() {
            self.update(at + o, -slope << super::POINT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every upper byte with every lower one at every momentum's byte, against exact arithmetic.
    #[test]
    fn a_velocity_decays_by_a_product_of_48_bits() {
        let mut random = crate::random::Random::seed(1);
        for turn in 0..300_000u32 {
            let velocity = match turn % 4 {
                0 => i32::MIN + (turn >> 2) as i32,
                1 => i32::MAX - (turn >> 2) as i32,
                _ => random.word() as i32,
            };
            let momentum = if turn % 3 == 0 {
                65_535
            } else {
                random.word() as u16
            };
            let rate = Rate::new(0.1).unwrap();
            let own = Momentum { rate, momentum }.decayed(velocity);
            let exact = (i64::from(velocity) * i64::from(momentum) + (1 << 15)) >> 16;
            assert_eq!(i64::from(own), exact, "{velocity} × {momentum}");
        }
    }
}
