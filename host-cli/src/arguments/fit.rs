//! `fit`: a recipe, and what becomes of the model.

use std::path::PathBuf;

use clap::Args;

use super::RecipeArguments;
use super::headings::{FORMULA, GRADIENT, MODEL, OUTPUT, ROWS};
use super::values::level;
use crate::options::Calibration;
use crate::options::precision::Precision;
use crate::options::spec::DeriveSpec;

/// The options of `fit`.
#[derive(Debug, Args)]
#[command(after_help = crate::options::spec::help(
    "downhill fit air.csv --target CO_GT --model mlp:16 --out co.json",
))]
pub(crate) struct FitArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// Number type: f32, f64, or q15, in integers
    #[arg(long, value_name = "P", value_enum, hide_possible_values = true, help_heading = MODEL)]
    pub(crate) precision: Option<Precision>,
    /// Fit from N seeds, and keep the best
    #[arg(long, value_name = "N", default_value_t = 1, hide = true, help_heading = GRADIENT)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) restarts: u32,
    /// Also cross-validate over K folds
    #[arg(long, value_name = "K", hide = true, help_heading = ROWS)]
    #[arg(value_parser = clap::value_parser!(u64).range(2..=100))]
    pub(crate) cv: Option<u64>,
    /// Also measure each prediction made before its row is learned from
    #[arg(long, hide = true, help_heading = ROWS)]
    pub(crate) prequential: bool,
    /// Quantities of the parameters, with errors: half_life=ln(2)/b2
    #[arg(long, value_name = "NAME=TEXT", hide = true, help_heading = FORMULA)]
    pub(crate) derive: Vec<DeriveSpec>,
    /// Level of the intervals of parameters and curve [0.95]
    #[arg(long, value_name = "P", value_parser = level, hide = true, help_heading = FORMULA)]
    pub(crate) level: Option<f64>,
    /// Share of targets that an interval around predictions holds
    #[arg(long, value_name = "P", value_parser = level, hide = true, help_heading = OUTPUT)]
    pub(crate) coverage: Option<f64>,
    /// Write the model to this file
    #[arg(long, value_name = "MODEL", help_heading = OUTPUT)]
    pub(crate) out: Option<PathBuf>,
    /// Write a page with curves and figures
    #[arg(long, value_name = "HTML", help_heading = OUTPUT)]
    pub(crate) report: Option<PathBuf>,
    /// Draw the curves in the terminal
    #[arg(long, hide = true, help_heading = OUTPUT)]
    pub(crate) plot: bool,
    /// Print one JSON object
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
    /// Calibration that this is the fit of.
    #[arg(skip)]
    pub(crate) calibration: Option<Calibration>,
}

impl FitArguments {
    /// The numbers that the fit is computed in.
    pub(crate) fn precision(&self) -> Precision {
        self.precision.unwrap_or(match self.recipe.is_plain() {
            true => Precision::F64,
            false => Precision::F32,
        })
    }
}
