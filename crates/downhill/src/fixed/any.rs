//! Fits in fixed point that are chosen at run time, by the recipe of floats.

use super::activation::Activation;
#[cfg(feature = "monitor")]
use super::fit::Fit;
use super::loss::{Huber, Loss};
use super::model::{Model, Sink};
use super::number::Narrow;
use super::optimizer::{Momentum, Optimizer, Sgd};
use super::rate::Rate;
use super::rules::AnyRules;
use super::trainer::Trainer;
use super::unsupported::{Refused, Unsupported};
use crate::loss::{AnyLoss as FloatLoss, CrossEntropy, Squared};
use crate::model::{
    AnyActivation, AnyModel as FloatModel, Linear, Mlp, Relu, Sigmoid, Sizes, Tanh, Widths,
};
use crate::optimizer::AnyOptimizer as FloatOptimizer;
use crate::random::Random;
use crate::rules::{Scaling, ScalingMethod};
use crate::{Dyn, Fault, Recipe};

/// Activations chosen at run time: [`Relu`], [`Tanh`] and [`Sigmoid`]; a fit with another cannot
/// be built.
impl Activation for AnyActivation {
    #[inline]
    fn value(self, z: i32) -> i32 {
        match self {
            Self::Relu => Activation::value(Relu, z),
            Self::Sigmoid => Activation::value(Sigmoid, z),
            _ => Activation::value(Tanh, z),
        }
    }

    #[inline]
    fn slope(self, value: i32) -> i32 {
        match self {
            Self::Relu => Activation::slope(Relu, value),
            Self::Sigmoid => Activation::slope(Sigmoid, value),
            _ => Activation::slope(Tanh, value),
        }
    }

    fn he(self) -> bool {
        self == Self::Relu
    }
}

/// A model chosen at run time.
#[derive(Clone, Copy, Debug)]
pub enum AnyModel {
    /// Linear, and softmax.
    Linear(Linear<Dyn, Dyn, Dyn>),
    /// A perceptron.
    Mlp(Mlp<Dyn, Widths, Dyn, AnyActivation>),
}

/// Calls the one model that there is.
macro_rules! each {
    ($model:expr, $own:ident => $call:expr) => {
        match $model {
            AnyModel::Linear($own) => $call,
            AnyModel::Mlp($own) => $call,
        }
    };
}

impl Model for AnyModel {
    const SIZES: Option<Sizes> = None;

    fn sizes(&self) -> Sizes {
        each!(self, own => Model::sizes(own))
    }

    fn widest(&self) -> usize {
        each!(self, own => own.widest())
    }

    fn forward<X: Narrow>(
        &self,
        parameters: &[i32],
        features: &[X],
        tape: &mut [i32],
        outputs: &mut [i32],
    ) {
        each!(self, own => Model::forward(own, parameters, features, tape, outputs));
    }

    fn backward(&self, parameters: &[i32], tape: &mut [i32], slopes: &[i32]) -> u32 {
        each!(self, own => Model::backward(own, parameters, tape, slopes))
    }

    fn gradient<X: Narrow>(
        &self,
        features: &[X],
        tape: &[i32],
        slopes: &[i32],
        sink: &mut impl Sink,
    ) {
        each!(self, own => Model::gradient(own, features, tape, slopes, sink));
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [i32]) {
        each!(self, own => Model::initialize(own, random, parameters));
    }
}

/// A loss chosen at run time.
#[derive(Clone, Copy, Debug)]
pub enum AnyLoss {
    /// The squared error.
    Squared,
    /// Huber's loss.
    Huber(Huber),
    /// The cross-entropy.
    CrossEntropy,
}

impl Loss for AnyLoss {
    /// One of a class and one of a single output; [`AnyTrainer`] checks the others.
    const TARGETS: Option<usize> = None;

    fn targets(&self, outputs: usize) -> usize {
        match self {
            Self::CrossEntropy => 1,
            _ => outputs,
        }
    }

    fn is_of_classes(&self) -> bool {
        matches!(self, Self::CrossEntropy)
    }

    fn scale(&self, outputs: usize) -> (u16, u16) {
        match self {
            Self::Squared => Loss::scale(&Squared, outputs),
            Self::Huber(huber) => huber.scale(outputs),
            Self::CrossEntropy => Loss::scale(&CrossEntropy, outputs),
        }
    }

    fn eval<X: Narrow>(&self, outputs: &mut [i32], target: &[X]) -> Result<u32, Fault> {
        match self {
            Self::Squared => Loss::eval(&Squared, outputs, target),
            Self::Huber(huber) => huber.eval(outputs, target),
            Self::CrossEntropy => Loss::eval(&CrossEntropy, outputs, target),
        }
    }
}

/// An optimizer chosen at run time.
#[derive(Clone, Copy, Debug)]
pub enum AnyOptimizer {
    /// Gradient descent.
    Sgd(Sgd),
    /// Gradient descent with momentum.
    Momentum(Momentum),
}

impl Optimizer for AnyOptimizer {
    const SLOTS: usize = Momentum::SLOTS;

    fn slots(&self) -> usize {
        match self {
            Self::Sgd(_) => Sgd::SLOTS,
            Self::Momentum(_) => Momentum::SLOTS,
        }
    }

    fn rate(&self) -> Rate {
        match self {
            Self::Sgd(own) => own.rate(),
            Self::Momentum(own) => own.rate(),
        }
    }

