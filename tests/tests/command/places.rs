//! Places of output files: links, folders that take none, and what stays where a run is ended.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use downhill_tests::{data, downhill, names, stderr};
use rustix::process::{Pid, Signal, kill_process};

/// A fit of few epochs that writes its model to a place in a folder.
fn fit(folder: &Path, out: &str) -> assert_cmd::assert::Assert {
    let file = data("iris.csv");
    let mut fit = downhill(&["fit", &file, "--target", "petal_w", "--lr", "0.01"]);
    fit.args(["--epochs", "5", "--out", out]);
    fit.current_dir(folder).assert()
}

#[test]
fn a_link_to_a_file_that_is_not_there_yet_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    symlink("below/next.json", folder.path().join("link.json")).unwrap();
    symlink("real.json", folder.path().join("below/next.json")).unwrap();
    fit(folder.path(), "link.json").code(0);
    for (link, to) in [
        ("link.json", "below/next.json"),
        ("below/next.json", "real.json"),
    ] {
        let is = fs::read_link(folder.path().join(link)).unwrap();
        assert_eq!(is, Path::new(to));
    }
    let model = fs::read_to_string(folder.path().join("below/real.json")).unwrap();
    assert!(model.contains("parameters"), "{model}");
}

#[test]
fn a_link_that_leads_nowhere_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let link = |name: &str, to: &str| symlink(to, folder.path().join(name)).unwrap();
    link("round.json", "about.json");
    link("about.json", "round.json");
    link("none.json", "none/model.json");
    link("slash.json", "model/");
    for (name, why) in [
        ("round.json", "a link that leads to itself"),
        ("none.json", "there is no folder none"),
        ("slash.json", "the name of a folder"),
    ] {
        let error = stderr(&fit(folder.path(), name).code(1));
        let said = format!("cannot write {name}: ");
        assert!(error.contains(&said) && error.contains(why), "{error}");
        assert!(folder.path().join(name).is_symlink(), "{name}");
    }
    assert_eq!(names(folder.path()).len(), 4);
}

/// But a file may have that name.
#[test]
fn standard_output_is_refused_where_a_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let error = stderr(&fit(folder.path(), "-").code(1));
    let said =
        "cannot write -: this goes to a file, not to standard output; name one (`./-` for one";
    assert!(error.contains(said), "{error}");
    for option in ["--report", "--out"] {
        let mut fit = downhill(&["fit", &data("iris.csv"), "--target", "petal_w", option, "-"]);
        assert!(stderr(&fit.current_dir(&folder).assert().code(1)).contains(said));
    }
    assert!(names(folder.path()).is_empty());
    fit(folder.path(), "./-").code(0);
    assert_eq!(names(folder.path()), ["-"]);
}

/// By whatever names: the second would replace the first, or the rows.
#[test]
fn two_outputs_or_an_input_in_one_place_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(data("iris.csv"), folder.path().join("iris.csv")).unwrap();
    symlink("model.json", folder.path().join("page.html")).unwrap();
    symlink("iris.csv", folder.path().join("rows.json")).unwrap();
    for (out, report, code, why) in [
        ("model.json", "page.html", 2, "name the same file"),
        ("model.json", "./model.json", 2, "name the same file"),
        ("rows.json", "other.html", 1, "it is the input"),
        ("model.json", "rows.json", 1, "it is the input"),
    ] {
        let mut fit = downhill(&["fit", "iris.csv", "--target", "petal_w"]);
        fit.args(["--epochs", "2", "--out", out, "--report", report]);
        let error = stderr(&fit.current_dir(&folder).assert().code(code));
        assert!(error.contains(why), "{out} {report}: {error}");
    }
    assert_eq!(names(folder.path()), ["iris.csv", "page.html", "rows.json"]);
}

/// What is printed would go to a file without a name.
#[test]
fn a_file_that_takes_what_is_printed_takes_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("printed");
    for out in ["printed", "/dev/stdout"] {
        let mut fit = Command::new(downhill(&[]).get_program());
        fit.args(["fit", &data("iris.csv"), "--target", "petal_w"]);
        fit.args(["--epochs", "2", "--out", out]);
        let printed = fs::File::create(&path).unwrap();
        let ended = fit.current_dir(&folder).stdout(printed).output().unwrap();
        let error = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{error}");
        assert!(error.contains("what is printed goes there"), "{error}");
    }
}

