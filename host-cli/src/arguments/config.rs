//! `downhill.toml`: a project's own commands. Where the command line names no data, its data and
//! its options come from there.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind as Io;
use std::sync::OnceLock;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use downhill_tables::suggest::nearest;
use toml::{Table, Value};

use crate::arguments::Arguments;
use crate::support::failure::{Failure, Outcome};

const FILE: &str = "downhill.toml";
/// The key of the data, which on the command line has no name.
const DATA: &str = "data";

/// Keys of files written before an option was renamed, each with the option of today.
const RENAMED: [(&str, &str); 1] = [("test-every", "validation-every")];

/// The commands that the file is read for.
const SECTIONS: [&str; 4] = ["fit", "compare", "inspect", "crosscheck"];

/// Arguments that the file adds to the command line.
struct More {
    section: String,
    /// The keys that count, each with the arguments that it stands for.
    keys: Vec<(String, Vec<OsString>)>,
}

static MORE: OnceLock<More> = OnceLock::new();

/// The command line, with what the file adds to it.
pub(crate) fn line() -> Vec<OsString> {
    std::env::args_os()
        .chain(MORE.get().into_iter().flat_map(More::arguments))
        .collect()
}

/// A failure of the options, with the place in the file that they come from, if they do.
pub(crate) fn placed(failure: Failure) -> Failure {
    match (failure, MORE.get()) {
        (Failure::Usage(message), Some(more)) => match more.place(&message) {
            Some(place) => Failure::Input(format!("{place}: {message}")),
            None => Failure::Usage(message),
        },
        (failure, _) => failure,
    }
}

impl More {
    fn arguments(&self) -> impl Iterator<Item = OsString> {
        self.keys.iter().flat_map(|key| key.1.iter().cloned())
    }

    /// Place in the file of the first option that a message names.
    fn place(&self, message: &str) -> Option<String> {
        let at = |key: &str| {
            let named = format!("--{key}");
            let mut hits = message.match_indices(&named);
            let whole = |at: usize| {
                let next = message[at + named.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '-')
            };
            hits.find(|hit| whole(hit.0)).map(|hit| hit.0)
        };
        let named = self.keys.iter().filter_map(|key| Some((at(&key.0)?, key)));
        let (_, (key, _)) = named.min_by_key(|named| named.0)?;
        Some(format!("{FILE}, [{}], `{key}`", self.section))
    }
}

/// The command line, completed by the file where it lacks its data.
pub(crate) fn arguments() -> Outcome<Arguments> {
    let own: Vec<OsString> = std::env::args_os().collect();
    let error = match Arguments::try_parse_from(&own) {
        Ok(arguments) => return Ok(arguments),
        Err(error) => error,
    };
    let section = own
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str())
        .find(|argument| !argument.starts_with('-'));
    let Some(section) = section.filter(|name| SECTIONS.contains(name) && lacks_data(&error)) else {
        return Err(end(&error));
    };
    let text = match fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(missing) if missing.kind() == Io::NotFound => return Err(end(&error)),
        Err(why) => {
            return Err(Failure::Input(format!(
                "{FILE}: {why}; it is a text in UTF-8 with the data and the options of `downhill \
                 {section}`, or name the data on the command line"
            )));
        }
    };
    let more = MORE.get_or_init({
        let more = options(&text, section, &own)?;
        || more
    });
    Arguments::try_parse_from(line()).map_err(|error| {
        // Without its usage: it is the file that is wrong.
        let text = error.to_string();
        let message = text.split("\n\n").next().unwrap_or_default();
        let message = message.trim_start_matches("error: ").trim_end();
        match more.place(message) {
            Some(place) => Failure::Input(format!("{place}: {message}")),
            None => end(&error),
        }
    })
}

