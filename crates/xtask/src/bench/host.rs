//! `cargo xtask bench host`: what a sample takes on this machine, beside what others take, all on
//! one thread and in turns, so that a busy moment meets everybody.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use duct::Expression;
use serde::Serialize;

use crate::{root, say, toolchain};

/// How often everything is measured.
const ROUNDS: usize = 5;
/// Rows of the table that is read.
const ROWS: usize = 1_000_000;

const PEERS: &str = include_str!("peers/peers.py");
const LOOPS: &str = include_str!("peers/loops.c");

/// What is measured beside ours: the package that has to be there, and the functions of
/// `peers.py`.
const PYTHON: &[(&str, &str)] = &[
    ("scikit-learn", "scikit-learn"),
    ("river", "river"),
    ("vowpalwabbit", "vowpalwabbit"),
    ("torch", "torch"),
];

/// C's compilers' settings: with the order of additions that the source has, and with any.
const C: &[(&str, &[&str])] = &[
    ("C strict", &["-ffp-contract=off"]),
    ("C -ffast-math", &["-ffast-math"]),
];

/// Nanoseconds a sample, by workload and then by contender, a figure a round.
type Figures = BTreeMap<String, BTreeMap<String, Vec<f64>>>;

#[derive(Serialize)]
struct Report {
    machine: String,
    versions: BTreeMap<String, String>,
    /// What could not be measured, and why.
    missing: BTreeMap<String, String>,
    figures: Figures,
}

/// Something to be measured: a command that prints `workload [shape] figure` lines.
struct Contender {
    name: String,
    command: Expression,
}

pub(crate) fn run(json: bool) -> Result<()> {
    let report = measure()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", report.text());
    }
    Ok(())
}

fn measure() -> Result<Report> {
    let folder = toolchain::cache()?.join("peers");
    fs::create_dir_all(&folder)?;
    let table = folder.join("table.csv");
    if !table.exists() {
        say("writing a table of a million rows");
        write_table(&table).with_context(|| format!("writing {}", table.display()))?;
    }
    let mut missing = BTreeMap::new();
    let mut contenders = ours(&table)?;
    for (name, settings) in C {
        match loops(&folder, name, settings) {
            Ok(program) => {
                contenders.push(contender(name, duct::cmd!(&program)));
                contenders.push(contender(name, duct::cmd!(&program, &table)));
            }
            Err(error) => {
                missing.insert((*name).into(), format!("{error:#}"));
            }
        }
    }
    let mut versions = BTreeMap::new();
    match python(&folder) {
        Ok(python) => {
            let script = folder.join("peers.py");
            fs::write(&script, PEERS)?;
            for (package, function) in PYTHON {
                match install(&python, package) {
                    Ok(()) => {
                        contenders.push(contender(package, duct::cmd!(&python, &script, function)));
                    }
                    Err(error) => {
                        missing.insert((*package).into(), format!("{error:#}"));
                    }
                }
            }
            match install(&python, "pandas") {
                Ok(()) => {
                    let command = duct::cmd!(&python, &script, "pandas", &table);
                    contenders.push(contender("pandas + scikit-learn", command));
                }
                Err(error) => {
                    missing.insert("pandas + scikit-learn".into(), format!("{error:#}"));
                }
            }
            let printed = duct::cmd!(&python, &script, "versions").read()?;
            versions = serde_json::from_str(&printed)?;
        }
        Err(error) => {
            missing.insert("Python".into(), format!("{error:#}"));
        }
    }
    for peer in ["candle", "burn"] {
        missing.insert(peer.into(), "not measured by this command yet".into());
    }
    versions.insert(
        "rustc".into(),
        first_line(&duct::cmd!("rustc", "--version"))?,
    );
    if let Ok(version) = first_line(&duct::cmd!("cc", "--version")) {
        versions.insert("cc".into(), version);
    }
    Ok(Report {
        machine: machine(),
        versions,
        figures: rounds(&contenders, &mut missing)?,
        missing,
    })
}

