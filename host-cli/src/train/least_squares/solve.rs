//! Runs a least squares fit on the host.

use downhill::least_squares::{
    AnyEstimator, AnySettings, Robust, Rows, SolveError, Termination, Uncertainty,
};
use downhill::loss::AnyLoss;
use downhill::model::{AnyModel, Model};
use downhill::random::Random;
use downhill::{Fault, Fingerprint, Real, Recipe};

use crate::data::columns::TargetKind;
use crate::data::samples::Sigma;
use crate::evaluate::measure::{self, RowFault};
use crate::evaluate::metrics::{Keep, Reading, Results};
use crate::model::covariance::{Covariance, Interval};
use crate::model::estimate::{Estimate, Named};
use crate::model::records::BothMetrics;
use crate::model::trainer::{HostTrainer, build};
use crate::options::spec::{OptimizerSpec, SolverSpec};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::number;
use crate::support::interrupt;
use crate::train::least_squares::cause::{self, Cause};
use crate::train::least_squares::chunk::Chunk;
use crate::train::least_squares::dependent;
use crate::train::least_squares::domain;
use crate::train::least_squares::exact;
use crate::train::least_squares::file_units;
use crate::train::least_squares::fitting::{self, Fitting};
use crate::train::least_squares::goodness::Goodness;
use crate::train::least_squares::jump;
use crate::train::least_squares::problem::Problem;
use crate::train::test_file;

/// A problem that was solved.
#[derive(Debug)]
pub(crate) struct Solved<T: Real> {
    /// Reason of the solver's end; `None` where it ends with the rows.
    pub(crate) termination: Option<Termination>,
    /// True where Ctrl-C ended it before it was done.
    pub(crate) interrupted: bool,
    /// Whole passes over the rows.
    pub(crate) passes: u64,
    /// Passes over the rows, or rows learned from.
    pub(crate) steps: u64,
    /// Rows that count.
    pub(crate) counted: u32,
    /// Directions that the rows determine, or else parameters.
    free: u32,
    /// The parameters by name, of the file's numbers.
    pub(crate) parameters: Named<Estimate>,
    /// The standard errors of the parameters that the model has.
    pub(crate) standard_errors: Vec<Option<f64>>,
    /// Their correlations, row by row.
    pub(crate) correlation: Vec<Vec<Option<f64>>>,
    /// The covariance of the parameters that the model has; `None` where nobody can tell.
    pub(crate) covariance: Option<Covariance>,
    /// How good the fit is, beside models of another number of parameters.
    pub(crate) goodness: Goodness,
    /// Objective that was minimized.
    pub(crate) objective: f64,
    /// The weighted sum of squared residuals.
    pub(crate) squares: f64,
    /// The residual standard deviation.
    pub(crate) deviation: Option<f64>,
    /// Fingerprint of the solver as it ended.
    pub(crate) fingerprint: Fingerprint,
    /// The model with these parameters, as one that predicts and can go on learning.
    pub(crate) recipe: Recipe<T>,
    pub(crate) trainer: HostTrainer<T>,
    pub(crate) metrics: BothMetrics,
    /// Number of test rows.
    pub(crate) test_rows: usize,
    /// On the training and validation rows.
    pub(crate) results: [Results; 2],
}

