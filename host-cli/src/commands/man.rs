//! Shell completions and manual pages, generated from the command line's own description.

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

/// `downhill completions SHELL`.
pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "downhill", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// `downhill man`: one page, or each of them into a folder.
pub(crate) fn pages(folder: Option<&Path>) -> Outcome {
    match folder {
        None => output::print(&page(&Man::new(Arguments::command()))?),
        Some(folder) => {
            let mut command = Arguments::command().disable_help_subcommand(true);
            command.build();
            write(&command, folder)
        }
    }
}

/// Writes the pages of a command and of those below it.
fn write(command: &Command, folder: &Path) -> Outcome {
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        write(below, folder)?;
    }
    // A help text leaves out what is rarely needed, a manual page nothing.
    let man = Man::new(command.clone().mut_args(|option| option.hide(false)));
    let target = output::Target::new(&folder.join(man.get_filename()), &[])?;
    target.write(&page(&man)?)
}

/// A page whose examples and tables keep their lines.
fn page(man: &Man) -> Outcome<String> {
    let mut text = Vec::new();
    man.render(&mut text).map_err(Failure::input)?;
    let text = String::from_utf8_lossy(&text);
    let Some((before, extra)) = text.split_once(".SH EXTRA\n") else {
        return Ok(text.into());
    };
    let end = extra.find("\n.SH ").map_or(extra.len(), |at| at + 1);
    let (extra, after) = extra.split_at(end);
    Ok(format!("{before}.SH EXTRA\n.nf\n{extra}.fi\n{after}"))
}
