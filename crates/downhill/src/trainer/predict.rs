//! What a fit says without learning.

use super::guard::wild;
use super::pieces::{Shown, show, wrong_length};
use super::{Step, Trainer};
use crate::loss::Loss;
use crate::metrics::Meter;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Fault, Real, kernel, scaler};

impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// Predicts, through the loss's [link](crate::loss::Link) and in the target's own units.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`], [`Fault::Scaler`] or [`Fault::Prediction`].
    pub fn predict(&mut self, features: &[A::Real]) -> Result<&[A::Real], Fault> {
        let lengths = self.lengths();
        if features.len() != lengths.sizes.features {
            return Err(wrong_length(lengths, features.len(), lengths.targets));
        }
        if let Some(index) = features.iter().position(|feature| !feature.is_finite()) {
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        let words = self.arena.words_mut();
        let Shown { pieces, .. } = show(&self.model, words, lengths, (features, &[]))?;
        self.loss.link(pieces.outputs.len()).apply(pieces.outputs);
        if lengths.scales && self.rules.scaling().target {
            scaler::unscale(pieces.scaler, lengths.sizes.features, pieces.outputs);
        }
        match pieces.outputs.iter().all(|output| output.is_finite()) {
            true => Ok(pieces.outputs),
            false => Err(Fault::Prediction),
        }
    }

    /// The loss of one sample as the fit stands (in scaled units where the target is scaled).
    /// Learns nothing.
    ///
    /// # Errors
    /// As [`observe`](Trainer::observe).
    pub fn evaluate(&mut self, features: &[A::Real], target: &[A::Real]) -> Result<A::Real, Fault> {
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        let words = self.arena.words_mut();
        let shown = show(&self.model, words, lengths, (features, target))?;
        let outputs = shown.pieces.outputs;
        let loss = self.loss.eval(outputs, shown.target);
        if loss.is_finite() {
            Ok(loss)
        } else {
            Err(self.blame(features, target))
        }
    }

    /// Prediction and loss of one sample from one pass through the model: what
    /// [`predict`](Trainer::predict) and [`evaluate`](Trainer::evaluate) say of it. The prediction
    /// goes to `prediction`, one number per output. Learns nothing.
    ///
    /// # Errors
    /// As [`predict`](Trainer::predict) and [`evaluate`](Trainer::evaluate), and [`Fault::Length`]
    /// of a `prediction` of another length; it holds nothing of use then.
    pub fn assess(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        prediction: &mut [A::Real],
    ) -> Result<A::Real, Fault> {
        self.said((features, target), prediction)
    }

    /// The same, by its parts as they are.
    #[inline(always)]
    pub(super) fn say(
        &mut self,
        (features, target): (&[A::Real], &[A::Real]),
        prediction: &mut [A::Real],
    ) -> Result<A::Real, Fault> {
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        if prediction.len() != lengths.sizes.outputs {
            return Err(Fault::Length {
                need: lengths.sizes.outputs as u32,
                got: prediction.len() as u32,
            });
        }
        // Of features whose sizes have a finite sum none is wild.
        if !kernel::sum_abs(features).is_finite()
            && let Some(index) = wild(features)
        {
            return Err(Fault::Feature { index });
        }
        let words = self.arena.words_mut();
        let shown = show(&self.model, words, lengths, (features, target))?;
        let outputs = shown.pieces.outputs;
        for (kept, &output) in prediction.iter_mut().zip(&*outputs) {
            *kept = output;
        }
        let loss = self.loss.eval(outputs, shown.target);
        if !loss.is_finite() {
            return Err(self.blame(features, target));
        }
        self.loss.link(prediction.len()).apply(prediction);
        if lengths.scales && self.rules.scaling().target {
            scaler::unscale(shown.pieces.scaler, lengths.sizes.features, prediction);
        }
        match prediction.iter().all(|output| output.is_finite()) {
            true => Ok(loss),
            false => Err(Fault::Prediction),
        }
    }

    /// Predicts, lets `meter` compare the prediction with the target, and only then learns from
    /// the sample: the prequential way to watch a fit that never stops.
    ///
    /// # Errors
    /// As [`predict`](Trainer::predict) and [`observe`](Trainer::observe); the meter has then
    /// taken note of nothing, or of a prediction whose sample could not be learned from.
    pub fn test_then_learn(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        meter: &mut impl Meter<A::Real>,
    ) -> Result<Step<A::Real>, Fault> {
        self.evaluate(features, target)?;
        meter.update(self.predict(features)?, target);
        self.observe(features, target)
    }
}
