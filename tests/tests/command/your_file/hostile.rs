//! Files that no program should trust: each ends with a message, in 256 MB.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use downhill_tests::{downhill, json, stderr, terminal};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::write;

/// Address space of a command, in KiB.
const MOST: u32 = 256 << 10;

/// Runs `downhill` with these arguments in little memory; its exit code and all that it prints.
fn run_in(folder: &Path, arguments: &str, input: Stdio) -> (i32, String) {
    let program = downhill(&[]).get_program().to_owned();
    let script = format!("ulimit -v {MOST}; exec \"$0\" {arguments}");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &script]).arg(program).current_dir(folder);
    let output = shell.stdin(input).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn run(folder: &Path, arguments: &str) -> (i32, String) {
    run_in(folder, arguments, Stdio::null())
}

#[track_caller]
fn refuses(folder: &Path, arguments: &str, words: &[&str]) {
    let (code, said) = run(folder, arguments);
    assert_eq!(code, 1, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in {said}");
    }
}

/// Zeros, packed: a piece again and again.
fn packed_zeros(megabytes: usize) -> Vec<u8> {
    let mut piece = GzEncoder::new(Vec::new(), Compression::fast());
    piece.write_all(&vec![0; 1 << 20]).unwrap();
    piece.finish().unwrap().repeat(megabytes)
}

#[test]
fn an_input_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let zero = ["line 1: there is a byte of zero", "save the table as CSV"];
    for command in ["fit /dev/zero --target y", "inspect /dev/zero --target y"] {
        refuses(folder.path(), command, &zero);
    }
    let zeros = File::open("/dev/zero").unwrap();
    let (code, said) = run_in(folder.path(), "fit - --target y", zeros.into());
    assert!(
        code == 1 && said.contains("standard input, line 1: there is a byte"),
        "{said}"
    );
}

#[test]
fn packed_zeros_are_no_table() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("z.gz"), packed_zeros(1024)).unwrap();
    refuses(
        folder.path(),
        "fit z.gz --target y",
        &["z.gz, line 1: there is a byte of zero"],
    );
    let mut front = GzEncoder::new(Vec::new(), Compression::fast());
    let rows = "x,y\n".to_owned() + &"1,2\n3,5\n".repeat(20_000);
    front.write_all(rows.as_bytes()).unwrap();
    let packed = [front.finish().unwrap(), packed_zeros(1024)].concat();
    fs::write(folder.path().join("later.gz"), packed).unwrap();
    let words = ["later.gz, line 40002: the line is longer than 16 MB"];
    refuses(folder.path(), "fit later.gz --target y", &words);
}

/// Five million rows in a packed file: what is held does not grow with them.
#[test]
fn rows_without_number_to_look_at() {
    let folder = tempfile::tempdir().unwrap();
    let packed = |text: &str| {
        let mut piece = GzEncoder::new(Vec::new(), Compression::fast());
        piece.write_all(text.as_bytes()).unwrap();
        piece.finish().unwrap()
    };
    let rows = packed(&"0,0,1\n0,1,2\n\n".repeat(100_000)).repeat(25);
    fs::write(
        folder.path().join("rows.gz"),
        [packed("x,y,z\n"), rows].concat(),
    )
    .unwrap();
    let (code, said) = run(folder.path(), "inspect rows.gz --target z");
    assert_eq!(code, 0, "{said}");
    for words in [
        "5000000 rows, 5000000 with nothing missing",
        "4999998 of 5000000 rows",
    ] {
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
}

#[test]
fn a_line_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let long = "the line is longer than 16 MB; a table has a row in each line";
    write(folder.path(), "one.csv", &"1,2,3,".repeat(6 << 20));
    refuses(
        folder.path(),
        "fit one.csv --target y",
        &["one.csv, line 1: ", long],
    );
    write(
        folder.path(),
        "letters.csv",
        &format!("x,y\n1,2\n{}", "a".repeat(40 << 20)),
    );
    refuses(
        folder.path(),
        "fit letters.csv --target y",
        &["letters.csv, line 3: ", long],
    );
    write(
        folder.path(),
        "open.csv",
        &format!("x,y\n1,2\n\"{}", "a,\n".repeat(10 << 20)),
    );
    refuses(
        folder.path(),
        "fit open.csv --target y",
        &["open.csv, line 3: ", long],
    );
    write(
        folder.path(),
        "cells.csv",
        &format!("x,y\n1,2\n{}\n3,4\n", ",".repeat(8 << 20)),
    );
    let cells = "cells.csv, line 3: more than 250000 cells";
    refuses(folder.path(), "fit cells.csv --target y", &[cells]);
    write(
        folder.path(),
        "wide.csv",
        &format!("{}\n1,2\n", ",".repeat(8 << 20)),
    );
    refuses(
        folder.path(),
        "fit wide.csv --target y",
        &["line 1: more than 250000 cells"],
    );
}

