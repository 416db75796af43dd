//! Examples that come with the library: sketches, the package of CMake, and a Makefile.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use downhill_tests::{data, downhill, root};
use tempfile::TempDir;

use super::build::{archive, run};

fn folder() -> std::path::PathBuf {
    root().join("crates/downhill-c")
}

/// Fits a file with these options, and returns the header of the model's recipe.
fn fitted(file: &str, options: &str, name: &str) -> String {
    let folder = TempDir::with_prefix("downhill-c-").unwrap();
    let model = folder.path().join(format!("{name}.json"));
    let model = model.to_str().unwrap();
    let mut arguments = vec!["fit", file];
    arguments.extend(options.split(' '));
    downhill(&[&arguments[..], &["--out", model]].concat())
        .assert()
        .success();
    written(&["recipe", model])
}

/// The header of a recipe.
fn written(arguments: &[&str]) -> String {
    let written = downhill(&[arguments, &["--to", "c"]].concat())
        .assert()
        .success();
    String::from_utf8(written.get_output().stdout.clone()).unwrap()
}

/// Compares a header with the one that stands beside a sketch.
fn compare(path: &Path, header: &str) {
    match env::var_os("DOWNHILL_OVERWRITE") {
        Some(_) => fs::write(path, header).unwrap(),
        None => assert_eq!(
            fs::read_to_string(path).unwrap_or_default(),
            header,
            "{}",
            path.display()
        ),
    }
}

/// Runs a sketch beside simulated sensors, with the header of its recipe; what it prints.
fn sketch(name: &str, recipe: &str, header: &str) -> String {
    let sketch = folder().join("arduino/Downhill/examples").join(name);
    compare(&sketch.join(recipe), header);
    let (checks, out) = (
        folder().join("checks/arduino"),
        TempDir::with_prefix("downhill-c-").unwrap(),
    );
    let program = out.path().join("program");
    let mut command = Command::new("c++");
    command.args([
        "-std=c++17",
        "-O1",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-ffp-contract=off",
        "-x",
        "c++",
    ]);
    command.args(
        [&checks, &folder().join("include"), &sketch]
            .map(|folder| format!("-I{}", folder.display())),
    );
    command
        .arg(sketch.join(format!("{name}.ino")))
        .arg(checks.join(format!("{name}.cpp")));
    command.args(["-x", "none"]).arg(archive(None, None));
    run(command.arg("-lm").arg("-o").arg(&program));
    run(&mut Command::new(program))
}

/// The page shows the program as it is compiled.
#[test]
fn the_page_has_the_example() {
    let program = fs::read_to_string(folder().join("examples/thermistor.c")).unwrap();
    let page = fs::read_to_string(root().join("docs/c.md")).unwrap();
    assert!(
        page.contains(&format!("```c\n{program}```")),
        "docs/c.md: copy examples/thermistor.c"
    );
}

fn celsius() -> String {
    let file = folder().join("checks/arduino/thermistor.csv");
    let options = "--target celsius --model polynomial:3 --schedule constant --epochs 300";
    fitted(file.to_str().unwrap(), options, "celsius")
}

/// The thermistor is another one than the fit began with: 4 degrees off at first, then 0.2.
#[test]
fn a_sketch_calibrates_a_thermistor() {
    let header = celsius();
    compare(&folder().join("examples/celsius_recipe.h"), &header);
    let printed = sketch("Thermistor", "celsius_recipe.h", &header);
    let lines: Vec<&str> = printed.lines().collect();
    let number = |line: &str| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
    let first = number(lines[0]) - 50.0;
    let [.., told, truth] = lines[..] else {
        unreachable!()
    };
    let last = number(told) - number(truth);
    assert!(first.abs() > 2.0 && last.abs() < 0.5, "{first} {last}");
}

#[test]
fn a_sketch_adapts_a_classifier() {
    let options = "--target Occupancy --features Temperature,Light,CO2 --model logistic --optimizer sgd --lr 0.01";
    let header = fitted(&data("occupancy.csv"), options, "occupancy");
    let printed = sketch("Classify", "occupancy_recipe.h", &header);
    let wrong: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("wrong"))
        .collect();
    assert_eq!(wrong, ["wrong 44", "wrong 261", "wrong 0"]);
}

#[test]
fn a_sketch_guards_what_is_normal() {
    let file = folder().join("checks/arduino/vibration.csv");
    let options = [
        "--model",
        "autoencoder:2",
        "--schedule",
        "constant",
        "--health",
        "0",
        "--name",
        "guard",
    ];
    let header = written(&[&["recipe", file.to_str().unwrap()], &options[..]].concat());
    let printed = sketch("NormalGuard", "guard_recipe.h", &header);
    let last = printed.lines().last().unwrap();
    let numbers = last.split(' ').filter_map(|word| word.parse::<u32>().ok());
    let [false_alarms, _, alarms, _] = numbers.collect::<Vec<_>>()[..] else {
        unreachable!("{last}")
    };
    assert!(false_alarms < 8 && alarms > 400, "{last}");
}

/// The folder of `cargo xtask dist c`, used as its page says; the same bits on both.
#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn the_package_builds_for_this_machine_and_for_a_board() {
    run(Command::new(env!("CARGO"))
        .args(["xtask", "dist", "c"])
        .current_dir(root()));
    let package = root().join("target/c/downhill");
    let out = TempDir::with_prefix("downhill-c-").unwrap();
    let build = out.path().to_str().unwrap();
    let mut cmake = Command::new("cmake");
    cmake
        .args(["-S", "examples/cmake", "-B", build])
        .arg(format!("-DCMAKE_PREFIX_PATH={}", package.display()));
    run(cmake
        .arg("-DCMAKE_C_FLAGS=-ffp-contract=off")
        .current_dir(&package));
    run(Command::new("cmake").args(["--build", build]));
    let on_host = run(&mut Command::new(out.path().join("thermistor")));

    let mut make = Command::new("make");
    make.args(["--silent", "-C", "examples/makefile", "run"])
        .current_dir(&package);
    // The same flags are Clang's.
    if Command::new("arm-none-eabi-gcc")
        .arg("--version")
        .output()
        .is_err()
    {
        make.args([
            "CC=clang --target=thumbv7em-none-eabihf -fuse-ld=lld",
            "LIBGCC=",
        ]);
    }
    let on_board = run(&mut make);
    run(Command::new("make")
        .args(["--silent", "-C", "examples/makefile", "clean"])
        .current_dir(&package));
    assert!(
        on_host.starts_with("within half a degree, fingerprint "),
        "{on_host}"
    );
    assert_eq!(on_host, on_board);
    for processor in [
        "cortex-m0",
        "cortex-m0plus",
        "cortex-m3",
        "cortex-m4/fpv4-sp-d16-hard",
        "cortex-m4",
        "cortex-m7",
        "cortex-m33",
    ] {
        let archive = package
            .join("arduino/Downhill/src")
            .join(processor)
            .join("libdownhill.a");
        assert!(archive.is_file(), "{}", archive.display());
    }
}
