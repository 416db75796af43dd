//! A fit in fixed point on the host: the core's trainer, and the columns that numbers go in by.

use downhill::fixed::{self, AnyTrainer, Column, LOSS_POINT, ONE, PARAMETER_POINT};
use downhill::loss::AnyLoss;
use downhill::model::{AnyModel, Model};
use downhill::{Fault, Fingerprint, Recipe, Step};
use serde::{Deserialize, Serialize};

use crate::evaluate::assessor::Assessor;

/// What a model file holds of a fit in fixed point, beside its recipe.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FixedState {
    /// Columns of the features, and then of the targets that are amounts.
    pub(crate) columns: Vec<Column>,
    /// Parameters and state of the optimizer, as they are in the arena.
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

/// The fit.
#[derive(Debug)]
pub(crate) struct FixedFit {
    model: AnyModel<f32>,
    loss: AnyLoss<f32>,
    trainer: AnyTrainer<Vec<i32>>,
    columns: Vec<Column>,
    pub(crate) counted: Counted,
    features: Vec<i16>,
    target: Vec<i16>,
    outputs: Vec<i32>,
    prediction: Vec<f32>,
    before: Vec<i32>,
}

impl FixedFit {
    /// The fit of a recipe at its start.
    ///
    /// # Errors
    /// In words, what of the recipe fixed point does not have.
    pub(crate) fn new(recipe: &Recipe<f32>, columns: Vec<Column>) -> Result<Self, String> {
        let words = fixed::arena_len(recipe).map_err(|refused| refused.to_string())?;
        let trainer = AnyTrainer::build(recipe, vec![0; words])
            .map_err(|refused| refused.to_string())?
            .map_err(|fault| fault.to_string())?;
        let sizes = Model::<f32>::sizes(&recipe.model);
        let targets = downhill::loss::Loss::targets(&recipe.loss, sizes.outputs);
        let amounts = if Self::is_of_classes(&recipe.loss) {
            0
        } else {
            targets
        };
        if columns.len() != sizes.features + amounts {
            return Err(format!(
                "it has {} columns, and its model {}",
                columns.len(),
                sizes.features + amounts
            ));
        }
        Ok(Self {
            model: recipe.model,
            loss: recipe.loss,
            trainer,
            columns,
            counted: Counted::default(),
            features: vec![0; sizes.features],
            target: vec![0; targets],
            outputs: vec![0; sizes.outputs],
            prediction: vec![0.0; sizes.outputs],
            before: Vec::new(),
        })
    }

    fn is_of_classes(loss: &AnyLoss<f32>) -> bool {
        matches!(loss, AnyLoss::CrossEntropy(_))
    }

    /// The fit as a model file holds it.
    pub(crate) fn of_state(
        recipe: &Recipe<f32>,
        state: &FixedState,
        steps: u64,
    ) -> Result<Self, String> {
        let mut fit = Self::new(recipe, state.columns.clone())?;
        let resumed = fit.trainer.resume(&state.words, steps);
        resumed.map_err(|fault| fault.to_string())?;
        Ok(fit)
    }

    /// What a model file holds.
    pub(crate) fn state(&self) -> FixedState {
        FixedState {
            columns: self.columns.clone(),
            words: self.trainer.state().to_vec(),
        }
    }

    /// Goes back to words that it has had, with as many steps as now.
    pub(crate) fn restore(&mut self, words: &[i32]) -> Result<(), Fault> {
        self.trainer.resume(words, self.trainer.steps())
    }

