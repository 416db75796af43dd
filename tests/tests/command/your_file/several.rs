//! Several files that hold one table, as loggers write one a day.

use std::fmt::Write as _;

use super::{fitted, inspected, refused, result, said, says, slope, unfitted, write};
use downhill_tests::downhill;

/// Rows of `a`, `b` and `y` = 3a − 2b + noise, from one on, with the columns in this order.
fn day(from: u32, columns: [usize; 3], delimiter: &str) -> String {
    let row = |cells: [String; 3]| columns.map(|at| cells[at].clone()).join(delimiter) + "\n";
    let mut text = row(["a", "b", "y"].map(String::from));
    for at in from..from + 40 {
        let (a, b) = (f64::from(at * 7 % 23), f64::from(at * 5 % 19));
        let y = 3.0 * a - 2.0 * b + f64::from(at % 3) / 10.0;
        text += &row([a, b, y].map(|number| number.to_string()));
    }
    text
}

/// Any fit, measurement and prediction is that of one file with all rows, however the columns of
/// each stand and are separated.
#[test]
fn files_are_read_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| write(folder.path(), name, text);
    let monday = put("monday.csv", &day(0, [0, 1, 2], ","));
    let tuesday = put("tuesday.csv", &day(40, [2, 0, 1], ";"));
    let wednesday = put(
        "wednesday.csv",
        &format!("# logger 7\n{}", day(80, [1, 0, 2], "\t")),
    );
    let days = [&*monday, &*tuesday, &*wednesday];
    let behind_header = |from| {
        day(from, [0, 1, 2], ",")
            .split_once('\n')
            .unwrap()
            .1
            .to_owned()
    };
    let all = [day(0, [0, 1, 2], ","), behind_header(40), behind_header(80)].concat();
    let all = put("all.csv", &all);
    for options in [
        "--epochs 40",
        "--epochs 40 --hold-at-most 0",
        "--epochs 40 --no-shuffle --hold-at-most 0",
        "--solver lm --validation-every 4",
        "--features b,a --model mlp:3 --epochs 60",
    ] {
        let options: Vec<&str> = ["--target", "y"]
            .into_iter()
            .chain(options.split(' '))
            .collect();
        let one = result(&[&["fit", &all], &options[..]].concat());
        let several = result(&[&["fit"], &days[..], &options[..]].concat());
        for same in ["fingerprint", "metrics", "rows", "parameters"] {
            assert_eq!(one[same], several[same], "{options:?}");
        }
        let name = several["data"].as_str().unwrap();
        assert!(name.ends_with("wednesday.csv (3 files)"), "{name}");
    }
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    result(&[&["fit"], &days[..], &["--target", "y", "--out", model]].concat());
    let measured = |files: &[&str]| result(&[&["eval", model], files].concat())["metrics"].clone();
    assert_eq!(measured(&days), measured(&[&all]));
    assert_eq!(
        said(&[&["predict", model], &days[..]].concat()),
        said(&["predict", model, &all])
    );
    let one = inspected(&all, "y", &[]);
    let several = result(&[&["inspect"], &days[..], &["--target", "y"]].concat());
    assert_eq!(one["columns"], several["columns"]);
    assert_eq!(one["rows"], several["rows"]);
    assert_eq!(several["format"]["comment_lines"], 1);
    let varied = [
        "--target",
        "y",
        "--vary",
        "model=linear,mlp:2",
        "--epochs",
        "2",
    ];
    let compared =
        |files: &[&str]| result(&[&["compare"], files, &varied].concat())["fits"].clone();
    assert_eq!(compared(&days), compared(&[&all]));
    // The first one says the order of the columns, and with it that of the features.
    let turned = result(&["fit", &tuesday, &monday, "--target", "y"]);
    assert_eq!(turned["features"], serde_json::json!(["a", "b"]));
}

/// Decimal marks and orders of dates that one file settles are those of all.
#[test]
fn marks_are_decided_over_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut open = String::from("kwh;m2\n");
    let mut clear = String::from("m2;kwh\n");
    for row in 1..8 {
        writeln!(open, "{}.{:03};{}", row, 10 * row, row).unwrap();
        writeln!(clear, "{},5;{}", row, 500 * row).unwrap();
    }
    let open = write(folder.path(), "open.csv", &open);
    let clear = write(folder.path(), "clear.csv", &clear);
    says(
        &unfitted(&open, "kwh", &[]),
        &["`1.010` can be 1010 or 1.01"],
    );
    let both = inspected(&open, "kwh", &[&clear]);
    let kwh = both["columns"].as_array().unwrap();
    let kwh = kwh.iter().find(|column| column["name"] == "kwh").unwrap();
    assert_eq!([&kwh["smallest"], &kwh["largest"]], [500.0, 7070.0]);
    // Day and month too: only the second file has a day beyond the 12th.
    let row = |day: u32| [format!("{day:02}/03/2004"), format!("{day}.5")];
    let begin = (1..10).map(|day| row(day).join(",") + "\n");
    let begin = "day,y\n".to_owned() + &begin.collect::<String>();
    let begin = write(folder.path(), "begin.csv", &begin);
    let end = (12..21).map(|day| row(day).map(|cell| cell + ","));
    let end = end.map(|[day, y]| y + day.trim_end_matches(',') + "\n");
    let end = "y,day\n".to_owned() + &end.collect::<String>();
    let end = write(folder.path(), "end.csv", &end);
    let fit = fitted(&begin, "y", &[&end, "--features", "day:yearday"]);
    assert!((slope(&fit, "day:yearday") - 1.0).abs() < 1e-6);
}