    fn reach(&self, state: u32, movement: u32) -> u32 {
        match self {
            Self::Sgd(own) => own.reach(state, movement),
            Self::Momentum(own) => own.reach(state, movement),
        }
    }

    fn update(&self, parameter: i32, state: &mut [i32], movement: i32) -> i32 {
        match self {
            Self::Sgd(own) => own.update(parameter, state, movement),
            Self::Momentum(own) => own.update(parameter, state, movement),
        }
    }

    fn words(&self) -> [u32; 2] {
        match self {
            Self::Sgd(own) => own.words(),
            Self::Momentum(own) => own.words(),
        }
    }
}

/// A trainer in fixed point with every part chosen at run time, over an arena of `i32`.
pub type AnyTrainer<A> = Trainer<AnyModel, AnyLoss, AnyOptimizer, A, Scaling, AnyRules>;

/// A [`Fit`] of such a trainer.
#[cfg(feature = "monitor")]
pub type AnyFit<A> = Fit<AnyModel, AnyLoss, AnyOptimizer, A, Scaling, AnyRules>;

/// The parts of a recipe in fixed point.
struct Parts {
    model: AnyModel,
    loss: AnyLoss,
    optimizer: AnyOptimizer,
    scaling: Scaling,
    rules: AnyRules,
}

impl Parts {
    fn of(recipe: &Recipe<f32>) -> Result<Self, Unsupported> {
        let model = match recipe.model {
            FloatModel::Linear(model) => AnyModel::Linear(model),
            FloatModel::Mlp(model) => match model.activation() {
                AnyActivation::Relu | AnyActivation::Tanh | AnyActivation::Sigmoid => {
                    AnyModel::Mlp(model)
                }
                _ => return Err(Unsupported::Activation),
            },
            _ => return Err(Unsupported::Model),
        };
        let loss = match recipe.loss {
            FloatLoss::Squared(_) => AnyLoss::Squared,
            FloatLoss::CrossEntropy(_) => AnyLoss::CrossEntropy,
            FloatLoss::Huber(huber) => {
                let delta = (huber.delta * 4096.0 + 0.5) as i32;
                match i16::try_from(delta) {
                    Ok(delta) if delta > 0 => AnyLoss::Huber(Huber { delta }),
                    _ => return Err(Unsupported::Delta),
                }
            }
            _ => return Err(Unsupported::Loss),
        };
        let (rate, momentum) = match recipe.optimizer {
            FloatOptimizer::Sgd(sgd) => (sgd.learning_rate, None),
            FloatOptimizer::Momentum(own) if !own.nesterov => {
                let momentum = (own.momentum * 65_536.0 + 0.5) as i32;
                match u16::try_from(momentum) {
                    Ok(momentum) if own.momentum >= 0.0 => (own.learning_rate, Some(momentum)),
                    _ => return Err(Unsupported::Momentum),
                }
            }
            _ => return Err(Unsupported::Optimizer),
        };
        let (times, over) = loss.scale(model.sizes().outputs);
        let rate = Rate::scaled(rate, times, over).ok_or(Unsupported::Rate)?;
        let rules = AnyRules::of(&recipe.rules, rate, (times, over))?;
        let scaling = recipe.rules.scaling;
        let refused = [
            (recipe.rules.frozen > 0, Unsupported::Frozen),
            (recipe.batch != 1, Unsupported::Batch),
            (recipe.health.acts(), Unsupported::Recovery),
            (
                matches!(scaling.method, ScalingMethod::Forgetting { .. }),
                Unsupported::Forgetting,
            ),
        ];
        match refused.iter().find(|(is_there, _)| *is_there) {
            Some((_, refused)) => Err(*refused),
            None => Ok(Self {
                model,
                loss,
                optimizer: match momentum {
                    None => AnyOptimizer::Sgd(Sgd { rate }),
                    Some(momentum) => AnyOptimizer::Momentum(Momentum { rate, momentum }),
                },
                scaling,
                rules,
            }),
        }
    }

    fn arena_len(&self) -> usize {
        AnyTrainer::<&mut [i32]>::arena_len(&self.model, &self.loss, &self.optimizer, &self.scaling)
    }
}

/// Words in the arena of the fixed-point fit of a recipe.
///
/// # Errors
/// The part of the recipe that fixed point does not have.
pub fn arena_len(recipe: &Recipe<f32>) -> Result<usize, Unsupported> {
    Ok(Parts::of(recipe)?.arena_len())
}

impl<A: AsRef<[i32]> + AsMut<[i32]>> AnyTrainer<A> {
    /// Checks that the trainer of a recipe can be built in an arena of so many words.
    ///
    /// # Errors
    /// As [`AnyTrainer::build`].
    pub fn check(recipe: &Recipe<f32>, room: usize) -> Result<(), Refused> {
        let parts = Parts::of(recipe)?;
        Ok(Self::is_possible(&parts.model, (parts.arena_len(), room))?)
    }

    /// The trainer of a recipe, its parameters drawn from the recipe's seed.
    ///
    /// # Errors
    /// [`Refused::Unsupported`] for what fixed point does not have, and the faults of
    /// [`Trainer::with_scaler`].
    pub fn build(recipe: &Recipe<f32>, arena: A) -> Result<Self, Refused> {
        let Parts {
            model,
            loss,
            optimizer,
            scaling,
            rules,
        } = Parts::of(recipe)?;
        let mut trainer = Self::with_rules(model, loss, optimizer, scaling, rules, arena)?;
        trainer.initialize(recipe.seed);
        Ok(trainer)
    }
}
