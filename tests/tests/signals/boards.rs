//! The same windows on every emulated core and here.

use std::process::Command;

use downhill_tests::root;

/// The program's own windows.
#[path = "../../../firmware/checks/bench/src/signal/windows.rs"]
mod windows;

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_thousand_windows_are_the_same_on_every_core() {
    let (count, fingerprint) = windows::fingerprint().expect("windows");
    assert!(count >= 1_000);
    let mut run = Command::new(env!("CARGO"));
    let run = run
        .args(["xtask", "bench", "signal"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let printed = String::from_utf8(run.stdout).expect("text");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    for core in ["m0", "m3", "m4f", "m7", "m33"] {
        let line = format!("{core} windows {count} {fingerprint}");
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line}\n{printed}"
        );
    }
    let figure = |name: &str| -> f64 {
        let line = printed.lines().find_map(|line| line.strip_prefix(name));
        line.expect(name).trim().parse().expect("a count")
    };
    // Budgets a sample, in a window of 128: mean and variance, and all four moments.
    for (moments, most) in [("m4f moments2", 21.0), ("m4f moments4", 52.0)] {
        assert!(figure(moments) <= most * 128.0, "{printed}");
    }
}
