//! `downhill device`: boards from the command line.

mod connect;
mod info;
mod label;
mod node;
mod source;
mod state;
mod stream;
mod watch;

use crate::device::{Machine, firmware};
use crate::support::failure::Outcome;
use crate::support::{interrupt, output};

use crate::arguments::device::{DeviceCommand, EmulateArguments, RecordArguments};
use crate::device::recording::{Head, Recorder};
use connect::open;
use source::{Source, model};

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
        DeviceCommand::Stream(arguments) => stream::stream(arguments),
        DeviceCommand::Watch(arguments) => watch::run(arguments),
        DeviceCommand::Pull(arguments) => state::pull(arguments),
        DeviceCommand::Push(arguments) => state::push(arguments),
        DeviceCommand::Label(arguments) => label::run(arguments),
        DeviceCommand::Record(arguments) => record(arguments),
        DeviceCommand::Emulate(arguments) => emulate(arguments),
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
        (Some(data), Some(model)) => Some(stream::SampleStream::read(
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
