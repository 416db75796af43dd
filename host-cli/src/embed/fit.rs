//! Fits of numbers in memory.

use super::in_memory::Kept;
use super::model::Model;
use super::{Progress, Settings, Watching, be_quiet};
use crate::commands::fit::document;
use crate::commands::fit::facts::about;
use crate::commands::fit::least_squares::LEVEL;
use crate::commands::fit::least_squares::document as solver_document;
use crate::data::arrays::{Arrays, TargetArray, WEIGHT};
use crate::data::classes::Asked;
use crate::data::dataset::Dataset;
use crate::evaluate::metrics::Keep;
use crate::model::model_file::ModelFile;
use crate::options::precision::Precision;
use crate::options::spec::LossSpec;
use crate::options::{FitOptions, GradientOptions, Minimizer, SolverOptions};
use crate::report;
use crate::report::{page, solver_text};
use crate::support::failure::{Failure, Outcome};
use crate::train::auto_lr;
use crate::train::learn::{finish, learn};
use crate::train::least_squares::band::Band;
use crate::train::least_squares::{Problem, derived, solve};
use crate::train::plan::Plan;

/// A fit that has ended.
pub struct Ended {
    /// The model.
    pub model: Model,
    /// JSON that `downhill fit --json` prints of it.
    pub result: String,
    /// Text that `downhill fit` prints of it.
    pub summary: String,
    /// Page that `downhill fit --report` writes of it, where [`Settings::report`] asks for that and there
    /// is a model.
    pub page: Option<String>,
    /// Reason for which it is of no use, where it is of none.
    pub failure: Option<String>,
}

/// Fits, as `downhill fit` does, and tells `progress` how it goes.
///
/// # Errors
/// [`Failure::Usage`] where options contradict each other or the data, [`Failure::Input`] where a
/// number is not what it should be, with its row and column, and [`Failure::Fit`] where there is no
/// model.
pub fn fit(
    settings: &Settings,
    arrays: &Arrays<'_>,
    progress: &mut dyn Progress,
) -> Outcome<Ended> {
    be_quiet();
    let (options, minimizer) = options(settings, arrays)?;
    match (minimizer, settings.precision()) {
        (_, Precision::Q15) => Err(Failure::Usage(
            "`--precision q15` is of the command; use `f32` or `f64`".into(),
        )),
        (Minimizer::Gradient(by), Precision::F32) => {
            by_gradient::<f32>(settings, arrays, (&options, &by), progress)
        }
        (Minimizer::Gradient(by), Precision::F64) => {
            by_gradient::<f64>(settings, arrays, (&options, &by), progress)
        }
        (Minimizer::LeastSquares(by), Precision::F32) => {
            solved::<f32>(settings, arrays, &options, by)
        }
        (Minimizer::LeastSquares(by), Precision::F64) => {
            solved::<f64>(settings, arrays, &options, by)
        }
    }
}

fn options(settings: &Settings, arrays: &Arrays<'_>) -> Outcome<(FitOptions, Minimizer)> {
    let target = arrays.targets.first().map_or("", String::as_str);
    settings.options(target, arrays.weight.map(|_| WEIGHT))
}

/// Kind of the target; refuses a loss of amounts for labels, and one of labels for amounts.
fn asked(options: &FitOptions, arrays: &Arrays<'_>) -> Outcome<Asked> {
    let is_classes = matches!(arrays.target, TargetArray::Labels { .. });
    match (is_classes, options.loss) {
        (true, Some(loss)) if !loss.is_of_classes() => Err(Failure::Usage(format!(
            "`--loss {loss}` is of amounts, and the target has classes; use one of {}",
            LossSpec::which(LossSpec::is_of_classes).join(", ")
        ))),
        (false, Some(loss)) if loss.is_of_classes() => Err(Failure::Usage(format!(
            "`--loss {loss}` is of classes, and the target is an amount; use a loss of amounts, or a \
             classifier"
        ))),
        (true, _) => Ok(Asked::of(options).classes_for_sure()),
        (false, _) => Ok(Asked::of(options)),
    }
}