/// Ends with what clap has to say, help or what is wrong; returns where that cannot be said.
fn end(error: &clap::Error) -> Failure {
    match error.print() {
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

/// A section of the file as arguments, but for the options that the command line has itself.
fn options(text: &str, section: &str, own: &[OsString]) -> Outcome<More> {
    let refuse = |why: String| Failure::Input(format!("{FILE}: {why}"));
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| refuse(error.to_string().trim_end().into()))?;
    if let Some(foreign) = table.keys().find(|key| !SECTIONS.contains(&key.as_str())) {
        return Err(refuse(match (&table[foreign], hint(foreign, &SECTIONS)) {
            (Value::Table(_), hint) => {
                let sections = SECTIONS.map(|name| format!("[{name}]")).join(", ");
                format!("there is no section [{foreign}], only {sections}{hint}")
            }
            _ => format!("`{foreign}` stands above every section; put it below [{section}]"),
        }));
    }
    let section_of = table.get(section).and_then(Value::as_table);
    let Some(section_of) = section_of else {
        return Err(refuse(format!(
            "there is no section [{section}] with the `data` that the command line does not name"
        )));
    };
    let command = Arguments::command();
    let known: Vec<String> = command
        .find_subcommand(section)
        .into_iter()
        .flat_map(|command| command.get_arguments())
        .filter_map(|argument| argument.get_long().map(String::from))
        .filter(|name| of_today(name) == name)
        .collect();
    let given = |name: &str| {
        let (exact, with) = (format!("--{name}"), format!("--{name}="));
        own.iter()
            .filter_map(|argument| argument.to_str())
            .any(|argument| argument == exact || argument.starts_with(&with))
    };
    let mut keys = Vec::new();
    for (name, value) in section_of {
        let place = format!("[{section}], `{name}`");
        let name = of_today(name);
        if name == DATA {
            let data = value.as_str();
            let data = data.ok_or_else(|| refuse(format!("{place} is a path")))?;
            keys.push((name.into(), vec![data.into()]));
        } else if !known.iter().any(|known| known == name) {
            let hint = hint(name, &known);
            return Err(refuse(format!(
                "{place} is no option of `downhill {section}`{hint}"
            )));
        } else if !given(name) {
            let arguments = option(name, value).map_err(|why| refuse(format!("{place} {why}")))?;
            keys.push((name.into(), arguments));
        }
    }
    match section_of.contains_key(DATA) {
        true => Ok(More {
            section: section.into(),
            keys,
        }),
        false => Err(refuse(format!("[{section}] names no `data`"))),
    }
}

/// Suggestion of a name that may have been meant.
fn hint(name: &str, known: &[impl AsRef<str>]) -> String {
    match nearest(name, known.iter().map(AsRef::as_ref)).as_slice() {
        [close, ..] => format!("; did you mean `{close}`?"),
        [] => String::new(),
    }
}

/// Option of today that a name stands for.
fn of_today(name: &str) -> &str {
    let renamed = RENAMED.iter().find(|renamed| renamed.0 == name);
    renamed.map_or(name, |renamed| renamed.1)
}

/// An option as arguments.
fn option(name: &str, value: &Value) -> Result<Vec<OsString>, String> {
    let with = |value: String| OsString::from(format!("--{name}={value}"));
    Ok(match value {
        Value::Boolean(true) => vec![format!("--{name}").into()],
        Value::Boolean(false) => Vec::new(),
        Value::String(text) => vec![with(match (name, text.split_once('=')) {
            ("vary", Some((varied, values))) => format!("{}={values}", of_today(varied)),
            _ => text.clone(),
        })],
        Value::Integer(number) => vec![with(number.to_string())],
        Value::Float(number) => vec![with(number.to_string())],
        Value::Array(values) => {
            let each = values.iter().map(|value| option(name, value));
            each.collect::<Result<Vec<_>, _>>()?.concat()
        }
        _ => return Err("is a text, a number, true, or a list of them".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, own: &[&str]) -> Result<Vec<String>, String> {
        let own: Vec<OsString> = own.iter().map(OsString::from).collect();
        let options = options(text, "fit", &own).map_err(|failure| failure.to_string())?;
        Ok(options
            .arguments()
            .map(|o| o.into_string().unwrap())
            .collect())
    }

    #[test]
    fn a_section_becomes_arguments_but_for_those_that_are_given() {
        let text = "[fit]\ndata = 'a.csv'\ntarget = 'y'\nepochs = 7\nmissing-value = [-1, 'x']\nno-shuffle = true\n";
        let options = of(text, &["downhill", "fit", "--epochs=3"]).unwrap();
        assert_eq!(
            options,
            [
                "a.csv",
                "--missing-value=-1",
                "--missing-value=x",
                "--no-shuffle",
                "--target=y"
            ]
        );
    }

    #[test]
    fn a_key_of_an_older_file_stands_for_the_option_of_today() {
        let text = "[fit]\ndata = 'a.csv'\ntest-every = 3\n";
        assert_eq!(of(text, &[]).unwrap(), ["a.csv", "--validation-every=3"]);
        assert_eq!(of(text, &["--validation-every", "4"]).unwrap(), ["a.csv"]);
        let text = "[compare]\ndata = 'a.csv'\nvary = ['test-every=2,5', 'lr=1,2']\n";
        let compare = options(text, "compare", &[]).unwrap();
        assert_eq!(
            compare.arguments().collect::<Vec<_>>(),
            ["a.csv", "--vary=validation-every=2,5", "--vary=lr=1,2"]
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let says = |text: &str, words: &str| {
            let error = of(text, &[]).unwrap_err();
            assert!(
                error.contains("downhill.toml: ") && error.contains(words),
                "{error}"
            );
        };
        says(
            "[fit]\ndata = 'a.csv'\nepoch = 7\n",
            "`epoch` is no option of `downhill fit`; did you mean `epochs`?",
        );
        says("[fit]\ntarget = 'y'\n", "[fit] names no `data`");
        says("[inspect]\n", "no section [fit]");
        says("[fitt]\n", "no section [fitt]");
        says("[fitt]\n", "did you mean `fit`?");
        says("[eval]\n", "only [fit], [compare], [inspect], [crosscheck]");
        says(
            "target = 'y'\n[fit]\n",
            "`target` stands above every section; put it below [fit]",
        );
        says("[fit\n", "line 1, column 5");
        says("[fit]\ndata = 3\n", "`data` is a path");
    }
}
