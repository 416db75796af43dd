//! Least squares against the certified answers of NIST's Statistical Reference Datasets.
//!
//! One set of settings, the default, for every set and every start. The formulas are NIST's own
//! texts.

use downhill::Real;
use downhill::least_squares::{Bounds, LeastSquares, Method, Table};
use downhill::model::formula::{self, Parsed};
use downhill_tests::data;
use serde_json::{Map, Value};

/// Digits in common with a certified value: −log₁₀ of the relative difference, at most 15.
fn digits(value: f64, certified: f64) -> f64 {
    if value == certified {
        return 15.0;
    }
    let scale = if certified == 0.0 { 1.0 } else { certified };
    (-((value - certified) / scale).abs().log10()).clamp(0.0, 15.0)
}

fn worst(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    pairs
        .map(|(value, certified)| digits(value, certified))
        .fold(15.0, f64::min)
}

fn sets(name: &str) -> Map<String, Value> {
    let text = std::fs::read_to_string(data(&format!("nist/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
}

/// The rows of a set: its column names, features one row behind the other, and targets.
fn rows<T: Real>(name: &str) -> (Vec<String>, Vec<T>, Vec<T>) {
    let text = std::fs::read_to_string(data(&format!("nist/{name}.csv"))).unwrap();
    let mut lines = text.lines();
    let columns = lines.next().unwrap().split(',').skip(1).map(String::from);
    let (mut features, mut targets) = (Vec::new(), Vec::new());
    for line in lines {
        let mut cells = line
            .split(',')
            .map(|cell| T::from_f64(cell.trim().parse().unwrap()));
        targets.push(cells.next().unwrap());
        features.extend(cells);
    }
    (columns.collect(), features, targets)
}

fn parse<'a, T: Real>(text: &'a str, columns: &[String]) -> Parsed<'a, T> {
    let is_column = |name: &str| columns.iter().any(|column| column == name);
    formula::parse(text, "y", is_column).unwrap_or_else(|error| panic!("{}", error.caret(text)))
}

/// Accuracy of a fit: digits of the worst parameter, of the worst standard deviation, of the
/// residual sum of squares; and how it ended.
struct Reached {
    parameters: f64,
    deviations: f64,
    residuals: f64,
    converged: bool,
    passes: u16,
}

fn fit<T: Real>(name: &str, set: &Value, start: Option<&str>, method: Method) -> Reached {
    let (columns, features, mut targets) = rows::<T>(name);
    let parsed = parse::<T>(set["formula"].as_str().unwrap(), &columns);
    let program = parsed.program;
    for target in &mut targets {
        *target = program.target(*target);
    }
    // Parameters are b1, b2 … in NIST's order, and those of the text in its own.
    let lowest = if start.is_some() { 1 } else { 0 };
    let place = |name: &&str| name[1..].parse::<usize>().unwrap() - lowest;
    let order: Vec<usize> = match name {
        "NoInt1" => vec![0],
        _ => parsed.parameters().iter().map(place).collect(),
    };
    let in_order = |key: &str| {
        let values = numbers(&set[key]);
        order.iter().map(|&index| values[index]).collect::<Vec<_>>()
    };
    let start: Vec<T> = match start {
        Some(start) => in_order(start).into_iter().map(T::from_f64).collect(),
        None => vec![T::ZERO; program.parameters()],
    };
    let count = program.parameters();
    let mut work = vec![T::ZERO; LeastSquares::<T>::words(count, count)];
    let settings = LeastSquares {
        method,
        ..LeastSquares::default()
    };
    let mut table = Table::new(columns.len(), &features, &targets);
    let fit = settings
        .fit(&program, &mut table, &start, Bounds::NONE, &mut work)
        .unwrap();
    let sure = fit.uncertainty();
    let deviations = (0..count).map(|k| sure.standard_error(k).map_or(f64::NAN, T::to_f64));
    let parameters = fit.parameters().iter().map(|x| x.to_f64());
    let sum = set["residual_sum_of_squares"].as_f64().unwrap();
    Reached {
        parameters: worst(parameters.zip(in_order("certified"))),
        deviations: worst(deviations.zip(in_order("standard_deviations"))),
        residuals: digits(fit.cost().to_f64(), sum),
        converged: fit.termination().unwrap().is_converged(),
        passes: fit.passes(),
    }
}

#[test]
fn nonlinear_sets_reach_their_digits_from_both_starts() {
    let mut failures = Vec::new();
    let mut logarithms = Vec::new();
    let mut fits = 0;
    for (name, set) in sets("nonlinear") {
        for start in ["start1", "start2"] {
            let Reached {
                parameters,
                deviations,
                residuals,
                converged,
                passes,
            } = fit::<f64>(&name, &set, Some(start), Method::default());
            // Lanczos1's residuals are the rounding of its data.
            let others = if name == "Lanczos1" { 2.0 } else { 6.0 };
            fits += 1;
            println!("{name:9} {start} {parameters:5.2} {deviations:5.2} {residuals:5.2} {passes}");
            logarithms.push(f64::from(passes).ln());
            if !converged || parameters < 9.0 || deviations < others || residuals < others {
                failures.push(format!("{name} {start}"));
            }
        }
    }
    assert!(failures.is_empty(), "too few digits: {failures:?}");
    assert_eq!(fits, 54);
    // Time is passes: the crate `levenberg-marquardt` takes 16 Jacobians and 21 vectors of
    // residuals, to fewer digits.
    let mean = (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp();
    println!("{mean:.1} passes in the geometric mean");
    assert!(mean < 18.0, "{mean} passes in the geometric mean");
}

/// The page of performance tells of all of them.
#[test]
fn the_page_of_performance_has_every_fit() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
    let page = std::fs::read_to_string(page).unwrap();
    let fits = 2 * sets("nonlinear").len();
    for solver in ["downhill", "downhill-text", "downhill-1e-7"] {
        let solved = format!("| {solver} | {fits} of {fits} |");
        assert!(page.contains(&solved), "{solved}");
    }
}

#[test]
fn linear_sets_reach_their_digits() {
    for (name, set) in sets("linear") {
        for method in [Method::GaussNewton, Method::LevenbergMarquardt] {
            let reached = fit::<f64>(&name, &set, None, method);
            println!(
                "{name:9} {method:?} {:5.2} {:5.2} {:5.2}",
                reached.parameters, reached.deviations, reached.residuals
            );
            let need = set["digits"].as_f64().unwrap();
            assert!(reached.converged, "{name} {method:?}");
            assert!(reached.parameters >= need, "{name} {method:?}");
            if name == "Wampler1" {
                // It has no residuals: what is left of them is rounding.
                continue;
            }
            assert!(reached.deviations >= need.min(7.0), "{name} {method:?}");
            assert!(reached.residuals >= need.min(8.0), "{name} {method:?}");
        }
    }
}

#[test]
fn single_precision_reaches_four_digits_on_the_lower_sets() {
    for (name, set) in sets("nonlinear") {
        let reached = fit::<f32>(&name, &set, Some("start2"), Method::default());
        let level = set["level"].as_str().unwrap();
        println!("{name:9} {level:8} {:5.2}", reached.parameters);
        // Three exponentials that can stand in for each other need more digits than these rows have
        // in single precision.
        if level == "Lower" && name != "Lanczos3" {
            assert!(reached.parameters >= 4.0 && reached.converged, "{name}");
        }
    }
}
