//! Finds the exported models, links those that are compiled from C, and describes the memory.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=DOWNHILL_EXPORTED");
    let here = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let folder = env::var_os("DOWNHILL_EXPORTED")
        .map_or_else(|| PathBuf::from(here).join("none"), PathBuf::from);
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rustc-env=DOWNHILL_EXPORTED={}", folder.display());
    for entry in fs::read_dir(&folder).expect("DOWNHILL_EXPORTED is a folder") {
        let path = entry.expect("DOWNHILL_EXPORTED can be read").path();
        if path.extension().is_some_and(|extension| extension == "o") {
            println!("cargo::rustc-link-arg={}", path.display());
        }
    }
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let memory = "MEMORY { FLASH : ORIGIN = 0x00000000, LENGTH = 4M\n         RAM   : ORIGIN = 0x20000000, LENGTH = 4M }\n";
    fs::write(output.join("memory.x"), memory).expect("OUT_DIR can be written");
    println!("cargo::rustc-link-search={}", output.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rerun-if-changed=build.rs");
}
