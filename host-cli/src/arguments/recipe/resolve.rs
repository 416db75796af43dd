//! Options as they were given, made into those of the fit: defaults filled in, contradictions
//! refused.

use downhill::health::Health;
use downhill::rules::ScalingMethod;
use downhill_tables::is_same;

use super::{HOLD_AT_MOST, RecipeArguments};
use crate::data::role::{RoleRule, Share};
use crate::data::samples::Sigma;
use crate::data::signal::SignalOptions;
use crate::options::spec::{AnyModelSpec, ModelSpec, OptimizerSpec, RateSpec, SolverSpec};
use crate::options::{FitOptions, GradientOptions, Minimizer, SolverOptions, TestFile};
use crate::support::failure::{Failure, Outcome};

/// The share of rows that an autoencoder may take for anomalies, unless told.
pub(super) const ANOMALY_SHARE: f64 = 0.01;

impl RecipeArguments {
    /// These options of a fit in fixed point: the default of floats is none of its optimizers.
    pub(crate) fn in_fixed_point(&self) -> Self {
        let mut own = self.clone();
        if own.solver.is_none() {
            own.optimizer = own.optimizer.or(Some(OptimizerSpec::usual("sgd")));
        }
        own
    }

    /// Options of the fit, and of the way to the least loss.
    ///
    /// # Errors
    /// [`Failure::Usage`] where options contradict each other.
    pub(crate) fn options(&self) -> Outcome<(FitOptions, Minimizer)> {
        self.refuse_normal()?;
        let both = [
            (
                "--solver",
                self.solver.is_some(),
                "--optimizer",
                self.optimizer.is_some(),
            ),
            (
                "--scaler-from",
                self.scaler_from.is_some(),
                "--scaler-on-device",
                self.scaler_on_device.is_some(),
            ),
        ];
        if let Some((one, _, other, _)) = both.into_iter().find(|both| both.1 && both.3) {
            return Err(Failure::Usage(format!(
                "`{one}` and `{other}` exclude each other: leave one out"
            )));
        }
        let (features, split) = match self.is_plain() {
            true => (ScalingMethod::None, 0),
            false => (ScalingMethod::Standard, 5),
        };
        let options = self.fit_options(split)?;
        let scaler = self.scaler.map_or(features, |scaler| scaler.0);
        let minimizer = match self.solver() {
            Some(solver) => Minimizer::LeastSquares(self.least_squares(solver, scaler)?),
            None => Minimizer::Gradient(Box::new(self.gradient(scaler)?)),
        };
        Ok((options, minimizer))
    }

    /// Table, columns and model; without options one row in `validation_every` is a validation row.
    pub(super) fn fit_options(&self, validation_every: usize) -> Outcome<FitOptions> {
        let roles = self.roles(validation_every)?;
        if let Some(test) = &self.test
            && let Some(data) = self.data.iter().find(|data| is_same(data, test))
        {
            return Err(Failure::Usage(format!(
                "`--test {}` holds the rows of {}, which are learned from; give rows that are not, or keep \
                 some apart with `--test-last 0.2`",
                test.display(),
                data.display()
            )));
        }
        Ok(FitOptions {
            data: self.data.clone(),
            reading: self.table.reading(&[]),
            // An empty `--target=` is none.
            target: self.target.clone().filter(|target| !target.is_empty()),
            positive: self.positive.clone(),
            features: self.features.clone(),
            missing: self.missing,
            weight: self.weight.clone().or(self.sigma.clone()),
            sigma: self.sigma.is_some().then_some(match self.sigma_absolute {
                true => Sigma::Absolute,
                false => Sigma::Relative,
            }),
            sigma_x: self.sigma_x.clone(),
            roles,
            test: self.test.as_ref().map(|path| TestFile {
                path: path.clone(),
                reading: self.table.reading(&[]),
            }),
            signal: self.signal()?,
            model: self.trained(),
            loss: self.loss,
            start: self.start.clone(),
            fix: self.fix.clone(),
            searches: self.solver().is_some_and(SolverSpec::replays),
            bounds: self.bounds.clone(),
            seed: self.seed,
        })
    }