fn by_gradient<T: Kept>(
    settings: &Settings,
    arrays: &Arrays<'_>,
    (options, gradient): (&FitOptions, &GradientOptions),
    progress: &mut dyn Progress,
) -> Outcome<Ended> {
    let asked = asked(options, arrays)?;
    let data = Dataset::<T>::of_arrays(options, arrays, &asked)?;
    let mut plan = Plan::of_data(options, gradient, data, None)?;
    auto_lr::settle(&mut plan, gradient.rate)?;
    let restarts = settings.arguments.restarts;
    let attempt = learn(&mut plan, restarts, &mut Watching(progress))?;
    if let Err(failure) = &attempt.history {
        let Failure::Fit(message) = failure else {
            return Err(failure.clone());
        };
        let failed = document::document(&plan, &attempt.fit, &attempt.told, None, None);
        let failed = failed.failed(message.clone());
        let about = about(&plan, Default::default(), None);
        return Ok(Ended {
            result: text(&failed),
            summary: message.clone(),
            page: None,
            failure: Some(message.clone()),
            model: Model::new(
                ModelFile::new(plan.recipe, &attempt.fit.trainer, about),
                attempt.fit,
            ),
        });
    }
    let keep = match settings.report {
        true => Keep::Every,
        false => Keep::Ranked,
    };
    let (fitted, failure) = finish(&mut plan, attempt, (gradient, restarts), keep)?;
    let failure_text = failure.as_ref().map(Failure::to_string);
    let page = settings.report.then(|| {
        let again = again(settings, arrays);
        page::fit::page(&plan, &fitted, failure_text.as_deref(), &again).html()
    });
    let result = text(&document::of_fitted(&plan, &fitted, failure.as_ref(), None));
    let summary = report::fit(&plan, &fitted, None);
    let about = about(&plan, fitted.metrics.clone(), fitted.anomaly);
    Ok(Ended {
        result,
        summary,
        page,
        failure: failure_text,
        model: Model::new(
            ModelFile::new(plan.recipe, &fitted.fit.trainer, about),
            fitted.fit,
        ),
    })
}

fn solved<T: Kept>(
    settings: &Settings,
    arrays: &Arrays<'_>,
    options: &FitOptions,
    mut by: SolverOptions,
) -> Outcome<Ended> {
    if !matches!(arrays.target, TargetArray::Amounts(_)) {
        return Err(Failure::Usage(format!(
            "`--solver {}` is of amounts, and the target has classes; leave it out",
            by.solver
        )));
    }
    let arguments = &settings.arguments;
    by.starts = (arguments.restarts > 1).then_some(arguments.restarts as usize);
    let asked = Asked::amount(format!("`--solver {}`", by.solver));
    let data = Dataset::<T>::of_arrays(options, arrays, &asked)?;
    let problem = Problem::of_data(options, by, data)?;
    let solved = solve::run(&problem)?;
    let failure = solved.failure(&problem);
    let level = arguments.level.unwrap_or(LEVEL);
    let formula = problem.data.formula.as_ref();
    let derived = match failure {
        Some(_) => Vec::new(),
        None => derived::quantities(&arguments.derive, formula, &solved, level)?,
    };
    let of = (&derived[..], level);
    let result = solver_document::document(&problem, &solved, of, None, failure.as_ref(), None);
    let result = text(&result);
    let shown = (&derived[..], arguments.level);
    let summary = solver_text::text(&problem, &solved, shown, None, None);
    let failure = failure.map(|failure| failure.to_string());
    let page = settings.report.then(|| {
        let band = Band::over(&problem, &solved, level);
        let of = (band.as_ref(), &derived[..], level);
        let again = again(settings, arrays);
        page::solver::of(&problem, &solved, of, failure.as_deref(), None, &again).html()
    });
    let about = solver_document::about(&problem, &solved);
    let file = ModelFile::new(solved.recipe, &solved.trainer, about);
    Ok(Ended {
        result,
        summary,
        page,
        failure,
        model: Model::of_trainer(file, solved.trainer)?,
    })
}

/// Starts a model that is to learn from rows as they come: its scaler is learned from these, and
/// nothing else.
///
/// # Errors
/// As [`fit`].
pub fn start(settings: &Settings, arrays: &Arrays<'_>) -> Outcome<Model> {
    be_quiet();
    let (options, minimizer) = options(settings, arrays)?;
    let Minimizer::Gradient(gradient) = minimizer else {
        return Err(Failure::Usage(
            "`--solver` goes through all rows at once; rows as they come need a gradient".into(),
        ));
    };
    match settings.precision() {
        Precision::F32 => started::<f32>(arrays, &options, &gradient),
        _ => started::<f64>(arrays, &options, &gradient),
    }
}

fn started<T: Kept>(
    arrays: &Arrays<'_>,
    options: &FitOptions,
    gradient: &GradientOptions,
) -> Outcome<Model> {
    let asked = asked(options, arrays)?;
    let data = Dataset::<T>::of_arrays(options, arrays, &asked)?;
    let plan = Plan::of_data(options, gradient, data, None)?;
    let about = about(&plan, Default::default(), None);
    let fit = plan.fit()?;
    Ok(Model::new(
        ModelFile::new(plan.recipe, &fit.trainer, about),
        fit,
    ))
}

/// The command line that fits the same.
fn again(settings: &Settings, arrays: &Arrays<'_>) -> String {
    let target = arrays.targets.join(",");
    settings.again(&target, arrays.weight.map(|_| WEIGHT))
}

fn text(result: &impl serde::Serialize) -> String {
    // Every key is a string and nothing here fails to serialize.
    serde_json::to_string(result).unwrap_or_default()
}
