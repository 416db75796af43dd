//! Runs an ELF in QEMU and takes what it prints over semihosting.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use downhill_boards::Machine;

/// One run.
pub(crate) struct Run<'a> {
    /// An emulated board, or Arm's machine of this name.
    pub(crate) machine: &'a str,
    pub(crate) elf: &'a Path,
    /// Every instruction takes two to this many virtual nanoseconds, so that timers count
    /// instructions.
    pub(crate) counting: Option<u32>,
    pub(crate) timeout: Duration,
}

impl Run<'_> {
    /// Runs the program to its end and returns all that it printed.
    pub(crate) fn output(&self) -> Result<String> {
        let machine = Machine::of(self.machine);
        let mut arguments: Vec<&str> = machine.arguments().collect();
        arguments.extend(["-nographic", "-semihosting"]);
        arguments.extend(["-monitor", "none", "-serial", "none"]);
        let shift = self.counting.map(|shift| format!("shift={shift}"));
        if let Some(shift) = &shift {
            arguments.extend(["-icount", shift]);
        }
        let elf = self.elf.to_str().context("the ELF's path is not UTF-8")?;
        arguments.extend(["-kernel", elf]);
        let running = duct::cmd(machine.qemu.program, arguments)
            .stdin_null()
            .stdout_capture()
            .unchecked()
            .start()
            .with_context(|| {
                let program = machine.qemu.program;
                format!("`{program}` does not start; `cargo xtask setup` installs it")
            })?;
        let Some(output) = running.wait_timeout(self.timeout)? else {
            running.kill()?;
            bail!(
                "{} on {} did not end within {} s",
                self.name(),
                self.machine,
                self.timeout.as_secs()
            );
        };
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!(
                "{} on {} ended with {}\n{printed}",
                self.name(),
                self.machine,
                output.status
            );
        }
        Ok(printed)
    }

    fn name(&self) -> std::borrow::Cow<'_, str> {
        self.elf.file_name().unwrap_or_default().to_string_lossy()
    }
}
