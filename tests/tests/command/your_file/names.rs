//! Names with commas in them.

use std::fs;

use downhill_tests::{downhill, json};
use serde_json::json;

use super::{case, refused, result, said, write};

const TEMPERATURE: &str = "Temp, °F (S/N: 1)";
const HUMIDITY: &str = "RH, % (S/N: 1)";

#[test]
fn a_whole_name_comes_first() {
    let file = case("title_and_commas.csv");
    let fit = result(&[
        "fit",
        &file,
        "--target",
        HUMIDITY,
        "--features",
        TEMPERATURE,
    ]);
    assert_eq!(fit["features"], json!([TEMPERATURE]));
    assert_eq!(fit["target"], HUMIDITY);
    let list = format!("#,{TEMPERATURE}");
    let fit = result(&["fit", &file, "--target", HUMIDITY, "--features", &list]);
    assert_eq!(fit["features"], json!(["#", TEMPERATURE]));
    let found = result(&["inspect", &file, "--target", HUMIDITY, "--features", &list]);
    assert_eq!(found["features"], json!(["#", TEMPERATURE]));
}

#[test]
fn quotes_keep_a_name_whole() {
    let file = case("title_and_commas.csv");
    let list = format!("\"{TEMPERATURE}\",\"#\"");
    let target = format!("\"{HUMIDITY}\"");
    let fit = result(&["fit", &file, "--target", &target, "--features", &list]);
    assert_eq!(fit["features"], json!([TEMPERATURE, "#"]));
    assert_eq!(fit["target"], HUMIDITY);
    let error = refused(
        &[
            "fit",
            &file,
            "--target",
            &target,
            "--features",
            "\"Temp, F\",#",
        ],
        1,
    );
    assert!(
        error.contains("no column `Temp, F`; did you mean `Temp, °F (S/N: 1)`?"),
        "{error}"
    );
}

#[test]
fn several_targets_and_weights_have_commas() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (1..40)
        .map(|k| format!("{k},{},{},{}\n", 2 * k, 5 - k, 1 + k % 2))
        .collect();
    let file = write(
        folder.path(),
        "c.csv",
        &format!("x,\"a, b\",c,\"w, 1\"\n{rows}"),
    );
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let weight = ["--weight", "w, 1"];
    let fit = [
        "fit",
        &file,
        "--target",
        "a, b,c",
        "--features",
        "x",
        "--out",
        model,
    ];
    let fit = result(&[&fit[..], &weight].concat());
    assert_eq!(fit["targets"], json!(["a, b", "c"]));
    assert_eq!(fit["target"], "\"a, b\",c");
    let eval = result(&["eval", model, &file, "--weight", "\"w, 1\""]);
    assert_eq!(eval["rows"], 39);
    let inspect = said(&[
        "inspect", &file, "--target", "\"a, b\"", "--time", "\"w, 1\"",
    ]);
    assert!(inspect.contains("a, b from 2 features"), "{inspect}");
}

#[test]
fn a_list_in_the_file_of_a_project_is_not_split() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(case("title_and_commas.csv"), folder.path().join("t.csv")).unwrap();
    let toml = format!(
        "[fit]\ndata = 't.csv'\ntarget = '{HUMIDITY}'\nfeatures = ['{TEMPERATURE}', '#']\n"
    );
    fs::write(folder.path().join("downhill.toml"), toml).unwrap();
    let mut fit = downhill(&["fit", "--json"]);
    let fit = json(&fit.current_dir(folder.path()).assert().code(0));
    assert_eq!(fit["features"], json!([TEMPERATURE, "#"]));
}
