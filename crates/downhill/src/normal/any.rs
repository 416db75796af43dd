//! A detector that is chosen at run time.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{Detector, KMeans, Mahalanobis, Reconstruction, Score, Settings};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::loss::{AnyLoss, Squared};
use crate::model::{AnyModel, Linear, Model};
use crate::optimizer::{AnyOptimizer, Sgd};
use crate::rules::AnyRules;
use crate::{Arena, Dyn, Fault, Hasher, Real, Recipe, Setting};

/// Kind of a model of what is normal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub enum Kind<T> {
    /// [`Mahalanobis`].
    Mahalanobis {
        /// Shrinkage, from 0.0001 to 1.
        shrinkage: T,
    },
    /// [`KMeans`].
    KMeans {
        /// Number of centers.
        centers: u16,
    },
    /// [`Reconstruction`], by the trainer of a recipe.
    Reconstruction,
}

/// Everything that describes a detector, but for its data and, of a [`Kind::Reconstruction`], the
/// recipe of its trainer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Description<T> {
    /// Model of what is normal.
    pub kind: Kind<T>,
    /// Windows that the model's scaler learns from, where it has one.
    pub scaled_by: u32,
    /// Settings of the detector.
    pub settings: Settings<T>,
}

/// Model of what is normal, of any kind.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is no heap to box one in")]
pub enum AnyScore<A: Arena> {
    /// [`Kind::Mahalanobis`].
    Mahalanobis(Mahalanobis<A>),
    /// [`Kind::KMeans`].
    KMeans(KMeans<A>),
    /// [`Kind::Reconstruction`].
    Reconstruction(AnyReconstruction<A>),
}

/// A [`Reconstruction`] by the trainer of a recipe.
pub type AnyReconstruction<A> = Reconstruction<
    AnyModel<<A as Arena>::Real>,
    AnyLoss<<A as Arena>::Real>,
    AnyOptimizer<<A as Arena>::Real>,
    AnyRules<<A as Arena>::Real>,
    A,
>;

/// A detector of any kind.
pub type AnyDetector<A> = Detector<AnyScore<A>>;

impl<T: Real> Description<T> {
    /// A recipe that says of a model without a trainer no more than its number of features.
    pub const fn recipe(features: u16) -> Recipe<T> {
        Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(features), Dyn(1), Dyn(0))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(T::ONE)),
        )
    }

    /// Numbers in the arena of its detector, whose features are those of the recipe's model.
    pub fn arena_len(&self, recipe: &Recipe<T>) -> usize {
        let features = Model::<T>::sizes(&recipe.model).features;
        match self.kind {
            Kind::Mahalanobis { .. } => Mahalanobis::<&mut [T]>::words(features),
            Kind::KMeans { centers } => KMeans::<&mut [T]>::words(features, centers.into()),
            Kind::Reconstruction => recipe.arena_len(),
        }
    }

    /// Checks that the detector can be built in an arena of so many numbers.
    ///
    /// # Errors
    /// As [`build`](Description::build).
    pub fn check(&self, recipe: &Recipe<T>, room: usize) -> Result<(), Fault> {
        self.settings.check()?;
        if !recipe.number.is_float() {
            return Err(Fault::Setting(Setting::NumberType));
        }
        let sizes = Model::<T>::sizes(&recipe.model);
        let need = self.arena_len(recipe);
        match self.kind {
            Kind::Mahalanobis { shrinkage } => {
                Mahalanobis::<&mut [T]>::check(sizes.features, shrinkage)?;
            }
            Kind::KMeans { centers } => {
                KMeans::<&mut [T]>::check(sizes.features, centers, self.scaled_by)?;
            }
            Kind::Reconstruction => {
                if sizes.features != sizes.outputs {
                    return Err(Fault::Setting(Setting::Model));
                }
                return recipe.check(room);
            }
        }
        if need > room {
            let (need, got) = (need as u32, room as u32);
            return Err(Fault::Arena { need, got });
        }
        Ok(())
    }

    /// Builds the detector, which has learned nothing.
    ///
    /// # Errors
    /// Those of [`Settings::check`], of the models and of [`Recipe::build`].
    pub fn build<A: Arena<Real = T>>(
        &self,
        recipe: &Recipe<T>,
        arena: A,
    ) -> Result<AnyDetector<A>, Fault> {
        let features = Model::<T>::sizes(&recipe.model).features;
        let model = match self.kind {
            Kind::Mahalanobis { shrinkage } => {
                AnyScore::Mahalanobis(Mahalanobis::new(features, shrinkage, arena)?)
            }
            Kind::KMeans { centers } => {
                AnyScore::KMeans(KMeans::new(features, centers, self.scaled_by, arena)?)
            }
            Kind::Reconstruction => {
                let trainer = recipe.build(arena)?;
                let model = Reconstruction::new(trainer, self.scaled_by, recipe.seed)?;
                AnyScore::Reconstruction(model)
            }
        };
        Detector::new(model, self.settings)
    }
}

