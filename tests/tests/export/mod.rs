//! Exported models predict with the bits of `downhill predict`: as Rust and as C, on the host and
//! on an emulated Cortex-M4F.

mod compilers;
mod detectors;
mod integers;
mod label_tables;
mod origins;
mod signals;
mod sweeps;
mod tables;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use downhill_tests::{data, downhill, irises_of_two_classes, stderr, stdout};

/// Every kind of model, hidden unit and link, and both precisions. Without a target they predict
/// an amount.
const FITS: &[&str] = &[
    "",
    "--features sepal_l --scaler none",
    "--model polynomial:3 --scaler minmax",
    "--model mlp:7:relu",
    "--model mlp:6,5:leaky_relu",
    "--model mlp:5,4,3:tanh --no-standardize-target",
    "--model mlp:6:sigmoid",
    "--model mlp:6:softplus",
    "--model mlp:6:identity",
    "--loss poisson",
    "--target virginica",
    "--target virginica --loss hinge",
    "--target virginica --threshold 0.3",
    "--target species",
    "--target species --model mlp:9:tanh",
    "--precision f64",
    "--precision f64 --model mlp:5,4:tanh",
    "--precision f64 --model mlp:6:softplus --target virginica",
    "--precision f64 --model mlp:4:sigmoid --target species",
    "--precision f64 --loss poisson",
    "--precision f32 --model formula:a*exp(-b*abs(sepal_l))+tanh(sepal_w)*c-petal_l^3/100 --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f32 --model formula:a*log(abs(sepal_l)+b^2)+c*log10(sepal_w^-2+2)-1/sqrt(1+abs(petal_l)) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f32 --model formula:a*(sepal_l^2+1)^b+(max(sepal_w,-2)/9)^5-max(petal_l,0.5)^c+min(sepal_l,3) --start a=1,b=0.3,c=0.5 --optimizer adam --health 0",
    "--precision f32 --model formula:log(petal_w)=a+b*sepal_l+c*sepal_w+d*petal_l --start a=0,b=0,c=0,d=0",
    "--precision f32 --model formula:a+b*sepal_l+c*sepal_w+d*petal_l --start a=0,b=0,c=0,d=0 --optimizer adam --health 0",
    "--precision f32 --target virginica --model formula:a+b*sepal_l+c*sepal_w+d*petal_l^3 --start a=0,b=0,c=0,d=0 --loss cross_entropy --optimizer adam --health 0",
    "--precision f32 --model formula:a+b*sin(sepal_l)-cos(sepal_w)*tan(petal_l)*c+asin(tanh(sepal_l))+acos(tanh(sepal_w))-atan(petal_l)+d*sinh(sepal_l/9)*cosh(petal_l/9) --start a=1,b=1,c=1,d=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a*exp(-b*abs(sepal_l))+tanh(sepal_w)*c-petal_l^3/100 --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a*log(abs(sepal_l)+b^2)+c*log10(sepal_w^-2+2)-1/sqrt(1+abs(petal_l)) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a*(sepal_l^2+1)^b+(max(sepal_w,-2)/9)^5-max(petal_l,0.5)^c+min(sepal_l,3) --start a=1,b=0.3,c=0.5 --optimizer adam --health 0",
    "--precision f32 --model formula:a*where(sepal_l<sepal_w,mod(sepal_l,1.5),floor(sepal_w))+b*sign(petal_l-5)*ceil(sepal_w/3)+c*heaviside(petal_l)*(-sepal_l%-0.7)+(petal_l>4)*(sepal_l>=5|!(sepal_w!=3))+where(petal_l<=2,a,where(petal_l==5,b,where(sepal_w,c,1)))+((sepal_l<4)&(sepal_w<4)) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f32 --model formula:a*sinc(sepal_l)+b*erf(sepal_w/4)+c*erfc(petal_l/5)+gamma(1+abs(sepal_l)/5)+lgamma(abs(sepal_w)+0.3)+log2(1+abs(petal_l))+log1p(abs(sepal_l))+expm1(sepal_w/20)+cbrt(petal_l)+asinh(sepal_l)+acosh(1+abs(sepal_w))+atanh(tanh(petal_l)/2)+atan2(sepal_l,sepal_w)+hypot(sepal_w,petal_l) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f32 --model formula:a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+1)))))))))))) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a*where(sepal_l<sepal_w,mod(sepal_l,1.5),floor(sepal_w))+b*sign(petal_l-5)*ceil(sepal_w/3)+c*heaviside(petal_l)*(-sepal_l%-0.7)+(petal_l>4)*(sepal_l>=5|!(sepal_w!=3))+where(petal_l<=2,a,where(petal_l==5,b,where(sepal_w,c,1)))+((sepal_l<4)&(sepal_w<4)) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a*sinc(sepal_l)+b*erf(sepal_w/4)+c*erfc(petal_l/5)+gamma(1+abs(sepal_l)/5)+lgamma(abs(sepal_w)+0.3)+log2(1+abs(petal_l))+log1p(abs(sepal_l))+expm1(sepal_w/20)+cbrt(petal_l)+asinh(sepal_l)+acosh(1+abs(sepal_w))+atanh(tanh(petal_l)/2)+atan2(sepal_l,sepal_w)+hypot(sepal_w,petal_l) --start a=1,b=1,c=1 --optimizer adam --health 0",
    "--precision f64 --model formula:a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+sepal_l/(b+sepal_w/(c-petal_l*(a+1)))))))))))) --start a=1,b=1,c=1 --optimizer adam --health 0",
];

