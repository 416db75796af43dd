//! Files as loggers, meters and instruments write them: y = 30 - x / 2 in each.

use std::fs;
use std::path::Path;
use std::process::Command;

use downhill_tests::downhill;

use super::{fitted, refused, said, says, slope, unfitted, write};

const ROWS: usize = 24;

/// The feature of a row, and its target.
fn numbers(row: usize) -> (f64, f64) {
    let x = 15.0 + (row * 7 % 11) as f64 + 0.5 * (row % 2) as f64;
    (x, 30.0 - x / 2.0)
}

fn comma(number: f64) -> String {
    format!("{number:.2}").replace('.', ",")
}

/// A front, and rows behind it.
fn file(front: &str, row: impl Fn(usize, f64, f64) -> String) -> String {
    let rows = (0..ROWS).map(|at| {
        let (x, y) = numbers(at);
        row(at, x, y) + "\r\n"
    });
    front.replace('\n', "\r\n") + &rows.collect::<String>()
}

#[track_caller]
fn is_line(file: &str, target: &str, feature: &str, more: &[&str]) {
    let fit = fitted(file, target, &[&["--features", feature], more].concat());
    assert_eq!(fit["rows"]["train"], ROWS, "{fit}");
    for (name, value) in [(feature, -0.5), ("intercept", 30.0)] {
        assert!((slope(&fit, name) - value).abs() < 1e-9, "{name}: {fit}");
    }
}

/// Where the table begins is found, whatever is around the names.
#[test]
fn what_loggers_write_around_a_table_is_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let clock = |row: usize| format!("{:02}:{:02}", row / 6, row % 6 * 10);
    let inverter = "sep=;\nVersion CSV1|Tool SE|Delimiter semicolon\n\n;SN: 2110;SN: 2110;SN: 2110\n\
        ;SB 5000;SB 5000;SB 5000\n;2110123456;2110123456;2110123456\n;Total yield;Power;Heat\n\
        ;Counter;Analog;Analog\ndd/MM/yyyy HH:mm;kWh;kW;degC\n";
    let labview = "LabVIEW Measurement\t\nWriter_Version\t2\nDecimal_Separator\t.\nDate\t2024/03/01\n\
        ***End_of_Header***\t\n\t\nChannels\t2\t\nSamples\t24\t24\t\nY_Unit_Label\tVolts\tVolts\t\n\
        X0\t0.0E+0\t0.0E+0\t\n***End_of_Header***\t\t\t\nX_Value\tVoltage\tHeat\tComment\n";
    let station = "\t\tTemp\tHi\tLow\tOut\tDew\tWind\n\
        Date\tTime\tOut\tTemp\tTemp\tHum\tPt.\tDir\n";
    let usb = "EL-USB-2 Cellar,Time,Celsius(°C),High Alarm,Humidity(%rh),Serial Number\n";
    let monitor =
        "timestamp,Battery voltage,State of charge\nEurope/Zurich (+01:00),Voltage,SOC\n,V,%\n";
    for (name, text, target, feature, more, notes) in [
        (
            "testo.csv",
            file(
                "\n;Zeit;1 [°C];2 [%rF]\nMin;;15,00;16,75\nMax;;26,50;22,50\nMittelwert;;20,1;19,9\n",
                |row, x, y| {
                    format!(
                        "{};01.03.2024 {};{};{}",
                        row + 1,
                        clock(row),
                        comma(x),
                        comma(y)
                    )
                },
            ),
            "2 [%rF]",
            "1 [°C]",
            &[][..],
            "with names in line 2, without 3 further header lines (from line 3 on)",
        ),
        (
            "inverter.csv",
            file(inverter, |row, x, y| {
                format!(
                    "01/03/2024 {};{};{};{}",
                    clock(row),
                    comma(100.0 + y),
                    comma(x),
                    comma(y)
                )
            }),
            "Heat",
            "Power",
            &[],
            "with names in line 7, with units in line 9, without 1 further header line (line 8)",
        ),
        (
            "labview.lvm",
            file(labview, |row, x, y| {
                let end = if row == 0 { "\t" } else { "" };
                format!("{:.6}\t{x:.6}\t{y:.6}{end}", row as f64 / 1000.0)
            }),
            "Heat",
            "Voltage",
            &[],
            "`Comment` is left out, for most rows have no cell of it",
        ),
        (
            "usb.txt",
            file(usb, |row, x, y| {
                let end = if row == 0 { ",010041234" } else { "" };
                format!(
                    "{},01/03/2024 {},{x:.1},30.0,{y:.2}{end}",
                    row + 1,
                    clock(row)
                )
            }),
            "Humidity(%rh)",
            "Celsius(°C)",
            &[],
            "`Serial Number` is left out, for most rows have no cell of it",
        ),
        (
            "station.txt",
            file(station, |row, x, y| {
                let winds = ["NNW", "---", "S"];
                format!(
                    "01/03/24\t{}\t{x:.1}\t1\t2\t{y:.2}\t4\t{}",
                    clock(row),
                    winds[row % 3]
                )
            }),
            "Out Hum",
            "Temp Out",
            &[],
            "with names in line 2",
        ),
        (
            "scope.csv",
            file("x-axis,1,2\nsecond,Volt,Volt\n", |row, x, y| {
                format!("{:+.5E},{x:+.5E},{y:+.5E}", row as f64 * 1e-6)
            }),
            "2",
            "1",
            &[],
            "with units in line 2",
        ),
        (
            "psql.txt",
            file(" id |  temp  | hum\n----+--------+------\n", |row, x, y| {
                format!(" {row:2} | {x:6.2} | {y:.2}")
            }) + "(24 rows)\n",
            "hum",
            "temp",
            &[],
            "without 1 further header line (line 2), without 1 footer line (line 27)",
        ),
        (
            "battery.csv",
            file(monitor, |row, x, y| {
                format!("2024-03-01 {}:00,{x:.2},{y:.2}", clock(row))
            }),
            "State of charge",
            "Battery voltage",
            &["--header-line", "1"],
            "with units in line 3, without 1 further header line (line 2)",
        ),
        (
            "battery.csv",
            file(monitor, |row, x, y| {
                format!("2024-03-01 {}:00,{x:.2},{y:.2}", clock(row))
            }),
            "SOC",
            "Voltage",
            &["--header-line", "2"],
            "with names in line 2, with units in line 3",
        ),
    ] {
        let path = write(folder.path(), name, &text);
        is_line(&path, target, feature, more);
        let inspect = ["inspect", &path, "--target", target, "--features", feature];
        says(&said(&[&inspect, more].concat()), &[notes]);
    }
}

