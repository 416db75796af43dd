//! Dates and times as loggers write them.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::{case, refused, result, said, write};

/// A file of hours from the tenth of March 2004 on, whose target follows the hour; `stamp` writes
/// the cells in front of the target from day and hour.
fn hours(
    folder: &Path,
    names: &str,
    rows: usize,
    stamp: impl Fn(usize, usize) -> String,
) -> String {
    let mut text = format!("{names},y\n");
    for k in 0..rows {
        let (day, hour) = (10 + k / 24, k % 24);
        let _ = writeln!(text, "{},{}", stamp(day, hour), 3 * hour + 1);
    }
    write(folder, "hours.csv", &text)
}

/// Least squares of the target by a feature; its slope is 3 and its
/// intercept 1 where the hour is read.
fn line(arguments: &[&str]) -> [f64; 2] {
    let fit: Value = result(&[arguments, &["--target", "y", "--solver", "lm"]].concat());
    let parameters = fit["parameters"].as_object().unwrap();
    let number = |is_intercept: bool| {
        let mut named = parameters.iter();
        let found = named.find(|named| (named.0 == "intercept") == is_intercept);
        let value = found.unwrap().1["value"].as_f64().unwrap();
        (1e6 * value).round() / 1e6
    };
    [number(false), number(true)]
}

#[test]
fn the_column_tells_day_from_month() {
    let folder = tempfile::tempdir().unwrap();
    let file = hours(folder.path(), "when", 120, |day, hour| {
        format!("{day}/03/2004 {hour}:00")
    });
    assert_eq!(line(&["fit", &file, "--features", "when:hour"]), [3.0, 1.0]);
    let text = said(&["fit", &file, "--target", "y", "--features", "when:hour"]);
    assert!(
        text.contains("read with `when` as day/month/year"),
        "{text}"
    );
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let arguments = ["fit", &file, "--target", "y", "--features", "when:weekday"];
    let fit = result(&[&arguments[..], &["--solver", "lm", "--out", model]].concat());
    let read = json!([{"column": "when", "style": "day/month/year"}]);
    assert_eq!(fit["format"]["dates"], read);
    // Alone, this row could be of the fifth of March or of the third of May.
    let one = write(folder.path(), "one.csv", "when\n05/03/2004 06:00\n");
    let same = write(folder.path(), "same.csv", "when\n2004-03-05 06:00\n");
    assert_eq!(
        said(&["predict", model, &one]),
        said(&["predict", model, &same])
    );
    let other = ["predict", model, &one, "--date-format", "%m/%d/%Y"];
    assert_ne!(said(&other), said(&["predict", model, &same]));
}

#[test]
fn what_the_column_leaves_open_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = hours(folder.path(), "when", 48, |day, hour| {
        format!("{day}/03/2004 {hour:02}:00")
    });
    let error = refused(
        &["fit", &file, "--target", "y", "--features", "when:hour"],
        1,
    );
    let cure = "`--date-format %d/%m/%Y` or `--date-format %m/%d/%Y`";
    assert!(
        error.contains("line 2, column `when`: `10/03/2004 00:00`"),
        "{error}"
    );
    assert!(error.contains(cure), "{error}");
    for format in ["%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "month/day/year"] {
        let arguments = [
            "fit",
            &file,
            "--features",
            "when:hour",
            "--date-format",
            format,
        ];
        assert_eq!(line(&arguments), [3.0, 1.0], "{format}");
    }
    // A hint in the list of what is left out names the same.
    let file = hours(folder.path(), "x,when", 48, |day, hour| {
        format!("{hour},{day}/03/2004 {hour:02}:00")
    });
    let text = said(&["fit", &file, "--target", "y"]);
    assert!(
        text.contains("cannot be told for sure; to use them, say how") && text.contains(cure),
        "{text}"
    );
    let wrong = refused(
        &["fit", &file, "--target", "y", "--date-format", "dd.mm.yyyy"],
        2,
    );
    assert!(
        wrong.contains("a pattern such as `%d/%m/%Y %H:%M`"),
        "{wrong}"
    );
}

#[test]
fn a_date_and_a_time_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let file = hours(folder.path(), "x,Date,Time", 120, |day, hour| {
        format!("{hour},{day}/03/2004,{hour:02}.00.00")
    });
    let text = said(&["fit", &file, "--target", "y"]);
    assert!(!text.contains("read with"), "{text}");
    let hint = "(`10/03/2004` with the time of `Time`); to use them, name such as `Date:hour` in";
    assert!(text.contains(hint), "{text}");
    let text = said(&["fit", &file, "--target", "y", "--features", "Date:hour"]);
    let read = "read with `Date` as day/month/year with the time of `Time`";
    assert!(text.contains(read), "{text}");
    assert_eq!(line(&["fit", &file, "--features", "Date:hour"]), [3.0, 1.0]);
    assert_eq!(line(&["fit", &file, "--features", "Time:hour"]), [3.0, 1.0]);
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    let arguments = ["fit", &file, "--target", "y", "--features", "Date:hour"];
    result(&[&arguments[..], &["--solver", "lm", "--out", model]].concat());
    let one = write(folder.path(), "one.csv", "Time,Date\n06.30.00,05/03/2004\n");
    let predicted = said(&["predict", model, &one]);
    let predicted: f64 = predicted.lines().nth(1).unwrap().parse().unwrap();
    assert!((predicted - 20.5).abs() < 1e-9, "{predicted}");
    let without = write(folder.path(), "without.csv", "Date\n05/03/2004\n");
    let error = refused(&["predict", model, &without], 1);
    assert!(error.contains("no column `Time`"), "{error}");
}

