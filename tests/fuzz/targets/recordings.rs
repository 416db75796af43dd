//! Any text as a recording: each of its commands is carried out, or it is refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| downhill_cli::fuzz::recording(bytes));
