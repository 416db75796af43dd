//! A model in memory, in one precision.

use downhill::Real;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::data::grid::Native;
use crate::model::model_file::ModelFile;
use crate::model::trainer::HostFit;

/// A model in one precision.
pub(super) struct InMemory<T: Real> {
    pub(super) file: ModelFile<T>,
    pub(super) fit: HostFit<T>,
    /// True once it has learned more than the file says.
    pub(super) has_learned: bool,
}

/// Precisions of models in memory.
pub(super) trait Kept: Native + Serialize + DeserializeOwned + 'static {}

impl Kept for f32 {}
impl Kept for f64 {}
