//! Everything that crosses crate borders. A file here is a module of this one program.

mod altered_core;
mod c;
#[cfg(unix)]
mod cases;
mod client;
mod command;
mod compatibility;
mod crosscheck;
mod defaults;
mod device;
mod dist;
mod export;
mod firmware_examples;
mod first_programs;
mod fixed;
mod formula;
mod formula_blocks;
mod formula_language;
#[cfg(unix)]
mod formulas;
mod gradients;
mod guide;
#[cfg(unix)]
mod hostile;
mod label_meaning;
mod labels;
mod layout;
mod least_squares;
mod nist;
mod nist_f32;
mod nodes;
mod oracle;
mod readme;
#[cfg(unix)]
mod recordings;
mod report;
mod same_bits;
mod sealed;
mod signals;
mod store;
#[cfg(target_os = "linux")]
mod strangers;
mod thermometer;
mod two_hosts;
mod verdicts;
