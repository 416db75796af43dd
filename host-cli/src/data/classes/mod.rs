//! Classes of a target: the labels of a column, and the number that a fit has for each.

mod cells;
mod decide;
mod label;
mod map;
mod order;
mod seen;
mod words;

pub(crate) use self::cells::TargetCells;
pub(crate) use self::decide::{Asked, Ruling, Settled};
pub(crate) use self::map::{Classes, LabelValue, as_values};
pub(crate) use self::seen::Seen;
