//! Runs test binaries, timed test by test.
//!
//! `cargo test` builds them and this program runs them, a module's tests in one process and on one
//! thread, as many processes at once as there are cores: libtest then ends a line with each test,
//! which times it, and the output of two processes does not mix.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::Instant;
use std::{io, thread};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::project::{cargo, root};

/// Tests of the workspace.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Selection {
    /// Those beside the code.
    Unit,
    /// All that need no board, and the examples in documentation.
    Host,
    /// Those that are ignored elsewhere, because they need an emulated board or a browser.
    Emulated,
}

/// Counts and times of tests.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Results {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    /// Seconds of each test, by its binary and name.
    pub(crate) seconds: Vec<(String, f64)>,
}

/// A test binary.
struct Binary {
    /// Package and target.
    name: String,
    program: PathBuf,
    /// The package's folder, in which its tests run.
    folder: PathBuf,
}

/// Tests of one module of a binary.
struct Batch<'a> {
    binary: &'a Binary,
    tests: Vec<String>,
}

pub(crate) fn run(selection: Selection, long: bool) -> Result<Results> {
    let binaries = build(selection)?;
    let mut batches = VecDeque::new();
    for binary in &binaries {
        batches.extend(batches_of(binary, selection)?);
    }
    ensure!(!batches.is_empty(), "there is no test");
    // The largest first, so that none of them is left for the end.
    batches
        .make_contiguous()
        .sort_by_key(|batch| std::cmp::Reverse(batch.tests.len()));
    let command = command()?;
    let mut results = run_all(batches, &|batch| {
        let mut process = Command::new(&batch.binary.program);
        process
            .args(["--exact", "--test-threads=1", "--include-ignored"])
            .args(&batch.tests)
            .current_dir(&batch.binary.folder)
            .env("CARGO", cargo())
            .env("CARGO_MANIFEST_DIR", &batch.binary.folder)
            .env("DOWNHILL_COMMAND", &command);
        if long {
            process.env("DOWNHILL_LONG", "1");
        }
        process
    })?;
    if selection == Selection::Host {
        results.add(documented()?);
    }
    Ok(results)
}

impl Results {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.seconds.extend(other.seconds);
    }
}

/// Builds the tests of the workspace: always all, or features of dependencies would differ and
/// build them anew.
fn build(selection: Selection) -> Result<Vec<Binary>> {
    let mut arguments = vec!["test", "--workspace", "--no-run"];
    arguments.push("--message-format=json-render-diagnostics");
    if selection == Selection::Unit {
        arguments.extend(["--lib", "--bins"]);
    }
    let mut binaries = Vec::new();
    for artifact in artifacts(&arguments)? {
        let (Some(program), true) = (
            artifact["executable"].as_str(),
            artifact["profile"]["test"] == true,
        ) else {
            continue;
        };
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let manifest = PathBuf::from(text(&artifact["manifest_path"]));
        let folder = manifest.parent().unwrap_or(Path::new("")).to_owned();
        let package = folder.strip_prefix(root()).unwrap_or(&folder).display();
        binaries.push(Binary {
            name: format!("{package} {}", text(&artifact["target"]["name"])),
            program: program.into(),
            folder: folder.clone(),
        });
    }
    Ok(binaries)
}

/// Builds the `downhill` command for those tests that run it, and returns its path.
fn command() -> Result<PathBuf> {
    let arguments = [
        "build",
        "--workspace",
        "--message-format=json-render-diagnostics",
    ];
    let made = artifacts(&arguments)?;
    let command = made.iter().find(|artifact| {
        artifact["target"]["name"] == "downhill" && artifact["executable"].is_string()
    });
    let path = command.and_then(|artifact| artifact["executable"].as_str());
    Ok(path.context("cargo builds no program `downhill`")?.into())
}

/// Runs cargo and returns the artifacts that it tells of.
fn artifacts(arguments: &[&str]) -> Result<Vec<serde_json::Value>> {
    let told = duct::cmd(cargo(), arguments).dir(root()).read();
    let told = told.with_context(|| format!("`cargo {}` failed", arguments.join(" ")))?;
    let messages = told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    Ok(messages
        .filter(|message: &serde_json::Value| message["reason"] == "compiler-artifact")
        .collect())
}

fn batches_of(binary: &Binary, selection: Selection) -> Result<Vec<Batch<'_>>> {
    let list = |more: &[&str]| -> Result<Vec<String>> {
        let arguments = [&["--list", "--format=terse"], more].concat();
        let listed = duct::cmd(&binary.program, arguments)
            .dir(&binary.folder)
            .read()?;
        let tests = listed
            .lines()
            .filter_map(|line| line.strip_suffix(": test"));
        Ok(tests.map(str::to_owned).collect())
    };
    let ignored = list(&["--ignored"])?;
    let tests = match selection {
        Selection::Emulated => ignored,
        _ => {
            let mut all = list(&[])?;
            all.retain(|test| !ignored.contains(test));
            all
        }
    };
    let mut modules = BTreeMap::<String, Vec<String>>::new();
    for test in tests {
        let module = test.split("::").next().unwrap_or_default();
        modules.entry(module.to_owned()).or_default().push(test);
    }
    let batches = modules.into_values();
    Ok(batches.map(|tests| Batch { binary, tests }).collect())
}

