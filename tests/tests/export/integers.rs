//! Models in fixed point as C and as Rust: integers alone, and those of the core.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use downhill::Recipe;
use downhill::fixed::{AnyTrainer, arena_len, scaler};
use downhill_tests::{downhill, stderr};
use serde_json::Value;

use super::run;

/// Counts of a converter of 16 bits, an amount and classes.
fn rows() -> Vec<[i32; 3]> {
    let row = |k: i32| [k * 7919 % 4096, k * 104_729 % 65_536 - 32_768, k % 97 - 3];
    (0..600).map(row).collect()
}

fn target(row: &[i32; 3], classes: i32) -> String {
    let z = f64::from(row[0]) / 900.0 - f64::from(row[1]) / 20_000.0 + f64::from(row[2]) / 50.0;
    match classes {
        0 => format!("{:.3}", 1000.0 + 250.0 * z),
        2 => i32::from(z > 3.0).to_string(),
        _ => (i32::from(z > 1.5) + i32::from(z > 3.5)).to_string(),
    }
}

/// Whatever a model in fixed point may be, with its number of classes.
const FITS: &[(&str, i32)] = &[
    ("--model linear", 0),
    ("--model mlp:5:relu", 0),
    ("--model mlp:6,4:tanh --scaler minmax", 0),
    ("--model logistic", 2),
    ("--model mlp:5:sigmoid --threshold 0.3", 2),
    ("--model softmax", 3),
    ("--model mlp:7:tanh --optimizer momentum --lr 0.005", 3),
];

/// Outputs of the core for each row, and the class or the amount in 2⁻⁸ of its unit.
fn expected(model: &Value, rows: &[[i32; 3]], classes: i32) -> String {
    let recipe: Recipe<f32> = serde_json::from_value(model["recipe"].clone()).unwrap();
    let words: Vec<i32> = serde_json::from_value(model["fixed"]["words"].clone()).unwrap();
    let mut fit = AnyTrainer::build(&recipe, vec![0; arena_len(&recipe).unwrap()]).unwrap();
    fit.resume(&words, model["steps"].as_u64().unwrap())
        .unwrap();
    let mut text = String::new();
    for row in rows {
        let columns = fit.columns().to_vec();
        let feature = |at: usize| scaler::column(&columns, at).of_count(row[at]).0;
        let features: Vec<i16> = (0..3).map(feature).collect();
        let outputs = fit.predict(&features).unwrap().to_vec();
        for output in &outputs {
            write!(text, "{output} ").unwrap();
        }
        let shown: Vec<f32> = {
            let bits = fit.predict_real(&row.map(|count| count as f32)).unwrap();
            bits.iter()
                .map(|&bits| f32::from_bits(bits as u32))
                .collect()
        };
        let last = match classes {
            0 => {
                let column = scaler::column(&columns, 3);
                let number = f64::from(outputs[0]) + f64::from(column.offset);
                let unit = 2f64.powi(15 - i32::from(column.shift) + 8);
                let amount = number / f64::from(column.factor) * unit;
                assert!((f64::from(shown[0]) - amount / 256.0).abs() < 1e-3);
                (amount + 0.5).floor() as i64
            }
            _ => recipe.class_of(&shown) as i64,
        };
        writeln!(text, "{last}").unwrap();
    }
    text
}

