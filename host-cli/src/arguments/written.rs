//! `recipe`: a fit, and the form in which another program takes its recipe.

use std::path::{Path, PathBuf};

use clap::{Args, Command, FromArgMatches, ValueEnum};

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

impl WrittenRecipeArguments {
    /// The model that it is of, if nothing else says what to fit.
    ///
    /// # Errors
    /// Options of a fit beside it.
    pub(crate) fn model(&self) -> Result<Option<&Path>, String> {
        let [path] = &self.recipe.data[..] else {
            return Ok(None);
        };
        if path.extension().is_none_or(|extension| extension != "json") {
            return Ok(None);
        }
        let command = RecipeArguments::augment_args(Command::new("recipe").no_binary_name(true));
        let alone = command.try_get_matches_from([path]);
        let alone = alone.and_then(|matches| RecipeArguments::from_arg_matches(&matches));
        let is_alone =
            alone.is_ok_and(|alone| format!("{alone:?}") == format!("{:?}", self.recipe));
        match is_alone && self.precision.is_none() {
            true => Ok(Some(path)),
            false => Err(format!(
                "{} is fitted, and options of a fit beside it would be ignored: leave them out, fit \
                 it anew with them, or give the DATA.csv in its place",
                path.display()
            )),
        }
    }
}

/// Forms of a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RecipeForm {
    /// A header of C.
    C,
    /// The bytes alone.
    Bytes,
}
