//! A scenario for each verdict.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use downhill_tests::emulator::firmware;
use downhill_tests::{downhill, json, stderr};
use serde_json::Value;

/// A fit that goes wrong in one way.
pub(crate) struct Scenario {
    /// The verdict that it is made for.
    pub(crate) kind: &'static str,
    /// Its data, one of [`write_data`].
    pub(crate) file: &'static str,
    pub(crate) options: &'static str,
    /// Rows that a board needs to see it; 0 where only the host can tell, since it takes metrics
    /// over whole sets of rows.
    pub(crate) rows: usize,
    pub(crate) fails: bool,
}

const fn advice(
    kind: &'static str,
    file: &'static str,
    options: &'static str,
    rows: usize,
) -> Scenario {
    Scenario {
        kind,
        file,
        options,
        rows,
        fails: false,
    }
}

const fn failure(
    kind: &'static str,
    file: &'static str,
    options: &'static str,
    rows: usize,
) -> Scenario {
    Scenario {
        fails: true,
        ..advice(kind, file, options, rows)
    }
}

/// Every verdict.
pub(crate) const SCENARIOS: &[Scenario] = &[
    failure("non_finite", "plain", "--optimizer sgd --lr 1e30", 0),
    advice(
        "non_finite",
        "plain",
        "--optimizer sgd --lr 1e6 --recover --epochs 5",
        100,
    ),
    failure("diverging", "plain", "--optimizer sgd --lr 0.3", 50),
    failure(
        "exploding_gradient",
        "jump",
        "--loss hinge --scaler none --no-shuffle --optimizer sgd --lr 1e-9 --epochs 1",
        700,
    ),
    failure(
        "vanishing_gradient",
        "small",
        "--model mlp:8,8,8:sigmoid --scaler none --epochs 10",
        2400,
    ),
    failure(
        "dead_units",
        "far",
        "--model mlp:8:relu --scaler none --optimizer sgd --lr 0.01 --epochs 12",
        3700,
    ),
    failure(
        "oscillating",
        "few",
        "--loss absolute --optimizer sgd --lr 8 --batch all --epochs 600",
        0,
    ),
    failure(
        "plateau",
        "square",
        "--model formula:w^2*a --start w=0 --optimizer sgd --lr 0.01 --epochs 5",
        0,
    ),
    advice("converging", "plain", "--optimizer sgd --epochs 4", 1100),
    advice("converged", "plain", "--optimizer sgd --epochs 40", 12_800),
    advice("plateau", "noise", "--optimizer sgd --epochs 20", 4700),
    advice(
        "oscillating",
        "few",
        "--loss absolute --optimizer sgd --lr 0.5 --batch all --epochs 600 --health 16",
        9600,
    ),
    advice(
        "saddle_suspected",
        "square",
        "--model formula:w^2*a --start w=0 --optimizer sgd --lr 0.01 --epochs 18 --recover",
        3200,
    ),
    advice(
        "perturbed",
        "square",
        "--model formula:w^2*a --start w=0 --optimizer sgd --lr 0.01 --epochs 18 --recover",
        3200,
    ),
    advice(
        "rolled_back",
        "plain",
        "--optimizer sgd --lr 1 --recover --epochs 5",
        200,
    ),
    advice(
        "overfitting",
        "few",
        "--model mlp:32 --epochs 300 --validation-every 2",
        1000,
    ),
    advice("underfitting", "hint", "--epochs 10", 0),
    advice(
        "unscaled_feature",
        "large",
        "--scaler none --epochs 10",
        2600,
    ),
    advice("dead_feature", "still", "--epochs 20 --health 16", 4500),
    advice("collinear_features", "twins", "--epochs 10", 2600),
    advice("class_imbalance", "rare", "--epochs 10", 3100),
    advice("loss_metric_mismatch", "rare", "--epochs 10", 0),
    advice("wrong_loss", "classes", "--model linear --epochs 10", 3100),
    advice(
        "learning_rate_too_high",
        "few",
        "--loss absolute --optimizer sgd --lr 0.5 --batch all --epochs 600 --health 16",
        9600,
    ),
    failure(
        "learning_rate_too_low",
        "plain",
        "--model mlp:8 --optimizer sgd --lr 1e-5 --epochs 3",
        0,
    ),
    advice(
        "drift",
        "turn",
        "--drift page_hinkley --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
        1700,
    ),
    advice(
        "drift",
        "turn",
        "--drift ddm --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
        1700,
    ),
    advice(
        "drift",
        "turn",
        "--drift ewma:reset --no-shuffle --optimizer sgd --lr 0.01 --epochs 1",
        1700,
    ),
    advice(
        "drift",
        "turn",
        "--drift adwin --no-shuffle --optimizer momentum --lr 0.001 --epochs 1",
        1700,
    ),
];

