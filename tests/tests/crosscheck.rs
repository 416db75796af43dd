//! Board against twin, on real data. These need QEMU and a toolchain for the boards, which
//! `cargo xtask test` brings; plain `cargo test` lists them as ignored.

use downhill_tests::{air, data, downhill, json, occupancy, stderr, stdout};
use serde_json::Value;

fn identical<'a>(mut arguments: Vec<&'a str>, optimizer: &'a str) {
    let steps = 2000;
    arguments.extend(["--optimizer", optimizer, "--limit", "2000", "--json"]);
    let result = json(&downhill(&arguments).assert().code(0));
    assert_eq!(result["status"], "identical");
    assert_eq!(result["steps"], steps);
    assert_eq!(result["identical"], steps);
    assert_eq!(result["different"], 0);
    assert_eq!(result["first_difference"], Value::Null);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn air_quality_by_sgd() {
    identical(air("crosscheck", &data("air_quality.csv")), "sgd");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn air_quality_by_adam() {
    identical(air("crosscheck", &data("air_quality.csv")), "adam");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn occupancy_by_sgd() {
    identical(occupancy("crosscheck", &data("occupancy.csv")), "sgd");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn occupancy_by_adam() {
    identical(occupancy("crosscheck", &data("occupancy.csv")), "adam");
}

/// As many rows as `fit` learns from, in its order: the board ends where the fit ends.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_board_ends_with_the_fingerprint_of_the_fit() {
    let file = data("occupancy.csv");
    let folder = tempfile::tempdir().unwrap();
    let few = folder.path().join("few.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().step_by(60).collect();
    std::fs::write(&few, lines.join("\n")).unwrap();
    let few = few.to_str().unwrap();
    let mut arguments = occupancy("fit", few);
    arguments.extend(["--epochs", "2", "--seed", "3", "--json"]);
    let fit = json(&downhill(&arguments).assert().code(0));
    arguments[0] = "crosscheck";
    let check = json(&downhill(&arguments).assert().code(0));
    assert_eq!(check["steps"], fit["steps"]);
    assert_eq!(check["fingerprint"], fit["fingerprint"]);
}

/// Least squares with parameters that each group has for itself, on every core; and as many as a
/// board does not take.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn groups_are_fitted_by_least_squares_on_boards_too() {
    let file = data("iris.csv");
    let model = "formula: a[species] + b*petal_l^c[species]";
    let start = ["--start", "a=0,b=0.2,c=1", "--json"];
    let fit = ["fit", &file, "--target", "petal_w", "--model", model];
    for board in ["mps2-an386", "mps2-an385"] {
        let check = [
            "crosscheck",
            &file,
            "--target",
            "petal_w",
            "--model",
            model,
            "--board",
            board,
        ];
        let check = json(
            &downhill(&[&check[..], &start[..]].concat())
                .assert()
                .code(0),
        );
        assert_eq!(check["different"], 0, "{check}");
        assert!(check["identical"].as_u64() >= Some(3), "{check}");
        let fit = [&fit[..], &start[..], &["--precision", "f32"]].concat();
        let fit = json(&downhill(&fit).assert().code(0));
        assert_eq!(check["fingerprint"], fit["solver_fingerprint"], "{board}");
    }
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many.csv");
    let row = |k: usize| format!("{},{},s{:02}\n", k % 4, 1 + k, k / 4);
    let rows: String = (0..80).map(row).collect();
    std::fs::write(&many, format!("x,y,sensor\n{rows}")).unwrap();
    let many = many.to_str().unwrap();
    let model = [
        "--target",
        "y",
        "--model",
        "formula: a[sensor] + b*x",
        "--start",
        "a=0,b=1",
    ];
    let refused = downhill(&[&["crosscheck", many][..], &model[..]].concat())
        .assert()
        .code(1);
    let said = stderr(&refused);
    assert!(
        said.contains("16 parameters") && said.contains("21"),
        "{said}"
    );
    downhill(&[&["fit", many][..], &model[..]].concat())
        .assert()
        .code(0);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn one_other_bit_is_caught_at_its_step() {
    let file = data("air_quality.csv");
    let mut arguments = air("crosscheck", &file);
    arguments.extend(["--limit", "200", "--flip-bit-at", "123"]);
    let differ = downhill(&arguments).assert().code(4);
    let line = "123 steps on mps2-an386: 122 identical, 1 different\n";
    assert_eq!(stdout(&differ), line);
    let error = stderr(&differ);
    assert!(error.contains("differ after step 123"), "{error}");
    assert!(
        error.contains("the first difference is in PT08_S1_CO"),
        "{error}"
    );

    arguments.push("--json");
    let result = json(&downhill(&arguments).assert().code(4));
    assert_eq!(result["identical"], 122);
    assert_eq!(result["different"], 1);
    let first = &result["first_difference"];
    assert_eq!(first["step"], 123);
    assert_eq!(first["parameter"], "PT08_S1_CO");
    assert_ne!(first["host"], first["device"]);
}

/// Both do the same, and what they do is no fit.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_fit_that_fails_on_both_is_said_to() {
    let file = data("concrete.csv");
    let line = "--target strength --optimizer sgd --lr 0.1 --limit 310";
    let check = |more: &[&str]| {
        let mut command = downhill(&["crosscheck", &file]);
        command.args(line.split(' ')).args(more).assert().code(0)
    };
    let text = stdout(&check(&[]));
    let (steps, rest) = text.split_once('\n').unwrap();
    assert!(steps.ends_with(" identical, 0 different"), "{text}");
    assert!(rest.contains(", on both: diverging: "), "{text}");
    let document = json(&check(&["--json"]));
    let mut verdicts = document["verdicts"].as_array().unwrap().iter();
    let failed = verdicts.find(|told| told["severity"] == "failure").unwrap();
    let [finding, advice] = ["finding", "advice"].map(|part| failed[part].as_str().unwrap());
    assert_eq!(
        rest,
        format!(
            "the fit failed at step {}, on both: {finding}. {advice}\n",
            failed["step"]
        )
    );
}

#[test]
fn without_qemu_the_cure_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let firmware = folder.path().join("begun.elf");
    // The head alone: it does not get as far as to be run.
    let head = *b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x28\0";
    std::fs::write(&firmware, head).unwrap();
    let file = data("occupancy.csv");
    let mut arguments = occupancy("crosscheck", &file);
    arguments.extend(["--firmware", firmware.to_str().unwrap()]);
    let refused = downhill(&arguments).env("PATH", "").assert().code(1);
    let error = stderr(&refused);
    assert!(
        error.contains("qemu-system-arm") && error.contains("cargo xtask setup"),
        "{error}"
    );
}

#[test]
fn away_from_the_sources_a_firmware_must_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = data("occupancy.csv");
    let mut command = downhill(&occupancy("crosscheck", &file));
    let error = stderr(&command.current_dir(&folder).assert().code(1));
    assert!(error.contains("--firmware"), "{error}");
    let mut arguments = occupancy("crosscheck", &file);
    arguments.extend(["--firmware", "none.elf"]);
    let error = stderr(&downhill(&arguments).current_dir(&folder).assert().code(1));
    assert!(error.contains("none.elf"), "{error}");
}
