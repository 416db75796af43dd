//! `cargo xtask dist`: the command with all that it is used with, for those without the sources.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use downhill_boards::{Board, Emulator, TARGETS, emulated_boards};

use crate::firmware::Build;
use crate::project::{copy_folder, root};
use crate::{say, toolchain};

/// Shells, and the files of their completions.
const SHELLS: [(&str, &str); 3] = [
    ("bash", "bash-completion/completions/downhill"),
    ("zsh", "zsh/site-functions/_downhill"),
    ("fish", "fish/vendor_completions.d/downhill.fish"),
];
/// Files of the root that go along.
const PAGES: [&str; 7] = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "host-cli/OPTIONS.md",
    "host-cli/JSON.md",
    "crates/downhill-link/SPEC.md",
];

/// Writes `target/dist/downhill-…` and its archive: `bin`, and in `share` the firmware of the
/// boards that QEMU emulates, manual pages, completions and the guide. Cargo's `profile` is that of the
/// command.
pub(crate) fn run(profile: &str) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("downhill-{version}-{ARCH}-{OS}");
    let parent = root().join("target/dist");
    let out = parent.join(&name);
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("clearing {}", out.display()))?;
    }
    let share = out.join("share");
    let program = out.join("bin/downhill");
    place(&command(profile)?, &program)?;
    let manual = share.join("man/man1");
    fs::create_dir_all(&manual)?;
    duct::cmd!(&program, "man", "--out", &manual).run()?;
    for (shell, file) in SHELLS {
        let text = duct::cmd!(&program, "completions", shell).read()?;
        let file = share.join(file);
        fs::create_dir_all(file.parent().context("a file in a folder")?)?;
        fs::write(&file, text + "\n").with_context(|| format!("writing {}", file.display()))?;
    }
    let toolchain = toolchain::for_targets(TARGETS)?;
    let in_qemu = |board: &&Board| matches!(board.emulator, Some(Emulator::Qemu(_)));
    for board in emulated_boards().filter(in_qemu) {
        let elf = Build::of(board).run(&toolchain)?;
        place(&elf, &share.join("downhill/firmware").join(board.name))?;
    }
    let documents = share.join("doc/downhill");
    for page in PAGES {
        place(&root().join(page), &documents.join(page))?;
    }
    copy_folder(&root().join("docs"), &documents.join("docs"))?;
    let archive = parent.join(format!("{name}.tar.gz"));
    duct::cmd!("tar", "-czf", &archive, "-C", &parent, &name)
        .run()
        .context("`tar` makes the archive")?;
    say(format_args!("{}", archive.display()));
    Ok(())
}

/// Builds the command.
fn command(profile: &str) -> Result<PathBuf> {
    let arguments = ["build", "--quiet", "--package=downhill-cli"];
    duct::cmd(
        "cargo",
        arguments.iter().copied().chain(["--profile", profile]),
    )
    .dir(root())
    .run()?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(root().join("target").join(folder).join("downhill"))
}

fn place(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file in a folder")?)?;
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}
