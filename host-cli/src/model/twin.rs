//! A fit that stands beside a board's: in floats, or in fixed point.

use downhill::fit::Command;
use downhill::health::Verdict;
use downhill::model::AnyModel;
use downhill::{Fault, Fingerprint, NumberType, Recipe, Step, checkpoint, fixed};

use super::fixed_fit::FixedFit;
use super::parameters;
use super::trainer::{HostFit, build, monitored};
use crate::evaluate::assessor::Assessor;

/// The fit of any recipe that a board takes.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
pub(crate) enum Twin {
    Float(HostFit<f32>),
    Fixed(FixedFit),
}

/// Words in the arena of a recipe's fit; 0 of one that there is no fit of.
pub(crate) fn arena_len(recipe: &Recipe<f32>) -> usize {
    match recipe.number {
        NumberType::Q15 => fixed::arena_len(recipe).unwrap_or(0),
        _ => recipe.arena_len(),
    }
}

impl Twin {
    /// The fit of a recipe at its start.
    ///
    /// # Errors
    /// As on a board.
    pub(crate) fn new(recipe: &Recipe<f32>) -> Result<Self, Fault> {
        Ok(match recipe.number {
            NumberType::Q15 => Self::Fixed(FixedFit::new(recipe)?),
            _ => Self::Float(monitored(build(recipe)?, recipe)?),
        })
    }

    /// Executes a command.
    pub(crate) fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        match self {
            Self::Float(fit) => fit.execute(command),
            Self::Fixed(fit) => fit.execute(command),
        }
    }

    /// Takes over a state.
    pub(crate) fn restore(&mut self, state: &[f32], steps: u64) -> Result<(), Fault> {
        self.execute(Command::Restore { state, steps }).map(drop)
    }

    /// The next verdict.
    pub(crate) fn verdict(&mut self) -> Option<Verdict> {
        match self {
            Self::Float(fit) => fit.verdict(),
            Self::Fixed(_) => None,
        }
    }

    /// Returns true where it goes on after a fault.
    pub(crate) fn can_recover(&self) -> bool {
        match self {
            Self::Float(fit) => fit.can_recover(),
            Self::Fixed(_) => false,
        }
    }

    /// Parameters, state of the optimizer, scaler, as the link carries them.
    pub(crate) fn state(&self) -> &[f32] {
        match self {
            Self::Float(fit) => fit.trainer.state(),
            Self::Fixed(fit) => fit.state(),
        }
    }

    /// Words of the scaler, at the end of the state.
    pub(crate) fn scaler_len(&self) -> usize {
        match self {
            Self::Float(fit) => fit.trainer.scaler().len(),
            Self::Fixed(fit) => fit.scaler_len(),
        }
    }

    /// Number of parameters, at the start of the state.
    pub(crate) fn parameters_len(&self) -> usize {
        match self {
            Self::Float(fit) => fit.trainer.parameters().len(),
            Self::Fixed(fit) => fit.parameters_len(),
        }
    }

    /// The model.
    pub(crate) fn model(&self) -> &AnyModel<f32> {
        match self {
            Self::Float(fit) => fit.trainer.model(),
            Self::Fixed(fit) => fit.model(),
        }
    }

    /// Updates made.
    pub(crate) fn steps(&self) -> u64 {
        match self {
            Self::Float(fit) => fit.trainer.steps(),
            Self::Fixed(fit) => fit.steps(),
        }
    }

    /// Hash of the fit.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Float(fit) => fit.trainer.fingerprint(),
            Self::Fixed(fit) => fit.fingerprint(),
        }
    }

    /// A checkpoint with a recipe's bytes, as a board writes it.
    pub(crate) fn checkpoint(&self, recipe: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; checkpoint::bytes::<f32>(recipe.len(), self.state().len())];
        let saved = match self {
            Self::Float(fit) => fit.trainer.save(recipe, &mut bytes),
            Self::Fixed(fit) => fit.save(recipe, &mut bytes),
        };
        // Cannot fail: there is room for all of the state, and no batch waits.
        bytes.truncate(saved.unwrap_or(0));
        bytes
    }

    /// Name of the number at a place of the state.
    pub(crate) fn name_of(&self, features: &[String], at: usize) -> String {
        let lengths = (
            self.parameters_len(),
            self.state().len() - self.scaler_len(),
        );
        parameters::name_of(self.model(), lengths, features, at)
    }
}