    /// The signal stage, if there is one.
    fn signal(&self) -> Outcome<Option<SignalOptions>> {
        let of_signal = [
            ("--recording", self.recording.is_some()),
            ("--time", self.time.is_some()),
            ("--horizon", self.horizon > 0),
        ];
        match (&self.signal, of_signal.iter().find(|option| option.1)) {
            (None, Some((option, _))) => Err(Failure::Usage(format!(
                "`{option}` is of a signal: describe its windows with `--signal 'window=N: mean,std'`"
            ))),
            (None, None) => Ok(None),
            (Some(text), _) => Ok(Some(SignalOptions {
                text: text.clone(),
                recording: self.recording.clone(),
                time: self.time.clone(),
                horizon: self.horizon,
            })),
        }
    }

    /// Rule by which rows are parted; without options one in `usual` is a validation row.
    fn roles(&self, usual: usize) -> Outcome<RoleRule> {
        let share = |every: (&str, Option<usize>), last: (&str, Option<f64>), usual: usize| match (
            every.1, last.1,
        ) {
            (Some(_), Some(_)) => Err(Failure::Usage(format!(
                "`{}` and `{}` exclude each other: leave one out",
                every.0, last.0
            ))),
            (_, Some(share)) => Ok(Share::Last(share)),
            (every, None) => Ok(match every.unwrap_or(usual) {
                0 => Share::None,
                every => Share::Every(every as u64),
            }),
        };
        let of_file = [
            ("--test-every", self.test_every.is_some()),
            ("--test-last", self.test_last.is_some()),
        ];
        if let (true, Some((other, _))) =
            (self.test.is_some(), of_file.iter().find(|option| option.1))
        {
            return Err(Failure::Usage(format!(
                "`--test` and `{other}` exclude each other: leave one out"
            )));
        }
        Ok(RoleRule {
            test: share(
                ("--test-every", self.test_every),
                ("--test-last", self.test_last),
                0,
            )?,
            validation: share(
                ("--validation-every", self.validation_every),
                ("--validation-last", self.validation_last),
                usual,
            )?,
            fold: None,
            group: self.group.clone(),
            given: None,
        })
    }

    /// Returns true where columns are taken as they are: a formula means its numbers, and least
    /// squares need no scaling.
    pub(in crate::arguments) fn is_plain(&self) -> bool {
        self.solver.is_some() || self.formula().is_some()
    }

    /// The model that is trained; `None` where it follows from the target, or is one of what is
    /// normal.
    fn trained(&self) -> Option<ModelSpec> {
        self.model.and_then(AnyModelSpec::trained)
    }

