//! The shortest way for what was chosen at run time and turns out to be plain: a linear model
//! of one output, gradient descent, no rules; and on a host a scaler too.

use super::{Step, Trainer};
use crate::internal::Internal;
use crate::loss::{Link, Loss};
use crate::model::{Linear, Model};
use crate::optimizer::{Optimizer, Sgd};
use crate::rules::Rules;
use crate::{Arena, Const, Dyn, Fault, Real};

/// The loss of another trainer.
pub(super) struct Lent<'a, L>(&'a L);

impl<T: Real, L: Loss<T>> Loss<T> for Lent<'_, L> {
    const TARGETS: Option<usize> = L::TARGETS;

    #[inline(always)]
    fn eval(&self, outputs: &mut [T], target: &[T]) -> T {
        self.0.eval(outputs, target)
    }

    #[inline(always)]
    fn targets(&self, outputs: usize) -> usize {
        self.0.targets(outputs)
    }

    #[inline(always)]
    fn link(&self, outputs: usize) -> Link {
        self.0.link(outputs)
    }

    fn accepts(&self, target: T, outputs: usize) -> bool {
        self.0.accepts(target, outputs)
    }
}

/// A trainer whose parts are plain, in the place of one that chooses them at run time.
pub(super) type Plain<'a, L, T, R> = Trainer<Linear<Dyn>, Lent<'a, L>, Sgd<T>, R, &'a mut [T]>;

/// Tells whether a fit with a scaler takes the shortest way too: a board has no flash for another one.
const IS_HOST: bool = cfg!(target_pointer_width = "64");

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// Learns from one sample in place. What it is made of is chosen once, where it is plain,
    /// instead of by each part of the step: the code is [`learn`](Trainer::learn) either way.
    #[inline(always)]
    pub(super) fn online(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let scaling = match IS_HOST {
            true => self.rules.fast_path(Internal),
            false => None,
        };
        let model = |inputs| Linear::<Dyn>::with_shape(inputs, Const, Const);
        match (
            self.model.fast_path(Internal),
            self.optimizer.fast_path(Internal),
            scaling,
        ) {
            (Some(inputs), Some(rate), _) if self.rules.is_noop() => {
                let parts = (model(inputs), Sgd::new(rate), ());
                self.plainly(parts, (features, target), weight)
            }
            (Some(inputs), Some(rate), Some(scaling)) => {
                let parts = (model(inputs), Sgd::new(rate), scaling);
                self.plainly(parts, (features, target), weight)
            }
            _ => self.learn::<false>(features, target, weight),
        }
    }

    #[inline(never)]
    fn plainly<S: Rules<A::Real>>(
        &mut self,
        (model, optimizer, rules): (Linear<Dyn>, Sgd<A::Real>, S),
        (features, target): (&[A::Real], &[A::Real]),
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let mut fit: Plain<'_, L, A::Real, S> = Trainer {
            model,
            loss: Lent(&self.loss),
            optimizer,
            rules,
            arena: self.arena.words_mut(),
            credit: self.credit,
            steps: self.steps,
        };
        let step = fit.learn::<false>(features, target, weight);
        (self.credit, self.steps) = (fit.credit, fit.steps);
        step
    }
}