/// Solves a problem.
pub(crate) fn run<T: Real>(problem: &Problem<T>) -> Outcome<Solved<T>> {
    if matches!(
        problem.solver,
        SolverSpec::Lm { .. } | SolverSpec::GaussNewton { .. }
    ) {
        problem.has_enough_rows()?;
    }
    let mut words = vec![T::ZERO; fitting::words(problem)];
    let refuse = |error| refused(problem, error);
    let start: Vec<T> = starts(problem).into_iter().map(|own| own.1).collect();
    let mut fit = Fitting::new(problem, &start, &mut words).map_err(refuse)?;
    let (mut passes, mut chunk) = (0, Chunk::new(problem));
    let interrupted = loop {
        let done = match fit.replays() {
            true => fit.termination().is_some(),
            false => passes == u64::from(problem.epochs),
        };
        if done || !each_row(problem, &mut fit, &mut chunk)? {
            break !done;
        }
        fit.advance().map_err(refuse)?;
        passes += 1;
    };
    let solver = fit.solved();
    let counted = solver.map_or_else(|| rows_that_count(problem), |solver| solver.1);
    let squares = match (solver, problem.loss.robust::<T>()) {
        (Some((_, _, cost)), Some(Robust::Squared)) => cost.to_f64(),
        _ => squares(problem, fit.parameters()),
    };
    let free = solver.map_or(problem.names.len() as u32, |solver| solver.0.rank());
    let freedom = counted.saturating_sub(free);
    let (objective, deviation) = match solver {
        Some((sure, _, cost)) => {
            let deviation = sure.residual_deviation();
            (cost.to_f64(), deviation.map(T::to_f64))
        }
        None => (
            squares,
            (freedom > 0).then(|| (squares / f64::from(freedom)).sqrt()),
        ),
    };
    let (recipe, trainer) = trainer(problem, &fit)?;
    let sure = solver.map(|solver| solver.0);
    let mut parameters = estimates_of(problem, fit.parameters(), sure);
    let mut correlation = correlation(sure, problem.names.len());
    let covariance = sure.and_then(|sure| covariance(problem, sure, freedom));
    let standard_errors = parameters.0.iter().map(|one| one.1.standard_error);
    let standard_errors = standard_errors.collect();
    let (model, origins) = (&problem.estimation.model, &problem.data.origins);
    file_units::convert(model, origins, &mut parameters, &mut correlation);
    let mut solved = Solved {
        termination: fit
            .termination()
            .map(|end| exact::settled(problem, end, squares)),
        interrupted,
        passes,
        steps: fit.steps(),
        counted,
        free,
        parameters,
        standard_errors,
        correlation,
        covariance,
        goodness: Goodness::default(),
        objective,
        squares,
        deviation,
        fingerprint: fit.fingerprint(),
        recipe,
        trainer,
        metrics: BothMetrics::default(),
        test_rows: 0,
        results: [(); 2].map(|()| Results::new(Reading::Amounts(1), Keep::Every)),
    };
    if sure.is_some() {
        solved.goodness = Goodness::of(problem, solved.squares, counted, free);
    }
    solved.measure(problem)?;
    Ok(solved)
}

/// Hands every row to the estimator once; `false` where Ctrl-C asked to end before, which counts
/// once there is a model.
fn each_row<T: Real>(
    problem: &Problem<T>,
    fit: &mut Fitting<'_, T>,
    chunk: &mut Chunk<T>,
) -> Outcome<bool> {
    let mut asked = false;
    let mut failed: Option<(usize, Fault)> = None;
    chunk.each(problem, |first, rows| {
        asked |= fit.steps() > 0 && interrupt::asked();
        if failed.is_none()
            && !asked
            && let Err((row, fault)) = fit.add_rows(problem, first, rows)
        {
            failed = Some((first + row, fault));
        }
    });
    match failed {
        None => Ok(!asked),
        Some((row, fault)) => Err(Failure::Fit(format!(
            "the fit failed at {}: {fault}; give the columns in units that keep their squares \
             within {}",
            place(problem, row),
            range::<T>()
        ))),
    }
}

/// File and line of a training row.
fn place<T: Real>(problem: &Problem<T>, row: usize) -> String {
    match problem.data.split.train.get(row) {
        Some(&row) => format!(
            "{}",
            problem
                .data
                .files
                .place(problem.data.samples.sample(row as usize).line)
        ),
        None => problem.data.name(),
    }
}

