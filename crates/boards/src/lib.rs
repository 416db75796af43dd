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
    virt(
        "riscv-virt-imc",
        "RV32IMC",
        IMC,
        &["-bios", "none", "-cpu", "rv32,f=off,d=off"],
    ),
    virt(
        "riscv-virt-imafc",
        "RV32IMAFC",
        IMAFC,
        &["-bios", "none", "-cpu", "rv32,d=off"],
    ),
    scripted(
        hardware("wasm", "WebAssembly", WASM, &[]),
        "wasm.mjs",
        &MODULE,
    ),
    hardware("microbit-v2", "Cortex-M4F", M4F, &[NODE]),
    hardware("nrf52840-dk", "Cortex-M4F", M4F, &[NODE]),
    hardware("nucleo-f446re", "Cortex-M4F", M4F, &[NODE]),
    scripted(
        hardware("pico", "Cortex-M0+", M0, &[NODE]),
        "rp2040.mjs",
        &ARM_ELF,
    ),
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

/// Rust's name of WebAssembly.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Every target that a check is built for.
pub const TARGETS: &[&str] = &[M0, M3, M4F, M33, IMC, IMAFC];

/// Every target that a board or a check is built for.
pub const ALL_TARGETS: &[&str] = &[M0, M3, M4F, M33, IMC, IMAFC, WASM];

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
    /// Emulator of the board; none where there is none.
    pub emulator: Option<Emulator>,
}

impl Board {
    /// The program of this name, if the board has it.
    pub fn program(&self, name: &str) -> Option<&'static Program> {
        self.programs.iter().find(|program| program.name == name)
    }
}

/// A program that runs boards.
#[derive(Clone, Copy, Debug)]
pub enum Emulator {
    /// QEMU.
    Qemu(Machine<'static>),
    /// A script of ours, in Node.
    Script(Script),
}

impl Emulator {
    /// The files that it boots.
    pub const fn firmware(&self) -> &'static FirmwareFile {
        match self {
            Self::Qemu(machine) => machine.qemu.firmware,
            Self::Script(script) => script.firmware,
        }
    }
}

/// A script that runs a board: `node SCRIPT FIRMWARE (--connect PATH | --listen HOST:PORT)`.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// Its file in `firmware/emulators`.
    pub file: &'static str,
    /// The files that it boots.
    pub firmware: &'static FirmwareFile,
}

/// A kind of file that an emulator boots.
#[derive(Debug)]
pub struct FirmwareFile {
    /// Name.
    pub name: &'static str,
    /// Its first bytes.
    pub head: &'static [u8],
    /// The two bytes of an ELF file that name its processor, from byte 18 on.
    pub elf_machine: Option<[u8; 2]>,
}

impl FirmwareFile {
    /// Bytes that are enough to know one.
    pub const HEAD: usize = 20;

    /// Tells whether a file that begins so is one.
    pub fn is_begun_by(&self, head: &[u8; Self::HEAD]) -> bool {
        head.starts_with(self.head) && self.elf_machine.is_none_or(|bytes| head.ends_with(&bytes))
    }

    /// Begins of an ELF file of 32 bits, the low byte first.
    const fn elf(name: &'static str, machine: [u8; 2]) -> Self {
        Self {
            name,
            head: b"\x7fELF\x01\x01",
            elf_machine: Some(machine),
        }
    }
}

static ARM_ELF: FirmwareFile = FirmwareFile::elf("ELF file for an Arm core", [40, 0]);
static RISCV_ELF: FirmwareFile = FirmwareFile::elf("ELF file for a RISC-V core", [243, 0]);
static MODULE: FirmwareFile = FirmwareFile {
    name: "module of WebAssembly",
    head: b"\0asm",
    elf_machine: None,
};

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
        match find(name).and_then(|board| board.emulator) {
            Some(Emulator::Qemu(machine)) => machine,
            _ => Self::arm(name, &[]),
        }
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
    /// The files that it boots.
    pub firmware: &'static FirmwareFile,
}

/// QEMU for Arm.
pub static ARM: Qemu = Qemu {
    program: "qemu-system-arm",
    package: "qemu-system-arm",
    firmware: &ARM_ELF,
};

/// QEMU for RISC-V of 32 bits.
pub static RISCV: Qemu = Qemu {
    program: "qemu-system-riscv32",
    package: "qemu-system-misc",
    firmware: &RISCV_ELF,
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
/// For a chip with little flash: in floats, in fixed point, of windows of a signal, and the guard of a fan.
const SMALL_NODES: &[Program] = &[
    program("node", "small"),
    program("node-q15", "small"),
    program("node-signal", "small"),
    program("fan", "small"),
];
/// Programs of the boards whose emulated thermometer they read.
const SENSOR_PROGRAMS: &[Program] = &[
    NODE,
    program("soak", "release"),
    program("fan", "release"),
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

/// The boards whose programs run without them.
pub fn emulated_boards() -> impl Iterator<Item = &'static Board> {
    BOARDS.iter().filter(|board| board.emulator.is_some())
}

const fn emulated(
    name: &'static str,
    processor: &'static str,
    target: &'static str,
    programs: &'static [Program],
    devices: &'static [&'static str],
) -> Board {
    Board {
        emulator: Some(Emulator::Qemu(Machine::arm(name, devices))),
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
        emulator: Some(Emulator::Qemu(Machine {
            qemu: &RISCV,
            name: "virt",
            options,
            devices: &[],
        })),
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
        emulator: None,
    }
}

/// A board that a script runs.
const fn scripted(board: Board, file: &'static str, firmware: &'static FirmwareFile) -> Board {
    Board {
        emulator: Some(Emulator::Script(Script { file, firmware })),
        ..board
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