#[test]
fn loggers_write_dates_in_their_own_ways() {
    let folder = tempfile::tempdir().unwrap();
    let ways: [fn(usize, usize) -> String; 9] = [
        |day, hour| format!("2004-03-{day} {hour:02}:00:00 UTC"),
        |day, hour| format!("2004-03-{day}T{hour:02}:00:00Z"),
        |day, hour| format!("2004-03-{day} {hour:02}:00:00+01:00"),
        |day, hour| format!("{day}.03.2004 {hour:02}:00"),
        |day, hour| {
            format!(
                "03/{day}/04 {}:00:00 {}",
                (hour + 11) % 12 + 1,
                ["AM", "PM"][hour / 12]
            )
        },
        |day, hour| format!("200403{day} {hour:02}00"),
        |day, hour| format!("{day}-Mar-2004 {hour:02}:00"),
        |day, hour| (1_078_012_800 + 3600 * (24 * day + hour)).to_string(),
        |day, hour| (1_078_012_800_000 + 3_600_000 * (24 * day as u64 + hour as u64)).to_string(),
    ];
    for way in ways {
        let file = hours(folder.path(), "time", 120, way);
        assert_eq!(
            line(&["fit", &file, "--features", "time:hour"]),
            [3.0, 1.0],
            "{}",
            way(10, 13)
        );
    }
    let file = hours(folder.path(), "time", 120, |day, hour| {
        format!("200403{day}{hour:02}")
    });
    let format = [
        "fit",
        &file,
        "--features",
        "time:hour",
        "--date-format",
        "%Y%m%d%H",
    ];
    assert_eq!(line(&format), [3.0, 1.0]);
}

/// The hint that is printed for a file works on it, a comma in the name or not.
#[test]
fn a_hint_works_on_the_file_that_it_is_printed_for() {
    let folder = tempfile::tempdir().unwrap();
    let dates = hours(folder.path(), "x,day", 240, |day, hour| {
        format!("{hour},2004-03-{day}")
    });
    for (file, target, hint) in [
        (
            case("title_and_commas.csv"),
            "RH, % (S/N: 1)",
            "Date Time, GMT+00:00:hour",
        ),
        (case("logger_four_lines.dat"), "Air", "TIMESTAMP:hour"),
        (case("header_again.csv"), "speed", "time:hour"),
        // Of a date alone the hour would be 0 in every row.
        (dates, "y", "day:weekday"),
    ] {
        let text = said(&["fit", &file, "--target", target]);
        let found = text
            .split("name such as `")
            .nth(1)
            .unwrap()
            .split('`')
            .next()
            .unwrap();
        assert_eq!(found, hint);
        for command in ["fit", "inspect"] {
            let done = result(&[command, &file, "--target", target, "--features", found]);
            assert_eq!(done["features"], json!([hint]));
            let findings = done["findings"].to_string();
            assert!(!findings.contains("constant_columns"), "{findings}");
        }
    }
}

#[test]
fn a_later_date_is_held_to_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = hours(folder.path(), "when", 500, |day, hour| match (day, hour) {
        (30, 7) => "03/31/2004 7:00".into(),
        _ => format!("{day}/03/2004 {hour}:00"),
    });
    let arguments = ["fit", &file, "--target", "y", "--features", "when:hour"];
    let error = refused(&arguments, 1);
    let place = "line 489, column `when`: `03/31/2004 7:00`";
    assert!(
        error.contains(place) && error.contains("are read as day/month/year"),
        "{error}"
    );
    assert!(error.contains("--date-format"), "{error}");
    let streamed = refused(&[&arguments[..], &["--hold-at-most", "0"]].concat(), 1);
    assert!(streamed.contains(place), "{streamed}");
}

/// Such numbers rise by leaps, and seconds since 1970 they are not.
#[test]
fn digits_alone_are_timestamps() {
    let folder = tempfile::tempdir().unwrap();
    type Way = fn(usize, usize) -> String;
    let ways: [(Way, &str); 3] = [
        (|day, hour| format!("200403{day}{hour:02}"), "%Y%m%d%H"),
        (|day, hour| format!("200403{day}{hour:02}00"), "%Y%m%d%H%M"),
        (
            |day, hour| format!("203403{day}{hour:02}0000"),
            "%Y%m%d%H%M%S",
        ),
    ];
    for (way, pattern) in ways {
        let file = hours(folder.path(), "x,at", 120, |day, hour| {
            format!("{hour},{}", way(day, hour))
        });
        let plain = result(&["fit", &file, "--target", "y", "--epochs", "1"]);
        assert_eq!(plain["features"], json!(["x"]), "{pattern}");
        let text = said(&["fit", &file, "--target", "y", "--features", "at:hour"]);
        assert!(
            text.contains(&format!("read with `at` as {pattern}")),
            "{text}"
        );
        assert_eq!(line(&["fit", &file, "--features", "at:hour"]), [3.0, 1.0]);
    }
    // Without an hour they could be amounts: the name says it.
    for (name, is_date) in [("MESS_DATUM", true), ("liters", false)] {
        let file = hours(folder.path(), &format!("x,{name}"), 240, |day, hour| {
            format!("{hour},200403{day}")
        });
        let plain = result(&["fit", &file, "--target", "y", "--epochs", "1"]);
        assert_eq!(plain["features"].as_array().unwrap().len() == 1, is_date);
    }
    // No month has 45 days, and few numbers show nothing.
    for rows in [
        "2004031000,1\n2004031001,2\n2004034502,4\n",
        "2004031000,1\n2004031001,2\n",
    ] {
        let file = write(folder.path(), "few.csv", &format!("x,y\n{rows}"));
        let plain = result(&["fit", &file, "--target", "y", "--solver", "lm"]);
        assert_eq!(plain["features"], json!(["x"]));
    }
}
