//! Chooses the memory of the emulated machine that a target's benchmark runs on.

use std::path::PathBuf;
use std::{env, fs};

/// Where the linker script of RISC-V puts what.
const REGIONS: &[(&str, &str)] = &[
    ("TEXT", "FLASH"),
    ("RODATA", "FLASH"),
    ("DATA", "RAM"),
    ("BSS", "RAM"),
    ("HEAP", "RAM"),
    ("STACK", "RAM"),
];

fn main() {
    let target = env::var("TARGET").unwrap_or_default();
    let (flash, ram) = match target.as_str() {
        "thumbv6m-none-eabi" => ("0x00000000, LENGTH = 256K", "0x20000000, LENGTH = 16K"),
        "thumbv8m.main-none-eabihf" => ("0x10000000, LENGTH = 4M", "0x38000000, LENGTH = 4M"),
        "riscv32imc-unknown-none-elf" | "riscv32imafc-unknown-none-elf" => {
            ("0x80000000, LENGTH = 4M", "0x80400000, LENGTH = 4M")
        }
        _ => ("0x00000000, LENGTH = 4M", "0x20000000, LENGTH = 4M"),
    };
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut memory =
        format!("MEMORY {{ FLASH : ORIGIN = {flash}\n         RAM   : ORIGIN = {ram} }}\n");
    if target.starts_with("riscv") {
        for (region, place) in REGIONS {
            memory += &format!("REGION_ALIAS(\"REGION_{region}\", {place});\n");
        }
    }
    fs::write(output.join("memory.x"), memory).expect("OUT_DIR can be written");
    println!("cargo::rustc-link-search={}", output.display());
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rerun-if-changed=build.rs");
}
