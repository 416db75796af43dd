//! What always guessing the same would lose.

use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::model::Model;
use downhill::{Real, scaler};

use crate::data::columns::TargetKind;
use crate::model::trainer::HostTrainer;
use crate::train::plan::Plan;

/// The mean loss of the training rows under a constant guess: the mean of each target, or the
/// quantile that the loss is least at, or the shares of the classes.
pub(crate) fn baseline<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> f64 {
    let mean = mean(plan, trainer);
    // No constant has less squared error.
    let is_least = matches!(plan.recipe.loss, AnyLoss::Squared(_));
    let others = quantile(plan, trainer).filter(|_| !is_least);
    of_rows(plan, trainer, &plan.data.split.train, mean, others)
}

/// The mean loss of the validation rows under the best of these constants, which are taken from the
/// training rows; `None` without validation rows.
pub(crate) fn of_validation<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> Option<f64> {
    let rows = &plan.data.split.validation;
    let (mean, median) = (mean(plan, trainer), quantile(plan, trainer));
    (!rows.is_empty()).then(|| of_rows(plan, trainer, rows, mean, median))
}

/// The least mean loss of rows under constant guesses.
fn of_rows<T: Real>(
    plan: &Plan<T>,
    trainer: &HostTrainer<T>,
    rows: &[u32],
    first: Vec<f64>,
    other: Option<Vec<f64>>,
) -> f64 {
    let columns = trainer.scaler();
    let mut pool = Pool::new();
    if plan.recipe.loss.pooled(&pool).is_some() {
        each_target(plan, columns, rows, |target, weight| {
            pool.add(target[0], T::ONE, weight);
        });
    }
    if let Some((loss, _)) = plan.recipe.loss.pooled(&pool) {
        return loss.to_f64();
    }
    let guesses = [first].into_iter().chain(other);
    let losses = guesses.map(|guess| {
        let guess: Vec<T> = guess.iter().map(|&z| T::from_f64(z)).collect();
        match plan.recipe.loss {
            AnyLoss::Squared(loss) => loss_of(plan, (columns, rows), &loss, &guess),
            loss => loss_of(plan, (columns, rows), &loss, &guess),
        }
    });
    // NaN stays one.
    losses
        .reduce(|a, b| if b < a { b } else { a })
        .unwrap_or(f64::NAN)
}

/// Outputs that stand for the weighted mean of each target, or for each class's share, of the
/// training rows.
fn mean<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> Vec<f64> {
    let columns = trainer.scaler();
    let outputs = Model::<T>::sizes(trainer.model()).outputs;
    let link = plan.recipe.loss.link(outputs);
    let (mut guess, mut total) = (vec![0.0; outputs], 0.0);
    each_target(plan, columns, &plan.data.split.train, |target, weight| {
        let weight = weight.to_f64();
        total += weight;
        if link == Link::Softmax {
            let class = target[0].to_f64();
            for (at, sum) in guess.iter_mut().enumerate() {
                *sum += weight * f64::from(u8::from(class == at as f64));
            }
        } else {
            for (sum, number) in guess.iter_mut().zip(target) {
                *sum += weight * number.to_f64();
            }
        }
    });
    for z in &mut guess {
        *z /= total;
        *z = match link {
            Link::Identity if plan.task.kind == TargetKind::Class => (2.0 * *z - 1.0).signum(),
            Link::Identity => *z,
            // A class that does not occur has a logit that no loss is infinite at.
            Link::Exp | Link::Softmax => z.max(1e-6).ln(),
            Link::Sigmoid => (*z / (1.0 - *z)).ln(),
        };
    }
    guess
}

/// Weighted median of each target of the training rows, or the quantile that the loss is for; `None`
/// of classes and counts.
fn quantile<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> Option<Vec<f64>> {
    let outputs = Model::<T>::sizes(trainer.model()).outputs;
    let is_amount = plan.task.kind != TargetKind::Class;
    if !is_amount || plan.recipe.loss.link(outputs) != Link::Identity {
        return None;
    }
    let share = match plan.recipe.loss {
        AnyLoss::Quantile(loss) => loss.tau.to_f64(),
        _ => 0.5,
    };
    let mut columns: Vec<Vec<(f64, f64)>> = vec![Vec::new(); outputs];
    each_target(
        plan,
        trainer.scaler(),
        &plan.data.split.train,
        |target, weight| {
            for (column, number) in columns.iter_mut().zip(target) {
                column.push((number.to_f64(), weight.to_f64()));
            }
        },
    );
    let at_share = |mut column: Vec<(f64, f64)>| {
        column.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = column.iter().map(|one| one.1).sum();
        let mut below = 0.0;
        let found = column.iter().find(|one| {
            below += one.1;
            below >= share * total
        });
        found.map(|one| one.0)
    };
    columns.into_iter().map(at_share).collect()
}

/// The weighted mean of the losses of rows under a constant guess.
fn loss_of<T: Real>(
    plan: &Plan<T>,
    (columns, rows): (&[T], &[u32]),
    loss: &impl Loss<T>,
    guess: &[T],
) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    let mut add = |outputs: &mut [T], target: &[T], weight: T| {
        total += weight.to_f64();
        sum += weight.to_f64() * loss.eval(outputs, target).to_f64();
    };
    if let &[one] = guess {
        each_target(plan, columns, rows, |target, weight| {
            add(&mut [one], target, weight)
        });
    } else {
        let mut outputs = guess.to_vec();
        each_target(plan, columns, rows, |target, weight| {
            outputs.copy_from_slice(guess);
            add(&mut outputs, target, weight);
        });
    }
    sum / total
}

/// Shows the target of each of these rows, scaled by these columns of a scaler if there are any,
/// and how much the row counts.
fn each_target<T: Real>(
    plan: &Plan<T>,
    columns: &[T],
    rows: &[u32],
    mut visit: impl FnMut(&[T], T),
) {
    let samples = &plan.data.samples;
    let (width, targets) = samples.widths();
    let mut room = vec![T::ZERO; targets];
    for (target, weight) in samples.targets(rows) {
        if columns.is_empty() {
            visit(target, weight);
        } else {
            scaler::scale(columns, width, target, &mut room);
            visit(&room, weight);
        }
    }
}
