//! Fits of a fleet: begun from global parameters, and put together.

use downhill::aggregate::{self, Member};
use downhill::fit::Command;
use downhill::optimizer::{AnyOptimizer, Optimizer};

use super::in_memory::InMemory;
use super::model::Model;
use super::rows::Rows;
use crate::data::arrays::Arrays;
use crate::options::spec::OptimizerSpec;
use crate::support::failure::{Failure, Outcome};

/// Numbers of a fit, as the link carries them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Parameters of the model.
    pub parameters: Vec<f32>,
    /// Words of the scaler; none without scaling.
    pub scaler: Vec<f32>,
    /// Updates made.
    pub steps: u64,
    /// Fingerprint, in 16 hex digits.
    pub fingerprint: String,
}

impl Model {
    /// Begins its fit anew: parameters, where none are given, drawn from the recipe's seed; state of
    /// the optimizer 0; scaler, where none is given, without a sample.
    ///
    /// # Errors
    /// [`Failure::Usage`] of a model that is not in `f32`, and [`Failure::Input`] of numbers that are
    /// not those of its fit.
    pub fn begin(&mut self, parameters: Option<&[f32]>, scaler: Option<&[f32]>) -> Outcome {
        let held = self.single()?;
        held.begin(parameters, scaler).map(drop)
    }

    /// Parameters, scaler, steps and fingerprint.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn state(&mut self) -> Outcome<State> {
        let trainer = &self.single()?.fit.trainer;
        Ok(State {
            parameters: trainer.parameters().to_vec(),
            scaler: trainer.scaler().to_vec(),
            steps: trainer.steps(),
            fingerprint: trainer.fingerprint().to_string(),
        })
    }

    /// Lets the scaler learn from rows; returns their number.
    ///
    /// # Errors
    /// As [`begin`](Self::begin) and [`learn`](Self::learn).
    pub fn fit_scaler(&mut self, arrays: &Arrays<'_>) -> Outcome<usize> {
        let InMemory { file, fit, .. } = self.single()?;
        let mut rows = Rows::new(file, arrays)?;
        for row in 0..rows.len() {
            let (features, target, _) = rows.row(row);
            let learned = fit.execute(Command::FitScaler { features, target });
            learned.map_err(|fault| Failure::Input(format!("row {row}: {fault}")))?;
        }
        Ok(rows.len())
    }

    /// Merges scalers of members, in their order, and freezes the result; by the trimmed mean where a
    /// share is given. Returns its words.
    ///
    /// # Errors
    /// [`Failure::Input`] of words that are no scaler of this fit which learns.
    pub fn merge_scalers(&mut self, members: &[&[f32]], trim: Option<f64>) -> Outcome<Vec<f32>> {
        let held = self.single()?;
        let method = held.file.recipe.rules.scaling.method;
        let mut merged = vec![0.0; held.fit.trainer.scaler().len()];
        if merged.is_empty() {
            return Ok(merged);
        }
        let members: Vec<_> = members
            .iter()
            .map(|words| Member::new(words, 1.0))
            .collect();
        let mut room = vec![0.0; members.len()];
        match trim {
            None => aggregate::merge_scalers(&members, method, &mut merged),
            Some(share) => {
                aggregate::merge_scalers_trimmed(&members, method, share, &mut room, &mut merged)
            }
        }
        .map_err(|fault| Failure::Input(format!("the scalers of the fleet: {fault}")))?;
        // Freezes it by the recipe's own rules.
        held.begin(None, Some(&merged))?;
        held.execute(Command::FreezeScaler)?;
        Ok(held.fit.trainer.scaler().to_vec())
    }
}