/// Said before any work is done.
#[test]
fn a_folder_that_takes_no_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    fs::create_dir(&kept).unwrap();
    fs::set_permissions(&kept, PermissionsExt::from_mode(0o555)).unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = downhill(&[]).get_program().to_owned();
    // Nothing is forbidden to root.
    let mut fit = match rustix::process::getuid().is_root() {
        true => {
            let copy = folder.path().join("downhill");
            fs::copy(program, &copy).unwrap();
            let mut fit = Command::new("setpriv");
            fit.args(["--reuid=65534", "--clear-groups"]).arg(copy);
            fit
        }
        false => Command::new(program),
    };
    // Its rows never end.
    fit.args(["fit", "-", "--target", "y", "--out", "kept/model.json"]);
    fit.current_dir(&folder).stdin(Stdio::piped());
    let fit = fit.stderr(Stdio::piped()).spawn().unwrap();
    let ended = until_ended(fit, |_| {});
    let error = String::from_utf8(ended.stderr).unwrap();
    assert!(error.contains("the folder kept takes no file"), "{error}");
    assert_eq!(ended.status.code(), Some(1));
}

/// Output of a command, which is ended after a minute in any case; until it ends, `meanwhile` is
/// called again and again.
fn until_ended(mut child: Child, mut meanwhile: impl FnMut(&Child)) -> std::process::Output {
    let start = Instant::now();
    // Kept open: it is not the end of its input that ends it.
    let _input = child.stdin.take();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
        }
        meanwhile(&child);
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// A folder with a model of the rows in it.
fn modeled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fit(folder.path(), "model.json").code(0);
    folder
}

/// Writes a file of so many rows of irises.
fn many(folder: &Path, times: usize) {
    let rows = fs::read_to_string(data("iris.csv")).unwrap();
    let (header, rows) = rows.split_once('\n').unwrap();
    let many = format!("{header}\n{}", rows.repeat(times));
    fs::write(folder.join("many.csv"), many).unwrap();
}

/// Sends a signal to a long prediction once its file has begun, and returns the signal that it
/// ended by; `None` where it was through before.
fn signaled(folder: &Path, signal: Signal) -> Option<i32> {
    // A test that runs in the background is told to ignore some of them.
    let mut predict = Command::new("env");
    predict.arg("--default-signal=HUP,INT,TERM");
    predict.arg(downhill(&[]).get_program());
    predict.args(["predict", "model.json", "many.csv", "--out", "out.csv"]);
    let predict = predict.current_dir(folder).spawn().unwrap();
    let ended = until_ended(predict, |child| {
        let begun = |name: &String| name.starts_with(".downhill-");
        if names(folder).iter().any(begun) {
            // It may have ended meanwhile.
            let _ = kill_process(Pid::from_child(child), signal);
        }
    });
    ended.status.signal()
}

#[test]
fn a_signal_leaves_no_temporary_file() {
    let folder = modeled();
    many(folder.path(), 1000);
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let ended = (0..20).find_map(|_| signaled(folder.path(), signal));
        assert_eq!(ended, Some(signal.as_raw()));
        let left = names(folder.path()).join(" ");
        assert!(!left.contains(".downhill-"), "{left}");
    }
}

/// Its rows are nobody else's while they are written, either.
#[test]
fn a_private_file_stays_private_while_it_is_written_anew() {
    let folder = modeled();
    many(folder.path(), 1000);
    let private = folder.path().join("out.csv");
    fs::write(&private, "before").unwrap();
    fs::set_permissions(&private, PermissionsExt::from_mode(0o600)).unwrap();
    let mut predict = Command::new(downhill(&[]).get_program());
    predict.args(["predict", "model.json", "many.csv", "--out", "out.csv"]);
    let predict = predict.current_dir(&folder).spawn().unwrap();
    let mut modes = Vec::new();
    let mode = |name: &str| Some(fs::metadata(folder.path().join(name)).ok()?.mode() & 0o777);
    until_ended(predict, |_| {
        let drafts = names(folder.path()).into_iter();
        let drafts = drafts.filter(|name| name.starts_with(".downhill-"));
        // It may have its name meanwhile.
        modes.extend(drafts.filter_map(|draft| mode(&draft)));
    });
    assert!(modes.contains(&0o600), "no draft was seen: {modes:?}");
    assert!(modes.iter().all(|&mode| mode == 0o600), "{modes:?}");
    assert_eq!(mode("out.csv"), Some(0o600));
    assert_ne!(fs::read(private).unwrap(), b"before");
}

/// A file may have no more than so many bytes: as on a disk that is full.
#[test]
fn a_full_disk_leaves_no_temporary_file() {
    let folder = modeled();
    many(folder.path(), 200);
    let program = downhill(&[]).get_program().to_owned();
    let mut predict = Command::new("sh");
    predict.args(["-c", "ulimit -f 64; exec \"$0\" \"$@\""]);
    predict.arg(&program);
    predict.args(["predict", "model.json", "many.csv", "--out", "out.csv"]);
    let ended = predict.current_dir(&folder).output().unwrap();
    let error = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{error}");
    assert!(error.contains("out.csv: File too large"), "{error}");
    assert!(!error.contains(".downhill-"), "{error}");
    assert_eq!(names(folder.path()), ["many.csv", "model.json"]);
}
