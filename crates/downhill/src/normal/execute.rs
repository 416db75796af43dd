//! Detectors driven by the commands of a fit.

use super::Detector;
use super::score::Score;
use crate::fit::Command;
use crate::{Fault, Real, Setting, Step};

impl<M: Score> Detector<M> {
    /// Executes a command of a fit. A sample, without a target and of weight 1, is a window, observed;
    /// one of weight 0 is none. Returns how many windows it has learned from and calibrated on, and,
    /// as a loss, the score of the window, 0 while the model learns; with its sign set where the
    /// window raises an alarm.
    ///
    /// # Errors
    /// Those of the model, [`Fault::Length`] of a target, [`Fault::Weight`] of another weight,
    /// [`Fault::EmptyBatch`] since no batch waits, and [`Fault::Setting`] of what a detector has not:
    /// a scaler of its own, a state without a checkpoint. Nothing has changed then.
    pub fn execute(&mut self, command: Command<'_, M::Real>) -> Result<Step<M::Real>, Fault> {
        let mut loss = M::Real::ZERO;
        match command {
            Command::Sample {
                features,
                target,
                weight,
            } => {
                if !target.is_empty() {
                    let got = target.len() as u32;
                    return Err(Fault::Length { need: 0, got });
                }
                if weight == M::Real::ONE {
                    let seen = self.observe(features)?;
                    loss = seen.score.unwrap_or(loss);
                    if seen.alarm {
                        loss = -loss;
                    }
                } else if weight != M::Real::ZERO {
                    return Err(Fault::Weight);
                }
            }
            Command::ApplyBatch => return Err(Fault::EmptyBatch),
            Command::ReportValidation { loss } if !loss.is_finite() => return Err(Fault::Loss),
            Command::FitScaler { .. } | Command::Restore { .. } => {
                return Err(Fault::Setting(Setting::Detector));
            }
            Command::Restart { .. } => self.forget(),
            Command::FreezeScaler | Command::ReportValidation { .. } | Command::Finish => {}
        }
        Ok(Step {
            number: self.steps(),
            loss,
        })
    }
}