    /// The parameters in scaled units, exactly.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = f64> {
        let unit = f64::from(1u32 << PARAMETER_POINT);
        let all = self.trainer.parameters().iter();
        all.map(move |&parameter| f64::from(parameter) / unit)
    }

    /// Parameters and state as words.
    pub(crate) fn words(&self) -> &[i32] {
        self.trainer.state()
    }

    /// Columns of features and targets.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Learns from a row.
    pub(crate) fn observe(&mut self, features: &[f32], target: &[f32]) -> Result<Step<f64>, Fault> {
        self.counted.cut_off += self.take(features, target)?;
        self.before.clear();
        self.before.extend(self.trainer.parameters());
        let step = self.trainer.observe(&self.features, &self.target)?;
        let moved = self.before != self.trainer.parameters();
        self.counted.still += u64::from(!moved && step.loss > 0);
        Ok(Step {
            number: step.number,
            loss: real(step.loss),
        })
    }

    /// Brings a row into 16 bits; returns how many of its numbers were cut off.
    fn take(&mut self, features: &[f32], target: &[f32]) -> Result<u64, Fault> {
        let mut cut_off = self.take_features(features)?;
        let columns = self.columns.get(features.len()..).unwrap_or(&[]);
        if columns.is_empty() {
            // A class, whose number the trainer checks.
            for (own, &class) in self.target.iter_mut().zip(target) {
                let number = class as i16;
                if f32::from(number) != class {
                    return Err(Fault::Target { index: 0 });
                }
                *own = number;
            }
            return Ok(cut_off);
        }
        let pairs = columns.iter().zip(target);
        for (index, (own, (column, &number))) in self.target.iter_mut().zip(pairs).enumerate() {
            let index = index as u16;
            let (narrow, whole) = column.of_real(number).ok_or(Fault::Target { index })?;
            *own = narrow;
            cut_off += u64::from(!whole);
        }
        Ok(cut_off)
    }

    fn take_features(&mut self, features: &[f32]) -> Result<u64, Fault> {
        if features.len() != self.features.len() {
            return Err(Fault::Length {
                need: self.features.len() as u32,
                got: features.len() as u32,
            });
        }
        let mut cut_off = 0;
        let pairs = self.columns.iter().zip(features);
        for (index, (own, (column, &number))) in self.features.iter_mut().zip(pairs).enumerate() {
            let index = index as u16;
            let (narrow, whole) = column.of_real(number).ok_or(Fault::Feature { index })?;
            *own = narrow;
            cut_off += u64::from(!whole);
        }
        Ok(cut_off)
    }

    /// Turns outputs into amounts in the file's units, or into probabilities.
    fn show(&mut self) {
        let columns = self.columns.get(self.features.len()..).unwrap_or(&[]);
        if columns.is_empty() {
            fixed::probabilities(&mut self.outputs);
            for (shown, &output) in self.prediction.iter_mut().zip(&self.outputs) {
                *shown = output as f32 / ONE as f32;
            }
            return;
        }
        let outputs = self.outputs.iter().zip(columns);
        for (shown, (&output, column)) in self.prediction.iter_mut().zip(outputs) {
            *shown = column.real(output) as f32;
        }
    }
}

/// A loss as a number.
fn real(loss: u32) -> f64 {
    f64::from(loss) / f64::from(1u32 << LOSS_POINT)
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
        self.trainer.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.trainer.fingerprint()
    }

    fn predict(&mut self, features: &[f32]) -> Result<&[f32], Fault> {
        self.take_features(features)?;
        let outputs = self.trainer.predict(&self.features)?;
        self.outputs.copy_from_slice(outputs);
        self.show();
        Ok(&self.prediction)
    }

    fn evaluate(&mut self, features: &[f32], target: &[f32]) -> Result<f32, Fault> {
        self.take(features, target)?;
        let outputs = &mut self.outputs;
        let loss = self.trainer.assess(&self.features, &self.target, outputs)?;
        Ok(real(loss) as f32)
    }

    fn assess_each<'s, X>(
        &mut self,
        rows: impl Iterator<Item = (&'s [f32], &'s [f32], X)>,
        prediction: &mut [f32],
        mut take: impl FnMut(X, f32, &[f32]),
    ) -> Result<(), (X, Fault)> {
        for (features, target, x) in rows {
            match self.evaluate(features, target) {
                Ok(loss) => {
                    self.show();
                    prediction.copy_from_slice(&self.prediction);
                    take(x, loss, prediction);
                }
                Err(fault) => return Err((x, fault)),
            }
        }
        Ok(())
    }
}
