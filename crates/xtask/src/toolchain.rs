//! A compiler that can build for the boards.
//!
//! Three sources, in this order: the compiler in use already has core for the targets; rustup
//! may add it; Debian's compiler comes with its library's source, from which core, alloc and
//! compiler_builtins are built once per user and compiler version.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use downhill_boards::ALL_TARGETS;
use duct::cmd;

use crate::apt::{install, works};
use crate::say;

/// Raised whenever a sysroot is built in another way, so that older ones are left behind.
const SYSROOT_REVISION: u32 = 1;

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_CLIPPY: &str = "/usr/bin/cargo-clippy";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/core/src/lib.rs";
const DEBIAN_LINKER: &str = "/usr/bin/lld";

/// The Debian packages that hold a compiler together with its library's source.
pub(crate) const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-clippy",
    "rust-web-src",
    "lld",
];

/// The script that starts Debian's compiler with a sysroot of ours, within that sysroot.
const WRAPPER: &str = "bin/rustc";

/// How scratch folders in the cache begin.
const SCRATCH: &str = "building-";

/// A compiler with core for the targets that were asked for.
pub(crate) struct Toolchain {
    /// Where Debian's compiler finds core, unless the compiler in use has it.
    sysroot: Option<PathBuf>,
    /// Changes whenever the libraries may have changed under the same compiler.
    pub(crate) identity: String,
}

impl Toolchain {
    pub(crate) fn describe(&self) -> String {
        match &self.sysroot {
            None => "the compiler in use has core for every board".into(),
            Some(sysroot) => format!("core for the boards is in {}", sysroot.display()),
        }
    }

    /// A cargo command that uses this compiler and no flags from outside.
    pub(crate) fn cargo(&self, arguments: &[String]) -> duct::Expression {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        self.settle(duct::cmd(cargo, arguments))
    }

    /// Clippy's command with this compiler's own driver, which has to be told of the sysroot.
    pub(crate) fn clippy(&self, arguments: &[&str]) -> duct::Expression {
        match &self.sysroot {
            None => {
                let arguments: Vec<String> = arguments.iter().map(|s| s.to_string()).collect();
                self.cargo(&arguments)
            }
            Some(sysroot) => self
                .settle(duct::cmd(DEBIAN_CLIPPY, arguments))
                .env("CARGO", DEBIAN_CARGO)
                .env("SYSROOT", sysroot),
        }
    }

    fn settle(&self, command: duct::Expression) -> duct::Expression {
        let command = command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("CARGO_TARGET_DIR");
        match &self.sysroot {
            None => command,
            Some(sysroot) => command.env("RUSTC", sysroot.join(WRAPPER)),
        }
    }
}

/// Finds or makes a toolchain that has core for all of `targets`.
pub(crate) fn for_targets(targets: &[&str]) -> Result<Toolchain> {
    let active = active()?;
    let in_use = || Toolchain {
        sysroot: None,
        identity: active.display().to_string(),
    };
    let missing = missing_in(&active, targets);
    if missing.is_empty() {
        return Ok(in_use());
    }
    if rustup_may_download() {
        say(format_args!("rustup adds {}", missing.join(" ")));
        let arguments = [&["target", "add"], &missing[..]].concat();
        duct::cmd("rustup", arguments)
            .stdout_to_stderr()
            .run()
            .context("`rustup target add` failed")?;
        return Ok(in_use());
    }
    if needs_debian(targets)? {
        install(PACKAGES, &[by_hand()])?;
    }
    let sysroot = Sysroot::of_debian()?;
    sysroot.complete(targets)?;
    Ok(Toolchain {
        identity: fs::read_to_string(sysroot.path.join("identity"))?,
        sysroot: Some(sysroot.path),
    })
}

/// Tells whether targets need Debian's compiler, and it is not installed.
pub(crate) fn needs_debian(targets: &[&str]) -> Result<bool> {
    let is_installed = [
        DEBIAN_RUSTC,
        DEBIAN_CARGO,
        DEBIAN_CLIPPY,
        DEBIAN_LIBRARY,
        DEBIAN_LINKER,
    ]
    .iter()
    .all(|path| Path::new(path).exists());
    Ok(!is_installed && !missing_in(&active()?, targets).is_empty() && !rustup_may_download())
}

/// Words on how to get the targets by hand.
pub(crate) fn by_hand() -> String {
    format!(
        "core for the boards' targets: `rustup target add {}`; on Debian without rustup's \
         downloads, `apt-get install {}`",
        ALL_TARGETS.join(" "),
        PACKAGES.join(" ")
    )
}

/// The sysroot of the compiler in use.
fn active() -> Result<PathBuf> {
    cmd!("rustc", "--print", "sysroot")
        .read()
        .map(PathBuf::from)
        .context("no `rustc` runs; install Rust from rustup.rs")
}

/// `RUSTUP_AUTO_INSTALL=0` is how a machine says that rustup must not download.
fn rustup_may_download() -> bool {
    env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0")
        && works("rustup", "--version")
        && cmd!("rustup", "which", "rustc")
            .stdout_null()
            .stderr_null()
            .run()
            .is_ok()
}

fn missing_in<'a>(sysroot: &Path, targets: &[&'a str]) -> Vec<&'a str> {
    let has_core = |target: &str| {
        fs::read_dir(sysroot.join("lib/rustlib").join(target).join("lib"))
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore"))
    };
    let absent = |target: &&&str| !has_core(target);
    targets.iter().filter(absent).copied().collect()
}

