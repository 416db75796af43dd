//! Instructions of a whole process, as callgrind counts them.

use std::path::Path;

use anyhow::{Context, Result};

/// Instructions of the command with these arguments above those of `--version`; `None` without
/// valgrind.
pub(super) fn above_version(command: &Path, arguments: &[&str]) -> Result<Option<u64>> {
    let valgrind = duct::cmd!("valgrind", "--version").stdout_null();
    if valgrind.stderr_null().run().is_err() {
        return Ok(None);
    }
    Ok(Some(
        count(command, arguments)?.saturating_sub(count(command, &["--version"])?),
    ))
}

fn count(command: &Path, arguments: &[&str]) -> Result<u64> {
    let program = command.display().to_string();
    let tool = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
    let words = [&tool[..], &[&*program], arguments].concat();
    let run = duct::cmd("valgrind", words).stderr_to_stdout().read()?;
    counted(&run).with_context(|| format!("callgrind says no number of instructions: {run}"))
}

/// Number behind `Collected :`.
fn counted(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_count_is_read() {
        let said = "==9== Events    : Ir\n==9== Collected : 12345\n==9==";
        assert_eq!(counted(said), Some(12_345));
        assert_eq!(counted("valgrind: no"), None);
    }
}
