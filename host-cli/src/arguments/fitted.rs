//! `predict`, `eval` and `export`: what a fitted model is for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TableArguments;
use super::values::{at_least_one, level};
use crate::options::spec::{Cost, finite};

/// The options of `predict`.
#[derive(Debug, Args)]
#[command(after_help = "\
Prints one line a row: `prediction` (of several targets one each),
`probability,class`, or `score,anomaly`. A row that misses a number gets an
empty prediction. `--interval 0.95` adds columns to one fitted by least squares.

Example:
  downhill predict co.json new.csv --out predicted.csv")]
pub(crate) struct PredictArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// CSV file, or several, with the model's features
    #[arg(value_name = "DATA.csv", required = true)]
    pub(crate) data: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Add confidence and prediction intervals of this level
    #[arg(long, value_name = "P", value_parser = level)]
    pub(crate) interval: Option<f64>,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Write one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  downhill eval co.json later.csv")]
pub(crate) struct EvalArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// CSV file, or several, with the model's features and target
    #[arg(value_name = "DATA.csv", required = true)]
    pub(crate) data: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Threshold of class 1 [the model's]
    #[arg(long, value_name = "T", allow_hyphen_values = true, value_parser = finite)]
    pub(crate) threshold: Option<f64>,
    /// Costs of errors, such as fp=1,fn=20 [the model's]
    #[arg(long, value_name = "C")]
    pub(crate) cost: Option<Cost>,
    /// Column with the weight of each row [the model's column]
    #[arg(long, value_name = "COL")]
    pub(crate) weight: Option<String>,
    /// Also measure the N rows with the highest scores
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) top: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The options of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Rust is a module that needs nothing but core; C is a header of C99 that needs no
library. Both hold scaler and threshold, and predict with the bits of
`downhill predict`. A table is of a model of one feature, with its largest error.

Example:
  downhill export co.json --to c --out co_gt.h")]
pub(crate) struct ExportArguments {
    /// A file that `fit --out` wrote
    pub(crate) model: PathBuf,
    /// The language, or a look-up table in C or in Rust
    #[arg(
        long,
        value_name = "rust|c|table|table-rust",
        value_enum,
        hide_possible_values = true
    )]
    pub(crate) to: Export,
    /// Points of a look-up table
    #[arg(long, value_name = "N", default_value_t = 64)]
    #[arg(value_parser = clap::value_parser!(u16).range(2..))]
    pub(crate) points: u16,
    /// Range of a look-up table [that of the rows]
    #[arg(long, value_name = "A..B", allow_hyphen_values = true, value_parser = range)]
    pub(crate) range: Option<[f64; 2]>,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Prefix of names in C [the target's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// Forms of `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Export {
    Rust,
    C,
    /// A look-up table in C.
    Table,
    TableRust,
}

impl Export {
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Rust | Self::TableRust => Language::Rust,
            Self::C | Self::Table => Language::C,
        }
    }

    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::Table | Self::TableRust)
    }
}

/// Reads a range, such as `0..100`.
fn range(text: &str) -> Result<[f64; 2], String> {
    let ends = text.split_once("..");
    let ends = ends.and_then(|(low, high)| Some([finite(low).ok()?, finite(high).ok()?]));
    match ends {
        Some([low, high]) if low < high => Ok([low, high]),
        _ => Err("two numbers, the smaller first, such as 0..100".into()),
    }
}

/// The languages of `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    C,
}
