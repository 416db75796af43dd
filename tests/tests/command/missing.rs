//! Readings that are missing.

use std::fmt::Write;
use std::path::Path;

use downhill_tests::{downhill, json, stdout};
use serde_json::Value;

/// Rows of `a,b,y,w`. In `gaps` there are gaps: in the first row, which nothing can fill, in
/// features, and in a target; in `whole` they are filled by hand, or the rows left out.
fn write(folder: &Path) -> [String; 2] {
    let (mut gaps, mut whole) = ("a,b,y\n".to_owned(), "a,b,y\n".to_owned());
    let mut last = [None, None];
    for t in 0..80u32 {
        let reading = [f64::from(t * 7 % 11), f64::from(t * t % 13)];
        let y = 2.0 * reading[0] - reading[1];
        let missing = [t == 0 || t % 9 == 4, t % 7 == 3];
        let mut cells = [String::new(), String::new()];
        for at in 0..2 {
            if !missing[at] {
                last[at] = Some(reading[at]);
                cells[at] = reading[at].to_string();
            }
        }
        let unlabelled = t == 20 || t == 21;
        let label = if unlabelled {
            String::new()
        } else {
            y.to_string()
        };
        let _ = writeln!(gaps, "{},{},{label}", cells[0], cells[1]);
        if let ([Some(a), Some(b)], false) = (last, unlabelled) {
            let _ = writeln!(whole, "{a},{b},{label}");
        }
    }
    [("gaps.csv", gaps), ("whole.csv", whole)].map(|(name, text)| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

fn fit(file: &str, options: &str) -> Value {
    let mut fit = downhill(&["fit", file, "--target", "y", "--json"]);
    json(&fit.args(options.split_ascii_whitespace()).assert().code(0))
}

#[test]
fn the_last_number_of_a_column_stands_in_whichever_way_a_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let [gaps, whole] = write(folder.path());
    for options in [
        "",
        "--hold-at-most 0 --no-shuffle",
        "--solver lm",
        "--solver rls",
    ] {
        let held = fit(&gaps, &format!("{options} --missing hold"));
        let filled = fit(&whole, options);
        assert_eq!(held["fingerprint"], filled["fingerprint"], "{options}");
        assert_eq!(held["metrics"], filled["metrics"], "{options}");
        // The first row has nothing to hold; two have no target.
        assert_eq!(held["rows"]["used"], 77, "{options}");
        assert_eq!(held["rows"]["dropped"], 3, "{options}");
        assert_eq!(held["rows"]["filled"], 19, "{options}");
        assert_eq!(filled["rows"]["filled"], 0, "{options}");
        let dropped = fit(&gaps, options);
        assert_eq!(dropped["rows"]["used"], 77 - 19, "{options}");
        assert_ne!(dropped["fingerprint"], held["fingerprint"], "{options}");
    }
}

#[test]
fn a_model_keeps_what_becomes_of_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let [gaps, whole] = write(folder.path());
    let [holds, drops] = ["holds.json", "drops.json"].map(|name| {
        let path = folder.path().join(name);
        path.to_str().unwrap().to_owned()
    });
    let mut said = downhill(&["fit", &gaps, "--target", "y", "--missing", "hold"]);
    let said = stdout(&said.args(["--out", &holds]).assert().code(0));
    let line = "19 rows with the last number of a column in place of a missing one\n";
    assert!(said.contains(line), "{said}");
    fit(&gaps, &format!("--missing drop --out {drops}"));
    let text = std::fs::read_to_string(&drops).unwrap();
    assert!(!text.contains("\"missing\""), "older releases read it too");

    let eval = |model: &str, file: &str| json(&downhill(&["eval", model, file, "--json"]).assert());
    let measured = eval(&holds, &gaps);
    assert_eq!(measured["metrics"], eval(&holds, &whole)["metrics"]);
    assert_eq!(
        (&measured["rows"], &measured["dropped"]),
        (&77.into(), &3.into())
    );
    assert_eq!(measured["filled"], 19);
    assert_eq!(eval(&holds, &whole)["filled"], 0);
    assert_eq!(eval(&drops, &gaps)["rows"], 77 - 19);
    let said = stdout(&downhill(&["eval", &holds, &gaps]).assert().code(0));
    assert!(said.contains(line), "{said}");

    let predict = |model: &str, file: &str| {
        let printed = stdout(&downhill(&["predict", model, file]).assert().code(0));
        printed
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (of_gaps, of_whole) = (predict(&holds, &gaps), predict(&holds, &whole));
    // The first row has nothing to hold; the rows without a target are predicted all the same.
    assert_eq!((of_gaps.len(), &*of_gaps[0]), (80, "\"\""));
    assert_eq!(of_gaps[1..20], of_whole[..19]);
    assert_eq!(of_gaps[22..], of_whole[19..]);
    let dropped = predict(&drops, &gaps);
    let empty = dropped.iter().filter(|cell| *cell == "\"\"").count();
    assert_eq!(empty, 20);
}
