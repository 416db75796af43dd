//! `downhill.toml`: a project's own commands. Where the command line names no data, its data and
//! its options come from there.

use std::ffi::OsString;
use std::fs;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use toml::{Table, Value};

use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};
use crate::nearest::nearest;

const FILE: &str = "downhill.toml";
/// The key of the data, which on the command line has no name.
const DATA: &str = "data";

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
    match (section, lacks_data(&error)) {
        (Some(section), true) => match fs::read_to_string(FILE) {
            Ok(text) => {
                let more = options(&text, section, &own)?;
                Ok(Arguments::parse_from(own.into_iter().chain(more)))
            }
            Err(_) => error.exit(),
        },
        _ => error.exit(),
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
fn options(text: &str, section: &str, own: &[OsString]) -> Outcome<Vec<OsString>> {
    let refuse = |why: String| Failure::Input(format!("{FILE}: {why}"));
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| refuse(error.to_string().trim_end().into()))?;
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
        .collect();
    let given = |name: &str| {
        let (exact, with) = (format!("--{name}"), format!("--{name}="));
        own.iter()
            .filter_map(|argument| argument.to_str())
            .any(|argument| argument == exact || argument.starts_with(&with))
    };
    let mut arguments = Vec::new();
    for (name, value) in section_of {
        let place = format!("[{section}], `{name}`");
        if name == DATA {
            let data = value.as_str();
            arguments.push(
                data.ok_or_else(|| refuse(format!("{place} is a path")))?
                    .into(),
            );
        } else if !known.iter().any(|known| known == name) {
            let hint = match nearest(name, known.iter().map(String::as_str)).as_slice() {
                [close, ..] => format!("; did you mean `{close}`?"),
                [] => String::new(),
            };
            return Err(refuse(format!(
                "{place} is no option of `downhill {section}`{hint}"
            )));
        } else if !given(name) {
            arguments.extend(option(name, value).map_err(|why| refuse(format!("{place} {why}")))?);
        }
    }
    match section_of.contains_key(DATA) {
        true => Ok(arguments),
        false => Err(refuse(format!("[{section}] names no `data`"))),
    }
}

/// An option as arguments.
fn option(name: &str, value: &Value) -> Result<Vec<OsString>, String> {
    let with = |value: String| OsString::from(format!("--{name}={value}"));
    Ok(match value {
        Value::Boolean(true) => vec![format!("--{name}").into()],
        Value::Boolean(false) => Vec::new(),
        Value::String(text) => vec![with(text.clone())],
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
            .into_iter()
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
        says("[eval]\n", "no section [fit]");
        says("[fit\n", "line 1, column 5");
        says("[fit]\ndata = 3\n", "`data` is a path");
    }
}
