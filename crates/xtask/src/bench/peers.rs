//! Programs of others, installed from their registries into the user's cache.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{root, say};

const LOOPS: &str = include_str!("peers/loops.c");
const PEERS: &str = include_str!("peers/peers.py");
const SAMPLES: &str = include_str!("peers/samples.rs");

/// A peer written in Rust: its manifest, its main file, and another module.
pub(super) struct Project {
    pub(super) name: &'static str,
    manifest: &'static str,
    main: &'static str,
    module: (&'static str, &'static str),
}

pub(super) const CANDLE: Project = Project {
    name: "candle",
    manifest: include_str!("peers/candle/Cargo.toml.in"),
    main: include_str!("peers/candle/main.rs"),
    module: ("samples.rs", SAMPLES),
};
pub(super) const BURN: Project = Project {
    name: "burn",
    manifest: include_str!("peers/burn/Cargo.toml.in"),
    main: include_str!("peers/burn/main.rs"),
    module: ("samples.rs", SAMPLES),
};
pub(super) const NIST: Project = Project {
    name: "nist",
    manifest: include_str!("peers/nist/Cargo.toml.in"),
    main: include_str!("peers/nist/main.rs"),
    module: ("formulas.rs", include_str!("peers/nist/formulas.rs")),
};

impl Project {
    /// Builds it, and returns its program and the versions of what it was made for.
    pub(super) fn build(&self, folder: &Path) -> Result<(PathBuf, Vec<(String, String)>)> {
        say(format_args!("building {}", self.name));
        let folder = folder.join(self.name);
        fs::create_dir_all(folder.join("src"))?;
        let ours = root().join("crates/downhill").display().to_string();
        let manifest = self.manifest.replace("{downhill}", &ours);
        put(&folder.join("Cargo.toml"), &manifest)?;
        put(&folder.join("src/main.rs"), self.main)?;
        put(&folder.join("src").join(self.module.0), self.module.1)?;
        duct::cmd!("cargo", "build", "--release", "--quiet")
            .dir(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .stdout_to_stderr()
            .run()
            .with_context(|| format!("cargo does not build {}", self.name))?;
        let program = format!("target/release/peer-{}", self.name);
        let listed = duct::cmd!("cargo", "tree", "--depth", "1", "--prefix", "none")
            .dir(&folder)
            .read()?;
        // `name v1.2.3`; the first line is the project itself.
        let versions = listed.lines().skip(1).filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
            (name != "downhill").then(|| (name.into(), version.into()))
        });
        Ok((folder.join(program), versions.collect()))
    }
}

/// Writes a file, unless it is there with the same text: then there is nothing to build anew.
fn put(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// The C loops, built on the spot.
pub(super) fn loops(folder: &Path, name: &str, settings: &[&str]) -> Result<PathBuf> {
    let source = folder.join("loops.c");
    fs::write(&source, LOOPS)?;
    let program = folder.join(name.replace(' ', "_"));
    let (source, out) = (source.display().to_string(), program.display().to_string());
    let mut arguments = vec!["-O3", "-march=native"];
    arguments.extend(settings);
    arguments.extend(["-o", &out, &source, "-lm"]);
    duct::cmd("cc", arguments)
        .run()
        .context("`cc` does not build the loops")?;
    Ok(program)
}

/// Python in an environment of its own, and the script for it.
pub(super) fn python(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let environment = folder.join("venv");
    let python = environment.join("bin/python");
    if !python.exists() {
        duct::cmd!("python3", "-m", "venv", &environment)
            .stdout_to_stderr()
            .run()
            .context("`python3 -m venv` makes no environment")?;
    }
    let script = folder.join("peers.py");
    fs::write(&script, PEERS)?;
    Ok((python, script))
}

/// Installs a package from its registry, unless it is there.
pub(super) fn install(python: &Path, package: &str) -> Result<()> {
    let there = duct::cmd!(python, "-m", "pip", "show", "--quiet", package);
    if there.stderr_null().unchecked().run()?.status.success() {
        return Ok(());
    }
    say(format_args!("installing {package}"));
    duct::cmd!(python, "-m", "pip", "install", "--quiet", package)
        .stdout_to_stderr()
        .run()
        .with_context(|| format!("pip does not install {package}"))?;
    Ok(())
}

/// Versions of Python and of the packages that are there.
pub(super) fn versions(python: &Path, script: &Path) -> Result<BTreeMap<String, String>> {
    let printed = duct::cmd!(python, script, "versions").read()?;
    Ok(serde_json::from_str(&printed)?)
}

/// Features in [-1, 1) with 6 decimals, and their sum.
pub(super) fn write_table(path: &Path, rows: usize) -> Result<()> {
    let part = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&part)?);
    writeln!(file, "a,b,c,d,e,f,g,h,y")?;
    let mut state = 1u64;
    for _ in 0..rows {
        let mut sum = 0.0;
        for _ in 0..8 {
            // Knuth's generator (MMIX).
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let feature = (state >> 40) as f64 / f64::from(1 << 23) - 1.0;
            sum += feature;
            write!(file, "{feature:.6},")?;
        }
        writeln!(file, "{sum:.6}")?;
    }
    file.flush()?;
    fs::rename(part, path)?;
    Ok(())
}
