//! Comfort of the command: a project's file, silence, details, an early end, completions,
//! manual pages, and nothing done that was not asked for.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use downhill_tests::{data, downhill, json, stderr, stdout, terminal};
#[cfg(unix)]
use rustix::process::Signal;

#[test]
fn a_projects_fit_is_one_word() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[fit]\ndata = {:?}\ntarget = \"petal_w\"\nfeatures = \"petal_l\"\nepochs = 3\njson = true\n",
        data("iris.csv")
    );
    fs::write(folder.path().join("downhill.toml"), text).unwrap();
    let run = |arguments: &[&str]| json(&downhill(arguments).current_dir(&folder).assert().code(0));
    let fit = run(&["fit"]);
    assert_eq!(
        (&fit["epochs"], &fit["target"]),
        (&3.into(), &"petal_w".into())
    );
    assert_eq!(fit["features"], serde_json::json!(["petal_l"]));
    // What the command line says counts more.
    assert_eq!(run(&["fit", "--epochs", "2"])["epochs"], 2);
    // With data of its own the command line is complete, and the file is not even opened.
    fs::write(folder.path().join("downhill.toml"), "[").unwrap();
    assert_eq!(
        run(&["fit", &data("iris.csv"), "--target", "species", "--json"])["target"],
        "species"
    );
    let error = stderr(&downhill(&["fit"]).current_dir(&folder).assert().code(1));
    assert!(
        error.contains("downhill.toml: ") && error.contains("line 1"),
        "{error}"
    );
}

/// Whatever is wrong with the file is said of the file, and not of the command line.
#[test]
fn what_is_wrong_in_a_projects_file_is_said_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("downhill.toml");
    let says = |command: &str, parts: &[&str]| {
        let refused = downhill(&[command]).current_dir(&folder).assert().code(1);
        let error = stderr(&refused);
        assert!(error.starts_with("error: downhill.toml"), "{error}");
        for part in parts {
            assert!(error.contains(part), "{part}: {error}");
        }
    };
    let of = |options: &str| {
        format!(
            "[fit]\ndata = {:?}\ntarget = 'species'\n{options}\n",
            data("iris.csv")
        )
    };
    for (text, parts) in [
        (of("epochs = 'many'"), &["[fit], `epochs`: ", "'many'"][..]),
        (
            of("loss = 'hubris'"),
            &["[fit], `loss`: ", "did you mean `huber`"],
        ),
        // Known to be wrong only once the data has been read.
        (of("model = 'logistic'\nloss = 'squared'"), &["[fit], `"]),
        (
            of("[fitt]\nepochs = 1"),
            &["no section [fitt]", "did you mean `fit`?"],
        ),
        (
            format!("epochs = 3\n{}", of("")),
            &["`epochs` stands above every section"],
        ),
    ] {
        fs::write(&file, text).unwrap();
        says("fit", parts);
    }
    fs::write(&file, b"[fit]\ndata = '\xff'\n").unwrap();
    says("fit", &["UTF-8"]);
    // What is wrong on the command line is said of that.
    fs::write(&file, of("epochs = 3")).unwrap();
    let mut own = downhill(&["fit", "--epochs", "many"]);
    let error = stderr(&own.current_dir(&folder).assert().code(2));
    assert!(!error.contains("downhill.toml"), "{error}");
    // No other command takes its data from there.
    fs::write(&file, "[").unwrap();
    let mut other = downhill(&["eval", "model.json"]);
    let error = stderr(&other.current_dir(&folder).assert().code(2));
    assert!(error.contains("<DATA.csv>"), "{error}");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    says("fit", &["name the data on the command line"]);
}

#[test]
fn a_projects_comparison_is_one_word() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[compare]\ndata = {:?}\ntarget = 'petal_w'\nepochs = 2\nvary = 'lr=0.1,0.01'\njson = true\n",
        data("iris.csv")
    );
    fs::write(folder.path().join("downhill.toml"), text).unwrap();
    let mut compare = downhill(&["compare"]);
    let document = json(&compare.current_dir(&folder).assert().code(0));
    assert_eq!(document["fits"].as_array().unwrap().len(), 2);
}

