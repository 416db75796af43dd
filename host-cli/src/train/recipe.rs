//! From arguments to the core's description of a fit.

use downhill::loss::{AnyLoss, Loss};
use downhill::model::{AnyModel, Model, ParameterKind};
use downhill::rules::{Bound, Clip, Penalty, Scaling, ScalingMethod};
use downhill::{Real, Recipe};

use crate::data::columns::TargetKind;
use crate::data::formula::{self, Formula};
use crate::model::parameters;
use crate::options::spec::{BatchSpec, BoundSpec};
use crate::options::{FitOptions, GradientOptions};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::train::defaults::Defaults;
use crate::train::task::Task;

/// Fewest and most rows to an update of a loss of a batch as a whole, where nobody says otherwise:
/// few enough for some updates an epoch, and enough of each class.
const POOLED: [u16; 2] = [16, 256];

/// The core's description of the fit of these columns and so many rows, and what follows from them.
pub(crate) fn describe<T: Real>(
    options: &FitOptions,
    gradient: &GradientOptions,
    task: Task,
    (features, formula): (&[String], Option<&Formula>),
    rows: usize,
) -> Outcome<(Recipe<T>, Defaults)> {
    let width = u16::try_from(features.len()).map_err(|_| {
        let (features, most) = (features.len(), u16::MAX);
        Failure::Input(format!(
            "{features} features are more than the {most} a fit can have; choose some with \
             `--features`"
        ))
    })?;
    let scaler_rows = gradient.scaler_rows;
    if scaler_rows >= rows || (scaler_rows > 0 && gradient.scaler == ScalingMethod::None) {
        return Err(Failure::Usage(format!(
            "`--scaler-on-device {scaler_rows}` needs a scaler, and fewer rows than the {rows} \
             training rows"
        )));
    }
    // Each row, and those that are replayed after it.
    let met = 1 + gradient.replay.map_or(0, |replay| replay.draws);
    let batch = match gradient.batch {
        Some(BatchSpec::Rows(rows)) => rows,
        None if !gradient.optimizer.is_full_batch() => match task.loss.is_of_batches() {
            true => pooled(rows),
            false => 1,
        },
        _ => u16::try_from(rows * met).map_err(|_| {
            let rows = rows * met;
            Failure::Usage(format!(
                "a batch of all {rows} rows is too large; give `--batch` a number up to {}",
                u16::MAX
            ))
        })?,
    };
    let steps = |rows: usize| (rows * met).div_ceil(batch.into()) as u64;
    let chosen = Defaults::of(gradient, task, (rows, features.len()), batch);
    let all_steps = steps(rows - scaler_rows) + u64::from(chosen.epochs - 1) * steps(rows);
    let model = formula::model(formula, task.model, width, task.outputs(width))?;
    let loss: AnyLoss<T> = task.loss.build();
    // An autoencoder predicts its features as they are scaled.
    let as_it_is = !gradient.standardize_target && task.kind != TargetKind::Features;
    let target = loss.scales_target() && !as_it_is;
    let real = T::from_f64;
    let frozen = frozen::<T>(&model, gradient.freeze)?;
    let bounds = bounds::<T>(
        &model,
        &bound_specs::<T>(options, gradient, formula)?,
        (features, formula),
    )?;
    if let Some(bound) = bounds.iter().flatten().find(|bound| bound.first < frozen) {
        return Err(Failure::Usage(format!(
            "`--bound` would hold parameter {}, which `--freeze {}` leaves as it is; begin the \
             bound at parameter {frozen}, or freeze fewer layers",
            bound.first, gradient.freeze
        )));
    }
    if chosen.rate * gradient.weight_decay >= 1.0 {
        return Err(Failure::Usage(format!(
            "`--weight-decay {}` times the learning rate of {} is 1 or more, which leaves nothing of a \
             weight; take one below {}",
            gradient.weight_decay,
            chosen.rate,
            1.0 / chosen.rate
        )));
    }
    let optimizer = gradient.optimizer.build(chosen.rate);
    let recipe = Recipe::new(model, loss, optimizer)
        .scaling(Scaling {
            method: gradient.scaler,
            target,
        })
        .schedule(gradient.schedule.build(gradient.warmup, all_steps))
        .penalty(Penalty {
            l1: real(gradient.l1),
            l2: real(chosen.l2),
            decay: real(gradient.weight_decay),
        })
        .clip(Clip {
            value: gradient.clip_value.map(real),
            norm: gradient.clip_norm.map(real),
        })
        .frozen(frozen)
        .bounds(bounds)
        .health(gradient.health)
        .batch(batch)
        .seed(options.seed);
    Ok((recipe, chosen))
}

/// Rows to an update of a loss of a batch as a whole: a quarter of all, within bounds.
fn pooled(rows: usize) -> u16 {
    let [fewest, most] = POOLED;
    let quarter = u16::try_from(rows.div_ceil(4)).unwrap_or(most);
    let all = u16::try_from(rows).unwrap_or(most);
    quarter.clamp(fewest, most).min(all)
}

/// Number of parameters of the first layers.
fn frozen<T: Real>(model: &AnyModel<T>, layers: usize) -> Outcome<u32> {
    let mut ends = vec![0];
    Model::<T>::parameter_groups(model, &mut |run, kind| {
        if kind == ParameterKind::Bias {
            ends.push(run.end);
        }
    });
    match ends.get(layers) {
        Some(&end) if layers == 0 || layers + 1 < ends.len() => Ok(end as u32),
        _ => Err(Failure::Usage(format!(
            "`--freeze {layers}` leaves nothing to train: the model has {}",
            counted(ends.len() - 1, "layer")
        ))),
    }
}

/// The bounds by number, and those of a formula by name.
fn bound_specs<T: Real>(
    options: &FitOptions,
    gradient: &GradientOptions,
    formula: Option<&Formula>,
) -> Outcome<Vec<BoundSpec>> {
    let mut specs = gradient.bound.clone();
    let Some(formula) = formula else {
        return Ok(specs);
    };
    let named = formula::bounds(&formula.parameters, &options.bounds)?;
    for (at, (lower, upper)) in named
        .into_iter()
        .enumerate()
        .filter_map(|(at, b)| Some((at, b?)))
    {
        specs.push(BoundSpec {
            parameters: at.to_string(),
            low: lower.unwrap_or(-T::MAX.to_f64()),
            high: upper.unwrap_or(T::MAX.to_f64()),
        });
    }
    Ok(specs)
}

fn bounds<T: Real>(
    model: &AnyModel<T>,
    specs: &[BoundSpec],
    (features, formula): (&[String], Option<&Formula>),
) -> Outcome<[Option<Bound<T>>; 8]> {
    let sizes = Model::<T>::sizes(model);
    let names = match (formula, model) {
        (Some(formula), _) => formula.parameters.clone(),
        (None, AnyModel::Linear(_)) if sizes.outputs == 1 => parameters::names(features),
        _ => Vec::new(),
    };
    let mut bounds = [None; 8];
    if specs.len() > bounds.len() {
        return Err(Failure::Usage(format!(
            "`--bound` is given {} times, and a recipe holds {}; parameters with the same limits \
             make one bound, such as `0-7=0:1`",
            specs.len(),
            bounds.len()
        )));
    }
    for (bound, spec) in bounds.iter_mut().zip(specs) {
        *bound = Some(
            spec.build(sizes.parameters, &names)
                .map_err(Failure::Usage)?,
        );
    }
    Ok(bounds)
}
