//! The library for C: its header, its bits on this machine and on boards, and what misuse gets.

mod bits;
mod build;
mod examples;
mod header;
mod misuse;