/// One model, fitted and exported, and what it predicts.
struct Case {
    name: String,
    real: &'static str,
    /// The features of each row, as they are in the file.
    rows: Vec<Vec<f64>>,
    /// The bits of each prediction, and the class.
    expected: String,
    outputs: usize,
    classes: bool,
}

/// Fits, exports and predicts everything into a folder.
fn cases(folder: &Path) -> Vec<Case> {
    let rows = folder.join("rows.csv");
    fs::write(&rows, wide_rows()).unwrap();
    let case = |(at, options): (usize, &&str)| case(folder, &rows, at, options);
    FITS.iter().enumerate().map(case).collect()
}

fn case(folder: &Path, rows: &Path, at: usize, options: &str) -> Case {
    let name = format!("case_{at}");
    let path = |extension: &str| folder.join(format!("{name}.{extension}"));
    let model = path("json");
    let iris = folder.join("iris.csv");
    fs::write(&iris, irises_of_two_classes()).unwrap();
    let mut fit = downhill(&["fit", iris.to_str().unwrap(), "--out"]);
    fit.arg(&model);
    if !options.contains("formula:") || options.contains("--optimizer") {
        fit.args(["--epochs", "40"]);
    }
    if !options.contains("--target") {
        fit.args(["--target", "petal_w"]);
    }
    if !options.contains("--features") && !options.contains("formula:") {
        fit.args(["--features", "sepal_l,sepal_w,petal_l"]);
    }
    fit.args(options.split_whitespace()).assert().code(0);
    for (language, extension) in [("rust", "rs"), ("c", "h")] {
        let mut export = downhill(&["export", model.to_str().unwrap(), "--to", language]);
        if language == "c" {
            export.args(["--name", &name]);
        }
        export.arg("--out").arg(path(extension));
        export.assert().code(0);
    }
    let mut predict = downhill(&["predict", model.to_str().unwrap()]);
    let predicted = stdout(&predict.arg(rows).assert().code(0));
    let real = if options.contains("f64") {
        "f64"
    } else {
        "f32"
    };
    let (header, lines) = predicted.split_once('\n').unwrap();
    let classes = header.ends_with(",class");
    let outputs = header.split(',').count() - usize::from(classes);
    let mut expected = String::new();
    for line in lines.lines() {
        let mut cells: Vec<&str> = line.split(',').collect();
        let class = if classes { cells.pop() } else { None };
        for cell in cells {
            write!(expected, "{} ", bits(real, cell.parse().unwrap())).unwrap();
        }
        writeln!(expected, "{}", class.unwrap_or("0")).unwrap();
    }
    let narrow = options.contains("sepal_l --scaler");
    let width = if narrow { 1 } else { 3 };
    let rows = fs::read_to_string(rows).unwrap();
    let features = |line: &str| {
        let cells = line.split(',').take(width);
        cells.map(|cell| cell.parse().unwrap()).collect()
    };
    let rows = rows.lines().skip(1).map(features).collect();
    Case {
        name,
        real,
        rows,
        expected,
        outputs,
        classes,
    }
}

/// The bits of a number in a precision, in hexadecimal.
fn bits(real: &str, number: f64) -> String {
    match real {
        "f32" => format!("{:x}", (number as f32).to_bits()),
        _ => format!("{:x}", number.to_bits()),
    }
}

/// Rows around and far beyond those of the fit: each activation in all of its branches.
fn wide_rows() -> String {
    let mut text = String::from("sepal_l,sepal_w,petal_l\n");
    for at in 0..24 {
        let far = [0.1, 1.0, 3.0, 20.0][at % 4];
        let cell = |k: usize| 5.0 + far * (((at * 7 + k * 13) % 19) as f64 - 9.0) / 9.0;
        writeln!(
            text,
            "{:?},{:?},{:?}",
            cell(0) as f32,
            cell(1) as f32,
            cell(2) as f32
        )
        .unwrap();
    }
    text
}

