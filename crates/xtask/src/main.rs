//! The development entry.
fn main() {}
