//! Shell completions and manual pages, generated from the command line's own description.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::failure::{Failure, Outcome};
use crate::output;

/// `downhill completions SHELL`.
pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "downhill", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// `downhill man`: one page, or each of them into a folder.
pub(crate) fn pages(folder: Option<&Path>) -> Outcome {
    let Some(folder) = folder else {
        let mut text = Vec::new();
        let page = clap_mangen::Man::new(Arguments::command());
        page.render(&mut text).map_err(Failure::input)?;
        return output::print(&String::from_utf8_lossy(&text));
    };
    let written = clap_mangen::generate_to(Arguments::command(), folder);
    written.map_err(|error| {
        Failure::Input(format!(
            "{}: {error}; make the folder first",
            folder.display()
        ))
    })
}
