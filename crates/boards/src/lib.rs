//! The one list of boards, examples and targets that firmware is built for.
//!
//! Builds, checks, the command's `--board` and the tests on emulated boards go over it.
#![no_std]
#![deny(missing_docs, unsafe_code)]

/// All boards: the folders of `firmware/boards`.
pub const BOARDS: &[Board] = &[
    emulated("microbit", "Cortex-M0", M0, SMALL_NODES, &[]),
    emulated("mps2-an385", "Cortex-M3", M3, SENSOR_PROGRAMS, &[TMP105]),
    emulated("mps2-an386", "Cortex-M4F", M4F, SENSOR_PROGRAMS, &[TMP105]),
    emulated("mps2-an500", "Cortex-M7", M4F, &[], &[]),
    emulated("mps2-an505", "Cortex-M33", M33, &[], &[]),
    hardware("microbit-v2", "Cortex-M4F", M4F, &[NODE]),
    hardware("nrf52840-dk", "Cortex-M4F", M4F, &[NODE]),
    hardware("nucleo-f446re", "Cortex-M4F", M4F, &[NODE]),
    hardware("pico", "Cortex-M0+", M0, &[NODE]),
    hardware("pico2", "Cortex-M33", M33, &[NODE]),
];

/// Projects outside the workspaces, which take nothing but the core: the folders of
/// `firmware/examples`.
pub const EXAMPLES: &[Board] = &[
    example("standalone", "Cortex-M4F", M4F),
    example("in-embassy", "Cortex-M4F", M4F),
    example("in-rtic", "Cortex-M3", M3),
];

/// Rust's name of Cortex-M0 and M0+.
pub const M0: &str = "thumbv6m-none-eabi";
/// Rust's name of Cortex-M3.
pub const M3: &str = "thumbv7m-none-eabi";
/// Rust's name of Cortex-M4 and M7 with an FPU.
pub const M4F: &str = "thumbv7em-none-eabihf";
/// Rust's name of Cortex-M33 with an FPU.
pub const M33: &str = "thumbv8m.main-none-eabihf";

/// Every target that a board or a check is built for.
pub const TARGETS: &[&str] = &[M0, M3, M4F, M33];

/// A folder of firmware that runs by itself.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// The folder of `firmware` that holds this one: `boards` or `examples`.
    pub parent: &'static str,
    /// Name of folder, package and first program, and of QEMU's machine.
    pub name: &'static str,
    /// Name of the processor.
    pub processor: &'static str,
    /// Rust's name of the target.
    pub target: &'static str,
    /// Programs beside the one of the board's own name; each is called `name-program`.
    pub programs: &'static [Program],
    /// Devices on the emulated board's buses, as QEMU's `-device` takes them; none where QEMU does
    /// not emulate the board.
    pub devices: Option<&'static [&'static str]>,
}

impl Board {
    /// The program of this name, if the board has it.
    pub fn program(&self, name: &str) -> Option<&'static Program> {
        self.programs.iter().find(|program| program.name == name)
    }
}

/// A further program of a board.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Name, without the board's.
    pub name: &'static str,
    /// Cargo profile that it is built with.
    pub profile: &'static str,
    /// Cargo features that it is built with.
    pub features: &'static str,
}

const NODE: Program = program("node", "release");
/// For a chip with little flash: in floats, in fixed point, and of windows of a signal.
const SMALL_NODES: &[Program] = &[
    program("node", "small"),
    program("node-q15", "small"),
    program("node-signal", "small"),
];
/// Programs of the boards whose emulated thermometer they read.
const SENSOR_PROGRAMS: &[Program] = &[
    NODE,
    program("soak", "release"),
    program("thermometer", "release"),
    SEALED,
];
/// The board's own program, which takes keys.
const SEALED: Program = Program {
    features: "sealed,insecure-emulated-entropy",
    ..program("sealed", "release")
};
/// A thermometer on the first I²C bus, which starts at 0 °C.
const TMP105: &str = "tmp105,bus=i2c,address=0x48";

/// The board or example of this name.
pub fn find(name: &str) -> Option<&'static Board> {
    all().find(|board| board.name == name)
}

/// Every board and every example.
pub fn all() -> impl Iterator<Item = &'static Board> {
    BOARDS.iter().chain(EXAMPLES)
}

/// The boards that QEMU emulates.
pub fn emulated_boards() -> impl Iterator<Item = &'static Board> {
    BOARDS.iter().filter(|board| board.devices.is_some())
}

const fn emulated(
    name: &'static str,
    processor: &'static str,
    target: &'static str,
    programs: &'static [Program],
    devices: &'static [&'static str],
) -> Board {
    Board {
        devices: Some(devices),
        ..hardware(name, processor, target, programs)
    }
}

const fn hardware(
    name: &'static str,
    processor: &'static str,
    target: &'static str,
    programs: &'static [Program],
) -> Board {
    Board {
        parent: "boards",
        name,
        processor,
        target,
        programs,
        devices: None,
    }
}

const fn example(name: &'static str, processor: &'static str, target: &'static str) -> Board {
    Board {
        parent: "examples",
        ..hardware(name, processor, target, &[])
    }
}

const fn program(name: &'static str, profile: &'static str) -> Program {
    Program {
        name,
        profile,
        features: "",
    }
}
