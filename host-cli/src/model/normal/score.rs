//! A model of what is normal that is chosen at run time.

use downhill::loss::{AnyLoss, Squared};
use downhill::model::AnyModel;
use downhill::normal::{Detector, KMeans, Mahalanobis, Reconstruction, Score};
use downhill::optimizer::AnyOptimizer;
use downhill::rules::{AnyRules, Scaling};
use downhill::{Fault, Hasher, Recipe};

use crate::model::trainer::{Memory, build};
use crate::options::spec::NormalSpec;

/// Autoencoder of the host.
type Autoencoder =
    Reconstruction<AnyModel<f32>, AnyLoss<f32>, AnyOptimizer<f32>, AnyRules<f32>, Memory<f32>>;

/// A model of what is normal.
#[derive(Debug)]
pub(crate) enum HostScore {
    Mahalanobis(Mahalanobis<Memory<f32>>),
    KMeans(KMeans<Memory<f32>>),
    Autoencoder(Box<Autoencoder>),
}

/// A detector with such a model.
pub(crate) type HostDetector = Detector<HostScore>;

impl HostScore {
    /// A model that has learned nothing, of so many features; its scaler, where it has one, learns
    /// from the first `scaled_by` windows.
    ///
    /// # Errors
    /// A number of it is impossible.
    pub(crate) fn new(
        spec: NormalSpec,
        features: usize,
        scaled_by: u32,
        recipe: Option<&Recipe<f32>>,
    ) -> Result<Self, Fault> {
        Ok(match spec {
            NormalSpec::Mahalanobis { shrinkage } => {
                let words = Memory::new(Mahalanobis::<Memory<f32>>::words(features));
                Self::Mahalanobis(Mahalanobis::new(features, shrinkage as f32, words)?)
            }
            NormalSpec::KMeans { centers } => {
                let words = KMeans::<Memory<f32>>::words(features, centers.into());
                let words = Memory::new(words);
                Self::KMeans(KMeans::new(features, centers, scaled_by, words)?)
            }
            NormalSpec::Autoencoder(_) => {
                let recipe = recipe.ok_or(Fault::Setting(downhill::Setting::Model))?;
                let seed = recipe.seed;
                Self::Autoencoder(Box::new(Reconstruction::new(
                    build(recipe)?,
                    scaled_by,
                    seed,
                )?))
            }
        })
    }

    /// Takes over what another such model has learned from so many windows, frozen as it was.
    ///
    /// # Errors
    /// There are not as many numbers, or one is not finite.
    pub(crate) fn learned(
        self,
        state: &[f32],
        windows: u32,
        (recipe, steps): (Option<&Recipe<f32>>, u64),
    ) -> Result<Self, Fault> {
        if !state.iter().all(|number| number.is_finite()) {
            return Err(Fault::Update);
        }
        Ok(match (self, recipe) {
            (Self::Mahalanobis(mut model), _) => {
                model.restore(state, windows, true)?;
                Self::Mahalanobis(model)
            }
            (Self::KMeans(mut model), _) => {
                model.restore(state, windows, true)?;
                Self::KMeans(model)
            }
            (Self::Autoencoder(_), Some(recipe)) => {
                let mut trainer = build(recipe)?;
                trainer.restore(state, steps)?;
                Self::Autoencoder(Box::new(Reconstruction::learned(trainer, windows)?))
            }
            (Self::Autoencoder(model), None) => Self::Autoencoder(model),
        })
    }

    /// Numbers that it has learned.
    pub(crate) fn state(&self) -> &[f32] {
        match self {
            Self::Mahalanobis(model) => model.state(),
            Self::KMeans(model) => model.state(),
            Self::Autoencoder(model) => model.trainer().state(),
        }
    }

    /// Windows that it has learned from, those of a scaler included.
    pub(crate) fn windows(&self) -> u32 {
        match self {
            Self::Mahalanobis(model) => model.windows(),
            Self::KMeans(model) => model.windows(),
            Self::Autoencoder(model) => model.windows(),
        }
    }

    /// Updates of an autoencoder; else 0.
    pub(crate) fn steps(&self) -> u64 {
        match self {
            Self::Mahalanobis(_) | Self::KMeans(_) => 0,
            Self::Autoencoder(model) => model.trainer().steps(),
        }
    }

    /// Recipe of an autoencoder of so many features.
    pub(crate) fn recipe(
        model: AnyModel<f32>,
        optimizer: AnyOptimizer<f32>,
        seed: u64,
    ) -> Recipe<f32> {
        Recipe::new(model, AnyLoss::Squared(Squared), optimizer)
            .scaling(Scaling::STANDARD_WITH_TARGET)
            .seed(seed)
    }
}

impl Score for HostScore {
    type Real = f32;

    fn features(&self) -> usize {
        match self {
            Self::Mahalanobis(model) => model.features(),
            Self::KMeans(model) => model.features(),
            Self::Autoencoder(model) => model.features(),
        }
    }

    fn learn(&mut self, window: &[f32]) -> Result<(), Fault> {
        match self {
            Self::Mahalanobis(model) => model.learn(window),
            Self::KMeans(model) => model.learn(window),
            Self::Autoencoder(model) => model.learn(window),
        }
    }

    fn freeze(&mut self) -> Result<(), Fault> {
        match self {
            Self::Mahalanobis(model) => model.freeze(),
            Self::KMeans(model) => model.freeze(),
            Self::Autoencoder(model) => model.freeze(),
        }
    }

    fn score(&mut self, window: &[f32]) -> Result<f32, Fault> {
        match self {
            Self::Mahalanobis(model) => model.score(window),
            Self::KMeans(model) => model.score(window),
            Self::Autoencoder(model) => model.score(window),
        }
    }

    fn forget(&mut self) {
        match self {
            Self::Mahalanobis(model) => model.forget(),
            Self::KMeans(model) => model.forget(),
            Self::Autoencoder(model) => model.forget(),
        }
    }

    fn hash(&self, hasher: &mut Hasher) {
        match self {
            Self::Mahalanobis(model) => model.hash(hasher),
            Self::KMeans(model) => model.hash(hasher),
            Self::Autoencoder(model) => model.hash(hasher),
        }
    }
}
