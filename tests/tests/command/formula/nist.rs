//! NIST's certified answers through `downhill fit`.

use downhill_tests::{data, downhill, json};
use serde_json::{Map, Value};

use super::digits;

fn sets(name: &str) -> Map<String, Value> {
    let text = std::fs::read_to_string(data(&format!("nist/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// `b1=…,b2=…`, in NIST's order.
fn start(set: &Value, which: &str, first: usize) -> String {
    let values = set[which].as_array().unwrap().iter().enumerate();
    let each = values.map(|(at, value)| format!("b{}={value}", at + first));
    each.collect::<Vec<_>>().join(",")
}

fn fit(name: &str, formula: &str, start: &str, more: &[&str]) -> Value {
    let file = data(&format!("nist/{name}.csv"));
    let model = format!("formula: {formula}");
    let mut arguments = vec!["fit", &file, "--target", "y", "--model", &model];
    arguments.extend(["--start", start, "--json"]);
    arguments.extend(more);
    json(&downhill(&arguments).assert().code(0))
}

/// The fewest digits of the parameters, of their standard errors, and those of the residual sum
/// of squares.
fn reached(set: &Value, fit: &Value, first: usize) -> [f64; 3] {
    let fewest = |field: &str, certified: &str| {
        let certified = set[certified].as_array().unwrap().iter().enumerate();
        let each = certified.map(|(at, value)| {
            digits(&fit["parameters"][format!("b{}", at + first)][field], value)
        });
        each.fold(15.0, f64::min)
    };
    let sum = "residual_sum_of_squares";
    [
        fewest("value", "certified"),
        fewest("standard_error", "standard_deviations"),
        digits(&fit[sum], &set[sum]),
    ]
}

#[test]
fn nonlinear_sets_of_nist_reach_their_digits_from_both_starts() {
    let mut few = Vec::new();
    for (name, set) in sets("nonlinear") {
        let formula = set["formula"].as_str().unwrap();
        for which in ["start1", "start2"] {
            let fit = fit(&name, formula, &start(&set, which, 1), &[]);
            let [parameters, errors, sum] = reached(&set, &fit, 1);
            let others = if name == "Lanczos1" { 2.0 } else { 6.0 };
            let scipy = set["scipy_digits"][which].as_f64().unwrap_or(0.0);
            if parameters < scipy.clamp(7.0, 8.0) || errors < others || sum < others {
                few.push(format!(
                    "{name} {which}: {parameters:.1} {errors:.1} {sum:.1}"
                ));
            }
            assert_eq!(fit["converged"], true, "{name} {which}");
        }
    }
    assert!(few.is_empty(), "{few:#?}");
}

#[test]
fn linear_sets_of_nist_reach_their_digits() {
    for (name, set) in sets("linear") {
        let formula = set["formula"].as_str().unwrap();
        let first = usize::from(name == "NoInt1");
        let zeros = set["certified"].as_array().unwrap().iter().enumerate();
        let zeros: Vec<String> = zeros.map(|(at, _)| format!("b{}=0", at + first)).collect();
        for solver in ["lm", "gauss_newton"] {
            let fit = fit(&name, formula, &zeros.join(","), &["--solver", solver]);
            let [parameters, ..] = reached(&set, &fit, first);
            let need = set["digits"].as_f64().unwrap();
            assert!(parameters >= need, "{name} {solver}: {parameters:.1}");
        }
    }
}

/// Without a formula the model is linear, and its parameters have the columns' names.
#[test]
fn a_linear_model_by_least_squares_is_the_regression() {
    let file = data("nist/Longley.csv");
    let arguments = ["fit", &file, "--target", "y", "--solver", "lm", "--json"];
    let fit = json(&downhill(&arguments).assert().code(0));
    let set = &sets("linear")["Longley"];
    for (at, certified) in set["certified"].as_array().unwrap().iter().enumerate() {
        let name = if at == 0 {
            "intercept".into()
        } else {
            format!("x{at}")
        };
        let parameter = &fit["parameters"][name];
        assert!(digits(&parameter["value"], certified) > 10.0);
        let error = &set["standard_deviations"][at];
        assert!(digits(&parameter["standard_error"], error) > 8.0);
    }
    assert_eq!(fit["rows"]["train"], 16);
    assert_eq!(fit["precision"], "f64");
    assert_eq!(fit["degrees_of_freedom"], 9);
}
