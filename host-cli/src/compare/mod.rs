//! `downhill compare`: the same rows, split and seed under several settings.

mod page;
mod text;
mod vary;

use std::ffi::OsString;

use clap::Parser;
use serde::Serialize;

use crate::arguments::{Arguments, Command, CompareArguments};
use crate::columns::TargetKind;
use crate::config;
use crate::failure::{Failure, Outcome};
use crate::fit::{conclude, judge};
use crate::host_executor::Event;
use crate::metrics::{Keep, Metrics};
use crate::model_file::BothMetrics;
use crate::page::Report;
use crate::parameters::{self, Named};
use crate::plan::{HostTrainer, Plan, Rows};
use crate::{host_executor, measure, output, talk};

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
    /// After each epoch, of the validation rows.
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
    let inputs = [arguments.recipe.data.as_path()];
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

fn all_failed(fits: &[Compared]) -> bool {
    fits.iter().all(|fit| fit.failure.is_some())
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
    let settings = vary::product(&varied)?;
    let (settings, read) = vary::of_one_kind(settings);
    if read {
        talk::say(format_args!(
            "`squared` is read as `squared_probability` here: beside a loss of classes it is the \
             squared error of a class's probability"
        ));
    }
    for setting in settings {
        let with = with_options(&setting)?;
        if with.recipe.solver().is_some() {
            return Err(Failure::Usage(
                "`compare` goes by gradients; give a formula an `--optimizer`".into(),
            ));
        }
        let plan = Plan::<f32>::new(&with.recipe)?;
        let of = (plan.rows(), plan.task.kind, plan.target.to_string());
        let first = first.get_or_insert(of);
        if first.1 != plan.task.kind {
            return Err(Failure::Usage(
                "these fits take the target for different things, an amount and a class; compare \
                 fits of one kind: amounts with such as `--vary loss=squared,absolute`, classes \
                 with `--vary loss=squared,cross_entropy`"
                    .into(),
            ));
        }
        fits.push(fit(plan, &with, setting)?);
    }
    let (rows, kind, target) = first.ok_or_else(|| Failure::Usage("nothing to compare".into()))?;
    Ok(Document {
        schema: crate::output::SCHEMA,
        downhill: env!("CARGO_PKG_VERSION"),
        status: match all_failed(&fits) {
            true => "failed",
            false => "done",
        },
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
        .find(|pair| ["vary", "json", "report"].contains(&pair.0.as_str()))
    {
        return Err(Failure::Usage(format!(
            "`--vary` varies options of a fit, and `--{option}` is none"
        )));
    }
    let own = config::line();
    let options = setting
        .iter()
        .map(|(option, value)| OsString::from(format!("--{option}={value}")));
    let parsed = Arguments::try_parse_from(own.into_iter().chain(options)).map_err(|error| {
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
    let mut fit = plan.fit()?;
    let (mut told, mut curve) = (Vec::new(), Vec::new());
    let history = host_executor::run(&plan, &mut fit, &mut told, |event| {
        if let Event::Epoch(_, trainer) = event {
            curve.extend(validation(&plan, trainer));
        }
    });
    let mut compared = Compared {
        options: Options(setting),
        failure: None,
        parameters: fit.trainer.parameters().len(),
        metrics: None,
        coefficients: None,
        curve,
    };
    let share = arguments.recipe.anomaly_share();
    let judged = history.and_then(|history| {
        let judged = judge(&mut plan, &mut fit.trainer, share, Keep::Ranked)?;
        Ok((history, judged.metrics))
    });
    match judged {
        Ok((history, metrics)) => {
            let failure = conclude(&plan, &fit, &metrics, &history, &mut told);
            compared.failure = failure.map(|failure| failure.to_string());
            compared.metrics = Some(metrics);
        }
        Err(Failure::Fit(failure)) => compared.failure = Some(failure),
        Err(other) => return Err(other),
    }
    let named = parameters::name(&fit.trainer, &plan.features, &plan.target.names);
    if let Some(Ok([one])) = named.map(<[_; 1]>::try_from) {
        compared.coefficients = Some(one.standardized);
    }
    Ok(compared)
}

/// How well the fit does on the validation rows, by what people go by.
fn validation(plan: &Plan<f32>, trainer: &mut HostTrainer<f32>) -> Option<f64> {
    let rows = match plan.split.validation.is_empty() {
        true => &plan.split.train,
        false => &plan.split.validation,
    };
    let names = plan.target.outputs(&plan.features);
    let rows = plan.samples.of(rows);
    let results = measure::rows(rows, plan.task.kind, names, Keep::Ranked, trainer);
    match results.ok()?.metrics()? {
        Metrics::Class(metrics) => Some(1.0 - metrics.accuracy),
        Metrics::Number(metrics) => metrics.rmse,
    }
}
