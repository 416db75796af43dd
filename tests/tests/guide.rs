//! Every command that the guide shows is run as it stands, and prints what is shown. With
//! `DOWNHILL_OVERWRITE=1` this test writes what is printed into the pages.
//!
//! Words behind `console` say how a block is run: `board` at an emulated board, `fails` with
//! the exit code 3, `refused` with 1, `usage` with 2, `first N` that so many lines of it are shown, `varies` where
//! times are printed, so that only the commands are checked. A block of `csv NAME` is that file.

use std::fs;
use std::path::{Path, PathBuf};

use downhill::signal::Description;
use downhill_tests::emulated::Emulated;
use downhill_tests::{data, downhill, names, stdout};

const PAGES: [&str; 10] = [
    "c",
    "first-fit",
    "your-file",
    "optimization",
    "loss",
    "parameters",
    "optimizer",
    "training-data",
    "inference",
    "failures",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .into()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["iris.csv", "occupancy.csv"] {
        fs::copy(data(file), folder.path().join(file)).unwrap();
    }
    folder
}

/// Runs the blocks of a page in a folder, `line` in the place of the guide's own, and compares.
fn check(page: &str, folder: &Path, line: Option<&str>) {
    let path = root().join(format!("docs/{page}.md"));
    let text = fs::read_to_string(&path).unwrap();
    for block in text.split("```csv ").skip(1) {
        let (name, file) = block.split_once('\n').unwrap();
        let (file, _) = file.split_once("```").unwrap();
        fs::write(folder.join(name), file).unwrap();
    }
    let mut written = String::new();
    let mut rest = text.as_str();
    let mut commands = 0;
    while let Some((before, after)) = rest.split_once("```console") {
        let (kind, after) = after.split_once('\n').unwrap();
        let (block, after) = after.split_once("```").unwrap();
        let is_run = line.is_some() || !kind.contains("board");
        let mut shown = String::new();
        for command in block
            .lines()
            .filter_map(|line| line.strip_prefix("$ downhill "))
            .filter(|_| is_run)
        {
            commands += 1;
            let printed = run(command, kind, folder, line);
            shown += &format!("$ downhill {command}\n{printed}");
        }
        let shown = if kind.contains("varies") || !is_run {
            block
        } else {
            &shown
        };
        written += &format!("{before}```console{kind}\n{shown}```");
        rest = after;
    }
    written += rest;
    assert!(commands > 0, "{page} shows no command");
    if std::env::var_os("DOWNHILL_OVERWRITE").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let now = fs::read_to_string(&path).unwrap();
    for (shown, printed) in now.lines().zip(written.lines()) {
        assert_eq!(
            shown, printed,
            "{page}: run this test with DOWNHILL_OVERWRITE=1"
        );
    }
    assert_eq!(now, written);
}

/// Words of a command; a shell's single quotes keep spaces within one.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in command.split('\'').enumerate() {
        for (next, word) in part.split(' ').enumerate() {
            match words.last_mut() {
                Some(last) if at % 2 == 1 && next > 0 => *last += " ",
                _ if next > 0 => words.push(String::new()),
                _ => {}
            }
            if let Some(last) = words.last_mut() {
                *last += word;
            }
        }
    }
    words
}

fn run(command: &str, kind: &str, folder: &Path, line: Option<&str>) -> String {
    let command = match line {
        Some(line) => command.replace("tcp:127.0.0.1:7000", line),
        None => command.into(),
    };
    let arguments = words(&command);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = downhill(&arguments).current_dir(folder).assert();
    let code = match kind {
        kind if kind.contains("fails") => 3,
        kind if kind.contains("refused") => 1,
        kind if kind.contains("usage") => 2,
        _ => 0,
    };
    let run = run.code(code);
    let mut printed = stdout(&run);
    if code > 0 || command.contains("--verbose") {
        printed += &downhill_tests::stderr(&run);
    }
    match kind.split_once("first ") {
        Some((_, lines)) => {
            let lines = lines.trim().parse().unwrap();
            let first = printed.lines().take(lines);
            first.map(|line| format!("{line}\n")).collect()
        }
        None => printed,
    }
}

#[test]
fn the_guide_prints_what_it_shows() {
    let folder = folder();
    for page in PAGES {
        check(page, folder.path(), None);
    }
}

#[test]
fn the_page_on_signals_prints_what_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(data("signals/st_har.csv"), folder.path().join("st_har.csv")).unwrap();
    check("signals", folder.path(), None);
    let text = "window=128 hop=64 rate=26Hz: mean,std,mean_crossings,logbands:8";
    let page = fs::read_to_string(root().join("docs/signals.md")).unwrap();
    let stage = Description::<f32>::parse(text, &["ax", "ay", "az"], None).unwrap();
    for shown in [
        format!("\"{text}\""),
        format!("[0.0; {}]", stage.arena_len()),
        format!("[0.0; {}]", stage.len()),
    ] {
        assert!(page.contains(&shown), "{shown}");
    }
}

/// Its commands at a board, too.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn the_page_on_signals_prints_what_boards_say() {
    let board = Emulated::start("mps2-an386");
    // Within the sources, from which `crosscheck` builds the firmware.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::copy(data("signals/st_har.csv"), folder.path().join("st_har.csv")).unwrap();
    check("signals", folder.path(), Some(&board.line));
}

#[test]
fn the_page_on_what_is_normal_prints_what_it_shows() {
    let folder = folder();
    fs::copy(data("signals/st_har.csv"), folder.path().join("st_har.csv")).unwrap();
    check("normal", folder.path(), None);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn the_page_on_what_is_normal_prints_what_boards_say() {
    let board = Emulated::start("mps2-an386");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::copy(data("signals/st_har.csv"), folder.path().join("st_har.csv")).unwrap();
    fs::copy(data("iris.csv"), folder.path().join("iris.csv")).unwrap();
    check("normal", folder.path(), Some(&board.line));
}

/// Every page is in the table of contents, and nothing else is.
#[test]
fn the_table_of_contents_is_whole() {
    let summary = fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let mut named: Vec<&str> = summary
        .split("](")
        .skip(1)
        .map(|l| l.split(')').next().unwrap())
        .collect();
    named.retain(|name| !name.starts_with("cases/"));
    named.sort_unstable();
    let mut pages = names(&root().join("docs"));
    pages.retain(|name| name.ends_with(".md") && name != "SUMMARY.md");
    assert_eq!(named, pages);
}

/// The newcomer's path: everything from the data to a header for a firmware, in a fresh folder.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_newcomers_path_leads_from_the_data_to_a_board() {
    let board = Emulated::start("mps2-an386");

    let folder = folder();
    check("first-fit", folder.path(), None);
    check("board", folder.path(), Some(&board.line));
    let page = fs::read_to_string(folder.path().join("petals.html")).unwrap();
    assert!(page.contains("Fit of petal_w"));
    let header = fs::read_to_string(folder.path().join("petal_w.h")).unwrap();
    assert!(header.contains("petal_w_predict"));
}
