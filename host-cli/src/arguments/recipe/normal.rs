//! Options of a fit of what is normal.

use downhill::rules::ScalingMethod;

use super::RecipeArguments;
use super::resolve::ANOMALY_SHARE;
use crate::options::NormalOptions;
use crate::options::spec::{AnyModelSpec, NormalSpec, RateSpec, VotesSpec};
use crate::support::failure::{Failure, Outcome};

/// Windows that must be above the threshold for an alarm, unless told.
const VOTES: VotesSpec = VotesSpec([5, 8]);
/// Windows behind an alarm that raise none, unless told.
const COOL_DOWN: u32 = 64;
/// Every fifth row, or recording, is for validation unless told.
const VALIDATION_EVERY: usize = 5;

impl RecipeArguments {
    /// Options of a fit of what is normal; `None` where another model is asked for.
    ///
    /// # Errors
    /// [`Failure::Usage`] where options contradict each other.
    pub(crate) fn normal(&self) -> Outcome<Option<NormalOptions>> {
        let Some(model) = self.model.and_then(AnyModelSpec::normal) else {
            return Ok(None);
        };
        self.refuse_others(model)?;
        if self.target.is_none() && !self.normal.is_empty() {
            return Err(Failure::Usage(
                "`--normal` names labels of a target: name its column with `--target`, or leave \
                 `--normal` out where all rows are normal"
                    .into(),
            ));
        }
        if self.target.is_some() && self.normal.is_empty() {
            return Err(Failure::Usage(
                "with `--target`, `--normal` says which of its labels are normal, such as `--normal \
                 ok`; where all rows are normal, leave `--target` out"
                    .into(),
            ));
        }
        let rate = match self.lr {
            Some(RateSpec::Is(rate)) => Some(rate),
            Some(RateSpec::Auto) => {
                return Err(Failure::Usage(
                    "`--lr auto` does not go with `--model normal:…`; give a number".into(),
                ));
            }
            Some(RateSpec::Usual) | None => None,
        };
        Ok(Some(NormalOptions {
            model,
            table: self.fit_options(VALIDATION_EVERY)?,
            labels: self.normal.clone(),
            share: self.anomaly_share.unwrap_or(ANOMALY_SHARE),
            votes: self.votes.unwrap_or(VOTES).0,
            cool_down: self.cool_down.unwrap_or(COOL_DOWN),
            epochs: self.epochs,
            rate,
            shuffle: !self.no_shuffle,
        }))
    }

    /// Refuses what is for models of what is normal, where it is not for a fit of one.
    pub(super) fn refuse_normal(&self) -> Outcome {
        if let Some(model) = self.model.and_then(AnyModelSpec::normal) {
            return Err(Failure::Usage(format!(
                "`--model {model}` is for `downhill fit` and `crosscheck` in f32; leave out what asks for \
                 another way, or choose another model"
            )));
        }
        let given = [
            ("--normal", !self.normal.is_empty()),
            ("--votes", self.votes.is_some()),
            ("--cool-down", self.cool_down.is_some()),
        ];
        match given.iter().find(|own| own.1) {
            Some((option, _)) => Err(Failure::Usage(format!(
                "`{option}` is for a model of what is normal: give `--model normal:mahalanobis`, or \
                 leave it out"
            ))),
            None => Ok(()),
        }
    }

    /// Refuses what a model of what is normal has not.
    fn refuse_others(&self, model: NormalSpec) -> Outcome {
        let is_trained = matches!(model, NormalSpec::Autoencoder(_));
        let given = [
            ("--loss", self.loss.is_some()),
            ("--optimizer", self.optimizer.is_some()),
            ("--solver", self.solver.is_some()),
            ("--start", !self.start.is_empty()),
            ("--fix", !self.fix.is_empty()),
            ("--bounds", !self.bounds.is_empty()),
            ("--bound", !self.bound.is_empty()),
            ("--sigma", self.sigma.is_some()),
            ("--weight", self.weight.is_some()),
            ("--class-weight", self.class_weight.is_some()),
            ("--positive", self.positive.is_some()),
            ("--cost", self.cost.is_some()),
            ("--threshold", self.threshold.is_some()),
            ("--schedule", self.schedule.is_some()),
            ("--warmup", self.warmup > 0),
            ("--patience", self.patience.is_some()),
            ("--batch", self.batch.is_some()),
            ("--l1", self.l1 > 0.0),
            ("--l2", self.l2.is_some()),
            ("--weight-decay", self.weight_decay > 0.0),
            ("--clip-norm", self.clip_norm.is_some()),
            ("--clip-value", self.clip_value.is_some()),
            ("--freeze", self.freeze > 0),
            (
                "--scaler",
                self.scaler
                    .is_some_and(|scaler| scaler.0 != ScalingMethod::Standard),
            ),
            ("--scaler-on-device", self.scaler_on_device.is_some()),
            ("--scaler-from", self.scaler_from.is_some()),
            ("--recover", self.recover),
            ("--drift", self.drift.is_some()),
            ("--replay", self.replay.is_some()),
            ("--test", self.test.is_some()),
            ("--horizon", self.horizon > 0),
            ("--epochs", self.epochs.is_some() && !is_trained),
            ("--lr", self.lr.is_some() && !is_trained),
        ];
        match given.iter().find(|own| own.1) {
            Some((option, _)) => Err(Failure::Usage(format!(
                "`{option}` does not go with `--model {model}`; leave it out"
            ))),
            None => Ok(()),
        }
    }
}
