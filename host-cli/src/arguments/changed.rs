//! Options with some of them given anew: the fits of `--vary` and of `--recipes`.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Args, Command, Error};

use super::renamed;
use crate::support::failure::{Failure, Outcome};

/// Returns these options with those of `words` in the place of theirs. Names and values of `words`
/// are checked as the command line's are; all other options stay as they are.
///
/// # Errors
/// [`Failure::Usage`] of a name or a value that there is not.
pub(crate) fn changed<A: Args + Clone>(
    options: &A,
    words: impl IntoIterator<Item = OsString>,
) -> Outcome<A> {
    change(options, words).map_err(|error| Failure::Usage(message(&error)))
}

fn change<A: Args + Clone>(
    options: &A,
    words: impl IntoIterator<Item = OsString>,
) -> Result<A, Error> {
    let command = Command::new("options").no_binary_name(true);
    let command = command.disable_help_flag(true).disable_version_flag(true);
    let mut command = A::augment_args_for_update(command);
    let mut matches = command.try_get_matches_from_mut(words)?;
    let ids: Vec<String> = matches.ids().map(ToString::to_string).collect();
    for id in &ids {
        let is_positional = command.get_positionals().any(|data| data.get_id() == id);
        match matches.value_source(id) {
            Some(ValueSource::CommandLine) if is_positional => {
                let words = matches.get_raw(id).into_iter().flatten();
                let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
                let message = format!("`{}` is no option", words.join(" "));
                return Err(Error::raw(ErrorKind::TooManyValues, message));
            }
            // A default would take the place of what was given.
            Some(ValueSource::DefaultValue) => _ = matches.try_clear_id(id),
            _ => {}
        }
    }
    let mut options = options.clone();
    options.update_from_arg_matches_mut(&mut matches)?;
    Ok(options)
}

/// What is wrong with the words, without the usage, which is another command's.
fn message(error: &Error) -> String {
    let name = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => Some(name),
        _ => None,
    };
    if let Some(renamed) = renamed::used(error, |_| true) {
        return renamed;
    }
    match (error.kind(), name(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(unknown)) => {
            let meant = name(ContextKind::SuggestedArg);
            let meant = meant.map(|meant| format!("; did you mean `{meant}`?"));
            let meant = meant.unwrap_or_default();
            format!("`{unknown}` is no option of a fit{meant}")
        }
        _ => {
            let text = error.to_string();
            let text = text.split("\n\n").next().unwrap_or_default();
            text.trim_start_matches("error: ").trim_end().into()
        }
    }
}
