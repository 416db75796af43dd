//! `downhill fit` by least squares: a formula, or `--solver`.

mod document;
mod estimate;
mod page;
mod problem;
mod report;
mod solve;

use downhill::Real;
use serde::Serialize;

use crate::arguments::FitArguments;
use crate::failure::{Failure, Outcome};
use crate::interrupt;
use crate::model_file::ModelFile;
use crate::output;
use crate::page::Report;
use crate::spec::SolverSpec;
use crate::talk;

pub(crate) use document::{SolverRecord, word};
pub(crate) use estimate::{Estimate, with_error};
pub(crate) use page::parameters as parameters_table;
pub(crate) use problem::Problem;
pub(crate) use solve::{estimates, refused};

/// Fits, writes the model, and prints what came out.
pub(crate) fn run<T: Real + Serialize>(arguments: &FitArguments, solver: SolverSpec) -> Outcome {
    let of_epochs = [
        ("--plot", arguments.plot),
        ("--prequential", arguments.prequential),
        ("--restarts", arguments.restarts > 1),
    ];
    if let Some((option, _)) = of_epochs.into_iter().find(|(_, given)| *given) {
        return Err(Failure::Usage(format!(
            "`{option}` is of the epochs of a gradient, and `--solver {solver}` has none; leave it \
             out"
        )));
    }
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &[&arguments.recipe.data])?),
        None => None,
    };
    let inputs = [arguments.recipe.data.as_path()];
    let page = Report::asked(
        arguments.report.as_deref(),
        arguments.out.as_deref(),
        &inputs,
    )?;
    let problem = Problem::<T>::new(&arguments.recipe, solver)?;
    interrupt::listen();
    talk::detail(format_args!(
        "learning: {} rows, {} parameters",
        problem.split.train.len(),
        problem.names.len()
    ));
    if problem.formula.is_some() {
        for (name, (told, begun)) in problem.names.iter().zip(solve::starts(&problem)) {
            if told != begun {
                let [told, begun] = [told, begun].map(T::to_f64);
                talk::say(format_args!(
                    "note: `{name}` starts at {begun}, inside its `--bounds`, and not at {told}"
                ));
            }
        }
    }
    let solved = solve::run(&problem)?;
    let failure = solved.failure(&problem);
    if let (Some(out), None) = (&out, &failure) {
        let about = document::about(&problem, &solved, arguments);
        out.write(&ModelFile::new(solved.recipe, &solved.trainer, about).text())?;
    }
    if let Some(report) = page {
        let failure = failure.as_ref().map(Failure::to_string);
        report.write(&page::of(&problem, &solved, arguments, failure.as_deref()))?;
    }
    let saved = arguments.out.as_deref().filter(|_| failure.is_none());
    match arguments.json {
        true => document::print(&problem, &solved, arguments, failure.as_ref(), saved)?,
        false => output::say(&report::text(&problem, &solved, arguments, saved))?,
    }
    failure.map_or(Ok(()), Err)
}
