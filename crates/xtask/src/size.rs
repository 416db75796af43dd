//! `cargo xtask size`: what a node takes of a board, and a lab of the smallest one.
//!
//! Flash and static memory are read off every node's ELF. The stack's peak is what the emulated
//! micro:bit reports after a session that gives it every command a host may give.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{self, Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use downhill::health::Health;
use downhill::least_squares::{AnySettings, Estimation, LeastSquares};
use downhill::loss::{AnyLoss, Squared};
use downhill::model::formula;
use downhill::model::{AnyActivation, AnyModel, Mlp, Widths};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::{Dyn, Recipe};
use downhill_boards::{BOARDS, Board, Machine};
use downhill_link::{Client, ClientEvent, Command, Counters, Numbers, Query, Signal, Topics};
use object::{Object, ObjectSection, SectionKind};

use crate::budgets::{Figures, show};
use crate::firmware::Build;
use crate::{say, setup, toolchain};

/// The board whose node has bounds: 64 KiB of flash and 12 KiB of memory.
const BOUNDED: &str = "microbit";
/// Bytes of flash that every node takes.
const LEAST: u64 = 32 << 10;
/// How long the whole session may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// The session: each emulated board has a host of its own.
const SESSION: u32 = 1;
/// Steps that the node makes by itself: enough for several checkpoints.
const TURNS: u32 = 200;

pub(crate) fn run(json: bool) -> Result<()> {
    show(&measure()?, json)
}

/// Builds the node of every board that has one, and measures it.
pub(crate) fn measure() -> Result<Figures> {
    setup::qemu()?;
    let nodes = || BOARDS.iter().flat_map(nodes_of);
    let targets: Vec<String> = nodes().map(|build| build.target).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let toolchain = toolchain::for_targets(&targets)?;
    let mut figures = Figures::new();
    for build in nodes() {
        say(format_args!(
            "the size of {}'s {}",
            build.folder, build.program
        ));
        let elf = build.run(&toolchain)?;
        let [flash, ram] = sections(&elf)?;
        // What is compiled in may be impossible; then nothing is left but the panic that says so.
        ensure!(
            flash > LEAST,
            "the {} of {} is optimized away: it is set up with what cannot be",
            build.program,
            build.folder
        );
        let mut put = |what: &str, bytes: u64| {
            let key = format!("{}.{}.{what}", build.program, build.folder);
            figures.insert(key, bytes as f64);
        };
        put("flash", flash);
        put("ram", ram);
        if build.folder == BOUNDED {
            // A node that makes windows learns from each of them.
            let least = if build.program == "node-signal" { 1 } else { 4 };
            let stack = exercise(&build.folder, &elf, least)?.into();
            put("stack", stack);
            put("memory", ram + stack);
        }
    }
    if let Some(board) = downhill_boards::find(BOUNDED) {
        say(format_args!("the memory of {BOUNDED}'s lab"));
        let elf = Build::of(board).run(&toolchain)?;
        let [_, ram] = sections(&elf)?;
        let stack = u64::from(exercise_lab(BOUNDED, &elf)?);
        figures.insert(format!("lab.{BOUNDED}.stack"), stack as f64);
        figures.insert(format!("lab.{BOUNDED}.memory"), (ram + stack) as f64);
    }
    Ok(figures)
}

/// A node in floats, and one in fixed point and one of windows where the board has them.
fn nodes_of(board: &'static Board) -> impl Iterator<Item = Build> {
    let programs = ["node", "node-q15", "node-signal"].into_iter();
    programs.filter_map(|name| Some(Build::program(board, board.program(name)?)))
}

/// Bytes that a program takes of flash, and of memory before it runs.
fn sections(elf: &Path) -> Result<[u64; 2]> {
    let data = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("{}", elf.display()))?;
    let (mut flash, mut ram) = (0, 0);
    for section in file.sections() {
        let size = section.size();
        match section.kind() {
            SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                flash += size;
            }
            // Copied to memory at the start.
            SectionKind::Data => {
                flash += size;
                ram += size;
            }
            SectionKind::UninitializedData => ram += size,
            _ => {}
        }
    }
    ensure!(flash > 0, "{} has nothing to flash", elf.display());
    Ok([flash, ram])
}

