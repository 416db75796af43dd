//! Files that are large enough to be read on several threads: nothing may depend on how many.

use std::fmt::Write as _;

use downhill::random::Random;
use downhill_tests::{downhill, is_long};

use super::{said, says, write};

/// Fewest bytes of a file that more threads than one read.
const LARGE: usize = 5 << 20;

/// A file of `a`, `b`, text and `y`, each row by `row`, which is given its number and a random one.
fn file(header: &str, mut row: impl FnMut(&mut String, u32, u32)) -> String {
    let mut random = Random::seed(9);
    let mut text = String::from(header);
    for at in 0.. {
        if text.len() > LARGE {
            break;
        }
        let draw = random.below(1000);
        row(&mut text, at, draw);
    }
    text
}

/// Numbers of a row, which end with `y`.
fn numbers(draw: u32) -> [f64; 3] {
    let (a, b) = (f64::from(draw) / 10.0, f64::from(draw * 7 % 101));
    [a, b, a - 2.0 * b + f64::from(draw % 3)]
}

/// Exit code and all that is printed, with so many threads.
fn run(arguments: &[&str], threads: &str) -> (Option<i32>, String) {
    let mut command = downhill(arguments);
    let output = command.args(["--threads", threads]).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// The same on one thread and on several; returns what it is.
#[track_caller]
fn same(arguments: &[&str]) -> (Option<i32>, String) {
    let one = run(arguments, "1");
    for threads in if is_long() {
        &["2", "3", "8"][..]
    } else {
        &["3"]
    } {
        let several = run(arguments, threads);
        assert!(one == several, "{threads}: {} {}", one.1, several.1);
    }
    one
}

#[test]
fn any_number_of_threads_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let header = "a,b,text,y\n";
    let plain = |text: &mut String, at: u32, draw: u32, cell: &str, end: &str| {
        let [a, b, y] = numbers(draw);
        write!(text, "{a},{b},{cell}{at},{y}{end}").unwrap();
    };
    let mut kinds = vec![
        (
            "plain",
            file(header, |text, at, draw| plain(text, at, draw, "x", "\n")),
        ),
        (
            "crlf",
            file(header, |text, at, draw| plain(text, at, draw, "x", "\r\n")),
        ),
        (
            "blank",
            file(header, |text, at, draw| {
                plain(text, at, draw, "", if draw < 300 { "\n\n\n" } else { "\n" });
            }),
        ),
        // Ends of lines, delimiters and quotes within quotes, which pieces may begin in.
        (
            "quoted",
            file(header, |text, at, draw| {
                plain(text, at, draw, "\"1,2\n3,4,5,6\n\"\"7\"\"", "\n");
                let place = text.rfind(",").unwrap();
                text.insert(place, '"');
            }),
        ),
        (
            "stray",
            file(header, |text, at, draw| {
                plain(text, at, draw, "5\" pipe ", "\n")
            }),
        ),
        (
            "gaps",
            file(header, |text, at, draw| match draw {
                0..100 => writeln!(text, "NA,{draw},x,{at}").unwrap(),
                100..200 => writeln!(text, ",{draw},x,{at}").unwrap(),
                _ => plain(text, at, draw, "x", "\n"),
            }),
        ),
        (
            "marks",
            file(header, |text, at, draw| match draw {
                0..30 => writeln!(text, "\"1,234.5\",{draw} C,x,{at}").unwrap(),
                _ => writeln!(text, "{draw}.25,{draw} C,x,{at}").unwrap(),
            }),
        ),
        (
            "comments",
            file(
                &format!("# of a logger\n{header}"),
                |text, at, draw| match draw {
                    0..50 => writeln!(text, "# note {at}").unwrap(),
                    50 => text.push_str(header),
                    _ => plain(text, at, draw, "x", "\n"),
                },
            ),
        ),
        (
            "far",
            file(header, |text, at, draw| {
                let [_, b, y] = numbers(draw);
                writeln!(text, "{},{b},x,{y}", 1_700_000_000 + u64::from(at)).unwrap();
            }),
        ),
    ];
    let footer = kinds[0].1.clone() + "Total,3\nend of file\n";
    kinds.push(("footer", footer));
    for (name, text) in &kinds {
        let path = write(folder.path(), &format!("{name}.csv"), text);
        let fit = [
            "fit",
            &*path,
            "--target",
            "y",
            "--features",
            "a,b",
            "--epochs",
            "1",
        ];
        // Held numbers make each row depend on those before it.
        let more: &[&[&str]] = match *name {
            "gaps" => &[&["--json"], &["--missing", "hold", "--json"]],
            _ => &[&["--json"]],
        };
        for more in more {
            let (_, text) = same(&[&fit[..], more].concat());
            assert!(text.contains("\"fingerprint\""), "{name}: {text}");
        }
    }
    // Classes that come first in a late piece.
    let labels = file(header, |text, at, draw| {
        let [a, b, _] = numbers(draw);
        let label = match at {
            0..100_000 => ["no", "Yes"][usize::from(a > 2.0 * b)],
            _ => ["maybe", "yes", "NO"][draw as usize % 3],
        };
        writeln!(text, "{a},{b},{label},{}", draw % 4).unwrap();
    });
    let labels = write(folder.path(), "labels.csv", &labels);
    for target in ["text", "y"] {
        let fit = ["fit", &*labels, "--target", target, "--features", "a,b"];
        let (_, text) = same(&[&fit[..], &["--epochs", "1", "--json"]].concat());
        assert!(text.contains("\"fingerprint\""), "{text}");
    }
    // Several files, and weights, and solvers; and a pipe.
    let names = ["gaps", "comments", "plain"].map(|name| format!("{name}.csv"));
    let several: Vec<String> = names
        .iter()
        .map(|name| folder.path().join(name).to_str().unwrap().to_owned())
        .collect();
    let several: Vec<&str> = several.iter().map(String::as_str).collect();
    let target = ["--target", "y", "--features", "a,b"];
    for more in [&["--solver", "lm"][..], &["--weight", "b", "--epochs", "1"]] {
        let options = [&["fit"], &several[..], &target, more, &["--json"]].concat();
        assert_eq!(same(&options).0, Some(0));
    }
    let read = |file: &str, threads: &str| {
        let mut fit = downhill(&[
            "fit",
            file,
            "--solver",
            "lm",
            "--json",
            "--threads",
            threads,
        ]);
        let plain = std::fs::read(several[2]).unwrap();
        let fit = fit.args(target).write_stdin(plain).output().unwrap();
        let fit: serde_json::Value = serde_json::from_slice(&fit.stdout).unwrap();
        fit["metrics"].clone()
    };
    assert_eq!(read("-", "3"), read(several[2], "1"));
}