/// Everything in turns.
fn rounds(contenders: &[Contender], missing: &mut BTreeMap<String, String>) -> Result<Figures> {
    let mut figures = Figures::new();
    for round in 1..=ROUNDS {
        for contender in contenders {
            say(format_args!(
                "round {round} of {ROUNDS}: {}",
                contender.name
            ));
            let start = Instant::now();
            let printed = match contender.command.read() {
                Ok(printed) => printed,
                Err(error) => {
                    missing.insert(contender.name.clone(), error.to_string());
                    continue;
                }
            };
            let seconds = start.elapsed().as_secs_f64();
            if contender.name == COMMAND {
                let figure = seconds * 1e9 / ROWS as f64;
                add(&mut figures, "csv", &contender.name, figure);
                continue;
            }
            for line in printed.lines() {
                let (workload, shape, figure) =
                    parse(line).with_context(|| format!("{} printed `{line}`", contender.name))?;
                let name = format!("{} {shape}", contender.name);
                add(&mut figures, workload, name.trim(), figure);
            }
        }
    }
    Ok(figures)
}

fn add(figures: &mut Figures, workload: &str, name: &str, figure: f64) {
    let contenders = figures.entry(workload.into()).or_default();
    contenders.entry(name.into()).or_default().push(figure);
}

/// Reads `workload [shape] figure`.
fn parse(line: &str) -> Option<(&str, &str, f64)> {
    match line.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [workload, figure] => Some((workload, "", figure.parse().ok()?)),
        [workload, shape, figure] => Some((workload, shape, figure.parse().ok()?)),
        _ => None,
    }
}

fn contender(name: &str, command: Expression) -> Contender {
    // One thread for everybody.
    let command = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
        .iter()
        .fold(command, |command, name| command.env(name, "1"));
    Contender {
        name: name.into(),
        command,
    }
}

/// The whole command, timed from outside.
const COMMAND: &str = "downhill fit";

/// Ours, in the build that users get.
fn ours(table: &Path) -> Result<Vec<Contender>> {
    say("building downhill");
    let build = |arguments: &[&str]| {
        let arguments = [&["build", "--release"], arguments].concat();
        duct::cmd("cargo", arguments)
            .dir(root())
            .stdout_to_stderr()
            .run()
    };
    build(&["-p", "downhill", "--example", "throughput"])?;
    build(&["-p", "downhill-cli"])?;
    let programs = root().join("target/release");
    let fit = duct::cmd!(
        programs.join("downhill"),
        "fit",
        table,
        "--target",
        "y",
        "--model",
        "linear",
        "--optimizer",
        "sgd",
        "--lr",
        "0.01",
        "--epochs",
        "1",
        "--scaler",
        "none",
        "--no-standardize-target",
        "--test-every",
        "0",
        "--no-shuffle",
        "--json",
    );
    Ok(vec![
        contender("downhill", duct::cmd!(programs.join("examples/throughput"))),
        contender(COMMAND, fit.stderr_null()),
    ])
}

/// The C loops, built on the spot.
fn loops(folder: &Path, name: &str, settings: &[&str]) -> Result<PathBuf> {
    let source = folder.join("loops.c");
    fs::write(&source, LOOPS)?;
    let program = folder.join(name.replace(' ', "_"));
    let (source, out) = (source.display().to_string(), program.display().to_string());
    let mut arguments = vec!["-O3", "-march=native"];
    arguments.extend(settings);
    arguments.extend(["-o", &out, &source, "-lm"]);
    duct::cmd("cc", arguments)
        .run()
        .context("`cc` does not build the loops")?;
    Ok(program)
}

/// Python in an environment of its own.
fn python(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("venv");
    let python = environment.join("bin/python");
    if !python.exists() {
        duct::cmd!("python3", "-m", "venv", &environment)
            .stdout_to_stderr()
            .run()
            .context("`python3 -m venv` makes no environment")?;
    }
    Ok(python)
}

