//! Columns and rows: from a table to samples.

pub(crate) mod arrays;
pub(crate) mod classes;
pub(crate) mod columns;
pub(crate) mod dataset;
pub(crate) mod dependence;
pub(crate) mod encode;
pub(crate) mod errors_in_features;
pub(crate) mod features;
pub(crate) mod formula;
pub(crate) mod grid;
pub(crate) mod groups;
pub(crate) mod hold;
pub(crate) mod names;
pub(crate) mod origins;
pub(crate) mod parts;
pub(crate) mod ranges;
pub(crate) mod role;
pub(crate) mod roles;
pub(crate) mod row_order;
pub(crate) mod samples;
pub(crate) mod scaling;
pub(crate) mod shifts;
pub(crate) mod signal;
pub(crate) mod stream;
pub(crate) mod units;
pub(crate) mod untrained;
