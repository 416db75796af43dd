//! The way of a sample: scaler, model, loss, gradient, clip and penalty, optimizer, parameters.

use super::arena_layout::{BATCH, NO_ARENA, Pieces, Shown, show};
use super::guard::{Look, left, max_gradient};
use super::sinks::{Apply, Gather, MaxExponent, Norm};
use super::{Step, Trainer};
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::{Rules, ScalingMethod};
use crate::{Arena, Fault, Real, Sink, scaler};

/// Largest bound of the gradient that a batch may sum to.
pub(super) const HEAVIEST: f64 = 1e15;

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// Learns from one sample: one update of all parameters, in place.
    ///
    /// `features` and `target` are in their own units, as many as the model and the loss take.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed.
    #[inline]
    pub fn observe(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
    ) -> Result<Step<A::Real>, Fault> {
        self.online(features, target, A::Real::ONE)
    }

    /// Learns from one sample that counts `weight` times: its loss and its gradient are
    /// multiplied with the weight. A weight of 0 is no step at all.
    ///
    /// # Errors
    /// As [`observe`](Trainer::observe), and [`Fault::Weight`] where the weight is negative,
    /// infinite or NaN.
    #[inline]
    pub fn observe_weighted(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        match self.weight(features, target, weight)? {
            true => self.online(features, target, weight),
            false => Ok(Step {
                number: self.steps,
                loss: A::Real::ZERO,
            }),
        }
    }

    /// Adds a sample to the batch that [`apply`](Trainer::apply) will learn from, and returns
    /// its loss (times `weight`), or 0 of a [loss of the batch as a whole](Loss::pooled). A weight
    /// of 0 adds nothing.
    ///
    /// # Errors
    /// As [`observe_weighted`](Trainer::observe_weighted), and [`Fault::Arena`] where the arena
    /// has no room for a batch. The batch is as it was.
    #[inline]
    pub fn accumulate(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<A::Real, Fault> {
        match self.weight(features, target, weight)? {
            true if self.lengths().pools => Ok(self.pour(features, target, weight)?.loss),
            true => Ok(self.learn::<true>(features, target, weight)?.loss),
            false => Ok(A::Real::ZERO),
        }
    }

    /// Checks a weight; `false` where the sample does not count at all.
    #[inline(always)]
    fn weight(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<bool, Fault> {
        if weight > A::Real::ZERO && weight.is_finite() {
            Ok(true)
        } else if weight == A::Real::ZERO {
            self.lengths().check(features.len(), target.len())?;
            Ok(false)
        } else {
            Err(Fault::Weight)
        }
    }

    /// One sample, from features to parameters (or to the batch, if `BATCHED`).
    #[inline(always)]
    pub(super) fn learn<const BATCHED: bool>(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let zero = A::Real::ZERO;
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        let Shown {
            mut inputs,
            target: target_scaled,
            mut pieces,
        } = show(
            &self.model,
            self.arena.words_mut(),
            lengths,
            (features, target),
        )?;
        let loss = self.loss.eval(pieces.outputs, target_scaled) * weight;
        let coefficients = self.optimizer.step_coefficients(
            pieces.shared,
            self.rules.rate_factor(pieces.rules, self.steps),
        );
        let gain = self.optimizer.gain(&coefficients) * weight;
        for slope in pieces.outputs.iter_mut() {
            *slope *= gain;
        }
        self.model
            .backward(pieces.parameters, inputs, pieces.tape, pieces.outputs);

        if BATCHED {
            let max_gradient = max_gradient(&self.model, inputs, pieces.tape, pieces.outputs);
            let need = lengths.batched() as u32;
            let got = (lengths.online() + pieces.rest.len()) as u32;
            let (gradient, [count, sum, heaviest]) =
                Pieces::batch(pieces.rest, lengths.sizes.parameters)
                    .ok_or(Fault::Arena { need, got })?;
            let total = *heaviest + max_gradient;
            if !(total <= A::Real::from_f64(HEAVIEST) && loss.is_finite()) {
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
                let sink = &mut Gather::<_, true>(gradient);
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, sink);
            } else {
                let sink = &mut Gather::<_, false>(gradient);
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, sink);
            }
            *count += A::Real::ONE;
            *sum += loss;
            *heaviest = total;
            Self::follow(&self.rules, pieces.scaler, features, target);
            return Ok(Step {
                number: self.steps,
                loss,
            });
        }

        let share = match self.rules.max_norm() {
            Some(limit) if R::CLIPS_NORM => {
                let mut norm = Norm {
                    rules: &self.rules,
                    squares: zero,
                };
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, &mut norm);
                clip(norm.squares, limit * self.optimizer.gain(&coefficients))
            }
            _ => A::Real::ONE,
        };
        let (max_gradient, spent) = if Self::LOOKS {
            let max_gradient =
                max_gradient(&self.model, inputs, pieces.tape, pieces.outputs) * share;
            let spent = Self::spent(&self.optimizer, &self.rules, &coefficients, max_gradient);
            (Some(max_gradient), spent)
        } else {
            let mut steepest = MaxExponent(-25);
            self.model
                .gradient(inputs, pieces.tape, pieces.outputs, &mut steepest);
            (None, steepest.0)
        };
        if loss.is_finite()
            && let Some(credit) = left(self.credit, spent)
        {
            self.credit = credit;
        } else {
            match self.look(features, loss, max_gradient, coefficients) {
                Look::Fine => {}
                Look::Gradient => return Err(Fault::Gradient),
                Look::Update => return Err(Fault::Update),
                Look::Wild => return self.refuse(features, target),
            }
            pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
            inputs = match lengths.scales {
                true => pieces.features,
                false => features,
            };
        }
        let mut sink = Apply {
            optimizer: &self.optimizer,
            rules: &self.rules,
            coefficients,
            share,
            parameters: pieces.parameters,
            state: pieces.state,
        };
        self.model
            .gradient(inputs, pieces.tape, pieces.outputs, &mut sink);
        self.optimizer.advance(&coefficients, pieces.shared);
        Self::follow(&self.rules, pieces.scaler, features, target);
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss,
        })
    }

    /// Lets a forgetting scaler take in a sample that was learned from.
    #[inline(always)]
    pub(super) fn follow(
        rules: &R,
        words: &mut [A::Real],
        features: &[A::Real],
        target: &[A::Real],
    ) {
        if R::SCALES
            && let ScalingMethod::Forgetting { horizon } = rules.scaling().method
        {
            let targets = if rules.scaling().target { target } else { &[] };
            scaler::follow(words, horizon, features, targets);
        }
    }

    /// Learns from the batch: one update with the mean gradient of its samples, or the gradient
    /// of a [loss of the batch as a whole](Loss::pooled). Returns the step, with the mean loss or
    /// the batch's.
    ///
    /// # Errors
    /// [`Fault::EmptyBatch`], or [`Fault::Gradient`] or [`Fault::Update`] where the update
    /// cannot be made; then parameters and state are as they were, and the batch is still there.
    #[inline]
    pub fn apply(&mut self) -> Result<Step<A::Real>, Fault> {
        let (zero, one) = (A::Real::ZERO, A::Real::ONE);
        let lengths = self.lengths();
        let mixes = lengths.pools && self.batch_len() > 0;
        let pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        let pooled = match mixes {
            true => Some(Self::mix(&self.loss, pieces.rest, lengths.sizes.parameters)),
            false => None,
        };
        let (gradient, numbers) = Pieces::batch(pieces.rest, lengths.sizes.parameters)
            .filter(|(_, [count, ..])| *count > zero)
            .ok_or(Fault::EmptyBatch)?;
        let [count, sum, heaviest] = *numbers;
        let (mean, loss) = match pooled {
            Some(loss) => (one, loss),
            None => (one / count, sum * (one / count)),
        };
        let coefficients = self.optimizer.step_coefficients(
            pieces.shared,
            self.rules.rate_factor(pieces.rules, self.steps),
        );
        let share = match self.rules.max_norm() {
            Some(limit) if R::CLIPS_NORM => {
                let mut norm = Norm {
                    rules: &self.rules,
                    squares: zero,
                };
                norm.each(0, gradient);
                let squares = norm.squares * mean * mean;
                mean * clip(squares, limit * self.optimizer.gain(&coefficients))
            }
            _ => mean,
        };
        let (optimizer, rules) = (&self.optimizer, &self.rules);
        let max_gradient = heaviest * share;
        let spent = Self::spent(optimizer, rules, &coefficients, max_gradient);
        self.credit = match left(self.credit, spent) {
            Some(credit) => credit,
            None => Self::afford(
                optimizer,
                rules,
                pieces.parameters,
                &coefficients,
                max_gradient,
            )
            .map_err(Look::fault)?,
        };
        let mut sink = Apply {
            optimizer,
            rules,
            coefficients,
            share,
            parameters: pieces.parameters,
            state: pieces.state,
        };
        self.model.parameter_groups(&mut |run, kind| {
            let at = run.start;
            sink.move_each(at, kind, gradient.get(run).unwrap_or(&[]));
        });
        *numbers = [zero; BATCH];
        optimizer.advance(&coefficients, pieces.shared);
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss,
        })
    }

    /// Learns from one sample in batches of `batch` samples (0 and 1 are no batch): adds it to
    /// the batch, and applies the batch once it is full. The step returned has the sample's own
    /// loss until then, and its number tells whether there was an update.
    ///
    /// # Errors
    /// As [`observe_weighted`](Trainer::observe_weighted) and
    /// [`accumulate`](Trainer::accumulate), which refuses a sample whose batch could not be
    /// applied.
    pub fn feed(
        &mut self,
        batch: u16,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        if batch <= 1 {
            return self.observe_weighted(features, target, weight);
        }
        let loss = self.accumulate(features, target, weight)?;
        if self.batch_len() < u32::from(batch) {
            return Ok(Step {
                number: self.steps,
                loss,
            });
        }
        self.apply()
    }

    /// Forgets the batch under way.
    pub fn clear_batch(&mut self) {
        let batch = self.lengths().online()..;
        self.arena
            .words_mut()
            .get_mut(batch)
            .unwrap_or(&mut [])
            .fill(A::Real::ZERO);
    }

    /// Samples (with a weight above 0) in the batch.
    pub fn batch_len(&self) -> u32 {
        let lengths = self.lengths();
        let at = lengths.online() + lengths.sizes.parameters;
        self.arena
            .words()
            .get(at)
            .map_or(0, |count| count.to_f64() as u32)
    }
}

/// Factor that keeps the norm of a gradient with this squared norm within `limit`; NaN where the
/// norm cannot be told.
#[inline(always)]
fn clip<T: Real>(squares: T, limit: T) -> T {
    let norm = squares.sqrt();
    if norm <= limit {
        T::ONE
    } else if norm.is_finite() {
        limit / norm
    } else {
        T::NAN
    }
}
