//! `fit`, `predict` and `eval` of models of what is normal.

mod document;
mod eval;
mod fit;
mod page;
mod predict;
mod text;
mod watch;

pub(crate) use self::eval::eval;
pub(crate) use self::fit::fit;
pub(crate) use self::predict::predict;
pub(in crate::commands) use self::text::table;
