use super::baseline::times;
use super::thresholds::USEFUL;
use super::{Finding, Severity, Verdict};
use crate::Real;

/// State of a fit at its end, and the verdict on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conclusion<T> {
    /// The loss.
    pub loss: T,
    /// The loss of a constant guess.
    pub baseline: T,
    /// True where the loss was still falling.
    pub falling: bool,
    /// True where it was seen to stand still, at a rate that the schedule had not taken away.
    pub settled: bool,
    /// The mean cosine between a step and the next, if they went to and fro.
    pub oscillation: Option<T>,
    /// The share of errors in units of a constant guess's, of a fit of classes where it is known.
    pub errors: Option<T>,
    /// The learning rate as configured.
    pub learning_rate: T,
    /// Factor that recoveries have reduced it by; 1 without any.
    pub rate_factor: T,
    /// True where it was found too high on the way.
    pub too_high: bool,
    /// The layer whose units look dead, if there is one.
    pub dead: Option<Finding>,
}

impl<T: Real> Conclusion<T> {
    /// The last verdict. A fit whose loss is above a constant guess's has failed.
    pub fn verdict(&self, step: u64) -> Verdict {
        let small = |number: T| number.to_f64() as f32;
        let ratio = times(self.loss, self.baseline);
        let (loss, useless) = (small(self.loss), !(self.loss <= self.baseline));
        let slowed = self.rate_factor < T::ONE;
        let finding = match (self.oscillation, self.errors) {
            (Some(cosine), _) if useless => Finding::Oscillating {
                cosine: small(cosine),
            },
            _ if useless && let Some(dead) = self.dead => dead,
            // What a recovery has come down to is a rate that the fit bears.
            _ if useless && (slowed || self.too_high && self.falling) => {
                let lower = if slowed {
                    self.rate_factor
                } else {
                    T::from_f64(0.1)
                };
                Finding::LearningRateTooHigh {
                    rate: small(self.learning_rate),
                    suggested: small(self.learning_rate * lower),
                }
            }
            _ if self.falling && !slowed && !self.too_high && !(ratio <= USEFUL as f32) => {
                Finding::LearningRateTooLow {
                    rate: small(self.learning_rate),
                    suggested: small(self.learning_rate * T::from_u32(10)),
                }
            }
            _ if useless => Finding::Plateau { ratio },
            (_, Some(errors)) if !(errors < T::ONE) && ratio < USEFUL as f32 => {
                let errors = small(errors);
                Finding::LossMetricMismatch {
                    loss: ratio,
                    errors,
                }
            }
            _ if ratio > USEFUL as f32 => Finding::Underfitting { ratio },
            _ if self.falling || !self.settled => Finding::Converging { loss },
            _ => Finding::Converged { loss },
        };
        let severity = match useless {
            true => Severity::Failure,
            false => Severity::Advice,
        };
        Verdict {
            step,
            severity,
            finding,
        }
    }
}