/// Reason for which a solver could not start, in terms of the file and the options.
pub(crate) fn refused<T: Real>(problem: &Problem<T>, error: SolveError) -> Failure {
    let name = |parameter: u16| match problem.names.get(usize::from(parameter)) {
        Some(name) => format!("`{name}`"),
        None => format!("parameter {parameter}"),
    };
    match error {
        SolveError::Row { row } => Failure::Fit(format!(
            "the fit failed: at {}, {}",
            place(problem, row as usize),
            too_large(problem, row as usize)
        )),
        SolveError::Overflow => Failure::Fit(format!(
            "the fit failed: {}: the sum of the squares at the start is beyond {}; {}",
            problem.data.name(),
            range::<T>(),
            match &problem.data.weighting.column {
                Some(column) => format!(
                    "divide the weights in `{column}` by a constant, which changes no parameter"
                ),
                None => "give the columns in units that make their numbers smaller".into(),
            }
        )),
        SolveError::Rows { need, got } => problem.too_few(got, need),
        SolveError::Start { parameter } => Failure::Usage(format!(
            "the start of {} is not finite in this precision; try `--precision f64`",
            name(parameter)
        )),
        SolveError::Bounds { parameter } => Failure::Usage(format!(
            "the bounds of {} are not in order",
            name(parameter)
        )),
        other => Failure::Usage(format!("this fit is impossible: {other}")),
    }
}

/// The numbers of a precision, and what to do beyond them.
fn range<T: Real>() -> &'static str {
    match T::WORDS {
        1 => "the numbers of `f32`, or use `--precision f64`",
        _ => "the numbers of `f64`",
    }
}

/// Part of a row that is infinite at the start, and what to do.
fn too_large<T: Real>(problem: &Problem<T>, row: usize) -> String {
    let at_start = "the prediction or its derivative has no finite value at the start; start \
                    elsewhere with `--start`, or scale the columns so that no power or \
                    exponential overflows";
    let Some(&row) = problem.data.split.train.get(row) else {
        return at_start.into();
    };
    let sample = problem.data.samples.sample(row as usize);
    let &[target] = sample.target else {
        return at_start.into();
    };
    let model = &problem.estimation.model;
    let start: Vec<T> = starts(problem)
        .into_iter()
        .map(|(_, begun)| begun)
        .collect();
    if let AnyModel::Formula(program) = model {
        let names = (&problem.data.features[..], &problem.names[..]);
        if let Some(fault) = domain::fault(program, names, &start, sample.features) {
            return fault;
        }
    }
    let (mut tape, mut output) = (vec![T::ZERO; model.sizes().tape], [T::ZERO]);
    model.forward(&start, sample.features, &mut tape, &mut output);
    let (residual, weight) = (target - output[0], sample.weight);
    let of_scale = |scale: T| residual / scale * (residual / scale);
    match problem.estimation.settings {
        _ if !residual.is_finite() => at_start.into(),
        AnySettings::LeastSquares(settings) => match settings.loss {
            Robust::Cauchy(scale) if !of_scale(scale).is_finite() => format!(
                "the residual is too many times the scale of `{}`; choose a scale nearer to the \
                 residuals",
                problem.loss
            ),
            Robust::Squared if !(residual * residual).is_finite() => format!(
                "the square of the residual at the start is infinite; give the target in units \
                 that keep it within {}",
                range::<T>()
            ),
            _ if weight > T::ONE && (residual * residual).is_finite() => {
                match &problem.data.weighting.column {
                    Some(column) if !(weight * residual * residual).is_finite() => format!(
                        "the weight in `{column}` times the square of the residual is infinite; divide \
                     all weights by a constant, which changes no parameter"
                    ),
                    _ => at_start.into(),
                }
            }
            _ => at_start.into(),
        },
        _ => at_start.into(),
    }
}

/// Start that each parameter was given, and the one it begins at: inside its bounds.
pub(crate) fn starts<T: Real>(problem: &Problem<T>) -> Vec<(T, T)> {
    let estimation = &problem.estimation;
    let mut told = vec![T::ZERO; problem.names.len()];
    let random = &mut Random::seed(estimation.seed);
    estimation.model.initialize(random, &mut told);
    let begun = |(at, &told): (usize, &T)| match problem.bound(at) {
        Some(bound) => (told, told.larger(bound.low).smaller(bound.high)),
        None => (told, told),
    };
    told.iter().enumerate().map(begun).collect()
}

