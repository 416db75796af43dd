//! A board whose core was changed in one rounding is caught at the first step that the change
//! touches.

use std::fs;
use std::path::{Path, PathBuf};

use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::{Const, Trainer};
use downhill_tests::emulator::firmware_from;
use downhill_tests::{AIR_FEATURES, air, data, downhill, json, root, stderr};

/// How the lanes of a dot product fold, and how they do in the changed core.
const FOLD: &str = "(lanes[0] + lanes[1]) + (lanes[2] + lanes[3])";
const OTHER_FOLD: &str = "((lanes[0] + lanes[1]) + lanes[2]) + lanes[3]";

const RATE: f32 = 0.005;

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_core_changed_in_one_rounding_is_caught_at_the_first_step_it_touches() {
    let sources = altered_sources();
    let touched = first_step_touched();
    for board in [
        "mps2-an386",
        "riscv-virt-imc",
        "riscv-virt-imafc",
        "wasm",
        "pico",
    ] {
        let elf = firmware_from(&sources, board, "");
        assert!(elf.starts_with(sources.canonicalize().unwrap()), "{elf:?}");
        is_caught(board, &elf, touched);
    }
}

/// Compares the changed core on a board with the twin, which has the core as it is.
fn is_caught(board: &str, elf: &Path, touched: u64) {
    let file = data("air_quality.csv");
    let mut arguments = air("crosscheck", &file);
    arguments.extend([
        "--optimizer",
        "sgd",
        "--lr",
        "0.005",
        "--no-shuffle",
        "--json",
    ]);
    arguments.extend(["--board", board, "--firmware", elf.to_str().unwrap()]);
    let differ = downhill(&arguments).assert().code(4);
    let step = json(&differ)["first_difference"]["step"].as_u64();
    assert_eq!(step, Some(touched), "{board}: {}", stderr(&differ));
}

/// A copy of the sources with the other fold, kept between runs so that it is built once.
fn altered_sources() -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed-core");
    for part in [
        "Cargo.toml",
        "crates",
        "firmware",
        "host-cli",
        "tests/Cargo.toml",
        "tests/src",
    ] {
        copy_changed(&root().join(part), &copy.join(part));
    }
    copy
}

/// Removes what the sources no longer have.
fn remove_gone(from: &Path, to: &Path) {
    for entry in fs::read_dir(to).into_iter().flatten() {
        let (name, path) = { entry.map(|entry| (entry.file_name(), entry.path())) }.unwrap();
        if name != "target" && name != "node_modules" && !from.join(&name).exists() {
            match path.is_dir() {
                true => fs::remove_dir_all(path).unwrap(),
                false => fs::remove_file(path).unwrap(),
            }
        }
    }
}

/// Copies what is not the same already, so that nothing is built anew without need.
fn copy_changed(from: &Path, to: &Path) {
    if from.is_dir() {
        remove_gone(from, to);
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "target" && name != "node_modules" {
                copy_changed(&from.join(&name), &to.join(&name));
            }
        }
        return;
    }
    let mut bytes = fs::read(from).unwrap();
    if from.ends_with("crates/downhill/src/lanes.rs") {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(FOLD), "the dot product looks otherwise now");
        bytes = text.replace(FOLD, OTHER_FOLD).into();
    }
    if fs::read(to).ok().as_ref() != Some(&bytes) {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
}

/// The first step in which the two folds leave another error, which is all that reaches the
/// parameters of a prediction.
fn first_step_touched() -> u64 {
    type Fit = Trainer<Linear<Const<8>>, Squared, Sgd<f32>, (), [f32; 16]>;
    let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(RATE), [0.0; 16]).unwrap();
    for (features, target) in scaled_rows() {
        let parameters: [f32; 9] = fit.parameters().try_into().unwrap();
        let mut lane: [f32; 4] = std::array::from_fn(|k| parameters[k] * features[k]);
        for k in 4..8 {
            lane[k - 4] += parameters[k] * features[k];
        }
        let ours = (lane[0] + lane[1]) + (lane[2] + lane[3]) + parameters[8];
        let other = ((lane[0] + lane[1]) + lane[2]) + lane[3] + parameters[8];
        if (ours - target).to_bits() != (other - target).to_bits() {
            return fit.steps() + 1;
        }
        fit.observe(&features, &[target]).unwrap();
    }
    panic!("the folds never differ");
}

/// The rows that a fit learns from, in the file's order, scaled as it scales them.
fn scaled_rows() -> Vec<([f32; 8], f32)> {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let file = data("air_quality.csv");
    let mut fit = downhill(&air("fit", &file));
    fit.args(["--epochs", "1", "--out"])
        .arg(&model)
        .assert()
        .code(0);
    let model: serde_json::Value = serde_json::from_slice(&fs::read(&model).unwrap()).unwrap();
    let scaler = |what: &str, at: usize| {
        model["scaler"][what][at]
            .to_string()
            .parse::<f32>()
            .unwrap()
    };
    let scale = |at: usize, x: f32| (x - scaler("means", at)) * scaler("factors", at);

    let text = fs::read_to_string(file).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let columns = AIR_FEATURES.split(',').chain(["CO_GT"]);
    let columns: Vec<usize> = columns
        .map(|c| names.iter().position(|n| *n == c).unwrap())
        .collect();
    let numbers = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers: [f32; 9] = std::array::from_fn(|k| cells[columns[k]].parse().unwrap());
        numbers
    };
    let whole = text
        .lines()
        .skip(1)
        .map(numbers)
        .filter(|row| !row.contains(&-200.0));
    whole
        .enumerate()
        .filter(|(i, _)| i % 5 != 4)
        .take(100)
        .map(|(_, row)| (std::array::from_fn(|k| scale(k, row[k])), scale(8, row[8])))
        .collect()
}
