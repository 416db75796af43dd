//! `downhill fit`: learns a model from a file.

use std::path::Path;

use downhill::health::{Monitor, Severity};
use downhill::{Real, Recipe};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arguments::{FitArguments, Precision};
use crate::columns::{LeftOut, TargetKind};
use crate::course::{Ended, Epoch};
use crate::curve::{self, Progress};
use crate::failure::{Failure, Outcome};
use crate::least_squares::{self, Estimate};
use crate::metrics::{Keep, Results};
use crate::model_file::{About, Anomaly, BothMetrics, Data, ModelFile};
use crate::parameters::{self, ByOutput, Named, Parameters};
use crate::plan::{HostTrainer, Plan, Rows};
use crate::prequential::{self, Prequential};
use crate::report::counted;
use crate::samples::Weighting;
use crate::table::Dialect;
use crate::threshold::{self, Threshold};
use crate::train::Event;
use crate::verdicts::Told;
use crate::watched::Watched;
use crate::{interrupt, measure, output, page, report, talk, train, verdicts};

/// What `--json` prints; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
#[serde(bound(serialize = "T: Real + Serialize"))]
struct Document<'a, T> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    verdicts: &'a [Told],
    skipped: u32,
    data: &'a str,
    format: Dialect,
    rows: Rows,
    #[serde(skip_serializing_if = "Option::is_none")]
    streamed: Option<Streamed>,
    target: Option<String>,
    targets: &'a [String],
    features: &'a [String],
    left_out: &'a [LeftOut],
    weighting: &'a Weighting,
    precision: Precision,
    recipe: &'a Recipe<T>,
    epochs: u32,
    shuffle: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_epoch: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
    metrics: Measured,
    threshold: Option<&'a Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anomaly: Option<Anomaly>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_standardized: Option<ByOutput<'a>>,
    history: &'a [Epoch],
    steps: u64,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// Metrics of the fit as it ended, and on its way.
#[derive(Serialize)]
struct Measured {
    #[serde(flatten)]
    ended: BothMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    prequential: Option<Prequential>,
}

/// The parameters of a model that is linear in its features, or of a formula.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    Linear(ByOutput<'a>),
    Formula(&'a Named<Estimate>),
}

/// Of a file that is read again for every epoch.
#[derive(Serialize)]
struct Streamed {
    /// How many rows are shuffled at a time.
    window: usize,
    /// How many rows learned from, and held out, the metrics are of.
    measured: [usize; 2],
}

/// A fit that has ended.
pub(crate) struct Fitted<T: Real> {
    pub(crate) fit: Watched<T>,
    /// Every verdict, the oldest first.
    pub(crate) told: Vec<Told>,
    pub(crate) course: Ended,
    pub(crate) metrics: BothMetrics,
    pub(crate) prequential: Option<Prequential>,
    /// On the rows learned from and on those held out.
    pub(crate) results: [Results; 2],
    pub(crate) threshold: Option<Threshold>,
    pub(crate) anomaly: Option<Anomaly>,
    pub(crate) parameters: Option<Vec<Parameters>>,
    /// Those of a formula.
    pub(crate) estimates: Option<Named<Estimate>>,
}

pub(crate) fn run(arguments: &FitArguments) -> Outcome {
    interrupt::listen();
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
    let mut plan = Plan::<T>::new(&arguments.recipe)?;
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
        course,
    } = best(&mut plan, arguments)?;
    let course = course.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &told, None, arguments);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(course.interrupted && fit.trainer.steps() == 0)?;
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
    let failure = conclude(&plan, &fit, &metrics, &course, &mut told);
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
        course,
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
            Some(&fitted.course),
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
        curve::draw(&fitted.course.history, arguments.plot)?;
        let saved = arguments.out.as_deref().filter(|_| failure.is_none());
        output::say(&report::fit(&plan, &fitted, arguments, saved))?;
    }
    failure.map_or(Ok(()), Err)
}

