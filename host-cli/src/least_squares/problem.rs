//! From arguments and a file to a least squares problem: what `fit` and `crosscheck` share.

use downhill::Real;
use downhill::health::Health;
use downhill::least_squares::{Estimation, Robust, Rows, Termination};
use downhill::model::{AnyModel, Model};
use downhill::rules::{Bound, Method};
use downhill_tables::{CsvFile, Dialect, HEAD_ROWS};

use crate::arguments::{HOLD_AT_MOST, RecipeArguments};
use crate::columns::{self, LeftOut, Target, TargetKind};
use crate::encode::Encoder;
use crate::failure::{Failure, Outcome};
use crate::features::Feature;
use crate::formula::{self, Formula};
use crate::parameters;
use crate::samples::{Samples, Split, Weighting};
use crate::spec::{LossSpec, ModelSpec, SolverSpec};

/// A least squares problem, ready to be solved.
#[derive(Debug)]
pub(crate) struct Problem<T> {
    /// The file's name, as it was given.
    pub(crate) data: String,
    /// The features' names, in the model's order.
    pub(crate) features: Vec<String>,
    /// What the features are made of; nothing where each is a column as it stands.
    pub(crate) encoding: Vec<Feature>,
    /// How the file was read.
    pub(crate) dialect: Dialect,
    /// What is predicted.
    pub(crate) target: Target,
    /// The model, where it is a formula.
    pub(crate) formula: Option<Formula>,
    /// What the model is called.
    pub(crate) model_name: ModelSpec,
    /// What is minimized.
    pub(crate) loss: LossSpec,
    /// How.
    pub(crate) solver: SolverSpec,
    /// The parameters' names, in the model's order.
    pub(crate) names: Vec<String>,
    /// How much each row counts.
    pub(crate) weighting: Weighting,
    /// Columns that are not used.
    pub(crate) left_out: Vec<LeftOut>,
    /// The rows.
    pub(crate) samples: Samples<T>,
    /// Training and validation rows among them.
    pub(crate) split: Split,
    /// The core's description of the fit.
    pub(crate) estimation: Estimation<T>,
    /// How often the rows are gone through where each is learned from at once.
    pub(crate) epochs: u32,
}

impl<T: Real> Problem<T> {
    /// Reads the file and settles every choice.
    pub(crate) fn new(arguments: &RecipeArguments, solver: SolverSpec) -> Outcome<Self> {
        check_options(arguments, solver)?;
        let loss = arguments.loss.unwrap_or(LossSpec::usual("squared"));
        loss.holds_in::<T>().map_err(Failure::Usage)?;
        solver.holds_in::<T>().map_err(Failure::Usage)?;
        let target = arguments.target().ok_or_else(columns::no_target)?;
        let robust = robust(loss, solver)?;
        let opened = CsvFile::open(&arguments.data, &arguments.table.reading(&[]))?;
        let table = opened.table(HEAD_ROWS)?;
        let targets = columns::targets(&table, target);
        let [target] = &targets[..] else {
            return Err(Failure::Usage(
                "least squares fit one target: name one column with `--target COL`".into(),
            ));
        };
        let formula = Formula::of(arguments, &table)?;
        let weight = arguments.weight.as_deref();
        let choice = columns::choose(
            &table,
            &targets,
            weight,
            &arguments.features,
            formula.as_ref(),
        )?;
        let mut samples: Samples<T> =
            Encoder::new(&opened, &choice, arguments.missing).hold(&opened)?;
        if samples.len() == 0 {
            return Err(samples.none_left(&table.path));
        }
        if let (Some(formula), &[target]) = (&formula, &choice.targets[..]) {
            samples.take_left_side(
                &table.path,
                &table.columns[target].name,
                &formula.program()?,
            )?;
        }
        let features = choice.names();
        let width = u16::try_from(features.len()).map_err(|_| {
            Failure::Input("there are too many features; choose some with `--features`".into())
        })?;
        let model_name = arguments.model.unwrap_or(ModelSpec::usual("linear"));
        let model = formula::model::<T>(formula.as_ref(), model_name, width, 1)?;
        let names = names(&model, &features, formula.as_ref());
        let estimation = Estimation {
            model,
            settings: solver.build(robust),
            bounds: bounds(arguments, &names)?,
            seed: arguments.seed,
        };
        Ok(Self {
            data: arguments.data.display().to_string(),
            features,
            target: Target {
                names: vec![target.clone()],
                kind: TargetKind::Number,
            },
            formula,
            model_name,
            loss,
            solver,
            names,
            weighting: Weighting {
                column: arguments.weight.clone(),
                ..Weighting::default()
            },
            encoding: choice.encoding(),
            dialect: table.dialect,
            left_out: choice.left_out,
            split: Split::every(samples.len(), arguments.validation_every()),
            samples,
            estimation,
            epochs: arguments.epochs.unwrap_or(1),
        })
    }

