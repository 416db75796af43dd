//! Files in any order and of any size.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

use downhill::random::Random;
use downhill_tests::{downhill, is_long, json, stderr};
use serde_json::Value;

use super::{refused, says};

/// Numbers of a row that say nothing, so that a few rows take much room.
const NOISE: usize = 7;

/// Rows of `a`, `b`, noise, `y` = 2a + b + noise, and `class`, which is 1 where y is above 1.
fn rows(count: usize) -> Vec<(f64, String)> {
    let mut random = Random::seed(3);
    let mut normal = || (0..12).map(|_| random.unit::<f64>()).sum::<f64>() - 6.0;
    let row = |_| {
        let (a, b) = (normal(), normal());
        let y = 2.0 * a + b + normal();
        let mut text = format!("{a:.4},{b:.4}");
        for _ in 0..NOISE {
            write!(text, ",{:.1}", normal()).unwrap();
        }
        writeln!(text, ",{y:.4},{}", u8::from(y > 1.0)).unwrap();
        (y, text)
    };
    (0..count).map(row).collect()
}

fn write_rows(path: &Path, rows: &[(f64, String)]) -> String {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let noise: String = (0..NOISE).map(|at| format!("n{at},")).collect();
    writeln!(file, "a,b,{noise}y,class").unwrap();
    for (_, row) in rows {
        file.write_all(row.as_bytes()).unwrap();
    }
    file.flush().unwrap();
    path.to_str().unwrap().into()
}

/// A fit of two passes; of a file that is not held, with its rows in `folder`.
fn fit(file: &str, target: &str, more: &[&str]) -> Value {
    let leave = ["a", "b"].map(String::from).into_iter();
    let names = leave.chain((0..NOISE).map(|at| format!("n{at}")));
    let features = names.collect::<Vec<_>>().join(",");
    let mut fit = downhill(&["fit", file, "--target", target, "--features", &features]);
    fit.args(["--epochs", "2", "--json"]).args(more);
    json(&fit.assert().code(0))
}

fn measured(fit: &Value, metric: &str) -> f64 {
    fit["metrics"]["validation"][metric].as_f64().unwrap()
}

/// Sorted by the target, a file that is not held is learned as the same rows in any order are.
#[test]
fn a_sorted_file_is_learned_as_a_shuffled_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = rows(if is_long() { 2_000_000 } else { 200_000 });
    let shuffled = write_rows(&folder.path().join("shuffled.csv"), &rows);
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    let sorted = write_rows(&folder.path().join("sorted.csv"), &rows);
    drop(rows);
    for (target, metric) in [("y", "r2"), ("class", "accuracy")] {
        let held = measured(&fit(&shuffled, target, &["--hold-at-most", "4096"]), metric);
        for file in [&shuffled, &sorted] {
            let fit = fit(file, target, &["--hold-at-most", "1"]);
            let parted = measured(&fit, metric);
            assert!((parted - held).abs() < 0.01, "{parted} {held} {file}");
            let streamed = &fit["streamed"];
            let window = streamed["window"].as_u64().unwrap();
            assert!(2 * window <= 1 + fit["rows"]["train"].as_u64().unwrap());
            assert!(streamed["temporary_bytes"].as_u64().unwrap() > 6 << 20);
        }
    }
}

/// The fit is that of its rows and its seed; where they are put, and how often, changes nothing.
#[test]
fn rows_on_disk_are_the_same_fit_wherever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_rows(&folder.path().join("rows.csv"), &rows(20_000));
    let there = folder.path().join("there");
    fs::create_dir(&there).unwrap();
    let there = there.to_str().unwrap();
    let fingerprint = |more: &[&str]| {
        let options = [&["--hold-at-most", "0"], more].concat();
        fit(&file, "y", &options)["fingerprint"].clone()
    };
    let first = fingerprint(&[]);
    assert_eq!(first, fingerprint(&["--temp-dir", there]));
    assert_ne!(first, fingerprint(&["--seed", "1"]));
    let double = fingerprint(&["--precision", "f64"]);
    assert_eq!(double, fingerprint(&["--precision", "f64"]));
}

/// Room for the rows is said before it is taken, with its place, and nothing stays there.
#[test]
fn room_on_disk_is_said_and_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut some = rows(50_000);
    let file = write_rows(&folder.path().join("rows.csv"), &some);
    some[40_000].1 = some[40_000].1.replacen(',', ",oops", 1);
    let bad = write_rows(&folder.path().join("bad.csv"), &some);
    let there = folder.path().join("there");
    fs::create_dir(&there).unwrap();
    let is_empty = || fs::read_dir(&there).unwrap().next().is_none();
    let run = |file: &str, epochs: &str| {
        let mut fit = downhill(&["fit", file, "--target", "y", "--hold-at-most", "0"]);
        fit.args(["--epochs", epochs, "--temp-dir"]).arg(&there);
        fit
    };
    let room = format!("on disk: up to 3 MB in {}", there.display());
    says(
        &stderr(&run(&file, "1").assert().code(0)),
        &["rows.csv", &room],
    );
    assert!(is_empty());
    says(
        &stderr(&run(&bad, "1").assert().code(1)),
        &[&room, "line 40002"],
    );
    assert!(is_empty());
    let fit = run(&file, "100000");
    let mut fit = std::process::Command::new(fit.get_program())
        .args(fit.get_args())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(fit.stderr.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    says(&line, &[&room]);
    fit.kill().unwrap();
    fit.wait().unwrap();
    assert!(is_empty());
    // In the file's order they are read again, and need no room.
    let mut ordered = run(&file, "1");
    let ordered = stderr(&ordered.arg("--no-shuffle").assert().code(0));
    assert!(!ordered.contains("on disk"), "{ordered}");
}

/// A disk that is full, or may not be filled, is named with what would be written there.
#[test]
fn too_little_room_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_rows(&folder.path().join("rows.csv"), &rows(40_000));
    let fit = ["fit", &file, "--target", "y", "--hold-at-most", "0"];
    let there = folder.path().to_str().unwrap();
    let options = ["--temp-dir", there, "--temp-at-most", "1"];
    let message = refused(&[&fit[..], &options].concat(), 1);
    let full = format!("more than the 1 MB that a temporary file in {there} may take");
    says(&message, &["rows.csv: rows to be shuffled", &full]);
    says(&message, &["--temp-dir", "--temp-at-most"]);
    let message = refused(&[&fit[..], &["--temp-dir", "/no/such"]].concat(), 1);
    says(&message, &["temporary file in /no/such", "--temp-dir"]);
}

/// Rows without end on standard input end with a message, and not with a full disk.
#[test]
fn an_endless_input_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let program = downhill(&[]).get_program().to_owned();
    let mut fit = std::process::Command::new(program)
        .args(["fit", "-", "--target", "y", "--temp-at-most", "2"])
        .arg("--temp-dir")
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = fit.stdin.take().unwrap();
    input.write_all(b"a,b,y\n").unwrap();
    let mut written = 0;
    let rows = b"1.5,2,3\n".repeat(1 << 10);
    while input.write_all(&rows).is_ok() {
        written += rows.len();
        assert!(written < 64 << 20, "it reads on and on");
    }
    let output = fit.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    says(
        &message,
        &["standard input", "more than the 2 MB", "head -n"],
    );
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none());
}