/// Tells the last verdict; returns the failure, if it is one.
pub(crate) fn conclude<T: Real>(
    plan: &Plan<T>,
    fit: &Watched<T>,
    metrics: &BothMetrics,
    course: &Ended,
    told: &mut Vec<Told>,
) -> Option<Failure> {
    verdicts::settle(told, &course.history, course.best_epoch);
    let drifted = told.iter().any(|told| told.kind == "drift");
    let verdict = train::conclude(plan, fit, metrics, &course.history, drifted)?;
    let last = match Told::new(&verdict, plan.subject()) {
        last if drifted => last.of_late(),
        last => last,
    };
    let failed = verdict.severity == Severity::Failure;
    let failure = failed.then(|| Failure::Fit(format!("the fit failed: {}", last.sentence())));
    told.push(last);
    failure
}

/// One way through a fit, to its end or to its failure.
struct Attempt<T: Real> {
    fit: Watched<T>,
    told: Vec<Told>,
    course: Outcome<Ended>,
}

/// Fits from as many seeds as are asked for, and keeps the best fit: that of the least held-out
/// loss, or, where nothing is held out, of the least loss. The recipe has its seed then.
fn best<T: Real>(plan: &mut Plan<T>, arguments: &FitArguments) -> Outcome<Attempt<T>> {
    let first = plan.recipe.seed;
    let mut best = attempt(plan)?;
    if arguments.restarts == 1 {
        return Ok(best);
    }
    let (mut least, mut seed) = (loss_of(plan, &mut best), first);
    for restart in 1..arguments.restarts {
        if interrupt::asked() {
            break;
        }
        plan.recipe.seed = first.wrapping_add(restart.into());
        let mut other = attempt(plan)?;
        let loss = loss_of(plan, &mut other);
        if loss < least {
            (best, least, seed) = (other, loss, plan.recipe.seed);
        }
    }
    plan.recipe.seed = seed;
    if let Ok(course) = &mut best.course {
        // The best one may have gone to its end before somebody asked.
        course.interrupted |= interrupt::asked();
    }
    Ok(best)
}

/// What attempts are compared by; infinite of one that has failed.
fn loss_of<T: Real>(plan: &Plan<T>, attempt: &mut Attempt<T>) -> f64 {
    let rows = match plan.split.test.is_empty() {
        true => &plan.split.train,
        false => &plan.split.test,
    };
    let loss = match &attempt.course {
        Ok(_) => measure::mean_loss(plan.samples.of(rows), &mut attempt.fit.trainer),
        Err(_) => Ok(None),
    };
    loss.ok().flatten().unwrap_or(f64::INFINITY)
}

fn attempt<T: Real>(plan: &Plan<T>) -> Outcome<Attempt<T>> {
    let mut fit = Watched::new(plan)?;
    let mut told = Vec::new();
    let progress = Progress::new(plan.epochs);
    let course = train::run(plan, &mut fit, &mut told, |event| match event {
        Event::Epoch(epoch, _) => progress.epoch(epoch),
        Event::Told(told) => progress.say(&told.line()),
    });
    progress.clear();
    Ok(Attempt { fit, told, course })
}

/// What is said of a fit that has ended.
pub(crate) struct Judged {
    threshold: Option<Threshold>,
    anomaly: Option<Anomaly>,
    pub(crate) metrics: BothMetrics,
    results: [Results; 2],
}