#[test]
fn quiet_is_quiet_and_verbose_is_not() {
    let (file, folder) = (data("iris.csv"), tempfile::tempdir().unwrap());
    let fit = |more: &[&str]| {
        let mut fit = downhill(&["fit", &file, "--target", "species", "--epochs", "2"]);
        fit.args(more).current_dir(&folder).assert().code(0)
    };
    let quiet = fit(&["--quiet", "--out", "model.json"]);
    assert_eq!(
        (stdout(&quiet), stderr(&quiet)),
        (String::new(), String::new())
    );
    assert!(folder.path().join("model.json").exists());
    let usual = fit(&[]);
    assert!(stdout(&usual).contains("fingerprint") && stderr(&usual).is_empty());
    let verbose = fit(&["-v"]);
    assert!(stderr(&verbose).contains("learning: 2 epochs of 120 rows, 15 parameters"));
    assert_eq!(stdout(&verbose), stdout(&usual));
}

/// Output of a fit that is interrupted while it learns.
#[cfg(unix)]
fn interrupted(folder: &Path, options: &[&str]) -> serde_json::Value {
    let options = [options, &["--json"]].concat();
    let (code, printed, _) = interrupted_at("learning: ", Signal::INT, folder, &options);
    assert_eq!(code, 0);
    serde_json::from_str(&printed).unwrap()
}

/// The exit code, output and messages of a fit that is interrupted soon after it has said this.
#[cfg(unix)]
fn interrupted_at(
    said: &str,
    signal: Signal,
    folder: &Path,
    options: &[&str],
) -> (i32, String, String) {
    let program = downhill(&[]).get_program().to_owned();
    let mut fit = Command::new(program)
        .args(["fit", &data("iris.csv"), "--target", "petal_w"])
        .args(["--verbose", "--out", "model.json"])
        .args(options)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Once it learns it listens.
    let mut lines = BufReader::new(fit.stderr.take().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().starts_with(said)));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let id = rustix::process::Pid::from_child(&fit);
    rustix::process::kill_process(id, signal).unwrap();
    let mut printed = String::new();
    fit.stdout
        .take()
        .unwrap()
        .read_to_string(&mut printed)
        .unwrap();
    let messages: Vec<String> = lines.map(Result::unwrap).collect();
    let code = fit.wait().unwrap().code().unwrap();
    (code, printed, messages.join("\n"))
}

/// No rate has been chosen yet, and nothing learned by it.
#[cfg(unix)]
#[test]
fn a_search_for_a_rate_that_is_interrupted_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--lr", "auto", "--epochs", "1000000"];
    let (code, printed, messages) =
        interrupted_at("reading ", Signal::INT, folder.path(), &options);
    assert_eq!((code, printed.as_str()), (3, ""), "{messages}");
    assert_eq!(
        messages,
        "error: interrupted before any update: there is no fit, and nothing is written"
    );
    assert!(!folder.path().join("model.json").exists());
}

/// The best restart has gone to its end, and no epoch of it was interrupted.
#[cfg(unix)]
#[test]
fn restarts_that_are_interrupted_end_with_the_best_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--model", "mlp:4", "--restarts", "1000000", "--epochs", "2"];
    let (code, printed, messages) =
        interrupted_at("learning: ", Signal::INT, folder.path(), &options);
    assert_eq!(code, 0, "{messages}");
    assert!(
        printed.contains("interrupted in a later restart"),
        "{printed}"
    );
    assert!(!printed.contains("in epoch"), "{printed}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_fit_ends_with_its_best_model() {
    let folder = tempfile::tempdir().unwrap();
    let done = interrupted(folder.path(), &["--epochs", "100000000"]);
    assert_eq!(done["interrupted"], true);
    let history = done["history"].as_array().unwrap();
    let loss = |epoch: &serde_json::Value| epoch["validation"].as_f64().unwrap();
    let best = history
        .iter()
        .min_by(|a, b| loss(a).total_cmp(&loss(b)))
        .unwrap();
    assert_eq!(done["best_epoch"], best["epoch"]);
    let mut predict = downhill(&["predict", "model.json", &data("iris.csv")]);
    predict.current_dir(&folder).assert().code(0);
}

