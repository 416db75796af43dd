//! The section of a command in `downhill.toml`, as arguments.

use std::ffi::OsString;

use toml::Value;

use super::keys::{FILE, hint, lines, values};
use crate::arguments::renamed;
use crate::data::names;
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

/// Key of the data, which on the command line has no name.
const DATA: &str = "data";

/// Options that name columns; each text of a list is a whole name.
const NAMES: [&str; 5] = ["features", "sigma", "target", "time", "weight"];

/// Arguments that the file adds to the command line.
pub(crate) struct Section {
    name: String,
    /// Keys that count.
    keys: Vec<Key>,
    /// Keys and options with an old name, and what it is now.
    renamed: Vec<String>,
}

/// A key, and the arguments that it stands for.
struct Key {
    /// Its name in the file.
    name: String,
    /// Line of the file.
    line: usize,
    /// Name of the option of today.
    option: String,
    arguments: Vec<OsString>,
}

impl Section {
    /// Parses the section of this name, but for the options that the command line `own` has itself;
    /// `known` are the options that there are.
    ///
    /// # Errors
    /// The place in the file of what is wrong.
    pub(super) fn parse(
        text: &str,
        name: &str,
        own: &[OsString],
        known: &[String],
    ) -> Outcome<Self> {
        let refuse = |why: String| Failure::Input(format!("{FILE}{why}"));
        let values = values(text, name)?;
        let lines = lines(text, name);
        let given = |option: &str| {
            let (exact, with) = (format!("--{option}"), format!("--{option}="));
            own.iter()
                .filter_map(|argument| argument.to_str())
                .any(|argument| argument == exact || argument.starts_with(&with))
        };
        let mut section = Self {
            name: name.into(),
            keys: Vec::new(),
            renamed: Vec::new(),
        };
        for (key, value) in &values {
            let line = lines.iter().find(|line| line.0 == *key);
            let line = line.map_or(0, |line| line.1);
            let place = format!(", line {line}, [{name}], `{key}`");
            // A file with the new name was not written before, and means what it says.
            let renamed = renamed::new_name(key).filter(|new| !values.contains_key(*new));
            let option = renamed.unwrap_or(key);
            let (arguments, old) = if option == DATA {
                let data = value.as_str();
                let data = data.ok_or_else(|| refuse(format!("{place} is a path")))?;
                (vec![data.into()], None)
            } else if !known.iter().any(|known| known == option) {
                let hint = hint(key, known);
                let why = format!("{place} is no option of `downhill {name}`{hint}");
                return Err(refuse(why));
            } else if given(option) {
                continue;
            } else {
                arguments(option, value).map_err(|why| refuse(format!("{place} {why}")))?
            };
            let old = (option != key).then(|| key.clone()).or(old);
            section.renamed.extend(
                old.and_then(|old| renamed::sentence("", &old))
                    .map(|sentence| format!("{FILE}, line {line}, [{name}]: {sentence}")),
            );
            section.keys.push(Key {
                name: key.clone(),
                line,
                option: option.into(),
                arguments,
            });
        }
        match values.contains_key(DATA) {
            true => Ok(section),
            false => Err(refuse(format!(": [{name}] names no `data`"))),
        }
    }

    /// The arguments, the data first.
    pub(super) fn arguments(&self) -> impl Iterator<Item = OsString> {
        self.keys
            .iter()
            .flat_map(|key| key.arguments.iter().cloned())
    }

    /// A message with the place in the file of the first option that it names; `None` where it
    /// names none of the file.
    pub(super) fn placed(&self, message: &str) -> Option<Failure> {
        let at = |key: &Key| {
            let named = format!("--{}", key.option);
            let mut hits = message.match_indices(&named);
            let is_whole = |at: usize| {
                let next = message[at + named.len()..].chars().next();
                !next.is_some_and(|c| c.is_alphanumeric() || c == '-')
            };
            hits.find(|hit| is_whole(hit.0)).map(|hit| hit.0)
        };
        let named = self.keys.iter().filter_map(|key| Some((at(key)?, key)));
        let (_, key) = named.min_by_key(|named| named.0)?;
        let Key { name, line, .. } = key;
        let now = (key.name != key.option).then(|| format!(", now called `{}`", key.option));
        let now = now.unwrap_or_default();
        let section = &self.name;
        Some(Failure::Input(format!(
            "{FILE}, line {line}, [{section}], `{name}`{now}: {message}"
        )))
    }

    /// Says which names are old, unless with `--quiet`.
    pub(crate) fn tell_renamed(&self) {
        for sentence in &self.renamed {
            messages::say(format_args!("{sentence}; write that"));
        }
    }
}