/// Measures both sets of rows, and settles the recipe's threshold on those held out. `keep` says
/// what is kept of the rows.
pub(crate) fn judge<T: Real>(
    plan: &mut Plan<T>,
    trainer: &mut HostTrainer<T>,
    share: f64,
    keep: Keep,
) -> Outcome<Judged> {
    // An anomaly is told by the losses of the others.
    let keep = match plan.task.kind {
        TargetKind::Features => Keep::Every,
        _ => keep,
    };
    let mut of = |rows: &[u32]| -> Outcome<Results> {
        let names = plan.target.outputs(&plan.features);
        let results = measure::rows(plan.samples.of(rows), plan.task.kind, names, keep, trainer);
        let mut results =
            results.map_err(|fault| train::faulted(plan, plan.epochs, trainer.steps(), fault))?;
        results.cost = plan.weighting.cost;
        Ok(results)
    };
    let (mut train, mut test) = (of(&plan.split.train)?, of(&plan.split.test)?);
    let narrow = |number: f64| T::from_f64(number).to_f64();
    let threshold = threshold::settle(plan.threshold, &test, narrow)?;
    if let (Some(_), Some(settled)) = (plan.threshold, &threshold) {
        plan.recipe.threshold = Some(T::from_f64(settled.value));
        train.threshold = settled.value;
        test.threshold = settled.value;
    }
    let anomaly = match plan.task.kind {
        TargetKind::Features => anomaly(if test.rows == 0 { &train } else { &test }, share),
        _ => None,
    };
    Ok(Judged {
        threshold,
        anomaly,
        metrics: BothMetrics {
            train: train.metrics(),
            test: test.metrics(),
        },
        results: [train, test],
    })
}

/// What an autoencoder takes for an anomaly: a row whose reconstruction error is above that of
/// all but a `share` of these rows.
fn anomaly(results: &Results, share: f64) -> Option<Anomaly> {
    let mut scores = results.losses.clone();
    scores.sort_by(f64::total_cmp);
    let above = (share * scores.len() as f64) as usize;
    let threshold = scores.iter().rev().nth(above).copied();
    threshold.map(|threshold| Anomaly { threshold, share })
}

fn document<'a, T: Real + Serialize>(
    plan: &'a Plan<T>,
    fit: &Watched<T>,
    verdicts: &'a [Told],
    course: Option<&'a Ended>,
    arguments: &FitArguments,
) -> Document<'a, T> {
    let trainer = &fit.trainer;
    Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        failure: None,
        verdicts,
        skipped: fit.monitor.as_ref().map_or(0, Monitor::skipped),
        data: &plan.data,
        format: plan.dialect,
        rows: plan.rows(),
        streamed: plan.stream.as_ref().map(|stream| Streamed {
            window: stream.window,
            measured: [plan.split.train.len(), plan.split.test.len()],
        }),
        target: plan.target.option(),
        targets: &plan.target.names,
        features: &plan.features,
        left_out: &plan.left_out,
        weighting: &plan.weighting,
        precision: arguments.precision(),
        recipe: &plan.recipe,
        epochs: plan.epochs,
        shuffle: plan.shuffles,
        replay: plan.replay.map(|replay| replay.to_string()),
        best_epoch: course.and_then(|course| course.best_epoch),
        interrupted: course.is_some_and(|course| course.interrupted),
        metrics: Measured {
            ended: BothMetrics {
                train: None,
                test: None,
            },
            prequential: None,
        },
        threshold: None,
        anomaly: None,
        parameters: None,
        parameters_standardized: None,
        history: course.map_or(&[], |course| &course.history),
        steps: trainer.steps(),
        fingerprint: trainer.fingerprint().to_string(),
        model: arguments
            .out
            .as_ref()
            .map(|path| path.display().to_string()),
    }
}

impl<T> Document<'_, T> {
    /// The same of a fit that failed, whose model is not written.
    fn failed(mut self, message: String) -> Self {
        self.status = "failed";
        self.failure = Some(message);
        self.model = None;
        self
    }
}

fn about<T: Real>(
    plan: &Plan<T>,
    arguments: &FitArguments,
    metrics: BothMetrics,
    anomaly: Option<Anomaly>,
) -> About {
    let rows = plan.rows();
    let file = Path::new(&plan.data).file_name().unwrap_or_default();
    About {
        precision: arguments.precision(),
        features: plan.features.clone(),
        encoding: plan.encoding.clone(),
        target: plan.target.clone(),
        anomaly,
        weighting: plan.weighting.clone(),
        missing_values: arguments.recipe.table.reading(&[]).missing,
        missing: arguments.recipe.missing,
        data: Data {
            file: file.to_string_lossy().into_owned(),
            train: rows.train,
            test: rows.test,
            dropped: rows.dropped,
            epochs: plan.epochs,
        },
        metrics,
        formula: plan.formula.clone(),
        least_squares: None,
    }
}
