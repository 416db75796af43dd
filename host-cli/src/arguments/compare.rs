//! `compare`: a recipe, and what varies in it.

use std::path::PathBuf;

use clap::Args;

use super::RecipeArguments;
use super::crosscheck::CheckedPrecision;

/// Options of one of the fits.
#[derive(Clone, Debug, Args)]
pub(crate) struct ComparedArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// Number type of fits by gradients: f32, or q15, in integers
    #[arg(long, value_name = "P", value_enum, hide_possible_values = true)]
    pub(crate) precision: Option<CheckedPrecision>,
}

/// The options of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
All options of `fit` that decide a fit can be varied and given. Rows, split and
seed are the same for all.

Example:
  downhill compare air.csv --target CO_GT --vary model=linear,mlp:16
      --vary lr=0.001,0.01")]
pub(crate) struct CompareArguments {
    #[command(flatten)]
    pub(crate) fit: ComparedArguments,
    /// An option and its values: loss=squared,huber:1; several give every
    /// combination
    #[arg(long, value_name = "OPTION=A,B", required = true, action = clap::ArgAction::Append)]
    pub(crate) vary: Vec<String>,
    /// Compare by the mean over K folds
    #[arg(long, value_name = "K")]
    #[arg(value_parser = clap::value_parser!(u64).range(2..=100))]
    pub(crate) cv: Option<u64>,
    /// Write a page with curves and figures
    #[arg(long, value_name = "HTML")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
