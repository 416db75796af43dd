//! `recipe`: a fit, and the form in which another program takes its recipe.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CheckedPrecision, RecipeArguments};

/// The options of `recipe`.
#[derive(Debug, Args)]
#[command(after_help = "\
With a model that `fit --out` wrote in place of DATA.csv it is of that model, and
holds a checkpoint from which a fit goes on; of DATA.csv, the fit that `fit` would
make with these options, at its start. `downhill fit --help` has all of them.

Example:
  downhill recipe co.json --to c --out co_recipe.h")]
pub(crate) struct WrittenRecipeArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// Number type: f32, or q15, in integers
    #[arg(
        long,
        value_name = "P",
        value_enum,
        hide_possible_values = true,
        hide = true
    )]
    pub(crate) precision: Option<CheckedPrecision>,
    /// A header of C, or the recipe's bytes
    #[arg(long, value_name = "c|bytes", value_enum, hide_possible_values = true)]
    pub(crate) to: RecipeForm,
    /// Write to this file; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Prefix of names in C [the target's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// Forms of a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecipeForm {
    /// A header of C.
    C,
    /// The bytes alone.
    Bytes,
}
