//! The page of what was compared.

use std::fmt::Write;

use downhill_boards::emulated_boards;
use serde_json::Value;

use super::recipes::{STEPS, ends_by_itself};

/// What must have been told of a fit that an option changes where it acts.
const ACTS: &[(&str, &str)] = &[("--recover", "rolled_back"), ("--drift", "drift")];

fn steps(result: &Value) -> u64 {
    result["steps"].as_u64().unwrap()
}

/// Number of the first steps of each fit and the fingerprint after them, which all boards have
/// alike.
pub(super) fn first(fits: &[String], results: &[Vec<Value>]) -> Vec<String> {
    let of = |at: usize| {
        let mut ends = results.iter().map(|board| &board[at]);
        let one = ends.next().unwrap();
        for other in ends {
            for part in ["steps", "fingerprint"] {
                assert_eq!(one[part], other[part], "{}", fits[at]);
            }
        }
        let is_whole = steps(one) >= STEPS[0] as u64 || ends_by_itself(&fits[at]);
        assert!(is_whole, "{}: {} steps", fits[at], steps(one));
        format!("{}: {}", steps(one), one["fingerprint"].as_str().unwrap())
    };
    (0..fits.len()).map(of).collect()
}

/// The page, from what the boards did in full.
pub(super) fn of(fits: &[String], first: &[String], results: &[Vec<Value>]) -> String {
    let mut page = String::from(
        "# Same bits\n\n\
         Written by `tests/tests/same_bits` in its long form, which runs each fit on each emulated \
         board and on\nits twin, one command at a time, and compares the fingerprints of all \
         training state after every one. The\nnumber below a board is how many steps were \
         compared: at least 1,000, or all of a fit that ends by itself\n(`lm` and `gauss_newton`, \
         whose steps are passes over the rows, and `--patience`). All of them are\nidentical, or \
         the test fails.\n\n\
         Every run of the tests compares the first steps of each fit again, on each board, and \
         the fingerprint\nafter them with the one kept here. No board has been run on hardware: \
         these are emulated by QEMU.\n\n| fit | first steps, fingerprint |",
    );
    for board in emulated_boards() {
        write!(page, " {}, {} |", board.name, board.processor).unwrap();
    }
    writeln!(page, "\n|---|---|{}", "---:|".repeat(results.len())).unwrap();
    for (at, fit) in fits.iter().enumerate() {
        write!(page, "{}", beginning(fit, &first[at])).unwrap();
        for board in results {
            let result = &board[at];
            let is_whole = steps(result) >= STEPS[1] as u64 || ends_by_itself(fit);
            assert!(is_whole, "{fit}: {} steps", steps(result));
            for (option, kind) in ACTS {
                let mut told = result["verdicts"].as_array().unwrap().iter();
                let acts = told.any(|told| told["kind"] == *kind);
                assert!(acts || !fit.contains(option), "{fit}: no {kind}");
            }
            write!(page, " {} |", steps(result)).unwrap();
        }
        page.push('\n');
    }
    page
}

fn beginning(fit: &str, first: &str) -> String {
    format!("| `{fit}` | {first} |")
}

/// Compares what a page has kept of the first steps with these.
pub(super) fn check(page: &str, fits: &[String], first: &[String]) {
    let kept = page.lines().filter(|line| line.starts_with("| `"));
    let kept: Vec<&str> = kept.collect();
    let again = "run this test with DOWNHILL_LONG=1 DOWNHILL_OVERWRITE=1";
    assert_eq!(kept.len(), fits.len(), "{again}");
    for (line, (fit, first)) in kept.iter().zip(fits.iter().zip(first)) {
        let own = beginning(fit, first);
        assert!(line.starts_with(&own), "{line}, not {own}: {again}");
    }
}
