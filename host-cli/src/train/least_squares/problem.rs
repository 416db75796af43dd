//! A least squares problem, from its options and its data.

use downhill::Real;
use downhill::least_squares::{Estimation, Robust, Rows, Termination};
use downhill::model::{AnyModel, Model};
use downhill::rules::{Bound, ScalingMethod};

use crate::data::classes::Asked;
use crate::data::dataset::{Dataset, Hold};
use crate::data::formula::{self, Formula};
use crate::model::parameters;
use crate::options::spec::{LossSpec, ModelSpec, SolverSpec};
use crate::options::{FitOptions, SolverOptions, TestFile};
use crate::support::failure::{Failure, Outcome};
use crate::train::least_squares::domain;
use crate::train::least_squares::orthogonal::Orthogonal;
use crate::train::least_squares::search::{self, Found, Search};
use crate::train::task;

/// A least squares problem, ready to be solved.
#[derive(Debug)]
pub(crate) struct Problem<T> {
    pub(crate) data: Dataset<T>,
    pub(crate) model_name: ModelSpec,
    pub(crate) loss: LossSpec,
    pub(crate) solver: SolverSpec,
    /// Names of the parameters, in the model's order.
    pub(crate) names: Vec<String>,
    /// The core's description of the fit.
    pub(crate) estimation: Estimation<T>,
    /// Bounds beyond those that a recipe holds.
    pub(crate) more_bounds: Vec<Bound<T>>,
    /// Passes over the rows of a solver that learns from each row at once.
    pub(crate) epochs: u32,
    /// Start that was searched.
    pub(crate) found: Option<Found>,
    /// True of a calibration by a shape, whose starts nobody gives.
    pub(crate) is_calibration: bool,
    /// Test rows in a file of their own.
    pub(crate) test_file: Option<TestFile>,
    /// The model of a fit of orthogonal distances.
    pub(super) orthogonal: Option<Orthogonal<T>>,
}

impl<T: Real> Problem<T> {
    /// Reads the file and settles every choice.
    pub(crate) fn new(options: &FitOptions, solver: SolverOptions) -> Outcome<Self> {
        let loss = options.loss.unwrap_or(LossSpec::usual("squared"));
        holds_in::<T>(loss, solver.solver)?;
        let hold = Hold {
            at_most: u64::MAX,
            is_shuffled: false,
        };
        let asked = Asked::amount(format!("`--solver {}`", solver.solver));
        let (data, _) = Dataset::<T>::read(options, hold, ScalingMethod::None, &asked)?;
        Self::of_data(options, solver, data)
    }

    /// Settles every choice of a fit of these rows.
    pub(crate) fn of_data(
        options: &FitOptions,
        solver: SolverOptions,
        data: Dataset<T>,
    ) -> Outcome<Self> {
        let SolverOptions {
            solver,
            starts,
            epochs,
        } = solver;
        let loss = options.loss.unwrap_or(LossSpec::usual("squared"));
        let robust = holds_in::<T>(loss, solver)?;
        if data.target.names.len() != 1 {
            return Err(Failure::Usage(
                "least squares fit one target: name one column with `--target COL`".into(),
            ));
        }
        // A formula may have no intercept: `a*x^2 + b*y^2` is 1 on an ellipse.
        if data.formula.is_none() {
            task::check_target(&data)?;
        }
        let width = u16::try_from(data.features.len()).map_err(|_| {
            Failure::Input("there are too many features; choose some with `--features`".into())
        })?;
        let formula = data.formula.as_ref();
        let model_name = options.model.unwrap_or(ModelSpec::usual("linear"));
        let model = formula::model::<T>(formula, model_name, width, 1)?;
        let features = match &model {
            AnyModel::Polynomial(_) => &data.shifted_names(),
            _ => &data.features,
        };
        let names = names(&model, features, formula);
        let mut bounds = bounds(options, &names)?;
        let more_bounds = bounds.split_off(bounds.len().min(8));
        let mut held = [None; 8];
        for (place, bound) in held.iter_mut().zip(bounds) {
            *place = Some(bound);
        }
        let estimation = Estimation {
            model,
            settings: solver.build(robust),
            bounds: held,
            seed: options.seed,
        };
        let mut problem = Self {
            data,
            model_name,
            loss,
            solver,
            names,
            estimation,
            more_bounds,
            epochs,
            found: None,
            is_calibration: false,
            test_file: options.test.clone(),
            orthogonal: None,
        };
        problem.find_start(starts)?;
        if !options.sigma_x.is_empty() {
            problem.take_errors_in_features(options)?;
        }
        Ok(problem)
    }

