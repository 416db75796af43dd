//! `inspect`: a file before anything is fitted.

use std::path::PathBuf;

use clap::Args;

use super::TableArguments;

/// The options of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Finds missing values, constant columns, copies, outliers, unequal scales, rare
classes, features that give the target away or say nothing of it, noisy labels,
too few rows, and, with --time, drift from the first rows to the last.

Example:
  downhill inspect air.csv --target CO_GT --missing-value=-200 --time hour")]
pub(crate) struct InspectArguments {
    /// CSV file with a header line, or several
    #[arg(value_name = "DATA.csv", required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// The column to predict
    #[arg(long, value_name = "COL", required_unless_present = "signal")]
    pub(crate) target: Option<String>,
    /// Columns to predict from [all other numeric ones]
    #[arg(long, value_name = "A,B")]
    pub(crate) features: Vec<String>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Column with the time of each row: a number, or a date such as 2015-02-04
    #[arg(long, value_name = "COL")]
    pub(crate) time: Option<String>,
    /// Look at raw samples: rate, jitter, gaps, saturation, frequencies
    #[arg(long)]
    pub(crate) signal: bool,
    /// Column that tells recordings of a signal apart
    #[arg(long, value_name = "COL")]
    pub(crate) recording: Option<String>,
    /// Sampling rate of a signal, such as 26Hz [by the times]
    #[arg(long, value_name = "F")]
    pub(crate) rate: Option<String>,
    /// Write a page with findings and columns
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