impl InMemory<f32> {
    /// Begins its fit anew; returns the state that a board is to be given, `None` where that is the
    /// start of its recipe.
    pub(super) fn begin(
        &mut self,
        parameters: Option<&[f32]>,
        scaler: Option<&[f32]>,
    ) -> Outcome<Option<Vec<f32>>> {
        let seed = self.file.recipe.seed;
        let fit = &self.fit.trainer;
        let lengths = (fit.parameters().len(), fit.scaler().len());
        for (given, need, what) in [
            (parameters, lengths.0, "parameters"),
            (scaler, lengths.1, "numbers of the scaler"),
        ] {
            if let Some(given) = given.filter(|given| given.len() != need) {
                return Err(Failure::Input(format!(
                    "this fit has {need} {what}, and {} were given: take those of a model with the \
                     same recipe",
                    given.len()
                )));
            }
        }
        self.execute(Command::Restart { seed })?;
        self.has_learned = true;
        if parameters.is_none() && scaler.is_none() {
            return Ok(None);
        }
        let mut state = self.fit.trainer.state().to_vec();
        if let Some(parameters) = parameters {
            state[..lengths.0].copy_from_slice(parameters);
        }
        if let Some(scaler) = scaler {
            let at = state.len() - lengths.1;
            state[at..].copy_from_slice(scaler);
        }
        let (state, steps) = (state, 0);
        self.execute(Command::Restore {
            state: &state,
            steps,
        })?;
        Ok(Some(state))
    }

    fn execute(&mut self, command: Command<'_, f32>) -> Outcome {
        let done = self.fit.execute(command).map(drop);
        done.map_err(|fault| Failure::Input(format!("the state of the fit: {fault}")))
    }
}

/// Rule by which the parameters of members become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregate {
    /// Their mean, each with its weight.
    Mean,
    /// Their mean without this share of the smallest and of the largest, 0.5 for the median.
    Trimmed(f64),
}

impl Aggregate {
    /// Puts the numbers of members together, in their order.
    ///
    /// # Errors
    /// [`Failure::Input`] where they are not of one fit, or not finite.
    pub fn of(self, members: &[(&[f32], f64)]) -> Outcome<Vec<f32>> {
        let mut out = vec![0.0; members.first().map_or(0, |member| member.0.len())];
        let members: Vec<_> = members
            .iter()
            .map(|&(numbers, weight)| Member::new(numbers, weight))
            .collect();
        let mut room = vec![0.0; members.len()];
        match self {
            Self::Mean => aggregate::mean(&members, &mut out),
            Self::Trimmed(share) => aggregate::trimmed_mean(&members, share, &mut room, &mut out),
        }
        .map_err(|fault| Failure::Input(format!("the members of the fleet: {fault}")))?;
        Ok(out)
    }
}

/// Optimizer that moves global parameters towards the aggregate of each round.
#[derive(Clone, Debug)]
pub struct ServerOptimizer {
    optimizer: AnyOptimizer<f32>,
    state: Vec<f32>,
}

impl ServerOptimizer {
    /// An optimizer of the core, written as `--optimizer` takes it, at a learning rate.
    ///
    /// # Errors
    /// [`Failure::Usage`] of what is none, and of a rate that it cannot have.
    pub fn new(optimizer: &str, rate: f64) -> Outcome<Self> {
        let spec: OptimizerSpec = optimizer.parse().map_err(|error| {
            Failure::Usage(format!("server_optimizer is `{optimizer}`: {error}"))
        })?;
        let optimizer: AnyOptimizer<f32> = spec.build(rate);
        optimizer.check().map_err(|setting| {
            Failure::Usage(format!(
                "server_optimizer, server_lr={rate}: {}",
                setting.reason()
            ))
        })?;
        Ok(Self {
            optimizer,
            state: Vec::new(),
        })
    }

    /// Moves parameters towards the aggregate.
    ///
    /// # Errors
    /// [`Failure::Input`] where a number would leave its range; then nothing has changed.
    pub fn step(&mut self, parameters: &mut [f32], aim: &[f32]) -> Outcome {
        if self.state.is_empty() {
            let slots = parameters.len() * self.optimizer.slots();
            self.state = vec![0.0; slots + self.optimizer.shared()];
        }
        let done = aggregate::step(self.optimizer, parameters, &mut self.state, aim);
        done.map_err(|fault| Failure::Input(format!("the server's optimizer: {fault}")))
    }
}