/// Lets an emulated node do all it can, and returns how many bytes of stack it needed.
fn exercise(machine: &str, elf: &Path, least: u32) -> Result<u32> {
    let mut host = Host::boot(machine, elf)?;
    host.client.greet();
    host.until(|heard| heard.ready.then_some(()))?;
    host.command(&Command::Subscribe {
        topics: Topics {
            samples: true,
            steps: true,
            verdicts: true,
        },
        credit: 32,
    })?;
    host.command(&Command::Start { turns: TURNS })?;
    let start = Instant::now();
    while host.counters()?.turns < TURNS.into() {
        ensure!(start.elapsed() < PATIENCE, "the node makes no steps");
    }
    host.command(&Command::Save)?;
    host.ask(Query::Recipe)?;
    host.ask(Query::Scores)?;
    host.resume()?;
    host.client.pull(0);
    host.answer()?;
    let state = std::mem::take(&mut host.heard.state);
    let (features, target) = (Numbers::new(&[0.5; 8]), Numbers::new(&[1.0]));
    let weight = 1.0;
    host.command(&Command::Sample {
        weight,
        features,
        target,
    })?;
    host.command(&Command::Label { sample: 1, target })?;
    let (at, words) = (0, Numbers::new(&state));
    host.command(&Command::Push { at, words })?;
    host.command(&Command::Commit { steps: 7 })?;
    if let Some(recipe) = host.heard.recipe {
        host.command(&Command::Configure(recipe, Signal::NONE))?;
    }
    host.command(&Command::Wipe)?;
    let counters = host.counters()?;
    ensure!(
        counters.saved >= least && counters.unsaved == 0,
        "the node saved {} checkpoints and failed to save {}",
        counters.saved,
        counters.unsaved
    );
    ensure!(counters.stack > 0, "the node does not know its stack");
    Ok(counters.stack)
}

/// Lets an emulated lab fit what takes the most stack on its way in and in a step, and returns
/// how many bytes that was.
fn exercise_lab(machine: &str, elf: &Path) -> Result<u32> {
    let mut host = Host::boot(machine, elf)?;
    host.client.greet();
    host.until(|heard| heard.ready.then_some(()))?;
    let parsed = formula::parse("a * exp(b * x) + sin(c * x)", "y", |name| name == "x")?;
    let program = parsed.program.with_start(&[1.0, -0.5, 0.1]);
    let formula = AnyModel::Formula(program.context("a start for each parameter")?);
    let (features, outputs) = (Dyn(1), Dyn(1));
    let net = |widths| {
        AnyModel::Mlp(Mlp::with_shape(
            features,
            Widths(widths),
            outputs,
            AnyActivation::Tanh,
        ))
    };
    let (features, target) = (Numbers::new(&[0.5]), Numbers::new(&[1.0]));
    let sample = Command::Sample {
        weight: 1.0,
        features,
        target,
    };
    for model in [formula, net([8, 0, 0]), net([4, 4, 3]), formula] {
        for (batch, every) in [(1, 0), (2, 16)] {
            host.command(&Command::Configure(
                Recipe::new(
                    model,
                    AnyLoss::Squared(Squared),
                    AnyOptimizer::Adam(Adam::new(0.01)),
                )
                .health(Health::every(every))
                .batch(batch)
                .seed(1),
                Signal::NONE,
            ))?;
            for _ in 0..40 {
                host.command(&sample)?;
            }
            host.ask(Query::Recipe)?;
            host.resume()?;
        }
        host.command(&Command::Estimate(Estimation {
            model: formula,
            settings: AnySettings::LeastSquares(LeastSquares::default()),
            bounds: [None; 8],
            seed: 1,
        }))?;
        for x in [0.5, 1.0, 1.5, 2.0, 2.5] {
            host.command(&Command::Sample {
                weight: 1.0,
                features: Numbers::new(&[x]),
                target: Numbers::new(&[1.0 / x]),
            })?;
        }
        for _ in 0..3 {
            host.command(&Command::Advance)?;
        }
        host.ask(Query::Summary)?;
    }
    let counters = host.counters()?;
    ensure!(
        counters.refused == 0 && counters.samples == 340 && counters.stack > 0,
        "the lab did not do all it was told: {counters:?}"
    );
    Ok(counters.stack)
}