fn run(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A function of Rust that prints what a module predicts; `print` is a macro.
fn rust_printer(case: &Case, print: &str) -> String {
    let Case { name, real, .. } = case;
    let class = match case.classes {
        true => format!("{name}::class(&prediction)"),
        false => "0".into(),
    };
    let rows: String = case.rows.iter().map(|row| format!("{row:?},")).collect();
    format!(
        "#[path = \"{name}.rs\"] mod {name};
fn rust_{name}() {{
    assert_eq!({name}::NAMES.len(), {name}::FEATURES);
    let rows: [[{real}; {name}::FEATURES]; {}] = [{rows}];
    for row in &rows {{
        let prediction = {name}::predict(row).unwrap();
        for number in &prediction {{ {print}!(\"{{:x}} \", number.to_bits()); }}
        {print}!(\"{{}}\\n\", {class});
    }}
    let mut row = rows[0];
    row[0] = {real}::INFINITY;
    assert_eq!({name}::predict(&row), None);
}}\n",
        case.rows.len()
    )
}

/// A function of C with a name that a linker sees.
fn c_wrapper(case: &Case) -> String {
    let (name, real) = (&case.name, c_type(case));
    let class = match case.classes {
        true => format!("{name}_class(prediction)"),
        false => "0".into(),
    };
    format!(
        "#include \"{name}.h\"
int c_{name}(const {real} *features, {real} *prediction, int *class_of);
int c_{name}(const {real} *features, {real} *prediction, int *class_of) {{
    int failed = {name}_predict(features, prediction);
    *class_of = {class};
    return failed;
}}\n"
    )
}

fn c_type(case: &Case) -> &'static str {
    if case.real == "f32" {
        "float"
    } else {
        "double"
    }
}

/// Calls [`c_wrapper`]'s function from Rust.
fn c_printer(case: &Case, print: &str) -> String {
    let Case { name, real, .. } = case;
    let rows: String = case.rows.iter().map(|row| format!("{row:?},")).collect();
    format!(
        "unsafe extern \"C\" {{
    fn c_{name}(features: *const {real}, prediction: *mut {real}, class: *mut i32) -> i32;
}}
fn print_c_{name}() {{
    let rows: [[{real}; {}]; {}] = [{rows}];
    let (mut prediction, mut class) = ([0.0; {}], 0);
    for row in &rows {{
        // SAFETY: the arrays have the lengths that the header states.
        let failed = unsafe {{ c_{name}(row.as_ptr(), prediction.as_mut_ptr(), &mut class) }};
        assert_eq!(failed, 0);
        for number in &prediction {{ {print}!(\"{{:x}} \", number.to_bits()); }}
        {print}!(\"{{class}}\\n\");
    }}
    let mut row = rows[0];
    row[0] = {real}::NAN;
    // SAFETY: as above.
    let failed = unsafe {{ c_{name}(row.as_ptr(), prediction.as_mut_ptr(), &mut class) }};
    assert_eq!(failed, -1);
}}\n",
        case.rows[0].len(),
        case.rows.len(),
        case.outputs
    )
}

/// The source that goes through all cases, in both languages.
fn source(cases: &[Case], print: &str, enter: &str) -> String {
    let mut text = String::new();
    let mut calls = String::new();
    for case in cases {
        text += &rust_printer(case, print);
        writeln!(calls, "    rust_{}();", case.name).unwrap();
        text += &c_printer(case, print);
        writeln!(calls, "    print_c_{}();", case.name).unwrap();
    }
    format!("{text}fn {enter}() {{\n{calls}}}\n")
}

fn compile_c(folder: &Path, cases: &[Case], compiler: &[&str]) {
    for case in cases {
        let source = folder.join(format!("{}.c", case.name));
        fs::write(&source, c_wrapper(case)).unwrap();
        let mut command = Command::new(compiler[0]);
        command.args(&compiler[1..]);
        command.args(["-std=c99", "-O2", "-ffp-contract=off", "-Wall", "-Wextra"]);
        command.args(["-pedantic", "-Werror", "-c", "-o"]);
        command.arg(source.with_extension("o")).arg(&source);
        run(command.current_dir(folder));
    }
}

fn check(printed: &str, cases: &[Case]) {
    let mut lines = printed.lines();
    for (case, fit) in cases.iter().zip(FITS) {
        for language in ["Rust", "C"] {
            for (row, expected) in case.expected.lines().enumerate() {
                let printed = lines.next();
                assert_eq!(printed, Some(expected), "{language}, `{fit}`, row {row}");
            }
        }
    }
    assert_eq!(lines.next(), None);
}

fn rustc() -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2024", "-Copt-level=1", "-D", "warnings"]);
    command
}

/// Builds and runs `main.rs` in a folder, with the crate that some modules need.
fn cargo_run(folder: &Path, cases: &[Case]) -> Command {
    let objects = cases.iter().map(|case| {
        let object = folder.join(format!("{}.o", case.name));
        format!(
            "    println!(\"cargo::rustc-link-arg={}\");\n",
            object.display()
        )
    });
    let objects: String = objects.collect();
    fs::write(
        folder.join("build.rs"),
        format!("fn main() {{\n{objects}}}\n"),
    )
    .unwrap();
    let manifest = format!(
        "[package]
name = \"exported\"
edition = \"2024\"
[[bin]]
name = \"exported\"
path = \"main.rs\"
[dependencies]
libm = \"={}\"
[lints.rust]
warnings = \"deny\"
dead_code = \"allow\"
[workspace]
",
        libm_of_the_workspace()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "run",
            "--quiet",
            "--offline",
            "--config",
            "profile.dev.opt-level=1",
        ])
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported-host"))
        .current_dir(folder);
    cargo
}

/// The version of `libm` that the workspace is built with, which modules ask for.
fn libm_of_the_workspace() -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let (_, after) = lock.split_once("name = \"libm\"\nversion = \"").unwrap();
    after.split('"').next().unwrap().into()
}

/// A formula's module says which `libm` has our bits, and C, which has no such sine, sends to Rust.
#[test]
fn a_formula_says_what_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let mut fit = downhill(&[
        "fit",
        &data("iris.csv"),
        "--target",
        "petal_w",
        "--out",
        model,
    ]);
    fit.args([
        "--model",
        "formula: a + b*sin(petal_l)",
        "--start",
        "a=1,b=1",
    ]);
    fit.assert().code(0);
    let module = stdout(
        &downhill(&["export", model, "--to", "rust"])
            .assert()
            .code(0),
    );
    let needs = format!(
        "Needs the crate `libm`, version {}",
        libm_of_the_workspace()
    );
    assert!(module.contains(&needs), "{module}");
    assert!(
        module.contains("PARAMETERS[0] + (PARAMETERS[1] * libm::sin(units[0]))"),
        "{module}"
    );
    // A header brings its own, and no library's.
    let header = stdout(&downhill(&["export", model, "--to", "c"]).assert().code(0));
    assert!(
        header.contains("double petal_w_sin(double x) {"),
        "{header}"
    );
    assert!(!header.contains("math.h"), "{header}");
}

#[test]
fn every_model_predicts_the_same_bits_as_rust_and_as_c() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cases = cases(folder);
    let main = source(&cases, "print", "main");
    fs::write(folder.join("main.rs"), main).unwrap();
    for compiler in ["cc", "clang"] {
        // The linker is `cc`, so that there is one; a second compiler is as good a witness.
        let there = Command::new(compiler).arg("--version").output().is_ok();
        if compiler == "cc" || there {
            compile_c(folder, &cases, &[compiler]);
            check(&run(&mut cargo_run(folder, &cases)), &cases);
        }
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn every_model_predicts_the_same_bits_on_an_emulated_board() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exported");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let cases = cases(&folder);
    let main = source(&cases, "semihosting::print", "cases");
    fs::write(folder.join("cases.rs"), main).unwrap();
    let target = [
        "clang",
        "--target=thumbv7em-none-eabihf",
        "-mfpu=fpv4-sp-d16",
        "-ffreestanding",
    ];
    compile_c(&folder, &cases, &target);
    let mut xtask = Command::new(env!("CARGO"));
    xtask
        .args(["xtask", "exported"])
        .arg(&folder)
        .current_dir(root());
    check(&run(&mut xtask), &cases);
}

/// A module is a crate without std as it stands.
#[test]
fn the_module_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rows = folder.path().join("rows.csv");
    fs::write(&rows, wide_rows()).unwrap();
    let case = case(folder.path(), &rows, 0, "--model mlp:4:tanh");
    let crate_of = format!("#![no_std]\npub mod {};\n", case.name);
    fs::write(folder.path().join("lib.rs"), crate_of).unwrap();
    let mut build = rustc();
    build.args(["--crate-type", "lib", "lib.rs"]);
    run(build.current_dir(folder.path()));
    let text = fs::read_to_string(folder.path().join("case_0.h")).unwrap();
    let includes: Vec<&str> = text.lines().filter(|l| l.starts_with("#include")).collect();
    assert_eq!(
        includes,
        [
            "#include <float.h>",
            "#include <stddef.h>",
            "#include <stdint.h>"
        ]
    );
}

#[test]
fn what_is_no_model_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.h");
    let mut export = downhill(&["export", &data("iris.csv"), "--to", "c", "--out"]);
    let error = stderr(&export.arg(&out).assert().code(1));
    assert!(
        error.contains("iris.csv, line 1, column 1: this is not a whole Downhill model"),
        "{error}"
    );
    assert!(!out.exists());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
