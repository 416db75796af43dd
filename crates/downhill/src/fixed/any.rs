//! Fits in fixed point that are chosen at run time, by the recipe of floats.

use core::fmt;

use super::activation::Activation;
use super::loss::{Huber, Loss};
use super::model::{Model, Sink};
use super::optimizer::{Momentum, Sgd};
use super::rate::Rate;
use super::trainer::Trainer;
use crate::loss::{AnyLoss as FloatLoss, CrossEntropy, Squared};
use crate::model::{
    AnyActivation, AnyModel as FloatModel, Linear, Mlp, Relu, Sigmoid, Sizes, Tanh, Widths,
};
use crate::optimizer::AnyOptimizer as FloatOptimizer;
use crate::random::Random;
use crate::rules::{AnyRules, Curve};
use crate::{Dyn, Fault, Fingerprint, Recipe, Step};

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
enum AnyModel {
    Linear(Linear<Dyn, Dyn, Dyn>),
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

    fn forward(&self, parameters: &[i32], features: &[i16], tape: &mut [i32], outputs: &mut [i32]) {
        each!(self, own => Model::forward(own, parameters, features, tape, outputs));
    }

    fn backward(&self, parameters: &[i32], tape: &mut [i32], slopes: &[i32]) -> u32 {
        each!(self, own => Model::backward(own, parameters, tape, slopes))
    }

    fn gradient(&self, features: &[i16], tape: &[i32], slopes: &[i32], sink: &mut impl Sink) {
        each!(self, own => Model::gradient(own, features, tape, slopes, sink));
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [i32]) {
        each!(self, own => Model::initialize(own, random, parameters));
    }
}

/// A loss chosen at run time.
#[derive(Clone, Copy, Debug)]
enum AnyLoss {
    Squared,
    Huber(Huber),
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

    fn scale(&self, outputs: usize) -> (u16, u16) {
        match self {
            Self::Squared => Loss::scale(&Squared, outputs),
            Self::Huber(huber) => huber.scale(outputs),
            Self::CrossEntropy => Loss::scale(&CrossEntropy, outputs),
        }
    }

    fn eval(&self, outputs: &mut [i32], target: &[i16]) -> Result<u32, Fault> {
        match self {
            Self::Squared => Loss::eval(&Squared, outputs, target),
            Self::Huber(huber) => huber.eval(outputs, target),
            Self::CrossEntropy => Loss::eval(&CrossEntropy, outputs, target),
        }
    }
}

/// A part of a recipe that fixed point does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// Another model than a linear one and a perceptron.
    Model,
    /// Another activation than relu, tanh and sigmoid.
    Activation,
    /// Another loss than squared, Huber and cross-entropy.
    Loss,
    /// A δ of Huber's loss that is not from 2⁻¹² to below 8.
    Delta,
    /// Another optimizer than gradient descent and momentum without Nesterov's variant.
    Optimizer,
    /// A learning rate, times the loss's own factor, that is not from 2⁻²⁴ to 1.
    Rate,
    /// A momentum that is not from 0 to below 1.
    Momentum,
    /// A schedule or a warm-up.
    Schedule,
    /// A penalty or a decay of weights.
    Penalty,
    /// A clip of the gradient.
    Clip,
    /// Bounds of parameters.
    Bounds,
    /// Frozen layers.
    Frozen,
    /// A batch of more than one sample.
    Batch,
    /// A monitor that changes the fit.
    Recovery,
}

impl Unsupported {
    /// Alternative to use instead, in words.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Model => "it has linear models and perceptrons",
            Self::Activation => "its activations are relu, tanh and sigmoid",
            Self::Loss => "its losses are squared, huber and cross_entropy",
            Self::Delta => "the delta of its huber is from 0.00025 to below 8",
            Self::Optimizer => "its optimizers are sgd and momentum",
            Self::Rate => {
                "its learning rate is from 1e-7 to 1, and to 0.5 of a squared loss, whose slope has \
                 a factor of 2"
            }
            Self::Momentum => "its momentum is from 0 to below 1",
            Self::Schedule => "its learning rate is constant",
            Self::Penalty => "it has no penalties and no decay of weights",
            Self::Clip => "it has no clips: the range of a slope is the clip",
            Self::Bounds => "its parameters have one bound, from -8 to 8 in scaled units",
            Self::Frozen => "it trains every layer",
            Self::Batch => "it learns from each sample at once, in batches of 1",
            Self::Recovery => "its fits do not recover by themselves",
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}

impl core::error::Error for Unsupported {}

