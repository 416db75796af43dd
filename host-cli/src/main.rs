//! The `downhill` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    downhill_cli::run(std::env::args_os().collect()).into()
}
