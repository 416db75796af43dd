//! Optimizers in integers.

use super::model::Sink;
use super::number::{Narrow, part};
use super::rate::{Rate, Shift};
use super::rules::StepRules;
use crate::model::ParameterKind;

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

impl Optimizer for Momentum {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn rate(&self) -> Rate {
        self.rate
    }

    #[inline(always)]
    fn reach(&self, state: u32, movement: u32) -> u32 {
        part(state.min(i32::MAX as u32) as i32, self.momentum) as u32 + 1 + movement
    }

    #[inline(always)]
    fn update(&self, parameter: i32, state: &mut [i32], movement: i32) -> i32 {
        let [velocity] = state else { return parameter };
        *velocity = part(*velocity, self.momentum) + movement;
        parameter + *velocity
    }

    fn words(&self) -> [u32; 2] {
        [self.rate.word(), self.momentum.into()]
    }
}

/// Moves parameters at once.
pub(super) struct Apply<'a, O, R> {
    pub(super) optimizer: &'a O,
    pub(super) step: R,
    pub(super) shift: Shift,
    pub(super) parameters: &'a mut [i32],
    pub(super) state: &'a mut [i32],
}

impl<O: Optimizer, R: StepRules> Apply<'_, O, R> {
    #[inline(always)]
    fn update(&mut self, at: usize, kind: ParameterKind, product: i32) {
        let slots = self.optimizer.slots();
        let slots = at * slots..(at + 1) * slots;
        if let Some(parameter) = self.parameters.get_mut(at)
            && let Some(state) = self.state.get_mut(slots)
        {
            let movement = self.shift.of(product);
            let movement = self.step.movement(kind, *parameter, movement);
            let moved = self.optimizer.update(*parameter, state, movement);
            *parameter = self.step.bounded(at, moved);
        }
    }
}

impl<O: Optimizer, R: StepRules> Sink for Apply<'_, O, R> {
    #[inline(always)]
    fn outer<X: Narrow>(&mut self, at: usize, slopes: &[i32], inputs: &[X]) {
        if R::CLIPS_NORM
            && let Some(squares) = self.step.squares()
        {
            return squares.outer(slopes, inputs);
        }
        let mut at = at;
        for slope in slopes {
            for input in inputs {
                self.update(at, ParameterKind::Weight, -slope * input.wide());
                at += 1;
            }
        }
    }

    #[inline(always)]
    fn each(&mut self, at: usize, slopes: &[i32]) {
        if R::CLIPS_NORM
            && let Some(squares) = self.step.squares()
        {
            return squares.each(slopes);
        }
        for (o, slope) in slopes.iter().enumerate() {
            self.update(at + o, ParameterKind::Bias, -slope << super::POINT);
        }
    }
}
