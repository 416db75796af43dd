//! The subcommands.

pub(crate) mod calibrate;
pub(crate) mod compare;
pub(crate) mod crosscheck;
pub(crate) mod demo;
pub(crate) mod device;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod fit;
pub(crate) mod help;
pub(crate) mod inspect;
pub(crate) mod man;
pub(crate) mod normal;
pub(crate) mod predict;
pub(crate) mod recipe;
pub(crate) mod replay;
