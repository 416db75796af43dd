//! `cargo xtask bench startup`: how long the command takes to start, beside ripgrep, in turns.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::{root, say, setup};

/// How often each is started.
const ROUNDS: usize = 200;

#[derive(Serialize)]
struct Report {
    /// Milliseconds from before the start to after the end, a figure a round.
    milliseconds: BTreeMap<&'static str, Vec<f64>>,
    /// Names that could not be measured, and why.
    missing: BTreeMap<&'static str, String>,
}

pub(crate) fn run(json: bool) -> Result<()> {
    let report = measure()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!("| a start of | median in ms | least |\n|---|---|---|");
    for (name, figures) in &report.milliseconds {
        let mut sorted = figures.clone();
        sorted.sort_by(f64::total_cmp);
        let (median, least) = (sorted[sorted.len() / 2], sorted[0]);
        println!("| `{name}` | {median:.2} | {least:.2} |");
    }
    for (name, why) in &report.missing {
        println!("\n{name} was not measured: {why}");
    }
    Ok(())
}

fn measure() -> Result<Report> {
    say("building downhill");
    duct::cmd!("cargo", "build", "--release", "-p", "downhill-cli")
        .dir(root())
        .stdout_to_stderr()
        .run()?;
    let ours = root().join("target/release/downhill");
    let mut contenders = vec![
        ("downhill --version", ours.clone(), "--version"),
        ("downhill fit --help", ours, "fit --help"),
    ];
    let mut missing = BTreeMap::new();
    match setup::ripgrep() {
        Ok(()) => contenders.push(("rg --version", "rg".into(), "--version")),
        Err(error) => {
            missing.insert("ripgrep", format!("{error:#}"));
        }
    }
    // What any program takes here.
    contenders.push(("true", "true".into(), ""));
    let mut milliseconds = BTreeMap::<_, Vec<f64>>::new();
    for round in 0..=ROUNDS {
        for (name, program, arguments) in &contenders {
            let took = start(program, arguments)?;
            // The first round brings everybody into the cache.
            if round > 0 {
                milliseconds.entry(*name).or_default().push(took);
            }
        }
    }
    Ok(Report {
        milliseconds,
        missing,
    })
}

/// Starts a program, waits for its end, and returns how long that took.
fn start(program: &Path, arguments: &str) -> Result<f64> {
    let began = Instant::now();
    let status = Command::new(program)
        .args(arguments.split_ascii_whitespace())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("starting {}", program.display()))?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    ensure!(
        status.success(),
        "{} {arguments}: {status}",
        program.display()
    );
    Ok(took)
}