/// A queue of jobs and a service end a fit with SIGTERM.
#[cfg(unix)]
#[test]
fn a_fit_that_is_terminated_ends_with_its_best_model() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--epochs", "100000000"];
    let (code, printed, messages) =
        interrupted_at("learning: ", Signal::TERM, folder.path(), &options);
    assert_eq!(code, 0, "{messages}");
    assert!(printed.contains("interrupted in epoch"), "{printed}");
    assert!(folder.path().join("model.json").exists());
}

/// Rows that come from elsewhere may never end, and nothing was learned from them.
#[cfg(unix)]
#[test]
fn a_fit_that_waits_for_its_rows_is_ended_at_once() {
    use std::os::unix::process::ExitStatusExt;
    for solver in [&[][..], &["--solver", "lm"]] {
        let program = downhill(&[]).get_program().to_owned();
        let mut fit = Command::new(program)
            .args(["fit", "-", "--target", "y", "--verbose"])
            .args(solver)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        let id = rustix::process::Pid::from_child(&fit);
        rustix::process::kill_process(id, Signal::TERM).unwrap();
        // Waiting closes its input, so that it ends in any case.
        let status = fit.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()), "{solver:?}");
    }
}

/// The result is then that of the best pass so far; row by row, that of the last row.
#[cfg(unix)]
#[test]
fn interrupted_least_squares_end_with_their_best_model() {
    for options in [
        "--solver rls:1,1e6 --epochs 100000000",
        "--solver nlms --epochs 100000000",
        "--solver lm --model mlp:20",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let options: Vec<&str> = options.split(' ').collect();
        let done = interrupted(folder.path(), &options);
        assert_eq!(done["interrupted"], true, "{options:?}");
        assert_eq!(done["status"], "done");
        assert_eq!(done["termination"], serde_json::Value::Null);
        assert!(done["steps"].as_u64().unwrap() > 0);
        let mut predict = downhill(&["predict", "model.json", &data("iris.csv")]);
        predict.current_dir(&folder).assert().code(0);
    }
}

