use std::collections::BTreeSet;
use std::fs;

use downhill_tests::{downhill, root, stdout};

#[test]
fn every_help_fits_a_screen_and_has_an_example() {
    let commands = "|\
        fit|calibrate|inspect|compare|predict|eval|export|recipe|crosscheck|replay|device|help|completions|man|\
        device list|device info|device configure|device stream|device watch|device pull|\
        device push|device label|device record|device wipe|device pair|device emulate";
    for command in commands.split('|') {
        let arguments = command.split_whitespace().chain(["-h"]);
        let arguments: Vec<&str> = arguments.collect();
        let help = stdout(&downhill(&arguments).assert().code(0));
        assert!(
            help.lines().count() <= 40,
            "{command}: {}",
            help.lines().count()
        );
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
        assert!(help.contains("Example"), "{command}");
        // A name of a list is one of an option.
        for option in [
            "--model:",
            "--loss:",
            "--optimizer:",
            "--schedule, of the learning rate:",
        ] {
            let lists = ["fit", "crosscheck"].contains(&command);
            assert_eq!(help.contains(&format!("\n{option} ")), lists, "{command}");
        }
    }
}

/// Every option that the page on options names is listed, in lines that fit a terminal.
#[test]
fn the_long_help_lists_every_option() {
    let page = fs::read_to_string(root().join("host-cli/OPTIONS.md")).unwrap();
    let data = page.split_once("## Only `inspect`").unwrap().0;
    let named = data.lines().filter(|line| line.starts_with("| `--"));
    let first_cells = named.map(|line| line[2..].split(" | ").next().unwrap());
    let options =
        first_cells.flat_map(|cell| cell.split('`').filter(|part| part.starts_with("--")));
    let options = options.map(|part| part.split([' ', ':']).next().unwrap());
    let options: BTreeSet<&str> = options.collect();
    assert!(options.len() > 60, "{options:?}");
    let help = stdout(&downhill(&["fit", "--help"]).assert().code(0));
    let listed = |option: &&&str| {
        let mut words = help
            .lines()
            .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
        words.any(|word| word == **option)
    };
    let missing: Vec<_> = options.iter().filter(|option| !listed(option)).collect();
    assert!(missing.is_empty(), "{missing:?} are not in {help}");
    for line in help.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for heading in [
        "Columns:",
        "Files:",
        "Rows held back:",
        "Training by gradients:",
        "Monitor:",
    ] {
        assert!(help.lines().any(|line| line == heading), "{heading}");
    }
    let short = stdout(&downhill(&["fit", "-h"]).assert().code(0));
    let more = help.matches("\n      --").count() - short.matches("\n      --").count();
    let told = format!("\n`--help` lists {more} more options");
    assert!(short.contains(&told), "{told}: {short}");
}

#[test]
fn help_explains_subjects_and_commands() {
    let of = |words: &[&str]| {
        let words: Vec<&str> = ["help"].iter().chain(words).copied().collect();
        stdout(&downhill(&words).assert().code(0))
    };
    let options = stdout(&downhill(&["device", "pull", "--help"]).assert().code(0));
    assert_eq!(of(&["device", "pull"]), options);
    assert_eq!(of(&[]), stdout(&downhill(&["--help"]).assert().code(0)));
    let own = of(&["help"]);
    let subjects = own.split_once("Subjects: ").unwrap().1;
    let subjects = subjects.split_once("\n\n").unwrap().0;
    for subject in subjects.split_whitespace() {
        let text = of(&[subject]);
        assert!(text.lines().count() > 8, "{subject}: {text}");
        for line in text.lines().filter(|line| !line.starts_with("    ")) {
            // A mean's bar stands above its letter.
            let columns = line.chars().filter(|&c| c != '\u{304}').count();
            assert!(columns <= 80, "{subject}: {line}");
        }
    }
    assert!(of(&["verdicts"]).contains("vanishing_gradient"));
    refused("help everything", "subjects are files, columns");
}

/// Whoever reads the list of commands finds every one of a board's there.
#[test]
fn the_summary_of_device_names_all_it_does() {
    let help = |arguments: &[&str]| stdout(&downhill(arguments).assert().code(0));
    let own = help(&["device", "--help"]);
    let (summary, rest) = own.split_once("\n\n").unwrap();
    let commands = rest.split_once("Commands:\n").unwrap().1;
    let names = commands.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|&n| !n.is_empty() && n != "help").collect();
    assert_eq!(names.len(), 12, "{own}");
    let all = help(&["--help"]);
    let listed = all.split_once("\n  device ").unwrap().1;
    let listed = listed.split_once("\n  replay ").unwrap().0;
    for name in names {
        for text in [summary, listed] {
            let mut words = text.split(|c: char| !c.is_alphabetic());
            assert!(words.any(|word| word == name), "{name} is not in: {text}");
        }
    }
}

#[test]
fn usage_errors_are_two_and_name_what_there_is() {
    for (line, message) in [
        ("fit", "DATA.csv"),
        ("descend", "descend"),
        ("crosscheck x.csv --target y --board arduino", "mps2-an386"),
    ] {
        refused(line, message);
    }
    for (options, message) in [
        ("--model liner", "did you mean `linear`"),
        ("--model mlp:4:tan", "`leaky_relu`"),
        ("--loss hubris", "did you mean `huber`"),
        ("--loss huber:-1", "a number above 0"),
        ("--optimizer zzz", "`adam`"),
        ("--optimizer rmsprop:center", "did you mean `centered`"),
        ("--lr 0", "above 0"),
        ("--epochs 0", "--epochs"),
        ("--batch 70000", "--batch"),
        ("--validation-every 1", "0 makes no validation rows"),
        ("--schedule step:5", "`step:EVERY,FACTOR`"),
        ("--schedule cosin", "`plateau`"),
        ("--scaler robust", "`minmax`"),
        ("--class-weight heavy", "`0=1,1=5`"),
        ("--bound 0=2:1", "above the upper"),
    ] {
        refused(&format!("fit x.csv --target y {options}"), message);
    }
}

/// That a line of arguments is refused as usage, with this in the message.
fn refused(line: &str, message: &str) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let error = downhill_tests::stderr(&downhill(&arguments).assert().code(2));
    assert!(error.contains(message), "{line}: {error}");
}

#[test]
fn a_loss_that_does_not_go_with_the_model_is_usage() {
    let file = downhill_tests::data("occupancy.csv");
    let mut arguments = downhill_tests::occupancy("fit", &file);
    arguments.extend(["--model", "logistic", "--loss", "squared"]);
    let error = downhill_tests::stderr(&downhill(&arguments).assert().code(2));
    assert!(error.contains("cross_entropy"), "{error}");
}

/// Help that cannot be written is a failure like any other.
#[cfg(target_os = "linux")]
#[test]
fn help_that_nobody_gets_is_a_failure() {
    for arguments in [&["--help"][..], &["fit", "--help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let program = downhill(&[]).get_program().to_owned();
        let mut command = std::process::Command::new(program);
        let output = command.args(arguments).stdout(full.unwrap()).output();
        let output = output.unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.starts_with("error: standard output: "), "{error}");
    }
}
