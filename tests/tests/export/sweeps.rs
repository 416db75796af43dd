//! The functions that are written down with a model have the core's bits over sweeps.

use std::fs;
use std::process::Command;

use downhill::dual::{Dual, Scalar, SpecialScalar};
use downhill::{Real, Special};
use downhill_tests::{data, downhill, is_long};

use super::{c_type, case, run, rustc, wide_rows};

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

/// A sum that every bit of every value tells in.
fn mixed(values: impl Iterator<Item = f64>) -> u64 {
    values.fold(0, |sum: u64, value| {
        sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ value.to_bits()
    })
}

/// Over 10,000 points, or 100,000 in the long form.
#[test]
fn the_functions_are_the_cores_over_sweeps() {
    let points: u32 = if is_long() { 100_000 } else { 10_000 };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = folder.join("rows.csv");
    fs::write(&rows, wide_rows()).unwrap();
    for (at, (options, function, [from, to], core)) in SWEEPS.iter().enumerate() {
        let case = case(folder, &rows, at, options);
        let (name, real) = (&case.name, c_type(&case));
        let point = |k: u32| {
            let x = from + (to - from) * f64::from(k) / f64::from(points);
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
        let expected = mixed((0..=points).map(|k| core(narrow(point(k)))));

        let c = format!(
            "#include <stdio.h>\n#include \"{name}.h\"
int main(void) {{
    union {{ double number; uint64_t bits; }} word;
    uint64_t sum = 0;
    unsigned k;
    for (k = 0; k <= {points}; k++) {{
        double x = {from:?} + ({to:?} - {from:?}) * (double)k / {points}.0;
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
    for k in 0..={points}u32 {{
        let mut x = {from:?} + ({to:?} - {from:?}) * f64::from(k) / {points}.0;
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

/// Ports of functions of `libm` to C: the fit that exports it, its call on `x` and `y`, and the
/// core's.
type Port = (
    &'static str,
    &'static str,
    fn(f64, f64) -> f64,
    fn(f32, f32) -> f32,
);

const PORTS: &[Port] = &[
    (
        "log(abs(petal_l))",
        "ln(x)",
        |x, _| Real::ln(x),
        |x, _| Real::ln(x),
    ),
    (
        "log10(abs(petal_l))",
        "log10(x)",
        |x, _| Real::log10(x),
        |x, _| Real::log10(x),
    ),
    (
        "sqrt(abs(petal_l))",
        "sqrt(x)",
        |x, _| Real::sqrt(x),
        |x, _| Real::sqrt(x),
    ),
    (
        "abs(petal_l)^sepal_w",
        "pow(x, y)",
        |x, y| Real::pow(x, y),
        |x, y| Real::pow(x, y),
    ),
    (
        "abs(petal_l)",
        "abs(x)",
        |x, _| Real::abs(x),
        |x, _| Real::abs(x),
    ),
    (
        "log2(abs(petal_l))",
        "log2(x)",
        |x, _| Special::log2(x),
        |x, _| Special::log2(x),
    ),
    (
        "log1p(abs(petal_l))",
        "log1p(x)",
        |x, _| Real::ln_1p(x),
        |x, _| Real::ln_1p(x),
    ),
    (
        "expm1(petal_l)",
        "expm1(x)",
        |x, _| Special::exp_m1(x),
        |x, _| Special::exp_m1(x),
    ),
    (
        "cbrt(petal_l)",
        "cbrt(x)",
        |x, _| Special::cbrt(x),
        |x, _| Special::cbrt(x),
    ),
    (
        "hypot(petal_l, sepal_l)",
        "hypot(x, y)",
        |x, y| Special::hypot(x, y),
        |x, y| Special::hypot(x, y),
    ),
    (
        "floor(petal_l)",
        "floor(x)",
        |x, _| Special::floor(x),
        |x, _| Special::floor(x),
    ),
    (
        "ceil(petal_l)",
        "ceil(x)",
        |x, _| Special::ceil(x),
        |x, _| Special::ceil(x),
    ),
    (
        "mod(petal_l, sepal_l)",
        "modulo(x, y)",
        |x, y| Special::modulo(x, y),
        |x, y| Special::modulo(x, y),
    ),
    (
        "sin(petal_l)",
        "sin(x)",
        |x, _| Real::sin(x),
        |x, _| Real::sin(x),
    ),
    (
        "cos(petal_l)",
        "cos(x)",
        |x, _| Real::cos(x),
        |x, _| Real::cos(x),
    ),
    (
        "tan(petal_l)",
        "tan(x)",
        |x, _| Real::tan(x),
        |x, _| Real::tan(x),
    ),
    (
        "asin(petal_l/9)",
        "asin(x)",
        |x, _| Real::asin(x),
        |x, _| Real::asin(x),
    ),
    (
        "acos(petal_l/9)",
        "acos(x)",
        |x, _| Real::acos(x),
        |x, _| Real::acos(x),
    ),
    (
        "atan(petal_l)",
        "atan(x)",
        |x, _| Real::atan(x),
        |x, _| Real::atan(x),
    ),
    (
        "atan2(petal_l, sepal_l)",
        "atan2(x, y)",
        |x, y| Special::atan2(x, y),
        |x, y| Special::atan2(x, y),
    ),
    (
        "sinh(petal_l)",
        "sinh(x)",
        |x, _| Real::sinh(x),
        |x, _| Real::sinh(x),
    ),
    (
        "cosh(petal_l)",
        "cosh(x)",
        |x, _| Real::cosh(x),
        |x, _| Real::cosh(x),
    ),
    (
        "asinh(petal_l)",
        "asinh(x)",
        |x, _| Special::asinh(x),
        |x, _| Special::asinh(x),
    ),
    (
        "acosh(1 + petal_l)",
        "acosh(x)",
        |x, _| Special::acosh(x),
        |x, _| Special::acosh(x),
    ),
    (
        "atanh(petal_l/9)",
        "atanh(x)",
        |x, _| Special::atanh(x),
        |x, _| Special::atanh(x),
    ),
    (
        "erf(petal_l)",
        "erf(x)",
        |x, _| Special::erf(x),
        |x, _| Special::erf(x),
    ),
    (
        "erfc(petal_l)",
        "erfc(x)",
        |x, _| Special::erfc(x),
        |x, _| Special::erfc(x),
    ),
    (
        "gamma(petal_l)",
        "gamma(x)",
        |x, _| Special::gamma(x),
        |x, _| Special::gamma(x),
    ),
    (
        "lgamma(petal_l)",
        "lgamma(x)",
        |x, _| Special::ln_gamma(x),
        |x, _| Special::ln_gamma(x),
    ),
    ("sinc(petal_l)", "sinc(x)", |x, _| sinc(x), |x, _| sinc(x)),
];

/// sin(πx) / (πx), as a program computes it.
fn sinc<T: Real>(x: T) -> T {
    Dual::<T, 0>::constant(x).sinc().value
}

/// Two numbers by their bits: any, in either precision; any and a small one, often whole; one near 1
/// and a large one; from 2⁻¹² to 2⁹; whole quarters of π and halves, and their neighbors.
fn bits_of_points(k: u64) -> [u64; 2] {
    let x = k.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let any = (x ^ x >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let single = |bits: u64| f64::from(f32::from_bits((bits >> 32) as u32)).to_bits();
    let usual = |bits: u64| {
        let size = (f64::from(((bits >> 40) & 0xffff) as u32) / 65_536.0 * 21.0 - 12.0).exp2();
        (if bits >> 63 == 0 { size } else { -size }).to_bits()
    };
    let near = |bits: u64| {
        let whole = f64::from((bits >> 48) as u32 % 800) - 400.0;
        let unit = [0.25 * core::f64::consts::PI, 0.5][(bits >> 20) as usize % 2];
        let number = whole * unit;
        let single = f64::from(number as f32);
        [
            number.to_bits(),
            single.to_bits(),
            number.to_bits() ^ (bits & 7),
        ][(bits >> 10) as usize % 3]
    };
    match k % 8 {
        0 => [x, any],
        4 => [single(x), single(any)],
        5 => [usual(any), usual(x)],
        6 => [near(any), near(x)],
        7 => [usual(any), near(x)],
        1 => [
            0x3ff0_0000_0000_0000 ^ (any >> 12 >> (k % 40)),
            0x41f0_0000_0000_0000 ^ (any >> 10),
        ],
        _ => [
            x,
            ((((any >> 40) % 2001) as i64 - 1000) as f64
                / [1.0, 2.0, 8.0, 64.0][(any % 4) as usize])
                .to_bits(),
        ],
    }
}

/// At 100,000 points, or 400,000 in the long form.
#[test]
fn what_c_has_instead_of_libm_has_its_bits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let points: u64 = if is_long() { 400_000 } else { 100_000 };
    for (at, (formula, call, wide, narrow)) in PORTS.iter().enumerate() {
        for (precision, real) in [("f32", "float"), ("f64", "double")] {
            let name = format!("port_{at}_{precision}");
            let model = folder.join("model.json");
            let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w", "--out"]);
            fit.arg(&model).args(["--precision", precision]);
            fit.args([
                "--model",
                &format!("formula: a*tanh({formula}) + b"),
                "--start",
                "a=1,b=1",
            ]);
            fit.assert().code(0);
            let mut export = downhill(&["export", model.to_str().unwrap(), "--to", "c"]);
            export
                .args(["--name", &name, "--out"])
                .arg(folder.join("port.h"));
            export.assert().code(0);
            let c = format!(
                "#include <stdio.h>\n#include \"port.h\"
int main(void) {{
    union {{ double number; uint64_t bits; }} word;
    uint64_t at[2];
    while (fread(at, sizeof at, 1, stdin) == 1) {{
        {real} x, y;
        word.bits = at[0];
        x = ({real})word.number;
        word.bits = at[1];
        y = ({real})word.number;
        word.number = {name}_{call};
        (void)y;
        if (word.number != word.number) word.bits = 0x7ff8000000000000u;
        fwrite(&word.bits, 8, 1, stdout);
    }}
    return 0;
}}\n"
            );
            fs::write(folder.join("port.c"), c).unwrap();
            let mut build = Command::new("cc");
            build.args([
                "-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "port.c", "-o", "port",
            ]);
            run(build.current_dir(folder));
            let given: Vec<u8> = (0..points)
                .flat_map(bits_of_points)
                .flat_map(u64::to_le_bytes)
                .collect();
            fs::write(folder.join("points"), given).unwrap();
            let output = Command::new(folder.join("port"))
                .stdin(fs::File::open(folder.join("points")).unwrap())
                .output()
                .unwrap();
            let mut got = output.stdout.chunks_exact(8);
            assert_eq!(got.len() as u64, points);
            for k in 0..points {
                let [x, y] = bits_of_points(k).map(f64::from_bits);
                let expected = match precision {
                    "f32" => f64::from(narrow(x as f32, y as f32)),
                    _ => wide(x, y),
                };
                let expected = if expected.is_nan() {
                    f64::NAN
                } else {
                    expected
                };
                let got = u64::from_le_bytes(got.next().unwrap().try_into().unwrap());
                assert_eq!(
                    got,
                    expected.to_bits(),
                    "{call} in {precision} of x = {x:e} and y = {y:e}: {:e}, not {expected:e}",
                    f64::from_bits(got)
                );
            }
        }
    }
}
