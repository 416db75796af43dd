//! Exported models predict with the bits of `downhill predict`: as Rust and as C, on the host and
//! on an emulated Cortex-M4F.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use downhill::Real;
use downhill_tests::{data, downhill, stderr, stdout};

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
    fs::write(&iris, with_two_classes()).unwrap();
    let mut fit = downhill(&["fit", iris.to_str().unwrap(), "--epochs", "40", "--out"]);
    fit.arg(&model);
    if !options.contains("--target") {
        fit.args(["--target", "petal_w"]);
    }
    if !options.contains("--features") {
        fit.args(["--features", "sepal_l,sepal_w,petal_l"]);
    }
    fit.args(options.split_whitespace()).assert().code(0);
    for (language, extension) in [("rust", "rs"), ("c", "h")] {
        let mut export = downhill(&["export", model.to_str().unwrap(), "--to", language]);
        export.args(["--name", &name, "--out"]).arg(path(extension));
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

/// The irises, with a target of two classes beside that of three.
fn with_two_classes() -> String {
    let text = fs::read_to_string(data("iris.csv")).unwrap();
    let mut lines = text.lines();
    let mut wider = format!("{},virginica\n", lines.next().unwrap());
    for line in lines {
        writeln!(wider, "{line},{}", u8::from(line.ends_with(",2"))).unwrap();
    }
    wider
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
        text += &c_printer(case, print);
        write!(calls, "    rust_{0}();\n    print_c_{0}();\n", case.name).unwrap();
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
    let expected: Vec<String> = cases
        .iter()
        .flat_map(|case| [case.expected.clone(), case.expected.clone()])
        .collect();
    let mut lines = printed.lines();
    for (at, expected) in expected.iter().enumerate() {
        let language = ["Rust", "C"][at % 2];
        for (row, expected) in expected.lines().enumerate() {
            let fit = FITS[at / 2];
            assert_eq!(
                lines.next(),
                Some(expected),
                "{language}, `{fit}`, row {row}"
            );
        }
    }
    assert_eq!(lines.next(), None);
}

fn rustc() -> Command {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2024", "-Copt-level=1", "-D", "warnings"]);
    command
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
            let mut build = rustc();
            build.args(["main.rs", "-o", "main", "-A", "dead_code"]);
            for case in &cases {
                build.arg(format!("-Clink-arg={}.o", case.name));
            }
            run(build.current_dir(folder));
            check(&run(&mut Command::new(folder.join("main"))), &cases);
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

/// Functions of the support that a sweep goes through: the fit that exports it, its name, its
/// range, and the core's.
#[allow(clippy::type_complexity)]
const SWEEPS: &[(&str, &str, [f64; 2], fn(f64) -> f64)] = &[
    ("--model mlp:3:tanh", "tanh", [-20.0, 20.0], |x| {
        (x as f32).tanh_bits()
    }),
    ("--model mlp:3:tanh", "exp_unit", [-200.0, 0.0], |x| {
        (x as f32).exp_unit_bits()
    }),
    ("--model mlp:3:softplus", "ln_1p_unit", [0.0, 1.0], |x| {
        (x as f32).ln_1p_unit_bits()
    }),
    ("--loss poisson", "exp", [-110.0, 95.0], |x| {
        (x as f32).exp_bits()
    }),
    (
        "--precision f64 --model mlp:3:tanh",
        "tanh",
        [-25.0, 25.0],
        |x| x.tanh_bits(),
    ),
    (
        "--precision f64 --model mlp:3:softplus",
        "exp_unit",
        [-760.0, 0.0],
        |x| x.exp_unit_bits(),
    ),
    (
        "--precision f64 --model mlp:3:softplus",
        "ln_1p_unit",
        [0.0, 1.0],
        |x| x.ln_1p_unit_bits(),
    ),
    (
        "--precision f64 --loss poisson",
        "exp",
        [-760.0, 715.0],
        |x| x.exp_bits(),
    ),
];

/// The core's functions by name, their results exactly as an `f64`.
trait Core: Real {
    fn tanh_bits(self) -> f64 {
        self.tanh().to_f64()
    }
    fn exp_unit_bits(self) -> f64 {
        self.exp_unit().to_f64()
    }
    fn ln_1p_unit_bits(self) -> f64 {
        self.ln_1p_unit().to_f64()
    }
    fn exp_bits(self) -> f64 {
        self.exp().to_f64()
    }
}

impl<T: Real> Core for T {}

const POINTS: u32 = 100_000;

/// A sum that every bit of every value tells in.
fn mixed(values: impl Iterator<Item = f64>) -> u64 {
    values.fold(0, |sum: u64, value| {
        sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ value.to_bits()
    })
}

#[test]
fn the_functions_are_the_cores_over_sweeps() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = folder.join("rows.csv");
    fs::write(&rows, wide_rows()).unwrap();
    for (at, (options, function, [from, to], core)) in SWEEPS.iter().enumerate() {
        let case = case(folder, &rows, at, options);
        let (name, real) = (&case.name, c_type(&case));
        let point = |k: u32| {
            let x = from + (to - from) * f64::from(k) / f64::from(POINTS);
            // Small numbers too, of both signs where the range has them.
            if k.is_multiple_of(7) { x * 1e-9 } else { x }
        };
        let narrow = |x: f64| {
            if case.real == "f32" {
                f64::from(x as f32)
            } else {
                x
            }
        };
        let expected = mixed((0..=POINTS).map(|k| core(narrow(point(k)))));

        let c = format!(
            "#include <stdio.h>\n#include \"{name}.h\"
int main(void) {{
    union {{ double number; uint64_t bits; }} word;
    uint64_t sum = 0;
    unsigned k;
    for (k = 0; k <= {POINTS}; k++) {{
        double x = {from:?} + ({to:?} - {from:?}) * (double)k / {POINTS}.0;
        if (k % 7 == 0) x = x * 1e-9;
        word.number = {name}_{function}(({real})x);
        sum = (sum * 0x9e3779b97f4a7c15u) ^ word.bits;
    }}
    printf(\"%llu\\n\", (unsigned long long)sum);
    return 0;
}}\n"
        );
        fs::write(folder.join("sweep.c"), c).unwrap();
        let mut build = Command::new("cc");
        build.args(["-std=c99", "-O2", "sweep.c", "-o", "sweep"]);
        run(build.current_dir(folder));
        let swept = run(&mut Command::new(folder.join("sweep")));
        assert_eq!(
            swept.trim(),
            expected.to_string(),
            "C, {function} of `{options}`"
        );

        let module = fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap();
        let rust = format!(
            "{module}\nfn main() {{
    let mut sum = 0u64;
    for k in 0..={POINTS}u32 {{
        let mut x = {from:?} + ({to:?} - {from:?}) * f64::from(k) / {POINTS}.0;
        if k % 7 == 0 {{ x *= 1e-9; }}
        let value = {function}(x as {real});
        sum = sum.wrapping_mul(0x9e3779b97f4a7c15) ^ (value as f64).to_bits();
    }}
    println!(\"{{sum}}\");
}}\n",
            real = case.real
        );
        fs::write(folder.join("sweep.rs"), rust).unwrap();
        let mut build = rustc();
        build.args(["-A", "dead_code", "sweep.rs", "-o", "sweep"]);
        run(build.current_dir(folder));
        let swept = run(&mut Command::new(folder.join("sweep")));
        assert_eq!(
            swept.trim(),
            expected.to_string(),
            "Rust, {function} of `{options}`"
        );
    }
}

#[test]
fn what_is_no_model_is_not_exported() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.h");
    let mut export = downhill(&["export", &data("iris.csv"), "--to", "c", "--out"]);
    let error = stderr(&export.arg(&out).assert().code(1));
    assert!(
        error.contains("iris.csv is not a whole Downhill model"),
        "{error}"
    );
    assert!(!out.exists());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