/// Answers of a node.
#[derive(Default)]
struct Heard {
    ready: bool,
    /// The words of the state, or of the checkpoint, as far as they are here, and how many there are.
    state: Vec<f32>,
    length: usize,
    recipe: Option<Recipe<f32>>,
    counters: Option<Counters>,
}

/// An emulated board and the host at its line; switched off when dropped.
struct Host {
    emulator: Child,
    uart: UnixStream,
    client: Client,
    heard: Heard,
    _folder: tempfile::TempDir,
}

impl Host {
    fn boot(machine: &str, elf: &Path) -> Result<Self> {
        let folder = tempfile::TempDir::with_prefix("downhill-")?;
        let socket = folder.path().join("uart");
        let listener = UnixListener::bind(&socket)?;
        let machine = Machine::of(machine);
        let program = machine.qemu.program;
        let emulator = process::Command::new(program)
            .args(machine.arguments())
            .args(["-nographic", "-monitor", "none"])
            .args(["-semihosting", "-chardev"])
            .arg(format!("socket,id=uart,path={}", socket.display()))
            .args(["-serial", "chardev:uart", "-kernel"])
            .arg(elf)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("`{program}` does not start"))?;
        let (uart, _) = listener.accept()?;
        uart.set_read_timeout(Some(Duration::from_millis(500)))?;
        Ok(Self {
            emulator,
            uart,
            client: Client::new(SESSION),
            heard: Heard::default(),
            _folder: folder,
        })
    }

    /// Gives a command and waits until it was carried out or refused: either takes its stack.
    fn command(&mut self, command: &Command<'_>) -> Result<()> {
        self.client.command(command)?;
        self.answer()?;
        self.client.ack();
        Ok(())
    }

    fn ask(&mut self, query: Query) -> Result<()> {
        self.client.ask(query);
        self.answer()
    }

    /// Pulls a checkpoint, pushes it and goes on from it.
    fn resume(&mut self) -> Result<()> {
        self.heard.length = 1;
        while self.heard.state.len() < self.heard.length {
            let at = self.heard.state.len();
            self.client.pull_checkpoint(at as u32);
            self.answer()?;
            ensure!(
                self.heard.state.len() > at,
                "there is no room for a checkpoint"
            );
        }
        let mut at = 0;
        for words in std::mem::take(&mut self.heard.state).chunks(16) {
            let words = Numbers::new(words);
            self.command(&Command::Push { at, words })?;
            at += words.len() as u32;
        }
        self.command(&Command::Resume)
    }

    fn counters(&mut self) -> Result<Counters> {
        self.client.ask_counters();
        self.until(|heard| heard.counters.take())
    }

    /// Waits until nothing is unanswered.
    fn answer(&mut self) -> Result<()> {
        self.until(|_| Some(()))
    }

    /// Writes and reads until all is answered and `done` has a result.
    fn until<T>(&mut self, mut done: impl FnMut(&mut Heard) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        let mut bytes = [0; 256];
        loop {
            while let Some(frame) = self.client.transmit() {
                self.uart.write_all(frame)?;
            }
            if !self.client.is_waiting()
                && let Some(result) = done(&mut self.heard)
            {
                return Ok(result);
            }
            match self.uart.read(&mut bytes) {
                Ok(count) => {
                    ensure!(count > 0, "the emulator has ended");
                    for &byte in &bytes[..count] {
                        match self.client.receive(byte) {
                            Some(ClientEvent::Ready) => self.heard.ready = true,
                            Some(ClientEvent::State(state) | ClientEvent::Checkpoint(state)) => {
                                self.heard.state.extend(state.words.iter());
                                self.heard.length = state.length as usize;
                            }
                            Some(ClientEvent::Recipe(recipe, _)) => self.heard.recipe = recipe,
                            Some(ClientEvent::Counters(counters)) => {
                                self.heard.counters = Some(counters);
                            }
                            _ => {}
                        }
                    }
                }
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    self.client.timeout();
                }
                Err(error) => return Err(error.into()),
            }
            ensure!(start.elapsed() < PATIENCE, "the node does not answer");
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}
