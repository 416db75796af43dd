//! Cost of a fit in C, through the archive of any recipe and through that of one.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use downhill_boards::M4F;
use object::{Object, ObjectSection, SectionKind};

use super::cores::{CORES, MAIN, count};
use crate::budgets::{Figures, show};
use crate::{c, qemu, root, say, toolchain};

/// Flags of Clang for the core that is measured.
const FLAGS: &[&str] = &[
    "--target=thumbv7em-none-eabihf",
    "-mcpu=cortex-m4",
    "-mfloat-abi=hard",
    "-mfpu=fpv4-sp-d16",
    "-O2",
    "-ffreestanding",
    "-nostdlib",
    "-fuse-ld=lld",
    "-Wl,--gc-sections",
];

/// `cargo xtask bench c`.
pub(crate) fn run(json: bool) -> Result<()> {
    show(&measure()?, json)
}

/// Measures W1 in C: instructions of an update, and bytes of flash of a program that does nothing
/// else.
pub(crate) fn measure() -> Result<Figures> {
    let checks = c::folder().join("checks");
    let recipe = checks.join("w1.recipe");
    let core = CORES.iter().find(|core| core.key == MAIN);
    let core = core.context("the main core")?;
    let mut figures = Figures::new();
    for (shape, level, recipe_of) in [("c_any", "s", None), ("c_one", "o3", Some(&*recipe))] {
        say(format_args!("counting W1 in C, {shape}"));
        let archive = c::archive(Some(M4F), recipe_of)?;
        let folder = toolchain::cache()?.join("c").join(shape);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("recipe.h"), header(&fs::read(&recipe)?))?;
        let mut put = |what: &str, figure: f64| {
            figures.insert(format!("w1.{MAIN}.{shape}.{level}.{what}"), figure);
        };
        put(
            "flash",
            flash(&build(&checks, &folder, &archive, &[])?)? as f64,
        );
        let printed = qemu::Run {
            machine: core.board,
            elf: &build(&checks, &folder, &archive, &["-DCOUNT"])?,
            counting: Some(0),
            timeout: Duration::from_secs(60),
        }
        .output()?;
        let counted = count(printed.trim(), core.instructions_a_tick);
        let (_, _, instructions) =
            counted.with_context(|| format!("W1 in C printed `{printed}`"))?;
        put("instructions", instructions);
    }
    Ok(figures)
}

/// Rows of the table in `docs/c.md`, and the figures of each: instructions and flash.
const ROWS: [(&str, &str); 3] = [
    ("of any recipe", "c_any.s"),
    ("of one recipe", "c_one.o3"),
    ("the core in Rust, inlined", "const.o3"),
];
/// How far a figure may be from the one on the page: another compiler's is a little different.
const TOLERANCE: f64 = 0.03;

/// Fails where `docs/c.md` tells of other figures than these.
pub(crate) fn check_page(figures: &Figures) -> Result<()> {
    let page = fs::read_to_string(root().join("docs/c.md"))?;
    for (name, key) in ROWS {
        let row = page
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| {name} | ")));
        let row = row.with_context(|| format!("docs/c.md has no row `{name}`"))?;
        let told = row
            .trim_end_matches(" |")
            .split(" | ")
            .map(|cell| cell.replace(',', "").parse::<f64>());
        for (told, what) in told.zip(["instructions", "flash"]) {
            let (told, key) = (told?, format!("w1.{MAIN}.{key}.{what}"));
            let measured = figures
                .get(&key)
                .with_context(|| format!("{key} was not measured"))?;
            ensure!(
                (told / measured - 1.0).abs() <= TOLERANCE,
                "docs/c.md says {told} of {name}, and {key} is {measured}"
            );
        }
    }
    Ok(())
}

/// The recipe as the program takes it.
fn header(bytes: &[u8]) -> String {
    let mut text = String::from("static const uint8_t recipe[] = {");
    for byte in bytes {
        let _ = write!(text, "{byte},");
    }
    text + "};\n"
}

fn build(checks: &Path, folder: &Path, archive: &Path, more: &[&str]) -> Result<PathBuf> {
    let support = c::folder().join("examples/support");
    let script = fs::read_to_string(support.join("board.ld"))?;
    let layout = folder.join("board.ld");
    fs::write(&layout, script.replace("256K", "4M").replace("16K", "4M"))?;
    let elf = folder.join(format!("cost{}.elf", more.len()));
    let include = |folder: &Path| format!("-I{}", folder.display());
    let mut arguments: Vec<String> = FLAGS.iter().chain(more).map(|&flag| flag.into()).collect();
    let headers = c::folder().join("include");
    arguments.extend([folder, &support, &headers].map(include));
    let files = [
        checks.join("cost.c"),
        support.join("board.c"),
        archive.into(),
    ];
    arguments.extend(files.map(|file| file.display().to_string()));
    arguments.extend(["-T".into(), layout.display().to_string()]);
    arguments.extend(["-o".into(), elf.display().to_string()]);
    let linked = duct::cmd("clang", arguments).unchecked().run();
    let linked = linked.context("`clang` does not start; `cargo xtask setup` installs it")?;
    ensure!(linked.status.success(), "{} is not linked", elf.display());
    Ok(elf)
}

/// Bytes of code and constants beside the vectors.
fn flash(elf: &Path) -> Result<u64> {
    let data = fs::read(elf)?;
    let file = object::File::parse(&*data)?;
    let in_flash = |kind| {
        matches!(
            kind,
            SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::Data
        )
    };
    let sections = file.sections().filter(|section| in_flash(section.kind()));
    Ok(sections.map(|section| section.size()).sum::<u64>() - VECTORS)
}

/// Bytes of the vectors.
const VECTORS: u64 = 64;
