//! Any text as a formula: it is refused with a place in it, or it is computed.

#![no_main]

use downhill::model::formula;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match formula::parse::<f64>(text, "y", |name| ["x", "t", "u v"].contains(&name)) {
        Err(error) => assert!(error.at <= text.len()),
        Ok(parsed) => {
            let parameters = vec![0.5; parsed.parameters().len()];
            let features = vec![1.5; parsed.features().len()];
            let first: f64 = parsed.program.eval(&parameters, &features);
            let second: f64 = parsed.program.eval(&parameters, &features);
            assert_eq!(first.to_bits(), second.to_bits());
        }
    }
});
