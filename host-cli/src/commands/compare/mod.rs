//! `downhill compare`: the same rows, split and seed under several settings.

mod document;
mod least_squares;
mod normal;
mod page;
mod text;
mod vary;

use downhill_tables::Files;

use crate::arguments::{CheckedPrecision, CompareArguments};
use crate::data::columns::TargetKind;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure;
use crate::evaluate::metrics::{Keep, Metrics};
use crate::model::estimate::Named;
use crate::model::parameters::{self, Parameters};
use crate::options::{Minimizer, paths};
use crate::report;
use crate::report::page::Report;
use crate::support::failure::{Failure, Outcome};
use crate::support::{messages, output};
use crate::train::auto_lr;
use crate::train::conclusion::failure;
use crate::train::cross_validation::CrossValidation;
use crate::train::evaluate::evaluate;
use crate::train::fixed;
use crate::train::host_executor::{self, Event};
use crate::train::plan::Plan;

use document::{Compared, Comparison, Of, all_failed};
use vary::{Setting, Vary, with_setting};

pub(crate) fn run(arguments: &CompareArguments) -> Outcome {
    if let Some(settings) = normal::settings(arguments)? {
        return normal::compare(arguments, settings);
    }
    let inputs = paths(&arguments.fit.recipe.data);
    let report = Report::asked(arguments.report.as_deref(), None, &inputs)?;
    let document = compare(arguments)?;
    if let Some(report) = report {
        report.write(&page::of(&document))?;
    }
    match arguments.json {
        true => output::print_json(&document)?,
        false => output::print(&text::of(&document))?,
    }
    match all_failed(&document.fits) {
        true => Err(Failure::Fit(
            "every fit failed; what is said of each tells why".into(),
        )),
        false => Ok(()),
    }
}

/// Makes every fit.
pub(crate) fn compare(arguments: &CompareArguments) -> Outcome<Comparison> {
    let varied: Vec<Vary> = arguments
        .vary
        .iter()
        .map(|text| Vary::parse(text))
        .collect::<Outcome<_>>()?;
    let mut fits = Vec::new();
    let mut first: Option<Of> = None;
    let settings = vary::product(&varied)?;
    let (settings, read) = vary::of_one_kind(settings);
    if read {
        messages::say(format_args!(
            "`squared` is read as `squared_probability` here: beside a loss of classes it is the \
             squared error of a class's probability"
        ));
    }
    for setting in settings {
        let one = with_setting(&arguments.fit, &setting)?;
        let is_fixed = one.precision == Some(CheckedPrecision::Q15);
        if is_fixed && arguments.cv.is_some() {
            return Err(fixed::refused("`--cv`", "it is of floats"));
        }
        let recipe = match is_fixed {
            true => one.recipe.in_fixed_point(),
            false => one.recipe,
        };
        let (options, minimizer) = recipe.options()?;
        let gradient = match minimizer {
            Minimizer::Gradient(gradient) => gradient,
            Minimizer::LeastSquares(_) if is_fixed => return Err(fixed::by_gradients_only()),
            Minimizer::LeastSquares(by) => {
                let (own, compared) = least_squares::fit(&options, by, arguments.cv, setting)?;
                let before = first.get_or_insert_with(|| own.clone());
                same_kind(Some(before), own.1)?;
                if before.0.train != own.0.train {
                    messages::say(format_args!(
                        "note: these fits have {} and {} training rows; compare figures of the \
                         same rows: leave out those that miss a number",
                        before.0.train, own.0.train
                    ));
                }
                fits.push(compared);
                continue;
            }
        };
        let mut plan = match is_fixed {
            true => fixed::plan(&options, &gradient)?,
            false => Plan::<f32>::new(&options, &gradient)?,
        };
        if first.is_none() {
            report::warnings(&plan.data);
        }
        auto_lr::settle(&mut plan, gradient.rate)?;
        let of = (
            plan.data.rows(),
            plan.task.kind,
            plan.data.target.to_string(),
            plan.data.taken.clone(),
        );
        same_kind(Some(first.get_or_insert(of)), plan.task.kind)?;
        let mut compared = match is_fixed {
            true => fit_in_fixed_point(plan, setting)?,
            false => fit(plan, setting)?,
        };
        if let (Some(folds), None) = (arguments.cv, &compared.failure) {
            match CrossValidation::new::<f32>(&options, &gradient, folds) {
                Ok(folds) => compared.cross_validation = Some(folds),
                Err(Failure::Fit(failure)) => compared.failure = Some(failure),
                Err(other) => return Err(other),
            }
        }
        fits.push(compared);
    }
    let (rows, kind, target, taken) =
        first.ok_or_else(|| Failure::Usage("nothing to compare".into()))?;
    Ok(Comparison {
        status: match all_failed(&fits) {
            true => "failed",
            false => "done",
        },
        data: Files::from(&arguments.fit.recipe.data).to_string(),
        target,
        taken,
        rows,
        curve: match kind {
            TargetKind::Class => "error",
            _ => "rmse",
        },
        fits,
    })
}

