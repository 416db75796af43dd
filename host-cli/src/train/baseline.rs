//! What always guessing the same would lose.

use downhill::loss::{AnyLoss, Link, Loss, Pool};
use downhill::model::Model;
use downhill::{Real, scaler};

use crate::data::columns::TargetKind;
use crate::model::trainer::HostTrainer;
use crate::train::plan::Plan;

/// The mean loss of the training rows under a constant guess: the mean of each target, or the
/// shares of the classes.
pub(crate) fn baseline<T: Real>(plan: &Plan<T>, trainer: &HostTrainer<T>) -> f64 {
    let columns = trainer.scaler();
    let outputs = Model::<T>::sizes(trainer.model()).outputs;
    let link = plan.recipe.loss.link(outputs);
    // The weighted mean of each target, or of each class's share.
    let (mut guess, mut total) = (vec![0.0; outputs], 0.0);
    each_target(plan, columns, |target, weight| {
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
    let mut pool = Pool::new();
    if plan.recipe.loss.pooled(&pool).is_some() {
        each_target(plan, columns, |target, weight| {
            pool.add(target[0], T::ONE, weight)
        });
    }
    if let Some((loss, _)) = plan.recipe.loss.pooled(&pool) {
        return loss.to_f64();
    }
    let guess: Vec<T> = guess.iter().map(|&z| T::from_f64(z)).collect();
    let sum = match plan.recipe.loss {
        AnyLoss::Squared(loss) => loss_of(plan, columns, &loss, &guess),
        loss => loss_of(plan, columns, &loss, &guess),
    };
    sum / total
}

/// The weighted sum of the losses of the training rows under a constant guess.
fn loss_of<T: Real>(plan: &Plan<T>, columns: &[T], loss: &impl Loss<T>, guess: &[T]) -> f64 {
    let mut sum = 0.0;
    let mut add = |outputs: &mut [T], target: &[T], weight: T| {
        sum += weight.to_f64() * loss.eval(outputs, target).to_f64();
    };
    if let &[one] = guess {
        each_target(plan, columns, |target, weight| {
            add(&mut [one], target, weight)
        });
    } else {
        let mut outputs = guess.to_vec();
        each_target(plan, columns, |target, weight| {
            outputs.copy_from_slice(guess);
            add(&mut outputs, target, weight);
        });
    }
    sum
}

/// Shows the target of each training row, scaled by these columns of a scaler if there are
/// any, and how much the row counts.
fn each_target<T: Real>(plan: &Plan<T>, columns: &[T], mut visit: impl FnMut(&[T], T)) {
    let samples = &plan.data.samples;
    let (width, targets) = samples.widths();
    let mut room = vec![T::ZERO; targets];
    for (target, weight) in samples.targets(&plan.data.split.train) {
        if columns.is_empty() {
            visit(target, weight);
        } else {
            scaler::scale(columns, width, target, &mut room);
            visit(&room, weight);
        }
    }
}
