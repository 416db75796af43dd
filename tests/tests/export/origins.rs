//! Models with origins: exported functions take and give the file's own numbers.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::{downhill, stdout};
use tempfile::tempdir;

use super::run;

/// Rows far from zero: times, a sum that grows, and one near zero.
fn table() -> String {
    let mut text = String::from("t,near,wh,y\n");
    for row in 0..80 {
        let (near, wave) = (f64::from(row % 7) / 7.0, f64::from(row * 5 % 11) / 3.0);
        let t = 1_700_000_000.0 + 0.3 * f64::from(row);
        let wh = 118_894_517.25 + f64::from(row) + wave;
        writeln!(text, "{t},{near},{wh},{}", near + wave).unwrap();
    }
    text
}

/// Output of both functions for rows, and `true` where their numbers are doubles.
fn exported(folder: &Path, model: &str, rows: &[Vec<f64>], outputs: usize) -> ([String; 2], bool) {
    for (language, file) in [("c", "m.h"), ("rust", "m.rs")] {
        let out = folder.join(file);
        let mut export = downhill(&["export", model, "--to", language, "--out"]);
        export.arg(out);
        if language == "c" {
            export.args(["--name", "m"]);
        }
        export.assert().code(0);
    }
    let type_of =
        |text: &str, index: usize| match text.split('(').nth(index).unwrap().contains("f64") {
            true => "double",
            false => "float",
        };
    let rust = fs::read_to_string(folder.join("m.rs")).unwrap();
    let signature = rust
        .lines()
        .find(|line| line.starts_with("pub fn predict"))
        .unwrap();
    let (inputs, given) = signature.split_once("->").unwrap();
    let (input, output) = (
        type_of(inputs, 1),
        match given.contains("f64") {
            true => "double",
            false => "float",
        },
    );
    let width = rows[0].len();
    let of = |open: &str, close: &str| {
        let row = |row: &Vec<f64>| {
            let cells: Vec<String> = row.iter().map(|cell| format!("{cell:?}")).collect();
            format!("{open}{}{close}", cells.join(","))
        };
        rows.iter().map(row).collect::<Vec<_>>().join(",")
    };
    let count = rows.len();
    let c = format!(
        "#include <stdio.h>\n#include \"m.h\"\nint main(void) {{
    static const {input} rows[{count}][{width}] = {{{}}};
    {output} out[{outputs}];
    for (int i = 0; i < {count}; i++) {{
        if (m_predict(rows[i], out)) return 1;
        for (int k = 0; k < {outputs}; k++) printf(k ? \",%.17g\" : \"%.17g\", (double)out[k]);
        printf(\"\\n\");
    }}
    return 0;
}}\n",
        of("{", "}")
    );
    fs::write(folder.join("main.c"), c).unwrap();
    let main = format!(
        "#[path = \"m.rs\"] mod m;\nfn main() {{
    for row in [{}] {{
        let out = m::predict(&row).unwrap();
        let out: Vec<String> = out.iter().map(|n| (*n as f64).to_string()).collect();
        println!(\"{{}}\", out.join(\",\"));
    }}\n}}\n",
        of("[", "]")
    );
    fs::write(folder.join("main.rs"), main).unwrap();
    let compile = |command: &mut Command| {
        command.current_dir(folder);
        run(command)
    };
    compile(Command::new("cc").args(["-std=c99", "-O2", "-Wall", "-Werror", "main.c", "-o", "c"]));
    compile(Command::new("rustc").args([
        "--edition=2024",
        "--cap-lints=allow",
        "-O",
        "main.rs",
        "-o",
        "rust",
    ]));
    let printed = ["c", "rust"].map(|program| run(&mut Command::new(folder.join(program))));
    (printed, output == "double")
}

#[test]
fn functions_take_and_give_the_files_numbers() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("far.csv");
    fs::write(&file, table()).unwrap();
    let (file, model) = (file.to_str().unwrap(), folder.path().join("m.json"));
    let model = model.to_str().unwrap();
    for (target, features, more) in [
        ("y", "t,near", &["--epochs", "3"] as &[&str]),
        ("wh", "near", &["--epochs", "3"]),
        ("wh,y", "t", &["--epochs", "3", "--model", "mlp:5"]),
        (
            "wh",
            "t,near",
            &["--model", "polynomial:2", "--solver", "lm"],
        ),
        (
            "y",
            "wh,t",
            &["--epochs", "3", "--scaler", "none", "--lr", "0.0001"],
        ),
    ] {
        let columns = ["--target", target, "--features", features];
        let usual = ["--loss", "squared", "--health", "0", "--out", model];
        let usual = if more.contains(&"--solver") {
            &usual[4..]
        } else {
            &usual
        };
        downhill(&[&["fit", file], &columns[..], more, usual].concat())
            .assert()
            .code(0);
        let predicted = stdout(&downhill(&["predict", model, file]).assert().code(0));
        let predicted = predicted.split_once('\n').unwrap().1;
        let rows = table();
        let places: Vec<usize> = features
            .split(',')
            .map(|name| {
                ["t", "near", "wh", "y"]
                    .iter()
                    .position(|one| *one == name)
                    .unwrap()
            })
            .collect();
        let rows: Vec<Vec<f64>> = rows
            .lines()
            .skip(1)
            .map(|line| {
                let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
                places.iter().map(|&at| cells[at]).collect()
            })
            .collect();
        let numbers = |line: &str| -> Vec<f64> {
            line.split(',').map(|cell| cell.parse().unwrap()).collect()
        };
        let (programs, is_wide) = exported(folder.path(), model, &rows, target.split(',').count());
        // What the host prints of an `f32` is the shortest text of it.
        let host = |line: &str| -> Vec<f64> {
            let narrow = |number: f64| {
                if is_wide {
                    number
                } else {
                    f64::from(number as f32)
                }
            };
            numbers(line).into_iter().map(narrow).collect()
        };
        let expected: Vec<Vec<f64>> = predicted.lines().map(host).collect();
        assert_eq!(expected.len(), 80);
        for printed in programs {
            let printed: Vec<Vec<f64>> = printed.lines().map(numbers).collect();
            assert_eq!(printed, expected, "{target} {more:?}");
        }
    }
}
