//! A recording: JSON Lines of everything that a board was told, and of what became of it.

mod format;
mod reader;
mod recorder;

pub(crate) use format::{Entry, Head, RecordedCommand};
pub(crate) use reader::Reader;
pub(crate) use recorder::Recorder;
