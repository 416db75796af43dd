//! Any text as a project's file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| downhill_cli::fuzz::project(text));
