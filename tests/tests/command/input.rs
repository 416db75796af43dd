//! Files as they are: other separators and decimals, packed, from standard input, with categories
//! and timestamps.

use std::fs;
use std::io::Write;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

const OPTIONS: &[&str] = &["--target", "strength", "--epochs", "3", "--json"];

fn fit(file: &str, more: &[&str]) -> Value {
    let mut fit = downhill(&["fit", file]);
    json(&fit.args(OPTIONS).args(more).assert().code(0))
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

/// However the same numbers are written, the fit is the same to the last bit.
#[test]
fn the_same_numbers_are_the_same_fit() {
    let folder = tempfile::tempdir().unwrap();
    let file = data("concrete.csv");
    let text = fs::read_to_string(&file).unwrap();
    let expected = fit(&file, &[]);
    assert_eq!(
        expected["format"],
        serde_json::json!({"delimiter": ",", "decimal": ".", "header_line": 1})
    );

    let semicolons = text.replace(',', ";").replace('.', ",");
    let semicolons = write(folder.path(), "semicolons.csv", &semicolons);
    let tabs = write(
        folder.path(),
        "tabs.tsv",
        &text.replace(',', "\t").replace('\n', "\r\n"),
    );
    let quoted: String = text
        .lines()
        .map(|line| format!("\"{}\"\n", line.replace(',', "\",\"")))
        .collect();
    let quoted = write(folder.path(), "quoted.csv", &quoted);
    let packed = folder.path().join("packed.csv.gz");
    let mut packer = GzEncoder::new(fs::File::create(&packed).unwrap(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap();
    for (file, delimiter, decimal) in [
        (&*semicolons, ";", ","),
        (&*tabs, "\t", "."),
        (&*quoted, ",", "."),
        (packed.to_str().unwrap(), ",", "."),
    ] {
        let got = fit(file, &[]);
        assert_eq!(got["fingerprint"], expected["fingerprint"], "{file}");
        assert_eq!(
            got["format"],
            serde_json::json!({"delimiter": delimiter, "decimal": decimal, "header_line": 1})
        );
    }
    let mut from_input = downhill(&["fit", "-"]);
    from_input.args(OPTIONS).write_stdin(text);
    let got = json(&from_input.assert().code(0));
    assert_eq!(got["fingerprint"], expected["fingerprint"]);
    assert_eq!(got["data"], "standard input");

    let said = downhill(&["fit", &semicolons, "--target", "strength"]).assert();
    let said = stdout(&said.code(0));
    assert!(
        said.contains("read as separated by semicolons, decimal commas"),
        "{said}"
    );
}

/// A line separated by `~`, which nobody would guess, with decimal commas in it.
#[test]
fn what_is_not_found_can_be_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "t.csv",
        "x~strength\n1,5~3\n2,5~5,1\n3,5~7\n4~8\n5~10\n6~12\n",
    );
    let got = fit(&file, &["--delimiter", "~", "--decimal", ","]);
    assert_eq!(got["rows"]["used"], 6);
    for (option, value) in [
        ("--delimiter", "ab"),
        ("--delimiter", "a"),
        ("--delimiter", "\""),
        ("--delimiter", "\u{1}"),
        ("--delimiter", "\r"),
        ("--delimiter", "\n"),
        ("--delimiter", "\u{7f}"),
        ("--decimal", ";"),
    ] {
        let mut fit = downhill(&["fit", &file, "--target", "y", option, value]);
        let error = stderr(&fit.assert().code(2));
        let allowed = match option {
            "--delimiter" => "a space or a punctuation mark such as `;`",
            _ => "`.` or `,`",
        };
        assert!(error.contains(allowed), "{value:?}: {error}");
    }
}

/// Two kinds of machine with the same slope and another offset each, and a third in the rows to
/// come.
#[test]
fn categories_are_learned_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let offset = |kind: &str| if kind == "big, red" { 50.0 } else { -20.0 };
    let rows: String = (0..200)
        .map(|k| {
            let (x, kind) = (k % 11, if k % 3 == 0 { "big, red" } else { "small" });
            format!("{x},\"{kind}\",{}\n", 2.0 * f64::from(x) + offset(kind))
        })
        .collect();
    let file = write(folder.path(), "machines.csv", &format!("x,kind,y\n{rows}"));
    let left = stdout(&downhill(&["fit", &file, "--target", "y"]).assert());
    assert!(
        left.contains("to use its 2 categories, name it in `--features`"),
        "{left}"
    );

    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let mut fit = downhill(&[
        "fit",
        &file,
        "--target",
        "y",
        "--features",
        "x,kind",
        "--json",
    ]);
    fit.args(["--optimizer", "sgd", "--lr", "0.05", "--out", model]);
    let fit = json(&fit.assert().code(0));
    let names = serde_json::json!(["x", "kind=big, red", "kind=small"]);
    assert_eq!(fit["features"], names);
    assert!(fit["metrics"]["validation"]["r2"].as_f64().unwrap() > 0.9999);

    // Another order of the levels, and a row without one.
    let new = write(
        folder.path(),
        "new.csv",
        "kind,x\nsmall,3\n\"big, red\",3\n,3\n",
    );
    let predicted = stdout(&downhill(&["predict", model, &new]).assert().code(0));
    let numbers: Vec<&str> = predicted.lines().skip(1).collect();
    assert!(
        (numbers[0].parse::<f64>().unwrap() + 14.0).abs() < 0.1,
        "{predicted}"
    );
    assert!(
        (numbers[1].parse::<f64>().unwrap() - 56.0).abs() < 0.1,
        "{predicted}"
    );
    assert_eq!(numbers[2], "\"\"");

    let strange = write(folder.path(), "strange.csv", "kind,x\nsmall,3\ngreen,3\n");
    for command in ["predict", "eval"] {
        let strange = match command {
            "eval" => write(folder.path(), "s.csv", "kind,x,y\nsmall,3,1\ngreen,3,2\n"),
            _ => strange.clone(),
        };
        let error = stderr(&downhill(&[command, model, &strange]).assert().code(1));
        for word in [
            "line 3, column `kind`",
            "no `green`",
            "`big, red`, `small`",
            "--missing-value=green",
        ] {
            assert!(error.contains(word), "`{word}` is not in {error}");
        }
    }
}

/// The target follows the hour of the day; that hour is told by a timestamp alone.
#[test]
fn a_part_of_a_timestamp_is_a_feature() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..240)
        .map(|k| {
            format!(
                "2024-02-{:02} {:02}:30,{}\n",
                20 + k / 24,
                k % 24,
                3 * (k % 24) + 1
            )
        })
        .collect();
    let file = write(folder.path(), "hours.csv", &format!("when,y\n{rows}"));
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let mut fit = downhill(&["fit", &file, "--target", "y", "--json", "--out", model]);
    fit.args([
        "--features",
        "when:hour,when:weekday",
        "--optimizer",
        "sgd",
        "--lr",
        "0.02",
    ]);
    let fit = json(&fit.assert().code(0));
    let slope = fit["parameters"]["when:hour"].as_f64().unwrap();
    assert!((slope - 3.0).abs() < 1e-3, "{slope}");
    let new = write(folder.path(), "new.csv", "when\n2031-07-09T12:30:00Z\n");
    let predicted = stdout(&downhill(&["predict", model, &new]).assert().code(0));
    let number: f64 = predicted.lines().nth(1).unwrap().parse().unwrap();
    assert!((number - 37.0).abs() < 0.1, "{predicted}");
}
