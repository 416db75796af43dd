//! Result of `fit --json`.

use std::path::Path;

use downhill::interval::Interval;
use downhill::{Real, Recipe};
use downhill_tables::HowRead;
use serde::Serialize;

use crate::data::classes::{self, Classes};
use crate::data::columns::LeftOut;
use crate::data::origins::ColumnOrigin;
use crate::data::parts::Parts;
use crate::data::row_order::{Counter, OrderSign};
use crate::data::samples::{RowCounts, Weighting};
use crate::data::signal::{Signal, SignalFacts};
use crate::evaluate::threshold::Threshold;
use crate::model::estimate::{Estimate, Named};
use crate::model::fixed_fit::Counted;
use crate::model::parameters::ByOutput;
use crate::model::records::{Anomaly, BothMetrics};
use crate::options::precision::Precision;
use crate::support::failure::Failure;
use crate::train::cross_validation::CrossValidation;
use crate::train::fitted::{Ended, Fitted};
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::prequential::Prequential;
use crate::train::verdicts::VerdictMessage;

/// Result, as `--json` prints it; `host-cli/JSON.md` says what each field holds.
#[derive(Serialize)]
#[serde(bound(serialize = "T: Real + Serialize"))]
pub(crate) struct FitResult<'a, T> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    verdicts: &'a [VerdictMessage],
    skipped: u32,
    data: String,
    format: &'a HowRead,
    rows: RowCounts,
    #[serde(skip_serializing_if = "Option::is_none")]
    streamed: Option<Streamed>,
    target: Option<String>,
    targets: &'a [String],
    /// Labels of the classes, at their numbers; none of an amount.
    #[serde(serialize_with = "classes::as_values")]
    classes: &'a Classes,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parted: Option<&'a str>,
    /// Labels of classes without a training row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    untrained_classes: Vec<&'a str>,
    features: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<SignalFacts<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    origins: Vec<ColumnOrigin>,
    left_out: &'a [LeftOut],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    counters: &'a [Counter],
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a OrderSign>,
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
    pub(crate) metrics: Measured,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cross_validation: Option<&'a CrossValidation>,
    /// What the validation rows have chosen, so that their figures are optimistic.
    pub(crate) chosen_by_validation: &'a [&'static str],
    pub(crate) threshold: Option<&'a Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anomaly: Option<Anomaly>,
    /// Interval around predictions, behind the validation rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interval: Option<Interval<T>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameters: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameters_standardized: Option<ByOutput<'a>>,
    history: &'a [Epoch],
    /// Numbers cut off and steps that moved nothing, of a fit in fixed point.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    fixed: Option<Counted>,
    steps: u64,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

/// Metrics of the fit as it ended, and on its way.
#[derive(Serialize)]
pub(crate) struct Measured {
    #[serde(flatten)]
    pub(crate) ended: BothMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prequential: Option<Prequential>,
}

/// The parameters of a model that is linear in its features, or of a formula.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Shown<'a> {
    Linear(ByOutput<'a>),
    Formula(&'a Named<Estimate>),
}

/// Facts of a file that is read again for every epoch.
#[derive(Serialize)]
struct Streamed {
    /// Number of rows that are shuffled at a time; 0 where none are.
    window: usize,
    /// Bytes on disk that hold the rows, shuffled.
    temporary_bytes: u64,
    /// Numbers of training and validation rows that the metrics are of.
    measured: [usize; 2],
}

pub(crate) fn document<'a, T: Real + Serialize>(
    plan: &'a Plan<T>,
    fit: &impl Ended,
    verdicts: &'a [VerdictMessage],
    history: Option<&'a History>,
    model: Option<&Path>,
) -> FitResult<'a, T> {
    FitResult {
        status: "done",
        failure: None,
        verdicts,
        skipped: fit.skipped(),
        data: plan.data.name(),
        format: &plan.data.how,
        rows: plan.data.rows(),
        streamed: plan.data.stream.as_ref().map(|stream| Streamed {
            window: stream.shuffled_at_once(),
            temporary_bytes: stream.parts().map_or(0, Parts::length),
            measured: [
                plan.data.split.train.len(),
                plan.data.split.validation.len(),
            ],
        }),
        target: plan.data.target.option(),
        targets: &plan.data.target.names,
        classes: &plan.data.target.classes,
        taken: plan.data.taken.as_deref(),
        parted: plan.data.parted.as_deref(),
        untrained_classes: { plan.data.untrained.iter() }
            .map(|one| plan.data.target.classes.label(one.class))
            .collect(),
        features: &plan.data.features,
        signal: plan.data.signal.as_ref().map(Signal::facts),
        origins: plan.data.shifted(),
        left_out: &plan.data.left_out,
        counters: &plan.data.order.counters,
        order: plan.data.order.sign.as_ref(),
        weighting: &plan.data.weighting,
        precision: plan.precision,
        recipe: &plan.recipe,
        epochs: plan.epochs,
        shuffle: plan.shuffle,
        replay: plan.replay.map(|replay| replay.to_string()),
        best_epoch: history.and_then(|history| history.best_epoch),
        interrupted: history.is_some_and(|history| history.interrupted),
        metrics: Measured {
            ended: BothMetrics::default(),
            prequential: None,
        },
        cross_validation: None,
        chosen_by_validation: &[],
        threshold: None,
        anomaly: None,
        interval: None,
        parameters: None,
        parameters_standardized: None,
        history: history.map_or(&[], |history| &history.epochs),
        fixed: fit.counted(),
        steps: fit.steps(),
        fingerprint: fit.fingerprint().to_string(),
        model: model.map(|path| path.display().to_string()),
    }
}

/// Result of a fit that went to its end, and was saved there if it was.
pub(crate) fn of_fitted<'a, T: Real + Serialize>(
    plan: &'a Plan<T>,
    fitted: &'a Fitted<impl Ended>,
    failure: Option<&Failure>,
    model: Option<&Path>,
) -> FitResult<'a, T> {
    let history = Some(&fitted.history);
    let mut done = document(plan, &fitted.fit, &fitted.told, history, model);
    done.metrics = Measured {
        ended: fitted.metrics.clone(),
        prequential: fitted.prequential.clone(),
    };
    done.cross_validation = fitted.cross_validation.as_ref();
    done.chosen_by_validation = &fitted.chosen;
    done.threshold = fitted.threshold.as_ref();
    done.anomaly = fitted.anomaly;
    let linear = fitted.parameters.as_deref().map(ByOutput::raw);
    let formula = fitted.estimates.as_ref().map(Shown::Formula);
    done.parameters = linear.map(Shown::Linear).or(formula);
    done.parameters_standardized = fitted.parameters.as_deref().map(ByOutput::standardized);
    match failure {
        Some(failure) => done.failed(failure.to_string()),
        None => done,
    }
}

impl<T> FitResult<'_, T> {
    /// Result of a fit that failed, whose model is not written.
    pub(crate) fn failed(mut self, message: String) -> Self {
        self.status = "failed";
        self.failure = Some(message);
        self.model = None;
        self
    }
}
