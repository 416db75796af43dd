//! Options that had another name in earlier versions: files of then are read, and told of once;
//! the command line says the new name.

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, stderr, stdout};

const TOLD: &str = "`--test-every` is now called `--validation-every`";

/// On the command line the name is that of test rows.
#[test]
fn the_command_line_has_the_name_for_test_rows() {
    let rooms = data("before/rooms.csv");
    let fit = ["fit", &rooms, "--target", "level", "--test-every", "5"];
    let fitted = stdout(&downhill(&fit).assert().code(0));
    assert!(fitted.contains("test row"), "{fitted}");
}

#[test]
fn recipes_say_the_new_name() {
    let rooms = data("before/rooms.csv");
    let folder = tempfile::tempdir().unwrap();
    let recipes = folder.path().join("fits.txt");
    let crosscheck = |lines: &str, more: &[&str]| {
        fs::write(&recipes, lines).unwrap();
        let mut command = downhill(&["crosscheck", &rooms, "--target", "level"]);
        // It gets as far as to the firmware, which there is none of.
        command.args(["--firmware", "none.elf"]).args(more);
        let error = command.arg("--recipes").arg(&recipes).assert().failure();
        let error = stderr(&error).replace(recipes.to_str().unwrap(), "fits.txt");
        let lines = error.lines().filter(|line| !line.starts_with("warning: "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let lines = "# Older.\n--lr 0.1 --test-every 4\n--test-every=3 --batch 2\n";
    let error = crosscheck(lines, &[]);
    let (told, rest) = error.split_once('\n').unwrap();
    assert_eq!(told, format!("fits.txt, line 2: {TOLD}; write that"));
    assert!(
        rest.starts_with("error: ") && rest.contains("none.elf"),
        "{rest}"
    );
    assert!(crosscheck(lines, &["--quiet"]).starts_with("error: "));
    for (line, why) in [
        (
            "--test-every 1",
            "invalid value '1' for '--validation-every <K>': 1 would leave no training row; 0 \
             makes no validation rows",
        ),
        (
            "--batch 2 --bach 3",
            "`--bach` is no option of a fit; did you mean `--batch`?",
        ),
        ("--board microbit", "`--board` is no option of a fit"),
        ("other.csv", "`other.csv` is no option"),
        (
            "--solver lm --optimizer sgd",
            "`--solver` and `--optimizer` exclude each other",
        ),
    ] {
        let error = crosscheck(line, &["--quiet"]);
        let start = format!("error: fits.txt, line 1: {why}");
        assert!(error.starts_with(&start), "{line}: {error}");
    }
}

/// What `fit` says in a folder with this `[fit]` in its project file, and its exit code.
fn fit(folder: &Path, keys: &str, more: &[&str]) -> (String, i32) {
    let rooms = data("before/rooms.csv");
    let text = format!("[fit]\ndata = '{rooms}'\ntarget = 'level'\nepochs = 1\n{keys}");
    fs::write(folder.join("downhill.toml"), text).unwrap();
    let mut fit = downhill(&["fit"]);
    let output = fit.args(more).current_dir(folder).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (said, output.status.code().unwrap())
}

#[test]
fn a_project_file_is_read_and_its_place_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let place = "downhill.toml, line 5, [fit]";
    let (told, _) = fit(folder, "test-every = 4\n", &[]);
    let sentence = "`test-every` is now called `validation-every`";
    assert_eq!(
        told.lines()
            .filter(|line| line.contains("test-every"))
            .collect::<Vec<_>>(),
        [format!("{place}: {sentence}; write that")]
    );
    for (keys, more) in [
        ("test-every = 4\n", &["--quiet"][..]),
        ("test-every = 4\n", &["--validation-every", "3"]),
        ("validation-every = 4\n", &[]),
        ("test-every = 4\nvalidation-every = 3\n", &[]),
    ] {
        let (told, _) = fit(folder, keys, more);
        assert!(!told.contains("test-every"), "{told}");
    }
    for (keys, error) in [
        (
            "test-every = 'x'\n",
            format!(
                "{place}, `test-every`, now called `validation-every`: invalid value 'x' for \
                 '--validation-every <K>': a whole number: 5 makes every fifth row one, 0 none"
            ),
        ),
        (
            "lr = 0.1\nsolver = 'lm'\n",
            format!("{place}, `lr`: `--lr` does not go with least squares"),
        ),
    ] {
        let (told, code) = fit(folder, keys, &[]);
        assert!(told.starts_with(&format!("error: {error}")), "{told}");
        assert_eq!(code, 1);
    }
}

/// What was given with the command stays where a line or a setting does not change it.
#[test]
fn a_setting_changes_its_own_option_alone() {
    let rooms = data("before/rooms.csv");
    let compare = |more: &[&str]| {
        let mut compare = downhill(&["compare", &rooms, "--target", "level", "--json"]);
        compare.args(["--epochs", "2", "--no-shuffle", "--l2", "0.1"]);
        let document = downhill_tests::json(&compare.args(more).assert().code(0));
        document["fits"].as_array().unwrap().clone()
    };
    let varied = compare(&["--vary", "lr=0.01,0.02"]);
    for (fit, lr) in varied.iter().zip(["0.01", "0.02"]) {
        let alone = compare(&["--lr", lr, "--vary", "seed=0"]);
        assert_eq!(fit["metrics"], alone[0]["metrics"], "{lr}");
    }
    assert_ne!(varied[0]["metrics"], varied[1]["metrics"]);
    let shuffled = downhill(&["compare", &rooms, "--target", "level", "--json"])
        .args(["--epochs", "2", "--l2", "0.1", "--vary", "lr=0.01"])
        .assert();
    let shuffled = downhill_tests::json(&shuffled.code(0));
    assert_ne!(shuffled["fits"][0]["metrics"], varied[0]["metrics"]);
}