/// Verdicts that a host's fit comes to otherwise than a board.
const OTHERWISE: &[&str] = &[
    "converging",
    "converged",
    "plateau",
    "unscaled_feature",
    "dead_feature",
    "collinear_features",
    "class_imbalance",
    "wrong_loss",
    "learning_rate_too_high",
    "oscillating",
];

/// Writes the data of all scenarios into a folder: four features between -1 and 1, and a target
/// that is mostly a weighted sum of them.
pub(crate) fn write_data(folder: &Path) {
    let sum = |x: &[f64; 4], e: f64| 2.0 * x[0] - x[1] + 0.5 * x[2] + 0.3 * e;
    let class = |is: bool| f64::from(u8::from(is));
    let scaled = |x: &[f64; 4], by: f64| x.map(|x| x * by).to_vec();
    let write = |name: &str, rows: usize, row: &dyn Fn(usize, [f64; 4], f64) -> (Vec<f64>, f64)| {
        let mut state = 7u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 23) - 1.0
        };
        let mut text = String::new();
        for at in 0..rows {
            let x = [draw(), draw(), draw(), draw()];
            let (features, target) = row(at, x, draw());
            if text.is_empty() {
                let names = ["a", "b", "c", "d"];
                text = format!("{},y\n", names[..features.len()].join(","));
            }
            for feature in features {
                write!(text, "{feature:.4},").unwrap();
            }
            writeln!(text, "{target:.4}").unwrap();
        }
        fs::write(folder.join(name).with_extension("csv"), text).unwrap();
    };
    write("plain", 400, &|_, x, e| (x.to_vec(), sum(&x, e)));
    write("noise", 400, &|_, x, e| (x.to_vec(), e));
    write("few", 20, &|_, x, e| (x.to_vec(), sum(&x, e)));
    write("large", 400, &|_, x, e| {
        (vec![x[0], x[1], x[2], 1000.0 * x[3]], sum(&x, e))
    });
    write("small", 400, &|_, x, e| (scaled(&x, 0.01), sum(&x, e)));
    write("still", 400, &|_, x, e| {
        (vec![x[0], x[1], 3.0, x[3]], sum(&x, e))
    });
    write("twins", 400, &|_, x, e| {
        (vec![x[0], x[1], x[2], 1.0 - 2.0 * x[0]], sum(&x, e))
    });
    write("rare", 600, &|_, x, e| {
        (x.to_vec(), class(x[0] + 0.2 * e > 0.93))
    });
    write("classes", 400, &|_, x, _| {
        (x.to_vec(), class(x[0] + x[1] > 0.0))
    });
    write("far", 400, &|_, x, e| {
        (x.map(|x| 40.0 + 5.0 * x).to_vec(), sum(&x, e))
    });
    write("square", 300, &|_, x, _| (vec![x[0]], x[0]));
    write("hint", 400, &|_, x, e| (x.to_vec(), 0.2 * x[0] + e));
    write("jump", 1200, &|at, x, e| {
        (
            scaled(&x, if at < 600 { 1.0 } else { 30_000.0 }),
            class(e > 0.0),
        )
    });
    write("turn", 4000, &|at, x, e| {
        (x.to_vec(), if at < 2000 { sum(&x, e) } else { -sum(&x, e) })
    });
}

/// The command of a scenario.
pub(crate) fn arguments(command: &str, scenario: &Scenario, folder: &Path) -> Vec<String> {
    let file = folder.join(scenario.file).with_extension("csv");
    let mut arguments = vec![command.into(), file.to_str().unwrap().into()];
    arguments.extend(["--target", "y", "--json"].map(String::from));
    arguments.extend(scenario.options.split(' ').map(String::from));
    arguments
}

/// Runs a scenario, and returns its object.
pub(crate) fn run(arguments: &[String], code: i32) -> Value {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let assert = downhill(&arguments).assert();
    let got = assert.get_output().status.code();
    assert_eq!(got, Some(code), "{arguments:?}: {}", stderr(&assert));
    json(&assert)
}

