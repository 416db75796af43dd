//! Where the table begins.

use std::fs;

use downhill_tests::{downhill, stderr};
use serde_json::json;

use super::{case, refused, result, said, write};

#[test]
fn a_loggers_names_units_and_kinds() {
    let file = case("logger_four_lines.dat");
    let fit = result(&[
        "fit",
        &file,
        "--target",
        "Air",
        "--features",
        "RH,TIMESTAMP:hour",
    ]);
    assert_eq!(fit["rows"]["used"], 40);
    assert_eq!(fit["format"]["header_line"], 2);
    assert_eq!(fit["format"]["units_line"], 3);
    assert_eq!(fit["format"]["kinds_lines"], json!([4]));
    let text = said(&["fit", &file, "--target", "Air"]);
    let how =
        "read with names in line 2, with units in line 3, without 1 further header line (line 4)";
    assert!(text.contains(how), "{text}");
}

#[test]
fn a_title_in_front_of_the_names() {
    let file = case("title_and_commas.csv");
    let fit = result(&["fit", &file, "--target", "RH, % (S/N: 1)"]);
    assert_eq!(fit["rows"]["used"], 40);
    assert_eq!(fit["format"]["header_line"], 2);
    assert_eq!(fit["features"], json!(["#", "Temp, °F (S/N: 1)"]));
}

#[test]
fn lines_of_notes_in_front_of_the_names() {
    let file = case("annotated.csv");
    let fit = result(&[
        "fit",
        &file,
        "--target",
        "_value",
        "--features",
        "table,_time:hour",
    ]);
    assert_eq!(fit["rows"]["used"], 30);
    assert_eq!(fit["format"]["header_line"], 4);
    assert_eq!(fit["format"]["comment"], "#");
    assert_eq!(fit["format"]["comment_lines"], 3);
}

#[test]
fn a_header_in_the_middle() {
    let file = case("header_again.csv");
    let fit = result(&["fit", &file, "--target", "speed", "--solver", "rls"]);
    assert_eq!(fit["rows"]["used"], 40);
    assert_eq!(fit["format"]["first_repeated_line"], 22);
    let held = said(&["fit", &file, "--target", "speed"]);
    assert!(
        held.contains("read without 1 repeated header line (line 22)"),
        "{held}"
    );
    // Read anew for each epoch.
    let streamed = said(&["fit", &file, "--target", "speed", "--hold-at-most", "0"]);
    assert!(
        streamed.contains("read without 1 repeated header line (line 22)"),
        "{streamed}"
    );
}

#[test]
fn numbers_without_names() {
    let file = case("no_header.csv");
    let names = json!(["column_1", "column_2", "column_3", "column_4"]);
    for options in [&[][..], &["--no-header"]] {
        let mut arguments = vec!["fit", &file, "--target", "column_5"];
        arguments.extend(options);
        let fit = result(&arguments);
        assert_eq!(fit["rows"]["used"], 6);
        assert_eq!(fit["features"], names);
        assert_eq!(fit["format"]["header_line"], json!(null));
    }
    let text = said(&["fit", &file, "--target", "column_5"]);
    let how = "read without names: the columns are called `column_1` to `column_5`";
    assert!(text.contains(how), "{text}");
    let fit = result(&[
        "fit",
        &file,
        "--target",
        "0",
        "--header-line",
        "1",
        "--model",
        "linear",
    ]);
    assert_eq!(fit["rows"]["used"], 5);
    let twice = refused(
        &[
            "fit",
            &file,
            "--target",
            "0",
            "--header-line",
            "1",
            "--no-header",
        ],
        2,
    );
    assert!(twice.contains("--no-header"), "{twice}");
}

/// What is refused names an option, and with it the fit goes on.
#[test]
fn a_place_that_is_not_clear_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (1..20).map(|k| format!("{k},{}\n", 3 * k)).collect();
    let file = write(
        folder.path(),
        "labels.csv",
        &format!("Height,Weight\nheight_cm,weight_kg\n{rows}"),
    );
    let error = refused(&["fit", &file, "--target", "weight_kg"], 1);
    let cure = "line 1 or in line 2; say where with `--header-line 1` or `--header-line 2`";
    assert!(error.contains(cure), "{error}");
    let fit = result(&["fit", &file, "--target", "weight_kg", "--header-line", "2"]);
    assert_eq!(fit["rows"]["used"], 19);

    let file = write(folder.path(), "either.csv", &format!("0,1\n{rows}"));
    let error = refused(&["fit", &file, "--target", "1"], 1);
    assert!(
        error.contains("`--header-line 1` or `--no-header`"),
        "{error}"
    );
    let names = result(&["fit", &file, "--target", "1", "--header-line", "1"]);
    let data = result(&["fit", &file, "--target", "column_2", "--no-header"]);
    assert_eq!(
        (&names["rows"]["used"], &data["rows"]["used"]),
        (&json!(19), &json!(20))
    );
}