/// Refuses a fit of another kind than the first.
fn same_kind(first: Option<&Of>, kind: TargetKind) -> Outcome {
    match first.is_some_and(|first| first.1 != kind) {
        true => Err(Failure::Usage(
            "these fits take the target for different things, an amount and a class; compare \
             fits of one kind: amounts with such as `--vary loss=squared,absolute`, classes \
             with `--vary loss=squared,cross_entropy`"
                .into(),
        )),
        false => Ok(()),
    }
}

/// Makes one fit. That it fails is a result as well.
fn fit(mut plan: Plan<f32>, setting: Setting) -> Outcome<Compared> {
    let mut fit = plan.fit()?;
    let mut compared = Compared::new(setting, fit.trainer.parameters().len());
    let mut told = Vec::new();
    let history = host_executor::run(&plan, &mut fit, &mut told, |event| {
        if let Event::Epoch(_, trainer) = event {
            compared.curve.extend(validation(&plan, trainer));
        }
    });
    let evaluated = history.and_then(|history| {
        let evaluated = evaluate(&mut plan, &mut fit.trainer, Keep::Ranked)?;
        Ok((history, evaluated.metrics))
    });
    match evaluated {
        Ok((history, metrics)) => {
            let failure = failure(&mut plan, &mut fit, &metrics, &history, &mut told);
            compared.failure = failure.map(|failure| failure.to_string());
            compared.metrics = Some(metrics);
        }
        Err(Failure::Fit(failure)) => compared.failure = Some(failure),
        Err(other) => return Err(other),
    }
    let data = &plan.data;
    let named = parameters::name(&fit.trainer, &data.features, &data.target, &data.origins);
    compared.coefficients = of_one_output(named);
    Ok(compared)
}

/// Makes one fit in fixed point.
fn fit_in_fixed_point(mut plan: Plan<f32>, setting: Setting) -> Outcome<Compared> {
    let mut fit = fixed::start(&plan)?;
    let mut compared = Compared::new(setting, fit.parameters_len());
    let curve = &mut compared.curve;
    let history = fixed::run(&plan, &mut fit, |fit| curve.extend(validation(&plan, fit)));
    match history.and_then(|_| evaluate(&mut plan, &mut fit, Keep::Ranked)) {
        Ok(evaluated) => compared.metrics = Some(evaluated.metrics),
        Err(Failure::Fit(failure)) => compared.failure = Some(failure),
        Err(other) => return Err(other),
    }
    let data = &plan.data;
    let named = parameters::of_fixed(&fit, &data.features, &data.target, &data.origins);
    compared.coefficients = of_one_output(named);
    Ok(compared)
}

/// Coefficients of a linear model with one output.
fn of_one_output(named: Option<Vec<Parameters>>) -> Option<Named> {
    match named.map(<[_; 1]>::try_from) {
        Some(Ok([one])) => Some(one.standardized),
        _ => None,
    }
}

/// How well the fit does on the validation rows, by what people go by.
fn validation(plan: &Plan<f32>, trainer: &mut impl Assessor<f32>) -> Option<f64> {
    let names = plan.data.outputs();
    let results = measure::rows(
        plan.data.measured(),
        plan.task.kind,
        names,
        Keep::Ranked,
        trainer,
    );
    match results.ok()?.metrics()? {
        Metrics::Class(metrics) => Some(1.0 - metrics.accuracy),
        Metrics::Number(metrics) => metrics.rmse,
    }
}
