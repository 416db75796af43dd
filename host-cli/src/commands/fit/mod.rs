//! `downhill fit`: learns a model from a file.

mod document;
mod facts;
mod fixed;
mod least_squares;
mod restarts;

use downhill::Real;
use downhill_tables::Files;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::document::{Measured, Shown, document};
use self::facts::{about, chosen};
use self::restarts::{Attempt, best};
use crate::arguments::FitArguments;
use crate::evaluate::metrics::Keep;
use crate::model::model_file::ModelFile;
use crate::model::parameters::{self, ByOutput};
use crate::options::precision::Precision;
use crate::options::{FitOptions, GradientOptions, Minimizer, paths};
use crate::report::{self, loss_plot, page};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::{interrupt, messages, output};
use crate::train::conclusion::conclude;
use crate::train::cross_validation::CrossValidation;
use crate::train::evaluate::{Evaluation, evaluate};
use crate::train::fitted::Fitted;
use crate::train::plan::Plan;
use crate::train::verdicts::{VerdictMessage, facts};
use crate::train::{auto_lr, prequential, trial};

pub(crate) fn run(arguments: &FitArguments) -> Outcome {
    use Minimizer::{Gradient, LeastSquares};
    if arguments.precision() == Precision::Q15 {
        return fixed::run(arguments);
    }
    let (options, minimizer) = arguments.recipe.options()?;
    let of_errors = [
        ("--derive", !arguments.derive.is_empty()),
        ("--level", arguments.level.is_some()),
    ];
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
    let facts = match plan.recipe.health.is_on() {
        true => facts(&plan),
        false => Vec::new(),
    };
    let mut attempt = best(&mut plan, arguments.restarts)?;
    if let Err(Failure::Fit(_)) = attempt.history {
        // The same once more, with a rate to advise at which it does not fail.
        plan.lower_rate = trial::lower_rate(&mut plan);
        attempt = best(&mut plan, arguments.restarts)?;
    }
    let Attempt {
        mut fit,
        mut told,
        history,
    } = attempt;
    if history.is_err() && !told.iter().any(VerdictMessage::fails_by_rate) {
        told.retain(|told| !told.blames_rate());
    }
    let causes = facts.iter().filter(|told| told.kind == "unscaled_feature");
    let causes: String = causes
        .map(|told| format!(". {}", told.sentence()))
        .collect();
    told.splice(0..0, facts);
    let history = history.map_err(|failure| match failure {
        Failure::Fit(text) => Failure::Fit(text + &causes),
        other => other,
    });
    let history = history.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &told, None, None);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(history.interrupted && fit.trainer.steps() == 0)?;
    let Evaluation {
        threshold,
        anomaly,
        metrics,
        results,
    } = evaluate(
        &mut plan,
        &mut fit.trainer,
        match page {
            Some(_) => Keep::Every,
            None => Keep::Ranked,
        },
    )?;
    let failure = conclude(&mut plan, &fit, &metrics, &history, &mut told);
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
    let chosen = chosen(arguments, gradient, &plan);
    let parameters = parameters::name(
        &fit.trainer,
        &plan.data.features,
        &plan.data.target,
        &plan.data.origins,
    );
    let estimates = plan
        .data
        .formula
        .as_ref()
        .map(|formula| parameters::of_formula(formula, &fit.trainer));
    let fitted = Fitted {
        fit,
        told,
        history,
        metrics,
        prequential,
        cross_validation,
        chosen,
        results,
        threshold,
        anomaly,
        parameters,
        estimates,
    };
    if let (Some(out), None) = (&out, &failure) {
        let about = about(&plan, fitted.metrics.clone(), anomaly);
        out.write(&ModelFile::new(plan.recipe, &fitted.fit.trainer, about).text())?;
    }
    if let Some(report) = &page {
        let failure = failure.as_ref().map(Failure::to_string);
        report.write(&page::fit::page(&plan, &fitted, failure.as_deref()))?;
    }
    if arguments.json {
        let mut done = document(
            &plan,
            &fitted.fit,
            &fitted.told,
            Some(&fitted.history),
            arguments.out.as_deref(),
        );
        done.metrics = Measured {
            ended: fitted.metrics.clone(),
            prequential: fitted.prequential.clone(),
        };
        done.cross_validation = fitted.cross_validation.as_ref();
        done.chosen_by_validation = &fitted.chosen;
        done.threshold = fitted.threshold.as_ref();
        done.anomaly = anomaly;
        let linear = fitted.parameters.as_deref().map(ByOutput::raw);
        done.parameters = linear
            .map(Shown::Linear)
            .or(fitted.estimates.as_ref().map(Shown::Formula));
        done.parameters_standardized = fitted.parameters.as_deref().map(ByOutput::standardized);
        let done = match &failure {
            Some(failure) => done.failed(failure.to_string()),
            None => done,
        };
        output::print_json(&done)?;
    } else {
        loss_plot::draw(&fitted.history.epochs, arguments.plot)?;
        let saved = arguments.out.as_deref().filter(|_| failure.is_none());
        output::say(&report::fit(&plan, &fitted, saved))?;
    }
    failure.map_or(Ok(()), Err)
}
