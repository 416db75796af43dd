//! Runs the workspace's tests, each in a process of its own, as many at once as there are cores:
//! each has its time, a crash is that of one test, and outputs do not mix.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use wait4::Wait4;

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
    pub(crate) times: Vec<Time>,
}

/// Time of one test.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Time {
    /// Package, binary and test.
    pub(crate) name: String,
    /// Seconds from its begin to its end.
    pub(crate) wall: f64,
    /// Seconds in user and system mode, of all its processes.
    pub(crate) processor: f64,
}

/// A test binary.
struct Binary {
    /// Package and target.
    name: String,
    program: PathBuf,
    /// The package's folder, in which its tests run.
    folder: PathBuf,
}

struct Test<'a> {
    binary: &'a Binary,
    name: String,
}

pub(crate) fn run(selection: Selection, long: bool) -> Result<Results> {
    let binaries = build(selection)?;
    let mut tests = VecDeque::new();
    for binary in &binaries {
        tests.extend(list(binary, selection)?);
    }
    ensure!(!tests.is_empty(), "there is no test");
    // No unit test runs it, and to build it takes longer than they all do.
    let command = match selection {
        Selection::Unit => None,
        _ => Some(command()?),
    };
    let mut results = run_all(tests, &|test| {
        let mut process = Command::new(&test.binary.program);
        process
            .args(["--exact", "--include-ignored", &test.name])
            .current_dir(&test.binary.folder)
            .env("CARGO", cargo())
            .env("CARGO_MANIFEST_DIR", &test.binary.folder);
        if let Some(command) = &command {
            process.env("DOWNHILL_COMMAND", command);
        }
        if long {
            process.env("DOWNHILL_LONG", "1");
        }
        process
    })?;
    if selection == Selection::Host {
        results.add(examples()?);
    }
    Ok(results)
}

impl Results {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.times.extend(other.times);
    }
}

/// Builds the tests of the workspace: always all, or features of dependencies would differ and
/// build them anew.
fn build(selection: Selection) -> Result<Vec<Binary>> {
    let mut arguments = vec!["test", "--workspace", "--no-run"];
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
            folder,
        });
    }
    // Tests that cross packages take longest, and none of them is left for the end.
    binaries.sort_by_key(|binary| !binary.folder.ends_with("tests"));
    Ok(binaries)
}

/// Builds the `downhill` command for those tests that run it, and returns its path.
pub(crate) fn command() -> Result<PathBuf> {
    let made = artifacts(&["build", "--workspace", "--bin=downhill"])?;
    let mut paths = made
        .iter()
        .filter_map(|artifact| artifact["executable"].as_str());
    Ok(paths
        .next()
        .context("cargo builds no program `downhill`")?
        .into())
}

/// Runs cargo and returns the artifacts that it tells of.
fn artifacts(arguments: &[&str]) -> Result<Vec<serde_json::Value>> {
    let arguments = [arguments, &["--message-format=json-render-diagnostics"]].concat();
    let told = duct::cmd(cargo(), &arguments).dir(root()).read();
    let told = told.with_context(|| format!("`cargo {}` failed", arguments.join(" ")))?;
    let messages = told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    Ok(messages
        .filter(|message: &serde_json::Value| message["reason"] == "compiler-artifact")
        .collect())
}

fn list(binary: &Binary, selection: Selection) -> Result<Vec<Test<'_>>> {
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
    let mut names = list(&["--ignored"])?;
    if selection != Selection::Emulated {
        let ignored = std::mem::replace(&mut names, list(&[])?);
        names.retain(|name| !ignored.contains(name));
    }
    let names = names.into_iter();
    Ok(names.map(|name| Test { binary, name }).collect())
}

