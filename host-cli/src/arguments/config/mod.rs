//! `downhill.toml`: a project's own commands. Where the command line names no data, its data and
//! its options come from there.

mod keys;
mod section;

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind as Io;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use self::keys::{FILE, SECTIONS};
pub(crate) use self::section::Section;
use crate::arguments::{Arguments, help, renamed};
use crate::support::failure::{Failure, Outcome};
use crate::support::output;
use crate::support::printable::printable;

/// The command line, its program's name in front, completed by the file where it lacks its data; the
/// file's section, if so.
pub(crate) fn arguments(own: Vec<OsString>) -> Outcome<(Arguments, Option<Section>)> {
    let error = match Arguments::try_parse_from(&own) {
        Ok(arguments) => return Ok((arguments, None)),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            return Err(end_with_help(&own));
        }
        Err(error) => error,
    };
    let name = own
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str())
        .find(|argument| !argument.starts_with('-'));
    let Some(name) = name.filter(|name| SECTIONS.contains(name)) else {
        return Err(end(&error));
    };
    let known = options_of(name);
    let is_known = |new: &str| known.iter().any(|known| known == new);
    if let Some(old) = renamed::used(&error, is_known) {
        return Err(Failure::Usage(old));
    }
    if !lacks_data(&error) {
        return Err(end(&error));
    }
    let text = match fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(missing) if missing.kind() == Io::NotFound => return Err(end(&error)),
        Err(why) => {
            return Err(Failure::Input(format!(
                "{FILE}: {why}; it is a text in UTF-8 with the data and the options of `downhill \
                 {name}`, or name the data on the command line"
            )));
        }
    };
    let section = Section::parse(&text, name, &own, &known)?;
    let all = own.into_iter().chain(section.arguments());
    match Arguments::try_parse_from(all) {
        Ok(arguments) => Ok((arguments, Some(section))),
        Err(error) => {
            // Without its usage: it is the file that is wrong.
            let text = error.to_string();
            let message = text.split("\n\n").next().unwrap_or_default();
            let message = message.trim_start_matches("error: ").trim_end();
            Err(section.placed(message).unwrap_or_else(|| end(&error)))
        }
    }
}

/// Reads a text as the file, for each of the commands that it can be of.
#[cfg(fuzzing)]
pub(crate) fn check(text: &str) {
    for name in SECTIONS {
        let own = ["downhill", name].map(OsString::from);
        if let Ok(section) = Section::parse(text, name, &own, &options_of(name)) {
            let _ = Arguments::try_parse_from(own.into_iter().chain(section.arguments()));
        }
    }
}

/// A failure of the options, with the place in the file that they come from, if they do.
pub(crate) fn placed(failure: Failure, section: Option<&Section>) -> Failure {
    match (failure, section) {
        (Failure::Usage(message), Some(section)) => {
            section.placed(&message).unwrap_or(Failure::Usage(message))
        }
        (failure, _) => failure,
    }
}

/// Names of the options of a command.
fn options_of(command: &str) -> Vec<String> {
    let mut all = Arguments::command();
    all.build();
    let command = all.find_subcommand(command).into_iter();
    command
        .flat_map(|command| command.get_arguments())
        .filter_map(|argument| argument.get_long().map(String::from))
        .collect()
}

/// Ends with the help that was asked for; returns where that cannot be said.
fn end_with_help(own: &[OsString]) -> Failure {
    match output::print(&help::of(own)) {
        Ok(()) => std::process::exit(0),
        Err(failure) => failure,
    }
}

/// Ends with what clap has to say, help or what is wrong; returns where that cannot be said.
fn end(error: &clap::Error) -> Failure {
    let is_hostile = |word: OsString| matches!(printable(&word.to_string_lossy()), Cow::Owned(_));
    let printed = match error.use_stderr() && std::env::args_os().any(is_hostile) {
        // Nothing that was typed commands the terminal: clap would print it as it is.
        true => {
            eprint!("{}", printable(&error.to_string()));
            Ok(())
        }
        false => error.print(),
    };
    match printed {
        Err(why) if why.kind() != Io::BrokenPipe && !error.use_stderr() => {
            Failure::Input(format!("standard output: {why}"))
        }
        _ => std::process::exit(error.exit_code()),
    }
}

fn lacks_data(error: &clap::Error) -> bool {
    let lacks = |value: &ContextValue| match value {
        ContextValue::Strings(names) => names.iter().any(|name| name.contains("DATA.csv")),
        _ => false,
    };
    error.kind() == ErrorKind::MissingRequiredArgument
        && error.get(ContextKind::InvalidArg).is_some_and(lacks)
}