/// The verdicts of an object.
pub(crate) fn verdicts(fit: &Value) -> &[Value] {
    fit["verdicts"].as_array().unwrap()
}

/// Each scenario is told for what it is, with its evidence and a cure.
#[test]
fn each_verdict_is_provoked_by_its_scenario() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let missed: Vec<String> = SCENARIOS
        .iter()
        .filter_map(|scenario| missed(scenario, folder.path()))
        .collect();
    println!(
        "{} of {} scenarios are told for what they are",
        SCENARIOS.len() - missed.len(),
        SCENARIOS.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
}

/// Verdicts in place of a scenario's own, if that is not given.
fn missed(scenario: &Scenario, folder: &Path) -> Option<String> {
    if scenario.kind == "plateau" && !scenario.fails {
        // Told on a board alone: how far it has come a host's fit says at its end.
        return None;
    }
    let arguments = arguments("fit", scenario, folder);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let assert = downhill(&arguments).assert();
    let (code, status, severity) = match scenario.fails {
        true => (3, "failed", "failure"),
        false => (0, "done", "advice"),
    };
    let fit = json(&assert);
    let told = verdicts(&fit);
    let is = |v: &Value| {
        let cure = v["advice"].as_str().is_some_and(|advice| advice.len() > 10);
        let why = v["step"].is_u64() && v["evidence"].is_object() && cure;
        v["kind"] == scenario.kind && v["severity"] == severity && why
    };
    let ends = assert.get_output().status.code() == Some(code) && fit["status"] == status;
    (!ends || !told.iter().any(is)).then(|| {
        format!(
            "{} {arguments:?}: {} {told:?}",
            scenario.kind,
            stderr(&assert)
        )
    })
}

/// No verdict that the core knows is without a scenario, and none is without a row on the page.
#[test]
fn no_verdict_is_forgotten() {
    let source = include_str!("../../../crates/downhill/src/health/verdict.rs");
    let page = include_str!("../../../docs/verdicts.md");
    let names = source
        .split("=> \"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\",\n"));
    let names: Vec<&str> = names.map(|(name, _)| name).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(
            SCENARIOS.iter().any(|scenario| scenario.kind == name),
            "no scenario for {name}"
        );
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/verdicts.md does not have {name}"
        );
    }
}

/// Every scenario prints the text that the page shows.
#[test]
fn the_page_shows_what_the_command_says() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let page = include_str!("../../../docs/verdicts.md");
    let mut shown = 0;
    for block in page.split("```console\n$ downhill ").skip(1) {
        let (command, rest) = block.split_once('\n').unwrap();
        let printed = rest.split("```").next().unwrap();
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut command = downhill(&arguments);
        let assert = command.current_dir(folder.path()).assert();
        let output = assert.get_output();
        let said = [&output.stdout[..], &output.stderr[..]]
            .map(String::from_utf8_lossy)
            .concat();
        for line in printed.lines() {
            assert!(
                said.contains(line),
                "{arguments:?} does not print `{line}` but:\n{said}"
            );
        }
        shown += 1;
    }
    assert!(shown > 2);
}

/// A board that watches comes to the same verdicts at the same orders as its twin.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_board_comes_to_the_same_verdicts_as_its_twin() {
    let folder = tempfile::tempdir().unwrap();
    write_data(folder.path());
    let elf = firmware("mps2-an386", "");
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.rows > 0) {
        let mut arguments = arguments("crosscheck", scenario, folder.path());
        arguments.extend(["--firmware".into(), elf.to_str().unwrap().into()]);
        arguments.extend(["--limit".into(), scenario.rows.to_string()]);
        let check = run(&arguments, 0);
        assert_eq!(check["status"], "identical", "{}", scenario.options);
        let told = verdicts(&check);
        let is = |v: &Value| v["kind"] == scenario.kind;
        assert!(
            told.iter().any(is),
            "{} {}: {told:?}",
            scenario.kind,
            scenario.options
        );
        // And at the step at which the host's own fit finds it, but for what that takes from the
        // file, or says at its end.
        if OTHERWISE.contains(&scenario.kind) {
            continue;
        }
        let code = if scenario.fails { 3 } else { 0 };
        let mut host = arguments;
        host.truncate(host.len() - 4);
        host[0] = "fit".into();
        let host = run(&host, code);
        let step = |told: &[Value]| told.iter().find(|v| is(v)).map(|v| v["step"].clone());
        assert_eq!(step(told), step(verdicts(&host)), "{}", scenario.kind);
    }
}
