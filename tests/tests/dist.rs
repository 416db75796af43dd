//! The archive for those without the sources, and the first run with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use downhill_boards::Emulator;
use downhill_tests::root;
use serde_json::Value;
use tempfile::TempDir;

/// A run of the demo by a program, within a folder outside the sources.
fn demo(program: &Path, folder: &Path, path: &str) -> Output {
    let mut command = Command::new(program);
    command.arg("demo").current_dir(folder).env("PATH", path);
    command.output().unwrap()
}

/// The commands that a demo has shown.
fn shown(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("$ downhill "))
        .collect()
}

#[test]
fn the_demo_runs_without_sources_and_emulator() {
    let folder = TempDir::new().unwrap();
    let program = downhill_tests::downhill(&[]).get_program().to_owned();
    let output = demo(Path::new(&program), folder.path(), "/nowhere");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let first: Vec<&str> = shown(&text)
        .iter()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(first, ["inspect", "fit", "eval", "export"]);
    assert!(
        text.contains("A board would now train the same fit"),
        "{text}"
    );
    assert!(text.contains("install it"), "{text}");
    let made = folder.path().join("downhill-demo");
    for file in ["air.csv", "co.json", "co.html", "co_gt.h"] {
        assert!(made.join(file).metadata().unwrap().len() > 1000, "{file}");
    }
    // What is there is left as it is.
    let again = demo(Path::new(&program), folder.path(), "/nowhere");
    assert_eq!(again.status.code(), Some(1));
    let error = String::from_utf8(again.stderr).unwrap();
    assert!(
        error.contains("name one, as in `downhill demo FOLDER`"),
        "{error}"
    );
}

/// Unpacks the archive; returns its folder.
fn unpacked(into: &Path) -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["xtask", "dist", "--profile", "dev"])
        .current_dir(root())
        .output()
        .unwrap();
    let error = String::from_utf8(built.stderr).unwrap();
    assert!(built.status.success(), "{error}");
    let archive = error
        .lines()
        .last()
        .unwrap()
        .strip_prefix("xtask: ")
        .unwrap();
    let unpacking = Command::new("tar")
        .args(["-xzf", archive, "-C"])
        .arg(into)
        .status();
    assert!(unpacking.unwrap().success());
    let name = Path::new(archive).file_name().unwrap().to_str().unwrap();
    into.join(name.strip_suffix(".tar.gz").unwrap())
}

#[test]
#[ignore = "needs QEMU"]
fn the_archive_has_all_that_its_command_needs() {
    let folder = TempDir::new().unwrap();
    let installed = unpacked(folder.path());
    let program = installed.join("bin/downhill");
    let output = demo(&program, folder.path(), &env::var("PATH").unwrap());
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}{error}");
    assert_eq!(shown(&text).len(), 5, "{text}");
    assert!(
        text.contains("1000 steps on mps2-an386: 1000 identical, 0 different"),
        "{text}"
    );
    let boards = downhill_boards::emulated_boards();
    for board in boards.filter(|board| matches!(board.emulator, Some(Emulator::Qemu(_)))) {
        let mut info = Command::new(&program);
        info.args(["device", "info", "--board", board.name]);
        let info = info.current_dir(folder.path()).output().unwrap();
        assert!(info.status.success(), "{}: {info:?}", board.name);
        assert!(stdout_of(&info).contains(board.name), "{}", board.name);
    }
    let share = installed.join("share");
    let manual = fs::read_to_string(share.join("man/man1/downhill-fit.1")).unwrap();
    assert!(manual.contains("\\-\\-clip\\-norm"), "{manual}");
    let completions = share.join("bash-completion/completions/downhill");
    assert!(
        fs::read_to_string(completions)
            .unwrap()
            .contains("--clip-norm")
    );
    assert!(share.join("doc/downhill/docs/first-fit.md").is_file());
    assert!(share.join("doc/downhill/host-cli/OPTIONS.md").is_file());
}

fn stdout_of(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Every component has its license and, where it is from a registry, its checksum; what a component
/// needs is in the bill.
#[test]
fn the_bills_of_materials_are_whole() {
    let made = Command::new(env!("CARGO"))
        .args(["xtask", "sbom"])
        .current_dir(root())
        .output();
    let made = made.unwrap();
    let error = String::from_utf8(made.stderr).unwrap();
    assert!(made.status.success(), "{error}");
    for (name, needed, foreign) in [
        ("downhill", "clap", "cortex-m-rt"),
        ("microbit", "cortex-m-rt", "clap"),
        ("pico", "embassy-rp", "clap"),
    ] {
        let path = root().join(format!("target/sbom/{name}.cdx.json"));
        let bill: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(bill["bomFormat"], "CycloneDX");
        let components = bill["components"].as_array().unwrap();
        let has = |name: &str| components.iter().any(|one| one["name"] == name);
        assert!(has(needed) && has("downhill") && !has(foreign), "{name}");
        // Only tests need it.
        assert!(!has("proptest"), "{name}");
        for one in components {
            assert!(one["licenses"][0]["expression"].is_string(), "{one}");
            assert_eq!(one["purl"].is_string(), one["hashes"].is_array(), "{one}");
        }
        let mut known: Vec<&Value> = components.iter().map(|one| &one["bom-ref"]).collect();
        known.push(&bill["metadata"]["component"]["bom-ref"]);
        for node in bill["dependencies"].as_array().unwrap() {
            let needed = node["dependsOn"].as_array().unwrap();
            assert!(needed.iter().all(|one| known.contains(&one)), "{node}");
        }
    }
}
