//! Curve fits with errors, as people make them on the command line, against SciPy's `curve_fit`, lmfit,
//! statsmodels and ODRPACK: parameters, covariance, intervals, bands and the figures of a whole fit.

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json};
use serde_json::Value;

fn vectors() -> Value {
    let text = fs::read_to_string(data("oracle/fits.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    let texts = value.as_array().unwrap().iter();
    texts.map(|x| x.as_str().unwrap()).collect()
}

/// Writes the columns of a fit as a table.
fn write(folder: &Path, fit: &Value) -> String {
    let columns = fit["columns"].as_object().unwrap();
    let names: Vec<&str> = columns.keys().map(String::as_str).collect();
    let values: Vec<Vec<f64>> = columns.values().map(numbers).collect();
    let rows = (0..values[0].len()).map(|row| {
        let cells: Vec<String> = values.iter().map(|own| own[row].to_string()).collect();
        cells.join(",") + "\n"
    });
    let text: String = rows.collect();
    let path = folder.join("fit.csv");
    fs::write(&path, format!("{}\n{text}", names.join(","))).unwrap();
    path.display().to_string()
}

/// The command that makes a fit.
fn command(fit: &Value, file: &str, more: &[&str]) -> Value {
    let starts = texts(&fit["names"]).into_iter().zip(numbers(&fit["start"]));
    let starts: Vec<String> = starts.map(|(name, at)| format!("{name}={at}")).collect();
    let model = format!("formula: {}", fit["formula"].as_str().unwrap());
    let starts = starts.join(",");
    let mut fit = downhill(&["fit", file, "--target", "y", "--model", &model, "--json"]);
    fit.args(["--start", &starts]).args(more);
    json(&fit.assert().code(0))
}

#[track_caller]
fn close(what: &str, got: f64, expected: f64, within: f64) {
    let off = (got - expected).abs();
    assert!(off <= within, "{what}: {got}, the oracle says {expected}");
}

/// Both ends of each interval, within a small part of its length.
fn intervals(what: &str, got: &Value, expected: &Value) {
    let (got, expected) = (got.as_array().unwrap(), expected.as_array().unwrap());
    assert_eq!(got.len(), expected.len(), "{what}");
    for (got, expected) in got.iter().zip(expected) {
        let (got, expected) = (numbers(got), numbers(expected));
        let within = 1e-6 * (expected[1] - expected[0]);
        for end in 0..2 {
            close(what, got[end], expected[end], within);
        }
    }
}

#[test]
fn errors_intervals_and_bands_are_those_of_scipy_lmfit_and_statsmodels() {
    let (folder, vectors) = (tempfile::tempdir().unwrap(), vectors());
    let level = vectors["level"].as_f64().unwrap().to_string();
    let model = folder.path().join("m.json").display().to_string();
    for fit in vectors["fits"].as_array().unwrap() {
        let what = fit["name"].as_str().unwrap();
        let file = write(folder.path(), fit);
        let derive = fit["derive"].as_str().unwrap();
        let mut more = vec!["--level", &level, "--derive", derive, "--out", &model];
        match fit["sigma"].as_str() {
            None => {}
            Some("relative") => more.extend(["--sigma", "s"]),
            Some(_) => more.extend(["--sigma", "s", "--sigma-absolute"]),
        }
        let found = command(fit, &file, &more);
        let (names, covariance) = (texts(&fit["names"]), &fit["covariance"]);
        let error = |at: usize| numbers(&covariance[at])[at].sqrt();
        for (a, name) in names.iter().enumerate() {
            let own = &found["parameters"][name];
            let expected = numbers(&fit["parameters"])[a];
            close(
                what,
                own["value"].as_f64().unwrap(),
                expected,
                1e-6 * error(a),
            );
            let standard = own["standard_error"].as_f64().unwrap();
            close(what, standard, error(a), 1e-6 * error(a));
            let (got, expected) = (&own["interval"], &fit["interval"][a]);
            intervals(what, &[got.clone()].into(), &[expected.clone()].into());
            for (b, other) in names.iter().enumerate() {
                let got = found["covariance"][name][other].as_f64().unwrap();
                close(
                    what,
                    got,
                    numbers(&covariance[a])[b],
                    1e-6 * error(a) * error(b),
                );
            }
        }
        for figure in ["aic", "bic", "r_squared", "adjusted_r_squared"] {
            let (got, expected) = (found[figure].as_f64(), fit[figure].as_f64());
            close(
                &format!("{what}, {figure}"),
                got.unwrap(),
                expected.unwrap(),
                1e-7,
            );
        }
        let name = derive.split('=').next().unwrap();
        let (derived, expected) = (&found["derived"][name], &fit["derived"]);
        let error = expected["standard_error"].as_f64().unwrap();
        for field in ["value", "standard_error"] {
            let (got, expected) = (derived[field].as_f64(), expected[field].as_f64());
            close(what, got.unwrap(), expected.unwrap(), 1e-6 * error);
        }
        let predict = ["predict", &model, &file, "--interval", &level, "--json"];
        let bands = json(&downhill(&predict).assert().code(0));
        intervals(what, &bands["confidence"], &fit["confidence"]);
        intervals(what, &bands["prediction_interval"], &fit["prediction"]);
    }
}

#[test]
fn orthogonal_distances_are_those_of_odrpack() {
    let (folder, vectors) = (tempfile::tempdir().unwrap(), vectors());
    let fits = vectors["orthogonal"].as_array().unwrap();
    assert!(fits.len() >= 6);
    for fit in fits {
        let what = fit["name"].as_str().unwrap();
        let file = write(folder.path(), fit);
        let features = texts(&fit["features"]).into_iter();
        let columns = features.flat_map(|name| ["--sigma-x".into(), format!("{name}=d{name}")]);
        let columns: Vec<String> = columns.collect();
        let variance = fit["residual_variance"].as_f64().unwrap();
        for (more, scale) in [(None, 1.0), (Some("--sigma-absolute"), variance.sqrt())] {
            let more = ["--sigma", "s"].into_iter().chain(more);
            let more: Vec<&str> = more.chain(columns.iter().map(String::as_str)).collect();
            let found = command(fit, &file, &more);
            let each = texts(&fit["names"]).into_iter();
            let each = each.zip(numbers(&fit["parameters"]));
            for ((name, expected), error) in each.zip(numbers(&fit["standard_errors"])) {
                let (own, error) = (&found["parameters"][name], error / scale);
                let (value, own) = (own["value"].as_f64(), own["standard_error"].as_f64());
                let what = format!("{what}, {name}");
                close(&what, value.unwrap(), expected, 1e-5 * error);
                close(&what, own.unwrap(), error, 1e-4 * error);
            }
            let squares = found["residual_sum_of_squares"].as_f64().unwrap();
            let expected = fit["sum_of_squares"].as_f64().unwrap();
            close(what, squares, expected, 1e-9 * expected);
        }
    }
}
