use core::ffi::CStr;

use downhill::health;

/// A finding about how the fit goes, with the step at which it was made.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// Updates made by the fit.
    pub step: u64,
    /// The finding.
    pub finding: Finding,
    /// The number that it rests on: the mean loss of a fit that converges, the rate to try where one
    /// is wrong, otherwise a ratio or a share, as `docs/verdicts.md` says; 0 where there is none.
    pub value: f32,
    /// The layer or the feature that it is about, counted from 0; 0 where it is about the fit.
    pub index: u16,
    /// 1 for what fails a fit, such as a sample that was refused: it is told once, and the fit may go on;
    /// 0 for advice.
    pub failure: u8,
}

/// Finding of a verdict. `docs/verdicts.md` says of each when it is reported, and what to do.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A sample was refused.
    NonFinite = 0,
    /// The loss has risen far above that of a constant guess.
    Diverging = 1,
    /// Gradients are far larger than they were at first.
    ExplodingGradient = 2,
    /// A layer's gradients are far smaller than those of the last one.
    VanishingGradient = 3,
    /// Most units of a hidden layer pass no gradient back.
    DeadUnits = 4,
    /// The loss falls.
    Converging = 5,
    /// The loss no longer falls, and is well below that of a constant guess.
    Converged = 6,
    /// The loss no longer falls, and is not well below that of a constant guess.
    Plateau = 7,
    /// Each step undoes most of the one before.
    Oscillating = 8,
    /// Steps have all but stopped at a loss no better than at first.
    SaddleSuspected = 9,
    /// The validation loss rises while that of the samples learned from falls.
    Overfitting = 10,
    /// The fit has ended little better than a constant guess.
    Underfitting = 11,
    /// A feature is far larger than another.
    UnscaledFeature = 12,
    /// A feature never changes.
    DeadFeature = 13,
    /// Two features are collinear.
    CollinearFeatures = 14,
    /// One class is far more frequent than another.
    ClassImbalance = 15,
    /// The loss is better than a constant guess's, and the metric is not.
    LossMetricMismatch = 16,
    /// The target looks like the number of a class.
    WrongLoss = 17,
    /// The learning rate is too high.
    LearningRateTooHigh = 18,
    /// The learning rate is too low.
    LearningRateTooLow = 19,
    /// The loss has risen and stays up.
    Drift = 20,
    /// The fit was rolled back to its last good parameters.
    RolledBack = 21,
    /// The parameters were perturbed at random.
    Perturbed = 22,
    /// One that this header does not know.
    Other = 23,
}

/// Every finding in words, in the order of its number.
const TEXTS: &[&CStr] = &[
    c"a sample was refused",
    c"diverging",
    c"exploding gradient",
    c"vanishing gradient",
    c"dead units",
    c"converging",
    c"converged",
    c"plateau",
    c"oscillating",
    c"saddle suspected",
    c"overfitting",
    c"underfitting",
    c"a feature is not scaled",
    c"a feature never changes",
    c"two features are collinear",
    c"classes are out of balance",
    c"the loss is good and the metric is not",
    c"the target looks like a class",
    c"the learning rate is too high",
    c"the learning rate is too low",
    c"drift",
    c"rolled back",
    c"perturbed",
    c"other",
];

impl Finding {
    /// The finding of this number in words.
    pub(crate) fn text(number: i32) -> Option<&'static CStr> {
        TEXTS.get(usize::try_from(number).ok()?).copied()
    }
}

impl From<health::Verdict> for Verdict {
    fn from(verdict: health::Verdict) -> Self {
        use health::Finding as Core;
        let (finding, value, index) = match verdict.finding {
            Core::NonFinite { .. } => (Finding::NonFinite, 0.0, 0),
            Core::Diverging { ratio } => (Finding::Diverging, ratio, 0),
            Core::ExplodingGradient { ratio } => (Finding::ExplodingGradient, ratio, 0),
            Core::VanishingGradient { layer, ratio } => {
                (Finding::VanishingGradient, ratio, layer.into())
            }
            Core::DeadUnits { layer, share } => (Finding::DeadUnits, share, layer.into()),
            Core::Converging { loss } => (Finding::Converging, loss, 0),
            Core::Converged { loss } => (Finding::Converged, loss, 0),
            Core::Plateau { ratio } => (Finding::Plateau, ratio, 0),
            Core::Oscillating { cosine } => (Finding::Oscillating, cosine, 0),
            Core::SaddleSuspected { ratio } => (Finding::SaddleSuspected, ratio, 0),
            Core::Overfitting { ratio, .. } => (Finding::Overfitting, ratio, 0),
            Core::Underfitting { ratio } => (Finding::Underfitting, ratio, 0),
            Core::UnscaledFeature { index, ratio } => (Finding::UnscaledFeature, ratio, index),
            Core::DeadFeature { index } => (Finding::DeadFeature, 0.0, index),
            Core::CollinearFeatures { a, correlation, .. } => {
                (Finding::CollinearFeatures, correlation, a)
            }
            Core::ClassImbalance { ratio } => (Finding::ClassImbalance, ratio, 0),
            Core::LossMetricMismatch { errors, .. } => (Finding::LossMetricMismatch, errors, 0),
            Core::WrongLoss { largest } => (Finding::WrongLoss, 0.0, largest.into()),
            Core::LearningRateTooHigh { suggested, .. } => {
                (Finding::LearningRateTooHigh, suggested, 0)
            }
            Core::LearningRateTooLow { suggested, .. } => {
                (Finding::LearningRateTooLow, suggested, 0)
            }
            Core::Drift { .. } => (Finding::Drift, 0.0, 0),
            Core::RolledBack { .. } => (Finding::RolledBack, 0.0, 0),
            Core::Perturbed => (Finding::Perturbed, 0.0, 0),
            _ => (Finding::Other, 0.0, 0),
        };
        Self {
            step: verdict.step,
            finding,
            value,
            index,
            failure: (verdict.severity == health::Severity::Failure).into(),
        }
    }
}