    /// Searches the start of a formula where it is not given, or where several starts are to be
    /// tried.
    fn find_start(&mut self, starts: Option<usize>) -> Outcome {
        let (Some(formula), AnyModel::Formula(program)) =
            (&self.data.formula, self.estimation.model)
        else {
            return Ok(());
        };
        if starts.is_none() && formula.given.iter().all(Option::is_some) {
            return Ok(());
        }
        let limits: Vec<search::Limits> = (0..self.names.len())
            .map(|at| match self.bound(at) {
                Some(bound) => (bound.low.to_f64(), bound.high.to_f64()),
                None => (f64::MIN, f64::MAX),
            })
            .collect();
        let search = Search {
            program: program.cast().map_err(Failure::input)?,
            limits: &limits,
            given: &formula.given,
            loss: robust(self.loss, self.solver)?,
            seed: self.estimation.seed,
            starts,
        };
        self.has_enough_rows()?;
        let none = || self.no_start();
        let found = search.run(&mut Wide(self)).ok_or_else(none)?;
        let narrow: Vec<T> = found.start.iter().map(|&x| T::from_f64(x)).collect();
        let program = program.with_start(&narrow).ok_or_else(none)?;
        self.estimation.model = AnyModel::Formula(program);
        if let Some(formula) = &mut self.data.formula {
            formula.start.clone_from(&found.start);
        }
        self.found = Some(found);
        Ok(())
    }

    /// Returns `true` where some starts were given and the search found the others.
    pub(super) fn keeps_starts(&self) -> bool {
        let given = self.data.formula.iter().flat_map(|own| &own.given);
        let count = given.clone().filter(|own| own.is_some()).count();
        self.found.is_some() && (1..given.count()).contains(&count)
    }

    /// Refuses fewer rows than parameters, before there is any memory for the matrices of these.
    pub(super) fn has_enough_rows(&self) -> Outcome {
        let (need, got) = (self.names.len(), self.data.training());
        let got = got.filter(|row| row.weight > T::ZERO).count();
        match got < need {
            true => Err(self.too_few(got as u32, need as u32)),
            false => Ok(()),
        }
    }

    /// Failure of fewer rows than parameters.
    pub(super) fn too_few(&self, got: u32, need: u32) -> Failure {
        Failure::Input(format!(
            "{}: {got} rows cannot determine {need} parameters; give more rows, or a simpler model",
            self.data.name()
        ))
    }

    /// Failure of a search that found no start: a row that has no value anywhere, if there is one.
    fn no_start(&self) -> Failure {
        let mut told = None;
        if let AnyModel::Formula(program) = &self.estimation.model {
            let names = (&self.data.features[..], &self.names[..]);
            let start = vec![T::HALF; self.names.len()];
            told = self.data.training().find_map(|row| {
                let fault = domain::fault(program, names, &start, row.features)?;
                Some(format!("at {}, {fault}", self.data.files.place(row.line)))
            });
        }
        Failure::Fit(format!(
            "no start was found at which every row can be computed{}",
            match told {
                Some(told) => format!(": {told}"),
                None => "; give one with `--start`".into(),
            }
        ))
    }

    /// Fits orthogonal distances from here on.
    fn take_errors_in_features(&mut self, options: &FitOptions) -> Outcome {
        let refuse = |why: &str| Err(Failure::Usage(format!("`--sigma-x` {why}")));
        if options.formula().is_none() {
            return refuse("is of a formula; write the model as one, such as `formula: a + b*x`");
        }
        if robust::<T>(self.loss, self.solver)? != Robust::Squared {
            return refuse("takes no robust loss; leave out `--loss`");
        }
        if T::WORDS == 1 {
            return refuse("takes `--precision f64`, for it finds the errors of every row anew");
        }
        if let AnyModel::Formula(program) = &self.estimation.model {
            self.orthogonal = Orthogonal::new(program);
        }
        match self.orthogonal {
            Some(_) => Ok(()),
            None => refuse("leaves too little room in so large a formula; use fewer parameters"),
        }
    }

