//! README.md shows the command's output to the letter, since a fit has the same bits
//! everywhere.

use std::path::Path;

use downhill_tests::{downhill, stdout};

/// The commands that README.md shows, each with what it prints.
fn runs() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = readme.split("```console\n$ downhill ").skip(1);
    let run = |block: &str| {
        let (command, rest) = block.split_once('\n').unwrap();
        let printed = rest.split("```").next().unwrap();
        (command.to_owned(), printed.to_owned())
    };
    blocks.map(run).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn check(name: &str) {
    let runs = runs();
    let (command, printed) = runs
        .iter()
        .find(|(command, _)| command.starts_with(name))
        .unwrap();
    let arguments: Vec<&str> = command.split(' ').collect();
    let assert = downhill(&arguments).current_dir(root()).assert().code(0);
    assert_eq!(&stdout(&assert), printed, "downhill {command}");
}

#[test]
fn the_fit_prints_what_the_readme_shows() {
    check("fit");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn the_crosscheck_prints_what_the_readme_shows() {
    check("crosscheck");
}

/// The command that a newcomer is told to run is the one whose output is shown.
#[test]
fn the_first_command_is_the_one_shown() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (fit, _) = runs()
        .into_iter()
        .find(|(command, _)| command.starts_with("fit"))
        .unwrap();
    assert!(readme.contains(&format!("\ncargo run --release -- {fit}\n")));
}

/// The boards that have run in emulation, and over how many updates.
#[test]
fn the_readme_says_what_has_run_where() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/same-bits.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let fits = rows.count();
    let said = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        format!("the first 40 steps of each of {fits} fits with"),
        "of at least 1,000 steps a fit that does not end by itself".into(),
    ] {
        assert!(said.contains(&words), "{words}");
    }
    let (_, run) = said.split_once("Programs of ").unwrap();
    let (run, _) = run.split_once(" run in emulation").unwrap();
    let named: Vec<&str> = run
        .split([',', ' '])
        .filter(|word| !["", "and"].contains(word))
        .collect();
    let emulated: Vec<&str> = downhill_boards::BOARDS
        .iter()
        .filter(|board| board.emulator.is_some())
        .map(|board| board.name)
        .collect();
    assert_eq!(named, emulated);
}
