//! Failures as Python's own exceptions.

use downhill_cli::embed::Failure;
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};
use pyo3::{PyErr, create_exception};

create_exception!(
    downhill,
    FitError,
    PyValueError,
    "Raised where a fit leaves no model."
);

/// The exception of a failure, in the words of Python.
pub(crate) fn exception(failure: Failure) -> PyErr {
    let text = pythonic(&failure.to_string());
    match failure {
        Failure::Fit(_) if text.starts_with("interrupted") => PyKeyboardInterrupt::new_err(text),
        Failure::Fit(_) => FitError::new_err(text),
        _ => PyValueError::new_err(text),
    }
}

/// A message in which options are arguments: `--loss squared` is `loss='squared'`.
pub(crate) fn pythonic(message: &str) -> String {
    let parts: Vec<String> = message
        .split('`')
        .enumerate()
        .map(|(at, part)| match at % 2 == 1 && part.starts_with("--") {
            true => arguments(part),
            false => part.into(),
        })
        .collect();
    parts.join("`")
}

/// Options as arguments, with commas between them.
fn arguments(options: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    for word in options.split_whitespace() {
        match (word.strip_prefix("--"), all.last_mut()) {
            (Some(option), _) => {
                let (name, value) = match option.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (option, None),
                };
                let name = match name {
                    "seed" => "random_state".into(),
                    "weight" => "sample_weight".into(),
                    name => name.replace('-', "_"),
                };
                all.push(name + &value.map(value_of).unwrap_or_default());
            }
            (None, Some(last)) if !last.contains('=') => last.push_str(&value_of(word)),
            (None, Some(last)) => {
                last.push(' ');
                last.push_str(word);
            }
            (None, None) => {}
        }
    }
    all.join(", ")
}

fn value_of(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(_) => format!("={value}"),
        Err(_) => format!("='{}'", value.trim_matches('\'')),
    }
}