/// What is wrong in a late row has its line, and the first fault is the one that is told.
#[test]
fn any_number_of_threads_finds_the_same_fault() {
    let folder = tempfile::tempdir().unwrap();
    let plain = |text: &mut String, at: u32, draw: u32| {
        let [a, b, y] = numbers(draw);
        writeln!(text, "{a},{b},x{at},{y}").unwrap();
    };
    let all = file("a,b,text,y\n", plain);
    let lines: Vec<&str> = all.lines().collect();
    let late = lines.len() - 1000;
    for (name, wrong, words) in [
        ("short", "1,2", "2 columns where the header has 4"),
        ("word", "oops,2,x,3", "`oops` is not a number"),
        ("large", "1e99,2,x,3", "beyond the numbers of `f32`"),
        ("open", "1,2,\"x,3", "a quote that is opened in this row"),
        ("total", "Total,3", "2 columns where the header has 4"),
    ] {
        let mut lines = lines.clone();
        lines[late] = wrong;
        // Another one behind it.
        if name == "word" {
            lines[late + 900] = "bad,2,x,3";
        }
        let path = write(
            folder.path(),
            &format!("{name}.csv"),
            &(lines.join("\n") + "\n"),
        );
        let options = [
            "fit",
            &*path,
            "--target",
            "y",
            "--features",
            "a,b",
            "--epochs",
            "1",
        ];
        let (code, text) = same(&options);
        assert_eq!(code, Some(1), "{name}: {text}");
        says(&text, &[&format!("{name}.csv, line "), words]);
        says(&text, &[&format!("line {}", late + 1)]);
    }
}

/// Rows of one file are the rows of its pieces, on as many threads as there are processors too.
#[test]
fn threads_are_those_of_the_machine_unless_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = file("a,b,text,y\n", |text, at, draw| {
        let [a, b, y] = numbers(draw);
        writeln!(text, "{a},{b},x{at},{y}").unwrap();
    });
    let path = write(folder.path(), "plain.csv", &text);
    let fit = ["fit", &*path, "--target", "y", "--epochs", "1", "--json"];
    assert_eq!(run(&fit, "1").1, said(&fit));
    let (code, text) = run(&fit, "0");
    assert_eq!(code, Some(2), "{text}");
}
