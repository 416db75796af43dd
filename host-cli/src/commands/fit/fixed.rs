//! `downhill fit --precision q15`: a fit in fixed point.

use super::document::{document, of_fitted};
use super::facts::about;
use crate::arguments::FitArguments;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::metrics::Keep;
use crate::model::model_file::ModelFile;
use crate::model::parameters;
use crate::options::{Minimizer, paths};
use crate::report::{self, loss_plot, page};
use crate::support::failure::Outcome;
use crate::support::{interrupt, output};
use crate::train::evaluate::{Evaluation, evaluate};
use crate::train::fitted::Fitted;
use crate::train::fixed::{self, refused};
use crate::train::learn::chosen;
use crate::train::verdicts::facts;

/// Fits, writes the model, and prints what came out.
pub(super) fn run(arguments: &FitArguments) -> Outcome {
    let recipe = arguments.recipe.in_fixed_point();
    let (options, Minimizer::Gradient(gradient)) = recipe.options()? else {
        return Err(fixed::by_gradients_only());
    };
    refuse(arguments)?;
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
    let mut plan = fixed::plan(&options, &gradient)?;
    report::warnings(&plan.data);
    interrupt::listen();
    let told = match plan.recipe.health.is_on() {
        true => facts(&plan),
        false => Vec::new(),
    };
    let mut fit = fixed::start(&plan)?;
    let history = fixed::run(&plan, &mut fit, |_| ());
    let history = history.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &[], None, None);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(history.interrupted && fit.steps() == 0)?;
    let keep = match page {
        Some(_) => Keep::Every,
        None => Keep::Ranked,
    };
    let Evaluation {
        threshold,
        metrics,
        results,
        ..
    } = evaluate(&mut plan, &mut fit, keep)?;
    let data = &plan.data;
    let fitted = Fitted {
        parameters: parameters::of_fixed(&fit, &data.features, &data.target, &data.origins),
        chosen: chosen(&gradient, arguments.restarts, &plan),
        fit,
        told,
        history,
        metrics,
        prequential: None,
        cross_validation: None,
        results,
        threshold,
        anomaly: None,
        estimates: None,
    };
    if let Some(out) = &out {
        let about = about(&plan, fitted.metrics.clone(), None);
        let file = ModelFile::of_fixed(plan.recipe, &fitted.fit, about);
        out.write(&file.text())?;
    }
    if let Some(report) = &page {
        let again = page::reproduce();
        report.write(&page::fit::page(&plan, &fitted, None, &again))?;
    }
    let saved = arguments.out.as_deref();
    if arguments.json {
        return output::print_json(&of_fitted(&plan, &fitted, None, saved));
    }
    loss_plot::draw(&fitted.history.epochs, arguments.plot)?;
    output::say(&report::fit(&plan, &fitted, saved))
}

/// Refuses options that are of floats alone.
fn refuse(arguments: &FitArguments) -> Outcome {
    let floats_only = [
        ("`--restarts`", arguments.restarts > 1),
        ("`--cv`", arguments.cv.is_some()),
        ("`--prequential`", arguments.prequential),
        ("`--coverage`", arguments.coverage.is_some()),
    ];
    match floats_only.iter().find(|(_, given)| *given) {
        Some((what, _)) => Err(refused(what, "it is of floats")),
        None => Ok(()),
    }
}
