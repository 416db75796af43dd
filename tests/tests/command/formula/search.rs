//! Formulas without a start.

use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

use super::table;

fn fit(file: &str, model: &str, more: &[&str]) -> Value {
    let model = format!("formula: {model}");
    let arguments = ["fit", file, "--target", "y", "--model", &model, "--json"];
    json(&downhill(&[&arguments[..], more].concat()).assert().code(0))
}

fn value(fit: &Value, name: &str) -> f64 {
    fit["parameters"][name]["value"].as_f64().unwrap()
}

const LINES: &str = "y0+k1*min(x-x0,0)+k2*max(x-x0,0)";

fn lines() -> (tempfile::TempDir, String) {
    table("x,y", |k| {
        let bend = 2.0 * (k - 8.3f64).min(0.0) - 0.5 * (k - 8.3f64).max(0.0);
        vec![k, 1.0 + bend + 0.05 * (k * 1.7).sin()]
    })
}

#[test]
fn a_bent_line_and_a_bounded_sine_need_no_start() {
    let (_folder, file) = lines();
    let bent = fit(&file, LINES, &[]);
    assert!((value(&bent, "x0") - 8.3).abs() < 0.2, "{bent}");
    assert!((value(&bent, "k1") - 2.0).abs() < 0.05, "{bent}");
    let search = &bent["search"];
    assert!(search["agreed"].as_u64() >= Some(1) && search["starts"].as_u64() >= Some(2));

    let (_folder, file) = table("x,y", |k| {
        vec![k, 3.0 * (1.9 * k + 4.0).sin() + 0.1 * (k * 5.0).cos()]
    });
    let sine = fit(&file, "A*sin(w*x+p)", &["--bounds", "A=0..,w=0..3"]);
    assert!((value(&sine, "A") - 3.0).abs() < 0.1, "{sine}");
    assert!((value(&sine, "w") - 1.9).abs() < 0.01, "{sine}");
    for (name, low) in [("A", 0.0), ("w", 0.0)] {
        assert!(value(&sine, name) >= low);
    }
}

/// From a poor start nothing is learned; several starts come to the best.
#[test]
fn restarts_leave_a_poor_start() {
    let peak = |k: f64| 2.0 * (-0.5 * ((k - 6.0) / 1.2).powi(2)).exp() + 0.01 * (k * 3.0).sin();
    let (_folder, file) = table("x,y", |k| vec![k, peak(k)]);
    let model = "formula: A*exp(-0.5*((x-mu)/s)^2)";
    let start = "A=1,mu=60,s=1";
    let poor = [
        "fit", &file, "--target", "y", "--model", model, "--start", start,
    ];
    let said = stderr(&downhill(&poor).assert().code(3));
    assert!(said.contains("without it, starts are searched"), "{said}");
    let more = [&poor[..], &["--restarts", "8"]].concat();
    let text = stdout(&downhill(&more).assert().code(0));
    assert!(text.contains("of 8 starts agree"), "{text}");
    assert!(text.contains("mu = 6.0"), "{text}");
}

/// On NIST's sets, without their starts, and the same bits each time.
#[test]
fn certified_values_are_met_without_a_start() {
    for (set, model, name, certified) in [
        ("Misra1a", "b1*(1-exp(-b2*x))", "b1", 238.94212918),
        (
            "Eckerle4",
            "(b1/b2)*exp(-0.5*((x-b3)/b2)^2)",
            "b3",
            451.54121844,
        ),
        ("MGH09", "b1*(x^2+x*b2)/(x^2+x*b3+b4)", "b1", 0.19280693458),
        ("MGH10", "b1*exp(b2/(x+b3))", "b2", 6181.3463463),
        ("BoxBOD", "b1*(1-exp(-b2*x))", "b2", 0.54723748542),
        ("Rat43", "b1/((1+exp(b2-b3*x))^(1/b4))", "b1", 699.64151270),
        (
            "Thurber",
            "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)",
            "b1",
            1288.1396800,
        ),
        (
            "Gauss3",
            "b1*exp(-b2*x)+b3*exp(-(x-b4)^2/b5^2)+b6*exp(-(x-b7)^2/b8^2)",
            "b1",
            98.940368970,
        ),
    ] {
        let file = data(&format!("nist/{set}.csv"));
        let found = fit(&file, model, &[]);
        let own = value(&found, name);
        assert!((own / certified - 1.0).abs() < 1e-8, "{set}: {own}");
        if set == "MGH09" {
            let again = fit(&file, model, &[]);
            let (one, other) = (&found["solver_fingerprint"], &again["solver_fingerprint"]);
            assert_eq!(one, other);
        }
    }
}

