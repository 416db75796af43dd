//! `downhill device`: boards from the command line.

pub(crate) mod arguments;
mod feed;
mod info;
mod label;
mod node;
mod recording;
mod state;
mod watch;

use std::path::Path;

use downhill::Recipe;
use downhill_link::Command;

use crate::board::{Line, Machine, Port, firmware};
use crate::failure::{Failure, Outcome};
use crate::model_file::{self, Loaded, Model};
use crate::{interrupt, output};

use arguments::{DeviceCommand, EmulateArguments, LineArguments, RecordArguments};
pub(crate) use recording::{Entry, Head, RecordedCommand, Recorder, open as open_recording};

pub(crate) fn run(command: &DeviceCommand) -> Outcome {
    match command {
        DeviceCommand::List(arguments) => info::list(arguments.json),
        DeviceCommand::Info(arguments) => info::run(&mut open(&arguments.line)?, arguments.json),
        DeviceCommand::Configure(arguments) => {
            let source = Source::read(&arguments.recipe)?;
            let mut port = open(&arguments.line)?;
            let outcome = source.configure(&mut port)?;
            output::say(&format!(
                "{} has a new fit, fingerprint {}\n",
                port.device()?.board,
                outcome.fingerprint
            ))
        }
        DeviceCommand::Stream(arguments) => feed::stream(arguments),
        DeviceCommand::Watch(arguments) => watch::run(arguments),
        DeviceCommand::Pull(arguments) => state::pull(arguments),
        DeviceCommand::Push(arguments) => state::push(arguments),
        DeviceCommand::Label(arguments) => label::run(arguments),
        DeviceCommand::Record(arguments) => record(arguments),
        DeviceCommand::Emulate(arguments) => emulate(arguments),
    }
}

/// Opens the line that was asked for, or the only one there is. What is read before, such as rows
/// from standard input, is given up at once where somebody interrupts.
fn open(arguments: &LineArguments) -> Outcome<Port> {
    interrupt::listen();
    let line = match (&arguments.board, &arguments.line) {
        (Some(board), _) => {
            let elf = match &arguments.firmware {
                Some(elf) => elf.clone(),
                None => firmware::build(board)?,
            };
            Line::Emulated(Machine::boot(board, &elf)?)
        }
        (None, Some(line)) => Line::open(line, arguments.baud)?,
        (None, None) => Line::open(&info::only_port()?, arguments.baud)?,
    };
    Port::open(line)
}

/// What a fit on a board is begun from.
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
enum Source {
    /// A recipe alone.
    Recipe(Recipe<f32>),
    /// A model: its recipe, and the scaler that it was fitted with.
    Model(Box<Model<f32>>),
}

impl Source {
    fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::Input(format!("{}: {error}; check the path", path.display()))
        })?;
        match crate::recipe_text::parse(&text) {
            Ok(recipe) => Ok(Self::Recipe(recipe)),
            Err(_) => Ok(Self::Model(model(path)?)),
        }
    }

    /// Begins a new fit; returns the last outcome.
    fn configure(&self, port: &mut Port) -> Outcome<downhill_link::Ack> {
        let recipe = match self {
            Self::Recipe(recipe) => recipe,
            Self::Model(model) => &model.file.recipe,
        };
        port.check_room(recipe.arena_len())?;
        let outcome = port.demand(&Command::Configure(*recipe))?;
        match self {
            Self::Model(model) if !model.trainer.scaler().is_empty() => {
                let mut fresh = crate::plan::build(recipe).map_err(Failure::input)?;
                let scaler = model.trainer.scaler();
                let mut state = fresh.state().to_vec();
                let at = state.len() - scaler.len();
                state[at..].copy_from_slice(scaler);
                fresh.restore(&state, 0).map_err(Failure::input)?;
                port.push(fresh.state(), 0)
            }
            _ => Ok(outcome),
        }
    }
}

/// Reads a model that a board can hold.
fn model(path: &Path) -> Outcome<Box<Model<f32>>> {
    match model_file::read(path)? {
        Loaded::F32(model) => Ok(model),
        Loaded::F64(_) => Err(Failure::Input(format!(
            "{} was fitted in f64, and a board computes in f32; fit it again without \
             `--precision f64`",
            path.display()
        ))),
    }
}

fn record(arguments: &RecordArguments) -> Outcome {
    let target = output::Target::new(
        &arguments.recording,
        &[arguments.data.as_deref(), arguments.model.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>(),
    )?;
    let model = arguments.model.as_deref().map(model).transpose()?;
    let rows = match (&arguments.data, &model) {
        (Some(data), Some(model)) => Some(feed::Rows::read(
            model,
            data,
            &arguments.table,
            arguments.limit,
        )?),
        _ => None,
    };
    let mut port = open(&arguments.line)?;
    let names = model
        .as_ref()
        .map(|model| (&model.file.features[..], &model.file.target.names[..]));
    let (features, targets) = names.unwrap_or_default();
    let head = Head::new(port.device()?, features, targets);
    port.recorder = Some(Recorder::new(target, &head)?);
    match (rows, model) {
        (Some(rows), Some(model)) => {
            Source::Model(model).configure(&mut port)?;
            rows.feed(&mut port, |_, _| Ok(true))?;
        }
        _ => node::record(&mut port, arguments.limit)?,
    }
    let Some(recorder) = port.recorder.take() else {
        return Ok(());
    };
    let entries = recorder.finish()?;
    output::say(&format!(
        "{entries} entries of {} in {}\n",
        port.device()?.board,
        arguments.recording.display()
    ))
}

/// Keeps an emulated board until somebody ends it.
fn emulate(arguments: &EmulateArguments) -> Outcome {
    interrupt::listen();
    let elf = match &arguments.firmware {
        Some(elf) => elf.clone(),
        None => firmware::build(&arguments.board)?,
    };
    Machine::serve(&arguments.board, &elf, &arguments.listen, |address| {
        output::print(&format!(
            "{} at tcp:{address}; Ctrl-C ends it\n",
            arguments.board
        ))
    })
}
