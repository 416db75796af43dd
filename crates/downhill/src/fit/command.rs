use crate::Real;

/// A command to a [`Fit`](super::Fit) in memory: everything that changes one, but for a
/// [checkpoint](super::Fit::resume), whose bytes have to be read first. The command that a host
/// sends to a device is `downhill_link::Command`.
///
/// Features and target are in their own units, as many as the model and the loss take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command<'a, T: Real> {
    /// Learns from one sample, or adds it to the batch under way and applies that once it is
    /// full.
    Sample {
        /// Inputs of the model.
        features: &'a [T],
        /// Target of the loss.
        target: &'a [T],
        /// How much the sample counts; 0 is no sample at all.
        weight: T,
    },
    /// Lets the scaler learn from one sample; parameters stay.
    FitScaler {
        /// Inputs of the model.
        features: &'a [T],
        /// Target of the loss.
        target: &'a [T],
    },
    /// Freezes the scaler: from here on it scales, and the fit can learn.
    FreezeScaler,
    /// Applies the batch under way, full or not.
    ApplyBatch,
    /// Reports the loss on validation samples, to a schedule that waits for a plateau and to the
    /// monitor.
    ReportValidation {
        /// Mean loss; finite.
        loss: T,
    },
    /// Replaces the state and the number of steps; a batch under way is dropped.
    Restore {
        /// Numbers as [`Trainer::state`](crate::Trainer::state) gives them.
        state: &'a [T],
        /// Updates that this state has had.
        steps: u64,
    },
    /// Begins anew: every number zero, parameters drawn from the seed, no step made, nothing
    /// monitored.
    Restart {
        /// Seed of the parameters.
        seed: u64,
    },
    /// Ends the training: puts the parameters that the optimizer ends with in place, and lets the
    /// monitor conclude.
    Finish,
}