/// Rows that are no table, and the commands that are advised until they are one.
#[test]
fn what_is_no_table_is_made_one_by_the_commands_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let time = |row: usize| format!("10:00:{row:02}.{:03}", row * 37 % 1000);
    for (text, names, told) in [
        (
            file("", |row, x, y| format!("{} -> {x:.2},{y:.2}", time(row))),
            "time,x,y",
            &["the lines begin with a time and `->`"][..],
        ),
        (
            file("", |row, x, y| {
                format!("{} -> Heat: {x:.2} C, Hum: {y:.2} %", time(row))
            }),
            "time,x,y",
            &[
                "begin with a time",
                "cells such as `Heat: 15.00 C` hold a name and a number",
            ],
        ),
        (
            file("", |_, x, y| format!("heat:{x:.2}\thum:{y:.2}")),
            "x\ty",
            &["cells such as `heat:15.00` hold a name and a number"],
        ),
        (
            file("", |_, x, y| format!("heat:{x:.2} hum:{y:.2}")),
            "x,y",
            &[
                "each word holds a name and a number",
                "the cells are parted by spaces",
            ],
        ),
        (
            file("", |_, x, y| format!("heat={x:.2},hum={y:.2}")),
            "x,y",
            &["cells such as `heat=15.00`"],
        ),
        (
            file("     x      y\n", |_, x, y| format!("{x:8.3} {y:8.3}  ")),
            "",
            &["the cells are parted by spaces"],
        ),
    ] {
        write(folder.path(), "my table.txt", &text.replace('\r', ""));
        for told in told {
            let mut run = downhill(&["inspect", "my table.txt", "--target", "y"]);
            let run = run.current_dir(folder.path()).assert().code(1);
            let message = downhill_tests::stderr(&run);
            says(&message, &[told]);
            let advice = message
                .split('`')
                .find(|text| text.starts_with("sed "))
                .unwrap();
            let shell = Command::new("sh")
                .args(["-c", advice])
                .current_dir(folder.path())
                .status();
            assert!(shell.unwrap().success(), "{advice}");
            fs::rename(
                folder.path().join("table.csv"),
                folder.path().join("my table.txt"),
            )
            .unwrap();
        }
        let table = fs::read_to_string(folder.path().join("my table.txt")).unwrap();
        let names = if names.is_empty() {
            String::new()
        } else {
            format!("{names}\n")
        };
        let path = write(folder.path(), "named.csv", &(names + &table));
        is_line(&path, "y", "x", &[]);
    }
}

