//! Commands that start emulators: QEMU, or a script of ours in Node.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use downhill_boards::{Emulator, Machine, Script, find};

use super::firmware::{Firmware, sources};
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

const NODE: &str = "node";

/// Confinement of an emulator: it starts no programs, and gets no other rights.
const SANDBOX: [&str; 2] = [
    "-sandbox",
    "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
];

/// The far end of an emulated board's line.
pub(super) enum FarEnd<'a> {
    /// A socket of Unix that we listen at.
    Connect(&'a Path),
    /// A TCP port that the emulator listens at.
    Listen(SocketAddr),
}

/// Name of the program that runs a board.
pub(super) fn program(board: &str) -> &'static str {
    match find(board).and_then(|board| board.emulator) {
        Some(Emulator::Script(_)) => NODE,
        _ => Machine::of(board).qemu.program,
    }
}

/// The command that starts a board with a firmware, and the name of its program.
pub(super) fn command(
    board: &str,
    firmware: &Firmware,
    line: &FarEnd<'_>,
) -> Outcome<(&'static str, Command)> {
    let elf = firmware.elf();
    if !elf.is_file() {
        return Err(Failure::Input(format!(
            "{}: there is no such firmware; check the path",
            elf.display()
        )));
    }
    match find(board).and_then(|board| board.emulator) {
        Some(Emulator::Script(script)) => {
            firmware.check(script.firmware)?;
            Ok((NODE, in_node(&script, elf, line)?))
        }
        _ => {
            let machine = Machine::of(board);
            firmware.check(machine.qemu.firmware)?;
            Ok((machine.qemu.program, in_qemu(&machine, firmware, line)))
        }
    }
}

fn in_qemu(machine: &Machine<'_>, firmware: &Firmware, line: &FarEnd<'_>) -> Command {
    let program = machine.qemu.program;
    let line = match line {
        // A comma would end the option.
        FarEnd::Connect(path) => format!("path={}", path.display().to_string().replace(',', ",,")),
        FarEnd::Listen(address) => format!(
            "host={},port={},server=on,wait=off",
            address.ip(),
            address.port()
        ),
    };
    let mut command = Command::new(program);
    command.args(machine.arguments());
    command.args(["-nographic", "-monitor", "none"]);
    command.args(["-chardev", &format!("socket,id=uart,{line}")]);
    command.args(["-serial", "chardev:uart"]);
    for device in machine.devices {
        command.args(["-device", device]);
    }
    command.arg("-kernel").arg(firmware.elf());
    match firmware.is_trusted() {
        true => command.arg("-semihosting"),
        false => command.args(sandbox(program, firmware.elf())),
    };
    command
}

/// A firmware in Node reaches nothing but its line.
fn in_node(script: &Script, firmware: &Path, line: &FarEnd<'_>) -> Outcome<Command> {
    let mut command = Command::new(NODE);
    command.arg(sources()?.join("firmware/emulators").join(script.file));
    command.arg(firmware);
    match line {
        FarEnd::Connect(path) => command.arg("--connect").arg(path),
        FarEnd::Listen(address) => command.args(["--listen", &address.to_string()]),
    };
    Ok(command)
}

/// The arguments that confine the emulator, where it and the system know how: it is tried.
fn sandbox(program: &str, elf: &Path) -> &'static [&'static str] {
    let mut command = Command::new(program);
    command
        .args(SANDBOX)
        .args(["-machine", "none", "-nodefaults"]);
    command.args(["-display", "none", "-monitor", "stdio"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let tried = command.stderr(Stdio::null()).spawn().and_then(|mut qemu| {
        if let Some(mut monitor) = qemu.stdin.take() {
            // It may have ended at its arguments.
            let _ = monitor.write_all(b"quit\n");
        }
        qemu.wait()
    });
    match tried {
        Ok(status) if !status.success() => {
            messages::say(format_args!(
                "warning: {program} has no `-sandbox` here, and nothing confines it while it runs \
                 {}; run that only if you know who made it, or use a QEMU built with seccomp",
                elf.display()
            ));
            &[]
        }
        // Where it is missing the start itself says so.
        _ => &SANDBOX,
    }
}
