//! What labels and readings mean to a node: classes by name, targets less their origin, and numbers
//! that a board cannot hold.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use downhill::fit::Fit;
use downhill::loss::{AnyLoss, CrossEntropy, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{Connection, DeferredLabels, Learner, Node, NodeWorker};
use downhill_tests::board::{Board, Pin, Wire};
use downhill_tests::emulator::firmware;
use downhill_tests::{downhill, json, stderr, stdout};
use serde_json::Value;

const RATE: f32 = 0.1;

/// The recipe of a node with one sensor.
const fn recipe(loss: AnyLoss<f32>) -> Recipe<f32> {
    Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
        loss,
        AnyOptimizer::Sgd(Sgd::new(RATE)),
    )
    .scaling(Scaling::STANDARD)
    .seed(1)
}

static OF_AMOUNTS: Recipe<f32> = recipe(AnyLoss::Squared(Squared));
static OF_CLASSES: Recipe<f32> = recipe(AnyLoss::CrossEntropy(CrossEntropy));

/// A board whose node takes one sample of its sensor for each label; the readings rise by a half
/// from `$first` on.
macro_rules! board {
    ($loss:expr, $recipe:expr, $first:expr) => {
        Board::with(|wire: Wire, stop: &AtomicBool| {
            let mut reading: f32 = $first;
            let sensor = move || {
                reading += 0.5;
                Ok(Some([reading]))
            };
            let arena = vec![0.0; 16].leak();
            let (model, optimizer) = (Linear::<Const<1>>::new(), Sgd::<f32>::new(RATE));
            let trainer =
                Trainer::with_rules(model, $loss, optimizer, Scaling::STANDARD, &mut arena[..])
                    .unwrap();
            let fit = Fit::new(trainer, 1);
            let learner: Learner<_, _, _, _, 1, 1, 4> =
                Learner::new(fit, sensor, DeferredLabels, Pin).unwrap();
            let learner = learner.fit_scaler(5).stopped();
            let mut staging = [0.0; 32];
            let worker = NodeWorker::new(learner, $recipe, (), &mut staging);
            let connection = Connection::new("node", wire).frame::<160>();
            let mut node = Node::new(connection, worker);
            while !stop.load(Ordering::Relaxed) {
                node.poll();
                node.sample();
            }
        })
    };
}

/// The model that the command fits to a target of readings from 20 on.
fn model(folder: &Path, name: &str, target: impl Fn(f64) -> String) -> String {
    let mut rows = String::from("x,y\n");
    for k in 0..40u8 {
        let x = 20.0 + 0.5 * f64::from(k % 23);
        writeln!(rows, "{x},{}", target(x)).unwrap();
    }
    let data = folder.join(format!("{name}.csv"));
    fs::write(&data, rows).unwrap();
    let model = folder.join(format!("{name}.json"));
    let mut fit = downhill(&["fit", "--target", "y", "--epochs", "2"]);
    fit.arg(&data).arg("--out").arg(&model).assert().code(0);
    model.to_str().unwrap().into()
}

fn warm(x: f64) -> String {
    if x > 25.3 { "warm" } else { "cold" }.into()
}

/// The targets of a recording, in their order.
fn targets(recording: &Path) -> Vec<f64> {
    let text = fs::read_to_string(recording).unwrap();
    let entries = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let target = |entry: Value| {
        let deed = entry["do"].as_object()?.values().next()?.clone();
        deed["target"][0].as_f64()
    };
    entries.filter_map(target).collect()
}

