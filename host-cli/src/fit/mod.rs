//! `downhill fit`: learns a model from a file.

mod attempt;
mod document;
mod judge;

use downhill::Real;
use downhill::health::Severity;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::attempt::{Attempt, best};
use self::document::{Measured, Shown, document};
use self::judge::Judged;
pub(crate) use self::judge::judge;
use crate::arguments::{FitArguments, Precision};
use crate::failure::{Failure, Outcome};
use crate::history::History;
use crate::least_squares::{self, Estimate};
use crate::metrics::{Keep, Results};
use crate::model_file::{About, Anomaly, BothMetrics, Data, ModelFile};
use crate::parameters::{self, ByOutput, Named, Parameters};
use crate::plan::{HostFit, Plan};
use crate::prequential::{self, Prequential};
use crate::report::counted;
use crate::threshold::Threshold;
use crate::verdicts::Told;
use crate::{conclusion, curve, interrupt, output, page, report, talk, verdicts};

/// A fit that has ended.
pub(crate) struct Fitted<T: Real> {
    pub(crate) fit: HostFit<T>,
    /// Every verdict, the oldest first.
    pub(crate) told: Vec<Told>,
    pub(crate) history: History,
    pub(crate) metrics: BothMetrics,
    pub(crate) prequential: Option<Prequential>,
    /// On the training and validation rows.
    pub(crate) results: [Results; 2],
    pub(crate) threshold: Option<Threshold>,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) parameters: Option<Vec<Parameters>>,
    /// Those of a formula.
    pub(crate) estimates: Option<Named<Estimate>>,
}

pub(crate) fn run(arguments: &FitArguments) -> Outcome {
    match (arguments.recipe.solver(), arguments.precision()) {
        (Some(solver), Precision::F32) => least_squares::run::<f32>(arguments, solver),
        (Some(solver), Precision::F64) => least_squares::run::<f64>(arguments, solver),
        (None, Precision::F32) => run_in::<f32>(arguments),
        (None, Precision::F64) => run_in::<f64>(arguments),
    }
}

fn run_in<T: Real + Serialize + DeserializeOwned>(arguments: &FitArguments) -> Outcome {
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &[&arguments.recipe.data])?),
        None => None,
    };
    let page = page::Report::asked(
        arguments.report.as_deref(),
        arguments.out.as_deref(),
        &[&arguments.recipe.data],
    )?;
    talk::detail(format_args!("reading {}", arguments.recipe.data.display()));
    let mut plan = Plan::<T>::read(&arguments.recipe)?;
    // Whoever interrupts before finds nothing that could be kept, and rows that may never end.
    interrupt::listen();
    plan.settle_rate(&arguments.recipe)?;
    talk::detail(format_args!(
        "learning: {} of {}, {}",
        counted(plan.epochs as usize, "epoch"),
        counted(plan.split.train.len(), "row"),
        counted(
            downhill::model::Model::<T>::sizes(&plan.recipe.model).parameters,
            "parameter"
        )
    ));
    let Attempt {
        mut fit,
        mut told,
        history,
    } = best(&mut plan, arguments)?;
    let history = history.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &told, None, arguments);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(history.interrupted && fit.trainer.steps() == 0)?;
    let Judged {
        threshold,
        anomaly,
        metrics,
        results,
    } = judge(
        &mut plan,
        &mut fit.trainer,
        arguments.recipe.anomaly_share(),
        match page {
            Some(_) => Keep::Every,
            None => Keep::Ranked,
        },
    )?;
    let failure = conclude(&plan, &fit, &metrics, &history, &mut told);
    let prequential = arguments
        .prequential
        .then(|| prequential::measure(&plan))
        .transpose();
    let (prequential, failure) = match prequential {
        Ok(prequential) => (prequential.flatten(), failure),
        Err(failed) => (None, failure.or(Some(failed))),
    };
    let parameters = parameters::name(&fit.trainer, &plan.features, &plan.target.names);
    let estimates = plan
        .formula
        .as_ref()
        .map(|formula| formula.estimates(&fit.trainer));
    let fitted = Fitted {
        fit,
        told,
        history,
        metrics,
        prequential,
        results,
        threshold,
        anomaly,
        parameters,
        estimates,
    };
    if let (Some(out), None) = (&out, &failure) {
        let about = about(&plan, arguments, fitted.metrics.clone(), anomaly);
        out.write(&ModelFile::new(plan.recipe, &fitted.fit.trainer, about).text())?;
    }
    if let Some(report) = &page {
        let failure = failure.as_ref().map(Failure::to_string);
        report.write(&page::fit::page(
            &plan,
            &fitted,
            arguments,
            failure.as_deref(),
        ))?;
    }
    if arguments.json {
        let mut done = document(
            &plan,
            &fitted.fit,
            &fitted.told,
            Some(&fitted.history),
            arguments,
        );
        done.metrics = Measured {
            ended: fitted.metrics.clone(),
            prequential: fitted.prequential.clone(),
        };
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
        curve::draw(&fitted.history.epochs, arguments.plot)?;
        let saved = arguments.out.as_deref().filter(|_| failure.is_none());
        output::say(&report::fit(&plan, &fitted, arguments, saved))?;
    }
    failure.map_or(Ok(()), Err)
}

/// Tells the last verdict; returns the failure, if it is one.
pub(crate) fn conclude<T: Real>(
    plan: &Plan<T>,
    fit: &HostFit<T>,
    metrics: &BothMetrics,
    history: &History,
    told: &mut Vec<Told>,
) -> Option<Failure> {
    verdicts::settle(told, &history.epochs, history.best_epoch);
    let drifted = told.iter().any(|told| told.kind == "drift");
    let verdict = conclusion::conclude(plan, fit, metrics, history, drifted)?;
    let last = match Told::new(&verdict, plan.subject()) {
        last if drifted => last.of_late(),
        last => last,
    };
    let failed = verdict.severity == Severity::Failure;
    let failure = failed.then(|| Failure::Fit(format!("the fit failed: {}", last.sentence())));
    told.push(last);
    failure
}

fn about<T: Real>(
    plan: &Plan<T>,
    arguments: &FitArguments,
    metrics: BothMetrics,
    anomaly: Option<Anomaly>,
) -> About {
    About {
        precision: arguments.precision(),
        features: plan.features.clone(),
        encoding: plan.encoding.clone(),
        target: plan.target.clone(),
        anomaly,
        weighting: plan.weighting.clone(),
        missing_values: arguments.recipe.table.reading(&[]).missing,
        missing: arguments.recipe.missing,
        data: Data::new(&plan.data, plan.rows(), plan.epochs),
        metrics,
        formula: plan.formula.clone(),
        least_squares: None,
    }
}
