//! The formulas of `docs/formulas.md`: the page shows what is printed, its data is what it is said
//! to be, and a board comes to the same answers.

use std::path::{Path, PathBuf};
use std::{env, fs};

use downhill_tests::{console, data, formulas};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> PathBuf {
    root().join("docs/formulas.md")
}

/// The fits of the page, from `downhill fit` on.
fn fits() -> Vec<String> {
    let page = fs::read_to_string(page()).unwrap();
    let commands = console::commands(&page).into_iter();
    let fits: Vec<_> = commands
        .filter(|command| command.starts_with("downhill fit "))
        .collect();
    assert!(fits.len() >= 5, "{fits:?}");
    fits
}

fn json(command: &str) -> Value {
    serde_json::from_str(&console::print(&root(), &format!("{command} --json"))).unwrap()
}

fn value<'a>(fit: &'a Value, name: &str) -> (&'a Value, f64) {
    let parameter = &fit["parameters"][name];
    (parameter, parameter["value"].as_f64().unwrap())
}

#[test]
fn the_page_shows_what_is_printed() {
    console::check(&page(), &root(), "");
}

/// With `DOWNHILL_OVERWRITE` set, the files are written anew.
#[test]
fn the_data_is_what_it_is_said_to_be() {
    for (name, text) in formulas::files().unwrap() {
        let path = data(name);
        if env::var_os("DOWNHILL_OVERWRITE").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
    }
}

/// Simulated parameters are found again, within the uncertainty that the fits state.
#[test]
fn the_simulations_are_seen_through() {
    for (file, truths) in [
        ("heating", &[("ambient", 23.5), ("R", 4.2), ("C", 30.0)][..]),
        ("magnetometer", &[("p", 17.0), ("q", -32.0), ("r", 8.5)]),
    ] {
        let fits = fits();
        let fit = json(fits.iter().find(|fit| fit.contains(file)).unwrap());
        assert_eq!(fit["converged"], true, "{file}");
        for (name, truth) in truths {
            let (parameter, value) = value(&fit, name);
            let error = parameter["standard_error"].as_f64().unwrap();
            let off = (value - truth).abs();
            assert!(off < 3.0 * error, "{name}: {value} ± {error}, not {truth}");
            assert!(error < 0.02 * truth.abs(), "{name}: {value} ± {error}");
        }
    }
}

/// A fit's crosscheck, without the options for what only a host derives from parameters.
fn of_a_board(fit: &str) -> String {
    let options = fit.split(" --");
    let kept = options.filter(|one| !one.starts_with("level ") && !one.starts_with("derive "));
    let kept: Vec<&str> = kept.collect();
    kept.join(" --")
        .replacen("fit", "crosscheck --limit 500", 1)
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_board_comes_to_the_same() {
    console::check(&page(), &root(), " board");
    for fit in fits() {
        // As many rows as a test can wait for; the host then fits the same ones.
        let board = json(&of_a_board(&fit));
        assert_eq!(board["identical"], board["steps"], "{fit}");
        assert_eq!(board["converged"], true, "{fit}");
        let host = json(&fit);
        if host["rows"]["used"] != board["rows"] {
            continue;
        }
        for name in host["parameters"].as_object().unwrap().keys() {
            let ((_, device), (about, exact)) = (value(&board, name), value(&host, name));
            // f32 is not to matter beside what the rows leave open.
            let error = about["standard_error"].as_f64().unwrap();
            assert!(
                (device - exact).abs() < 0.05 * error,
                "{fit}: {name} is {device}, not {exact} ± {error}"
            );
        }
    }
}
