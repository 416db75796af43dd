//! A fit in fixed point on the host: the core's, and what of it is shown.

use downhill::fit::Command;
use downhill::fixed::{self, AnyTrainer, Column, Fit, LOSS_POINT, PARAMETER_POINT, scaler};
use downhill::loss::AnyLoss;
use downhill::model::AnyModel;
use downhill::rules::Penalty;
use downhill::{Fault, Fingerprint, Recipe, Step, checkpoint};
use serde::{Deserialize, Serialize};

use crate::evaluate::assessor::Assessor;

/// What a model file holds of a fit in fixed point, beside its recipe.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FixedState {
    /// Parameters, state of the optimizer and scaler, as they are in the arena.
    pub(crate) words: Vec<i32>,
}

/// Numbers that were cut off, and steps that moved nothing.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counted {
    /// Features and targets beyond the range of 16 bits, in all epochs.
    pub(crate) cut_off: u64,
    /// Steps of a row with a loss that moved no parameter.
    pub(crate) still: u64,
}

/// A parameter that came as the bits of a float, as a number.
pub(crate) fn parameter(word: f32) -> f32 {
    word.to_bits() as i32 as f32 / (1u32 << PARAMETER_POINT) as f32
}

/// The fit.
#[derive(Debug)]
pub(crate) struct FixedFit {
    model: AnyModel<f32>,
    loss: AnyLoss<f32>,
    pub(crate) penalty: Penalty<f32>,
    inner: fixed::AnyFit<Vec<i32>>,
    still: u64,
    /// Words that steps move, before the last one.
    before: Vec<i32>,
    prediction: Vec<f32>,
}

impl FixedFit {
    /// The fit of a recipe at its start.
    ///
    /// # Errors
    /// What of the recipe is impossible, or fixed point does not have.
    pub(crate) fn new(recipe: &Recipe<f32>) -> Result<Self, fixed::Refused> {
        let words = vec![0; fixed::arena_len(recipe)?];
        let inner = Fit::new(AnyTrainer::build(recipe, words)?);
        Ok(Self {
            model: recipe.model,
            loss: recipe.loss,
            penalty: recipe.rules.penalty,
            inner,
            still: 0,
            before: Vec::new(),
            prediction: Vec::new(),
        })
    }

    /// The fit as a model file holds it.
    pub(crate) fn of_state(
        recipe: &Recipe<f32>,
        state: &FixedState,
        steps: u64,
    ) -> Result<Self, String> {
        let mut fit = Self::new(recipe).map_err(|refused| refused.to_string())?;
        let resumed = fit.inner.trainer.resume(&state.words, steps);
        resumed.map_err(|fault| fault.to_string())?;
        Ok(fit)
    }

    /// Freezes the scaler with these columns; nothing where there is none.
    pub(crate) fn set_columns(&mut self, columns: &[Column]) -> Result<(), Fault> {
        let mut words = self.inner.trainer.state().to_vec();
        let at = words.len() - self.inner.trainer.columns().len();
        scaler::frozen(columns, &mut words[at..]);
        let steps = self.inner.trainer.steps();
        self.inner.trainer.resume(&words, steps)
    }

    /// What a model file holds.
    pub(crate) fn file(&self) -> FixedState {
        FixedState {
            words: self.inner.trainer.state().to_vec(),
        }
    }

    /// The parameters in scaled units, exactly.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = f64> {
        let unit = f64::from(1u32 << PARAMETER_POINT);
        let all = self.inner.trainer.parameters().iter();
        all.map(move |&parameter| f64::from(parameter) / unit)
    }

    /// Number of parameters.
    pub(crate) fn parameters_len(&self) -> usize {
        self.inner.trainer.parameters().len()
    }

    /// The column of a feature, or behind them of a target.
    pub(crate) fn column(&self, at: usize) -> Column {
        scaler::column(self.inner.trainer.columns(), at)
    }

    /// The state as bits of floats, as the link carries it.
    pub(crate) fn state(&self) -> &[f32] {
        bytemuck::cast_slice(self.inner.trainer.state())
    }

    /// Writes a checkpoint with a recipe's bytes to the front of `out`; returns its length.
    pub(crate) fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        self.inner.save(recipe, out)
    }

    /// Words of the scaler, at the end of the state.
    pub(crate) fn scaler_len(&self) -> usize {
        self.inner.trainer.columns().len()
    }

    /// Counts of what was cut off or rounded away.
    pub(crate) fn counted(&self) -> Counted {
        Counted {
            cut_off: self.inner.cut_off(),
            still: self.still,
        }
    }

    /// Executes a command.
    pub(crate) fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        let learns = matches!(command, Command::Sample { .. });
        if learns {
            self.before.clear();
            self.before.extend(self.inner.trainer.parameters());
        }
        let step = self.inner.execute(command);
        if learns && let Ok(step) = &step {
            let moved = self.before != self.inner.trainer.parameters();
            self.still += u64::from(!moved && step.loss > 0.0);
        }
        step
    }
}

impl Assessor<f32> for FixedFit {
    fn model(&self) -> &AnyModel<f32> {
        &self.model
    }

    fn loss(&self) -> &AnyLoss<f32> {
        &self.loss
    }

    fn parameters(&self) -> Vec<f32> {
        self.parameters()
            .map(|parameter| parameter as f32)
            .collect()
    }

    fn steps(&self) -> u64 {
        self.inner.trainer.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.inner.trainer.fingerprint()
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        let outputs = self.inner.trainer.predict_real(features)?;
        self.prediction.clear();
        self.prediction
            .extend(outputs.iter().map(|&bits| f32::from_bits(bits as u32)));
        Ok(&self.prediction)
    }

    fn evaluate(&mut self, features: &[f32], target: &[f32]) -> Result<f32, Fault> {
        let loss = self.inner.trainer.evaluate_real(features, target)?;
        Ok(loss as f32 / (1u32 << LOSS_POINT) as f32)
    }

    fn assess_each<'s, X>(
        &mut self,
        rows: impl Iterator<Item = (&'s [f32], &'s [f32], X)>,
        prediction: &mut [f32],
        mut take: impl FnMut(X, f32, &[f32]),
    ) -> Result<(), (X, Fault)> {
        for (features, target, x) in rows {
            let loss = match self.evaluate(features, target) {
                Ok(loss) => loss,
                Err(fault) => return Err((x, fault)),
            };
            match self.predict(features) {
                Ok(outputs) => prediction.copy_from_slice(outputs),
                Err(fault) => return Err((x, fault)),
            }
            take(x, loss, prediction);
        }
        Ok(())
    }
}