/// Text in UTF-16 is read by the mark in front of it, as spreadsheets and Windows write it.
#[test]
fn text_in_utf_16_is_read_as_that_in_utf_8() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("größe,température °C\n");
    for row in 0..40 {
        let _ = writeln!(text, "{},{}", row * row % 23, 20.5 + f64::from(row % 9));
    }
    let units: Vec<u16> = "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let fit = |name: &str, bytes: &[u8], more: &[&str]| {
        fs::write(folder.path().join(name), bytes).unwrap();
        let usual = [
            "fit", name, "--target", "größe", "--epochs", "2", "--loss", "squared",
        ];
        let all = [&usual[..], &["--health", "0", "--json"], more].concat();
        let fitted = downhill(&all).current_dir(folder.path()).assert().code(0);
        json(&fitted)["fingerprint"].clone()
    };
    let expected = fit("utf8.csv", text.as_bytes(), &[]);
    assert_eq!(fit("little.csv", &little, &[]), expected);
    assert_eq!(fit("big.csv", &big, &[]), expected);
    let streamed = ["--hold-at-most", "0"];
    let expected = fit("utf8.csv", text.as_bytes(), &streamed);
    assert_eq!(fit("big.csv", &big, &streamed), expected);
    // Bytes without a letter, and a text that ends within one.
    for bytes in [
        &b"\xff\xfea\x00,\x00\x00\xd8\n\x00"[..],
        &little[..little.len() - 1],
    ] {
        fs::write(folder.path().join("cut.csv"), bytes).unwrap();
        refuses(folder.path(), "fit cut.csv --target y", &["cut.csv: "]);
    }
}

#[test]
fn what_was_typed_does_not_command_the_terminal() {
    for (arguments, said) in [
        (
            &["fit", "--target", "y", "--\u{9b}2J"] as &[&str],
            "\\u009b2J",
        ),
        (
            &[
                "fit",
                "a.csv",
                "--target",
                "y",
                "--epochs",
                "\u{1b}[31mx\u{7}",
            ],
            "invalid value",
        ),
        (&["\u{1b}]0;title\u{7}"], "error: "),
    ] {
        let mut command = std::process::Command::new(downhill(&[]).get_program());
        let (text, code) = terminal::shown(command.args(arguments).env("TERM", "xterm"));
        assert_eq!(code, Some(2));
        let commands = |c: char| c.is_control() && !"\r\n\t".contains(c);
        assert!(!text.contains(commands) && text.contains(said), "{text:?}");
    }
}

#[test]
fn a_name_or_a_category_of_65534_letters() {
    let folder = tempfile::tempdir().unwrap();
    let long = "n".repeat(65_534);
    let rows = |cell: &str| {
        (0..40).fold(String::new(), |mut rows, k| {
            let _ = writeln!(
                rows,
                "{k},{},{}",
                2 * k,
                if k % 3 == 0 { cell } else { "b" }
            );
            rows
        })
    };
    write(
        folder.path(),
        "name.csv",
        &format!("{long},y,kind\n{}", rows("a")),
    );
    let words = [
        "line 1: the name of column 1 has 65534 characters, `nnn",
        "at most 1000",
    ];
    refuses(folder.path(), "fit name.csv --target y", &words);
    write(
        folder.path(),
        "kind.csv",
        &format!("x,y,kind\n{}", rows(&long)),
    );
    for command in ["fit", "inspect"] {
        let arguments = format!("{command} kind.csv --target y --features x,kind");
        let (code, said) = run(folder.path(), &arguments);
        assert_eq!(code, 0, "{said}");
        assert!(
            command == "inspect" || said.contains(&format!("kind={}…", &long[..195])),
            "{said}"
        );
    }
}

