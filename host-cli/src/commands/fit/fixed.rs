//! `downhill fit --precision q15`: a fit in fixed point.

use super::document::{Measured, Shown, document};
use super::facts::about;
use crate::arguments::FitArguments;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::metrics::Keep;
use crate::model::fixed_fit::FixedFit;
use crate::model::model_file::ModelFile;
use crate::model::parameters::{self, ByOutput};
use crate::model::records::BothMetrics;
use crate::options::{Minimizer, paths};
use crate::report;
use crate::support::failure::Outcome;
use crate::support::format::{counted, line};
use crate::support::{interrupt, output};
use crate::train::evaluate::{Evaluation, evaluate};
use crate::train::fixed::{self, refused};
use crate::train::learn::chosen;

/// Share of steps that may move nothing before the output says so.
const STILL: f64 = 0.5;

/// Fits, writes the model, and prints what came out.
pub(super) fn run(arguments: &FitArguments) -> Outcome {
    let recipe = arguments.recipe.in_fixed_point();
    let (options, Minimizer::Gradient(gradient)) = recipe.options()? else {
        return Err(refused("a formula or `--solver`", "it goes by gradients"));
    };
    refuse(arguments)?;
    let inputs = paths(&arguments.recipe.data);
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &inputs)?),
        None => None,
    };
    let mut plan = fixed::plan(&options, &gradient)?;
    report::warnings(&plan.data);
    interrupt::listen();
    let mut fit = fixed::start(&plan)?;
    let history = fixed::run(&plan, &mut fit);
    let history = history.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &[], None, None);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(history.interrupted && fit.steps() == 0)?;
    let Evaluation {
        threshold, metrics, ..
    } = evaluate(&mut plan, &mut fit, Keep::Ranked)?;
    if let Some(out) = &out {
        let about = about(&plan, metrics.clone(), None);
        let file = ModelFile::of_fixed(plan.recipe, &fit, about);
        out.write(&file.text())?;
    }
    let data = &plan.data;
    let parameters = parameters::of_fixed(&fit, &data.features, &data.target, &data.origins);
    let saved = arguments.out.as_deref();
    if arguments.json {
        let chosen = chosen(&gradient, arguments.restarts, &plan);
        let mut done = document(&plan, &fit, &[], Some(&history), saved);
        done.metrics = Measured {
            ended: metrics,
            prequential: None,
        };
        done.chosen_by_validation = &chosen;
        done.parameters = parameters.as_deref().map(ByOutput::raw).map(Shown::Linear);
        done.parameters_standardized = parameters.as_deref().map(ByOutput::standardized);
        done.threshold = threshold.as_ref();
        return output::print_json(&done);
    }
    let mut text = String::new();
    report::header(&mut text, &plan);
    let BothMetrics {
        train,
        validation,
        test,
    } = &metrics;
    report::metrics(
        &mut text,
        &[
            ("training", train.as_ref()),
            ("validation", validation.as_ref()),
            ("test", test.as_ref()),
        ],
    );
    report::parameters(&mut text, parameters.as_deref().unwrap_or(&[]));
    notes(&mut text, &fit);
    if let Some(best) = history.best_epoch {
        line(
            &mut text,
            format_args!("parameters of epoch {best}, the best"),
        );
    }
    if let Some(saved) = saved {
        line(&mut text, format_args!("saved to {}", saved.display()));
    }
    line(&mut text, format_args!("fingerprint {}", fit.fingerprint()));
    output::say(&text)
}

/// Refuses options that are of floats alone.
fn refuse(arguments: &FitArguments) -> Outcome {
    let floats_only = [
        ("`--report`", arguments.report.is_some()),
        ("`--plot`", arguments.plot),
        ("`--restarts`", arguments.restarts > 1),
        ("`--cv`", arguments.cv.is_some()),
        ("`--prequential`", arguments.prequential),
    ];
    match floats_only.iter().find(|(_, given)| *given) {
        Some((what, _)) => Err(refused(what, "it is of floats")),
        None => Ok(()),
    }
}

/// What was cut off and what did not move.
fn notes(text: &mut String, fit: &FixedFit) {
    let counts = fit.counted();
    if counts.cut_off > 0 {
        let numbers = counted(counts.cut_off as usize, "number");
        line(
            text,
            format_args!(
                "{numbers} cut off at the range of 16 bits: look for rows far from the others, or \
                 fit in f32"
            ),
        );
    }
    if counts.still as f64 > STILL * fit.steps() as f64 {
        line(
            text,
            format_args!(
                "{} of {} steps round to zero: raise `--lr`, or fit in f32",
                counts.still,
                fit.steps()
            ),
        );
    }
}
