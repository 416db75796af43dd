//! `downhill fit`: learns a model from a file.

pub(crate) mod document;
pub(crate) mod facts;
mod fixed;
pub(crate) mod least_squares;
mod progress;

use downhill::Real;
use downhill_tables::Files;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::document::{document, of_fitted};
use self::facts::about;
use self::progress::Bars;
use crate::arguments::FitArguments;
use crate::commands::normal;
use crate::evaluate::metrics::Keep;
use crate::model::model_file::ModelFile;
use crate::options::precision::Precision;
use crate::options::{FitOptions, GradientOptions, Minimizer, paths};
use crate::report::{self, loss_plot, page};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::{interrupt, messages, output};
use crate::train::cross_validation::CrossValidation;
use crate::train::learn::{finish, learn};
use crate::train::plan::Plan;
use crate::train::{auto_lr, coverage, prequential};

pub(crate) fn run(arguments: &FitArguments) -> Outcome {
    use Minimizer::{Gradient, LeastSquares};
    if let Some(options) = arguments.recipe.normal()? {
        return normal::fit(arguments, &options);
    }
    if arguments.precision() == Precision::Q15 {
        return fixed::run(arguments);
    }
    let (options, minimizer) = arguments.recipe.options()?;
    let of_errors = [
        ("--derive", !arguments.derive.is_empty()),
        ("--level", arguments.level.is_some()),
    ];
    if let (LeastSquares(_), Some(share)) = (&minimizer, arguments.coverage) {
        return Err(Failure::Usage(format!(
            "`--coverage` is of a fit by a gradient; one by least squares has intervals of its own, \
             `downhill predict --interval {share}`"
        )));
    }
    if let (Gradient(_), Some((option, _))) = (&minimizer, of_errors.iter().find(|own| own.1)) {
        return Err(Failure::Usage(format!(
            "`{option}` needs the errors of the parameters, which a gradient does not tell; use \
             `--solver lm`, or leave it out"
        )));
    }
    match (minimizer, arguments.precision()) {
        // Handled above.
        (_, Precision::Q15) => fixed::run(arguments),
        (LeastSquares(by), Precision::F32) => least_squares::run::<f32>(arguments, &options, by),
        (LeastSquares(by), Precision::F64) => least_squares::run::<f64>(arguments, &options, by),
        (Gradient(by), Precision::F32) => run_in::<f32>(arguments, &options, &by),
        (Gradient(by), Precision::F64) => run_in::<f64>(arguments, &options, &by),
    }
}

fn run_in<T: Real + Serialize + DeserializeOwned>(
    arguments: &FitArguments,
    options: &FitOptions,
    gradient: &GradientOptions,
) -> Outcome {
    let inputs = paths(&arguments.recipe.data);
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &inputs)?),
        None => None,
    };
    let page = page::Report::asked(
        arguments.report.as_deref(),
        arguments.out.as_deref(),
        &inputs,
    )?;
    messages::detail(format_args!(
        "reading {}",
        Files::from(&arguments.recipe.data)
    ));
    let mut plan = Plan::<T>::new(options, gradient)?;
    if arguments.coverage.is_some() {
        coverage::check(&plan)?;
    }
    report::warnings(&plan.data);
    // Whoever interrupts before finds nothing that could be kept, and rows that may never end.
    interrupt::listen();
    auto_lr::settle(&mut plan, gradient.rate)?;
    messages::detail(format_args!(
        "learning: {} of {}, {}",
        counted(plan.epochs as usize, "epoch"),
        counted(plan.data.split.train.len(), "row"),
        counted(
            downhill::model::Model::<T>::sizes(&plan.recipe.model).parameters,
            "parameter"
        )
    ));
    let attempt = learn(&mut plan, arguments.restarts, &mut Bars::default())?;
    if let (Err(failure), true) = (&attempt.history, arguments.json) {
        let failed = document(&plan, &attempt.fit, &attempt.told, None, None);
        let _ = output::print_json(&failed.failed(failure.to_string()));
    }
    let keep = match page {
        Some(_) => Keep::Every,
        None => Keep::Ranked,
    };
    let by = (gradient, arguments.restarts);
    let (mut fitted, failure) = finish(&mut plan, attempt, by, keep)?;
    let prequential = arguments
        .prequential
        .then(|| prequential::measure(&plan))
        .transpose();
    let (prequential, failure) = match prequential {
        Ok(prequential) => (prequential.flatten(), failure),
        Err(failed) => (None, failure.or(Some(failed))),
    };
    let folds = arguments.cv.filter(|_| failure.is_none());
    let cross_validation = folds
        .map(|folds| CrossValidation::new::<T>(options, gradient, folds))
        .transpose()?;
    (fitted.prequential, fitted.cross_validation) = (prequential, cross_validation);
    let covering = arguments.coverage.filter(|_| failure.is_none());
    let interval = covering
        .map(|share| coverage::of_validation(&plan, &mut fitted.fit.trainer, share))
        .transpose()?;
    if let (Some(out), None) = (&out, &failure) {
        let about = about(&plan, fitted.metrics.clone(), fitted.anomaly);
        let mut file = ModelFile::new(plan.recipe, &fitted.fit.trainer, about);
        if let Some(interval) = interval {
            file = file.covering(interval);
        }
        out.write(&file.text())?;
    }
    if let Some(report) = &page {
        let failure = failure.as_ref().map(Failure::to_string);
        let again = page::reproduce();
        report.write(&page::fit::page(&plan, &fitted, failure.as_deref(), &again))?;
    }
    if arguments.json {
        let out = arguments.out.as_deref();
        let mut done = of_fitted(&plan, &fitted, failure.as_ref(), out);
        done.interval = interval;
        output::print_json(&done)?;
    } else {
        loss_plot::draw(&fitted.history.epochs, arguments.plot)?;
        let saved = arguments.out.as_deref().filter(|_| failure.is_none());
        output::say(&report::fit(&plan, &fitted, saved))?;
        if let Some(interval) = interval {
            output::say(&report::interval(&plan, &interval))?;
        }
    }
    failure.map_or(Ok(()), Err)
}
