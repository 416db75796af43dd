//! Labels of classes in exported C and Rust: compiled, and read back.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use downhill_tests::{downhill, stdout};
use tempfile::tempdir;

use super::run;

/// Labels that a language could take for something else, in the order of their classes.
const LABELS: [&str; 5] = [
    "7 of 9 \"high\"",
    "a\\tb\\x41??/",
    "Größe µ°",
    "line*/ end //",
    "yes%d{}",
];

#[test]
fn labels_are_read_from_the_tables_of_both_languages() {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut rows = String::from("x,z,y\n");
    for row in 0..100usize {
        let label = LABELS[row % 5].replace('"', "\"\"");
        writeln!(rows, "{},{},\"{label}\"", row % 5, row % 7).unwrap();
    }
    fs::write(path("rows.csv"), rows).unwrap();
    let fit = ["fit", "--target", "y", "--epochs", "60", "--lr", "0.05"];
    let mut fit = downhill(&fit);
    fit.arg(path("rows.csv")).arg("--out").arg(path("m.json"));
    fit.assert().code(0);
    for (language, file) in [("c", "m.h"), ("rust", "m.rs")] {
        let mut export = downhill(&["export", "--to", language]);
        export.arg(path("m.json")).arg("--out").arg(path(file));
        if language == "c" {
            export.args(["--name", "m"]);
        }
        export.assert().code(0);
    }
    let mut predict = downhill(&["predict"]);
    predict.arg(path("m.json")).arg(path("rows.csv"));
    let predicted = stdout(&predict.assert().code(0));
    let mut reader = csv_cells(&predicted).into_iter();
    let head = reader.next().unwrap();
    let of_class = head.iter().position(|name| name == "class").unwrap();
    let predicted: Vec<String> = reader.take(10).map(|row| row[of_class].clone()).collect();
    assert!(predicted.iter().any(|label| label != &predicted[0]));

    let c = "#include <stdio.h>\n#include \"m.h\"\nint main(void) {
    for (int k = -1; k < 7; k++) printf(\"%s\\n\", m_class_name(k));
    for (int row = 0; row < 10; row++) {
        float features[2] = {(float)(row % 5), (float)(row % 7)}, out[5];
        if (m_predict(features, out)) return 1;
        printf(\"%s\\n\", m_class_name(m_class(out)));
    }
    return 0;
}\n";
    fs::write(path("main.c"), c).unwrap();
    let rust = "#[path = \"m.rs\"] mod m;\nfn main() {
    println!();
    for label in m::CLASSES { println!(\"{label}\"); }
    println!(\"\\n\");
    for row in 0..10 {
        let out = m::predict(&[(row % 5) as f32, (row % 7) as f32]).unwrap();
        println!(\"{}\", m::CLASSES[m::class(&out)]);
    }
}\n";
    fs::write(path("main.rs"), rust).unwrap();
    let mut cc = Command::new("cc");
    cc.args([
        "-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "main.c", "-o", "c",
    ]);
    run(cc.current_dir(&folder));
    let mut rustc = Command::new("rustc");
    rustc.args([
        "--edition=2024",
        "--cap-lints=allow",
        "-O",
        "main.rs",
        "-o",
        "rust",
    ]);
    run(rustc.current_dir(&folder));
    let expected = [&[""][..], &LABELS, &["", ""]].concat();
    for program in ["c", "rust"] {
        let said = run(&mut Command::new(path(program)));
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..8], expected, "{program}");
        assert_eq!(lines[8..], predicted, "{program}");
    }
}

/// Rows of cells, of which some are quoted.
fn csv_cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut is_quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    rows
}
