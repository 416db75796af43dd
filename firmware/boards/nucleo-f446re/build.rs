//! Tells the linker where this board's memory is: the node leaves some of the flash to its store.

fn main() {
    let here = env!("CARGO_MANIFEST_DIR");
    for (program, folder) in [("nucleo-f446re", "lab"), ("nucleo-f446re-node", "node")] {
        println!("cargo::rustc-link-arg-bin={program}=-L{here}/{folder}");
        println!("cargo::rerun-if-changed={folder}/memory.x");
    }
}
