//! Fits as whole processes, beside SciPy's call without its imports.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use downhill::random::Random;
use serde_json::Value;

use super::instructions;
use super::programs::Programs;
use crate::bench::contenders::{Contender, contender};
use crate::bench::stats::{ratios, rounded, spread};
use crate::say;

/// Runs of each, alternating.
const ROUNDS: usize = 15;
/// NIST's sets that are fitted, from their second start.
const SETS: [&str; 3] = ["ENSO", "Hahn1", "Bennett5"];
/// Rows of the long file.
const ROWS: u32 = 200_000;

/// A fit of ours and SciPy's, in nanoseconds of each round.
struct Pair {
    name: String,
    ours: Vec<f64>,
    other: Vec<f64>,
    /// Instructions above those of `--version`; `None` where they were not counted.
    instructions: Option<u64>,
    /// At least so many times as fast.
    bar: f64,
}

/// Whole processes that were measured.
pub(super) struct Processes {
    pairs: Vec<Pair>,
}

impl Processes {
    pub(super) fn measure(programs: &Programs) -> Result<Self> {
        let mut pairs = Vec::new();
        for set in SETS {
            let arguments = arguments(&programs.sets, set)?;
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let other = ["curve-fit", &programs.sets.display().to_string(), set];
            let mut pair = measure(programs, set, &words, &other)?;
            pair.instructions = instructions::above_version(&programs.command, &words)?;
            pairs.push(pair);
        }
        let path = programs.folder.join("decay.csv");
        write_decay(&path).with_context(|| path.display().to_string())?;
        let path = path.display().to_string();
        let model = "formula: a*exp(-b*x) + c";
        let start = ["--target", "y", "--model", model, "--start", "a=1,b=1,c=0"];
        let words = [&["fit", &path], &start[..]].concat();
        let mut pair = measure(programs, "200,000 rows", &words, &["decay", &path])?;
        pair.bar = 2.0;
        pairs.push(pair);
        Ok(Self { pairs })
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::from(
            "| whole process | ms | SciPy, ms | times as fast | least to most | reach | instructions \
             above `--version` |\n|---|---:|---:|---:|---:|---|---:|\n",
        );
        for pair in &self.pairs {
            let milliseconds = |of: &[f64]| rounded(spread(of)[1] / 1e6);
            let [least, middle, most] = spread(&ratios(&pair.other, &pair.ours));
            text += &format!(
                "| {} | {} | {} | {} | {} to {} | {}: {} | {} |\n",
                pair.name,
                milliseconds(&pair.ours),
                milliseconds(&pair.other),
                rounded(middle),
                rounded(least),
                rounded(most),
                pair.bar,
                match middle >= pair.bar {
                    true => "met",
                    false => "**not met**",
                },
                match pair.instructions {
                    Some(count) => format!("{:.2} M", count as f64 / 1e6),
                    None => String::new(),
                }
            );
        }
        text
    }
}

/// Runs ours and the other's in turns.
fn measure(programs: &Programs, name: &str, ours: &[&str], other: &[&str]) -> Result<Pair> {
    let mut pair = Pair {
        name: name.into(),
        ours: Vec::new(),
        other: Vec::new(),
        instructions: None,
        bar: 1.0,
    };
    let script = programs.script.display().to_string();
    let words = [&[&*script], other].concat();
    let ours = contender("", duct::cmd(&programs.command, ours).stdout_null());
    let other = contender("", duct::cmd(&programs.python, words));
    // The first round brings everybody into the cache.
    for round in 0..=ROUNDS {
        say(format_args!("round {round} of {ROUNDS}: {name}"));
        let took = time(&ours)?;
        let said = other.command.read()?;
        let their = said.trim().parse();
        let their: f64 = their.with_context(|| format!("SciPy's fit printed `{said}`"))?;
        if round > 0 {
            pair.ours.push(took);
            pair.other.push(their);
        }
    }
    Ok(pair)
}

/// Nanoseconds of a process from before its start to after its end.
fn time(contender: &Contender) -> Result<f64> {
    let began = Instant::now();
    contender.command.run()?;
    Ok(began.elapsed().as_nanos() as f64)
}

/// Arguments with which the command fits a set.
fn arguments(sets: &Path, name: &str) -> Result<Vec<String>> {
    let all: Value = serde_json::from_str(&fs::read_to_string(sets.join("nonlinear.json"))?)?;
    let set = &all[name];
    let formula = set["formula"].as_str().context("a formula")?;
    let start = set["start2"].as_array().context("a start")?;
    let start: Vec<String> = (1..)
        .zip(start)
        .map(|(at, value)| format!("b{at}={value}"))
        .collect();
    let file = sets.join(format!("{name}.csv")).display().to_string();
    Ok([
        "fit",
        &file,
        "--target",
        "y",
        "--model",
        &format!("formula: {formula}"),
        "--start",
        &start.join(","),
    ]
    .map(String::from)
    .into())
}

/// Writes rows of a decay with noise, of 6 decimals.
fn write_decay(path: &Path) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let part = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&part)?);
    writeln!(file, "x,y")?;
    let mut random = Random::seed(1);
    for row in 0..ROWS {
        let x = 10.0 * f64::from(row) / f64::from(ROWS);
        let noise: f64 = (0..12).map(|_| random.unit::<f64>()).sum::<f64>() - 6.0;
        let y = 2.5 * (-0.7 * x).exp() + 0.3 + 0.05 * noise;
        writeln!(file, "{x:.6},{y:.6}")?;
    }
    file.flush()?;
    fs::rename(part, path)?;
    Ok(())
}