    /// The bound of a parameter: of several, the later one counts.
    pub(crate) fn bound(&self, at: usize) -> Option<Bound<T>> {
        let bounds = self.estimation.bounds.iter().flatten();
        let bounds = bounds.chain(&self.more_bounds);
        let mut its = bounds.filter(|bound| (bound.first..=bound.last).contains(&(at as u32)));
        its.next_back().copied()
    }

    /// Returns true where a parameter of this value is at one of its bounds.
    pub(crate) fn is_at_bound(&self, at: usize, value: f64) -> bool {
        let ends = self.bound(at).map(|bound| [bound.low, bound.high]);
        ends.is_some_and(|ends| ends.map(T::to_f64).contains(&value))
    }

    /// Reason of the solver's end, with the parameter's name where it is about one.
    pub(crate) fn ended(&self, end: Termination) -> String {
        let tolerance = match self.solver {
            SolverSpec::Lm { tolerance } | SolverSpec::GaussNewton { tolerance } => tolerance,
            _ => 0.0,
        };
        match (end, end.parameter().and_then(|at| self.names.get(at))) {
            (_, Some(name)) => format!("`{name}` is not identifiable from this data"),
            (Termination::Gradient, _) if tolerance > 0.0 => format!(
                "converged: what is left to gain is within `--solver {}` of the standard errors",
                self.solver
            ),
            _ => end.to_string(),
        }
    }
}

/// The training rows, in the file's order.
impl<T: Real> Rows<T> for &Problem<T> {
    fn replay(&mut self, visit: &mut impl FnMut(&[T], T, T)) {
        for sample in self.data.training() {
            if let &[target] = sample.target {
                visit(sample.features, target, sample.weight);
            }
        }
    }
}

/// The rows of a problem in double precision.
struct Wide<'a, T>(&'a Problem<T>);

impl<T: Real> Rows<f64> for Wide<'_, T> {
    fn replay(&mut self, visit: &mut impl FnMut(&[f64], f64, f64)) {
        let mut wide = Vec::new();
        let Self(mut problem) = *self;
        problem.replay(&mut |features, target, weight| {
            wide.clear();
            wide.extend(features.iter().map(|x| x.to_f64()));
            visit(&wide, target.to_f64(), weight.to_f64());
        });
    }
}

/// Refuses a loss or a solver that the precision does not hold, or that do not go together.
fn holds_in<T: Real>(loss: LossSpec, solver: SolverSpec) -> Outcome<Robust<T>> {
    loss.holds_in::<T>().map_err(Failure::Usage)?;
    solver.holds_in::<T>().map_err(Failure::Usage)?;
    robust(loss, solver)
}

fn robust<T: Real>(loss: LossSpec, solver: SolverSpec) -> Outcome<Robust<T>> {
    match loss.robust() {
        Some(robust) if solver.replays() || robust == Robust::Squared => Ok(robust),
        Some(_) => Err(Failure::Usage(format!(
            "`--solver {solver}` minimizes squares; for `--loss {loss}` use `--solver lm`"
        ))),
        None => Err(Failure::Usage(format!(
            "least squares do not support `--loss {loss}`: use `squared`, `huber:SCALE` or \
             `cauchy:SCALE`, or follow a gradient with `--optimizer adam`"
        ))),
    }
}

/// Names of the parameters: as in the formula, or by the feature they multiply.
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

fn bounds<T: Real>(options: &FitOptions, names: &[String]) -> Outcome<Vec<Bound<T>>> {
    if options.formula().is_none() && !(options.start.is_empty() && options.fix.is_empty()) {
        return Err(Failure::Usage(
            "`--start` and `--fix` are for the parameters of a formula; those of other models \
             start by themselves"
                .into(),
        ));
    }
    let named = formula::bounds(names, &options.bounds)?;
    let within = |x: f64| T::from_f64(x).smaller(T::MAX).larger(-T::MAX);
    let bound = |(at, limits): (usize, Option<formula::Limits>)| {
        let (lower, upper) = limits?;
        Some(Bound {
            first: at as u32,
            last: at as u32,
            low: within(lower.unwrap_or(f64::MIN)),
            high: within(upper.unwrap_or(f64::MAX)),
        })
    };
    Ok(named.into_iter().enumerate().filter_map(bound).collect())
}