/// What a file, its name or an option says never commands a terminal.
#[test]
fn control_characters_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (title, file) = ("\u{1b}]0;title\u{7}", "f\u{1b}[2J.csv");
    let rows = |kind: &str| {
        (0..40).fold(String::new(), |mut rows, k| {
            let _ = writeln!(
                rows,
                "{k},{},{},{}\u{9b}2J",
                2 * k + k % 2,
                k % 7,
                ["b", kind][k % 2]
            );
            rows
        })
    };
    let text = format!("x{title},\"y\r\n(m)\",z,kind\u{202e}\n{}", rows(title));
    write(folder.path(), file, &text);
    let mut seen = 0;
    let named = format!("'{file}' --target 'y (m)'");
    for command in [
        format!("fit {named} --out m.json"),
        format!("fit {named} --features 'z,kind\u{202e}' --plot"),
        format!("fit {named} --verbose --epochs 2"),
        format!("fit {named} --json"),
        format!("fit '{file}' --target w"),
        format!("fit '{file}' --target 'kind\u{202e}'"),
        format!("fit {named} --features 'z,kind\u{202e}:hour'"),
        format!("inspect {named}"),
        format!("inspect {named} --json"),
        format!("compare {named} --vary lr=0.1,0.01"),
        format!("eval m.json '{file}'"),
    ] {
        let (_, said) = run(folder.path(), &command);
        let hostile = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!said.contains(hostile), "{command}: {said:?}");
        seen += usize::from(said.contains("\\u001b]0;title\\u0007"));
    }
    assert!(seen >= 6, "{seen}");
    let mut fit = downhill(&["fit", file, "--target", "y (m)", "--json"]);
    let fit = json(&fit.current_dir(folder.path()).assert().code(0));
    assert_eq!(fit["features"][0], format!("x{title}"));
}

/// What a page holds is printed by tools that show its source.
#[test]
fn control_characters_are_not_in_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("x\u{1b}]0;title\u{7},y\u{9b}2J,kind\u{202e}\n");
    for k in 0..40 {
        let _ = writeln!(text, "{k},{},a{}\u{1b}[2J", 2 * k + k % 3, k % 2);
    }
    write(folder.path(), "t.csv", &text);
    for command in [
        "fit t.csv --target y\u{9b}2J --features x\u{1b}]0;title\u{7},kind\u{202e} --epochs 2",
        "fit t.csv --target y\u{9b}2J --solver lm",
        "fit t.csv --target kind\u{202e} --epochs 2",
        "inspect t.csv --target y\u{9b}2J",
        "compare t.csv --target y\u{9b}2J --vary lr=0.1,0.01 --epochs 2",
    ] {
        let words: Vec<&str> = command.split(' ').chain(["--report", "p.html"]).collect();
        downhill(&words).current_dir(folder.path()).assert().code(0);
        let page = fs::read_to_string(folder.path().join("p.html")).unwrap();
        fs::remove_file(folder.path().join("p.html")).unwrap();
        let hostile = |c: char| !"\n\t".contains(c) && (c.is_control() || c == '\u{202e}');
        let found = page
            .find(hostile)
            .map(|at| page[at..].chars().take(40).collect::<String>());
        assert_eq!(found, None, "{command}");
        assert!(page.contains("\\u009b2J"), "{command}");
    }
}

/// Columns enough that anything done for each pair of them would not end.
#[test]
fn thirty_thousand_columns() {
    let folder = tempfile::tempdir().unwrap();
    let columns = 30_000;
    let names: Vec<String> = (0..columns).map(|k| format!("c{k}")).collect();
    let mut text = names.join(",") + ",y\n";
    for row in 0..4 {
        (0..columns).for_each(|k| text += ["1,", "2,", "5,"][(row * k + k % 7) % 3]);
        let _ = writeln!(text, "{row}");
    }
    write(folder.path(), "wide.csv", &text);
    let arguments = "fit wide.csv --target y --epochs 1 --validation-every 0 --health 0 --json";
    let (code, said) = run(folder.path(), arguments);
    assert_eq!(code, 0, "{}", &said[..said.len().min(400)]);
    let list = names.join(",");
    fs::write(
        folder.path().join("downhill.toml"),
        format!("[fit]\ndata = 'wide.csv'\ntarget = 'y'\nfeatures = '{list}'\n"),
    )
    .unwrap();
    let (code, said) = run(
        folder.path(),
        "fit --epochs 1 --validation-every 0 --health 0 --json",
    );
    assert_eq!(code, 0, "{}", &said[..said.len().min(400)]);
    write(
        folder.path(),
        "twice.csv",
        &text.replace(",c29999,", ",c0,"),
    );
    refuses(
        folder.path(),
        "fit twice.csv --target y",
        &["columns 1 and 30000 are both called `c0`"],
    );
    refuses(
        folder.path(),
        "fit wide.csv --target zzz",
        &["no column `zzz`; the columns are `c0`", "and 29961 more"],
    );
}

/// Blank lines without end, alone and behind a table.
#[test]
fn blank_lines_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let told = "16 MB of blank lines follow, and no row";
    for (front, blank, line) in [
        ("", "", 1),
        ("x,y\n1,2\n3,5\n", "", 4),
        ("x,y\n1,2\n3,5\n", " \t\r", 4),
    ] {
        for command in ["fit -", "inspect /dev/stdin"] {
            fs::write(folder.path().join("f.csv"), front).unwrap();
            let (input, pipe) = std::io::pipe().unwrap();
            let mut yes = std::process::Command::new("sh");
            yes.args(["-c", "cat f.csv; exec yes \"$0\"", blank])
                .current_dir(folder.path());
            let mut yes = yes.stdout(pipe).spawn().unwrap();
            let (code, said) = run_in(
                folder.path(),
                &format!("{command} --target y"),
                input.into(),
            );
            yes.wait().unwrap();
            let told = format!(", line {line}: {told}");
            assert!(
                code == 1 && said.contains(&told),
                "{command}: {code}, {said}"
            );
        }
    }
}