    /// The bound of a parameter: of several, the later one counts.
    pub(crate) fn bound(&self, at: usize) -> Option<Bound<T>> {
        let bounds = self.estimation.bounds.iter().flatten();
        let mut its = bounds.filter(|bound| (bound.first..=bound.last).contains(&(at as u32)));
        its.next_back().copied()
    }

    /// Why the solver ended, with the parameter's name where it is about one.
    pub(crate) fn ended(&self, end: Termination) -> String {
        let tolerance = match self.solver {
            SolverSpec::Lm { tolerance } | SolverSpec::GaussNewton { tolerance } => tolerance,
            _ => 0.0,
        };
        match (end, end.parameter().and_then(|at| self.names.get(at))) {
            (_, Some(name)) => format!("`{name}` cannot be told from the others by these rows"),
            (Termination::Gradient, _) if tolerance > 0.0 => format!(
                "converged: what is left to gain is within `--solver {}` of the standard errors",
                self.solver
            ),
            _ => end.to_string(),
        }
    }

    /// How many rows went where.
    pub(crate) fn rows(&self) -> crate::plan::Rows {
        crate::plan::Rows {
            used: self.samples.len(),
            dropped: self.samples.dropped,
            filled: self.samples.filled,
            train: self.split.train.len(),
            validation: self.split.validation.len(),
        }
    }
}

/// The training rows, in the file's order.
impl<T: Real> Rows<T> for &Problem<T> {
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T)) {
        for sample in self.samples.of(&self.split.train) {
            if let &[target] = sample.target {
                visit(sample.features, target, sample.weight);
            }
        }
    }
}

