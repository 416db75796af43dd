//! View of a fit for its monitor, and the changes that a recovery makes.

use super::Trainer;
use super::arena_layout::Pieces;
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::rules::Rules;
use crate::{Arena, Real};

/// State that the last sample left. The slopes and the deltas on the tape are
/// [`gain`](Optimizer::gain) times as large as the loss's; the parameters have moved on.
pub(crate) struct Trace<'a, T> {
    /// The features as the model met them; empty where no scaler scaled them.
    pub(crate) features: &'a [T],
    /// The target, likewise.
    pub(crate) target: &'a [T],
    /// The model's tape.
    pub(crate) tape: &'a [T],
    /// The slopes of the loss.
    pub(crate) slopes: &'a [T],
}

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// State that the last sample left.
    pub(crate) fn trace(&self) -> Option<Trace<'_, A::Real>> {
        let lengths = self.lengths();
        let scaled = |length| if lengths.scales { length } else { 0 };
        let rest = &mut self.arena.words().get(lengths.lasting()..)?;
        Some(Trace {
            features: rest.split_off(..scaled(lengths.sizes.features))?,
            target: rest.split_off(..scaled(lengths.targets))?,
            tape: rest.split_off(..lengths.sizes.tape)?,
            slopes: rest.split_off(..lengths.sizes.outputs)?,
        })
    }

    /// The coefficients of the next step.
    fn upcoming(&self) -> O::StepCoefficients {
        let lengths = self.lengths();
        let at = lengths.sizes.parameters + lengths.state;
        let rest = self.arena.words().get(at..).unwrap_or(&[]);
        let (shared, rest) = rest.split_at_checked(lengths.shared).unwrap_or_default();
        let words = rest.get(..lengths.rules).unwrap_or(&[]);
        let factor = self.rules.rate_factor(words, self.steps);
        self.optimizer.step_coefficients(shared, factor)
    }

    /// The learning rate of the next step: the optimizer's, times the schedule's factor.
    pub fn learning_rate(&self) -> A::Real {
        self.optimizer.learning_rate(&self.upcoming())
    }

    /// The optimizer's learning rate, before schedule and halvings.
    pub(crate) fn base_learning_rate(&self) -> A::Real {
        let lengths = self.lengths();
        let at = lengths.sizes.parameters + lengths.state;
        let shared = self.arena.words().get(at..).unwrap_or(&[]);
        let shared = shared.get(..lengths.shared).unwrap_or(&[]);
        let coefficients = self.optimizer.step_coefficients(shared, A::Real::ONE);
        self.optimizer.learning_rate(&coefficients)
    }

    /// Factor that [`halve_rate`](Self::halve_rate) has reduced the learning rate by: 1 without a
    /// call.
    pub(crate) fn halving_factor(&self) -> A::Real {
        let lengths = self.lengths();
        let at = lengths.sizes.parameters + lengths.state + lengths.shared;
        let words = self.arena.words().get(at..).unwrap_or(&[]);
        self.rules
            .halving_factor(words.get(..lengths.rules).unwrap_or(&[]))
    }

    /// Factor on the slopes of the next step.
    pub(crate) fn gain(&self) -> A::Real {
        self.optimizer.gain(&self.upcoming())
    }

    /// Halves the learning rate from the next step on, up to 40 times. Nothing happens unless the
    /// rules have a [`RestartableSchedule`](crate::rules::RestartableSchedule); the number of halvings
    /// is part of the fit's state.
    pub fn halve_rate(&mut self) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.rules.halve_rate(pieces.rules);
        }
        self.credit = 0;
    }

    /// Begins the schedule anew at the next step, as at step 0, and undoes every
    /// [halving](Trainer::halve_rate) of the learning rate. Nothing happens unless the rules have a
    /// [`RestartableSchedule`](crate::rules::RestartableSchedule); the step at which the schedule
    /// began is part of the fit's state.
    pub fn restart_schedule(&mut self) {
        let (lengths, steps) = (self.lengths(), self.steps);
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.rules.restart_schedule(pieces.rules, steps);
        }
        self.credit = 0;
    }

    /// Clears the optimizer's state (means of gradients, velocities); parameters stay.
    pub fn reset_optimizer(&mut self) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            pieces.state.fill(A::Real::ZERO);
            pieces.shared.fill(A::Real::ZERO);
        }
        self.credit = 0;
    }

    /// Moves each parameter that is trained by a number drawn from `seed`, uniform between
    /// −`size` and `size`.
    pub fn perturb(&mut self, seed: u64, size: A::Real) {
        let mut random = Random::seed(seed);
        let parameters = self.model.sizes().parameters;
        let parameters = self.arena.words_mut().get_mut(..parameters);
        for (at, parameter) in parameters.unwrap_or(&mut []).iter_mut().enumerate() {
            let drawn = (random.unit::<A::Real>() * A::Real::TWO - A::Real::ONE) * size;
            if self.rules.trains(at) {
                *parameter += drawn;
            }
        }
        self.credit = 0;
    }
}
