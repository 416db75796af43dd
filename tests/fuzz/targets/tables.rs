//! Any bytes as a file of rows.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| downhill_tables::fuzz(bytes));
