//! `cargo xtask fuzz`: the fuzzers of `tests/fuzz`, on a stable toolchain and without cargo-fuzz.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::project::root;
use crate::say;

/// Each fuzzer, with files of `tests` that it begins from.
const TARGETS: [(&str, &[&str]); 8] = [
    ("frames", &[]),
    ("recipes", &[]),
    ("checkpoints", &["data/before/checkpoints"]),
    ("formulas", &["fuzz/seeds/formulas"]),
    ("tables", &["data/your-file"]),
    ("models", &["data/before/models"]),
    ("recordings", &["data/before/recordings"]),
    ("projects", &["fuzz/seeds/projects"]),
];

/// Instrumentation by which a fuzzer sees its way: counters of edges, and operands compared.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
/// Most memory that an input may take, in MB.
const MEMORY: u32 = 256;

/// Runs one fuzzer, or each, for so many seconds; inputs that fail are kept.
pub(crate) fn run(only: Option<&str>, seconds: u32) -> Result<()> {
    let chosen: Vec<_> = TARGETS
        .iter()
        .filter(|target| only.is_none_or(|only| only == target.0))
        .collect();
    let names = TARGETS.map(|target| target.0).join(", ");
    ensure!(
        !chosen.is_empty(),
        "there is no such fuzzer; there are {names}"
    );
    let programs = build()?;
    for (name, seeds) in chosen {
        let own = root().join("target/fuzz").join(name);
        let corpus = own.join("corpus");
        fs::create_dir_all(&corpus)?;
        let failures = own.join("failures");
        fs::create_dir_all(&failures)?;
        let mut arguments = vec![
            format!("-max_total_time={seconds}"),
            format!("-rss_limit_mb={MEMORY}"),
            "-timeout=10".into(),
            "-max_len=16384".into(),
            "-close_fd_mask=1".into(),
            "-print_final_stats=1".into(),
            format!("-artifact_prefix={}/", failures.display()),
            corpus.display().to_string(),
        ];
        let seeds = seeds.iter().map(|seed| root().join("tests").join(seed));
        arguments.extend(seeds.map(|seed| seed.display().to_string()));
        let output = duct::cmd(programs.join(name), arguments)
            .stderr_to_stdout()
            .stdout_capture()
            .unchecked()
            .run()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let kept = own.join("log");
        fs::write(&kept, &*text)?;
        ensure!(
            output.status.success(),
            "{name} has failed: its input is in {}, what it said in {}",
            failures.display(),
            kept.display()
        );
        let figure = |name: &str| {
            let line = text.lines().rev().find(|line| line.contains(name))?;
            let rest = line.split_once(name)?.1;
            rest.split_whitespace().next().map(str::to_owned)
        };
        let runs = figure("stat::number_of_executed_units:").context("it says how often it ran")?;
        let edges = figure(" cov: ").unwrap_or_default();
        say(format_args!(
            "{name}: {runs} executions, {edges} edges, no failure"
        ));
    }
    Ok(())
}

/// Builds all of them; returns the folder that they are in.
fn build() -> Result<PathBuf> {
    let target = root().join("target/fuzz/build");
    // A named target keeps the flags away from build scripts.
    let host = host()?;
    duct::cmd!(
        "cargo",
        "build",
        "--release",
        "--bins",
        "--target",
        &host,
        "--target-dir",
        &target
    )
    .dir(root().join("tests/fuzz"))
    .env("RUSTFLAGS", FLAGS)
    .run()
    .context("building the fuzzers, which takes a C++ compiler")?;
    Ok(target.join(host).join("release"))
}

/// Rust's name of this machine.
fn host() -> Result<String> {
    let version = duct::cmd!("rustc", "-vV").read()?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).context("rustc names its host")
}
