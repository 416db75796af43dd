//! CMSIS-DSP's adaptive filters on the emulated cores, built on the spot from the source archive that
//! PyPI has of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::cores::{CORES, KNOWN, count};
use super::page;
use crate::{qemu, say, toolchain};

const VERSION: &str = "1.10.3";
const ADDRESS: &str = "https://files.pythonhosted.org/packages/2c/ec/\
                       0decbb48985d2eb98739a9bbf4ba090278cc492a7c1a5d5b907e8baf67b5/";
const SHA256: &str = "307d32298faa7c58db912851027fce35f886fec7eb1a27c4b309ce1a97f47519";
const COMPILER: &str = "arm-none-eabi-gcc";

/// Sources built beside the library's own files.
const FILES: [(&str, &str); 5] = [
    ("main.c", include_str!("peers/cmsis/main.c")),
    (
        "cmsis_compiler.h",
        include_str!("peers/cmsis/cmsis_compiler.h"),
    ),
    ("math.h", include_str!("peers/cmsis/math.h")),
    ("string.h", include_str!("peers/cmsis/string.h")),
    ("layout.ld", include_str!("peers/cmsis/layout.ld")),
];

/// Cores that it is measured on, and what the compiler is told of each.
const TARGETS: [(&str, &[&str]); 3] = [
    ("m0", &["-mcpu=cortex-m0"]),
    ("m3", &["-mcpu=cortex-m3"]),
    (
        "m4f",
        &["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
    ),
];

/// Filters, and what stands for each on the page.
const FILTERS: [(&str, &str); 6] = [
    ("lms_f32", "`arm_lms_f32`, 8 taps"),
    ("lms_f32_64", "`arm_lms_f32`, 64 taps"),
    ("lms_norm_f32", "`arm_lms_norm_f32`, 8 taps"),
    ("lms_q15", "`arm_lms_q15`, 8 taps"),
    ("lms_norm_q15", "`arm_lms_norm_q15`, 8 taps"),
    ("lms_q31", "`arm_lms_q31`, 8 taps"),
];

/// Instructions of a sample, by filter (`lms_f32.one` of a sample a call, `lms_f32.block` of 32), and
/// core.
type Counts = BTreeMap<(String, &'static str), f64>;

/// Measures, says what was found, and puts it on the page where that is asked for; without the
/// compiler or the archive it says that, and the page stays as it is.
pub(super) fn run(write: bool) -> Result<()> {
    let measured = version().and_then(|compiler| Ok((measure()?, compiler)));
    match measured {
        Ok((counts, compiler)) => {
            let table = table(&counts, &compiler);
            say(table.trim_end());
            match write {
                true => page::write(page::CMSIS, &table),
                false => Ok(()),
            }
        }
        Err(error) => {
            say(format_args!("CMSIS-DSP is left out: {error:#}"));
            Ok(())
        }
    }
}

/// First line of what the compiler says of itself.
fn version() -> Result<String> {
    let printed = duct::cmd!(COMPILER, "--version").read().context(
        "there is no `arm-none-eabi-gcc` (Debian and Ubuntu: package `gcc-arm-none-eabi`)",
    )?;
    Ok(printed.lines().next().unwrap_or_default().into())
}

fn measure() -> Result<Counts> {
    let folder = toolchain::cache()?.join("peers").join("cmsis");
    let library = library(&folder)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text)?;
    }
    let mut counts = Counts::new();
    for (key, settings) in TARGETS {
        let core = CORES
            .iter()
            .find(|core| core.key == key)
            .context("a core")?;
        // Neither way is the faster one everywhere: each filter has its better one.
        for unrolled in [&["-DARM_MATH_LOOPUNROLL"][..], &[]] {
            say(format_args!("counting CMSIS-DSP on {key}"));
            let elf = build(&folder, &library, &[settings, unrolled].concat())?;
            let printed = qemu::Run {
                machine: core.board,
                elf: &elf,
                counting: Some(0),
                timeout: Duration::from_secs(120),
            }
            .output()?;
            for line in printed.lines() {
                let (name, _, figure) = count(line, core.instructions_a_tick)
                    .with_context(|| format!("CMSIS-DSP's program printed `{line}`"))?;
                if name == KNOWN {
                    ensure!(figure == 2.0, "a loop of 2 instructions counts as {figure}");
                    continue;
                }
                let least = counts.entry((name.into(), key)).or_insert(figure);
                *least = least.min(figure);
            }
        }
    }
    Ok(counts)
}

