//! Guard that keeps a fit finite: a fault is found before anything moves, and its cause is named.

use super::Trainer;
use super::arena_layout::{NO_ARENA, Pieces, scale};
use super::sinks::MaxGradient;
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Fault, Real, Step, kernel};

/// How far from zero parameters may get before each step looks at all of them, where a step
/// knows how large its gradient can be.
pub(super) const ROOM: f64 = 1e12;
/// The most credit that is granted, to a fit whose parameters take less than a quarter of the
/// room: the other three quarters.
pub(super) const CREDIT: u32 = 3 << 22;

/// Outcome of a closer look at a step.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// It is safe.
    Fine,
    /// The gradient is too large for the optimizer.
    Gradient,
    /// A parameter would grow too large.
    Update,
    /// A number is infinite or NaN.
    Wild,
}

impl Look {
    /// The fault of a batch that `afford` refuses.
    pub(super) fn fault(self) -> Fault {
        match self {
            Self::Update => Fault::Update,
            _ => Fault::Gradient,
        }
    }
}

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// The share of the room that a step takes whose gradient is within `max_gradient`, as an exponent.
    #[inline(always)]
    pub(super) fn spent(
        optimizer: &O,
        rules: &R,
        coefficients: &O::StepCoefficients,
        max_gradient: A::Real,
    ) -> i32 {
        let room = A::Real::from_f64(ROOM);
        let charge = optimizer.max_update(
            coefficients,
            max_gradient + rules.max_penalty_gradient(room),
        );
        (charge * A::Real::from_f64(1.0 / ROOM)).exponent()
    }

    /// Grants new credit to a step that looked dangerous, where it is not. `known` is how large its
    /// gradient can be, if that is known already.
    #[cold]
    #[inline(never)]
    pub(super) fn look(
        &mut self,
        features: &[A::Real],
        loss: A::Real,
        known: Option<A::Real>,
        coefficients: O::StepCoefficients,
    ) -> Look {
        let lengths = self.lengths();
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return Look::Wild;
        };
        let inputs = if lengths.scales {
            &*pieces.features
        } else {
            features
        };
        let max_gradient =
            known.unwrap_or_else(|| max_gradient(&self.model, inputs, pieces.tape, pieces.outputs));
        if !(loss * A::Real::ZERO + max_gradient).is_finite() {
            return Look::Wild;
        }
        match Self::afford(
            &self.optimizer,
            &self.rules,
            pieces.parameters,
            &coefficients,
            max_gradient,
        ) {
            Ok(credit) => {
                self.credit = credit;
                Look::Fine
            }
            Err(look) => look,
        }
    }

    /// Credit for the steps to come, once this step is known to be safe.
    pub(super) fn afford(
        optimizer: &O,
        rules: &R,
        parameters: &[A::Real],
        coefficients: &O::StepCoefficients,
        max_gradient: A::Real,
    ) -> Result<u32, Look> {
        let quarter = A::Real::MAX * A::Real::from_f64(0.25);
        let peak = peak(parameters);
        let charge = optimizer.max_update(
            coefficients,
            max_gradient + rules.max_penalty_gradient(peak),
        );
        if !charge.is_finite() {
            return Err(Look::Gradient);
        }
        if !(peak + charge < quarter) {
            return Err(Look::Update);
        }
        let room = if Self::LOOKS {
            A::Real::from_f64(ROOM)
        } else {
            quarter
        };
        let near = peak + charge < room * A::Real::from_f64(0.25);
        Ok(if near { CREDIT } else { 0 })
    }

    /// The credit, or new credit where it is too small for a step of a batch that may reach so
    /// far: a sample is refused now where its batch could not be applied later.
    pub(super) fn assure(
        credit: u32,
        (optimizer, rules): (&O, &R),
        parameters: &[A::Real],
        coefficients: &O::StepCoefficients,
        max_gradient: A::Real,
    ) -> Result<u32, Fault> {
        let spent = Self::spent(optimizer, rules, coefficients, max_gradient);
        match left(credit, spent) {
            Some(_) => Ok(credit),
            None => Self::afford(optimizer, rules, parameters, coefficients, max_gradient)
                .map_err(Look::fault),
        }
    }

    /// Refuses a sample, with the cause.
    #[cold]
    #[inline(never)]
    pub(super) fn refuse(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
    ) -> Result<Step<A::Real>, Fault> {
        Err(self.blame(features, target))
    }

    /// Names what made a sample impossible.
    #[cold]
    pub(super) fn blame(&mut self, features: &[A::Real], target: &[A::Real]) -> Fault {
        let lengths = self.lengths();
        if let Some(index) = wild(features) {
            return Fault::Feature { index };
        }
        if let Some(index) = wild(target) {
            return Fault::Target { index };
        }
        let outputs = lengths.sizes.outputs;
        let refused = |&y: &A::Real| !self.loss.accepts(y, outputs);
        if let Some(index) = target.iter().position(refused) {
            let index = index as u16;
            return Fault::Target { index };
        }
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return NO_ARENA;
        };
        let scaled = (pieces.features, pieces.target);
        let Ok((inputs, target)) = scale(lengths, pieces.scaler, scaled, (features, target)) else {
            return Fault::Scaler;
        };
        if lengths.scales
            && let Some(index) = wild(inputs)
        {
            return Fault::Feature { index };
        }
        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        if wild(pieces.outputs).is_some() {
            return Fault::Prediction;
        }
        if self.loss.eval(pieces.outputs, target).is_finite() {
            Fault::Gradient
        } else {
            Fault::Loss
        }
    }
}

/// The first number that is infinite or NaN.
#[cold]
#[inline(never)]
pub(super) fn wild<T: Real>(numbers: &[T]) -> Option<u16> {
    let index = kernel::seldom(numbers).position(|number| !number.is_finite())?;
    Some(index as u16)
}

/// The size of the largest number.
#[inline(never)]
fn peak<T: Real>(numbers: &[T]) -> T {
    kernel::seldom(numbers).fold(T::ZERO, |peak, number| peak.larger(number.abs()))
}

/// Credit left after a step that takes less than 2 to the power of `spent` + 1 of the room, if the
/// credit is enough. A step takes one part at least.
#[inline(always)]
pub(super) fn left(credit: u32, spent: i32) -> Option<u32> {
    credit.checked_sub(1u32.checked_shl((spent + 25).max(0) as u32)?)
}

/// A bound for the numbers of a gradient. Out of line, since a step and a look at it share it.
#[inline(never)]
pub(super) fn max_gradient<T: Real, M: Model<T>>(
    model: &M,
    inputs: &[T],
    tape: &[T],
    slopes: &[T],
) -> T {
    let mut max_gradient = MaxGradient(T::ZERO);
    model.gradient(inputs, tape, slopes, &mut max_gradient);
    max_gradient.0
}