/// A number that is known to mark a missing one is warned of though it is there once.
#[test]
fn one_known_marker_among_numbers_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    for marker in ["-999", "-9999", "-127", "65535", "-99.9"] {
        let text = file("x,y\n", |row, x, y| match row {
            9 => format!("{marker},{y}"),
            _ => format!("{x},{y}"),
        });
        let path = write(folder.path(), "t.csv", &text);
        let option = format!("--missing-value={marker}");
        let warned = format!("`{marker}` stands apart from the other numbers of `x`, in 1 cell");
        let fit = downhill(&["fit", &path, "--target", "y", "--solver", "lm"])
            .assert()
            .code(0);
        says(
            &downhill_tests::stderr(&fit),
            &["warning: ", &warned, &option],
        );
        let fit = fitted(&path, "y", &[&option]);
        assert_eq!(fit["rows"]["train"], ROWS - 1);
        assert!((slope(&fit, "x") + 0.5).abs() < 1e-9, "{marker}: {fit}");
    }
    // A number as large is none, where others are near it.
    let text = file("x,y\n", |row, x, y| {
        format!("{},{y}", 999.0 - x * row as f64)
    });
    let path = write(folder.path(), "t.csv", &text);
    let quiet = downhill(&["fit", &path, "--target", "y", "--solver", "lm"])
        .assert()
        .code(0);
    assert_eq!(downhill_tests::stderr(&quiet), "");
}

/// A date that could be written in three ways: each is named, and each is taken.
#[test]
fn all_ways_in_which_a_date_is_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = file("when,y\n", |row, _, _| {
        format!(
            "03/01/24 {:02}:30:00 {},{}",
            1 + row % 11,
            ["AM", "PM"][row / 12],
            row % 12 + row
        )
    });
    let path = write(folder.path(), "t.csv", &text);
    let message = unfitted(&path, "y", &["--features", "when:hour"]);
    let advised = message
        .split('`')
        .filter(|text| text.starts_with("--date-format "));
    let advised: Vec<&str> = advised.collect();
    assert_eq!(advised.len(), 3, "{message}");
    for option in advised {
        let format = option.split(' ').nth(1).unwrap();
        fitted(
            &path,
            "y",
            &["--features", "when:hour", "--date-format", format],
        );
    }
}

/// What looks like a number is not said to mark a missing one.
#[test]
fn numbers_with_units_are_no_markers() {
    let folder = tempfile::tempdir().unwrap();
    let text = file("x,y\n123456,1\n", |_, x, y| format!("{x} %RH,{y}"));
    let path = write(folder.path(), "t.csv", &text);
    let message = unfitted(&path, "y", &["--solver", "lm"]);
    assert!(!message.contains("--missing-value"), "{message}");
}

/// A time with more behind it than a zone is no time.
#[test]
fn what_stands_behind_a_time_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    for cell in ["10:00:00 - 19.95", "10:00:00 +a", "10:00 [19.95"] {
        let rows: String = (0..9)
            .map(|row| format!("{cell},{row},{}\n", row * row))
            .collect();
        fs::write(&path, format!("when,x,y\n{rows}")).unwrap();
        let path = path.to_str().unwrap();
        let message = refused(
            &["fit", path, "--target", "y", "--features", "when:hour"],
            1,
        );
        says(
            &message,
            &["line 2, column `when`: `", "is no date or time"],
        );
    }
    for cell in [
        "10:00:00+01:00",
        "10:00:00-0500",
        "10:00 UTC",
        "10:00:00.5+01:00[Europe/Zurich]",
    ] {
        let rows: String = (0..9)
            .map(|row| format!("{cell},{row},{}\n", row * row))
            .collect();
        fs::write(&path, format!("when,x,y\n{rows}")).unwrap();
        let inspected = said(&["inspect", Path::to_str(&path).unwrap(), "--target", "y"]);
        says(&inspected, &["left out: when, timestamps"]);
    }
}

/// Files of LabVIEW, whose names stand behind two blocks of settings, with either decimal mark.
#[test]
fn a_file_of_labview_says_where_its_names_are() {
    let folder = tempfile::tempdir().unwrap();
    for mark in [".", ","] {
        let front = "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\n\
            Decimal_Separator\t.\nMulti_Headings\tNo\nX_Columns\tOne\nTime_Pref\tAbsolute\n\
            Date\t2024/03/11\nTime\t10:00:00.5\n***End_of_Header***\t\t\t\nChannels\t2\t\t\t\n\
            Samples\t40\t40\t\t\nY_Unit_Label\tVolts\tVolts\t\t\nX0\t0.0\t0.0\t\t\n\
            Delta_X\t0.1\t0.1\t\t\n***End_of_Header***\t\t\t\t\nX_Value\tx\ty\tComment\n";
        let row = |at: usize, x: f64, y: f64| format!("{:.6}\t{x:.6}\t{y:.6}", at as f64 / 10.0);
        let text = file(front, row).replace('.', mark);
        let path = write(folder.path(), "t.lvm", &text);
        is_line(&path, "y", "x", &[]);
        let note = "`Comment` is left out, for most rows have no cell of it";
        says(&said(&["inspect", &path, "--target", "y"]), &[note]);
    }
}