/// An option as arguments, and the old name in it, where it varies an option by that.
fn arguments(option: &str, value: &Value) -> Result<(Vec<OsString>, Option<String>), String> {
    let one = |value: String| (vec![OsString::from(format!("--{option}={value}"))], None);
    Ok(match value {
        Value::Boolean(true) => (vec![format!("--{option}").into()], None),
        Value::Boolean(false) => (Vec::new(), None),
        Value::String(text) if option == "vary" => {
            let (name, values) = text.split_once('=').unwrap_or((text, ""));
            match renamed::new_name(name) {
                Some(new) => (one(format!("{new}={values}")).0, Some(name.into())),
                None => one(text.clone()),
            }
        }
        Value::String(text) => one(text.clone()),
        Value::Integer(number) => one(number.to_string()),
        Value::Float(number) => one(number.to_string()),
        Value::Array(values) if NAMES.contains(&option) => {
            let quoted = values.iter().map(|value| value.as_str().map(names::quote));
            let quoted: Option<Vec<String>> = quoted.collect();
            one(quoted.ok_or("is a name, or a list of them")?.join(","))
        }
        Value::Array(values) => {
            let mut all = (Vec::new(), None);
            for value in values {
                let (words, old) = arguments(option, value)?;
                all.0.extend(words);
                all.1 = all.1.or(old);
            }
            all
        }
        _ => return Err("is a text, a number, true, or a list of them".into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, own: &[&str]) -> Result<Vec<String>, String> {
        Ok(words(&section(text, "fit", own)?))
    }

    fn section(text: &str, name: &str, own: &[&str]) -> Result<Section, String> {
        let own: Vec<OsString> = own.iter().map(OsString::from).collect();
        let known = crate::arguments::config::options_of(name);
        Section::parse(text, name, &own, &known).map_err(|failure| failure.to_string())
    }

    fn words(section: &Section) -> Vec<String> {
        let words = section.arguments();
        words.map(|word| word.into_string().unwrap()).collect()
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
    fn a_name_in_a_list_is_not_split() {
        let text = "[fit]\ndata = 'a.csv'\nfeatures = ['Temp, °F', 'x']\ntarget = ['a', 'b,c']\n";
        assert_eq!(
            of(text, &[]).unwrap(),
            ["a.csv", "--features=\"Temp, °F\",x", "--target=a,\"b,c\""]
        );
    }

    #[test]
    fn a_key_of_an_older_file_stands_for_the_option_of_today() {
        let text = "[fit]\ndata = 'a.csv'\ntest-every = 3\n";
        assert_eq!(of(text, &[]).unwrap(), ["a.csv", "--validation-every=3"]);
        assert_eq!(of(text, &["--validation-every", "4"]).unwrap(), ["a.csv"]);
        let fit = section(text, "fit", &[]).unwrap();
        assert_eq!(
            fit.renamed,
            ["downhill.toml, line 3, [fit]: `test-every` is now called `validation-every`"]
        );
        let both = "[fit]\ndata = 'a.csv'\ntest-every = 3\nvalidation-every = 4\n";
        let fit = section(both, "fit", &[]).unwrap();
        assert_eq!(
            words(&fit),
            ["a.csv", "--test-every=3", "--validation-every=4"]
        );
        assert!(fit.renamed.is_empty());
        let text = "[compare]\ndata = 'a.csv'\nvary = ['lr=1,2', 'test-every=2,5']\n";
        let compare = section(text, "compare", &[]).unwrap();
        assert_eq!(
            words(&compare),
            ["a.csv", "--vary=lr=1,2", "--vary=validation-every=2,5"]
        );
        assert_eq!(
            compare.renamed,
            ["downhill.toml, line 3, [compare]: `test-every` is now called `validation-every`"]
        );
    }

    #[test]
    fn a_message_on_an_option_gets_the_place_of_its_key() {
        let text = "[fit]\ndata = 'a.csv'\n\ntest-every = 1\nlr = 2\n";
        let fit = section(text, "fit", &[]).unwrap();
        let placed = |message: &str| fit.placed(message).map(|failure| failure.to_string());
        assert_eq!(
            placed("'--validation-every <K>' is wrong").unwrap(),
            "downhill.toml, line 4, [fit], `test-every`, now called `validation-every`: \
             '--validation-every <K>' is wrong"
        );
        assert_eq!(
            placed("`--lr` does not go with `--validation-every`").unwrap(),
            "downhill.toml, line 5, [fit], `lr`: `--lr` does not go with `--validation-every`"
        );
        assert_eq!(placed("`--lrs`"), None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let says = |text: &str, words: &str| {
            let error = of(text, &[]).unwrap_err();
            assert!(
                error.contains("downhill.toml") && error.contains(words),
                "{error}"
            );
        };
        says(
            "[fit]\ndata = 'a.csv'\nepoch = 7\n",
            "line 3, [fit], `epoch` is no option of `downhill fit`; did you mean `epochs`?",
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
        says("[fit]\ndata = 3\n", "line 2, [fit], `data` is a path");
    }
}
