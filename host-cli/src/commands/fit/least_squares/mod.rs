//! `downhill fit` by least squares: a formula, or `--solver`.

pub(crate) mod document;

use downhill::Real;
use serde::Serialize;

use crate::arguments::FitArguments;
use crate::model::model_file::ModelFile;
use crate::options::{FitOptions, SolverOptions, paths};
use crate::report;
use crate::report::page::{Report, reproduce};
use crate::report::page::{certificate, solver};
use crate::report::solver_text;
use crate::support::failure::{Failure, Outcome};
use crate::support::{interrupt, messages, output};
use crate::train::cross_validation::CrossValidation;
use crate::train::least_squares::band::Band;
use crate::train::least_squares::{Problem, derived, notes, solve};

/// Level of intervals, unless told.
pub(crate) const LEVEL: f64 = 0.95;

/// Fits, writes the model, and prints what came out.
pub(crate) fn run<T: Real + Serialize>(
    arguments: &FitArguments,
    options: &FitOptions,
    mut by: SolverOptions,
) -> Outcome {
    let of_epochs = [
        ("--prequential", arguments.prequential),
        (
            "--restarts",
            arguments.restarts > 1 && !(options.searches && options.formula().is_some()),
        ),
    ];
    if let Some((option, _)) = of_epochs.into_iter().find(|(_, given)| *given) {
        return Err(Failure::Usage(format!(
            "`{option}` is of the epochs of a gradient, and `--solver {}` has none; leave it \
             out",
            by.solver
        )));
    }
    let inputs = paths(&arguments.recipe.data);
    by.starts = (arguments.restarts > 1).then_some(arguments.restarts as usize);
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &inputs)?),
        None => None,
    };
    let page = Report::asked(
        arguments.report.as_deref(),
        arguments.out.as_deref(),
        &inputs,
    )?;
    let mut problem = Problem::<T>::new(options, by)?;
    problem.is_calibration = arguments.calibration.is_some();
    report::warnings(&problem.data);
    interrupt::listen();
    messages::detail(format_args!(
        "learning: {} rows, {} parameters",
        problem.data.split.train.len(),
        problem.names.len()
    ));
    if problem.data.formula.is_some() && problem.found.is_none() {
        for (name, (told, begun)) in problem.names.iter().zip(solve::starts(&problem)) {
            if told != begun {
                let [told, begun] = [told, begun].map(T::to_f64);
                messages::say(format_args!(
                    "note: `{name}` starts at {begun}, inside its `--bounds`, and not at {told}"
                ));
            }
        }
    }
    let solved = solve::run(&problem)?;
    problem.data.test_rows = match problem.test_file {
        Some(_) => solved.test_rows,
        None => 0,
    };
    let failure = solved.failure(&problem);
    let folds = arguments.cv.filter(|_| failure.is_none());
    let folds = folds.map(|folds| CrossValidation::solved::<T>(options, by, folds));
    let folds = folds.transpose()?;
    let level = arguments.level.unwrap_or(LEVEL);
    let derived = match failure {
        Some(_) => Vec::new(),
        None => {
            let formula = problem.data.formula.as_ref();
            derived::quantities(&arguments.derive, formula, &solved, level)?
        }
    };
    let is_drawn = arguments.plot || page.is_some();
    let band = match is_drawn {
        true => Band::over(&problem, &solved, level),
        false => None,
    };
    if arguments.plot && band.is_none() {
        return Err(Failure::Usage(
            "`--plot` draws a fit of one feature; write a page with `--report`".into(),
        ));
    }
    if let (Some(out), None) = (&out, &failure) {
        let about = document::about(&problem, &solved);
        out.write(&ModelFile::new(solved.recipe, &solved.trainer, about).text())?;
    }
    if let Some(report) = page {
        let failure = failure.as_ref().map(Failure::to_string);
        let calibration = arguments.calibration.as_ref();
        let stated = calibration.map(|own| certificate::lead(own, &problem, &solved));
        let of = (band.as_ref(), &derived[..], level);
        report.write(&solver::of(
            &problem,
            &solved,
            of,
            failure.as_deref(),
            stated,
            &reproduce(),
        ))?;
    }
    let saved = arguments.out.as_deref().filter(|_| failure.is_none());
    match arguments.json {
        true => {
            let quantities = (&derived[..], level);
            output::print_json(&document::document(
                &problem,
                &solved,
                quantities,
                folds.as_ref(),
                failure.as_ref(),
                saved,
            ))?;
        }
        false => {
            if let (Some(band), true) = (&band, arguments.plot) {
                output::print(&solver_text::plot(&problem, band, level))?;
            }
            let quantities = (&derived[..], arguments.level);
            output::say(&solver_text::text(
                &problem,
                &solved,
                quantities,
                folds.as_ref(),
                saved,
            ))?;
        }
    }
    if failure.is_none() {
        for note in notes::notes(&problem, &solved) {
            messages::say(format_args!("{note}"));
        }
    }
    failure.map_or(Ok(()), Err)
}
