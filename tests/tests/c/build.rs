//! Programs in C that are linked with the library, for this machine and for boards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use downhill_tests::root;

/// Core of an emulated board, and how it is compiled for.
pub(crate) struct Core {
    pub(crate) machine: &'static str,
    target: &'static str,
    flags: &'static [&'static str],
}

pub(crate) const CORES: &[Core] = &[
    Core {
        machine: "microbit",
        target: "thumbv6m-none-eabi",
        flags: &["-mcpu=cortex-m0", "-mfloat-abi=soft"],
    },
    Core {
        machine: "mps2-an385",
        target: "thumbv7m-none-eabi",
        flags: &["-mcpu=cortex-m3", "-mfloat-abi=soft"],
    },
    Core {
        machine: "mps2-an386",
        target: "thumbv7em-none-eabihf",
        flags: &["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"],
    },
];

const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

fn checks() -> PathBuf {
    root().join("crates/downhill-c/checks")
}

/// Folder of what programs share: how they print, and how a board starts.
fn support() -> PathBuf {
    root().join("crates/downhill-c/examples/support")
}

/// Output of a command that has to succeed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .expect("the program is there: `cargo xtask setup` installs it");
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// The archive of a target, or of this machine, for one recipe where one is given.
pub(crate) fn archive(target: Option<&str>, recipe: Option<&Path>) -> PathBuf {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["xtask", "archive"])
        .current_dir(root())
        .stderr(Stdio::inherit());
    command.args(target.map(|target| format!("--target={target}")));
    command.args(recipe.map(|recipe| format!("--recipe={}", recipe.display())));
    run(&mut command).trim().into()
}

fn compiler(name: &str, folder: &Path, source: &str) -> Command {
    let mut command = Command::new(name);
    command
        .args(WARNINGS)
        .args(["-std=c99", "-O2"])
        .arg("-I")
        .arg(folder);
    command
        .arg("-I")
        .arg(root().join("crates/downhill-c/include"))
        .arg("-I")
        .arg(support());
    command.arg(checks().join(source));
    command
}

/// Runs a check on this machine with headers in `folder`; the addresses that it uses are checked.
pub(crate) fn on_host(source: &str, folder: &Path, archive: &Path) -> String {
    let program = folder.join("program");
    // The compiler that links Rust here, which has its sanitizers beside it.
    let mut command = compiler("cc", folder, source);
    command.arg(support().join("host.c")).arg(archive);
    command.args([
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-lm",
        "-o",
    ]);
    run(command.arg(&program));
    run(&mut Command::new(program))
}

/// Runs a check on an emulated board with headers in `folder`.
pub(crate) fn on_board(core: &Core, source: &str, folder: &Path, archive: &Path) -> String {
    let program = folder.join(format!("{}.elf", core.machine));
    let script = support().join("board.ld");
    let text = fs::read_to_string(&script).unwrap();
    let text = match core.machine {
        "microbit" => text,
        // As much as QEMU's machines have.
        _ => text.replace("256K", "4M").replace("16K", "4M"),
    };
    let script = folder.join(format!("{}.ld", core.machine));
    fs::write(&script, text).unwrap();
    let mut command = compiler("clang", folder, source);
    command.arg(support().join("board.c")).arg(archive);
    command
        .arg(format!("--target={}", core.target))
        .args(core.flags);
    command.args([
        "-ffreestanding",
        "-nostdlib",
        "-fuse-ld=lld",
        "-Wl,--gc-sections",
        "-T",
    ]);
    run(command.arg(&script).arg("-o").arg(&program));
    let mut qemu = Command::new("qemu-system-arm");
    qemu.args([
        "-M",
        core.machine,
        "-display",
        "none",
        "-monitor",
        "none",
        "-serial",
        "none",
    ]);
    qemu.args(["-semihosting-config", "enable=on,target=native", "-kernel"])
        .arg(&program);
    run(&mut qemu)
}

impl Core {
    pub(crate) fn archive(&self) -> PathBuf {
        archive(Some(self.target), None)
    }
}