/// Libraries built here for Debian's compiler, in the user's cache.
struct Sysroot {
    path: PathBuf,
    host: String,
}

impl Sysroot {
    fn of_debian() -> Result<Self> {
        let version = cmd!(DEBIAN_RUSTC, "-vV").read()?;
        let field = |name: &str| {
            version
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .with_context(|| format!("`rustc -vV` does not tell its {name}"))
        };
        let release = field("release: ")?;
        let minimum = env!("CARGO_PKG_RUST_VERSION");
        ensure!(
            numbers(release) >= numbers(minimum),
            "{DEBIAN_RUSTC} is {release}, older than the {minimum} this project needs; \
             install Rust from rustup.rs"
        );
        let commit: String = field("commit-hash: ")?.chars().take(9).collect();
        Ok(Self {
            path: cache()?.join(format!("rust-{release}-{commit}-{SYSROOT_REVISION}")),
            host: field("host: ")?.to_owned(),
        })
    }

    fn rustc(&self) -> PathBuf {
        self.path.join(WRAPPER)
    }

    /// Builds what is missing of `targets`. Whatever is interrupted leaves nothing in place:
    /// all is made in a scratch folder of the same file system and renamed when whole.
    fn complete(&self, targets: &[&str]) -> Result<()> {
        if self.rustc().exists() && missing_in(&self.path, targets).is_empty() {
            return Ok(());
        }
        let cache = cache()?;
        fs::create_dir_all(&cache)?;
        let lock = File::create(cache.join("lock"))?;
        lock.lock().context("locking the toolchain cache")?;
        remove_leftovers(&cache)?;
        let scratch = tempfile::Builder::new()
            .prefix(SCRATCH)
            .tempdir_in(&cache)?;
        if !self.rustc().exists() {
            let frame = scratch.path().join("frame");
            self.frame(&frame)?;
            fs::rename(&frame, &self.path).context("putting the toolchain in place")?;
        }
        let missing = missing_in(&self.path, targets);
        if !missing.is_empty() {
            self.build(&missing, scratch.path())?;
        }
        Ok(())
    }

    /// Everything but the boards' libraries: a compiler that knows its sysroot (a link would
    /// report Debian's), the host's libraries for build scripts, and a linker.
    fn frame(&self, at: &Path) -> Result<()> {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let rustlib = at.join("lib/rustlib");
        let host = rustlib.join(&self.host);
        fs::create_dir_all(host.join("bin"))?;
        fs::create_dir_all(at.join("bin"))?;
        symlink(
            Path::new("/usr/lib/rustlib").join(&self.host).join("lib"),
            host.join("lib"),
        )?;
        symlink(DEBIAN_LINKER, host.join("bin/rust-lld"))?;
        let made = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)?
            .as_nanos();
        fs::write(
            at.join("identity"),
            format!("{} {made}", self.path.display()),
        )?;
        let wrapper = at.join(WRAPPER);
        fs::write(
            &wrapper,
            format!(
                "#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{}' \"$@\"\n",
                self.path.display()
            ),
        )?;
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }

    fn build(&self, targets: &[&str], scratch: &Path) -> Result<()> {
        say(format_args!(
            "building core for {} (once per user and compiler, about half a minute each)",
            targets.join(", ")
        ));
        let seed = scratch.join("seed");
        fs::create_dir_all(seed.join("src"))?;
        fs::write(seed.join("src/lib.rs"), "#![no_std]\n")?;
        fs::write(
            seed.join("Cargo.toml"),
            "[package]\nname = \"seed\"\nedition = \"2024\"\n[workspace]\n\
             [profile.release]\npanic = \"abort\"\n",
        )?;
        let target_directory = scratch.join("target");
        let mut arguments = vec!["build", "--release", "-Zbuild-std=core,alloc"];
        for target in targets {
            arguments.extend(["--target", target]);
        }
        duct::cmd(DEBIAN_CARGO, arguments)
            .dir(&seed)
            .env("RUSTC", DEBIAN_RUSTC)
            // Debian has no nightly; building its own library is what this switch is for.
            .env("RUSTC_BOOTSTRAP", "1")
            // Fat LTO of the firmware reads the library as bitcode.
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", &target_directory)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET")
            .stdout_to_stderr()
            .run()
            .context("building core from Debian's library source")?;
        for target in targets {
            let library = scratch.join("library").join(target);
            fs::create_dir_all(library.join("lib"))?;
            let built = target_directory.join(target).join("release/deps");
            for entry in fs::read_dir(&built)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(".rlib") && !name.starts_with("libseed") {
                    fs::copy(entry.path(), library.join("lib").join(name))?;
                }
            }
            fs::rename(&library, self.path.join("lib/rustlib").join(target))
                .with_context(|| format!("putting core for {target} in place"))?;
        }
        let left = missing_in(&self.path, targets);
        if !left.is_empty() {
            bail!(
                "cargo built no core for {}; please report this",
                left.join(", ")
            );
        }
        Ok(())
    }
}

/// Removes leftovers of killed setups. The lock is ours, so none of it is in use.
fn remove_leftovers(cache: &Path) -> Result<()> {
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn numbers(version: &str) -> Vec<u32> {
    version
        .split(['.', '-', '+'])
        .map_while(|part| part.parse().ok())
        .collect()
}

pub(crate) fn cache() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").map(PathBuf::from) {
        Some(path) if path.is_absolute() => path,
        _ => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("downhill"))
}
