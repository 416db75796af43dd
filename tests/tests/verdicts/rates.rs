//! How often a verdict is wrong: fits that are well and said to have failed, and fits said to have
//! converged that more epochs would bring further.

use std::fmt::Write;
use std::fs;

use downhill_tests::sets::*;
use downhill_tests::{downhill, is_long, json, stdout};
use serde_json::Value;

/// Epochs of a fit that is judged.
const EPOCHS: u32 = 50;
/// Share of the training loss that a further four times as many epochs take off, above which a fit
/// had not converged.
const FURTHER: f64 = 0.02;

/// The list, fixed before any verdict was tuned: every set by its linear model, a polynomial where
/// it is not wide, and a perceptron; by defaults, in batches, and by plain gradient descent.
fn fits() -> Vec<(Set, &'static str, String)> {
    let (by_default, by_batch, by_sgd) = if is_long() { (5, 4, 4) } else { (1, 0, 0) };
    let sets = if is_long() {
        SETS
    } else {
        &[CONCRETE, PETALS, IONOSPHERE, SEEDS]
    };
    let mut fits = Vec::new();
    for set in sets {
        let is_wide = [DIGITS, SEMEION, IONOSPHERE, CHURN]
            .iter()
            .any(|wide| wide.file == set.file);
        let mut models = vec![set.linear(), "mlp:16"];
        models.extend((!is_wide).then_some("polynomial:2"));
        for model in models {
            for seed in 0..by_default {
                fits.push((*set, model, format!("--seed {seed}")));
            }
            for seed in 0..by_batch {
                let batch = [16, 32, 48, 64][seed];
                fits.push((*set, model, format!("--seed {seed} --batch {batch}")));
            }
            for seed in 0..by_sgd {
                fits.push((*set, model, format!("--seed {seed} --optimizer sgd")));
            }
        }
    }
    fits
}

fn loss(fit: &Value) -> f64 {
    fit["metrics"]["train"]["loss"].as_f64().unwrap()
}

/// Without failing, the first share is 0; the second is at most 2 %.
#[test]
fn verdicts_are_seldom_wrong() {
    let fits = fits();
    let (mut failed, mut converged, mut wrong) = (Vec::new(), 0, Vec::new());
    for (set, model, options) in &fits {
        let run = |epochs: u32| {
            let mut command = set.fit(model, &format!("{options} --epochs {epochs}"));
            let assert = command.assert();
            let code = assert.get_output().status.code();
            (code, json(&assert))
        };
        let name = || format!("{} {model} {options}", set.file);
        let (code, fit) = run(EPOCHS);
        if code != Some(0) {
            failed.push(format!("{}: {}", name(), fit["failure"]));
            continue;
        }
        let verdicts = fit["verdicts"].as_array().unwrap();
        if verdicts.iter().any(|told| told["kind"] == "converged") {
            converged += 1;
            let (code, further) = run(5 * EPOCHS);
            if code == Some(0) && loss(&further) < (1.0 - FURTHER) * loss(&fit) {
                wrong.push(format!("{}: {} to {}", name(), loss(&fit), loss(&further)));
            }
        }
    }
    println!(
        "{} of {} fits that are well are said to have failed; {} of {converged} said to have \
         converged had not",
        failed.len(),
        fits.len(),
        wrong.len()
    );
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(converged > 0);
    assert!(50 * wrong.len() <= converged, "{wrong:#?}");
}

/// No step overshoots the row that it is made of, so that high degrees only take longer.
#[test]
fn gradient_descent_does_not_diverge_by_default() {
    for set in [PETALS, CONCRETE, AIRFOIL] {
        for degree in [1, 2, 3, 4] {
            for optimizer in ["sgd", "averaged", "momentum", "nesterov:0.5"] {
                let options = format!("--optimizer {optimizer} --epochs 3");
                let mut command = set.fit(&format!("polynomial:{degree}"), &options);
                let fit = json(&command.assert());
                let name = format!("{} of degree {degree} by {optimizer}", set.file);
                let failure = fit["failure"].as_str().unwrap_or_default();
                assert!(!failure.contains("diverging"), "{name}: {failure}");
                let loss = fit["metrics"]["train"]["loss"].as_f64();
                assert!(loss.is_some_and(|loss| loss < 1.0), "{name}: {fit}");
            }
        }
    }
}

/// One row far out holds the rate down, which is said, and is not taken for convergence.
#[test]
fn a_row_that_holds_the_rate_down_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("far.csv");
    let mut text = String::from("a,b,y\n");
    for row in 0..500 {
        let (a, b) = (f64::from(row % 17) - 8.0, f64::from(row % 23) - 11.0);
        let far = if row == 101 { 30.0 } else { 1.0 };
        let y = far * a + 2.0 * b + f64::from(row % 7);
        writeln!(text, "{},{},{y}", far * a, far * b).unwrap();
    }
    fs::write(&file, text).unwrap();
    let model = "--target y --model polynomial:2 --optimizer sgd --epochs 20";
    let mut fit = downhill(&["fit", file.to_str().unwrap()]);
    let said = stdout(&fit.args(model.split(' ')).assert().code(0));
    assert!(
        said.contains("at the usual 0.001 a step would overshoot the row at"),
        "{said}"
    );
    assert!(said.contains("far.csv, line 103"), "{said}");
    assert!(!said.contains("converged"), "{said}");
    let last = said.trim_end().lines().last().unwrap();
    assert!(last.starts_with("converging: the loss of "), "{said}");
}