/// A model takes another file of the kind, by every command that reads one.
#[test]
fn a_second_file_of_the_kind() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let file = case("logger_four_lines.dat");
    result(&[
        "fit",
        &file,
        "--target",
        "Air",
        "--features",
        "RH",
        "--out",
        model,
    ]);
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let (front, rows) = (lines[..4].join("\r\n"), &lines[4..]);
    // As loggers append: the whole front once more, and a line at the end.
    let second = [
        &*front,
        &rows[..9].join("\r\n"),
        &front,
        &rows[9..].join("\r\n"),
        "end",
    ];
    let second = write(folder.path(), "second.dat", &second.join("\r\n"));
    let (once, twice) = (
        result(&["eval", model, &file]),
        result(&["eval", model, &second]),
    );
    assert_eq!(once["metrics"], twice["metrics"]);
    assert_eq!(twice["format"]["repeated_lines"], 4);
    assert_eq!(twice["format"]["footer_lines"], 1);
    assert_eq!(
        said(&["predict", model, &file]),
        said(&["predict", model, &second])
    );
}

/// A later row that contradicts what was found is an error with its line.
#[test]
fn a_later_row_is_held_to_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (1..300).map(|k| format!("{k},{}\n", 3 * k)).collect();
    let text = format!("x,y\n{rows}Total,9\n5,6\n");
    let file = write(folder.path(), "subtotal.csv", &text);
    let error = refused(&["fit", &file, "--target", "y"], 1);
    assert!(
        error.contains("line 301, column `x`: `Total` looks like the end"),
        "{error}"
    );
    let fit = result(&["fit", &file, "--target", "y", "--comment", "Total"]);
    assert_eq!(fit["rows"]["used"], 300);
    assert_eq!(fit["format"]["comment_lines"], 1);
}

/// As `pandas` and spreadsheets do.
#[test]
fn lines_of_white_space_are_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "t.csv",
        "x,y\n1,2\n   \n2,4\n\t\n\n3,6\n4,8\n \n",
    );
    let fit = super::fitted(&file, "y", &[]);
    assert_eq!(fit["rows"]["train"], 4, "{fit}");
    assert!((super::slope(&fit, "x") - 2.0).abs() < 1e-9);
}

/// Wherever two lines could hold the names, either option that is advised reads the file.
#[test]
fn each_line_that_is_advised_can_have_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "1,2.0,3.5\n2,2.5,3.0\n3,2.6,3.1\n4,2.9,2.9\n5,2.8,2.7\n";
    for front in [
        "time,temp,hum\nday,inside,outside\n",
        "time,temp,hum\nday,inside,outside\ns,C,%\n",
        "Report,x,y\nmade by hand,,\ntime,temp,hum\ns,C,%\n",
        "Report,x,y\nmade by hand\ntime,temp,hum\n",
        "one,two,three\nfour,five,six\nseven,eight,nine\n",
        "one,two,three\n,,\nfour,five,six\n",
    ] {
        let file = write(folder.path(), "t.csv", &format!("{front}{rows}"));
        let target = front.split(',').nth(1).unwrap();
        let mut fit = downhill(&["inspect", &file, "--target", target]);
        let message = stderr(&fit.assert().code(1));
        let advised = message
            .split('`')
            .filter(|text| text.starts_with("--header-line"));
        let advised: Vec<&str> = advised.collect();
        assert_eq!(advised.len(), 2, "{message}");
        for option in advised {
            let line = option.split_once(' ').unwrap().1;
            let names = front
                .lines()
                .nth(line.parse::<usize>().unwrap() - 1)
                .unwrap();
            let target = names.split(',').nth(1).unwrap();
            let fit = super::fitted(&file, target, &["--header-line", line]);
            assert_eq!(fit["rows"]["used"], 5, "{option}: {fit}");
        }
    }
}
