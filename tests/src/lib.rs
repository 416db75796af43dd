//! Shared helpers of the tests that cross crate borders.

pub mod board;
pub mod emulated;
pub mod emulator;
pub mod fan;
pub mod flash;
pub mod host;
pub mod hub;

pub mod cases;
pub mod console;
pub mod formulas;
pub mod liar;
pub mod local_minima;
pub mod scripted;
pub mod sets;
pub mod terminal;

/// Programs that pages show, compiled as examples in documentation are.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/verdicts.md")]
    struct Verdicts;
    #[doc = include_str!("../../docs/number-types.md")]
    struct NumberTypes;
}

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use serde_json::Value;

/// The features of the reference fit of `air_quality.csv`.
pub const AIR_FEATURES: &str = "PT08_S1_CO,PT08_S2_NMHC,PT08_S3_NOx,PT08_S4_NO2,PT08_S5_O3,T,RH,AH";

/// The features of the reference fit of `occupancy.csv`.
pub const OCCUPANCY_FEATURES: &str = "Temperature,Humidity,Light,CO2,HumidityRatio";

/// Root of the repository.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("a folder of the repository")
}

/// The path of a file of `tests/data`.
pub fn data(name: &str) -> String {
    format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The irises, with a target of two classes beside that of three.
pub fn irises_of_two_classes() -> String {
    let text = std::fs::read_to_string(data("iris.csv")).unwrap();
    let mut lines = text.lines();
    let mut wider = format!("{},virginica\n", lines.next().unwrap());
    for line in lines {
        writeln!(wider, "{line},{}", u8::from(line.ends_with(",2"))).unwrap();
    }
    wider
}

/// A folder with the irises, `iris.csv`, and a model of their petals, `model.json`.
pub fn petals() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(data("iris.csv"), folder.path().join("iris.csv")).unwrap();
    let mut fit = downhill(&["fit", "iris.csv", "--target", "petal_w"]);
    fit.args(["--features", "sepal_l,petal_l", "--epochs", "2"]);
    fit.args(["--lr", "0.01", "--health", "0", "--out", "model.json"]);
    fit.current_dir(&folder).assert().code(0);
    folder
}

/// True where tests are to run in full, by `cargo xtask test --long`.
pub fn is_long() -> bool {
    env::var_os("DOWNHILL_LONG").is_some()
}

/// The `downhill` command, built from these sources: by `cargo xtask`, which names it in
/// `DOWNHILL_COMMAND`, or here.
pub fn downhill(arguments: &[&str]) -> Command {
    static BUILT: LazyLock<PathBuf> =
        LazyLock::new(|| env::var_os("DOWNHILL_COMMAND").map_or_else(build, PathBuf::from));
    let mut command = Command::new(&*BUILT);
    command.args(arguments);
    command
}

/// Builds the command as these tests were built. The whole workspace is named, so that features
/// and dependencies are the same.
fn build() -> PathBuf {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--workspace", "--bin", "downhill"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(built.expect("cargo runs").success(), "the command builds");
    let tests = env::current_exe().expect("a path of these tests");
    let folder = tests.ancestors().nth(2).expect("tests are in `deps`");
    folder
        .join("downhill")
        .with_extension(env::consts::EXE_EXTENSION)
}

/// The arguments of a command on the air quality data, its target and features.
pub fn air<'a>(command: &'a str, file: &'a str) -> Vec<&'a str> {
    let mut arguments = vec![command, file, "--target", "CO_GT", "--features"];
    arguments.extend([AIR_FEATURES, "--missing-value=-200"]);
    arguments
}

/// The arguments of a command on the occupancy data, its target and features.
pub fn occupancy<'a>(command: &'a str, file: &'a str) -> Vec<&'a str> {
    let mut arguments = vec![command, file, "--target", "Occupancy", "--features"];
    arguments.push(OCCUPANCY_FEATURES);
    arguments
}

/// Parts a data file into its rows but for every fifth, and every fifth row; returns the paths of
/// both files, in `folder`.
pub fn every_fifth_apart(name: &str, folder: &Path) -> [String; 2] {
    let text = std::fs::read_to_string(data(name)).expect("a data file");
    let (header, rows) = text.split_once('\n').expect("rows");
    [false, true].map(|is_fifth| {
        let rows = rows.lines().enumerate();
        let rows = rows.filter(|(at, _)| (at % 5 == 4) == is_fifth);
        let rows: String = rows.map(|(_, row)| format!("{row}\n")).collect();
        let path = folder.join(format!("{is_fifth}_{name}"));
        std::fs::write(&path, format!("{header}\n{rows}")).expect("a file");
        path.to_str().expect("a path in UTF-8").into()
    })
}

/// Names of what is in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.into_string().expect("names are UTF-8"));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The JSON object on a command's standard output.
pub fn json(assert: &Assert) -> Value {
    serde_json::from_slice(&assert.get_output().stdout).expect("one JSON object on stdout")
}

/// A command's standard error.
pub fn stderr(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).expect("messages are UTF-8")
}

/// A command's standard output.
pub fn stdout(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).expect("results are UTF-8")
}

/// Results of established tools, from `tests/data/reference.json`.
pub fn reference() -> Value {
    let text = std::fs::read_to_string(data("reference.json")).expect("the reference is there");
    serde_json::from_str(&text).expect("the reference is JSON")
}
