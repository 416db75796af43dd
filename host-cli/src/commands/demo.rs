//! `downhill demo`: a guided first run.

use std::env;
use std::ffi::OsString;
use std::fs;

use crate::arguments::DemoArguments;
use crate::device::can_emulate;
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

const DATA: &str = include_str!("../../demo/air.csv");
const BOARD: &str = "mps2-an386";

/// Commands, each with a sentence in front.
const STEPS: [(&str, &str); 4] = [
    (
        "Look at the data first: four weeks of five gas sensors beside a reference analyzer, -200 \
         where it has no reading.",
        "inspect air.csv --target CO_GT --missing-value=-200",
    ),
    (
        "Fit CO to the sensors. The last fifth of the hours are test rows: the fit never sees them.",
        "fit air.csv --target CO_GT --missing-value=-200 --test-last 0.2 --out co.json --report \
         co.html",
    ),
    (
        "Measure the model that was written, on all rows.",
        "eval co.json air.csv",
    ),
    (
        "Write it as C, with the scaler: a header that predicts with the same bits.",
        "export co.json --to c --out co_gt.h",
    ),
];

/// The same fit on an emulated Cortex-M4F.
const CHECK: (&str, &str) = (
    "Train the same fit on an emulated Cortex-M4F, and compare all training state at every step.",
    "crosscheck air.csv --target CO_GT --missing-value=-200 --limit 1000",
);

/// Does what the demo shows in a new folder; `run` does what a command line says.
pub(crate) fn run(arguments: &DemoArguments, run: impl Fn(Vec<OsString>) -> u8) -> Outcome {
    let folder = &arguments.folder;
    fs::create_dir(folder).map_err(|error| {
        Failure::Input(format!(
            "{}: {error}; the demo needs a new folder: name one, as in `downhill demo FOLDER`",
            folder.display()
        ))
    })?;
    env::set_current_dir(folder).map_err(Failure::input)?;
    fs::write("air.csv", DATA).map_err(Failure::input)?;
    output::print(&format!("# In the new folder {}\n", folder.display()))?;
    let board = can_emulate(BOARD);
    let steps = STEPS.iter().chain(board.is_ok().then_some(&CHECK));
    for (about, line) in steps {
        output::print(&format!("\n# {about}\n$ downhill {line}\n"))?;
        let words = ["downhill"].into_iter().chain(line.split_whitespace());
        let code = run(words.map(OsString::from).collect());
        if code != 0 {
            return Err(Failure::Input(format!(
                "`downhill {line}` ended with {code}"
            )));
        }
    }
    if let Err(missing) = board {
        output::print(&format!(
            "\n# A board would now train the same fit: `downhill {}`.\n# {missing}.\n",
            CHECK.1
        ))?;
    }
    output::print(
        "\nOpen co.html in a browser; put your own file in the place of air.csv. `downhill help` \
         lists what else there is.\n",
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The rows are those of the data set.
    #[test]
    fn the_data_are_the_first_weeks_of_the_set() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/air_quality.csv");
        let whole = fs::read_to_string(path).unwrap();
        let kept = [0, 1, 2, 3, 6, 8, 10, 11, 12, 13, 14];
        for (own, line) in DATA.lines().zip(whole.lines()) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(own, kept.map(|at| cells[at]).join(","));
        }
        assert_eq!(DATA.lines().count(), 1 + 28 * 24);
    }
}
