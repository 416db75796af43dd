//! Files as people have them, each module a kind.

mod header;
mod names;

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

/// Path of a file of this kind.
fn case(name: &str) -> String {
    data(&format!("your-file/{name}"))
}

/// Writes a file, and returns its path.
fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

/// The JSON object of a command that succeeds.
fn result(arguments: &[&str]) -> Value {
    json(&downhill(arguments).arg("--json").assert().code(0))
}

/// What a command that succeeds prints.
fn said(arguments: &[&str]) -> String {
    stdout(&downhill(arguments).assert().code(0))
}

/// The message of a command that is refused.
fn refused(arguments: &[&str], code: i32) -> String {
    stderr(&downhill(arguments).assert().code(code))
}
