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
    virt("riscv-virt-imc", "RV32IMC", IMC, &["-bios", "none", "-cpu", "rv32,f=off,d=off"]),
    virt("riscv-virt-imafc", "RV32IMAFC", IMAFC, &["-bios", "none", "-cpu", "rv32,d=off"]),
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
/// Rust's name of RISC-V without an FPU and without atomic operations.
pub const IMC: &str = "riscv32imc-unknown-none-elf";
/// Rust's name of RISC-V with an FPU.
pub const IMAFC: &str = "riscv32imafc-unknown-none-elf";

/// Every target that a board or a check is built for.
pub const TARGETS: &[&str] = &[M0, M3, M4F, M33, IMC, IMAFC];

/// A folder of firmware that runs by itself.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// The folder of `firmware` that holds this one: `boards` or `examples`.
    pub parent: &'static str,
    /// Name of folder, package and first program.
    pub name: &'static str,
    /// Name of the processor.
    pub processor: &'static str,
    /// Rust's name of the target.
    pub target: &'static str,
    /// Programs beside the one of the board's own name; each is called `name-program`.
    pub programs: &'static [Program],
    /// The machine that QEMU emulates the board by; none where it does not.
    pub machine: Option<Machine<'static>>,
}

impl Board {
    /// The program of this name, if the board has it.
    pub fn program(&self, name: &str) -> Option<&'static Program> {
        self.programs.iter().find(|program| program.name == name)
    }
}

/// A machine of QEMU.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// The emulator.
    pub qemu: &'static Qemu,
    /// Name, as `-machine` takes it.
    pub name: &'a str,
    /// Further options.
    pub options: &'static [&'static str],
    /// Devices on its buses, as `-device` takes them.
    pub devices: &'static [&'static str],
}

impl<'a> Machine<'a> {
    /// The machine of a board, or else Arm's of this name.
    pub fn of(name: &'a str) -> Self {
        let board = find(name).and_then(|board| board.machine);
        board.unwrap_or(Self::arm(name, &[]))
    }

    /// The arguments that choose it, without its devices.
    pub fn arguments(&self) -> impl Iterator<Item = &'a str> {
        let machine = ["-machine", self.name].into_iter();
        machine.chain(self.options.iter().copied())
    }

    const fn arm(name: &'a str, devices: &'static [&'static str]) -> Self {
        Self {
            qemu: &ARM,
            name,
            options: &[],
            devices,
        }
    }
}

/// An emulator of processors of one family.
#[derive(Debug)]
pub struct Qemu {
    /// Name of the program.
    pub program: &'static str,
    /// Package in Debian and Ubuntu.
    pub package: &'static str,
    /// Name of a processor that it emulates, with its article.
    pub core: &'static str,
    /// Their number in the head of an ELF file.
    pub elf_machine: u16,
}

/// QEMU for Arm.
pub const ARM: Qemu = Qemu {
    program: "qemu-system-arm",
    package: "qemu-system-arm",
    core: "an Arm core",
    elf_machine: 40,
};

/// QEMU for RISC-V of 32 bits.
pub const RISCV: Qemu = Qemu {
    program: "qemu-system-riscv32",
    package: "qemu-system-misc",
    core: "a RISC-V core",
    elf_machine: 243,
};

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
    BOARDS.iter().filter(|board| board.machine.is_some())
}

const fn emulated(
    name: &'static str,
    processor: &'static str,
    target: &'static str,
    programs: &'static [Program],
    devices: &'static [&'static str],
) -> Board {
    Board {
        machine: Some(Machine::arm(name, devices)),
        ..hardware(name, processor, target, programs)
    }
}

/// QEMU's `virt` with a processor of these options.
const fn virt(
    name: &'static str,
    processor: &'static str,
    target: &'static str,
    options: &'static [&'static str],
) -> Board {
    Board {
        machine: Some(Machine {
            qemu: &RISCV,
            name: "virt",
            options,
            devices: &[],
        }),
        ..hardware(name, processor, target, &[])
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
        machine: None,
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
