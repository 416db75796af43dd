//! Fits that are well: no failure is told of any of them.

use downhill_tests::{AIR_FEATURES, OCCUPANCY_FEATURES, data, downhill, stderr};

/// Data, target and features.
type Set = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const AMOUNTS: &[&str] = &[
    "linear",
    "polynomial:2",
    "mlp:16",
    "mlp:16,8:tanh",
    "mlp:16,8,8:sigmoid",
];
const TWO: &[&str] = &[
    "logistic",
    "polynomial:2",
    "mlp:16",
    "mlp:16,8:tanh",
    "mlp:16,8,8:sigmoid",
];
const MORE: &[&str] = &[
    "softmax",
    "polynomial:2",
    "mlp:16",
    "mlp:16,8:tanh",
    "mlp:16,8,8:sigmoid",
];
/// Without the polynomial: 64 features make 2,145 products for each of ten digits.
const DIGITS: &[&str] = &["softmax", "mlp:16", "mlp:16,8:tanh", "mlp:16,8,8:sigmoid"];

/// The list, fixed before any detector was tuned: every data set with every model that fits it.
const SETS: &[Set] = &[
    ("air_quality.csv", "CO_GT", AIR_FEATURES, AMOUNTS),
    ("concrete.csv", "strength", "", AMOUNTS),
    ("iris.csv", "petal_w", "", AMOUNTS),
    ("occupancy.csv", "Occupancy", OCCUPANCY_FEATURES, TWO),
    ("telco_churn.csv", "churn", "", TWO),
    ("iris.csv", "species", "", MORE),
    ("digits8x8.csv", "digit", "", DIGITS),
];

/// The long form is the whole list at seeds 0 to 9 by defaults, 340 fits.
#[test]
fn no_failure_is_told_of_fits_that_are_well() {
    let long = std::env::var_os("DOWNHILL_LONG").is_some();
    let (seeds, epochs) = if long { (10, "50") } else { (1, "2") };
    let (mut runs, mut failed) = (0, Vec::new());
    for &(file, target, features, models) in SETS {
        for model in models {
            for seed in 0..seeds {
                let (path, seed) = (data(file), seed.to_string());
                let mut command = downhill(&["fit", &path, "--target", target, "--model", model]);
                if !features.is_empty() {
                    command.args(["--features", features]);
                }
                if !["linear"].contains(model) && !models.contains(&"linear") {
                    command.args(["--loss", "cross_entropy"]);
                }
                command.args(["--missing-value=-200", "--seed", &seed, "--epochs", epochs]);
                let assert = command.assert();
                runs += 1;
                if assert.get_output().status.code() != Some(0) {
                    failed.push(format!("{file} {model} seed {seed}: {}", stderr(&assert)));
                }
            }
        }
    }
    println!(
        "{} of {runs} fits that are well are told to have failed",
        failed.len()
    );
    assert!(runs >= if long { 200 } else { 30 });
    assert!(failed.is_empty(), "{failed:#?}");
}
