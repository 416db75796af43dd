//! Models of what is normal: on the host, and in a file.

mod file;
mod score;

pub(crate) use self::file::{
    NormalAbout, NormalFile, NormalModel, NormalRecord, NormalResults, parse,
};
pub(crate) use self::score::{HostDetector, build, description};
