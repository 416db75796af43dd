//! Predictions and evaluations, which change nothing.

use core::iter;

use super::arena_layout::{Lengths, Shown, show, wrong_length};
use super::guard::wild;
use super::{Step, Trainer};
use crate::internal::Internal;
use crate::loss::{Link, Loss, Squared};
use crate::metrics::Meter;
use crate::model::{Linear, Model};
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Const, Dyn, Fault, Real, kernel, scaler};

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
        let mut said = A::Real::ZERO;
        let one = iter::once((features, target, ()));
        let outcome = self.assess_each(one, prediction, |(), loss, _| said = loss);
        outcome.map_err(|((), fault)| fault)?;
        Ok(said)
    }

    /// [`assess`](Trainer::assess) of sample after sample, by parts that are chosen once for all of
    /// them. What came with a sample goes to `take`, with its loss and its prediction.
    ///
    /// # Errors
    /// Those of `assess` for the first sample that has one, with what came with it.
    pub fn assess_each<'s, X>(
        &mut self,
        samples: impl Iterator<Item = (&'s [A::Real], &'s [A::Real], X)>,
        prediction: &mut [A::Real],
        mut take: impl FnMut(X, A::Real, &[A::Real]),
    ) -> Result<(), (X, Fault)>
    where
        A::Real: 's,
    {
        let lengths = self.lengths();
        let unscales = lengths.scales && self.rules.scaling().target;
        let model = self.model.fast_path(Internal);
        let model = model.map(|features| Linear::<Dyn>::with_shape(features, Const, Const));
        let plain = (model, self.loss.fast_path(Internal).then_some(Squared));
        for (features, target, x) in samples {
            let given = (self.arena.words_mut(), lengths, unscales);
            let (raw, loss) = ((features, target), &self.loss);
            let said = match &plain {
                (Some(model), Some(loss)) => say(model, loss, given, raw, prediction),
                (Some(model), None) => say(model, loss, given, raw, prediction),
                (None, _) => say(&self.model, loss, given, raw, prediction),
            };
            match said {
                Ok(loss) => take(x, loss, prediction),
                Err(Fault::Loss) => return Err((x, self.blame(features, target))),
                Err(fault) => return Err((x, fault)),
            }
        }
        Ok(())
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

/// The prediction and the loss of a sample by these parts; [`Fault::Loss`] of a loss that is
/// infinite or NaN, for whatever cause.
#[inline(always)]
fn say<T: Real, M: Model<T>>(
    model: &M,
    loss: &impl Loss<T>,
    (words, lengths, unscales): (&mut [T], Lengths, bool),
    (features, target): (&[T], &[T]),
    prediction: &mut [T],
) -> Result<T, Fault> {
    // The same, but where a type tells them the compiler knows.
    let sizes = model.sizes();
    let lengths = Lengths {
        sizes,
        targets: loss.targets(sizes.outputs),
        ..lengths
    };
    lengths.check(features.len(), target.len())?;
    if prediction.len() != sizes.outputs {
        return Err(Fault::Length {
            need: sizes.outputs as u32,
            got: prediction.len() as u32,
        });
    }
    // Of features whose sizes have a finite sum none is wild, and of a linear model's none whose
    // loss is finite.
    if (lengths.scales || !M::PROVES_FEATURES)
        && !kernel::sum_abs(features).is_finite()
        && let Some(index) = wild(features)
    {
        return Err(Fault::Feature { index });
    }
    let shown = show(model, words, lengths, (features, target))?;
    let outputs = shown.pieces.outputs;
    for (kept, &output) in prediction.iter_mut().zip(&*outputs) {
        *kept = output;
    }
    let said = loss.eval(outputs, shown.target);
    if !said.is_finite() {
        return Err(Fault::Loss);
    }
    let link = loss.link(sizes.outputs);
    // Outputs of which the loss is finite are so too.
    if link == Link::Identity && !unscales {
        return Ok(said);
    }
    link.apply(prediction);
    if unscales {
        scaler::unscale(shown.pieces.scaler, sizes.features, prediction);
    }
    match prediction.iter().all(|output| output.is_finite()) {
        true => Ok(said),
        false => Err(Fault::Prediction),
    }
}
