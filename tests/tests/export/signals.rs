//! Models of signals take raw samples in either language, and predict the bits of `downhill
//! predict`.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{downhill, stdout};

use super::{bits, cargo_run, run};

/// Every feature, filter and taper; windows that overlap, and some with samples between them.
const SIGNALS: [(&str, &str); 6] = [
    (
        "window=32 hop=8 rate=50Hz: mean,std,var,rms,min,max,p2p,mav,skew,kurtosis,crest,\
         zero_crossings,mean_crossings,slope,energy,diff,lag:3,autocorr:2",
        "f32",
    ),
    (
        "window=64 hop=8 rate=50Hz: bands:4,logbands:octave,dominant,centroid,spread,rolloff:85",
        "f32",
    ),
    (
        "window=128 hop=32 rate=50Hz taper=rect: bands:edges=2,5,20Hz,logbands:3,corr(ax,az),\
         magnitude(ax,ay)",
        "f64",
    ),
    (
        "window=20 hop=30 rate=50Hz bandpass=1-8Hz decimate=2: mean,std,lag:25",
        "f32",
    ),
    (
        "window=70 hop=70 rate=50Hz lowpass=9Hz: mean,kurtosis,slope,corr(ay,az)",
        "f64",
    ),
    ("window=1 hop=1: lag:0,1,2,diff", "f32"),
];

/// Recordings of three axes, one with a cell that is missing.
fn rows(folder: &Path) -> Vec<String> {
    let mut text = String::from("recording,y,ax,ay,az\n");
    for recording in 0..3u32 {
        for at in 0..300u32 {
            let a = (f64::from(at * (recording + 1)) * 0.3).sin() * 3.0
                + f64::from(at * 7919 % 13) * 0.1;
            let b = f64::from(at * at % 23) * 0.37 - 3.0;
            let c = 9.81 + (f64::from(at) * 0.7).cos() * 0.2;
            let middle = match (recording, at) {
                (1, 100) => String::new(),
                _ => format!("{b:.4}"),
            };
            let y = a * 0.5 + f64::from(recording);
            writeln!(text, "r{recording},{y:.4},{a:.4},{middle},{c:.5}").unwrap();
        }
    }
    fs::write(folder.join("rows.csv"), &text).unwrap();
    text.lines().skip(1).map(String::from).collect()
}

#[test]
fn a_signal_is_predicted_from_raw_samples_with_the_same_bits_as_rust_and_as_c() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Samples as a program gets them; one that is missing is no number, and begins anew.
    let mut samples = String::new();
    let mut last = String::new();
    for row in rows(folder) {
        let cells: Vec<&str> = row.split(',').collect();
        if cells[0] != last {
            samples += "nan nan nan\n";
            last = cells[0].into();
        }
        let number = |cell: &str| match cell {
            "" => "nan".to_string(),
            cell => cell.to_string(),
        };
        let line: Vec<String> = cells[2..].iter().map(|cell| number(cell)).collect();
        samples += &(line.join(" ") + "\n");
    }
    fs::write(folder.join("samples.txt"), samples).unwrap();
    let (mut main, mut expected) = (String::new(), Vec::new());
    for (at, (signal, precision)) in SIGNALS.iter().enumerate() {
        let (name, model) = (format!("signal_{at}"), folder.join("model.json"));
        let mut fit = downhill(&["fit", "rows.csv", "--target", "y", "--signal", signal]);
        fit.args(["--features", "ax,ay,az", "--recording", "recording"]);
        fit.args(["--model", "linear", "--loss", "squared", "--epochs", "3"]);
        fit.args(["--validation-every", "0", "--precision", precision, "--out"]);
        fit.arg(&model).current_dir(folder).assert().code(0);
        for (language, extension) in [("rust", "rs"), ("c", "h")] {
            let mut export = downhill(&["export", "model.json", "--to", language]);
            if language == "c" {
                export.args(["--name", &name]);
            }
            let export = export.args(["--out", &format!("{name}.{extension}")]);
            export.current_dir(folder).assert().code(0);
        }
        let mut predict = downhill(&["predict", "model.json", "rows.csv"]);
        let predicted = stdout(&predict.current_dir(folder).assert().code(0));
        let last = |line: &str| {
            let number = line.rsplit(',').next().unwrap().parse().unwrap();
            format!("{}\n", bits(precision, number))
        };
        let predicted: String = predicted.lines().skip(1).map(last).collect();
        assert!(predicted.lines().count() > 10, "{signal}");
        fs::write(
            folder.join(format!("{name}.c")),
            c_program(&name, precision),
        )
        .unwrap();
        let mut compile = Command::new("cc");
        compile.args([
            "-std=c99",
            "-O2",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
        ]);
        compile.args(["-o", &name, &format!("{name}.c")]);
        run(compile.current_dir(folder));
        let printed = run(Command::new(folder.join(&name)).current_dir(folder));
        assert!(
            printed == predicted,
            "C, `{signal}`:\n{printed}\n{predicted}"
        );
        main += &rust_function(&name, precision);
        expected.push(predicted);
    }
    let calls: String = (0..SIGNALS.len())
        .map(|at| format!("    run_{at}(&text);\n"))
        .collect();
    let main = format!(
        "{main}fn main() {{\n    let text = std::fs::read_to_string(\"samples.txt\").unwrap();\n{calls}}}\n"
    );
    fs::write(folder.join("main.rs"), main).unwrap();
    let printed = run(&mut cargo_run(folder, &[]));
    let mut left = printed.as_str();
    for ((signal, _), predicted) in SIGNALS.iter().zip(&expected) {
        let own = left.strip_prefix(predicted.as_str());
        left = own.unwrap_or_else(|| panic!("Rust, `{signal}`:\n{left}\n{predicted}"));
    }
    assert_eq!(left, "");
}

/// A program that reads samples and prints the bits of each prediction.
fn c_program(name: &str, precision: &str) -> String {
    let (real, word, format) = match precision {
        "f32" => ("float", "uint32_t", "PRIx32"),
        _ => ("double", "uint64_t", "PRIx64"),
    };
    let upper = name.to_uppercase();
    format!(
        "#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include \"{name}.h\"

int main(void) {{
    static {name}_stage stage;
    FILE *file = fopen(\"samples.txt\", \"r\");
    double x[3];
    {name}_gap(&stage);
    while (file && fscanf(file, \"%lf %lf %lf\", x, x + 1, x + 2) == 3) {{
        const {real} sample[{upper}_CHANNELS] = {{({real})x[0], ({real})x[1], ({real})x[2]}};
        {real} features[{upper}_FEATURES], prediction[{upper}_OUTPUTS];
        {word} bits;
        if (!{name}_push(&stage, sample, features)) continue;
        if ({name}_predict(features, prediction) != 0) return 1;
        memcpy(&bits, prediction, sizeof bits);
        printf(\"%\" {format} \"\\n\", bits);
    }}
    return 0;
}}
"
    )
}

fn rust_function(name: &str, precision: &str) -> String {
    let at = name.rsplit('_').next().unwrap();
    format!(
        "mod {name};
fn run_{at}(text: &str) {{
    let mut stage = {name}::Stage::new();
    for line in text.lines() {{
        let mut sample = [0.0; {name}::CHANNELS];
        for (place, cell) in sample.iter_mut().zip(line.split(' ')) {{
            *place = cell.parse::<{precision}>().unwrap();
        }}
        if let Some(features) = stage.push(&sample) {{
            println!(\"{{:x}}\", {name}::predict(&features).unwrap()[0].to_bits());
        }}
    }}
}}
"
    )
}