/// The best of several fits went to its end; what was interrupted is the search for a better one.
#[cfg(unix)]
#[test]
fn a_search_for_the_best_start_that_is_interrupted_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--model", "mlp:4", "--epochs", "2", "--health", "0"];
    let restarts = ["--restarts", "4000000000"];
    let done = interrupted(folder.path(), &[&options[..], &restarts].concat());
    assert_eq!(done["interrupted"], true);
    assert_eq!(done["history"].as_array().unwrap().len(), 2);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = stdout(&downhill(&["completions", shell]).assert().code(0));
        for word in ["crosscheck", "missing-value", "emulate"] {
            assert!(text.contains(word), "{shell} {word}");
        }
    }
    let page = stdout(&downhill(&["man"]).assert().code(0));
    assert!(page.contains(".TH downhill 1"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let mut pages = downhill(&["man", "--out"]);
    pages.arg(folder.path()).assert().code(0);
    for name in ["downhill.1", "downhill-fit.1", "downhill-device-watch.1"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
    // A table keeps its lines.
    let fit = fs::read_to_string(folder.path().join("downhill-fit.1")).unwrap();
    assert!(fit.contains(".SH EXTRA\n.nf\n\\-\\-model: linear"), "{fit}");
    assert!(fit.contains("\n.fi\n"), "{fit}");
    // The page has the options too that the short help leaves out.
    let help = stdout(&downhill(&["fit", "-h"]).assert().code(0));
    assert!(!help.contains("--warmup"), "{help}");
    assert!(fit.contains("\\-\\-warmup"), "{fit}");
}

/// Colors are for terminals, and for those who want them there.
/// No line of a picture is wider than the terminal that it is drawn on.
#[cfg(unix)]
#[test]
fn a_picture_has_the_width_of_its_terminal() {
    for columns in [40, 60, 120] {
        let mut fit = Command::new(downhill(&[]).get_program());
        fit.args(["fit", &data("iris.csv"), "--target", "petal_w"]);
        fit.args(["--epochs", "30", "--plot", "--lr", "0.01"]);
        let (text, code) = terminal::shown_in(columns, &mut fit);
        assert_eq!(code, Some(0), "{text}");
        let drawn = text.lines().skip_while(|line| !line.contains("loss: ·"));
        let widths = drawn
            .skip(1)
            .take(12)
            .map(|line| line.trim_end().chars().count());
        assert_eq!(widths.max(), Some(usize::from(columns.min(74))), "{text}");
    }
}

#[test]
fn no_color_is_respected() {
    let asked = |color: Option<&str>| {
        let mut command = Command::new(downhill(&[]).get_program());
        command
            .args(["fit", "--tarjet", "y"])
            .env_remove("NO_COLOR");
        command.env_remove("CLICOLOR_FORCE").env_remove("CLICOLOR");
        if let Some(value) = color {
            command.env("NO_COLOR", value);
        }
        command
    };
    for (color, colors) in [(None, true), (Some("1"), false)] {
        let (shown, code) = terminal::shown(&mut asked(color));
        assert_eq!(code, Some(2), "{shown}");
        assert!(shown.contains("--tarjet"), "{shown}");
        assert_eq!(
            shown.contains("\u{1b}["),
            colors,
            "NO_COLOR {color:?}: {shown:?}"
        );
    }
    let piped = asked(None).output().unwrap();
    assert!(!String::from_utf8(piped.stderr).unwrap().contains('\u{1b}'));
}

/// The command opens no file but those it is given, and starts no thread.
#[cfg(target_os = "linux")]
#[test]
fn a_start_opens_nothing_else_and_starts_no_thread() {
    let Ok(version) = Command::new("strace").arg("-V").output() else {
        eprintln!("not checked here: there is no strace");
        return;
    };
    assert!(version.status.success());
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let file = data("iris.csv");
    let program = downhill(&[]).get_program().to_owned();
    let run = Command::new("strace")
        .args([
            "-f",
            "-e",
            "trace=openat,open,clone,clone3,fork,vfork",
            "-o",
        ])
        .arg(&trace)
        .arg(program)
        .args(["fit", &file, "--target", "species", "--epochs", "1"])
        .current_dir(&folder)
        .output()
        .unwrap();
    if !run.status.success() {
        // A container may forbid to trace.
        assert!(
            String::from_utf8_lossy(&run.stderr).contains("ptrace"),
            "{run:?}"
        );
        return;
    }
    let trace = fs::read_to_string(&trace).unwrap();
    let system = ["/etc/ld.so", "/lib", "/usr/lib", "/proc/", "/sys/", "/dev/"];
    let mut opened = Vec::new();
    for line in trace.lines() {
        assert!(!line.contains("clone") && !line.contains("fork("), "{line}");
        if let Some(path) = line.split('"').nth(1) {
            opened.push(path.to_owned());
        }
    }
    // The loader looks for libraries.
    opened.retain(|path| {
        !path.contains(".so") && !system.iter().any(|known| path.starts_with(known))
    });
    assert_eq!(opened, [file]);
}

/// Messages beside the result change neither it nor the exit code.
#[test]
#[cfg(target_os = "linux")]
fn nobody_has_to_listen() {
    let iris = data("iris.csv");
    let cases: [(&str, i32); 4] = [
        ("fit none.csv --target y", 1),
        ("fit IRIS --target petal_w --verbose --epochs 2", 0),
        ("fit IRIS --target petal_w --lr 1000 --epochs 2", 3),
        ("compare IRIS --target petal_w --vary loss=zzz", 2),
    ];
    for (line, code) in cases {
        let line = line.replace("IRIS", &iris);
        let mut command = Command::new(downhill(&[]).get_program());
        command.args(line.split(' ')).stdout(Stdio::null());
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let status = command.stderr(full).status().unwrap();
        assert_eq!(status.code(), Some(code), "{line}");
    }
}
