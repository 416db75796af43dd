//! Every model, loss, optimizer, schedule, rule and solver on every emulated board, against its
//! twin; `docs/same-bits.md` says what was run, and is written by this test in its long form.

mod page;
mod recipes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use downhill_boards::emulated_boards;
use downhill_tests::{data, downhill, irises_of_two_classes, is_long, json, stderr};
use serde_json::Value;

use crate::verdicts::scenarios::write_data;
use recipes::{DRIFTS, RECIPES, STEPS, TURNED, line, recipes};

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn every_choice_gives_the_same_bits_on_every_board() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_data(folder);
    fs::write(folder.join("iris.csv"), irises_of_two_classes()).unwrap();
    let irises = recipes();
    let turns: Vec<String> = DRIFTS.iter().map(ToString::to_string).collect();
    // Results of each fit on each board.
    let results = |steps: usize, turned: usize| {
        let run = |board: &'static str| {
            let mut results = compared(folder, board, ["iris.csv", "petal_w"], &irises, steps);
            results.extend(compared(folder, board, ["turn.csv", "y"], &turns, turned));
            results
        };
        thread::scope(|scope| {
            let threads: Vec<_> = emulated_boards()
                .map(|board| scope.spawn(move || run(board.name)))
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap());
            joined.collect::<Vec<_>>()
        })
    };
    let fits = [irises.clone(), turns.clone()].concat();
    let first = page::first(&fits, &results(STEPS[0], STEPS[0]));
    let path = root().join("docs/same-bits.md");
    if is_long() {
        let page = page::of(&fits, &first, &results(STEPS[1], TURNED));
        if std::env::var_os("DOWNHILL_OVERWRITE").is_some() {
            fs::write(&path, &page).unwrap();
        }
        let kept = fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            kept, page,
            "run this test with DOWNHILL_LONG=1 DOWNHILL_OVERWRITE=1"
        );
    } else {
        page::check(&fs::read_to_string(path).unwrap(), &fits, &first);
    }
}

/// Results of these fits of a file on a board.
fn compared(
    folder: &Path,
    board: &str,
    [file, target]: [&str; 2],
    fits: &[String],
    steps: usize,
) -> Vec<Value> {
    let recipes = folder.join(format!("{board} {file} {steps}"));
    let lines: Vec<String> = fits.iter().map(|fit| line(fit, steps)).collect();
    fs::write(&recipes, lines.join("\n")).unwrap();
    let mut command = downhill(&["crosscheck", folder.join(file).to_str().unwrap(), "--json"]);
    command.args(["--target", target, "--limit", "40", "--board", board]);
    let mut result = json(&command.arg("--recipes").arg(recipes).assert().code(0));
    let Value::Array(results) = result["more"].take() else {
        panic!("no fits of {file} on {board}");
    };
    assert_eq!(results.len(), fits.len());
    for (line, result) in lines.iter().zip(&results) {
        assert_eq!(result["options"], line.as_str());
        assert_eq!(
            (&result["different"], &result["identical"]),
            (&0.into(), &result["steps"]),
            "{line}"
        );
    }
    results
}

/// Which option sets each field of a recipe's rules. What watches a fit is not among them: it
/// changes bits only where it acts, which `tests/verdicts` compares on boards.
const RULES: &[(&str, &str)] = &[
    ("scaling.method", "--scaler"),
    ("scaling.target", "--no-standardize-target"),
    ("schedule.warmup", "--warmup"),
    ("schedule.curve", "--schedule"),
    ("penalty.l1", "--l1"),
    ("penalty.l2", "--l2"),
    ("penalty.decay", "--weight-decay"),
    ("clip.value", "--clip-value"),
    ("clip.norm", "--clip-norm"),
    ("frozen", "--freeze"),
    ("bounds", "--bound"),
];

/// Whatever a recipe can ask for besides is in one of the fits, too.
#[test]
fn no_rule_is_forgotten() {
    let file = data("iris.csv");
    let mut fit = downhill(&["fit", &file, "--target", "petal_w", "--epochs", "1"]);
    let fit = json(&fit.arg("--json").assert().code(0));
    let mut fields = Vec::new();
    for (name, value) in fit["recipe"]["rules"].as_object().unwrap() {
        match value.as_object() {
            Some(more) => fields.extend(more.keys().map(|key| format!("{name}.{key}"))),
            None => fields.push(name.clone()),
        }
    }
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.0).collect();
    assert_eq!(
        fields.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        known
    );
    for (field, option) in RULES {
        let asks = |recipe: &&str| recipe.split(' ').any(|word| word == *option);
        assert!(RECIPES.iter().any(asks), "no fit has {field}, {option}");
    }
}

/// Whatever the command line knows is in one of the fits.
#[test]
fn no_choice_is_forgotten() {
    let recipes = recipes();
    let run: BTreeSet<&str> = recipes
        .iter()
        .flat_map(|recipe| recipe.split([' ', ':']))
        .collect();
    for what in ["--model", "--loss", "--optimizer", "--schedule", "--scaler"] {
        for name in names(&[what, "?"]) {
            assert!(run.contains(name.as_str()), "no fit has {what} {name}");
        }
    }
    for name in names(&["--model", "mlp:2:?"]) {
        assert!(
            run.contains(name.as_str()),
            "no fit has the activation {name}"
        );
    }
    for name in names(&["--optimizer", "rmsprop:?"]) {
        assert!(run.contains(name.as_str()), "no fit has {name} of rmsprop");
    }
    let boards: Vec<&str> = emulated_boards().map(|board| board.name).collect();
    assert_eq!(names_of_boards(), boards);
}

/// The names that a wrong one is answered with.
fn names(option: &[&str]) -> Vec<String> {
    let mut command = downhill(&["fit", "x.csv", "--target", "y"]);
    let error = stderr(&command.args(option).assert().code(2));
    let (_, list) = error.split_once("here is ").unwrap();
    let names: Vec<String> = list
        .split('`')
        .skip(1)
        .step_by(2)
        .map(String::from)
        .collect();
    assert!(names.len() > 2, "{error}");
    names
}

fn names_of_boards() -> Vec<String> {
    let command = downhill(&["crosscheck", "x.csv", "--target", "y", "--board", "?"]);
    let error = stderr(&{ command }.assert().code(2));
    let (_, list) = error.split_once("possible values: ").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(", ").map(String::from).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
