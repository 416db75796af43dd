//! Headers keep their bits by themselves, whatever a compiler is told, or refuse to compile, and have
//! no warning.

use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{data, downhill};

use super::run;

/// Functions that a board's library has in another way.
const FUNCTIONS: &str = "--precision f32 --optimizer adam --epochs 2 --health 0 --start a=1,b=1 --model formula:a*(sinc(sepal_l)+erf(sepal_w/4)+erfc(petal_l/5)+gamma(1+sepal_l/5)+lgamma(sepal_w+0.3)+log2(1+petal_l)+log1p(sepal_l)+expm1(sepal_w/20)+cbrt(petal_l))+b*(asinh(sepal_l)+acosh(1+sepal_w)+atanh(tanh(petal_l)/2)+atan2(sepal_l,sepal_w)+hypot(sepal_w,petal_l)+sin(99*sepal_l)-cos(sepal_w)*tan(petal_l)+asin(tanh(sepal_l))+acos(tanh(sepal_w))+sinh(sepal_l/9)*cosh(petal_l/9))";
const WIDE_FUNCTIONS: &str = "--precision f64 --optimizer adam --epochs 2 --health 0 --start a=1,b=1 --model formula:a*(sinc(sepal_l)+erf(sepal_w/4)+erfc(petal_l/5)+gamma(1+sepal_l/5)+lgamma(sepal_w+0.3)+log2(1+petal_l)+log1p(sepal_l)+expm1(sepal_w/20)+cbrt(petal_l))+b*(asinh(sepal_l)+acosh(1+sepal_w)+atanh(tanh(petal_l)/2)+atan2(sepal_l,sepal_w)+hypot(sepal_w,petal_l)+sin(99*sepal_l)-cos(sepal_w)*tan(petal_l)+asin(tanh(sepal_l))+acos(tanh(sepal_w))+sinh(sepal_l/9)*cosh(petal_l/9))";

/// A header of a fit on irises, as `model.h`.
fn header(folder: &Path, options: &str) {
    let model = folder.join("model.json");
    let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w", "--out"]);
    fit.arg(&model).args(options.split_whitespace());
    fit.assert().code(0);
    let mut export = downhill(&["export", model.to_str().unwrap(), "--to", "c"]);
    export.args(["--name", "model", "--out"]);
    export.arg(folder.join("model.h")).assert().code(0);
}

/// A program that prints a sum of the bits of many predictions.
fn program(folder: &Path, real: &str) {
    let text = format!(
        "#include <stdio.h>\n#include <string.h>\n#include \"model.h\"
int main(void) {{
    unsigned long long sum = 0;
    unsigned row, at;
    for (row = 0; row < 3000; row++) {{
        {real} features[MODEL_FEATURES], prediction[1];
        for (at = 0; at < MODEL_FEATURES; at++)
            features[at] = ({real})(1 + row * (at + 31) % 97 * 0.0625 + row % 7 * 0.01);
        unsigned long long bits = 0;
        if (model_predict(features, prediction)) return 1;
        memcpy(&bits, prediction, sizeof prediction);
        sum = sum * 1000003u + bits;
    }}
    printf(\"%llx\", sum);
    return 0;
}}\n"
    );
    fs::write(folder.join("main.c"), text).unwrap();
}

/// Builds the program and runs it; `None` where the header refuses the flags.
fn sum(folder: &Path, compiler: &str, flags: &str) -> Option<String> {
    let mut build = Command::new(compiler);
    build.args(flags.split_whitespace());
    build.args(["-Wall", "-Wextra", "main.c", "-o", "main"]);
    let output = build.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("would give other bits") {
        return None;
    }
    assert!(output.status.success(), "{compiler} {flags}: {said}");
    assert_eq!(said, "", "{compiler} {flags}");
    Some(run(&mut Command::new(folder.join("main"))))
}

fn is_there(compiler: &str) -> bool {
    Command::new(compiler).arg("--version").output().is_ok()
}

#[test]
fn no_flag_changes_the_bits_of_a_header() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (options, real) in [
        ("--model mlp:16,8:tanh --epochs 40", "float"),
        ("--model polynomial:3 --epochs 40", "float"),
        (
            "--model formula:a*sepal_l^b+c*sepal_w*petal_l+exp(a*sepal_l)/9 --start a=0.1,b=1,c=1",
            "double",
        ),
        (FUNCTIONS, "float"),
        (WIDE_FUNCTIONS, "double"),
    ] {
        header(folder, options);
        program(folder, real);
        let plain = sum(folder, "cc", "-std=c99 -O0 -ffp-contract=off").unwrap();
        for compiler in ["cc", "gcc", "clang"] {
            if !is_there(compiler) {
                continue;
            }
            for flags in [
                "-O0",
                "-O2",
                "-O2 -march=native",
                "-O3 -march=native -std=gnu17",
                "-Os -march=native",
                "-O2 -march=native -std=c99 -ffp-contract=on",
                "-O3 -march=native -flto",
            ] {
                let own = sum(folder, compiler, flags);
                assert_eq!(own.as_ref(), Some(&plain), "{compiler} {flags}: {options}");
            }
            for flags in ["-Ofast", "-O2 -ffast-math", "-O2 -ffinite-math-only"] {
                assert_eq!(sum(folder, compiler, flags), None, "{compiler} {flags}");
            }
        }
        // GCC keeps them even where it is asked for contraction.
        if is_there("gcc") {
            let own = sum(folder, "gcc", "-O2 -march=native -ffp-contract=fast");
            let is_gcc = Command::new("gcc").arg("--version").output().unwrap();
            if !String::from_utf8_lossy(&is_gcc.stdout).contains("clang") {
                assert_eq!(own, Some(plain), "{options}");
            }
        }
    }
}

#[test]
fn no_header_has_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(
        folder.join("unit.c"),
        "#include \"model.h\"\nint call(const float *x, float *y);
int call(const float *x, float *y) { return model_predict(x, y); }\n",
    )
    .unwrap();
    let arm = "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16";
    for options in [
        "--features sepal_l --model mlp:16,8:relu --epochs 40",
        "--features sepal_l,sepal_w --model mlp:16,8:tanh --epochs 40",
        "--model mlp:7,3:softplus --epochs 40",
        "--precision f32 --model formula:where(sepal_l<5,a,b)*mod(sepal_w,2)+a*floor(petal_l) --start a=1,b=1",
        FUNCTIONS,
    ] {
        header(folder, options);
        for (compiler, target) in [
            ("gcc", ""),
            ("clang", ""),
            ("arm-none-eabi-gcc", arm),
            ("arm-none-eabi-gcc", "-mcpu=cortex-m0 -mthumb"),
        ] {
            if !is_there(compiler) {
                continue;
            }
            for level in ["-O0", "-O2", "-O3", "-Os"] {
                let mut build = Command::new(compiler);
                build.args(target.split_whitespace()).arg(level);
                build.args(["-Wall", "-Wextra", "-S", "unit.c", "-o", "unit.s"]);
                let output = build.current_dir(folder).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert_eq!(said, "", "{compiler} {target} {level}: {options}");
                let text = fs::read_to_string(folder.join("unit.s")).unwrap();
                assert!(
                    !text.contains("vfma") && !text.contains("vfnma"),
                    "{compiler} {level}"
                );
            }
        }
    }
}