/// A trainer in fixed point with every part chosen at run time, over an arena of `i32`.
#[derive(Debug)]
pub struct AnyTrainer<A>(By<A>);

#[derive(Debug)]
enum By<A> {
    Sgd(Trainer<AnyModel, AnyLoss, Sgd, A>),
    Momentum(Trainer<AnyModel, AnyLoss, Momentum, A>),
}

/// Calls the one trainer that there is.
macro_rules! either {
    ($by:expr, $own:ident => $call:expr) => {
        match $by {
            By::Sgd($own) => $call,
            By::Momentum($own) => $call,
        }
    };
}

/// The parts of a recipe in fixed point.
struct Parts {
    model: AnyModel,
    loss: AnyLoss,
    rate: Rate,
    momentum: Option<u16>,
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
        let AnyRules {
            schedule,
            penalty,
            clip,
            frozen,
            bounds,
            ..
        } = recipe.rules;
        let none = AnyRules::<f32>::NONE;
        let refused = [
            (
                schedule.warmup > 0 || schedule.curve != Curve::Constant,
                Unsupported::Schedule,
            ),
            (penalty != none.penalty, Unsupported::Penalty),
            (clip != none.clip, Unsupported::Clip),
            (bounds != none.bounds, Unsupported::Bounds),
            (frozen > 0, Unsupported::Frozen),
            (recipe.batch != 1, Unsupported::Batch),
            (recipe.health.acts(), Unsupported::Recovery),
        ];
        match refused.iter().find(|(is_there, _)| *is_there) {
            Some((_, refused)) => Err(*refused),
            None => Ok(Self {
                model,
                loss,
                rate,
                momentum,
            }),
        }
    }

    fn arena_len(&self) -> usize {
        match self.momentum {
            None => Trainer::<_, AnyLoss, Sgd, &mut [i32]>::arena_len(&self.model),
            Some(_) => Trainer::<_, AnyLoss, Momentum, &mut [i32]>::arena_len(&self.model),
        }
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
    /// The trainer of a recipe, its parameters drawn from the recipe's seed. Scaling is not the
    /// trainer's: numbers go in by [`Column`](super::Column).
    ///
    /// # Errors
    /// [`Fault::Arena`] and [`Setting::Model`](crate::Setting::Model), as [`Trainer::new`]; `Ok` of
    /// what fixed point does not have.
    pub fn build(recipe: &Recipe<f32>, arena: A) -> Result<Result<Self, Fault>, Unsupported> {
        let Parts {
            model,
            loss,
            rate,
            momentum,
        } = Parts::of(recipe)?;
        let built = match momentum {
            None => Trainer::new(model, loss, Sgd { rate }, arena).map(By::Sgd),
            Some(momentum) => {
                Trainer::new(model, loss, Momentum { rate, momentum }, arena).map(By::Momentum)
            }
        };
        Ok(built.map(|mut by| {
            either!(&mut by, own => own.initialize(recipe.seed));
            Self(by)
        }))
    }

    /// As [`Trainer::observe`].
    ///
    /// # Errors
    /// As there.
    pub fn observe(&mut self, features: &[i16], target: &[i16]) -> Result<Step<u32>, Fault> {
        either!(&mut self.0, own => own.observe(features, target))
    }

    /// As [`Trainer::predict`].
    ///
    /// # Errors
    /// As there.
    pub fn predict(&mut self, features: &[i16]) -> Result<&[i32], Fault> {
        either!(&mut self.0, own => own.predict(features))
    }

    /// As [`Trainer::assess`].
    ///
    /// # Errors
    /// As there.
    pub fn assess(
        &mut self,
        features: &[i16],
        target: &[i16],
        outputs: &mut [i32],
    ) -> Result<u32, Fault> {
        either!(&mut self.0, own => own.assess(features, target, outputs))
    }

    /// As [`Trainer::parameters`].
    pub fn parameters(&self) -> &[i32] {
        either!(&self.0, own => own.parameters())
    }

    /// As [`Trainer::state`].
    pub fn state(&self) -> &[i32] {
        either!(&self.0, own => own.state())
    }

    /// As [`Trainer::resume`].
    ///
    /// # Errors
    /// As there.
    pub fn resume(&mut self, state: &[i32], steps: u64) -> Result<(), Fault> {
        either!(&mut self.0, own => own.resume(state, steps))
    }

    /// As [`Trainer::steps`].
    pub fn steps(&self) -> u64 {
        either!(&self.0, own => own.steps())
    }

    /// As [`Trainer::fingerprint`].
    pub fn fingerprint(&self) -> Fingerprint {
        either!(&self.0, own => own.fingerprint())
    }
}