/// The parameters by name, each with its standard error.
pub(crate) fn estimates<T: Real>(
    problem: &Problem<T>,
    fit: &AnyEstimator<'_, T>,
) -> Named<Estimate> {
    let sure = fit.solver().map(|solver| solver.uncertainty());
    estimates_of(problem, fit.parameters(), sure)
}

fn estimates_of<T: Real>(
    problem: &Problem<T>,
    parameters: &[T],
    sure: Option<Uncertainty<'_, T>>,
) -> Named<Estimate> {
    let is_absolute = problem.data.weighting.sigma == Some(Sigma::Absolute);
    let error = |at| match is_absolute {
        true => length(&root(sure?, at)?),
        false => sure?.standard_error(at).map(T::to_f64),
    };
    let named = problem.names.iter().zip(parameters).zip(starts(problem));
    let named = named.enumerate().map(|(at, ((name, value), (_, begun)))| {
        let estimate = Estimate {
            value: value.to_f64(),
            standard_error: error(at),
            start: begun.to_f64(),
        };
        (name.clone(), estimate)
    });
    Named(named.collect())
}

/// Row of a parameter in a root of (JᵀWJ)⁻¹; `None` where it has no standard error.
fn root<T: Real>(sure: Uncertainty<'_, T>, parameter: usize) -> Option<Vec<f64>> {
    let row = sure.root(parameter)?.map(T::to_f64).collect::<Vec<_>>();
    row.iter().all(|x| x.is_finite()).then_some(row)
}

fn length(row: &[f64]) -> Option<f64> {
    Some(row.iter().map(|x| x * x).sum::<f64>().sqrt())
}

/// The covariance of the parameters, as far as there is one.
fn covariance<T: Real>(
    problem: &Problem<T>,
    sure: Uncertainty<'_, T>,
    freedom: u32,
) -> Option<Covariance> {
    let (noise, degrees_of_freedom) = match problem.data.weighting.sigma {
        Some(Sigma::Absolute) => (1.0, None),
        _ => (sure.residual_deviation()?.to_f64(), Some(freedom)),
    };
    let row = |at| {
        let mut row = root(sure, at).unwrap_or_default();
        row.iter_mut().for_each(|own| *own *= noise);
        row
    };
    Some(Covariance {
        root: (0..problem.names.len()).map(row).collect(),
        noise,
        degrees_of_freedom,
    })
}

fn correlation<T: Real>(sure: Option<Uncertainty<'_, T>>, count: usize) -> Vec<Vec<Option<f64>>> {
    let Some(sure) = sure else {
        return Vec::new();
    };
    let row = |a| {
        (0..count)
            .map(|b| sure.correlation(a, b).map(T::to_f64))
            .collect()
    };
    (0..count).map(row).collect()
}

fn rows_that_count<T: Real>(mut problem: &Problem<T>) -> u32 {
    let mut count = 0;
    problem.replay(&mut |_, _, weight| count += u32::from(weight > T::ZERO));
    count
}

/// Σ w (target − prediction)².
fn squares<T: Real>(mut problem: &Problem<T>, parameters: &[T]) -> f64 {
    let model = &problem.estimation.model;
    let mut tape = vec![T::ZERO; model.sizes().tape];
    let mut sum = 0.0;
    problem.replay(&mut |features, target, weight| {
        let mut output = [T::ZERO];
        model.forward(parameters, features, &mut tape, &mut output);
        let residual = target.to_f64() - output[0].to_f64();
        sum += weight.to_f64() * residual * residual;
    });
    sum
}

