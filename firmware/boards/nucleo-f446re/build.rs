//! Gives the linker this board's memory, of which the node leaves some to its store, the start-up
//! code and the logs.

fn main() {
    let here = env!("CARGO_MANIFEST_DIR");
    for (program, folder) in [("nucleo-f446re", "lab"), ("nucleo-f446re-node", "node")] {
        println!("cargo::rustc-link-arg-bin={program}=-L{here}/{folder}");
        println!("cargo::rerun-if-changed={folder}/memory.x");
    }
    for script in ["link.x", "defmt.x"] {
        println!("cargo::rustc-link-arg-bins=-T{script}");
    }
}