    fn formula(&self) -> Option<&'static str> {
        self.trained().and_then(ModelSpec::formula)
    }

    /// The way to least squares; `None` where a gradient is followed instead.
    fn solver(&self) -> Option<SolverSpec> {
        let implied = self.formula().is_some() && self.optimizer.is_none();
        self.solver.or(implied.then_some(SolverSpec::LM))
    }

    fn gradient(&self, scaler: ScalingMethod) -> Outcome<GradientOptions> {
        let usage = |message: &str| Err(Failure::Usage(message.into()));
        let is_autoencoder = self.trained().is_some_and(ModelSpec::is_of_itself);
        if self.anomaly_share.is_some() && !is_autoencoder {
            return usage(
                "`--anomaly-share` is of the scores of an autoencoder; give it `--model \
                 autoencoder:…`, or leave it out",
            );
        }
        let named = [
            self.start.is_empty(),
            self.bounds.is_empty(),
            self.fix.is_empty(),
        ];
        if self.formula().is_none() && named.contains(&false) {
            return usage("`--start`, `--fix` and `--bounds` are for a formula or `--solver`");
        }
        let health = Health {
            every: self.health,
            recover: self.recover,
            drift: self.drift.map(|drift| drift.0),
        };
        if health.acts() && !health.is_on() {
            return usage(
                "`--recover` and `--drift` need a fit that is watched: give `--health` a number \
                 above 0",
            );
        }
        if self.sigma.is_some() {
            return usage(
                "`--sigma` is of least squares: use `--solver lm`, or name a column of weights \
                 (1 / sigma^2) with `--weight`",
            );
        }
        let optimizer = self.optimizer.unwrap_or_default();
        Ok(GradientOptions {
            optimizer,
            rate: self.lr.unwrap_or(RateSpec::Usual),
            schedule: self.schedule.unwrap_or(optimizer.default_schedule()),
            warmup: self.warmup,
            epochs: self.epochs,
            patience: self.patience,
            batch: self.batch,
            l1: self.l1,
            l2: self.l2,
            weight_decay: self.weight_decay,
            clip_norm: self.clip_norm,
            clip_value: self.clip_value,
            bound: self.bound.clone(),
            freeze: self.freeze,
            scaler,
            scaler_rows: self.scaler_on_device.unwrap_or(0),
            scaler_from: self.scaler_from.clone(),
            standardize_target: !self.no_standardize_target,
            hold_at_most: self.hold_at_most << 20,
            class_weight: self.class_weight.clone(),
            cost: self.cost,
            threshold: self.threshold,
            anomaly_share: self.anomaly_share.unwrap_or(ANOMALY_SHARE),
            health,
            shuffle: !self.no_shuffle,
            replay: self.replay,
        })
    }

    /// Refuses what only goes with a gradient.
    fn least_squares(&self, solver: SolverSpec, scaler: ScalingMethod) -> Outcome<SolverOptions> {
        let given = [
            ("--lr", self.lr.is_some()),
            ("--schedule", self.schedule.is_some()),
            ("--warmup", self.warmup > 0),
            ("--patience", self.patience.is_some()),
            ("--batch", self.batch.is_some()),
            ("--l1", self.l1 > 0.0),
            ("--l2", self.l2.is_some_and(|l2| l2 > 0.0)),
            ("--weight-decay", self.weight_decay > 0.0),
            ("--clip-norm", self.clip_norm.is_some()),
            ("--clip-value", self.clip_value.is_some()),
            ("--freeze", self.freeze > 0),
            ("--bound", !self.bound.is_empty()),
            ("--scaler", scaler != ScalingMethod::None),
            ("--scaler-on-device", self.scaler_on_device.is_some()),
            ("--class-weight", self.class_weight.is_some()),
            ("--cost", self.cost.is_some()),
            ("--positive", self.positive.is_some()),
            ("--threshold", self.threshold.is_some()),
            ("--replay", self.replay.is_some()),
            ("--recover", self.recover),
            ("--drift", self.drift.is_some()),
            (
                "--health",
                ![0, Health::DEFAULT_EVERY].contains(&self.health),
            ),
            ("--scaler-from", self.scaler_from.is_some()),
            ("--hold-at-most", self.hold_at_most != HOLD_AT_MOST),
            ("--anomaly-share", self.anomaly_share.is_some()),
            ("--epochs", self.epochs.is_some() && solver.replays()),
        ];
        if let Some((option, _)) = given.into_iter().find(|(_, given)| *given) {
            return Err(Failure::Usage(format!(
                "`{option}` does not go with least squares (`--solver {solver}`): leave it out, or \
                 follow a gradient with `--optimizer adam`"
            )));
        }
        let model = self.trained().unwrap_or(ModelSpec::usual("linear"));
        if model.is_of_itself() || model.is_classifier() == Some(true) {
            return Err(Failure::Usage(format!(
                "`--model {model}` does not go with `--solver {solver}`: least squares fit an amount, \
                 by `linear`, `polynomial`, `mlp` or a formula"
            )));
        }
        let weighs = [
            ("--weight", self.weight.is_some()),
            ("--sigma", self.sigma.is_some()),
        ];
        if let (false, Some((option, _))) = (solver.replays(), weighs.iter().find(|own| own.1)) {
            return Err(Failure::Usage(format!(
                "`{option}` does not go with `--solver {solver}`, to which all rows count alike; use \
                 `--solver lm`"
            )));
        }
        if !self.bounds.is_empty() && !solver.replays() {
            return Err(Failure::Usage(format!(
                "`--bounds` does not go with `--solver {solver}`; use `--solver lm`"
            )));
        }
        Ok(SolverOptions {
            solver,
            starts: None,
            epochs: self.epochs.unwrap_or(1),
        })
    }
}
