//! `downhill fit --precision q15`: a fit in fixed point.

use downhill::fixed::Column;
use downhill::rules::ScalingMethod;
use downhill::{Fault, scaler};

use super::document::{Measured, Shown, document};
use super::facts::about;
use crate::arguments::FitArguments;
use crate::data::columns::TargetKind;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure::{self, RowFault};
use crate::evaluate::metrics::Keep;
use crate::model::fixed_fit::FixedFit;
use crate::model::model_file::ModelFile;
use crate::model::parameters::{self, ByOutput};
use crate::model::records::BothMetrics;
use crate::options::precision::Precision;
use crate::options::spec::{OptimizerSpec, RateSpec};
use crate::options::{GradientOptions, Minimizer, paths};
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::{counted, line};
use crate::support::{interrupt, output};
use crate::train::evaluate::{Evaluation, evaluate};
use crate::train::history::{Epoch, History};
use crate::train::learn::chosen;
use crate::train::plan::Plan;

/// Share of steps that may move nothing before the output says so.
const STILL: f64 = 0.5;

/// Fits, writes the model, and prints what came out.
pub(super) fn run(arguments: &FitArguments) -> Outcome {
    let mut recipe = arguments.recipe.clone();
    // The default of floats is none of fixed point's optimizers.
    if recipe.solver.is_none() {
        recipe.optimizer = recipe.optimizer.or(Some(OptimizerSpec::usual("sgd")));
    }
    let (options, Minimizer::Gradient(gradient)) = recipe.options()? else {
        return Err(refused("a formula or `--solver`", "it goes by gradients"));
    };
    refuse(arguments, &gradient)?;
    let inputs = paths(&arguments.recipe.data);
    let out = match &arguments.out {
        Some(path) => Some(output::Target::new(path, &inputs)?),
        None => None,
    };
    let mut plan = Plan::<f32>::new(&options, &gradient)?;
    plan.precision = Precision::Q15;
    report::warnings(&plan.data);
    if plan.task.kind == TargetKind::Features {
        return Err(refused("an autoencoder", "it predicts amounts and classes"));
    }
    if plan.data.weighting.column.is_some() || !plan.data.weighting.classes.is_empty() {
        return Err(refused(
            "a weight of rows or classes",
            "each row counts once",
        ));
    }
    interrupt::listen();
    let mut fit = FixedFit::new(&plan.recipe, columns(&plan)).map_err(|advice| {
        let advice = advice.as_str();
        refused("this fit", advice)
    })?;
    let history = learn(&plan, &mut fit);
    let history = history.inspect_err(|failure| {
        if arguments.json {
            let failed = document(&plan, &fit, &[], None, None);
            let _ = output::print_json(&failed.failed(failure.to_string()));
        }
    })?;
    interrupt::before_any_update(history.interrupted && fit.steps() == 0)?;
    let Evaluation {
        threshold, metrics, ..
    } = evaluate(&mut plan, &mut fit, Keep::Ranked)?;
    if let Some(out) = &out {
        let about = about(&plan, metrics.clone(), None);
        let file = ModelFile::of_fixed(&plan.trainer()?, plan.recipe, &fit, about);
        out.write(&file.text())?;
    }
    let data = &plan.data;
    let parameters = parameters::of_fixed(&fit, &data.features, &data.target, &data.origins);
    let saved = arguments.out.as_deref();
    if arguments.json {
        let chosen = chosen(&gradient, arguments.restarts, &plan);
        let mut done = document(&plan, &fit, &[], Some(&history), saved);
        done.metrics = Measured {
            ended: metrics,
            prequential: None,
        };
        done.chosen_by_validation = &chosen;
        done.parameters = parameters.as_deref().map(ByOutput::raw).map(Shown::Linear);
        done.parameters_standardized = parameters.as_deref().map(ByOutput::standardized);
        done.threshold = threshold.as_ref();
        return output::print_json(&done);
    }
    let mut text = String::new();
    report::header(&mut text, &plan);
    let BothMetrics {
        train,
        validation,
        test,
    } = &metrics;
    report::metrics(
        &mut text,
        &[
            ("training", train.as_ref()),
            ("validation", validation.as_ref()),
            ("test", test.as_ref()),
        ],
    );
    report::parameters(&mut text, parameters.as_deref().unwrap_or(&[]));
    notes(&mut text, &fit);
    if let Some(best) = history.best_epoch {
        line(
            &mut text,
            format_args!("parameters of epoch {best}, the best"),
        );
    }
    if let Some(saved) = saved {
        line(&mut text, format_args!("saved to {}", saved.display()));
    }
    line(&mut text, format_args!("fingerprint {}", fit.fingerprint()));
    output::say(&text)
}

/// Failure of something that fixed point does not have.
fn refused(what: &str, advice: &str) -> Failure {
    Failure::Usage(format!(
        "`--precision q15` does not take {what}: {advice}; change it, or fit in f32"
    ))
}