/// What holds all rows refuses more than fit into 256 MB, and names how many do.
#[test]
fn rows_that_would_have_to_be_held() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("s,r\n");
    (0..4_100_000).for_each(|row: u32| text += ["1,5\n", "2,7\n", "3,9\n"][row as usize % 3]);
    write(folder.path(), "long.csv", &text);
    for (command, most) in [
        ("calibrate two_point", "2000000"),
        ("inspect --signal", "4000000"),
    ] {
        let words = [
            &format!("of 2 columns at most {most}; take fewer rows"),
            &format!("`head -n {most} long.csv > part.csv`"),
        ];
        refuses(
            folder.path(),
            &format!("{command} long.csv"),
            &words.map(String::as_str),
        );
    }
    let mut part = std::process::Command::new("sh");
    part.args(["-c", "head -n 2000000 long.csv > part.csv"]);
    assert!(part.current_dir(folder.path()).status().unwrap().success());
    let (_, said) = run(folder.path(), "calibrate two_point part.csv");
    assert!(!said.contains("holds all rows"), "{said}");
}

/// Rows between a stray quote and the next one would be one cell, and the fit one of the others.
#[test]
fn a_quote_that_swallows_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = String::from("note,x,y\n");
    for i in 0..60 {
        let note = if i == 7 || i == 30 { "\"5 pipe" } else { "ok" };
        writeln!(text, "{note},{},{}", i % 11, 2 * (i % 11) + i % 2).unwrap();
    }
    fs::write(folder.join("pipes.csv"), text).unwrap();
    for command in ["fit", "inspect"] {
        let arguments = format!("{command} pipes.csv --target y");
        refuses(
            folder,
            &arguments,
            &["line 9", "a quote that is opened here"],
        );
    }
    let cell = "note,x,y\n\"two\nlines, \"\"quoted\"\"\" ,1,2\n\"3\n4\",2,4\nok,3,6\n";
    fs::write(folder.join("lines.csv"), cell).unwrap();
    let (code, said) = run(folder, "inspect lines.csv --target y --json");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("\"rows\":3") || said.contains("\"rows\": 3"),
        "{said}"
    );
}

/// Of rows that cannot be enough no matrix is made.
#[test]
fn more_columns_than_rows_under_least_squares() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut text = (0..8000).map(|i| format!("f{i},")).collect::<String>() + "y\n";
    for row in 0..12 {
        for i in 0..8000 {
            write!(text, "{},", (row * 31 + i * 17) % 101).unwrap();
        }
        writeln!(text, "{row}").unwrap();
    }
    fs::write(folder.join("wide.csv"), text).unwrap();
    for solver in ["lm", "gauss_newton"] {
        let arguments = format!("fit wide.csv --target y --validation-every 0 --solver {solver}");
        refuses(
            folder,
            &arguments,
            &["12 rows cannot determine 8001 parameters"],
        );
    }
}

/// A quote that is never closed, at the end of a file, in its last row and before others.
#[test]
fn an_open_quote_is_refused_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    for (rows, line) in [
        ("1,2\n\"1.0\",\"2", 3),
        ("1,2\n\"1.0\",\"2\n", 3),
        ("1,2\n3,\"4", 3),
        ("1,2\n\"3,4\n5,6\n7,8\n", 3),
        ("\"1\",\"2\"\n\"3\",\"4\"\n5,\"6\n\n", 4),
        ("1,2\n3,\"4\"\"", 3),
    ] {
        let file = write(folder.path(), "t.csv", &format!("a,b\n{rows}"));
        for command in ["fit", "inspect"] {
            let message = stderr(
                &downhill(&[command, &file, "--target", "b"])
                    .assert()
                    .code(1),
            );
            let told =
                format!("t.csv, line {line}: a quote that is opened in this row is never closed");
            assert!(message.contains(&told), "{rows:?}: {message}");
        }
    }
    // On several threads too.
    let mut rows = String::from("a,b\n");
    for row in 0..700_000 {
        let _ = writeln!(rows, "{row},{}", row % 7);
    }
    let file = write(folder.path(), "t.csv", &(rows + "5,\"6\n"));
    let mut fit = downhill(&["fit", &file, "--target", "b", "--threads", "2"]);
    let message = stderr(&fit.assert().code(1));
    assert!(message.contains("line 700002: a quote"), "{message}");
}
