use core::ffi::CStr;

use downhill::{Fault, checkpoint};
use downhill_link::RecipeError;

/// Outcome of a call. Whatever it is but `DOWNHILL_STATUS_OK`, nothing has changed.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// A pointer is NULL, or is not aligned for what it points to.
    Pointer = 1,
    /// This is no fit: `downhill_create` has not made it, or its buffer was written to.
    NotAFit = 2,
    /// The buffer is too short: `downhill_size` tells what a fit needs, `downhill_save_size` what a
    /// checkpoint does.
    Room = 3,
    /// These bytes are no recipe, or some of them are missing or changed.
    Recipe = 4,
    /// The recipe is of another version: write it again with a `downhill` of this library's.
    RecipeVersion = 5,
    /// This library was built for one recipe, and the one given is another.
    OtherRecipe = 6,
    /// No fit can be built from the recipe: a setting is impossible.
    Setting = 7,
    /// There are fewer or more numbers than the recipe has.
    Length = 8,
    /// A feature is infinite or NaN.
    Feature = 9,
    /// A target is infinite, NaN, or not one that the loss accepts: a class that there is not, say.
    Target = 10,
    /// The weight is infinite, NaN or negative; in fixed point, not 0 or 1.
    Weight = 11,
    /// The prediction is infinite or NaN; in fixed point, beyond its range.
    Prediction = 12,
    /// The loss is infinite or NaN.
    Loss = 13,
    /// The gradient is too large: lower the learning rate, or clip it.
    Gradient = 14,
    /// The update would move a parameter out of its range: lower the learning rate.
    Update = 15,
    /// The scaler is still learning: call `downhill_freeze_scaler` first.
    Scaler = 16,
    /// No sample waits in a batch.
    EmptyBatch = 17,
    /// A fit goes on from fewer steps than that.
    Steps = 18,
    /// These bytes are no checkpoint, or some of them are missing or changed.
    Checkpoint = 19,
    /// The checkpoint is of another version.
    CheckpointVersion = 20,
    /// The checkpoint is of another recipe.
    OtherCheckpoint = 21,
    /// Nothing waits: there is no verdict, or the prediction is of no class.
    None = 22,
    /// The processor flushes small numbers to zero, or rounds otherwise than to the nearest: a fit needs
    /// its floating-point unit as it is after a reset.
    Fpu = 23,
}

/// Every status in words, in the order of its number.
const TEXTS: &[&CStr] = &[
    c"done",
    c"a pointer is NULL or not aligned",
    c"no fit: downhill_create has not made it, or its buffer was written to",
    c"the buffer is too short",
    c"these bytes are no recipe, or some are missing or changed",
    c"the recipe is of another version",
    c"this library was built for another recipe",
    c"a setting of the recipe is impossible",
    c"fewer or more numbers than the recipe has",
    c"a feature is not finite",
    c"a target is not one that the loss accepts",
    c"the weight is not one that the fit accepts",
    c"the prediction is not finite, or out of range",
    c"the loss is not finite",
    c"the gradient is too large: lower the learning rate",
    c"a parameter would leave its range: lower the learning rate",
    c"the scaler is still learning: freeze it first",
    c"no sample waits in a batch",
    c"a fit goes on from fewer steps",
    c"these bytes are no checkpoint, or some are missing or changed",
    c"the checkpoint is of another version",
    c"the checkpoint is of another recipe",
    c"nothing waits, or the target is an amount",
    c"the floating-point unit is not in its default mode",
];

impl Status {
    /// The status of this number in words.
    pub(crate) fn text(number: i32) -> Option<&'static CStr> {
        TEXTS.get(usize::try_from(number).ok()?).copied()
    }
}

impl From<Fault> for Status {
    #[inline]
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Feature { .. } => Self::Feature,
            Fault::Target { .. } => Self::Target,
            Fault::Weight => Self::Weight,
            Fault::Prediction => Self::Prediction,
            Fault::Loss => Self::Loss,
            Fault::Gradient => Self::Gradient,
            Fault::Update => Self::Update,
            Fault::Length { .. } => Self::Length,
            Fault::Arena { .. } => Self::Room,
            Fault::Scaler => Self::Scaler,
            Fault::EmptyBatch => Self::EmptyBatch,
            Fault::Steps => Self::Steps,
            _ => Self::Setting,
        }
    }
}

impl From<RecipeError> for Status {
    fn from(error: RecipeError) -> Self {
        match error {
            RecipeError::Version(_) => Self::RecipeVersion,
            _ => Self::Recipe,
        }
    }
}

impl From<checkpoint::Error> for Status {
    fn from(error: checkpoint::Error) -> Self {
        match error {
            checkpoint::Error::Room { .. } => Self::Room,
            checkpoint::Error::Version(_) => Self::CheckpointVersion,
            checkpoint::Error::Mismatch { .. } => Self::OtherCheckpoint,
            checkpoint::Error::Steps(_) => Self::Steps,
            _ => Self::Checkpoint,
        }
    }
}
