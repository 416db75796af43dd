//! Settings of a fit that are for classes: threshold and weights.

use downhill::Real;
use downhill::loss::{AnyLoss, Link, Loss};

use crate::data::columns::TargetKind;
use crate::data::dataset::Dataset;
use crate::evaluate::metrics::Reading;
use crate::options::GradientOptions;
use crate::options::spec::ThresholdSpec;
use crate::support::failure::{Failure, Outcome};
use crate::train::task::Task;

/// Refuses a threshold among more classes than two, and one that is no probability.
pub(super) fn check_threshold(gradient: &GradientOptions, task: Task) -> Outcome {
    let loss: AnyLoss<f64> = task.loss.build();
    match (gradient.threshold, task.classes) {
        (Some(ThresholdSpec::Given(threshold)), 2) if loss.link(1) == Link::Sigmoid => {
            Reading::Probability.check_threshold(threshold)
        }
        (Some(_), classes @ 3..) => Err(Failure::Usage(format!(
            "`--threshold` is for two classes, and the target has {classes}; weigh the rare ones \
             with `--class-weight balanced`"
        ))),
        _ => Ok(()),
    }
}

/// Weight of each class; empty where none is weighed.
pub(super) fn weights<T: Real>(
    gradient: &GradientOptions,
    task: Task,
    data: &Dataset<T>,
) -> Outcome<Vec<f64>> {
    let counts = || {
        let mut counts = vec![0; task.classes];
        for row in data.training() {
            counts[row.target[0].to_f64() as usize] += 1;
        }
        counts
    };
    Ok(match (&gradient.class_weight, gradient.cost) {
        (None, None) => Vec::new(),
        (Some(_), _) if task.kind != TargetKind::Class => {
            return Err(Failure::Usage(
                "`--class-weight` is for a target of classes; weigh the rows of an amount with \
                 `--weight`"
                    .into(),
            ));
        }
        (_, Some(_)) if task.classes != 2 => {
            return Err(Failure::Usage(
                "`--cost` is for a target of two classes; weigh more classes with `--class-weight \
                 balanced`, and the rows of an amount with `--weight`"
                    .into(),
            ));
        }
        (Some(spec), _) => {
            let classes = &data.target.classes;
            spec.weights(&counts(), |label| classes.named(label))
                .map_err(|error| {
                    Failure::Usage(format!("{error}, and the classes are {classes}"))
                })?
        }
        // A threshold that is to be chosen by the cost needs probabilities as they are.
        (None, Some(_)) if gradient.threshold == Some(ThresholdSpec::Cost) => Vec::new(),
        (None, Some(cost)) => cost.weights(&counts()),
    })
}
