//! The boards there is firmware for.

/// A board folder of `firmware/boards`.
pub(crate) struct Board {
    /// Folder and package name.
    pub(crate) name: &'static str,
    /// Rust's name of the processor.
    pub(crate) target: &'static str,
    /// The machine QEMU knows it by, unless it is real hardware only.
    pub(crate) machine: Option<&'static str>,
}

pub(crate) const BOARDS: &[Board] = &[Board {
    name: "mps2-an386",
    target: "thumbv7em-none-eabihf",
    machine: Some("mps2-an386"),
}];

/// Every target a board or a benchmark is built for.
pub(crate) const TARGETS: &[&str] = &[
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv7em-none-eabihf",
    "thumbv8m.main-none-eabihf",
];