/// A start that is given stays, and the others are found.
#[test]
fn a_start_that_is_given_is_taken() {
    let (_folder, file) = table("x,y", |k| {
        vec![k, 5.0 * (-0.3 * k).exp() + 1.0 + 0.01 * (k * 3.0).sin()]
    });
    let found = fit(&file, "a*exp(-b*x)+c", &["--start", "b=0.2"]);
    assert!((value(&found, "b") - 0.3).abs() < 0.01);
    let alone = fit(&file, "a*exp(-b*x)+c", &["--start", "a=1,b=0.2,c=0"]);
    assert_eq!(alone["search"], Value::Null);
    // A gradient has no search.
    let model = ["--model", "formula: a*exp(-b*x)+c", "--optimizer", "adam"];
    let adam = [&["fit", &file, "--target", "y"][..], &model].concat();
    assert!(stderr(&downhill(&adam).assert().code(2)).contains("need a start"));
}

/// Sensors of one kind: each has its own amplitude and offset, one decay is theirs together.
#[test]
fn parameters_of_groups_are_searched_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("groups.csv");
    let mut text = String::from("x,y,sensor\n");
    for sensor in 0..6 {
        let own = f64::from(sensor);
        for k in 0..15 {
            let x = 0.4 * f64::from(k);
            let noise = 0.01 * (7.0 * x + own).sin();
            let y = (2.0 + 0.5 * own) * (-0.7 * x).exp() + 0.2 * own + noise;
            text += &format!("{x},{y},s{sensor}\n");
        }
    }
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let found = fit(file, "a[sensor]*exp(-b*x) + c[sensor]", &[]);
    assert!((value(&found, "b") - 0.7).abs() < 0.01, "{found}");
    for sensor in 0..6 {
        let own = f64::from(sensor);
        let of = |name: &str| value(&found, &format!("{name}[s{sensor}]"));
        assert!((of("a") - 2.0 - 0.5 * own).abs() < 0.03, "{found}");
        assert!((of("c") - 0.2 * own).abs() < 0.02, "{found}");
    }
    assert!(found["search"]["agreed"].as_u64() >= Some(2), "{found}");
}

/// Where two lines of their own meet, each is linear; the place itself no slope can tell.
#[test]
fn two_lines_with_a_jump_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jump.csv");
    let row = |k: u32| {
        let x = f64::from(k) / 2.0;
        let line = if x < 6.0 {
            1.0 + 2.0 * x
        } else {
            9.0 - 0.5 * x
        };
        format!("{x},{}\n", line + 0.05 * (f64::from(k) * 7.3).sin())
    };
    let rows: String = (0..30).map(row).collect();
    std::fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let file = file.display().to_string();
    let model = "formula: where(x < x0, a + b*x, c + d*x)";
    let fit = ["fit", &file, "--target", "y", "--model", model, "--json"];
    let ended = downhill(&fit).assert().code(3);
    let fit: Value = serde_json::from_slice(&ended.get_output().stdout).unwrap();
    let place = value(&fit, "x0");
    assert!((5.5..=6.0).contains(&place), "{place}");
    assert!((value(&fit, "d") + 0.5).abs() < 0.02, "{fit}");
}
