//! Help of the commands.

use std::ffi::OsString;

use clap::{Command, CommandFactory};

use super::Arguments;

/// Help of the command that a command line names: with `--help` every option, with `-h` the usual
/// ones.
pub(crate) fn of(line: &[OsString]) -> String {
    let is_all = line.iter().any(|word| word == "--help");
    shown(asked(line).0, is_all)
}

/// The command that a command line names, and how many words do.
pub(crate) fn asked(line: &[OsString]) -> (Command, usize) {
    let mut command = Arguments::command();
    command.build();
    let mut depth = 0;
    for word in line.iter().skip(1) {
        if let Some(below) = command.find_subcommand(word) {
            command = below.clone();
            depth += 1;
        }
    }
    (command, depth)
}

/// Help of a command with all of its options, or with the usual ones.
pub(crate) fn shown(command: Command, is_all: bool) -> String {
    let hidden = command.get_arguments().filter(|one| one.is_hide_set());
    let hidden = hidden
        .filter(|one| !one.is_global_set())
        .filter_map(|one| Some(format!("--{}", one.get_long()?)))
        .count();
    let mut command = command.mut_args(|option| match is_all {
        true => option.hide(false),
        false => option.help_heading(None),
    });
    let text = command.render_help().to_string();
    match (hidden, is_all) {
        (0, _) => text,
        (_, true) => {
            format!("{text}See also `downhill help models`, losses, optimizers and so on.\n")
        }
        (more, false) => {
            format!("{text}`--help` lists {more} more options; see also `downhill help models`.\n")
        }
    }
}
