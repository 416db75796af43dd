//! Training: from options and data to a fit that has ended.

pub(crate) mod auto_lr;
pub(crate) mod baseline;
pub(crate) mod conclusion;
pub(crate) mod core_errors;
pub(crate) mod cross_validation;
pub(crate) mod defaults;
pub(crate) mod evaluate;
pub(crate) mod fitted;
pub(crate) mod fixed;
pub(crate) mod history;
pub(crate) mod host_executor;
pub(crate) mod learn;
pub(crate) mod least_squares;
pub(crate) mod lowest;
pub(crate) mod plan;
pub(crate) mod prequential;
pub(crate) mod prospect;
pub(crate) mod recipe;
pub(crate) mod replay_buffer;
pub(crate) mod restarts;
pub(crate) mod task;
pub(crate) mod test_file;
pub(crate) mod trainee;
pub(crate) mod training_loop;
pub(crate) mod trial;
pub(crate) mod verdicts;
