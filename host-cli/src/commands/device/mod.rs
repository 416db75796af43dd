//! `downhill device`: boards from the command line.

mod connect;
mod flash_life;
mod info;
mod label;
mod node;
mod pair;
mod record;
pub(in crate::commands) mod source;
mod state;
mod stream;
mod watch;

use crate::device::{Firmware, Machine};
use crate::support::failure::Outcome;
use crate::support::{interrupt, output};

use crate::arguments::device::{DeviceCommand, EmulateArguments};
use connect::open;
use source::Source;

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
                port.board(),
                outcome.fingerprint
            ))
        }
        DeviceCommand::Stream(arguments) => stream::stream(arguments),
        DeviceCommand::Watch(arguments) => watch::run(arguments),
        DeviceCommand::Pull(arguments) => state::pull(arguments),
        DeviceCommand::Push(arguments) => state::push(arguments),
        DeviceCommand::Label(arguments) => label::run(arguments),
        DeviceCommand::Record(arguments) => record::run(arguments),
        DeviceCommand::Wipe(arguments) => state::wipe(&arguments.line),
        DeviceCommand::Pair(arguments) => pair::run(arguments),
        DeviceCommand::Emulate(arguments) => emulate(arguments),
    }
}

/// Keeps an emulated board until somebody ends it.
fn emulate(arguments: &EmulateArguments) -> Outcome {
    interrupt::listen();
    let (given, trusted) = (arguments.firmware.as_deref(), arguments.trust_firmware);
    let firmware = Firmware::of(&arguments.board, given, trusted)?;
    Machine::serve(&arguments.board, &firmware, &arguments.listen, |address| {
        output::print(&format!(
            "{} at tcp:{address}; Ctrl-C ends it\n",
            arguments.board
        ))
    })
}
