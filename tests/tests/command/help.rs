use downhill_tests::{downhill, stdout};

#[test]
fn every_help_fits_a_screen_and_has_an_example() {
    let mut commands: Vec<&str> = vec!["", "fit", "predict", "eval", "export", "crosscheck"];
    commands.extend([
        "replay",
        "device",
        "device list",
        "device info",
        "device configure",
    ]);
    commands.extend([
        "device stream",
        "device watch",
        "device pull",
        "device push",
    ]);
    commands.extend(["device label", "device record", "device emulate"]);
    for command in commands {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
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
    }
}

#[test]
fn usage_errors_are_two_and_name_what_there_is() {
    let cases: &[(&[&str], &str)] = &[
        (&["fit"], "DATA.csv"),
        (
            &["fit", "x.csv", "--target", "y", "--model", "liner"],
            "did you mean `linear`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--loss", "hubris"],
            "did you mean `huber`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--loss", "huber:-1"],
            "a number above 0",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--optimizer", "zzz"],
            "`adam`",
        ),
        (&["fit", "x.csv", "--target", "y", "--lr", "0"], "above 0"),
        (
            &["fit", "x.csv", "--target", "y", "--epochs", "0"],
            "--epochs",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--batch", "70000"],
            "--batch",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--test-every", "1"],
            "0 holds out none",
        ),
        (
            &["crosscheck", "x.csv", "--target", "y", "--board", "arduino"],
            "mps2-an386",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--model", "mlp:4:tan"],
            "`leaky_relu`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--schedule", "step:5"],
            "`step:EVERY,FACTOR`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--schedule", "cosin"],
            "`plateau`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--scaler", "robust"],
            "`minmax`",
        ),
        (
            &[
                "fit",
                "x.csv",
                "--target",
                "y",
                "--optimizer",
                "rmsprop:centered",
            ],
            "did you mean `centred`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--class-weight", "heavy"],
            "`0=1,1=5`",
        ),
        (
            &["fit", "x.csv", "--target", "y", "--bound", "0=2:1"],
            "above the upper",
        ),
        (&["descend"], "descend"),
    ];
    for (arguments, message) in cases {
        let error = downhill(arguments).assert().code(2);
        let error = downhill_tests::stderr(&error);
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
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
