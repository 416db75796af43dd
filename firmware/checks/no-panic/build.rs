//! Links a program that is searched and never booted: where each call goes stays readable.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=--entry=_start");
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