/// Installs a package from its registry, unless it is there.
fn install(python: &Path, package: &str) -> Result<()> {
    let there = duct::cmd!(python, "-m", "pip", "show", "--quiet", package);
    if there.stderr_null().unchecked().run()?.status.success() {
        return Ok(());
    }
    say(format_args!("installing {package}"));
    duct::cmd!(python, "-m", "pip", "install", "--quiet", package)
        .stdout_to_stderr()
        .run()
        .with_context(|| format!("pip does not install {package}"))?;
    Ok(())
}

/// Features in [-1, 1) with 6 decimals, and their sum.
fn write_table(path: &Path) -> Result<()> {
    let part = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&part)?);
    writeln!(file, "a,b,c,d,e,f,g,h,y")?;
    let mut state = 1u64;
    for _ in 0..ROWS {
        let mut sum = 0.0;
        for _ in 0..8 {
            // Knuth's generator (MMIX).
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let feature = (state >> 40) as f64 / f64::from(1 << 23) - 1.0;
            sum += feature;
            write!(file, "{feature:.6},")?;
        }
        writeln!(file, "{sum:.6}")?;
    }
    file.flush()?;
    fs::rename(part, path)?;
    Ok(())
}

fn first_line(command: &Expression) -> Result<String> {
    let printed = command.read()?;
    Ok(printed.lines().next().unwrap_or_default().into())
}

/// The processor's name.
fn machine() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = about
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = name.map_or("", |name| name.trim_start_matches([' ', '\t', ':']));
    format!(
        "{name} ({}, {})",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}

impl Report {
    /// A table for each workload: the median of each contender, and what it is of the first's,
    /// with the least and the largest of that over the rounds.
    fn text(&self) -> String {
        let mut lines = vec![format!("machine: {}", self.machine)];
        lines.extend(
            self.versions
                .iter()
                .map(|(name, version)| format!("{name}: {version}")),
        );
        for (workload, contenders) in &self.figures {
            lines.push(String::new());
            lines.push(format!(
                "| {workload} | ns a sample | of ours | least to most |"
            ));
            lines.push("|---|---|---|---|".into());
            let ours = ["downhill const", COMMAND]
                .iter()
                .find_map(|name| contenders.get(*name));
            for (name, figures) in contenders {
                let share = ours.map(|ours| ratios(figures, ours)).unwrap_or_default();
                let [least, middle, most] = spread(&share);
                lines.push(format!(
                    "| {name} | {:.1} | {middle:.2} | {least:.2} to {most:.2} |",
                    spread(figures)[1]
                ));
            }
        }
        if !self.missing.is_empty() {
            lines.push(String::new());
            let missing = self.missing.iter();
            lines.extend(missing.map(|(name, why)| format!("missing: {name}: {why}")));
        }
        lines.join("\n") + "\n"
    }
}

/// Figure by figure of the same round.
fn ratios(figures: &[f64], ours: &[f64]) -> Vec<f64> {
    figures
        .iter()
        .zip(ours)
        .map(|(figure, ours)| figure / ours)
        .collect()
}

/// The least, the median and the largest; NaN of nothing.
fn spread(figures: &[f64]) -> [f64; 3] {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    [
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_figure() {
        assert_eq!(parse("linear_8 12.5"), Some(("linear_8", "", 12.5)));
        assert_eq!(parse("w4_1 any 1e3"), Some(("w4_1", "any", 1000.0)));
        assert_eq!(parse("w4_1 any"), None);
    }

    #[test]
    fn ratios_are_those_of_one_round_and_have_a_spread() {
        let shares = ratios(&[10.0, 30.0, 20.0], &[5.0, 10.0, 20.0]);
        assert_eq!(spread(&shares), [1.0, 2.0, 3.0]);
    }
}
