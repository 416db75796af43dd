//! Look-up tables keep the error that they state, in C as in Rust.

use std::fs;
use std::process::Command;

use downhill_tests::{data, downhill, json, stderr};
use tempfile::tempdir;

use super::{run, rustc};

/// Fits Misra1a, exports a table in both languages, and returns what these say at places from 50 to
/// 800, what the model says there, and the error that the table states.
fn looked_up(more: &[&str], points: &str) -> ([Vec<f64>; 2], Vec<f64>, f64) {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (model, rows) = (path("m.json"), data("nist/Misra1a.csv"));
    let formula = "formula: b1*(1-exp(-b2*x))";
    let fit = [
        "fit", &rows, "--target", "y", "--model", formula, "--out", &model,
    ];
    downhill(&fit).args(more).assert().code(0);
    for (to, file) in [("table", "t.h"), ("table-rust", "t.rs")] {
        let export = ["export", &model, "--to", to, "--points", points, "--out"];
        downhill(&export).arg(path(file)).assert().code(0);
    }
    let places: Vec<f64> = (0..=1500).map(|k| 50.0 + 0.5 * f64::from(k)).collect();
    let list: Vec<String> = places.iter().map(|x| format!("{x:?}")).collect();
    let (list, count) = (list.join(","), places.len());
    let c = format!(
        "#include <stdio.h>\n#include \"t.h\"\nstatic const double xs[{count}] = {{{list}}};\n\
         int main(void) {{ for (int k = 0; k < {count}; k++) {{\n\
         printf(\"%.17g\\n\", (double)y_look_up((REAL)xs[k])); }} return 0; }}\n"
    );
    let text = fs::read_to_string(path("t.h")).unwrap();
    let (real, rust_real) = match text.contains("static const double") {
        true => ("double", "f64"),
        false => ("float", "f32"),
    };
    fs::write(path("t.c"), c.replace("REAL", real)).unwrap();
    let main = format!(
        "#[path = \"t.rs\"] mod t;\nfn main() {{ for x in [{list}] {{\n\
         println!(\"{{}}\", f64::from(t::look_up(x as {rust_real}))); }} }}\n"
    );
    fs::write(path("main.rs"), main).unwrap();
    let flags = [
        "-std=c99",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-pedantic",
        "-Werror",
    ];
    let mut cc = Command::new("cc");
    run(cc
        .args(flags)
        .args(["-ffp-contract=off", &path("t.c"), "-o", &path("c")]));
    run(rustc().args(["-A", "dead_code", &path("main.rs"), "-o", &path("rust")]));
    let printed = ["c", "rust"].map(|program| {
        let printed = run(&mut Command::new(path(program)));
        printed.lines().map(|line| line.parse().unwrap()).collect()
    });
    let new: String = list.replace(',', "\n");
    fs::write(path("x.csv"), format!("x\n{new}\n")).unwrap();
    let predicted = json(
        &downhill(&["predict", &model, &path("x.csv"), "--json"])
            .assert()
            .code(0),
    );
    let predicted = predicted["predictions"].as_array().unwrap().iter();
    let stated = text
        .split("Largest error against the model: ")
        .nth(1)
        .unwrap();
    (
        printed,
        predicted.map(|y| y.as_f64().unwrap()).collect(),
        stated.split(',').next().unwrap().parse().unwrap(),
    )
}

#[test]
fn a_table_keeps_the_error_that_it_states() {
    let mut stated_before = f64::MAX;
    for (more, points) in [
        (&["--precision", "f64"] as &[&str], "8"),
        (&["--precision", "f32"], "16"),
        (&["--precision", "f64"], "200"),
    ] {
        let ([c, rust], predicted, stated) = looked_up(more, points);
        assert_eq!(c, rust);
        let [low, high] = [77.6, 760.0];
        let errors = predicted.iter().zip(&c).enumerate();
        let errors = errors.filter(|(k, _)| (low..=high).contains(&(50.0 + 0.5 * *k as f64)));
        let worst = errors
            .map(|(_, (y, own))| (y - own).abs())
            .fold(0.0, f64::max);
        assert!(
            worst <= 1.0001 * stated && worst >= 0.9 * stated,
            "{worst} {stated}"
        );
        assert!(stated < stated_before / 3.0, "{stated} {stated_before}");
        stated_before = stated;
        // Outside it is the nearer end.
        assert_eq!((c[0], c[1500]), (c[50], c[1490]));
    }
}

#[test]
fn a_table_is_of_one_feature_and_a_range() {
    let folder = tempdir().unwrap();
    let model = folder.path().join("m.json").display().to_string();
    let rows = data("nist/Misra1a.csv");
    let export = |more: &[&str], code: i32| {
        let mut export = downhill(&["export", &model, "--to", "table"]);
        stderr(&export.args(more).assert().code(code))
    };
    let linear = ["fit", &rows, "--target", "y", "--out", &model];
    downhill(&linear).assert().code(0);
    assert!(export(&[], 2).contains("give `--range A..B`"));
    export(&["--range", "0..800"], 0);
    assert!(export(&["--range", "8..0"], 2).contains("the smaller first"));
    assert!(export(&["--points", "1"], 2).contains("2..=65535"));
    let log = [
        "--model",
        "formula: a*log(x-c)",
        "--fix",
        "c=50",
        "--start",
        "a=1",
    ];
    downhill(&linear).args(log).assert().code(0);
    assert!(export(&["--range", "20..800"], 1).contains("no prediction at `x` = 20"));
    let iris = [
        "fit",
        &data("iris.csv"),
        "--target",
        "petal_w",
        "--out",
        &model,
    ];
    downhill(&iris).args(["--epochs", "2"]).assert().code(0);
    assert!(export(&[], 1).contains("--to c"));
}