impl<A: Arena> AnyScore<A> {
    /// Returns its arena, and ends it.
    pub fn into_arena(self) -> A {
        match self {
            Self::Mahalanobis(model) => model.into_arena(),
            Self::KMeans(model) => model.into_arena(),
            Self::Reconstruction(model) => model.into_trainer().into_arena(),
        }
    }
}

impl<A: Arena> Score for AnyScore<A> {
    type Real = A::Real;

    fn features(&self) -> usize {
        match self {
            Self::Mahalanobis(model) => model.features(),
            Self::KMeans(model) => model.features(),
            Self::Reconstruction(model) => model.features(),
        }
    }

    fn learn(&mut self, window: &[A::Real]) -> Result<(), Fault> {
        match self {
            Self::Mahalanobis(model) => model.learn(window),
            Self::KMeans(model) => model.learn(window),
            Self::Reconstruction(model) => model.learn(window),
        }
    }

    fn freeze(&mut self) -> Result<(), Fault> {
        match self {
            Self::Mahalanobis(model) => model.freeze(),
            Self::KMeans(model) => model.freeze(),
            Self::Reconstruction(model) => model.freeze(),
        }
    }

    fn score(&mut self, window: &[A::Real]) -> Result<A::Real, Fault> {
        match self {
            Self::Mahalanobis(model) => model.score(window),
            Self::KMeans(model) => model.score(window),
            Self::Reconstruction(model) => model.score(window),
        }
    }

    fn forget(&mut self) {
        match self {
            Self::Mahalanobis(model) => model.forget(),
            Self::KMeans(model) => model.forget(),
            Self::Reconstruction(model) => model.forget(),
        }
    }

    fn hash(&self, hasher: &mut Hasher) {
        match self {
            Self::Mahalanobis(model) => model.hash(hasher),
            Self::KMeans(model) => model.hash(hasher),
            Self::Reconstruction(model) => model.hash(hasher),
        }
    }

    fn state(&self) -> &[A::Real] {
        match self {
            Self::Mahalanobis(model) => model.state(),
            Self::KMeans(model) => model.state(),
            Self::Reconstruction(model) => model.state(),
        }
    }

    fn restore(&mut self, state: &[A::Real], windows: u32, is_frozen: bool) -> Result<(), Fault> {
        match self {
            Self::Mahalanobis(model) => model.restore(state, windows, is_frozen),
            Self::KMeans(model) => model.restore(state, windows, is_frozen),
            Self::Reconstruction(model) => model.restore(state, windows, is_frozen),
        }
    }

    #[cfg(feature = "checkpoint")]
    fn resume(
        &mut self,
        saved: &Checkpoint<'_>,
        windows: u32,
        is_frozen: bool,
    ) -> Result<(), checkpoint::Error> {
        match self {
            Self::Mahalanobis(model) => model.resume(saved, windows, is_frozen),
            Self::KMeans(model) => model.resume(saved, windows, is_frozen),
            Self::Reconstruction(model) => model.resume(saved, windows, is_frozen),
        }
    }
}
