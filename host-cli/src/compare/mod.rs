//! `downhill compare`: the same rows, split and seed under several settings.

mod text;
mod vary;

use std::ffi::OsString;

use clap::Parser;
use downhill::Step;
use serde::Serialize;

use crate::arguments::{Arguments, Command, CompareArguments};
use crate::columns::TargetKind;
use crate::course::{self, Act, Epoch, Pupil};
use crate::failure::{Failure, Outcome};
use crate::fit::{Judged, judge};
use crate::measure::{self, RowFault};
use crate::metrics::Metrics;
use crate::model_file::BothMetrics;
use crate::parameters::{self, Named};
use crate::plan::{HostTrainer, Plan, Rows};
use crate::{output, train};

use vary::{Setting, Vary};

/// What `--json` prints.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    data: String,
    target: String,
    rows: Rows,
    /// What `curve` holds: `error`, the share of rows whose class is wrong, or `rmse`.
    curve: &'static str,
    fits: Vec<Compared>,
}

/// One of the fits.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Compared {
    /// The options that make it what it is.
    options: Options,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// How many parameters the model has.
    parameters: usize,
    metrics: Option<BothMetrics>,
    /// Of a linear model: by feature, of features of mean 0 and standard deviation 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    coefficients: Option<Named>,
    /// After each epoch, of the rows held out.
    curve: Vec<f64>,
}

/// Options and their values, in the order of `--vary`.
#[derive(Clone, Debug)]
struct Options(Setting);

impl Serialize for Options {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(option, value)| (option, value)))
    }
}

pub(crate) fn run(arguments: &CompareArguments) -> Outcome {
    let document = compare(arguments)?;
    match arguments.json {
        true => output::print_json(&document),
        false => output::print(&text::of(&document)),
    }
}

/// Makes every fit.
pub(crate) fn compare(arguments: &CompareArguments) -> Outcome<Document> {
    let varied: Vec<Vary> = arguments
        .vary
        .iter()
        .map(|text| Vary::parse(text))
        .collect::<Outcome<_>>()?;
    let mut fits = Vec::new();
    let mut first: Option<(Rows, TargetKind, String)> = None;
    for setting in vary::product(&varied)? {
        let with = with_options(&setting)?;
        let plan = Plan::<f32>::new(&with.recipe)?;
        let of = (plan.rows(), plan.task.kind, plan.target.to_string());
        let first = first.get_or_insert(of);
        if first.1 != plan.task.kind {
            return Err(Failure::Usage(
                "these fits take the target for different things, an amount and a class; compare \
                 fits of one kind"
                    .into(),
            ));
        }
        fits.push(fit(plan, &with, setting)?);
    }
    let (rows, kind, target) = first.ok_or_else(|| Failure::Usage("nothing to compare".into()))?;
    Ok(Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        data: arguments.recipe.data.display().to_string(),
        target,
        rows,
        curve: match kind {
            TargetKind::Class => "error",
            _ => "rmse",
        },
        fits,
    })
}

/// The command line once more, with one setting behind it.
fn with_options(setting: &Setting) -> Outcome<CompareArguments> {
    if let Some((option, _)) = setting
        .iter()
        .find(|pair| pair.0 == "vary" || pair.0 == "json")
    {
        return Err(Failure::Usage(format!(
            "`--vary` varies options of a fit, and `--{option}` is none"
        )));
    }
    let own = std::env::args_os();
    let options = setting
        .iter()
        .map(|(option, value)| OsString::from(format!("--{option}={value}")));
    let parsed = Arguments::try_parse_from(own.chain(options)).map_err(|error| {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default();
        Failure::Usage(message.trim_start_matches("error: ").into()).within("`--vary`")
    })?;
    match parsed.command {
        Command::Compare(arguments) => Ok(arguments),
        _ => Err(Failure::Usage("`--vary` varies options of a fit".into())),
    }
}

/// Makes one fit. That it fails is a result as well.
fn fit(mut plan: Plan<f32>, arguments: &CompareArguments, setting: Setting) -> Outcome<Compared> {
    let mut trainer = plan.trainer()?;
    let parameters = trainer.parameters().len();
    let mut watched = Watched {
        plan: &plan,
        trainer: &mut trainer,
        curve: Vec::new(),
    };
    let ended = course::run(&plan, &mut watched, usize::MAX);
    let curve = watched.curve;
    let share = arguments.recipe.anomaly_share;
    let judged = ended.and_then(|ended| Ok((ended, judge(&mut plan, &mut trainer, share)?)));
    let options = Options(setting);
    let (ended, Judged { metrics, .. }) = match judged {
        Ok(judged) => judged,
        Err(failure @ Failure::Fit(_)) => {
            return Ok(Compared {
                options,
                failure: Some(failure.to_string()),
                parameters,
                metrics: None,
                coefficients: None,
                curve,
            });
        }
        Err(other) => return Err(other),
    };
    let failure = train::worse_than_guessing(&plan, &trainer, &metrics, &ended.history);
    let named = parameters::name(&trainer, &plan.features, &plan.target.names);
    let coefficients = named.and_then(|named| match <[_; 1]>::try_from(named) {
        Ok([one]) => Some(one.standardized),
        Err(_) => None,
    });
    Ok(Compared {
        options,
        failure: failure.map(|failure| failure.to_string()),
        parameters,
        metrics: Some(metrics),
        coefficients,
        curve,
    })
}

/// A trainer whose held-out rows are measured after each epoch, by what people go by.
struct Watched<'a> {
    plan: &'a Plan<f32>,
    trainer: &'a mut HostTrainer<f32>,
    curve: Vec<f64>,
}

impl Pupil<f32> for Watched<'_> {
    type Stop = Failure;

    fn act(&mut self, epoch: u32, act: Act<'_, f32>) -> Outcome<Step<f32>> {
        course::perform(self.plan, self.trainer, act).map_err(|fault| {
            let line = train::line_of(self.plan, act);
            self.stop(epoch, RowFault { line, fault })
        })
    }

    fn trainer(&mut self) -> &mut HostTrainer<f32> {
        self.trainer
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        train::faulted(self.plan, epoch, self.trainer.steps(), fault)
    }

    fn watch(&mut self, _epoch: &Epoch) {
        let plan = self.plan;
        let rows = match plan.split.test.is_empty() {
            true => &plan.split.train,
            false => &plan.split.test,
        };
        let names = plan.target.outputs(&plan.features);
        let results = measure::rows(plan.samples.of(rows), plan.task.kind, names, self.trainer);
        let metrics = results.ok().and_then(|results| results.metrics());
        self.curve.extend(match metrics {
            Some(Metrics::Class(metrics)) => Some(1.0 - metrics.accuracy),
            Some(Metrics::Number(metrics)) => metrics.rmse,
            None => None,
        });
    }
}
