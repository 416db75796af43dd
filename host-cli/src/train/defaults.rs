//! Defaults that follow from the rows: epochs, learning rate and penalty where none is asked for.

use crate::data::columns::TargetKind;
use crate::options::GradientOptions;
use crate::options::spec::RateSpec;
use crate::train::task::Task;

/// Passes over the rows.
const EPOCHS: u32 = 50;
/// Most passes of a net that predicts an amount from few rows.
const MOST_EPOCHS: u32 = 200;
/// Rows that such a net goes through, in all its epochs.
const VISITS: f64 = 240_000.0;
/// Rate of such a net, and the highest one where it goes through fewer rows, in units of the
/// optimizer's.
const NET: [f64; 2] = [1.5, 2.5];
/// Highest rate of an update from many rows, in units of that from one.
const MOST_OF_BATCH: f64 = 8.0;
/// The same of a net whose loss is that of a batch as a whole, whose few updates take it too far else.
const MOST_OF_POOLED: f64 = 2.0;
/// Training rows a feature below which the weights of a fit of classes are penalized.
const WIDE: usize = 10;
/// The penalty then.
const PENALTY: f64 = 0.003;

/// Epochs, learning rate and penalty of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Defaults {
    pub(crate) epochs: u32,
    pub(crate) rate: f64,
    pub(crate) l2: f64,
    /// True where nobody asked for the penalty.
    pub(crate) is_penalized: bool,
}

impl Defaults {
    /// What is asked for, or else follows from the number of training rows, of features, and of rows
    /// of an update.
    pub(crate) fn of(
        gradient: &GradientOptions,
        task: Task,
        (rows, features): (usize, usize),
        batch: u16,
    ) -> Self {
        // Steps of an optimizer that scales each gradient are about as large as its rate.
        let scales = gradient.optimizer.scales_gradients();
        let is_net = task.model.widths().is_some() && task.kind == TargetKind::Number && scales;
        let needed = (VISITS / rows.max(1) as f64).ceil() as u32;
        let epochs = gradient.epochs.unwrap_or(match is_net {
            true => needed.clamp(EPOCHS, MOST_EPOCHS),
            false => EPOCHS,
        });
        let own = gradient.optimizer.default_rate();
        let rate = match gradient.rate {
            RateSpec::Is(rate) => rate,
            RateSpec::Usual if scales => {
                let visits = f64::from(epochs) * rows as f64;
                let [least, most] = NET;
                let few = least * (VISITS / visits.max(1.0)).sqrt();
                let of_net = if is_net { few.clamp(least, most) } else { 1.0 };
                let is_pooled = task.model.widths().is_some() && task.loss.is_of_batches();
                let most_of_batch = if is_pooled {
                    MOST_OF_POOLED
                } else {
                    MOST_OF_BATCH
                };
                let of_batch = f64::from(batch).sqrt().min(most_of_batch);
                rounded(own * of_net * of_batch)
            }
            RateSpec::Usual | RateSpec::Auto => own,
        };
        let is_wide = task.kind == TargetKind::Class && rows < WIDE * features;
        let is_free = gradient.l1 == 0.0 && gradient.weight_decay == 0.0;
        let is_penalized = gradient.l2.is_none() && is_wide && is_free && scales;
        Self {
            epochs,
            rate,
            l2: match gradient.l2 {
                None if is_penalized => PENALTY,
                asked => asked.unwrap_or(0.0),
            },
            is_penalized,
        }
    }
}

/// Two digits, as they are printed and can be asked for.
pub(crate) fn rounded(rate: f64) -> f64 {
    format!("{rate:.1e}").parse().unwrap_or(rate)
}
