//! `crosscheck`: a recipe, and the board that it runs on.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::RecipeArguments;
use super::values::at_least_one;

/// Reads the name of an emulated board.
pub(crate) fn emulated_board() -> PossibleValuesParser {
    PossibleValuesParser::new(downhill_boards::emulated_boards().map(|board| board.name))
}

/// Number type of a board's fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum CheckedPrecision {
    F32,
    Q15,
}

/// Options of one run, which a line of `--recipes` may change.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// Stop after this many rows
    #[arg(long, value_name = "ROWS", default_value_t = 2000, value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// Number type: f32, or q15, in integers
    #[arg(
        long,
        value_name = "P",
        value_enum,
        hide_possible_values = true,
        hide = true
    )]
    pub(crate) precision: Option<CheckedPrecision>,
    /// Change a bit of the twin at a step, to see that it is noticed
    #[arg(long, value_name = "STEP", hide = true)]
    pub(crate) flip_bit_at: Option<u64>,
}

/// The options of `crosscheck`.
#[derive(Debug, Args)]
#[command(after_help = crate::options::spec::help(
    "downhill crosscheck air.csv --target CO_GT --board microbit",
))]
pub(crate) struct CrosscheckArguments {
    #[command(flatten)]
    pub(crate) run: RunArguments,
    /// The emulated board
    #[arg(long, value_name = "B", default_value = "mps2-an386", value_parser = emulated_board())]
    #[arg(hide_possible_values = true)]
    pub(crate) board: String,
    /// Use this firmware instead of building one
    #[arg(long, value_name = "ELF")]
    pub(crate) firmware: Option<PathBuf>,
    /// Let that firmware use your files and commands, by semihosting
    #[arg(long, requires = "firmware", hide = true)]
    pub(crate) trust_firmware: bool,
    /// More fits on the same board: options, a line each
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) recipes: Option<PathBuf>,
    /// Write a page with the steps compared
    #[arg(long, value_name = "HTML", hide = true)]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
