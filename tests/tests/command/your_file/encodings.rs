//! Texts that are not in UTF-8.

use std::fs;

use downhill_tests::downhill;

use super::{inspected, result, said, says, unfitted};

const TABLE: &str = "Zeit;Zähler [kWh];Temp, °C;µS\n1;2,5;3,5;7\n2;3,5;4,5;8\n3;3,7;4,8;8\n";

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(c as u32).unwrap())
        .collect()
}

#[test]
fn a_file_of_a_windows_program_is_read_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("meter.csv");
    let file = path.to_str().unwrap();
    let without_mark: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding) in [
        (windows_1252(TABLE), "Windows-1252"),
        (without_mark, "UTF-16"),
    ] {
        fs::write(&path, bytes).unwrap();
        let found = inspected(file, "Zähler [kWh]", &[]);
        assert_eq!(found["format"]["encoding"], encoding);
        assert_eq!(found["format"]["units"]["Temp, °C"], "°C");
        assert_eq!(found["features"].to_string(), r#"["Zeit","Temp, °C","µS"]"#);
        let text = said(&["inspect", file, "--target", "µS"]);
        assert_eq!(text.matches(encoding).count(), 1, "{text}");
    }
}

/// The front tells nothing: the message has the command that helps, and it does.
#[test]
fn a_late_letter_is_refused_with_the_command_that_converts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late one.csv");
    let mut text = "kind,x,y\n".to_string() + &"a,1,2\nb,3,5\n".repeat(20_000);
    text += "ä,1,2\n";
    fs::write(&path, windows_1252(&text)).unwrap();
    let file = path.to_str().unwrap();
    let message = unfitted(file, "y", &["--features", "kind,x"]);
    says(
        &message,
        &["line 40002", "not UTF-8", "iconv -f WINDOWS-1252 -t UTF-8"],
    );
    let command = message.split('`').find(|text| text.starts_with("iconv"));
    let shell = std::process::Command::new("sh")
        .args(["-c", command.unwrap()])
        .current_dir(folder.path())
        .status();
    assert!(shell.unwrap().success());
    let converted = folder.path().join("utf8.csv");
    let found = inspected(converted.to_str().unwrap(), "y", &[]);
    assert_eq!(found["rows"], 40_001);
}

/// A text that is decoded is not cut into pieces of its bytes.
#[test]
fn threads_read_a_decoded_file_as_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let row = |at: usize| {
        format!(
            "{};{},5;{}\n",
            at * 7 % 911,
            at % 977,
            at % 977 + at * 7 % 911
        )
    };
    let rows: String = (0..300_000).map(row).collect();
    let text = format!("n;Größe;y\n{rows}");
    let path = folder.path().join("large.csv");
    fs::write(&path, windows_1252(&text)).unwrap();
    let fit = |threads: &str| {
        let more = ["--target", "y", "--epochs", "1", "--threads", threads];
        result(&[&["fit", path.to_str().unwrap()], &more[..]].concat())["fingerprint"].clone()
    };
    let one = fit("1");
    assert_eq!(one, fit("2"));
    fs::write(&path, text).unwrap();
    assert_eq!(one, fit("2"));
    downhill(&["inspect", path.to_str().unwrap(), "--target", "y"])
        .assert()
        .code(0);
}

/// White space that is no ASCII, and characters without room, around numbers, times and names.
#[test]
fn what_is_not_seen_around_a_number_is_none_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "1.5,2.25\n2.5,3.5\n3.5,4\n4.5,7\n";
    let plain = super::write(folder.path(), "p.csv", &format!("a,b\n{rows}"));
    let plain = inspected(&plain, "b", &[]);
    for around in [
        "\u{a0}", "\u{feff}", "\u{2009}", "\u{202f}", "\u{200b}", "\u{200e}", "\u{3000}",
    ] {
        for (number, with) in [
            ("\n2.5", format!("\n{around}2.5")),
            ("2.5,", format!("2.5{around},")),
            (",3.5", format!(",{around}3.5")),
            ("\n2.5", format!("\n{around}a,b\n2.5")),
            ("\n2.5", format!("\n\"{around}2.5\"")),
        ] {
            let text = format!("a{around},b\n{}", rows.replacen(number, &with, 1));
            let file = super::write(folder.path(), "t.csv", &text);
            let read = inspected(&file, "b", &[]);
            assert_eq!(read["columns"], plain["columns"], "{text:?}");
            assert_eq!(read["rows"], 4);
        }
    }
}

/// Bytes of DOS, of Chinese and of Russian Windows would be other letters: refused, with a command that
/// converts them.
#[test]
fn other_encodings_are_refused_with_the_command_that_converts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    for (names, encoding) in [
        (["Größe", "Temp °C", "Zähler"], "CP850"),
        (["µS", "Lüftung", "kWh/m²"], "CP850"),
        (["时间", "温度", "湿度"], "GB18030"),
        (["Время", "Температура", "Влажность"], "WINDOWS-1251"),
    ] {
        let text = format!("{}\n1,2,3\n2,3,4\n3,5,5\n", names.join(","));
        fs::write(folder.path().join("right.csv"), text).unwrap();
        let shell = |command: &str| {
            let mut shell = std::process::Command::new("sh");
            let done = shell
                .args(["-c", command])
                .current_dir(folder.path())
                .status();
            assert!(done.unwrap().success(), "{command}");
        };
        shell(&format!("iconv -f UTF-8 -t {encoding} right.csv > log.csv"));
        let message = unfitted(path.to_str().unwrap(), names[2], &[]);
        says(
            &message,
            &["log.csv, line 1", "an encoding that is not read", encoding],
        );
        let command = message.split('`').find(|text| text.starts_with("iconv"));
        shell(command.unwrap());
        let converted = folder.path().join("utf8.csv");
        let found = inspected(converted.to_str().unwrap(), names[2], &[]);
        assert_eq!(found["features"][1], names[1]);
    }
}
