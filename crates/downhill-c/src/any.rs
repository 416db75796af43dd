//! Fits of any recipe, in floats and in fixed point.

use downhill::checkpoint::{self, Checkpoint};
use downhill::fit::{AnyFit, Command};
use downhill::fixed::{self, AnyTrainer};
use downhill::health::Verdict;
use downhill::{Fault, Fingerprint, NumberType, Recipe, Step};
use downhill_firmware::ErasedFit;
use downhill_link::{read_recipe, recipe_hash};

use crate::size::Words;
use crate::status::Status;

pub(crate) type Plan = Recipe<f32>;

/// Bytes of a fit's numbers within it: they lie behind it.
pub(crate) const WITHIN: usize = 0;

type Float = AnyFit<&'static mut [f32]>;
type Fixed = fixed::AnyFit<&'static mut [i32]>;

#[allow(clippy::large_enum_variant, reason = "it lies in the caller's buffer")]
pub(crate) enum Inner {
    Float(Float),
    Fixed(Fixed),
}

// Not inlined: it takes more stack than all else.
#[inline(never)]
pub(crate) fn plan(bytes: &[u8]) -> Result<Plan, Status> {
    Ok(read_recipe(bytes)?)
}

pub(crate) fn hash(plan: &Plan) -> Fingerprint {
    recipe_hash(plan)
}

pub(crate) fn threshold(plan: &Plan) -> Option<f32> {
    plan.class_threshold()
}

/// Words of the fit, which is possible.
#[inline(never)]
pub(crate) fn words(plan: &Plan) -> Result<Words, Status> {
    match plan.number {
        NumberType::Q15 => {
            AnyTrainer::<&mut [i32]>::check(plan, usize::MAX).map_err(Fault::from)?;
            let fit = fixed::arena_len(plan).map_err(|_| Status::Setting)?;
            Ok(Words { fit, monitor: 0 })
        }
        _ => {
            plan.check(usize::MAX)?;
            Ok(Words {
                fit: plan.arena_len(),
                monitor: plan.monitor_len(),
            })
        }
    }
}

pub(crate) fn build(
    plan: &Plan,
    words: &'static mut [f32],
    monitor: &'static mut [f32],
) -> Result<Inner, Fault> {
    Ok(match plan.number {
        NumberType::Q15 => {
            let words = bytemuck::cast_slice_mut(words);
            let trainer = AnyTrainer::build(plan, words).map_err(Fault::from)?;
            Inner::Fixed(fixed::Fit::new(trainer))
        }
        _ => Inner::Float(plan.build_fit(words, monitor)?),
    })
}

pub(crate) fn observe(
    fit: &mut Inner,
    features: &[f32],
    target: &[f32],
) -> Result<Step<f32>, Fault> {
    fit.execute(Command::Sample {
        features,
        target,
        weight: 1.0,
    })
}

/// Calls the one fit that there is.
macro_rules! each {
    ($fit:expr, $own:ident => $call:expr) => {
        match $fit {
            Inner::Float($own) => $call,
            Inner::Fixed($own) => $call,
        }
    };
}

impl ErasedFit for Inner {
    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        each!(self, own => ErasedFit::execute(own, command))
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        each!(self, own => ErasedFit::predict(own, features))
    }

    fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        each!(self, own => ErasedFit::resume(own, saved))
    }

    fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        each!(self, own => ErasedFit::save(own, recipe, out))
    }

    fn verdict(&mut self) -> Option<Verdict> {
        each!(self, own => ErasedFit::verdict(own))
    }

    fn set_batch(&mut self, samples: u16) {
        each!(self, own => ErasedFit::set_batch(own, samples));
    }

    fn widths(&self) -> (usize, usize) {
        each!(self, own => ErasedFit::widths(own))
    }

    fn scaler_samples(&self) -> u32 {
        each!(self, own => ErasedFit::scaler_samples(own))
    }

    fn parameters(&self) -> &[f32] {
        each!(self, own => ErasedFit::parameters(own))
    }

    fn state(&self) -> &[f32] {
        each!(self, own => ErasedFit::state(own))
    }

    fn steps(&self) -> u64 {
        each!(self, own => ErasedFit::steps(own))
    }

    fn fingerprint(&self) -> Fingerprint {
        each!(self, own => ErasedFit::fingerprint(own))
    }
}

/// A parameter of a fit as a number.
pub(crate) fn parameter(fit: &Inner, word: f32) -> f32 {
    match fit {
        Inner::Float(_) => Float::parameter(word),
        Inner::Fixed(_) => Fixed::parameter(word),
    }
}
