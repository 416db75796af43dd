//! Packages of Debian and Ubuntu.

use anyhow::{Context, Result, bail};
use duct::cmd;

use crate::say;

/// Tells whether `program argument` runs at all.
pub(crate) fn works(program: &str, argument: &str) -> bool {
    cmd!(program, argument)
        .stdout_null()
        .stderr_null()
        .unchecked()
        .run()
        .is_ok_and(|output| output.status.success())
}

/// Installs packages, if there are any; `by_hand` tells what to do where that is not possible.
pub(crate) fn install(packages: &[&str], by_hand: &[String]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let by_hand = by_hand.join("; ");
    let Some(prefix) = apt_prefix() else {
        bail!(
            "missing, and not installable from here (that takes apt-get, as root or with sudo \
             that asks no password): install {by_hand}, then run `cargo xtask setup` again"
        );
    };
    say(format_args!("installing {}", packages.join(" ")));
    // Lists first: an old list may name versions the archive no longer holds.
    let update = [&prefix[..], &["apt-get", "update", "-q"]].concat();
    let install = [
        &prefix[..],
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        &["install", "-y", "-q", "--no-install-recommends"],
        packages,
    ]
    .concat();
    for line in [update, install] {
        duct::cmd(line[0], &line[1..])
            .stdin_null()
            .stdout_to_stderr()
            .run()
            .with_context(|| format!("`{}` failed; install {by_hand}", line.join(" ")))?;
    }
    Ok(())
}

/// Words before `apt-get`, or `None` where packages cannot be installed.
fn apt_prefix() -> Option<Vec<&'static str>> {
    if !works("apt-get", "--version") {
        return None;
    }
    let user = cmd!("id", "-u").stderr_null().read().unwrap_or_default();
    if user.trim() == "0" {
        return Some(Vec::new());
    }
    let sudo = cmd!("sudo", "-n", "true")
        .stdout_null()
        .stderr_null()
        .run()
        .is_ok();
    sudo.then(|| vec!["sudo", "-n"])
}
