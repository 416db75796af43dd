//! Wrong calls get a status, and change nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{data, downhill, root};
use tempfile::TempDir;

use super::build::{archive, on_host, run};

/// Writes the recipe of a small classifier into a folder, and into the names of its header.
fn write(folder: &Path, name: &str, options: &[&str]) {
    let header = folder.join(match name {
        "subject" => "recipe.h",
        _ => "other.h",
    });
    let irises = data("iris.csv");
    let mut arguments = vec!["recipe", &irises, "--target", "species"];
    arguments.extend(options);
    arguments.extend(["--to", "c", "--name", name, "--out"]);
    arguments.push(header.to_str().unwrap());
    downhill(&arguments).assert().success();
}

/// A folder with such a recipe, and another one.
fn recipes(options: &[&str]) -> TempDir {
    let folder = TempDir::with_prefix("downhill-c-").unwrap();
    write(folder.path(), "subject", options);
    write(folder.path(), "other", &["--model", "mlp:5"]);
    folder
}

#[test]
fn misuse_gets_a_status_and_changes_nothing() {
    let archive = archive(None, None);
    for options in [
        &["--model", "mlp:4", "--health", "0"][..],
        &["--precision", "q15"],
    ] {
        let folder = recipes(options);
        let printed = on_host("misuse.c", folder.path(), &archive);
        let cases: u32 = printed.split(' ').next().unwrap().parse().unwrap();
        assert!(cases > 60 && printed.ends_with(" 0 wrong\n"), "{printed}");
    }
}

#[test]
fn the_headers_are_of_c_plus_plus_too() {
    let folder = recipes(&[]);
    let source = folder.path().join("program.cpp");
    fs::write(
        &source,
        "#include \"recipe.h\"\n\
         static uint8_t memory[SUBJECT_BUFFER];\n\
         static_assert(sizeof(downhill_verdict) == 24, \"the layout of a verdict\");\n\
         int main() {\n    downhill_fit *fit = nullptr;\n    \
         const downhill_status status = downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe, &fit);\n    \
         return status == DOWNHILL_STATUS_OK ? 0 : static_cast<int>(status);\n}\n",
    )
    .unwrap();
    let program = folder.path().join("program");
    let mut command = Command::new("c++");
    command.args([
        "-std=c++17",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-I",
    ]);
    command.arg(root().join("crates/downhill-c/include"));
    run(command
        .arg(&source)
        .arg(archive(None, None))
        .arg("-lm")
        .arg("-o")
        .arg(&program));
    run(&mut Command::new(program));
}