#[test]
fn labels_of_classes_are_given_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let model = model(folder.path(), "class", warm);
    let board = board!(CrossEntropy, &OF_CLASSES, 20.0);
    let recording = folder.path().join("run.jsonl");
    let mut label = board.command(&["label", "-", "--take", "--model", &model]);
    label.arg("--record");
    let given = "cold\ncold\nwarm\n\ncold\nwarm\nwarm\n";
    let said = stdout(&label.arg(&recording).write_stdin(given).assert().code(0));
    assert!(said.contains("sample 1: 20.5 is cold; step 0"), "{said}");
    assert!(said.contains("sample 6: 23 is warm; step 1"), "{said}");
    assert_eq!(targets(&recording), [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    let mut label = board.command(&["label", "tepid", "--take", "--model", &model]);
    let error = stderr(&label.assert().code(1));
    assert!(
        error.contains("none of the model's classes, `cold`, `warm`"),
        "{error}"
    );
    // Of another loss.
    let amounts = self::model(folder.path(), "amount", |x| x.to_string());
    let mut label = board.command(&["label", "1", "--take", "--model", &amounts]);
    let error = stderr(&label.assert().code(1));
    assert!(
        error.contains("fits another model, or by another loss"),
        "{error}"
    );
}

/// A board gets a target as the model's own rows have it: less its origin.
#[test]
fn labels_are_given_less_their_origin() {
    let folder = tempfile::tempdir().unwrap();
    let wh = |x: f64| (118_894_500.0 + x).to_string();
    let model = model(folder.path(), "meter", wh);
    let board = board!(Squared, &OF_AMOUNTS, 20.0);
    let recording = folder.path().join("run.jsonl");
    let mut label = board.command(&["label", "-", "--take", "--model", &model]);
    label.arg("--record");
    let given = "118894520.25\n118894531\n";
    let said = stdout(&label.arg(&recording).write_stdin(given).assert().code(0));
    assert!(
        said.contains("sample 1: 20.5 is 118894520.25; step 0"),
        "{said}"
    );
    let [first, second] = targets(&recording)[..] else {
        panic!()
    };
    assert!(
        first.abs() < 100.0 && second - first == 10.75,
        "{first} {second}"
    );
    let mut label = board.command(&["label", "118894521.5", "--take"]);
    let error = stderr(&label.assert().code(1));
    assert!(
        error.contains("`118894521.5` has more digits") && error.contains("`--model`"),
        "{error}"
    );
}

/// Such a reading has lost its last digits before the node gets it, and nothing brings them back.
#[test]
fn seconds_since_1970_from_a_sensor_are_told() {
    let board = board!(Squared, &OF_AMOUNTS, 1.7e9);
    let mut label = board.command(&["label", "-", "--take"]);
    let said = stderr(&label.write_stdin("1\n2\n3\n").assert().code(0));
    let told = "sample 1: feature 1 is 1700000000, and so far from zero a board tells numbers apart \
                by 128 only";
    assert_eq!(said.matches(told).count(), 1, "{said}");
    let near = board!(Squared, &OF_AMOUNTS, 101_325.0);
    let mut label = near.command(&["label", "-", "--take"]);
    let said = stderr(&label.write_stdin("1\n2\n3\n").assert().code(0));
    assert!(!said.contains("so far from zero"), "{said}");
}

/// On an emulated board: a thermometer's node with a model's file, and a lab that is fed rows whose
/// labels are words, to the bits of the same lab in this process.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_emulated_board_learns_from_the_labels_of_a_model() {
    let folder = tempfile::tempdir().unwrap();
    let amounts = model(folder.path(), "amount", |x| (1.02 * x - 0.7).to_string());
    let program = firmware("mps2-an386", "node");
    let mut label = downhill(&["device", "label", "--take", "1.5", "--board", "mps2-an386"]);
    label
        .args(["--model", &amounts, "--firmware"])
        .arg(&program);
    let said = stdout(&label.assert().code(0));
    assert!(said.starts_with("sample 1: 0 is 1.5; step 0"), "{said}");

    let classes = model(folder.path(), "class", warm);
    let rows = folder.path().join("class.csv");
    let rows = rows.to_str().unwrap();
    let stream = ["stream", rows, "--model", &classes, "--json"];
    let here = json(&Board::on_terminal().command(&stream).assert().code(0));
    let lab = firmware("mps2-an386", "");
    let mut emulated = downhill(&["device"]);
    emulated
        .args(stream)
        .args(["--board", "mps2-an386", "--firmware"]);
    let there = json(&emulated.arg(&lab).assert().code(0));
    for result in [&here, &there] {
        assert_eq!(
            (&result["rows"], &result["refused"]),
            (&40.into(), &0.into())
        );
    }
    assert_eq!(here["fingerprint"], there["fingerprint"]);
    assert_ne!(here["fingerprint"], "");
    // By another name no row is learned from.
    fs::write(rows, "x,y\n20,tepid\n").unwrap();
    let mut emulated = downhill(&["device"]);
    emulated
        .args(stream)
        .args(["--board", "mps2-an386", "--firmware"]);
    let error = stderr(&emulated.arg(&lab).assert().code(1));
    assert!(
        error.contains("`tepid` is none of the model's classes"),
        "{error}"
    );
}
