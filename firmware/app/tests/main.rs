//! The firmware on the host: lines, pins and flash in memory. A file here is a module of this one
//! program.

mod bad_link;
mod bad_sensor;
mod commands;
mod common;
mod drivers;
mod estimates;
mod fixed;
mod fuzz;
mod health;
mod labels;
mod nodes;
mod normal;
mod pins_and_lines;
mod sessions;
mod signals;
mod soak;
mod store;
mod two_hosts;
mod windows;
