//! What keeps a fit finite: a fault is found before anything moves, and its cause is named.

use super::Trainer;
use super::pieces::{NO_ARENA, Pieces, scale};
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::sink::Reach;
use crate::{Arena, Fault, Real, Step};

/// How far from zero parameters may get before each step looks at all of them, where a step
/// knows how large its gradient can be.
pub(super) const ROOM: f64 = 1e12;
/// The most credit that is granted: half of the room.
pub(super) const CREDIT: u32 = 1 << 23;

/// What a closer look at a step shows.
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
    /// The share of the room that a step takes whose gradient is within `reach`, as an exponent.
    #[inline(always)]
    pub(super) fn spent(optimizer: &O, rules: &R, now: &O::Now, reach: A::Real) -> i32 {
        let room = A::Real::from_f64(ROOM);
        let charge = optimizer.charge(now, reach + rules.pull(room));
        (charge * A::Real::from_f64(1.0 / ROOM)).exponent()
    }

    /// Grants new credit to a step that looked dangerous, where it is not.
    #[cold]
    #[inline(never)]
    pub(super) fn look(&mut self, features: &[A::Real], loss: A::Real, share: A::Real) -> Look {
        let lengths = self.lengths();
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return Look::Wild;
        };
        let inputs = if lengths.scales {
            &*pieces.features
        } else {
            features
        };
        let reach = reach(&self.model, inputs, pieces.tape, pieces.outputs) * share;
        if !(loss.is_finite() && reach.is_finite()) {
            return Look::Wild;
        }
        let factor = self.rules.factor(pieces.rules, self.steps);
        let now = self.optimizer.now(pieces.shared, factor);
        match Self::afford(&self.optimizer, &self.rules, pieces.parameters, &now, reach) {
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
        now: &O::Now,
        reach: A::Real,
    ) -> Result<u32, Look> {
        let quarter = A::Real::MAX * A::Real::from_f64(0.25);
        let peak = parameters
            .iter()
            .fold(A::Real::ZERO, |peak, p| peak.larger(p.abs()));
        let charge = optimizer.charge(now, reach + rules.pull(peak));
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
        let near = peak + charge < room * A::Real::HALF;
        Ok(if near { CREDIT } else { 0 })
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
        let first = |numbers: &[A::Real], bad: &dyn Fn(A::Real) -> bool| {
            numbers
                .iter()
                .position(|&number| bad(number))
                .map(|index| index as u16)
        };
        let wild = |number: A::Real| !number.is_finite();
        if let Some(index) = first(features, &wild) {
            return Fault::Feature { index };
        }
        let outputs = lengths.sizes.outputs;
        if let Some(index) = first(target, &|y| wild(y) || !self.loss.accepts(y, outputs)) {
            return Fault::Target { index };
        }
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return NO_ARENA;
        };
        let scaled = (pieces.features, pieces.target);
        let Ok((inputs, target)) = scale(lengths, pieces.scaler, scaled, (features, target)) else {
            return Fault::Scaler;
        };
        if let Some(index) = first(inputs, &wild) {
            return Fault::Feature { index };
        }
        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        if first(pieces.outputs, &wild).is_some() {
            return Fault::Prediction;
        }
        let loss = self.loss.eval(pieces.outputs, target);
        if wild(loss) {
            Fault::Loss
        } else {
            Fault::Gradient
        }
    }
}

/// What is left of a credit after a step that takes less than 2 to the power of `spent` + 1 of
/// the room, if the credit is enough. A step takes one part at least.
#[inline(always)]
pub(super) fn left(credit: u32, spent: i32) -> Option<u32> {
    credit.checked_sub(1u32.checked_shl((spent + 25).max(0) as u32)?)
}

/// A bound for the numbers of a gradient.
#[inline(always)]
pub(super) fn reach<T: Real, M: Model<T>>(model: &M, inputs: &[T], tape: &[T], slopes: &[T]) -> T {
    let mut reach = Reach(T::ZERO);
    model.gradient(inputs, tape, slopes, &mut reach);
    reach.0
}
