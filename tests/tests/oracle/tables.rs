//! Tables with numbers as people write them, against Python's csv and decimal modules
//! (`oracle/make_tables.py`).

use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tables::{CsvFile, ReadOptions, Rows, Table, TableError};
use serde_json::Value;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/make_tables.py");

/// Reads a table, once more with its decimal mark where that is said to be open.
fn read(file: &Path, expected: &Value) -> (CsvFile, Table) {
    let open = |decimal| {
        let reading = ReadOptions {
            decimal,
            ..ReadOptions::default()
        };
        let mut file = CsvFile::open(file, &reading)?;
        let table = file.table(usize::MAX)?;
        file.take_formats(&table);
        Ok::<_, TableError>((file, table))
    };
    let decimal = expected["decimal"].as_str().unwrap().as_bytes()[0];
    match (open(None), expected["open"].as_bool().unwrap()) {
        (Ok(read), false) => read,
        (Err(TableError::Marks { .. }), true) => open(Some(decimal)).unwrap(),
        (Ok(_), true) => panic!("{} can be read in two ways, and was", file.display()),
        (Err(error), _) => panic!("{error}"),
    }
}

/// Differences of a table's numbers from those that Python has read.
fn differences(file: &Path, expected: &Value) -> Vec<String> {
    let (opened, table) = read(file, expected);
    let mut wrong = Vec::new();
    let names = expected["names"].as_array().unwrap();
    assert_eq!(table.columns.len(), names.len(), "{}", file.display());
    let bits = |at: usize, row: usize| -> Option<u64> {
        let text = expected["values"][at][row].as_str();
        text.map(|text| text.parse().unwrap())
    };
    for (at, column) in table.columns.iter().enumerate() {
        assert_eq!(
            column.unit.as_deref(),
            expected["units"][at].as_str(),
            "{}",
            file.display()
        );
        if let Err(error) = table.check_numeric(at) {
            wrong.push(error.to_string());
        }
        for (row, value) in column.values.iter().enumerate() {
            let got = (!value.is_nan()).then(|| value.to_bits());
            if got != bits(at, row) {
                wrong.push(format!(
                    "{}, column {at}, row {row}: {value}",
                    file.display()
                ));
            }
        }
    }
    let places: Vec<usize> = (0..names.len()).collect();
    let mut rows: Rows = opened.rows(&places).unwrap();
    for row in 0..table.lines.len() {
        let cells = rows.next_row().unwrap().unwrap();
        for at in 0..names.len() {
            let got = cells.number(at).map(|number| number.map(f64::to_bits));
            if !matches!(&got, Ok(got) if *got == bits(at, row)) {
                let line = table.lines.of(row);
                wrong.push(format!(
                    "{}, line {line}, column {at}: {got:?}",
                    file.display()
                ));
            }
        }
    }
    wrong
}

#[test]
fn numbers_are_those_that_python_reads() {
    let folder = tempfile::tempdir().unwrap();
    let count = if downhill_tests::is_long() {
        "5000"
    } else {
        "400"
    };
    let mut python = Command::new("python3");
    let made = python.arg(SCRIPT).arg(folder.path()).args([count, "2"]);
    assert!(made.status().expect("python3 is there").success());
    let tables = fs::read_to_string(folder.path().join("tables.json")).unwrap();
    let tables: Vec<Value> = serde_json::from_str(&tables).unwrap();
    let open = tables.iter().filter(|one| one["open"] == true).count();
    assert!(open > 0 && open < tables.len() / 4, "{open} of {count}");
    let wrong = tables.iter().flat_map(|expected| {
        let file = folder.path().join(expected["file"].as_str().unwrap());
        differences(&file, expected)
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(
        wrong.is_empty(),
        "{} differences: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}
