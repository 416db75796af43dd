//! Real numbers into a fit in fixed point, and out of it.

use super::loss::{Loss, probabilities};
use super::model::Model;
use super::number::ONE;
use super::optimizer::Optimizer;
use super::rules::Rules;
use super::scaler::{self, Scaler};
use super::trainer::{Trainer, check};
use crate::{Fault, Step};

impl<M, L, O, A, S, R> Trainer<M, L, O, A, S, R>
where
    M: Model,
    L: Loss,
    O: Optimizer,
    A: AsRef<[i32]> + AsMut<[i32]>,
    S: Scaler,
    R: Rules,
{
    /// Lets the scaler learn from a sample; the fit itself does not move. Nothing where there is no
    /// scaler, or it is frozen.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`] or [`Fault::Target`]; then nothing has changed.
    pub fn fit_scaler(&mut self, features: &[f32], target: &[f32]) -> Result<(), Fault> {
        self.check_real(features, target)?;
        let method = self.scaler.scaling().method;
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            self.model.sizes(),
            &mut self.arena,
        )?;
        // The columns end where a class has none.
        scaler::learn(parts.columns, method, features.iter().chain(target));
        Ok(())
    }

    /// Freezes the scaler: from here on it scales, and the fit can learn.
    pub fn freeze_scaler(&mut self) {
        let (sizes, scaling) = (self.sizes(), self.scaler.scaling());
        if let Ok(parts) = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        ) {
            scaler::freeze(parts.columns, scaling, sizes.features);
        }
    }

    /// Samples that the scaler has learned from.
    pub fn scaler_samples(&self) -> u32 {
        scaler::samples(self.columns())
    }

    /// Learns from one sample of real numbers, in their own units, as
    /// [`observe`](Trainer::observe) does. Returns the step, and how many of the numbers were cut off
    /// at the range of 16 bits.
    ///
    /// # Errors
    /// As there, [`Fault::Feature`] and [`Fault::Target`] for what is not finite or no class, and
    /// [`Fault::Scaler`] while the scaler learns.
    #[inline(always)]
    pub fn observe_real(
        &mut self,
        features: &[f32],
        target: &[f32],
    ) -> Result<(Step<u32>, u32), Fault> {
        let cut_off = self.take(features, Some(target))?;
        Ok((self.observe_row()?, cut_off))
    }

    /// Predicts of real numbers, in the target's own units, or the probabilities of classes: as the
    /// bits of floats.
    ///
    /// # Errors
    /// As [`observe_real`](Trainer::observe_real).
    pub fn predict_real(&mut self, features: &[f32]) -> Result<&[i32], Fault> {
        self.take(features, None)?;
        let (count, of_classes) = (self.sizes().features, self.loss.is_of_classes());
        let parts = self.predict_row()?;
        if of_classes {
            probabilities(parts.outputs);
        }
        for (at, output) in parts.outputs.iter_mut().enumerate() {
            let real = match of_classes {
                true => *output as f32 / ONE as f32,
                false => scaler::column(parts.columns, count + at).real(*output),
            };
            *output = real.to_bits() as i32;
        }
        Ok(parts.outputs)
    }

    /// Loss of a sample of real numbers, with [`LOSS_POINT`](super::LOSS_POINT) bits behind the point;
    /// learns nothing.
    ///
    /// # Errors
    /// As [`observe_real`](Trainer::observe_real).
    pub fn evaluate_real(&mut self, features: &[f32], target: &[f32]) -> Result<u32, Fault> {
        self.take(features, Some(target))?;
        self.evaluate_row()
    }

    fn check_real(&self, features: &[f32], target: &[f32]) -> Result<(), Fault> {
        let sizes = self.sizes();
        check(sizes.features, features.len())?;
        check(self.loss.targets(sizes.outputs), target.len())?;
        let wild = |number: &f32| !number.is_finite();
        let at = |index: usize| index as u16;
        if let Some(index) = features.iter().position(wild).map(at) {
            return Err(Fault::Feature { index });
        }
        match target.iter().position(wild).map(at) {
            Some(index) => Err(Fault::Target { index }),
            None => Ok(()),
        }
    }

    /// Brings a sample into the arena's row, in 16 bits; returns how many numbers were cut off.
    #[inline(always)]
    fn take(&mut self, features: &[f32], target: Option<&[f32]>) -> Result<u32, Fault> {
        let (sizes, of_classes) = (self.sizes(), self.loss.is_of_classes());
        check(sizes.features, features.len())?;
        if let Some(target) = target {
            check(self.loss.targets(sizes.outputs), target.len())?;
        }
        let parts = Self::parts(
            (&self.loss, &self.optimizer, &self.scaler),
            sizes,
            &mut self.arena,
        )?;
        if !scaler::is_ready(parts.columns) {
            return Err(Fault::Scaler);
        }
        let mut cut_off = 0;
        let (row, targets) = (parts.row.split_at_mut_checked(features.len())).unwrap_or_default();
        for (at, (own, &real)) in row.iter_mut().zip(features).enumerate() {
            let column = scaler::column(parts.columns, at);
            let index = at as u16;
            let (narrow, whole) = column.of_real(real).ok_or(Fault::Feature { index })?;
            *own = narrow.into();
            cut_off += u32::from(!whole);
        }
        for (at, (own, &real)) in targets.iter_mut().zip(target.unwrap_or(&[])).enumerate() {
            let index = at as u16;
            if of_classes {
                let class = real as i16;
                if f32::from(class) != real {
                    return Err(Fault::Target { index });
                }
                *own = class.into();
                continue;
            }
            let column = scaler::column(parts.columns, features.len() + at);
            let (narrow, whole) = column.of_real(real).ok_or(Fault::Target { index })?;
            *own = narrow.into();
            cut_off += u32::from(!whole);
        }
        Ok(cut_off)
    }
}