/// Runs tests, as many at once as there are cores.
fn run_all<'a>(
    tests: VecDeque<Test<'a>>,
    process: &(dyn Fn(&Test<'a>) -> Command + Sync),
) -> Result<Results> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let waiting = Mutex::new(tests);
    let next = || waiting.lock().ok()?.pop_front();
    let (sender, ended) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(test) = next() {
                    if sender.send(run_test(&test, process(&test))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut results = Results::default();
        for ended in ended {
            let (printed, passed, time) = ended?;
            println!("{:>8.2} s  {}", time.wall, time.name);
            if passed {
                results.passed += 1;
            } else {
                results.failed += 1;
                println!("FAILED: {}\n{printed}", time.name);
            }
            results.times.push(time);
        }
        Ok(results)
    })
}

/// Runs one test, and returns its output, whether it passed, and its time.
fn run_test(test: &Test<'_>, mut process: Command) -> Result<(String, bool, Time)> {
    let start = Instant::now();
    let (mut output, input) = io::pipe()?;
    process
        .stdin(Stdio::null())
        .stderr(input.try_clone()?)
        .stdout(input);
    let child = process
        .spawn()
        .with_context(|| format!("starting {}", test.binary.program.display()))?;
    // Its own ends of the pipe would keep it open.
    drop(process);
    let mut printed = Vec::new();
    output.read_to_end(&mut printed)?;
    let used = child.wait4()?;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let ran = printed
        .lines()
        .filter_map(counts)
        .any(|counts| counts == (1, 0));
    let time = Time {
        name: format!("{}: {}", test.binary.name, test.name),
        wall: start.elapsed().as_secs_f64(),
        processor: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
    };
    Ok((printed, ran && used.status.success(), time))
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
fn examples() -> Result<Results> {
    let arguments = ["test", "--workspace", "--doc", "--no-fail-fast"];
    let process = duct::cmd(cargo(), arguments).dir(root());
    let output = process
        .stderr_to_stdout()
        .stdout_capture()
        .unchecked()
        .run()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    let mut results = Results::default();
    for (passed, failed) in printed.lines().filter_map(counts) {
        results.passed += passed;
        results.failed += failed;
    }
    ensure!(
        output.status.success() || results.failed > 0,
        "`cargo test --doc` failed"
    );
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_libtest_are_read() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered \
                    out; finished in 0.01s";
        assert_eq!(counts(line), Some((3, 2)));
        assert_eq!(counts("test linear ... ok"), None);
    }

    /// Otherwise most dependencies would be compiled once more.
    #[test]
    fn the_command_has_the_features_of_the_tests() {
        let features = |edges: &str| {
            let arguments = [
                "tree",
                "--workspace",
                "--prefix=none",
                "--format={p} {f}",
                "--edges",
            ];
            let arguments = [&arguments[..], &[edges]].concat();
            let tree = duct::cmd(cargo(), arguments).dir(root()).read().unwrap();
            let lines = tree
                .lines()
                .map(|line| line.trim_end_matches(" (*)").to_owned());
            lines.collect::<std::collections::BTreeSet<_>>()
        };
        let (command, tests) = (features("normal,build"), features("normal,build,dev"));
        let other: Vec<&String> = command.difference(&tests).collect();
        assert!(
            other.is_empty(),
            "{other:?} have fewer features without dev-dependencies: name those that have more in \
             tests/Cargo.toml"
        );
    }

    #[test]
    fn a_test_that_did_not_run_has_not_passed() {
        let binary = Binary {
            name: "made".into(),
            program: "sh".into(),
            folder: ".".into(),
        };
        let test = Test {
            binary: &binary,
            name: "one".into(),
        };
        let passes = |script: &str| {
            let mut process = Command::new("sh");
            process.args(["-c", script]);
            run_test(&test, process).unwrap().1
        };
        let result =
            |passed, failed| format!("echo 'test result: ok. {passed} passed; {failed} failed'");
        assert!(passes(&result(1, 0)));
        assert!(!passes(&result(0, 0)) && !passes(&result(0, 1)));
        assert!(!passes(&format!("{}; exit 101", result(1, 0))));
        assert!(!passes("kill -9 $$"));
    }
}
