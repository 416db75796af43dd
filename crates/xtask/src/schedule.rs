//! Runs steps beside each other, each as a process of its own: its processor time is then that of
//! all it started, and its output comes in one piece.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context, Result};
use wait4::Wait4;

use crate::rust_tests::Results;

/// Names of steps that run one after another.
pub(crate) type Lane = Vec<String>;

/// Outcome of all steps.
#[derive(Default)]
pub(crate) struct Summary {
    results: Results,
    steps: Vec<Ended>,
}

/// Outcome of one step.
struct Ended {
    name: String,
    passed: bool,
    wall: Duration,
    /// Time in user and system mode, of all processes.
    processor: Duration,
    results: Results,
}

/// Message from a lane.
enum Message {
    Line(String),
    End(Ended),
}

/// Tests that are named as the slowest.
const SLOWEST: usize = 10;

impl Summary {
    /// Runs lanes beside each other.
    pub(crate) fn run(&mut self, lanes: &[Lane], long: bool) -> Result<()> {
        let reports = tempfile::TempDir::with_prefix("downhill-")?;
        let (sender, messages) = mpsc::channel();
        thread::scope(|scope| {
            let running: Vec<_> = lanes
                .iter()
                .enumerate()
                .map(|(at, lane)| {
                    let (sender, report) = (sender.clone(), reports.path().join(at.to_string()));
                    scope.spawn(move || {
                        // Nobody reads any more where printing has failed.
                        let send = |message| drop(sender.send((at, message)));
                        run_lane(lane, long, &report, &send)
                    })
                })
                .collect();
            drop(sender);
            self.print(messages, lanes.len());
            running
                .into_iter()
                .try_for_each(|lane| lane.join().expect("no lane panics"))
        })
    }

    /// Tells whether a step has failed.
    pub(crate) fn failed(&self, name: &str) -> bool {
        self.steps
            .iter()
            .any(|step| step.name == name && !step.passed)
    }

    /// Prints one step at a time as it runs; the others wait for its end.
    fn print(&mut self, messages: mpsc::Receiver<(usize, Message)>, lanes: usize) {
        let mut waiting: Vec<VecDeque<Message>> = (0..lanes).map(|_| VecDeque::new()).collect();
        let mut shown = None;
        for (lane, message) in messages {
            waiting[lane].push_back(message);
            let any =
                |waiting: &[VecDeque<Message>]| waiting.iter().position(|all| !all.is_empty());
            while let Some(lane) = shown.or_else(|| any(&waiting))
                && let Some(message) = waiting[lane].pop_front()
            {
                shown = match message {
                    Message::Line(line) => {
                        print!("{line}");
                        Some(lane)
                    }
                    Message::End(step) => {
                        println!("{}", step.line());
                        self.steps.push(step);
                        None
                    }
                };
            }
        }
    }

    /// Prints the time of each step, the slowest tests, and the totals in the last line.
    pub(crate) fn finish(mut self) -> bool {
        for step in &mut self.steps {
            self.results.add(std::mem::take(&mut step.results));
            self.results.passed += usize::from(step.passed);
            self.results.failed += usize::from(!step.passed);
        }
        println!("== all steps\n{:>9} {:>9}", "wall", "processor");
        for step in &self.steps {
            let (wall, processor) = (step.wall.as_secs_f64(), step.processor.as_secs_f64());
            println!("{wall:>7.1} s {processor:>7.1} s  {}", step.name);
        }
        let sum: Duration = self.steps.iter().map(|step| step.processor).sum();
        println!("{:>17.1} s  in all", sum.as_secs_f64());
        let times = &mut self.results.times;
        times.sort_by(|a, b| b.wall.total_cmp(&a.wall));
        if !times.is_empty() {
            println!("== the slowest tests");
        }
        for time in times.iter().take(SLOWEST) {
            println!(
                "{:>7.1} s {:>7.1} s  {}",
                time.wall, time.processor, time.name
            );
        }
        println!(
            "{} passed, {} failed",
            self.results.passed, self.results.failed
        );
        self.results.failed == 0
    }
}

impl Ended {
    fn line(&self) -> String {
        format!(
            "== {}: {} in {:.1} s, {:.1} s of processor time",
            self.name,
            if self.passed { "passed" } else { "FAILED" },
            self.wall.as_secs_f64(),
            self.processor.as_secs_f64()
        )
    }
}

fn run_lane(lane: &Lane, long: bool, report: &Path, send: &dyn Fn(Message)) -> Result<()> {
    for name in lane {
        let mut command = Command::new(env::current_exe()?);
        command.args(["step", name, "--report"]).arg(report);
        if long {
            command.arg("--long");
        }
        send(Message::End(run_step(name, command, report, send)?));
    }
    Ok(())
}

fn run_step(
    name: &str,
    mut command: Command,
    report: &Path,
    send: &dyn Fn(Message),
) -> Result<Ended> {
    send(Message::Line(format!("== {name}\n")));
    let start = Instant::now();
    let (output, input) = io::pipe()?;
    command
        .stdin(Stdio::null())
        .stderr(input.try_clone()?)
        .stdout(input);
    let child = command
        .spawn()
        .with_context(|| format!("starting the step {name}"))?;
    // Its own ends of the pipe would keep it open.
    drop(command);
    let (mut output, mut line) = (BufReader::new(output), Vec::new());
    while output.read_until(b'\n', &mut line)? > 0 {
        send(Message::Line(String::from_utf8_lossy(&line).into_owned()));
        line.clear();
    }
    let used = child.wait4()?;
    let results = match fs::read_to_string(report) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => Results::default(),
    };
    let _ = fs::remove_file(report);
    Ok(Ended {
        name: name.into(),
        passed: used.status.success(),
        wall: start.elapsed(),
        processor: used.rusage.utime + used.rusage.stime,
        results,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_tells_its_processor_time_and_that_of_what_it_started() {
        let mut command = Command::new("sh");
        let busy = "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; echo done; exit 3";
        command.args(["-c", busy]);
        let lines = std::cell::RefCell::new(Vec::new());
        let send = |message| {
            if let Message::Line(line) = message {
                lines.borrow_mut().push(line);
            }
        };
        let step = run_step("busy", command, Path::new("nowhere"), &send).unwrap();
        assert!(
            !step.passed && step.processor > Duration::from_millis(5),
            "{:?}",
            step.processor
        );
        assert_eq!(*lines.borrow(), ["== busy\n", "done\n"]);
    }

    #[test]
    fn lines_of_two_steps_do_not_mix() {
        let end = |name: &str| {
            Message::End(Ended {
                name: name.into(),
                passed: true,
                wall: Duration::ZERO,
                processor: Duration::ZERO,
                results: Results::default(),
            })
        };
        let (sender, messages) = mpsc::channel();
        let line = || Message::Line(String::new());
        for message in [
            (0, line()),
            (1, line()),
            (1, end("b")),
            (1, line()),
            (0, end("a")),
        ] {
            sender.send(message).unwrap();
        }
        sender.send((1, end("c"))).unwrap();
        drop(sender);
        let mut summary = Summary::default();
        summary.print(messages, 2);
        let names: Vec<&str> = summary
            .steps
            .iter()
            .map(|step| step.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
    }
}
