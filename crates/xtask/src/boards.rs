//! Everything that firmware is built for: boards, and projects that are not ours.

/// A folder of firmware that runs by itself.
pub(crate) struct Board {
    /// The folder of `firmware` that holds this one: `boards` or `examples`.
    pub(crate) parent: &'static str,
    /// Folder and package name.
    pub(crate) name: &'static str,
    /// Rust's name of the processor.
    pub(crate) target: &'static str,
    /// Its programs beside the one of its own name; each is called `name-program`.
    pub(crate) programs: &'static [Program],
}

/// A further program of a board.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// The profile it is built with.
    pub(crate) profile: &'static str,
}

const NODE: Program = program("node", "release");
/// For a chip with little flash.
const SMALL_NODE: Program = program("node", "small");
const SOAK: Program = program("soak", "release");
const THERMOMETER: Program = program("thermometer", "release");

const fn program(name: &'static str, profile: &'static str) -> Program {
    Program { name, profile }
}

pub(crate) const BOARDS: &[Board] = &[
    board("microbit", M0, &[SMALL_NODE]),
    board("microbit-v2", M4F, &[NODE]),
    board("mps2-an385", M3, &[NODE, SOAK, THERMOMETER]),
    board("mps2-an386", M4F, &[NODE, SOAK, THERMOMETER]),
    board("mps2-an500", M4F, &[]),
    board("mps2-an505", M33, &[]),
    board("nrf52840-dk", M4F, &[NODE]),
    board("nucleo-f446re", M4F, &[NODE]),
    board("pico", M0, &[NODE]),
    board("pico2", M33, &[NODE]),
];

/// Projects outside the workspaces, which take nothing but the core.
pub(crate) const EXAMPLES: &[Board] = &[
    example("standalone", M4F),
    example("in-embassy", M4F),
    example("in-rtic", M3),
];

pub(crate) const M0: &str = "thumbv6m-none-eabi";
pub(crate) const M3: &str = "thumbv7m-none-eabi";
pub(crate) const M4F: &str = "thumbv7em-none-eabihf";
pub(crate) const M33: &str = "thumbv8m.main-none-eabihf";

/// Every target a board or a benchmark is built for.
pub(crate) const TARGETS: &[&str] = &[M0, M3, M4F, M33];

const fn board(name: &'static str, target: &'static str, programs: &'static [Program]) -> Board {
    Board {
        parent: "boards",
        name,
        target,
        programs,
    }
}

const fn example(name: &'static str, target: &'static str) -> Board {
    Board {
        parent: "examples",
        name,
        target,
        programs: &[],
    }
}
