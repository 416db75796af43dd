//! Fits of the one recipe that the archive was built for.
#![allow(unused_imports, reason = "a recipe has one of each kind")]

use downhill::fit::Fit;
use downhill::loss::{CrossEntropy, Huber, Squared};
use downhill::model::{Linear, Mlp, Relu, Sigmoid, Tanh};
use downhill::optimizer::{Adam, Sgd};
use downhill::rules::{Scaling, ScalingMethod};
use downhill::{Const, Fault, Fingerprint, Step, Trainer};
use downhill_firmware::ErasedFit;

use crate::size::Words;
use crate::status::Status;

include!(concat!(env!("OUT_DIR"), "/one.rs"));

/// The fit's numbers, which lie within it: the compiler knows where each is.
type Arena = [f32; Of::<&'static mut [f32]>::ARENA];

type Parts = Of<Arena>;

/// Bytes of the numbers, beside those that the header promises of a fit.
pub(crate) const WITHIN: usize = size_of::<Arena>();

/// The recipe, which is known.
pub(crate) struct Plan;

pub(crate) type Inner = Fit<
    <Parts as downhill::health::TrainerOf<f32>>::Model,
    <Parts as downhill::health::TrainerOf<f32>>::Loss,
    <Parts as downhill::health::TrainerOf<f32>>::Optimizer,
    <Parts as downhill::health::TrainerOf<f32>>::Rules,
    Arena,
>;

pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Status> {
    // Not by a call of memcmp, which is larger than the rest.
    match bytes.iter().eq(RECIPE) {
        true => Ok(Plan),
        false => Err(Status::OtherRecipe),
    }
}

pub(crate) fn hash(_: &Plan) -> Fingerprint {
    Fingerprint(HASH)
}

pub(crate) fn threshold(_: &Plan) -> Option<f32> {
    THRESHOLD
}

pub(crate) fn words(_: &Plan) -> Result<Words, Status> {
    Ok(Words { fit: 0, monitor: 0 })
}

pub(crate) fn build(
    _: &Plan,
    _: &'static mut [f32],
    _: &'static mut [f32],
) -> Result<Inner, Fault> {
    Ok(Fit::new(parts()?, 1))
}

#[inline(always)]
pub(crate) fn observe(
    fit: &mut Inner,
    features: &[f32],
    target: &[f32],
) -> Result<Step<f32>, Fault> {
    fit.trainer.observe(features, target)
}

pub(crate) fn parameter(_: &Inner, word: f32) -> f32 {
    Inner::parameter(word)
}
