//! The build script of most boards: their `memory.x`, start-up code and logs reach the linker.
//!
//! Linker arguments stand in build scripts, not in `rustflags`: those would compile every
//! dependency once for each set of them.

fn main() {
    println!("cargo::rustc-link-search={}", env!("CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=memory.x");
    for script in ["link.x", "defmt.x"] {
        println!("cargo::rustc-link-arg-bins=-T{script}");
    }
}
