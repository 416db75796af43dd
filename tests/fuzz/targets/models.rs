//! Any text as a model file: it is refused, or it is written as it was read.

#![no_main]

use downhill_cli::embed::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(model) = Model::parse(text, "model.json") {
        let written = model.text();
        let again = Model::parse(&written, "model.json").expect("what was written is read");
        assert_eq!(again.text(), written);
        assert_eq!(again.fingerprint(), model.fingerprint());
    }
});
