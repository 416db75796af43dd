//! A fit in fixed point, driven by the commands of every fit.

use super::loss::Loss;
use super::model::Model;
use super::number::LOSS_POINT;
use super::optimizer::Optimizer;
use super::rules::Rules;
use super::scaler::Scaler;
use super::trainer::Trainer;
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{self, Checkpoint};
use crate::fit::Command;
use crate::{Fault, Step};

/// A [`Trainer`] in fixed point that takes the [commands](Command) of every fit, in real numbers, and
/// counts what it cuts off.
///
/// ```
/// use downhill::fit::Command;
/// use downhill::fixed::{Fit, Rate, Sgd, Trainer};
/// use downhill::rules::Scaling;
/// use downhill::{Const, loss::Squared, model::Linear};
/// # fn main() -> Result<(), downhill::Fault> {
/// type Thermometer = Trainer<Linear<Const<1>>, Squared, Sgd, [i32; 15], Scaling>;
/// const RATE: Rate = Rate::scaled(0.05, 2, 1).unwrap(); // the slope of e² is 2 e
/// let (optimizer, scaling) = (Sgd { rate: RATE }, Scaling::STANDARD_WITH_TARGET);
/// let trainer = Thermometer::with_scaler(Linear::new(), Squared, optimizer, scaling, [0; 15])?;
/// assert_eq!(Thermometer::ARENA, 15);
/// let mut fit = Fit::new(trainer);
///
/// // Counts of 600 to 1560: the scaler learns them first.
/// let samples = (0..400u16).map(|k| ([600.0 + f32::from(k % 17) * 60.0], [f32::from(k % 17)]));
/// for (features, target) in samples.clone() {
///     fit.execute(Command::FitScaler { features: &features, target: &target })?;
/// }
/// fit.execute(Command::FreezeScaler)?;
/// for (features, target) in samples {
///     fit.execute(Command::Sample { features: &features, target: &target, weight: 1.0 })?;
/// }
/// let [bits] = fit.trainer.predict_real(&[1200.0])? else { unreachable!() };
/// assert!((f32::from_bits(*bits as u32) - 10.0).abs() < 0.1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Fit<M, L, O, A, S, R = ()> {
    /// Parameters and everything that moves them.
    pub trainer: Trainer<M, L, O, A, S, R>,
    cut_off: u64,
}

impl<M, L, O, A, S, R> Fit<M, L, O, A, S, R>
where
    M: Model,
    L: Loss,
    O: Optimizer,
    A: AsRef<[i32]> + AsMut<[i32]>,
    S: Scaler,
    R: Rules,
{
    /// The fit of a trainer.
    pub const fn new(trainer: Trainer<M, L, O, A, S, R>) -> Self {
        Self {
            trainer,
            cut_off: 0,
        }
    }

    /// Numbers of samples learned from that were cut off at the range of 16 bits, since the fit was
    /// made or restarted.
    pub const fn cut_off(&self) -> u64 {
        self.cut_off
    }

    /// Executes a command and returns how far the fit is: its number of updates, and the loss of the
    /// sample; 0 for what learns from no sample.
    ///
    /// A sample's weight is 0, which is no sample at all, or 1.
    ///
    /// # Errors
    /// Those of the trainer, [`Fault::Weight`] for another weight, [`Fault::EmptyBatch`] since no
    /// batch waits, and [`Fault::Loss`] for a validation loss that is not finite; then nothing has
    /// changed.
    pub fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        let trainer = &mut self.trainer;
        match command {
            Command::Sample {
                features,
                target,
                weight: 1.0,
            } => {
                let (step, cut_off) = trainer.observe_real(features, target)?;
                self.cut_off += u64::from(cut_off);
                return Ok(Step {
                    number: step.number,
                    loss: real(step.loss),
                });
            }
            Command::Sample { weight: 0.0, .. } | Command::Finish => {}
            Command::Sample { .. } => return Err(Fault::Weight),
            Command::FitScaler { features, target } => trainer.fit_scaler(features, target)?,
            Command::FreezeScaler => trainer.freeze_scaler(),
            Command::ApplyBatch => return Err(Fault::EmptyBatch),
            Command::ReportValidation { loss } if loss.is_finite() => {}
            Command::ReportValidation { .. } => return Err(Fault::Loss),
            Command::Restore { state, steps } => {
                trainer.restore(state.iter().map(|word| word.to_bits() as i32), steps)?;
            }
            Command::Restart { seed } => {
                trainer.restart(seed);
                self.cut_off = 0;
            }
        }
        Ok(Step {
            number: self.trainer.steps(),
            loss: 0.0,
        })
    }

    /// Goes on where a checkpoint of the same kind of fit stopped.
    ///
    /// # Errors
    /// [`checkpoint::Error::Mismatch`] and [`checkpoint::Error::Steps`]; then nothing has changed.
    #[cfg(feature = "checkpoint")]
    pub fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        let words = saved.words();
        let (need, got) = (self.trainer.state().len(), words.len());
        let words = words.iter().map(|word| i32::from_le_bytes(*word));
        let restored = self.trainer.restore(words, saved.steps);
        restored.map_err(|fault| match fault {
            Fault::Steps => checkpoint::Error::Steps(saved.steps),
            Fault::Length { .. } => checkpoint::Error::Mismatch { need, got },
            _ => checkpoint::Error::Corrupt,
        })
    }

    /// Writes a checkpoint to the front of `out`; returns its length.
    ///
    /// # Errors
    /// [`checkpoint::Error::Room`].
    #[cfg(feature = "checkpoint")]
    pub fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        let (steps, state) = (self.trainer.steps(), self.trainer.state());
        checkpoint::write(out, steps, recipe, state, &[])
    }
}

/// A loss as a float, rounded once.
pub(super) fn real(loss: u32) -> f32 {
    loss as f32 / (1u32 << LOSS_POINT) as f32
}
