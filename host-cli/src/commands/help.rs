//! `downhill help`: a command's help, or a subject's.

use std::ffi::OsString;

use crate::arguments::help::{asked, shown};
use crate::support::failure::{Failure, Outcome};
use crate::support::printable::printable;
use crate::support::{markdown, output};

const OPTIONS: &str = include_str!("../../OPTIONS.md");
const VERDICTS: &str = include_str!("../../../docs/verdicts.md");

/// Columns of a help text.
const WIDTH: usize = 80;

/// Subjects, each with its page and the headings there.
const TOPICS: [(&str, &str, &[&str]); 16] = [
    ("files", OPTIONS, &["Files"]),
    ("columns", OPTIONS, &["Columns"]),
    ("rows", OPTIONS, &["Training, validation and test rows"]),
    ("signals", OPTIONS, &["Signals"]),
    ("models", OPTIONS, &["Models"]),
    ("normal", OPTIONS, &["Models of normal"]),
    ("losses", OPTIONS, &["Losses"]),
    ("threshold", OPTIONS, &["The decision threshold"]),
    ("formulas", OPTIONS, &["A formula"]),
    ("solvers", OPTIONS, &["Least squares"]),
    ("optimizers", OPTIONS, &["Optimizers"]),
    ("schedules", OPTIONS, &["Schedules"]),
    ("rules", OPTIONS, &["Rules"]),
    ("scalers", OPTIONS, &["Scalers"]),
    ("health", OPTIONS, &["Health"]),
    ("verdicts", VERDICTS, &["Failures", "Advice"]),
];

/// `downhill help WORDS`: of a command, else of a subject.
pub(crate) fn run(words: &[String]) -> Outcome {
    let line = [OsString::from("downhill")].into_iter();
    let line: Vec<OsString> = line.chain(words.iter().map(OsString::from)).collect();
    let (command, depth) = asked(&line);
    if depth == words.len() {
        return output::print(&shown(command, true));
    }
    match words {
        [topic] => output::print(&explained(topic)?),
        _ => Err(unknown(&words.join(" "))),
    }
}

/// Text of a subject.
fn explained(topic: &str) -> Outcome<String> {
    let found = TOPICS.iter().find(|known| known.0 == topic);
    let Some((_, page, headings)) = found else {
        return Err(unknown(topic));
    };
    let parts = headings.iter().filter_map(|heading| {
        let part = markdown::section(page, heading)?;
        let title = format!("# {heading}\n\n");
        Some(markdown::text(&(title + part), WIDTH))
    });
    Ok(parts.collect::<Vec<_>>().join("\n"))
}

fn unknown(words: &str) -> Failure {
    let topics = TOPICS.map(|topic| topic.0);
    Failure::Usage(format!(
        "no command and no subject is called `{}`: `downhill help` lists the commands, and subjects \
         are {}",
        printable(words),
        topics.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_its_text() {
        for (topic, page, headings) in TOPICS {
            for heading in headings {
                assert!(markdown::section(page, heading).is_some(), "{heading}");
            }
            let text = explained(topic).unwrap();
            assert!(!text.contains('`') && text.len() > 300, "{topic}: {text}");
        }
    }

    #[test]
    fn no_subject_is_called_as_a_command() {
        for (topic, ..) in TOPICS {
            let line = ["downhill", topic].map(OsString::from);
            assert_eq!(asked(&line).1, 0, "{topic}");
        }
    }
}
