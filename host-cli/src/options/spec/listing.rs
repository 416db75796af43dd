//! Names that options take, as help texts and OPTIONS.md list them.

use std::fmt::Write;

use downhill::loss::{LOSSES, LossFacts};
use downhill::model::{Form, MODELS};
use downhill::optimizer::OPTIMIZERS;
use downhill::registry::Choice;
use downhill::rules::SCHEDULES;

use super::choice::Family;

/// Columns of a help text.
const WIDTH: usize = 80;

/// Names that a help text ends with, and its example.
pub(crate) fn help(example: &str) -> String {
    let models = MODELS.iter().map(|choice| match choice.facts.form {
        Form::Numbers => short(choice),
        Form::Layers => format!("{}:16,8", choice.name),
        Form::Text => format!("'{}: a * x^b'", choice.name),
    });
    let losses = LossFacts::names().into_iter();
    let losses = losses.filter_map(|name| LOSSES.iter().find(|choice| choice.name == name));
    let optimizers = OPTIMIZERS.iter().map(|choice| match choice.variant {
        Some(variant) => format!("{}:{variant}", choice.name),
        None => choice.name.into(),
    });
    let mut text = String::new();
    wrap(&mut text, "--model:", models);
    wrap(&mut text, "--loss:", losses.map(short));
    wrap(&mut text, "--optimizer:", optimizers);
    wrap(
        &mut text,
        "--schedule, of the learning rate:",
        SCHEDULES.iter().map(short),
    );
    text + "Example: " + example
}

/// A name with what it needs, or with the usual value of its first number.
fn short<F>(choice: &Choice<F>) -> String {
    let needed = choice.arguments.iter().filter(|x| x.default.is_none());
    let needed: Vec<&str> = needed.map(|argument| argument.name).collect();
    let usual = choice
        .arguments
        .first()
        .and_then(|argument| argument.default);
    match usual {
        _ if !needed.is_empty() => format!("{}:{}", choice.name, needed.join(",")),
        Some(number) if number != 0.0 => format!("{}:{number}", choice.name),
        _ => choice.name.into(),
    }
}

/// Adds words after a heading, in lines that fit a terminal.
fn wrap(text: &mut String, heading: &str, words: impl Iterator<Item = String>) {
    text.push_str(heading);
    let mut column = heading.len();
    for word in words {
        if column + 1 + word.chars().count() > WIDTH {
            text.push_str("\n   ");
            column = 3;
        }
        let _ = write!(text, " {word}");
        column += 1 + word.chars().count();
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use downhill::rules::SCALERS;

    use super::*;
    use crate::options::spec::written;

    /// A choice as it is written, in code.
    fn form<F>(choice: &Choice<F>) -> String {
        match choice.variant {
            Some(variant) => format!("`{}:{variant}`", choice.name),
            None => format!("`{}`", written(choice.name, choice.arguments)),
        }
    }

    /// Description, and the range of its numbers.
    fn meaning<F>(choice: &Choice<F>) -> String {
        let mut text = choice.summary.to_string();
        for (at, argument) in choice.arguments.iter().enumerate() {
            let (name, range) = (argument.name, argument.range);
            let _ = write!(
                text,
                "{} {name} is {range}",
                if at == 0 { ";" } else { "," }
            );
            if let Some(number) = argument.default {
                let _ = write!(text, " ({number})");
            }
        }
        text
    }

    /// Heading and rows of each table of OPTIONS.md that the registry fills.
    fn tables() -> Vec<(&'static str, Vec<String>)> {
        let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let layers = |choice: &Choice<_>| format!("`{}:W[,W[,W]][:ACTIVATION]`", choice.name);
        let models = MODELS.iter().map(|choice| {
            let form = match choice.facts.form {
                Form::Numbers => form(choice),
                Form::Layers => layers(choice),
                Form::Text => format!("`{}: TEXT`", choice.name),
            };
            row(&[form, meaning(choice)])
        });
        let losses = LossFacts::names().into_iter();
        let losses = losses.filter_map(|name| LOSSES.iter().find(|choice| choice.name == name));
        let optimizers = OPTIMIZERS.iter().map(|choice| {
            let facts = choice.facts;
            let schedule = format!("`{}`", facts.schedule);
            row(&[
                form(choice),
                facts.rate.to_string(),
                schedule,
                meaning(choice),
            ])
        });
        vec![
            ("| model | what it is |", models.collect()),
            (
                "| `--loss` | of |",
                losses
                    .map(|choice| row(&[form(choice), meaning(choice)]))
                    .collect(),
            ),
            (
                "| `--optimizer` | `--lr` by default | `--schedule` by default | |",
                optimizers.collect(),
            ),
            (
                "| `--schedule` | the rate, as a factor, after t updates |",
                SCHEDULES
                    .iter()
                    .map(|choice| row(&[form(choice), meaning(choice)]))
                    .collect(),
            ),
            (
                "| `--scaler` | columns are scaled |",
                SCALERS
                    .iter()
                    .map(|choice| row(&[form(choice), meaning(choice)]))
                    .collect(),
            ),
        ]
    }

    #[test]
    fn the_tables_of_options_are_those_of_the_registry() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("OPTIONS.md");
        let page = fs::read_to_string(&path).unwrap();
        let mut filled = page.clone();
        for (heading, rows) in tables() {
            let start = filled
                .find(heading)
                .unwrap_or_else(|| panic!("no table {heading}"));
            let first = filled[start..].match_indices('\n').nth(1).unwrap().0 + start + 1;
            let end = filled[first..].find("\n\n").unwrap() + first;
            filled.replace_range(first..end, &rows.join("\n"));
        }
        if std::env::var_os("DOWNHILL_OVERWRITE").is_some() {
            fs::write(path, filled).unwrap();
            return;
        }
        assert!(page == filled, "run this test with DOWNHILL_OVERWRITE=1");
    }
}
