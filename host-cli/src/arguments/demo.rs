//! `demo`: a first run, without data of one's own.

use std::path::PathBuf;

use clap::Args;

/// The options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes four weeks of a gas sensor beside a reference analyzer into a new folder,
and runs there, one after the other: inspect, fit, eval, export, and crosscheck
where QEMU and a firmware are at hand. Each command is shown before it runs.

Example:
  downhill demo")]
pub(crate) struct DemoArguments {
    /// The new folder
    #[arg(value_name = "FOLDER", default_value = "downhill-demo")]
    pub(crate) folder: PathBuf,
}
