//! Batches under a loss of the batch as a whole: a gradient and two sums for each class, which
//! become one gradient once the batch is full.

use super::arena_layout::{Pieces, PooledBatch, Shown, show};
use super::guard::max_gradient;
use super::learn::HEAVIEST;
use super::sinks::GatherScaled;
use super::{Step, Trainer};
use crate::loss::{Loss, Pool};
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Fault, Real};

/// How much larger the gradient of a batch may be than the logit's steepest: a loss keeps each
/// slope times its mass within half of it.
const STEEPEST: f64 = 512.0;

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// Adds a sample to the batch.
    #[inline(never)]
    pub(super) fn pour(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let (zero, one) = (A::Real::ZERO, A::Real::ONE);
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        let Shown {
            inputs,
            target: target_scaled,
            pieces,
        } = show(
            &self.model,
            self.arena.words_mut(),
            lengths,
            (features, target),
        )?;
        let ([logit], [y]) = (&mut *pieces.outputs, target_scaled) else {
            return self.refuse(features, target);
        };
        let (z, y) = (*logit, *y);
        let coefficients = self.optimizer.step_coefficients(
            pieces.shared,
            self.rules.rate_factor(pieces.rules, self.steps),
        );
        *logit = self.optimizer.gain(&coefficients);
        self.model
            .backward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        let max_gradient = max_gradient(&self.model, inputs, pieces.tape, pieces.outputs);
        let (need, got) = (
            lengths.batched() as u32,
            (lengths.online() + pieces.rest.len()) as u32,
        );
        let batch = Pieces::pooled(pieces.rest, lengths.sizes.parameters)
            .ok_or(Fault::Arena { need, got })?;
        let PooledBatch {
            gradients: [of_0, of_1],
            numbers: [count, _, heaviest],
            sums,
        } = batch;

        let p = z.sigmoid();
        let mut pool = if *count == zero {
            Pool::new()
        } else {
            read(sums)
        };
        pool.add(y, p, weight);
        let most = A::Real::from_f64(HEAVIEST);
        let bound = max_gradient * A::Real::from_f64(STEEPEST);
        // A bound that is no number is not below another.
        let total = if bound <= *heaviest { *heaviest } else { bound };
        let is_class = y == zero || y == one;
        let [weight_0, weight_1] = pool.weight;
        if !(total <= most && is_class && z.is_finite() && weight_0 + weight_1 <= most) {
            return self.refuse(features, target);
        }
        let (optimizer, rules) = (&self.optimizer, &self.rules);
        self.credit = Self::assure(
            self.credit,
            (optimizer, rules),
            pieces.parameters,
            &coefficients,
            total,
        )?;
        if *count == zero {
            of_0.fill(zero);
            of_1.fill(zero);
        }
        let gradient = if y == one { of_1 } else { of_0 };
        let by = p * (one - p) * weight;
        let sink = &mut GatherScaled { gradient, by };
        self.model
            .gradient(inputs, pieces.tape, pieces.outputs, sink);
        *count += one;
        *heaviest = total;
        let Pool {
            mass: [mass_0, mass_1],
            weight: [weight_0, weight_1],
        } = pool;
        *sums = [mass_0, mass_1, weight_0, weight_1];
        Self::follow(&self.rules, pieces.scaler, features, target);
        Ok(Step {
            number: self.steps,
            loss: zero,
        })
    }

    /// Makes one gradient of the batch, in place of that of class 0; returns the loss.
    #[inline(never)]
    pub(super) fn mix(loss: &L, rest: &mut [A::Real], parameters: usize) -> A::Real {
        let Some(batch) = Pieces::pooled(rest, parameters) else {
            return A::Real::NAN;
        };
        let Some((loss, [by_0, by_1])) = loss.pooled(&read(batch.sums)) else {
            return A::Real::NAN;
        };
        let [of_0, of_1] = batch.gradients;
        for (number, other) in of_0.iter_mut().zip(of_1) {
            *number = by_0 * *number + by_1 * *other;
        }
        loss
    }
}

/// The sums as they lie in the arena: masses, then weights.
fn read<T: Real>(&[mass_0, mass_1, weight_0, weight_1]: &[T; 4]) -> Pool<T> {
    Pool {
        mass: [mass_0, mass_1],
        weight: [weight_0, weight_1],
    }
}
