//! Tells the core whether a RISC-V processor has floating-point instructions: stable Rust has no cfg
//! that says so.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(riscv_f)");
    let target = std::env::var("TARGET").unwrap_or_default();
    if has_floats(&target) {
        println!("cargo::rustc-cfg=riscv_f");
    }
}

/// Reads a target's name, such as `riscv32imafc-unknown-none-elf`: its first word lists the
/// extensions of one letter behind the width, and `g` stands for several with floats among them.
fn has_floats(target: &str) -> bool {
    let processor = target.split(['-', '_']).next().unwrap_or_default();
    let extensions = ["riscv32", "riscv64"]
        .iter()
        .find_map(|width| processor.strip_prefix(width));
    extensions.is_some_and(|letters| letters.contains(['f', 'd', 'g']))
}
