//! Options of a fit, as the command takes them.

use clap::Parser;
use downhill_tables::Table;

use super::be_quiet;
use crate::arguments::{Arguments, Command, Deferred, FitArguments};
use crate::data::formula::Formula;
use crate::options::precision::Precision;
use crate::options::{FitOptions, Minimizer};
use crate::report::page::command_line;
use crate::support::failure::{Failure, Outcome};

/// Options of a fit, as the command takes them.
#[derive(Debug)]
pub struct Settings {
    pub(super) arguments: FitArguments,
    /// True where the page of the fit is to be made.
    pub report: bool,
    /// The options as they were given.
    given: Vec<String>,
}

impl Settings {
    /// Settings of `downhill fit` with these options, each `--name` followed by its value or
    /// written as `--name=value`; without a target, which the data name.
    ///
    /// # Errors
    /// [`Failure::Usage`] where an option is unknown or its value is none that it takes.
    pub fn parse<S: AsRef<str>>(options: &[S]) -> Outcome<Self> {
        let given = options.iter().map(AsRef::as_ref);
        let line = ["downhill", "fit", "-"].into_iter().chain(given);
        let parsed = Arguments::try_parse_from(line).map_err(|error| {
            let text = error.to_string();
            let message = text.split("\n\n").next().unwrap_or_default();
            let message = message.trim_start_matches("error: ").trim_end();
            Failure::Usage(message.into())
        })?;
        match parsed.command {
            Command::Fit(Deferred(arguments)) => Ok(Self {
                arguments,
                report: false,
                given: options.iter().map(|own| own.as_ref().to_owned()).collect(),
            }),
            _ => Err(Failure::Usage("options are those of `fit`".into())),
        }
    }

    /// The command line that fits the same from a file with these rows.
    pub(super) fn again(&self, target: &str, weight: Option<&str>) -> String {
        let file = ["fit".to_owned(), "ROWS.csv".to_owned()].into_iter();
        let target = Some(target).filter(|target| !target.is_empty());
        let target = target.map(|target| format!("--target={target}"));
        let weight = weight.filter(|_| self.arguments.recipe.sigma.is_none());
        let weight = weight.map(|weight| format!("--weight={weight}"));
        let columns = target.into_iter().chain(weight);
        command_line(file.chain(columns).chain(self.given.iter().cloned()))
    }

    /// Numbers that the fit is computed in.
    pub(super) fn precision(&self) -> Precision {
        self.arguments.precision()
    }

    /// Options with every default, for data with this target and, where rows have weights, this
    /// column of them.
    pub(super) fn options(
        &self,
        target: &str,
        weight: Option<&str>,
    ) -> Outcome<(FitOptions, Minimizer)> {
        let mut recipe = self.arguments.recipe.clone();
        recipe.target = Some(target.into());
        if recipe.sigma.is_none() {
            recipe.weight = weight.map(String::from);
        }
        recipe.options()
    }
}

/// Parameters of a formula, as `--model` takes it, in the order in which it first names them.
///
/// # Errors
/// [`Failure::Usage`] where it is no formula of these columns and the target `y`.
pub fn parameters_of_formula(model: &str, columns: &[String]) -> Outcome<Vec<String>> {
    be_quiet();
    let settings = Settings::parse(&[format!("--model={model}")])?;
    let (options, _) = settings.options("y", None)?;
    let columns = columns.iter().filter(|name| *name != "y").cloned();
    let columns = columns.chain(["y".to_owned()]);
    let table = Table::of_numbers(columns.map(|name| (name, vec![1.0])).collect());
    let formula = Formula::of(&options, &table)?;
    Ok(formula.map_or_else(Vec::new, |formula| formula.parameters))
}
