//! The reconstruction error of an autoencoder.

use super::score::{Score, bounded, check};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::loss::Loss;
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::rules::Rules;
use crate::{Arena, Fault, Hasher, Real, Setting, Trainer, kernel, scaler};

/// The loss of a trainer that reconstructs a window from itself, such as an
/// [`Mlp`](crate::model::Mlp) with as many outputs as features and a narrower layer between them.
///
/// Where the trainer has a scaler that is not frozen, the first windows fit it and are learned from
/// no further; each one behind them makes an update.
#[derive(Debug)]
pub struct Reconstruction<M, L, O, R, A: Arena> {
    trainer: Trainer<M, L, O, R, A>,
    scaled_by: u32,
    seed: u64,
    /// Windows learned from, those of the scaler included.
    windows: u32,
    is_frozen: bool,
}

impl<M, L, O, R, A> Reconstruction<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    /// A trainer that begins anew, with parameters drawn from `seed`, whose scaler learns from the
    /// first `scaled_by` windows.
    ///
    /// # Errors
    /// [`Fault::Setting`] where the model has not as many outputs as features.
    pub fn new(
        mut trainer: Trainer<M, L, O, R, A>,
        scaled_by: u32,
        seed: u64,
    ) -> Result<Self, Fault> {
        let sizes = trainer.model().sizes();
        if sizes.features != sizes.outputs {
            return Err(Fault::Setting(Setting::Model));
        }
        trainer.restart(seed);
        Ok(Self {
            trainer,
            scaled_by,
            seed,
            windows: 0,
            is_frozen: false,
        })
    }

    /// Windows learned from, those of the scaler included.
    pub fn windows(&self) -> u32 {
        self.windows
    }

    /// The trainer.
    pub fn trainer(&self) -> &Trainer<M, L, O, R, A> {
        &self.trainer
    }

    /// Returns its trainer, and ends it.
    pub fn into_trainer(self) -> Trainer<M, L, O, R, A> {
        self.trainer
    }

    /// Updates behind so many windows: each behind those of the scaler made one.
    fn updates(&self, windows: u32) -> u64 {
        let scaled_by = match self.trainer.scaler() {
            [] => 0,
            _ => self.scaled_by.max(1),
        };
        windows.saturating_sub(scaled_by).into()
    }

    fn is_scaling(&self) -> bool {
        let scaler = self.trainer.scaler();
        !scaler.is_empty() && !scaler::is_frozen(scaler)
    }
}

impl<M, L, O, R, A> Score for Reconstruction<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    type Real = A::Real;

    fn features(&self) -> usize {
        self.trainer.model().sizes().features
    }

    fn learn(&mut self, window: &[A::Real]) -> Result<(), Fault> {
        check(window, self.features())?;
        if self.is_frozen {
            return Ok(());
        }
        match self.is_scaling() {
            true => {
                if !kernel::sum_squares(window).is_finite() {
                    return Err(Fault::Update);
                }
                self.trainer.fit_scaler(window, window)?;
                if self.windows + 1 >= self.scaled_by {
                    self.trainer.freeze_scaler();
                }
            }
            false => {
                self.trainer.observe(window, window)?;
            }
        }
        self.windows = self.windows.saturating_add(1);
        Ok(())
    }

    fn freeze(&mut self) -> Result<(), Fault> {
        if self.trainer.steps() == 0 {
            return Err(Fault::EmptyBatch);
        }
        if !self.is_frozen {
            self.trainer.finish();
            self.is_frozen = true;
        }
        Ok(())
    }

    fn score(&mut self, window: &[A::Real]) -> Result<A::Real, Fault> {
        check(window, self.features())?;
        if !self.is_frozen {
            return Err(Fault::Scaler);
        }
        match self.trainer.evaluate(window, window) {
            Ok(loss) => Ok(bounded(loss)),
            // The features are finite: scaled, or what follows from them, are larger than any number.
            Err(Fault::Feature { .. } | Fault::Target { .. } | Fault::Prediction | Fault::Loss) => {
                Ok(A::Real::MAX)
            }
            Err(fault) => Err(fault),
        }
    }

    fn forget(&mut self) {
        self.trainer.restart(self.seed);
        (self.windows, self.is_frozen) = (0, false);
    }

    fn hash(&self, hasher: &mut Hasher) {
        hasher.word(self.windows);
        hasher.word(self.is_frozen.into());
        hasher.reals(self.trainer.state());
    }

    fn state(&self) -> &[A::Real] {
        self.trainer.state()
    }

    fn restore(&mut self, state: &[A::Real], windows: u32, is_frozen: bool) -> Result<(), Fault> {
        self.trainer.restore(state, self.updates(windows))?;
        (self.windows, self.is_frozen) = (windows, is_frozen);
        Ok(())
    }

    #[cfg(feature = "checkpoint")]
    fn resume(
        &mut self,
        saved: &Checkpoint<'_>,
        windows: u32,
        is_frozen: bool,
    ) -> Result<(), checkpoint::Error> {
        self.trainer
            .resume(&saved.of_state(self.updates(windows)))?;
        (self.windows, self.is_frozen) = (windows, is_frozen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;
    use crate::Const;
    use crate::loss::Squared;
    use crate::model::{Mlp, Tanh};
    use crate::normal::{Detector, Phase, Settings};
    use crate::optimizer::Adam;
    use crate::random::Random;
    use crate::rules::Scaling;

    /// Two numbers that follow from one, and one of their own.
    fn window(random: &mut Random) -> [f32; 3] {
        let x: f32 = random.unit();
        [100.0 * x, 3.0 - x, 0.01 * random.unit::<f32>()]
    }

    #[test]
    fn a_detector_learns_to_reconstruct_and_tells_what_it_cannot() {
        type Autoencoder = Mlp<Const<3>, Const<2>, Const<3>, Tanh>;
        let rules = Scaling::STANDARD_WITH_TARGET;
        let trainer = Trainer::with_rules(
            Autoencoder::new(),
            Squared,
            Adam::new(0.01f32),
            rules,
            [0.0; 128],
        );
        let model = Reconstruction::new(trainer.unwrap(), 50, 1).unwrap();
        let settings = Settings {
            learn: 3_000,
            calibrate: 200,
            ..Settings::default()
        };
        let (mut detector, mut random) = (Detector::new(model, settings).unwrap(), Random::seed(4));
        let fresh = detector.fingerprint();
        let mut passes = Vec::new();
        for _ in 0..2 {
            for _ in 0..3_200 {
                detector.observe(&window(&mut random)).unwrap();
            }
            assert_eq!(detector.phase(), Phase::Watching);
            let normal =
                (0..1_000).filter(|_| detector.observe(&window(&mut random)).unwrap().is_above);
            assert!(normal.count() < 40);
            assert!(detector.observe(&[10.0, 2.1, 0.005]).unwrap().is_above);
            assert!(detector.observe(&[f32::MAX; 3]).unwrap().is_above);
            passes.push(detector.threshold());
            random = Random::seed(4);
            detector.forget();
            assert_eq!(detector.fingerprint(), fresh);
        }
        assert_eq!(passes[0], passes[1]);
    }
}