/// A trainer that stands where the solver ended.
fn trainer<T: Real>(
    problem: &Problem<T>,
    fit: &Fitting<'_, T>,
) -> Outcome<(Recipe<T>, HostTrainer<T>)> {
    let optimizer = OptimizerSpec::default();
    let loss: AnyLoss<T> = problem.loss.build();
    let recipe = Recipe::new(
        problem.estimation.model,
        loss,
        optimizer.build(optimizer.default_rate()),
    )
    .seed(problem.estimation.seed);
    let impossible = |fault: Fault| Failure::Fit(format!("the fit failed: {fault}"));
    let mut trainer = build(&recipe).map_err(impossible)?;
    let mut state = trainer.state().to_vec();
    for (word, &parameter) in state.iter_mut().zip(fit.parameters()) {
        *word = parameter;
    }
    trainer.restore(&state, fit.steps()).map_err(impossible)?;
    Ok((recipe, trainer))
}

impl<T: Real> Solved<T> {
    /// The covariance of two parameters of the file's numbers.
    pub(crate) fn covariance_of(&self, first: usize, second: usize) -> Option<f64> {
        let error = |at: usize| self.parameters.0.get(at)?.1.standard_error;
        let correlation = (*self.correlation.get(first)?.get(second)?)?;
        Some(error(first)? * correlation * error(second)?)
    }

    /// The standard error of what depends on the parameters with this gradient.
    pub(crate) fn error_along(&self, gradient: &[f64]) -> Option<f64> {
        if let AnyModel::Formula(_) = self.recipe.model {
            return self.covariance.as_ref()?.error_along(gradient);
        }
        let used = || gradient.iter().enumerate().filter(|own| *own.1 != 0.0);
        let products = used().flat_map(|a| used().map(move |b| (a, b)));
        let terms = products.map(|((a, x), (b, y))| Some(x * self.covariance_of(a, b)? * y));
        let variance = terms.sum::<Option<f64>>()?;
        Some(variance.max(0.0).sqrt())
    }

    /// The confidence interval of a parameter.
    pub(crate) fn interval(&self, estimate: &Estimate, level: f64) -> Option<Interval> {
        let own = self.covariance.as_ref()?;
        Some(own.interval(estimate.value, estimate.standard_error?, level))
    }

    /// Parameters that all rows together determine.
    pub(crate) fn degrees_of_freedom(&self) -> u32 {
        self.counted.saturating_sub(self.free)
    }

    fn measure(&mut self, problem: &Problem<T>) -> Outcome {
        let names = &problem.data.target.names;
        let mut of = |rows: &[u32]| {
            let rows = problem.data.samples.of(rows);
            let results = measure::rows(
                rows,
                TargetKind::Number,
                names,
                Keep::Every,
                &mut self.trainer,
            );
            results.map_err(|RowFault { line, fault }| {
                Failure::Fit(format!(
                    "the fit failed at {}: {fault}; give the columns in units that \
                     keep their squares within {}",
                    problem.data.files.place(line),
                    range::<T>()
                ))
            })
        };
        let results = [
            of(&problem.data.split.train)?,
            of(&problem.data.split.validation)?,
        ];
        let test = match &problem.test_file {
            None => of(&problem.data.split.test)?,
            Some(file) => {
                let of = (&problem.data, TargetKind::Number);
                test_file::measure(file, of, &mut self.trainer, Keep::Ranked)?
            }
        };
        self.test_rows = test.rows;
        let [train, validation] = results.each_ref().map(Results::metrics);
        self.metrics = BothMetrics {
            train,
            validation,
            test: test.metrics(),
        };
        self.results = results;
        Ok(())
    }