/// The library's folder, fetched where it is not there yet.
fn library(folder: &Path) -> Result<PathBuf> {
    let name = format!("cmsisdsp-{VERSION}");
    let library = folder.join(&name);
    if library.exists() {
        return Ok(library);
    }
    fs::create_dir_all(folder)?;
    let archive = folder.join(format!("{name}.tar.gz"));
    let address = format!("{ADDRESS}{name}.tar.gz");
    say(format_args!("fetching {address}"));
    duct::cmd!(
        "curl",
        "--silent",
        "--show-error",
        "--fail",
        "--output",
        &archive,
        &address
    )
    .run()
    .context("`curl` does not fetch its archive")?;
    let sum = duct::cmd!("sha256sum", &archive).read()?;
    ensure!(
        sum.split_whitespace().next() == Some(SHA256),
        "{} is not the archive that was pinned: {sum}",
        archive.display()
    );
    // Unpacked aside, so that half of it is never taken for the whole.
    let aside = tempfile::tempdir_in(folder)?;
    duct::cmd!("tar", "xzf", &archive, "-C", aside.path()).run()?;
    fs::rename(aside.path().join(&name), &library)?;
    Ok(library)
}

fn build(folder: &Path, library: &Path, settings: &[&str]) -> Result<PathBuf> {
    let elf = folder.join("filters.elf");
    let mut command: Vec<String> = "-O3 -mthumb -ffreestanding -nostdlib -ffunction-sections \
                                    -fdata-sections -Wl,--gc-sections"
        .split_whitespace()
        .chain(settings.iter().copied())
        .map(String::from)
        .collect();
    let path = |path: PathBuf| path.display().to_string();
    command.push(format!("-Wl,-T,{}", path(folder.join("layout.ld"))));
    for include in [
        folder.into(),
        library.join("Include"),
        library.join("PrivateInclude"),
    ] {
        command.extend(["-I".into(), path(include)]);
    }
    command.push(path(folder.join("main.c")));
    for name in ["f32", "norm_f32", "q15", "norm_q15", "q31"] {
        let init = match name.strip_prefix("norm_") {
            Some(number) => format!("norm_init_{number}"),
            None => format!("init_{name}"),
        };
        for name in [name, &init] {
            let file = format!("Source/FilteringFunctions/arm_lms_{name}.c");
            command.push(path(library.join(file)));
        }
    }
    command.push(path(
        library.join("Source/CommonTables/arm_common_tables.c"),
    ));
    command.extend(["-lgcc".into(), "-o".into(), path(elf.clone())]);
    duct::cmd(COMPILER, command)
        .run()
        .with_context(|| format!("`{COMPILER}` does not build it"))?;
    Ok(elf)
}

fn table(counts: &Counts, compiler: &str) -> String {
    let cores: Vec<&str> = TARGETS.iter().map(|of| of.0).collect();
    let mut text = format!(
        "CMSIS-DSP {VERSION}, {compiler}, `-O3`.\n\n| a sample | {} | {}, in 32s |\n| --- |{}\n",
        cores.join(" | "),
        cores.join(", in 32s | "),
        " ---: |".repeat(2 * cores.len())
    );
    for (filter, name) in FILTERS {
        let cells = ["one", "block"].iter().flat_map(|way| {
            let key = |core: &&'static str| (format!("{filter}.{way}"), *core);
            let cell = |core| counts.get(&key(core)).map_or(String::new(), f64::to_string);
            cores.iter().map(cell).collect::<Vec<_>>()
        });
        let cells: Vec<String> = cells.collect();
        text.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    }
    text
}
