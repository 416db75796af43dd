//! Models: the trainer, its parameters by name, and the file.

pub(crate) mod covariance;
pub(crate) mod estimate;
mod file_text;
pub(crate) mod fixed_fit;
pub(crate) mod gradient;
pub(crate) mod model_file;
pub(crate) mod model_rows;
pub(crate) mod normal;
pub(crate) mod parameters;
pub(crate) mod recipe_text;
pub(crate) mod records;
mod rows_of_model;
pub(crate) mod stage;
pub(crate) mod taken_scaler;
pub(crate) mod trainer;
pub(crate) mod twin;