/// Refuses options that are of floats alone.
fn refuse(arguments: &FitArguments, gradient: &GradientOptions) -> Outcome {
    let floats_only = [
        ("`--report`", arguments.report.is_some()),
        ("`--plot`", arguments.plot),
        ("`--restarts`", arguments.restarts > 1),
        ("`--cv`", arguments.cv.is_some()),
        ("`--prequential`", arguments.prequential),
        ("`--lr auto`", gradient.rate == RateSpec::Auto),
        ("`--replay`", gradient.replay.is_some()),
        ("`--scaler-on-device`", gradient.scaler_rows > 0),
        ("`--scaler-from`", gradient.scaler_from.is_some()),
        (
            "a forgetting scaler",
            matches!(gradient.scaler, ScalingMethod::Forgetting { .. }),
        ),
    ];
    match floats_only.iter().find(|(_, given)| *given) {
        Some((what, _)) => Err(refused(what, "it is of floats")),
        None => Ok(()),
    }
}

/// Columns of features and amounts: a power of two near the scaler's factor, at which all training
/// rows that are held fit.
fn columns(plan: &Plan<f32>) -> Vec<Column> {
    let width = plan.data.features.len();
    let amounts = match plan.task.kind {
        TargetKind::Class => 0,
        _ => plan.data.target.names.len(),
    };
    let learned = scaler::columns(plan.scaler());
    let mut furthest = vec![0.0f64; width + amounts];
    let mean = |at: usize| learned.get(at).map_or(0.0, |column| column[0]);
    for row in plan.data.training() {
        let numbers = row.features.iter().chain(row.target);
        for (at, (furthest, number)) in furthest.iter_mut().zip(numbers).enumerate() {
            *furthest = furthest.max((f64::from(*number) - mean(at)).abs());
        }
    }
    let each = furthest.into_iter().enumerate();
    each.map(|(at, furthest)| {
        let factor = learned.get(at).map_or(1.0, |column| column[1]);
        Column::learned(mean(at), factor, furthest)
    })
    .collect()
}

/// Goes through every epoch; with patience it ends with the parameters of the best.
fn learn(plan: &Plan<f32>, fit: &mut FixedFit) -> Outcome<History> {
    let mut order = plan.order();
    let mut history = History::default();
    let mut best: Option<(f64, Vec<i32>)> = None;
    for epoch in 1..=plan.epochs {
        let (mut sum, mut rows) = (0.0, 0u64);
        plan.data
            .epoch(&mut order, |samples, chosen| -> Outcome<bool> {
                for row in samples.of(chosen) {
                    if interrupt::asked() {
                        return Ok(false);
                    }
                    let step = fit.observe(row.features, row.target);
                    let step = step.map_err(|fault| {
                        failed(
                            plan,
                            epoch,
                            fit.steps(),
                            RowFault {
                                line: row.line,
                                fault,
                            },
                        )
                    })?;
                    sum += step.loss;
                    rows += 1;
                }
                Ok(true)
            })?;
        if interrupt::asked() {
            history.interrupted = true;
            break;
        }
        let validation = plan.data.samples.of(&plan.data.split.validation);
        let validation = measure::mean_loss(validation, fit)
            .map_err(|fault| failed(plan, epoch, fit.steps(), fault))?;
        history.epochs.push(Epoch {
            epoch,
            train: sum / rows as f64,
            validation,
        });
        if let (Some(patience), Some(loss)) = (plan.patience, validation) {
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, fit.words().to_vec()));
                history.best_epoch = Some(epoch);
            }
            if epoch - history.best_epoch.unwrap_or(epoch) >= patience {
                break;
            }
        }
    }
    if let Some((_, words)) = best {
        let restored = fit.restore(&words);
        restored.map_err(|fault| Failure::Fit(fault.to_string()))?;
    }
    Ok(history)
}

/// A fault in words: where, why, and what to try.
fn failed(plan: &Plan<f32>, epoch: u32, steps: u64, RowFault { line, fault }: RowFault) -> Failure {
    let cause = match fault {
        Fault::Prediction => {
            "the prediction is beyond ±8 standard deviations, the range of 16 bits"
        }
        Fault::Gradient => "a slope is beyond ±8, the range of 16 bits",
        Fault::Update => "the step would take a parameter beyond ±8, its range",
        _ => "",
    };
    let cause = match cause {
        "" => fault.to_string(),
        cause => cause.into(),
    };
    Failure::Fit(format!(
        "the fit failed at step {} (epoch {epoch}, {}): {cause}. Lower the learning rate of {}, or \
         fit in f32",
        steps + 1,
        plan.data.files.place(line),
        plan.rate
    ))
}

/// What was cut off and what did not move.
fn notes(text: &mut String, fit: &FixedFit) {
    let counts = fit.counted;
    if counts.cut_off > 0 {
        let numbers = counted(counts.cut_off as usize, "number");
        line(
            text,
            format_args!(
                "{numbers} cut off at the range of 16 bits: look for rows far from the others, or \
                 fit in f32"
            ),
        );
    }
    if counts.still as f64 > STILL * fit.steps() as f64 {
        line(
            text,
            format_args!(
                "{} of {} steps round to zero: raise `--lr`, or fit in f32",
                counts.still,
                fit.steps()
            ),
        );
    }
}
