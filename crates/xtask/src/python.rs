//! The Python package: built, linted and tested in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::project::{cargo, root, say};
use crate::rust_tests::{self, Results, Time};

/// Profile that the tests build with.
const PROFILE: &str = "tested";

/// Program that says whether a Python can make environments.
const CAN: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))";

/// Tests of the package.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Selection {
    /// Format, lints, types, and all tests that need no board.
    Host,
    /// Those that need an emulated board.
    Emulated,
}

/// Runs the tests of the package, in full if they may take long; none where there is no Python, unless
/// in continuous integration.
pub(crate) fn run(selection: Selection, long: bool) -> Result<Results> {
    let Some(python) = found()? else {
        return Ok(Results::default());
    };
    let environment = Environment::new(&python)?;
    environment.build(&["develop", "--profile", PROFILE])?;
    if selection == Selection::Host {
        lint()?;
        environment.check_types()?;
    }
    environment.test(selection, long)
}

/// Builds the wheel and the source archive into `target/wheels`, and says where they are.
pub(crate) fn dist() -> Result<()> {
    let python = found()?.context("Python 3.9 or later with `venv` is needed to build a wheel")?;
    let environment = Environment::new(&python)?;
    let wheels = root().join("target/wheels");
    let out = wheels.to_str().context("a path that is not UTF-8")?;
    environment.build(&["build", "--release", "--out", out])?;
    say(format_args!("{}", wheels.display()));
    Ok(())
}

/// A Python that can make environments; `None` where there is none, which is a failure in
/// continuous integration.
fn found() -> Result<Option<String>> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let tried = duct::cmd!(&python, "-c", CAN)
        .stderr_null()
        .unchecked()
        .run();
    if tried.is_ok_and(|tried| tried.status.success()) {
        return Ok(Some(python));
    }
    let missing = "Python 3.9 or later with `venv` is missing (Debian: package `python3-venv`)";
    if std::env::var_os("CI").is_some() {
        bail!("{missing}");
    }
    say(format_args!("{missing}: the Python package is not tested"));
    Ok(None)
}

fn folder() -> PathBuf {
    root().join("crates/downhill-python")
}

/// Where the package is built: apart from all else, whose features differ.
fn target() -> PathBuf {
    root().join("target/python")
}

/// Format and lints of the package's crate, which is a workspace of its own.
fn lint() -> Result<()> {
    let cargo = |arguments: &[&str]| {
        let expression = duct::cmd(cargo(), arguments).dir(folder());
        expression.env("CARGO_TARGET_DIR", target()).run()
    };
    cargo(&["fmt", "--check"]).context("crates/downhill-python: run `cargo fmt` there")?;
    let profile = format!("--profile={PROFILE}");
    cargo(&["clippy", "--quiet", &profile, "--", "-D", "warnings"])?;
    Ok(())
}

/// Python with what the tests need, kept between runs.
struct Environment(PathBuf);