/// A message names the file that it is about, and the line there.
#[test]
fn a_message_names_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| write(folder.path(), name, text);
    let first = put("first.csv", &day(0, [0, 1, 2], ","));
    let fit = |name: &str, text: &str, more: &[&str]| {
        let other = put(name, text);
        refused(
            &[&["fit", &first, &other, "--target", "y"], more].concat(),
            1,
        )
    };
    let text = day(40, [1, 2, 0], ",");
    let bad = text.replacen("\n0,", "\noops,", 1);
    let line = 1 + bad
        .lines()
        .position(|line| line.starts_with("oops"))
        .unwrap();
    let place = format!("bad.csv, line {line}, column `b`: `oops` is not a number");
    says(&fit("bad.csv", &bad, &[]), &[&place]);
    says(
        &fit("short.csv", &(text.clone() + "1,2\n"), &[]),
        &[
            "short.csv, line 42: 2 columns where the header has 3",
            "`a`",
        ],
    );
    let classes = ["--loss", "poisson"];
    let negative = text
        .lines()
        .position(|line| line.split(',').nth(1).unwrap().starts_with('-'));
    let place = format!("negative.csv, line {}, column `y`", 1 + negative.unwrap());
    let positive = day(0, [0, 1, 2], ",").replace(",-", ",");
    let first_line = put("positive.csv", &positive);
    let negative = put("negative.csv", &text);
    let options = ["fit", &first_line, &negative, "--target", "y"];
    says(&refused(&[&options[..], &classes].concat(), 1), &[&place]);
    // Other columns.
    let renamed = text.replacen("b,y,a", "temp,y,a", 1);
    says(
        &fit("renamed.csv", &renamed, &[]),
        &[
            "renamed.csv, line 1: there is no column `b`, as in",
            "first.csv, line 1",
            "the column `temp` is none",
            "same columns, in any order",
        ],
    );
    let wide = text.replace('\n', ",7\n").replacen(",7\n", ",c\n", 1);
    says(
        &fit("wide.csv", &wide, &[]),
        &["wide.csv, line 1: the column `c`"],
    );
    let with_units = |unit: &str| format!("t,y\n{unit},W\n1,2\n2,3\n3,5\n");
    let (celsius, fahrenheit) = (with_units("°C"), with_units("°F"));
    let celsius = put("celsius.csv", &celsius);
    let fahrenheit = put("fahrenheit.csv", &fahrenheit);
    says(
        &refused(&["fit", &celsius, &fahrenheit, "--target", "y"], 1),
        &[
            "fahrenheit.csv, line 2, column `t`: the unit is `°F`",
            "celsius.csv it is `°C`",
        ],
    );
    says(
        &refused(&["fit", &first, "none.csv", "--target", "y"], 1),
        &["none.csv"],
    );
}

/// None of them is overwritten.
#[test]
fn no_input_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let files = [0, 40].map(|from| {
        write(
            folder.path(),
            &format!("{from}.csv"),
            &day(from, [0, 1, 2], ","),
        )
    });
    for out in &files {
        let mut fit = downhill(&["fit", &files[0], &files[1], "--target", "y"]);
        let code = fit.args(["--out", out]).assert().get_output().status.code();
        assert_eq!(code, Some(1));
    }
}

/// Files of unlike decimal marks, each of which is sure of its own, are read each by its own.
#[test]
fn each_file_may_have_its_decimal_mark() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |from: usize, mark: &str| {
        let row =
            |at: usize| format!("{},5;{}.25\n", at * 7 % 23, at * 5 % 19).replace([',', '.'], mark);
        let rows: String = (from..from + 20).map(row).collect();
        format!("a;y\n{rows}")
    };
    let comma = write(folder.path(), "comma.csv", &rows(0, ","));
    let point = write(folder.path(), "point.csv", &rows(20, "."));
    let other = write(folder.path(), "other.csv", &rows(20, ","));
    let told = "`2.5` (line 2 of ";
    for files in [[&*comma, &point], [&*comma, &other]] {
        let fit = [&["fit"], &files[..], &["--target", "y", "--solver", "lm"]].concat();
        let text = said(&fit);
        assert_eq!(text.contains(told), files[1] == point, "{text}");
        let expected = result(&["fit", &comma, &other, "--target", "y", "--solver", "lm"]);
        let found = result(&fit);
        for same in ["fingerprint", "parameters", "metrics"] {
            assert_eq!(found[same], expected[same]);
        }
    }
    let how = result(&["inspect", &point, &comma, "--target", "y"]);
    let note = &how["format"]["notes"][0];
    assert_eq!(note["kind"], "other_decimal", "{how}");
    assert_eq!(
        (&note["decimal"], &note["first"]),
        (&",".into(), &".".into())
    );
    // What leaves it open is named, and so is what contradicts itself.
    let open = write(folder.path(), "open.csv", "a;y\n1.250;2\n770;3\n");
    let message = refused(&["fit", &comma, &point, &open, "--target", "y"], 1);
    says(
        &message,
        &["open.csv: nothing in the file says what `1.250` (line 2) is"],
    );
    let mixed = write(folder.path(), "mixed.csv", "a;y\n1,5;2.5\n2,5;3.5\n");
    let message = refused(&["fit", &comma, &mixed, "--target", "y"], 1);
    says(&message, &["has a decimal comma and", "a decimal point"]);
}
