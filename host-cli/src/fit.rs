//! `downhill fit`: learns a model from a file.

use std::path::Path;

use downhill::{Real, Recipe};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arguments::{FitArguments, Precision};
use crate::columns::LeftOut;
use crate::course::{Ended, Epoch};
use crate::curve::{self, Progress};
use crate::failure::Outcome;
use crate::metrics::Results;
use crate::model_file::{About, BothMetrics, Data, ModelFile, Target};
use crate::parameters::{self, Named, Parameters};
use crate::plan::{HostTrainer, Plan, Rows};
use crate::samples::Weighting;
use crate::threshold::{self, Threshold};
use crate::{measure, output, report, train};

/// What `--json` prints; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
struct Document<'a, T: Serialize> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    data: &'a str,
    rows: Rows,
    target: &'a str,
    features: &'a [String],
    left_out: &'a [LeftOut],
    weighting: &'a Weighting,
    precision: Precision,
    recipe: &'a Recipe<T>,
    epochs: u32,
    shuffle: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_epoch: Option<u32>,
    metrics: BothMetrics,
    threshold: Option<&'a Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_standardized: Option<&'a Named>,
    history: &'a [Epoch],
    steps: u64,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// A fit that has ended.
pub(crate) struct Fitted<T: Real> {
    pub(crate) trainer: HostTrainer<T>,
    pub(crate) course: Ended,
    pub(crate) metrics: BothMetrics,
    pub(crate) threshold: Option<Threshold>,
    pub(crate) parameters: Option<Parameters>,
}

pub(crate) fn run(arguments: &FitArguments) -> Outcome {
    match arguments.precision {
        Precision::F32 => run_in::<f32>(arguments),
        Precision::F64 => run_in::<f64>(arguments),
    }
}

fn run_in<T: Real + Serialize + DeserializeOwned>(arguments: &FitArguments) -> Outcome {
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &[&arguments.recipe.data])?),
        None => None,
    };
    let mut plan = Plan::<T>::new(&arguments.recipe)?;
    let mut trainer = plan.trainer()?;
    let progress = Progress::new(plan.epochs);
    let course = train::run(&plan, &mut trainer, |epoch| progress.epoch(epoch));
    progress.clear();
    let course = course.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &trainer, None, arguments).failed(failure.to_string());
            let _ = output::print_json(&failed);
        }
    })?;
    let (threshold, metrics) = judge(&mut plan, &mut trainer)?;
    let parameters = parameters::name(&trainer, &plan.features);
    let fitted = Fitted {
        trainer,
        course,
        metrics,
        threshold,
        parameters,
    };
    let failure = train::worse_than_guessing(
        &plan,
        &fitted.trainer,
        &fitted.metrics,
        &fitted.course.history,
    );
    if let (Some(out), None) = (&out, &failure) {
        let about = about(&plan, arguments, fitted.metrics);
        out.write(&ModelFile::new(plan.recipe, &fitted.trainer, about).text())?;
    }
    if arguments.json {
        let mut done = document(&plan, &fitted.trainer, Some(&fitted.course), arguments);
        done.metrics = fitted.metrics;
        done.threshold = fitted.threshold.as_ref();
        done.parameters = fitted.parameters.as_ref().map(|p| &p.raw);
        done.parameters_standardized = fitted.parameters.as_ref().map(|p| &p.standardized);
        let done = match &failure {
            Some(failure) => done.failed(failure.to_string()),
            None => done,
        };
        output::print_json(&done)?;
    } else {
        curve::draw(&fitted.course.history);
        let saved = arguments.out.as_deref().filter(|_| failure.is_none());
        output::print(&report::fit(&plan, &fitted, arguments, saved))?;
    }
    failure.map_or(Ok(()), Err)
}

/// Measures both sets of rows, and settles the recipe's threshold on those held out.
fn judge<T: Real>(
    plan: &mut Plan<T>,
    trainer: &mut HostTrainer<T>,
) -> Outcome<(Option<Threshold>, BothMetrics)> {
    let mut of = |rows: &[u32]| -> Outcome<Results> {
        let rows = rows.iter().map(|&row| row as usize);
        let results = measure::rows(&plan.samples, rows, plan.task.kind, trainer);
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
    let (train, test) = (train.metrics(), test.metrics());
    Ok((threshold, BothMetrics { train, test }))
}

fn document<'a, T: Real + Serialize>(
    plan: &'a Plan<T>,
    trainer: &HostTrainer<T>,
    course: Option<&'a Ended>,
    arguments: &FitArguments,
) -> Document<'a, T> {
    Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        failure: None,
        data: &plan.data,
        rows: plan.rows(),
        target: &plan.target,
        features: &plan.features,
        left_out: &plan.left_out,
        weighting: &plan.weighting,
        precision: arguments.precision,
        recipe: &plan.recipe,
        epochs: plan.epochs,
        shuffle: plan.shuffles,
        best_epoch: course.and_then(|course| course.best_epoch),
        metrics: BothMetrics {
            train: None,
            test: None,
        },
        threshold: None,
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

impl<T: Serialize> Document<'_, T> {
    /// The same of a fit that failed, whose model is not written.
    fn failed(mut self, message: String) -> Self {
        self.status = "failed";
        self.failure = Some(message);
        self.model = None;
        self
    }
}

fn about<T: Real>(plan: &Plan<T>, arguments: &FitArguments, metrics: BothMetrics) -> About {
    let rows = plan.rows();
    let file = Path::new(&plan.data).file_name().unwrap_or_default();
    About {
        precision: arguments.precision,
        features: plan.features.clone(),
        target: Target {
            name: plan.target.clone(),
            kind: plan.task.kind,
        },
        weighting: plan.weighting.clone(),
        missing_values: arguments.recipe.missing_value.clone(),
        data: Data {
            file: file.to_string_lossy().into_owned(),
            train: rows.train,
            test: rows.test,
            dropped: rows.dropped,
            epochs: plan.epochs,
        },
        metrics,
    }
}
