//! Models of what is normal score and vote in either language as `downhill predict` says.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{data, downhill, stderr, stdout};

use super::{bits, cargo_run, run, wide_rows};

/// Every kind, and votes that make alarms within a few rows.
const MODELS: [(&str, &str); 6] = [
    ("normal:mahalanobis", "--votes 2/3 --cool-down 2"),
    ("normal:mahalanobis:0.5", "--votes 1/32 --cool-down 0"),
    ("normal:kmeans:3", "--votes 2/2 --cool-down 3"),
    ("normal:kmeans:5", "--votes 1/1 --cool-down 4294967295"),
    (
        "normal:autoencoder:2:tanh",
        "--epochs 5 --votes 1/2 --cool-down 1",
    ),
    (
        "normal:autoencoder:3,2,3",
        "--epochs 5 --votes 1/1 --cool-down 0",
    ),
];

/// Rows as a file, and as text for the programs.
fn rows(folder: &Path) -> usize {
    let rows = wide_rows() + "3e38,-3e38,3e38\n";
    fs::write(folder.join("rows.csv"), &rows).unwrap();
    let lines: Vec<String> = rows
        .lines()
        .skip(1)
        .map(|row| row.replace(',', " "))
        .collect();
    fs::write(folder.join("rows.txt"), lines.join("\n") + "\n").unwrap();
    lines.len()
}

#[test]
fn a_detector_scores_and_alarms_with_the_same_bits_as_rust_and_as_c() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let count = rows(folder);
    let iris = data("iris.csv");
    let (mut main, mut calls, mut expected) = (String::new(), String::new(), String::new());
    for (at, (model, options)) in MODELS.iter().enumerate() {
        let name = format!("detector_{at}");
        let mut fit = downhill(&["fit", &iris, "--model", model]);
        fit.args([
            "--features",
            "sepal_l,sepal_w,petal_l",
            "--out",
            "model.json",
        ]);
        fit.args(options.split(' '))
            .current_dir(folder)
            .assert()
            .code(0);
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
        let mut lines = String::new();
        let mut alarms = 0;
        for line in predicted.lines().skip(1) {
            let [score, anomaly, alarm] = line.split(',').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            alarms += usize::from(alarm == "1");
            let score = bits("f32", score.parse().unwrap());
            writeln!(lines, "{score} {anomaly} {alarm}").unwrap();
        }
        assert_eq!(lines.lines().count(), count);
        assert!(alarms > 0, "{model} {options}: {lines}");
        fs::write(folder.join(format!("{name}.c")), c_program(&name)).unwrap();
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
        assert!(printed == lines, "C, {model}:\n{printed}\n{lines}");
        main += &rust_function(&name);
        writeln!(calls, "    run_{name}(&text);").unwrap();
        expected += &lines;
    }
    let main = format!(
        "{main}fn main() {{\n    let text = std::fs::read_to_string(\"rows.txt\").unwrap();\n{calls}}}\n"
    );
    fs::write(folder.join("main.rs"), main).unwrap();
    let printed = run(&mut cargo_run(folder, &[]));
    assert!(printed == expected, "Rust:\n{printed}\n{expected}");
    let mut table = downhill(&["export", "model.json", "--to", "table"]);
    let said = stderr(&table.current_dir(folder).assert().code(1));
    assert!(said.contains("a model of what is normal"), "{said}");
}

/// A program that prints the bits of each row's score, whether it is an anomaly, and its alarm.
fn c_program(name: &str) -> String {
    let upper = name.to_uppercase();
    format!(
        "#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include \"{name}.h\"

int main(void) {{
    {name}_votes votes;
    FILE *file = fopen(\"rows.txt\", \"r\");
    float x[{upper}_FEATURES];
    {name}_clear(&votes);
    while (file && fscanf(file, \"%f %f %f\", x, x + 1, x + 2) == 3) {{
        float score[{upper}_OUTPUTS];
        uint32_t bits;
        int alarm;
        if ({name}_predict(x, score) != 0) return 1;
        alarm = {name}_vote(&votes, score[0]);
        memcpy(&bits, score, sizeof bits);
        printf(\"%\" PRIx32 \" %d %d\\n\", bits, score[0] > {name}_threshold, alarm);
        if (alarm && !{name}_is_on(&votes)) return 1;
    }}
    return 0;
}}
"
    )
}

fn rust_function(name: &str) -> String {
    format!(
        "mod {name};
fn run_{name}(text: &str) {{
    let mut votes = {name}::Votes::new();
    for line in text.lines() {{
        let mut row = [0.0; {name}::FEATURES];
        for (place, cell) in row.iter_mut().zip(line.split(' ')) {{
            *place = cell.parse().unwrap();
        }}
        let [score] = {name}::predict(&row).unwrap();
        let (anomaly, alarm) = (score > {name}::THRESHOLD, votes.push(score));
        println!(\"{{:x}} {{}} {{}}\", score.to_bits(), u8::from(anomaly), u8::from(alarm));
        assert!(!alarm || votes.is_on());
    }}
}}
"
    )
}