impl Environment {
    /// Makes it, or takes the one that is there, if the requirements are still the same.
    fn new(python: &str) -> Result<Self> {
        let environment = Self(target().join("venv"));
        let asked = folder().join("requirements.txt");
        let installed = environment.0.join("requirements.txt");
        let wanted = fs::read(&asked).with_context(|| format!("reading {}", asked.display()))?;
        if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        fs::create_dir_all(target())?;
        duct::cmd!(python, "-m", "venv", "--clear", &environment.0).run()?;
        duct::cmd!(
            environment.tool("python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            &asked
        )
        .run()
        .with_context(|| format!("installing {}", asked.display()))?;
        fs::write(&installed, wanted)?;
        Ok(environment)
    }

    fn tool(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }

    /// Calls maturin.
    fn build(&self, arguments: &[&str]) -> Result<()> {
        let all = [arguments, &["--quiet"]].concat();
        duct::cmd(self.tool("maturin"), all)
            .dir(folder())
            .env("CARGO_TARGET_DIR", target())
            .env("VIRTUAL_ENV", &self.0)
            .env_remove("CONDA_PREFIX")
            .run()
            .context("building crates/downhill-python failed")?;
        Ok(())
    }

    /// Compares the stubs with the package, and a program with the stubs.
    fn check_types(&self) -> Result<()> {
        let python = |arguments: &[&str]| {
            let expression = duct::cmd(self.tool("python"), arguments);
            expression.dir(folder()).run()
        };
        python(&[
            "-m",
            "mypy.stubtest",
            "downhill",
            "--ignore-missing-stub",
            "--mypy-config-file",
            "pyproject.toml",
            "--allowlist",
            "tests/stubtest.txt",
        ])
        .context("the stubs of the package are not what it has")?;
        python(&["-m", "mypy", "--strict", "tests/typed_use.py"])
            .context("the stubs of the package do not say what is used of it")?;
        Ok(())
    }

    fn test(&self, selection: Selection, long: bool) -> Result<Results> {
        let report = target().join("results.xml");
        let _ = fs::remove_file(&report);
        let which = match selection {
            Selection::Host => "not emulated",
            Selection::Emulated => "emulated",
        };
        let mut pytest = duct::cmd!(
            self.tool("pytest"),
            "-q",
            "-m",
            which,
            format!("--junit-xml={}", report.display())
        )
        .dir(folder())
        .env("DOWNHILL_COMMAND", rust_tests::command()?)
        .env("DOWNHILL_CARGO", cargo());
        if long {
            pytest = pytest.env("DOWNHILL_LONG", "1");
        }
        let ended = pytest.unchecked().run()?;
        let results = read(&report)?;
        // Whatever ends pytest without a test that failed is no pass.
        let is_right = ended.status.success() || results.failed > 0;
        ensure!(
            is_right && results.passed > 0,
            "pytest ended with {}",
            ended.status
        );
        Ok(results)
    }
}

/// Counts and times of the tests in a report of pytest's.
fn read(report: &Path) -> Result<Results> {
    let text = fs::read_to_string(report);
    let text = text.with_context(|| format!("reading {}", report.display()))?;
    let mut results = Results::default();
    for case in text.split("<testcase ").skip(1) {
        let (head, body) = case.split_once('>').unwrap_or((case, ""));
        let body = body.split("</testcase>").next().unwrap_or_default();
        let is_bad = |kind: &str| !head.ends_with('/') && body.contains(kind);
        if is_bad("<skipped") {
            continue;
        }
        let has_failed = is_bad("<failure") || is_bad("<error");
        results.passed += usize::from(!has_failed);
        results.failed += usize::from(has_failed);
        let attribute = |name: &str| {
            let (_, rest) = head.split_once(&format!(" {name}=\""))?;
            rest.split_once('"').map(|(value, _)| value.to_owned())
        };
        let wall = attribute("time").and_then(|time| time.parse().ok());
        results.times.push(Time {
            name: format!("python {}", attribute("name").unwrap_or_default()),
            wall: wall.unwrap_or_default(),
            processor: 0.0,
        });
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_counted() {
        let folder = tempfile::TempDir::with_prefix("downhill-").unwrap();
        let report = folder.path().join("results.xml");
        let text = r#"<testsuite tests="4"><testcase classname="a" name="one" time="0.5" />
            <testcase classname="a" name="two" time="0.25"><failure message="no">x</failure></testcase>
            <testcase classname="a" name="three" time="0.1"><skipped message="-" /></testcase>
            <testcase classname="a" name="four" time="1.5"><system-out>y</system-out></testcase>"#;
        fs::write(&report, text).unwrap();
        let results = read(&report).unwrap();
        assert_eq!((results.passed, results.failed), (2, 1));
        let slow = results.times.last().unwrap();
        assert_eq!((&*slow.name, slow.wall), ("python four", 1.5));
    }
}
