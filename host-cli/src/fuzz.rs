//! Entries for fuzzers: whatever the bytes are, a result or a message comes of them.

use std::fs;

use crate::arguments::{ReplayArguments, config};
use crate::commands::replay;

/// Repeats a recording.
pub fn recording(bytes: &[u8]) {
    let Ok(file) = tempfile::NamedTempFile::new() else {
        return;
    };
    if fs::write(file.path(), bytes).is_ok() {
        let recording = file.path().into();
        let _ = replay::run(&ReplayArguments {
            recording,
            report: None,
            json: false,
        });
    }
}

/// Reads a project's file, for each of the commands that it can be of.
pub fn project(text: &str) {
    config::check(text);
}