    /// Message of a fit that did not converge.
    pub(crate) fn failure(&self, problem: &Problem<T>) -> Option<Failure> {
        let end = self.termination.filter(|end| !end.is_converged())?;
        let start = match &problem.estimation.model {
            _ if problem.loss.is_flat() => {
                "the number behind `--loss` is far below the errors, and their slopes next to \
                 nothing: choose one in the size of those that are to count in full"
            }
            AnyModel::Formula(_) => elsewhere(problem),
            _ => "choose other features",
        };
        Some(Failure::Fit(match end.parameter() {
            Some(at) => self.undetermined(problem, at),
            None if end == Termination::Underflow => format!(
                "the fit failed: {end}: give the target in units that make its numbers larger{}",
                match T::WORDS {
                    1 => ", or use `--precision f64`",
                    _ => "",
                }
            ),
            None => format!(
                "the fit has not converged ({end}); {}",
                match cause::of(problem) {
                    Some(Cause::Constant(cause) | Cause::Far(cause)) => cause,
                    None => start.into(),
                }
            ),
        }))
    }
}

impl<T: Real> Solved<T> {
    /// The parameters that the model has.
    fn values(&self) -> Vec<T> {
        self.trainer.parameters().to_vec()
    }

    /// Message of a fit that leaves a parameter open.
    fn undetermined(&self, problem: &Problem<T>, at: usize) -> String {
        let is_formula = matches!(problem.estimation.model, AnyModel::Formula(_));
        let Some((name, estimate)) = self.parameters.0.get(at) else {
            return "the fit is singular".into();
        };
        let value = estimate.value;
        if let Some(Cause::Constant(cause)) = cause::of(problem) {
            return format!(
                "the fit is singular: `{name}` is not identifiable from this data, where {cause}; take \
                 the column out of the formula, or hold `{name}` with `--fix`"
            );
        }
        if let Some(target) = cause::constant_target(problem) {
            return format!(
                "the fit is singular: {target}, which determines no more than a constant, and \
                 `{name}` is not identifiable; fit a target that changes"
            );
        }
        if let Some(told) = dependent::of(problem) {
            return told;
        }
        if jump::is_one(problem, &self.values(), at) {
            return format!(
                "the fit is singular: `{name}` only decides on which side of a condition a row is, so \
                 that no slope tells where it belongs, and it has no error; the others are fitted, \
                 and to keep it where it is use `--fix {name}={value}`"
            );
        }
        let mut text = match estimate.standard_error {
            Some(error) if is_formula => format!(
                "the fit has learned nothing of `{name}`: near {value}, where it stopped, no \
                 prediction depends on it (standard error {}); {}, or hold it with `--bounds`",
                number(Some(error)),
                elsewhere(problem)
            ),
            _ => format!(
                "the fit is singular: `{name}` is not identifiable from this data; take it out of \
                 the model, or hold it with `--bounds`{}",
                match is_formula {
                    true => format!(", or {}", elsewhere(problem)),
                    false => String::new(),
                }
            ),
        };
        for (at, (name, estimate)) in self.parameters.0.iter().enumerate() {
            if problem.is_at_bound(at, estimate.value) {
                text += &format!(
                    "; `{name}` is at its bound {}, which may be why",
                    estimate.value
                );
            }
        }
        if let Some(Cause::Far(cause)) = cause::of(problem) {
            text += &format!("; {cause}");
        }
        text
    }
}

/// Advice of another start for a formula.
fn elsewhere<T: Real>(problem: &Problem<T>) -> &'static str {
    match problem.found {
        _ if problem.is_calibration => {
            "see whether these are the columns of the sensor and of what is true (`--sensor`, \
             `--reference`), and whether another shape suits the rows better"
        }
        None => "start elsewhere (`--start`; without it, starts are searched)",
        Some(_) if problem.keeps_starts() => {
            "leave out `--start`, whose values the search keeps as they are"
        }
        Some(_) => "start elsewhere (`--start`), or search longer (`--restarts 50`)",
    }
}

/// One word for why a solver ended.
pub(crate) fn word(end: Termination) -> &'static str {
    match end {
        Termination::Gradient => "gradient",
        Termination::Step => "step",
        Termination::Residual => "residual",
        Termination::Singular { .. } => "singular",
        Termination::Passes => "passes",
        Termination::Underflow => "underflow",
        _ => "stalled",
    }
}
