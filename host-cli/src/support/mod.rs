//! Failures, output and messages.

pub(crate) mod cleanup;
pub(crate) mod failure;
pub(crate) mod file_format;
pub(crate) mod format;
pub(crate) mod interrupt;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod messages;
pub(crate) mod output;
pub(crate) mod printable;
