//! Fits in fixed point: their plan, their start, and how they run on the host.

use downhill::fit::Command;
use downhill::fixed::Column;
use downhill::rules::ScalingMethod;
use downhill::{Fault, NumberType, Step, scaler};

use crate::data::columns::TargetKind;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure::RowFault;
use crate::model::fixed_fit::FixedFit;
use crate::options::precision::Precision;
use crate::options::spec::RateSpec;
use crate::options::{FitOptions, GradientOptions};
use crate::support::failure::{Failure, Outcome};
use crate::train::history::{Epoch, History};
use crate::train::plan::Plan;
use crate::train::training_loop::{self, At, Executor};

/// Failure of something that fixed point does not have.
pub(crate) fn refused(what: &str, advice: &str) -> Failure {
    Failure::Usage(format!(
        "`--precision q15` does not take {what}: {advice}; change it, or fit in f32"
    ))
}

/// Failure of a formula and of a solver.
pub(crate) fn by_gradients_only() -> Failure {
    refused("a formula or `--solver`", "it goes by gradients")
}

/// The plan of a fit in fixed point.
pub(crate) fn plan(options: &FitOptions, gradient: &GradientOptions) -> Outcome<Plan<f32>> {
    let floats_only = [
        ("`--lr auto`", gradient.rate == RateSpec::Auto),
        ("`--replay`", gradient.replay.is_some()),
        (
            "a forgetting scaler",
            matches!(gradient.scaler, ScalingMethod::Forgetting { .. }),
        ),
    ];
    if let Some((what, _)) = floats_only.iter().find(|(_, given)| *given) {
        return Err(refused(what, "it is of floats"));
    }
    let mut plan = Plan::<f32>::new(options, gradient)?;
    plan.precision = Precision::Q15;
    plan.recipe.number = NumberType::Q15;
    if plan.task.kind == TargetKind::Features {
        return Err(refused("an autoencoder", "it predicts amounts and classes"));
    }
    if plan.data.weighting.column.is_some() || !plan.data.weighting.classes.is_empty() {
        return Err(refused(
            "a weight of rows or classes",
            "each row counts once",
        ));
    }
    FixedFit::new(&plan.recipe)
        .map_err(|advice| refused("this fit", advice.to_string().as_str()))?;
    Ok(plan)
}

/// The fit at its start: parameters drawn, and the scaler frozen if it is learned.
pub(crate) fn start(plan: &Plan<f32>) -> Outcome<FixedFit> {
    let mut fit = FixedFit::new(&plan.recipe).map_err(Failure::input)?;
    if plan.has_scaler() {
        fit.set_columns(&columns(plan)).map_err(Failure::input)?;
    }
    Ok(fit)
}

/// Columns of features and amounts: a spread of 1, or a power of two less, at which all training
/// rows that are held fit.
fn columns(plan: &Plan<f32>) -> Vec<Column> {
    let width = plan.data.features.len();
    let amounts = match plan.task.kind {
        TargetKind::Class => 0,
        _ => plan.data.target.names.len(),
    };
    let learned = scaler::columns(plan.scaler());
    let of = |at: usize| learned.get(at).copied().unwrap_or([0.0, 1.0]);
    let mut furthest = vec![0.0f64; width + amounts];
    for row in plan.data.training() {
        let numbers = row.features.iter().chain(row.target);
        for (at, (furthest, number)) in furthest.iter_mut().zip(numbers).enumerate() {
            *furthest = furthest.max((f64::from(*number) - of(at)[0]).abs());
        }
    }
    let each = furthest.into_iter().enumerate();
    each.map(|(at, furthest)| {
        let [mean, factor] = of(at);
        Column::learned(mean as f32, factor as f32, furthest as f32)
    })
    .collect()
}

/// Learns from every row of every epoch; `watch` sees the fit after each.
pub(crate) fn run(
    plan: &Plan<f32>,
    fit: &mut FixedFit,
    watch: impl FnMut(&mut FixedFit),
) -> Outcome<History> {
    training_loop::run(plan, &mut FixedExecutor { plan, fit, watch }, usize::MAX)
}

/// A fit in fixed point that goes through a training loop alone.
struct FixedExecutor<'a, W> {
    plan: &'a Plan<f32>,
    fit: &'a mut FixedFit,
    watch: W,
}

impl<W: FnMut(&mut FixedFit)> Executor<f32> for FixedExecutor<'_, W> {
    type Stop = Failure;
    type Fit = FixedFit;

    fn execute(&mut self, at: At, command: Command<'_, f32>) -> Outcome<Step<f32>> {
        self.fit.execute(command).map_err(|fault| {
            let line = at.line.unwrap_or(self.plan.data.samples.sample(0).line);
            self.stop(at.epoch, RowFault { line, fault })
        })
    }

    fn fit(&mut self) -> &mut FixedFit {
        self.fit
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Failure {
        faulted(self.plan, epoch, self.fit.steps(), fault)
    }

    fn watch(&mut self, _: &Epoch) {
        (self.watch)(self.fit);
    }
}

/// A fault in words: where, why, and what to try.
pub(crate) fn faulted(
    plan: &Plan<f32>,
    epoch: u32,
    steps: u64,
    RowFault { line, fault }: RowFault,
) -> Failure {
    let cause = match fault {
        Fault::Prediction => {
            "the prediction is beyond ±8 standard deviations, the range of 16 bits".into()
        }
        Fault::Gradient => "a slope is beyond ±8, the range of 16 bits".into(),
        Fault::Update => "the step would take a parameter beyond ±8, its range".into(),
        fault => fault.to_string(),
    };
    Failure::Fit(format!(
        "the fit failed at step {} (epoch {epoch}, {}): {cause}. Lower the learning rate of {}, or \
         fit in f32",
        steps + 1,
        plan.data.files.place(line),
        plan.rate
    ))
}
