//! Projects outside the workspaces learn what the host learns, to the bit: a bare program, an
//! Embassy task and an RTIC task.

use std::io::Read;

use downhill_tests::emulator::{Emulator, firmware};

/// The stand-alone project's own code.
#[path = "../../firmware/examples/standalone/src/learn.rs"]
mod learn;

/// Samples of the projects' sensors.
fn samples() -> impl Iterator<Item = ([f32; 2], f32)> {
    (0..1035).map(|k| {
        let (counts, celsius) = (600.0 + 160.0 * (k % 7) as f32, 15.0 + 2.0 * (k % 5) as f32);
        ([counts, celsius], 0.01 * counts - 0.5 * celsius + 3.0)
    })
}

fn check(project: &str, machine: &str) {
    let twin = learn::learn(samples()).unwrap();
    let mut board = Emulator::boot(machine, &firmware(project, ""), &[]);
    let mut printed = String::new();
    board.printed.read_to_string(&mut printed).unwrap();
    let expected = format!("1000 steps, {}", twin.fingerprint());
    assert_eq!(printed.trim_end(), expected, "{project}");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_bare_program_learns_what_the_host_learns() {
    check("standalone", "mps2-an386");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_embassy_task_learns_what_the_host_learns() {
    check("in-embassy", "mps2-an386");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn an_rtic_task_learns_what_the_host_learns() {
    check("in-rtic", "lm3s6965evb");
}

#[test]
fn learning_takes_at_most_15_lines_of_ones_own() {
    let own = include_str!("../../firmware/examples/standalone/src/learn.rs");
    let lines = own.lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 15, "{lines} lines");
    let learned = learn::learn(samples())
        .unwrap()
        .predict(&[1000.0, 20.0])
        .unwrap()[0];
    assert!((learned - 3.0).abs() < 1e-2, "{learned}");
}

/// A fit without checkpoints, monitor and serialization, which the stand-alone project builds.
#[test]
fn a_plain_fit_needs_libm_alone() {
    let lock = include_str!("../../firmware/examples/standalone/Cargo.lock");
    let mut packages = lock.split("[[package]]");
    let core = packages
        .find(|package| package.contains("name = \"downhill\""))
        .unwrap();
    let (_, needed) = core.split_once("dependencies = [").unwrap();
    assert_eq!(needed.trim().trim_end_matches(']').trim(), "\"libm\",");
}
