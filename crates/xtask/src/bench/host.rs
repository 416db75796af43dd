//! `cargo xtask bench host`: what a sample takes on this machine, beside what others take, all on
//! one thread and in turns, so that a busy moment meets everybody.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::contenders::{self, Contender, contender};
use super::page;
use super::peers::{self, BURN, CANDLE};
use super::report::Report;
use super::stats::{COMMAND, Figures};
use crate::{root, say, toolchain};

/// Rows of the table that is read.
const ROWS: usize = 1_000_000;

/// Python libraries beside ours: the package that has to be there, which is called the same in
/// `peers.py`.
const PYTHON: &[&str] = &["scikit-learn", "river", "vowpalwabbit", "torch"];

/// C's compilers' settings, and which loops: with the arithmetic that the source has, the same
/// where a square root need not report errors and so can be one of several at once, and any.
const C: &[(&str, &[&str], &[&str])] = &[
    ("C strict", &["-ffp-contract=off"], &["linear", "w4"]),
    (
        "C -fno-math-errno",
        &["-ffp-contract=off", "-fno-math-errno"],
        &["w4"],
    ),
    ("C -ffast-math", &["-ffast-math"], &["linear", "w4"]),
];

/// The reader of files beside ours: the package that has to be there, and its name in tables.
const READER: (&str, &str) = ("pandas", "pandas + scikit-learn");

/// Tells whether a library is wanted: its name has one of these words in it.
fn is_wanted(only: &[String], name: &str) -> bool {
    let name = name.to_lowercase();
    only.is_empty() || only.iter().any(|word| name.contains(&word.to_lowercase()))
}

/// Fails where a word is in the name of no library.
fn check(only: &[String]) -> Result<()> {
    let mut names: Vec<&str> = C.iter().map(|of| of.0).collect();
    names.extend([CANDLE, BURN].map(|of| of.name));
    names.extend(PYTHON);
    names.push(READER.1);
    for word in only {
        let word = std::slice::from_ref(word);
        ensure!(
            names.iter().any(|name| is_wanted(word, name)),
            "no library has `{}` in its name; there are {}",
            word[0],
            names.join(", ")
        );
    }
    Ok(())
}

/// Measures in so many rounds; of the others only those whose names have one of these words in
/// them, if there are any words.
pub(crate) fn run(only: &[String], rounds: usize, json: bool, write: bool) -> Result<()> {
    let begin = Instant::now();
    let report = measure(only, rounds)?;
    if write {
        page::write(page::HOST, &report.text())?;
    }
    say(format_args!("{} s in all", begin.elapsed().as_secs()));
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", report.text());
    }
    Ok(())
}

fn measure(only: &[String], count: usize) -> Result<Report> {
    check(only)?;
    let wanted = |name: &str| is_wanted(only, name);
    let folder = toolchain::cache()?.join("peers");
    fs::create_dir_all(&folder)?;
    let table = folder.join("table.csv");
    if !table.exists() {
        say("writing a table of a million rows");
        peers::write_table(&table, ROWS).with_context(|| format!("writing {}", table.display()))?;
    }
    let mut report = Report {
        machine: contenders::machine(),
        versions: BTreeMap::new(),
        missing: BTreeMap::new(),
        figures: Figures::new(),
    };
    let mut contenders = ours(&table)?;
    for (name, settings, loops) in C.iter().filter(|(name, ..)| wanted(name)) {
        let built = peers::loops(&folder, name, settings);
        if let Some(program) = report.found(name, built) {
            contenders.push(contender(name, duct::cmd(&program, *loops)));
            if loops.contains(&"linear") {
                contenders.push(contender(name, duct::cmd!(&program, &table)));
            }
        }
    }
    for project in [CANDLE, BURN].iter().filter(|of| wanted(of.name)) {
        let built = project.build(&folder);
        if let Some((program, versions)) = report.found(project.name, built) {
            report.versions.extend(versions);
            contenders.push(contender(project.name, duct::cmd!(&program)));
        }
    }
    let installed = peers::python(&folder);
    if let Some((python, script)) = report.found("Python", installed) {
        let with = |package: &str, file: Option<&Path>| {
            let mut words = vec![script.as_os_str(), package.as_ref()];
            words.extend(file.map(Path::as_os_str));
            duct::cmd(&python, words)
        };
        for package in PYTHON.iter().filter(|package| wanted(package)) {
            if report
                .found(package, peers::install(&python, package))
                .is_some()
            {
                contenders.push(contender(package, with(package, None)));
            }
        }
        let (package, name) = READER;
        if wanted(name)
            && report
                .found(name, peers::install(&python, package))
                .is_some()
        {
            contenders.push(contender(name, with(package, Some(&table))));
        }
        let found = peers::versions(&python, &script)?;
        let others = ["scipy"];
        let versions = found.into_iter().filter(|of| !others.contains(&&*of.0));
        report.versions.extend(versions);
    }
    report.versions.extend(contenders::compilers());
    rounds(count, &contenders, &mut report)?;
    Ok(report)
}

impl Report {
    /// Unwraps a result, or notes that it is missing.
    fn found<A>(&mut self, name: &str, result: Result<A>) -> Option<A> {
        result
            .map_err(|error| self.missing.insert(name.into(), format!("{error:#}")))
            .ok()
    }
}

/// Everything in turns.
fn rounds(count: usize, contenders: &[Contender], report: &mut Report) -> Result<()> {
    for round in 1..=count {
        for Contender { name, command } in contenders {
            say(format_args!("round {round} of {count}: {name}"));
            let start = Instant::now();
            let printed = match command.read() {
                Ok(printed) => printed,
                Err(error) => {
                    report.missing.insert(name.clone(), error.to_string());
                    continue;
                }
            };
            let seconds = start.elapsed().as_secs_f64();
            if name == COMMAND {
                let figure = seconds * 1e9 / ROWS as f64;
                add(&mut report.figures, "csv", name, figure);
                continue;
            }
            for line in printed.lines() {
                let (workload, shape, figure) =
                    parse(line).with_context(|| format!("{name} printed `{line}`"))?;
                let name = format!("{name} {shape}");
                add(&mut report.figures, workload, name.trim(), figure);
            }
        }
    }
    Ok(())
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

/// Ours, in the build that users get.
fn ours(table: &Path) -> Result<Vec<Contender>> {
    contenders::build(&["-p", "downhill", "--example", "throughput"])?;
    contenders::build(&["-p", "downhill-cli"])?;
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
        "--validation-every",
        "0",
        "--no-shuffle",
        "--json",
    );
    let throughput = programs.join("examples/throughput");
    Ok(vec![
        contender("downhill", duct::cmd!(&throughput)),
        contender("downhill", duct::cmd!(&throughput, "growth")),
        contender(COMMAND, fit.stderr_null()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_some_name() {
        let words = |word: &str| [word.to_owned()];
        assert!(check(&words("PANDAS")).is_ok() && check(&words("fast")).is_ok());
        let refused = check(&words("nosuch")).unwrap_err().to_string();
        assert!(refused.starts_with("no library has `nosuch` in its name; there are C strict,"));
        assert!(is_wanted(&words("candle"), "candle") && !is_wanted(&words("candle"), "burn"));
    }

    #[test]
    fn a_line_becomes_a_figure() {
        assert_eq!(parse("linear_8 12.5"), Some(("linear_8", "", 12.5)));
        assert_eq!(parse("w4_1 any 1e3"), Some(("w4_1", "any", 1000.0)));
        assert_eq!(parse("w4_1 any"), None);
    }
}