/// Refuses what only goes with a gradient.
fn check_options(arguments: &RecipeArguments, solver: SolverSpec) -> Outcome {
    let given = [
        ("--lr", arguments.lr.is_some()),
        ("--schedule", arguments.schedule.is_some()),
        ("--warmup", arguments.warmup > 0),
        ("--patience", arguments.patience.is_some()),
        ("--batch", arguments.batch.is_some()),
        ("--l1", arguments.l1 > 0.0),
        ("--l2", arguments.l2 > 0.0),
        ("--weight-decay", arguments.weight_decay > 0.0),
        ("--clip-norm", arguments.clip_norm.is_some()),
        ("--clip-value", arguments.clip_value.is_some()),
        ("--freeze", arguments.freeze > 0),
        ("--bound", !arguments.bound.is_empty()),
        ("--scaler", arguments.scaler() != Method::None),
        ("--scaler-on-device", arguments.scaler_on_device.is_some()),
        ("--class-weight", arguments.class_weight.is_some()),
        ("--cost", arguments.cost.is_some()),
        ("--threshold", arguments.threshold.is_some()),
        ("--replay", arguments.replay.is_some()),
        ("--recover", arguments.recover),
        ("--drift", arguments.drift.is_some()),
        ("--health", ![0, Health::USUAL].contains(&arguments.health)),
        ("--scaler-from", arguments.scaler_from.is_some()),
        ("--hold-at-most", arguments.hold_at_most != HOLD_AT_MOST),
        ("--anomaly-share", arguments.anomaly_share.is_some()),
        ("--epochs", arguments.epochs.is_some() && solver.replays()),
    ];
    if let Some((option, _)) = given.into_iter().find(|(_, given)| *given) {
        return Err(Failure::Usage(format!(
            "`{option}` does not go with least squares (`--solver {solver}`): leave it out, or \
             follow a gradient with `--optimizer adam`"
        )));
    }
    let model = arguments.model.unwrap_or(ModelSpec::usual("linear"));
    if model.is_of_itself() || model.is_classifier() == Some(true) {
        return Err(Failure::Usage(format!(
            "`--model {model}` does not go with `--solver {solver}`: least squares fit an amount, \
             by `linear`, `polynomial`, `mlp` or a formula"
        )));
    }
    if arguments.weight.is_some() && !solver.replays() {
        return Err(Failure::Usage(format!(
            "`--weight` does not go with `--solver {solver}`, to which all rows count alike; use \
             `--solver lm`"
        )));
    }
    if !arguments.bounds.is_empty() && !solver.replays() {
        return Err(Failure::Usage(format!(
            "`--bounds` does not go with `--solver {solver}`; use `--solver lm`"
        )));
    }
    Ok(())
}

fn robust<T: Real>(loss: LossSpec, solver: SolverSpec) -> Outcome<Robust<T>> {
    match loss.robust() {
        Some(robust) if solver.replays() || robust == Robust::Squared => Ok(robust),
        Some(_) => Err(Failure::Usage(format!(
            "`--solver {solver}` minimizes squares; for `--loss {loss}` use `--solver lm`"
        ))),
        None => Err(Failure::Usage(format!(
            "least squares know no `--loss {loss}`: there is `squared`, `huber:SCALE` and \
             `cauchy:SCALE`; or follow a gradient with `--optimizer adam`"
        ))),
    }
}

/// What the parameters are called: as in the formula, or by the feature they multiply.
fn names<T: Real>(
    model: &AnyModel<T>,
    features: &[String],
    formula: Option<&Formula>,
) -> Vec<String> {
    match (formula, model) {
        (Some(formula), _) => formula.parameters.clone(),
        (None, AnyModel::Linear(_)) => parameters::names(features),
        (None, AnyModel::Polynomial(model)) => {
            parameters::names(&parameters::products(features, model.degree().0.into()))
        }
        (None, _) => {
            let count = model.sizes().parameters;
            (0..count).map(|at| format!("p{at}")).collect()
        }
    }
}

fn bounds<T: Real>(
    arguments: &RecipeArguments,
    names: &[String],
) -> Outcome<[Option<Bound<T>>; 8]> {
    if arguments.formula().is_none() && !arguments.start.is_empty() {
        return Err(Failure::Usage(
            "`--start` is for the parameters of a formula; those of other models start by \
             themselves"
                .into(),
        ));
    }
    let named = formula::bounds(names, &arguments.bounds)?;
    let mut bounds = [None; 8];
    let mut places = bounds.iter_mut();
    for (at, (lower, upper)) in named
        .into_iter()
        .enumerate()
        .filter_map(|(at, b)| Some((at, b?)))
    {
        let Some(place) = places.next() else {
            return Err(Failure::Usage("there are at most 8 bounds".into()));
        };
        let within = |x: f64| T::from_f64(x).smaller(T::MAX).larger(-T::MAX);
        *place = Some(Bound {
            first: at as u32,
            last: at as u32,
            low: within(lower.unwrap_or(f64::MIN)),
            high: within(upper.unwrap_or(f64::MAX)),
        });
    }
    Ok(bounds)
}