/// Runs batches, as many at once as there are cores, and prints the output of each when it ends.
fn run_all<'a>(
    batches: VecDeque<Batch<'a>>,
    process: &(dyn Fn(&Batch<'a>) -> Command + Sync),
) -> Result<Results> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(batches);
    let next = || waiting.lock().ok()?.pop_front();
    let (sender, ended) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(batch) = next() {
                    let ended = run_batch(&batch, process(&batch));
                    if sender.send((batch.binary.name.clone(), ended)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut results = Results::default();
        for (name, ended) in ended {
            let (printed, ended) = ended?;
            print!("-- {name}\n{printed}");
            results.add(ended);
        }
        Ok(results)
    })
}

/// Runs one batch and returns what it printed.
fn run_batch(batch: &Batch<'_>, mut process: Command) -> Result<(String, Results)> {
    let (output, input) = io::pipe()?;
    process
        .stdin(Stdio::null())
        .stderr(input.try_clone()?)
        .stdout(input);
    let mut child = process
        .spawn()
        .with_context(|| format!("starting {}", batch.binary.program.display()))?;
    // Its own ends of the pipe would keep it open.
    drop(process);
    let (printed, mut results) = read(output, &batch.binary.name)?;
    child.wait()?;
    // One that was aborted tells of no result.
    let ran = results.passed + results.failed;
    results.failed += batch.tests.len().saturating_sub(ran);
    Ok((printed, results))
}

/// Reads libtest's output, line by line as it comes.
fn read(output: impl Read, binary: &str) -> Result<(String, Results)> {
    let (mut printed, mut results) = (String::new(), Results::default());
    let (mut output, mut line) = (BufReader::new(output), Vec::new());
    let (mut before, mut test) = (Instant::now(), None);
    while output.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line).into_owned();
        line.clear();
        // Programs that a test starts may print between its name and its outcome.
        let begun = text
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "));
        let mut end = text.trim_end();
        if let Some((name, rest)) = begun {
            test = Some(name.to_owned());
            end = rest.trim_end();
        }
        if (end == "ok" || end == "FAILED")
            && let Some(name) = test.take()
        {
            let now = Instant::now();
            let seconds = now.duration_since(before).as_secs_f64();
            results.seconds.push((format!("{binary}: {name}"), seconds));
            before = now;
        }
        if let Some((passed, failed)) = counts(&text) {
            results.passed += passed;
            results.failed += failed;
        }
        printed += &text;
    }
    Ok((printed, results))
}

/// Reads libtest's `test result: ok. 3 passed; 0 failed; …`.
fn counts(line: &str) -> Option<(usize, usize)> {
    let (_, counts) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let count = |word: &str| {
        let part = counts.split("; ").find_map(|part| part.strip_suffix(word));
        part?.trim().parse().ok()
    };
    Some((count("passed")?, count("failed")?))
}

/// Runs the examples in documentation.
fn documented() -> Result<Results> {
    let arguments = ["test", "--workspace", "--doc", "--no-fail-fast"];
    let process = duct::cmd(cargo(), arguments)
        .dir(root())
        .stderr_to_stdout()
        .unchecked();
    let running = process.reader()?;
    let (printed, mut results) = read(&running, "documentation")?;
    print!("{printed}");
    // Examples are built together, and their times are those of the build.
    results.seconds.clear();
    match running.try_wait()? {
        Some(output) if output.status.success() || results.failed > 0 => Ok(results),
        _ => bail!("`cargo test --doc` failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_and_timed_whatever_they_print() {
        let printed = "running 3 tests\ntest a::one ... ok\ntest a::two ... Compiling it\nok\n\
                       test a::three ... FAILED\n\ntest result: FAILED. 2 passed; 1 failed; \
                       0 ignored; 0 measured; 7 filtered out; finished in 0.01s\n";
        let (all, results) = read(printed.as_bytes(), "tests all").unwrap();
        assert_eq!(
            (all.as_str(), results.passed, results.failed),
            (printed, 2, 1)
        );
        let names: Vec<&str> = results
            .seconds
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "tests all: a::one",
                "tests all: a::two",
                "tests all: a::three"
            ]
        );
    }

    #[test]
    fn a_binary_that_is_aborted_has_failed() {
        let binary = Binary {
            name: "made".into(),
            program: "sh".into(),
            folder: ".".into(),
        };
        let batch = Batch {
            binary: &binary,
            tests: vec!["one".into(), "two".into()],
        };
        let mut process = Command::new("sh");
        process.args(["-c", "echo 'test one ... ok'; kill -9 $$"]);
        let (printed, results) = run_batch(&batch, process).unwrap();
        assert_eq!((printed.as_str(), results.failed), ("test one ... ok\n", 2));
    }
}