fn program_in_c(rows: &[[i32; 3]], classes: i32) -> String {
    let last = match classes {
        0 => "(int)model_amount(0, outputs[0], 8)",
        _ => "model_class(outputs)",
    };
    format!(
        "#include <stdio.h>\n#include \"model.h\"
static const int32_t rows[{}][3] = {{{}}};
int main(void) {{
    size_t row, at;
    for (row = 0; row < {}; row++) {{
        int16_t features[MODEL_FEATURES];
        int32_t outputs[MODEL_OUTPUTS];
        for (at = 0; at < MODEL_FEATURES; at++) features[at] = model_feature(at, rows[row][at]);
        model_outputs(features, outputs);
        for (at = 0; at < MODEL_OUTPUTS; at++) printf(\"%ld \", (long)outputs[at]);
        printf(\"%d\\n\", {last});
    }}
    return 0;
}}\n",
        rows.len(),
        rows.iter()
            .map(|[a, b, c]| format!("{{{a},{b},{c}}}"))
            .collect::<Vec<_>>()
            .join(","),
        rows.len()
    )
}

fn program_in_rust(rows: &[[i32; 3]], classes: i32) -> String {
    let last = match classes {
        0 => "model::amount(0, outputs[0], 8)",
        _ => "model::class(&outputs)",
    };
    format!(
        "#![deny(warnings)]\n#[allow(dead_code)]\nmod model;\n
const ROWS: [[i32; 3]; {}] = {rows:?};
fn main() {{
    for row in ROWS {{
        let features = [0, 1, 2].map(|at: usize| model::feature(at, row[at]));
        let outputs = model::outputs(&features);
        for output in outputs {{
            print!(\"{{output}} \");
        }}
        println!(\"{{}}\", {last});
    }}
}}\n",
        rows.len()
    )
}

/// Fits a model and exports it to both languages.
fn export(folder: &Path, options: &str, classes: i32) -> Value {
    let mut text = String::from("a,b,c,y\n");
    for row in rows() {
        let [a, b, c] = row;
        writeln!(text, "{a},{b},{c},{}", target(&row, classes)).unwrap();
    }
    fs::write(folder.join("rows.csv"), text).unwrap();
    let mut fit = downhill(&["fit", "rows.csv", "--target", "y", "--precision", "q15"]);
    fit.args(["--epochs", "5", "--out", "model.json"]);
    fit.args(options.split(' ')).current_dir(folder);
    fit.assert().code(0);
    for (to, out) in [("c", "model.h"), ("rust", "model.rs")] {
        let mut export = downhill(&["export", "model.json", "--to", to, "--out", out]);
        if to == "c" {
            export.args(["--name", "model"]);
        }
        export.current_dir(folder).assert().code(0);
        let text = fs::read_to_string(folder.join(out)).unwrap();
        for float in ["float", "double", "f32", "f64"] {
            assert!(!text.contains(float), "{options}: {out} has {float}");
        }
    }
    let model = fs::read_to_string(folder.join("model.json")).unwrap();
    serde_json::from_str(&model).unwrap()
}

fn build(folder: &Path, compiler: &str, arguments: &str) {
    let mut build = Command::new(compiler);
    let output = build
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn a_model_in_fixed_point_has_the_bits_of_the_core_in_both_languages() {
    for (options, classes) in FITS {
        let folder = tempfile::tempdir().unwrap();
        let model = export(folder.path(), options, *classes);
        // Rows that the fit has not seen, beyond its range too.
        let mut rows = rows();
        rows.truncate(300);
        rows.extend((0..200).map(|k| [k * 611 % 9000, k * 7_700_017, -k * k]));
        rows.extend([[i32::MAX, i32::MIN, 0], [i32::MIN, i32::MAX, i32::MAX]]);
        let expected = expected(&model, &rows, *classes);
        fs::write(folder.path().join("main.c"), program_in_c(&rows, *classes)).unwrap();
        fs::write(
            folder.path().join("main.rs"),
            program_in_rust(&rows, *classes),
        )
        .unwrap();
        let c = "-std=c99 -O2 -Wall -Wextra -Werror -fsanitize=undefined,address main.c -o in_c";
        build(folder.path(), "gcc", c);
        build(
            folder.path(),
            "rustc",
            "--edition 2024 -C overflow-checks=on main.rs -o in_rust",
        );
        for program in ["in_c", "in_rust"] {
            let said = run(&mut Command::new(folder.path().join(program)));
            for (at, (said, core)) in said.lines().zip(expected.lines()).enumerate() {
                assert_eq!(said, core, "{options}, {program}, row {:?}", rows[at]);
            }
            assert_eq!(said.lines().count(), rows.len());
        }
        // For a board without a library.
        let arm = "-std=c99 -Os -mthumb -mcpu=cortex-m0 -ffreestanding -Wall -Wextra -Werror -c \
                   model.c -o model.o";
        let unit = "#include \"model.h\"\nint use(const int16_t *x, int32_t *y);\nint use(const \
                    int16_t *x, int32_t *y) { model_outputs(x, y); return 0; }\n";
        let quiet = "#pragma GCC diagnostic ignored \"-Wunused-function\"\n";
        fs::write(folder.path().join("model.c"), format!("{quiet}{unit}")).unwrap();
        if Command::new("arm-none-eabi-gcc")
            .arg("--version")
            .output()
            .is_ok()
        {
            build(folder.path(), "arm-none-eabi-gcc", arm);
        }
    }
}

#[test]
fn what_is_no_model_of_integers_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path(), "--model linear", 0);
    let mut table = downhill(&["export", "model.json", "--to", "table"]);
    let said = stderr(&table.current_dir(&folder).assert().code(1));
    assert!(said.contains("fit the model in f32"), "{said}");
}
