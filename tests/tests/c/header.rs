use std::{env, fs};

use downhill_tests::root;

/// `include/downhill.h` is what cbindgen makes of the crate.
#[test]
fn the_header_is_that_of_the_calls() {
    let folder = root().join("crates/downhill-c");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in ["calls", "fit", "size", "status", "verdict"] {
        builder = builder.with_src(folder.join(format!("src/{file}.rs")));
    }
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    let text = String::from_utf8(text).unwrap();
    let path = folder.join("include/downhill.h");
    match env::var_os("DOWNHILL_OVERWRITE") {
        Some(_) => fs::write(path, text).unwrap(),
        None => assert_eq!(text, fs::read_to_string(path).unwrap_or_default()),
    }
}
