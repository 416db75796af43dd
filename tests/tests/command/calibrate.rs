//! Calibrations by a word: each shape finds its own start and the parameters that made the rows.

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stderr, stdout};

/// A small disturbance, the same every time.
fn noise(k: usize) -> f64 {
    ((k * 7919 % 1000) as f64 / 500.0 - 1.0) * (k as f64 * 1.3).sin()
}

fn file(folder: &Path, name: &str, head: &str, rows: impl Iterator<Item = (f64, f64)>) -> String {
    let rows: String = rows.map(|(x, y)| format!("{x},{y}\n")).collect();
    let path = folder.join(name);
    fs::write(&path, format!("{head}\n{rows}")).unwrap();
    path.display().to_string()
}

fn check(shape: &str, file: &str, more: &[&str], truths: &[(&str, f64, f64)]) {
    let mut calibrate = downhill(&["calibrate", shape, file, "--json"]);
    let fitted = json(&calibrate.args(more).assert().code(0));
    assert_eq!(fitted["converged"], true, "{shape}");
    for &(name, truth, tolerance) in truths {
        let value = fitted["parameters"][name]["value"].as_f64().unwrap();
        let off = (value - truth).abs();
        assert!(
            off < tolerance * truth.abs(),
            "{shape} {name}: {value}, not {truth}"
        );
    }
}

/// Resistance of a thermistor at a temperature in kelvin.
fn ohms(kelvin: f64, [a, b, c]: [f64; 3]) -> f64 {
    let (mut low, mut high) = (1f64, 1e8f64);
    for _ in 0..200 {
        let middle = (low * high).sqrt();
        let log = middle.ln();
        match 1.0 / (a + b * log + c * log.powi(3)) > kelvin {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

#[test]
fn every_shape_finds_what_made_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let of = [1.129241e-3, 2.341077e-4, 8.775468e-8];
    let celsius = (0..25).map(|k| 5.0 * k as f64 - 20.0);
    let rows = celsius
        .enumerate()
        .map(|(k, t)| (ohms(t + 273.15, of), t + 0.005 * noise(k)));
    let ntc = file(folder, "ntc.csv", "R (ohm),t", rows);
    check(
        "steinhart_hart",
        &ntc,
        &[],
        &[("A", of[0], 0.01), ("B", of[1], 0.01), ("C", of[2], 0.05)],
    );
    let kelvin = (0..25).map(|k| 5.0 * k as f64 + 253.15);
    let kelvin = file(folder, "k.csv", "R,T", kelvin.map(|t| (ohms(t, of), t)));
    check(
        "steinhart_hart",
        &kelvin,
        &["--kelvin"],
        &[("B", of[1], 1e-4)],
    );
    for (unit, x) in [(1e-6, "micro.csv"), (1.0, "one.csv"), (1e6, "mega.csv")] {
        let rows = (0..30).map(|k| {
            let x = unit * 1.3f64.powi(k as i32);
            (x, 3.2 * (x / unit).powf(0.7) * (1.0 + 0.002 * noise(k)))
        });
        let power = file(folder, x, "x,y", rows);
        check(
            "power_law",
            &power,
            &[],
            &[("b", 0.7, 0.01), ("a", 3.2 * unit.powf(-0.7), 0.05)],
        );
        for (a, d, b) in [(0.05, 2.1, 1.4), (1.9, 0.1, 0.9), (10.0, 90.0, 3.0)] {
            let rows = (0..30).map(|k| {
                let dose = 10f64.powf(k as f64 / 6.0 - 2.0);
                let share = 1.0 + (dose / 3.0f64).powf(b);
                (
                    unit * dose,
                    d + (a - d) / share + 0.002 * (a - d) * noise(k),
                )
            });
            let dose = file(folder, "dose.csv", "dose,od", rows);
            let truths = [
                ("a", a, 0.1),
                ("d", d, 0.1),
                ("b", b, 0.05),
                ("c", 3.0 * unit, 0.05),
            ];
            check("4pl", &dose, &[], &truths);
        }
    }
    let poly = |x: f64| 1.0 + x * (0.5 + x * (-0.02 + x * 0.001));
    let rows = (0..41).map(|k| (k as f64 - 20.0, poly(k as f64 - 20.0) + 0.001 * noise(k)));
    let poly = file(folder, "poly.csv", "x,y", rows);
    let truths = [
        ("c0", 1.0, 0.01),
        ("c1", 0.5, 0.01),
        ("c2", -0.02, 0.01),
        ("c3", 0.001, 0.01),
    ];
    check("polynomial:3", &poly, &[], &truths);
    let two = file(
        folder,
        "two.csv",
        "raw,true",
        [(102.0, 0.0), (3985.0, 100.0)].into_iter(),
    );
    check("two_point", &two, &[], &[("slope", 100.0 / 3883.0, 1e-9)]);
    // The other way round, and by name.
    let more = ["--sensor", "true", "--reference", "raw"];
    check(
        "two_point",
        &two,
        &more,
        &[("slope", 38.83, 1e-9), ("offset", 102.0, 1e-9)],
    );
    let truths = [("x0", 17.0, 0.01), ("y0", -32.0, 0.01), ("z0", 8.5, 0.02)];
    check("ellipsoid", &data("magnetometer.csv"), &[], &truths);
}

/// The page states what a certificate does, and the model goes on to a function of C.
#[test]
fn a_calibration_has_a_page_and_a_function() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = (1..20).map(|k| (k as f64, 2.0 * (k as f64).powf(0.5) + 0.01 * noise(k)));
    let file = file(folder, "rows.csv", "counts,lux", rows);
    let path = |name: &str| folder.join(name).display().to_string();
    let (model, page) = (path("model.json"), path("page.html"));
    let mut calibrate = downhill(&["calibrate", "power_law", &file, "--out", &model]);
    calibrate.args(["--report", &page, "--conditions", "23 °C, 45 % RH"]);
    let done = calibrate.assert().code(0);
    assert!(stderr(&done).contains("`lux` by power_law of `counts`, starting near a = "));
    let fitted = stdout(&done);
    assert!(
        fitted.contains("a = ") && fitted.contains("saved"),
        "{fitted}"
    );
    let page = fs::read_to_string(&page).unwrap();
    for says in [
        "Calibration of lux",
        "Shape: power_law.",
        "Equation: lux = ",
        "*counts^",
        "With standard errors: a = ",
        "Calibrated for counts from 1.00000 to 19.0000.",
        "Conditions: 23 °C, 45 % RH.",
        "Written on 2",
        "fingerprint ",
        "Residuals",
    ] {
        assert!(page.contains(says), "{says}");
    }
    assert!(!page.contains("http://") && !page.contains("https://"));
    let header = downhill(&["export", &model, "--to", "c"]).assert().code(0);
    assert!(stdout(&header).contains("lux_pow("));
}

/// A reference that is less certain at one end weighs less there, as in a fit of the same formula.
#[test]
fn deviations_of_the_reference_weigh() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scale.csv");
    let row = |k: usize| {
        let (x, sigma) = (k as f64, 0.02 * (1 + k * k) as f64);
        format!("{x},{sigma},{}\n", 2.0 + 3.0 * x + sigma * noise(k + 1))
    };
    let rows: String = (0..12).map(row).collect();
    fs::write(&path, format!("raw,u,mass\n{rows}")).unwrap();
    let path = path.display().to_string();
    let run = |arguments: &[&str]| json(&downhill(arguments).arg("--json").assert().code(0));
    for absolute in [&[][..], &["--sigma-absolute"]] {
        let more = [&["--sigma", "u", "--level", "0.9"][..], absolute].concat();
        let own = run(&[&["calibrate", "two_point", &path][..], &more].concat());
        let model = "formula: offset + slope*raw";
        let fit = ["fit", &path, "--target", "mass", "--model", model];
        let fit = run(&[&fit[..], &more].concat());
        for name in ["offset", "slope"] {
            let of = |of: &serde_json::Value, at: &str| of["parameters"][name][at].clone();
            let near = |at: &str| {
                let (own, fit) = (
                    of(&own, at).as_f64().unwrap(),
                    of(&fit, at).as_f64().unwrap(),
                );
                assert!(
                    (own - fit).abs() < 1e-9 * fit.abs(),
                    "{name} {at}: {own}, not {fit}"
                );
            };
            near("value");
            near("standard_error");
        }
        assert_eq!(own["level"], 0.9);
    }
    // Neither is the reading nor what is true taken from the deviations.
    let plain = downhill(&["calibrate", "two_point", &path, "--sigma-absolute"]);
    let mut plain = plain;
    assert!(stderr(&plain.assert().code(2)).contains("--sigma"));
}

/// Wrong units would give coefficients that look well.
#[test]
fn units_of_a_thermistor_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let truth = [1.1e-3, 2.4e-4, 7e-8];
    let rows = |scale: f64, of: fn(f64) -> f64| {
        (0..9).map(move |k| {
            let celsius = 10.0 * f64::from(k);
            (scale * ohms(celsius + 273.15, truth), of(celsius))
        })
    };
    let kelvin = rows(1.0, |celsius| celsius + 273.15);
    let kelvin = file(folder, "kelvin.csv", "R,T (K)", kelvin);
    let unnamed = rows(1.0, |celsius| celsius + 273.15);
    let unnamed = file(folder, "unnamed.csv", "R,T", unnamed);
    let celsius = file(folder, "celsius.csv", "R,T", rows(1.0, |celsius| celsius));
    let fahrenheit = rows(1.0, |celsius| 1.8 * celsius + 32.0);
    let fahrenheit = file(folder, "fahrenheit.csv", "R,temp_F", fahrenheit);
    let swapped = rows(1.0, |celsius| celsius).map(|(ohms, celsius)| (celsius, ohms));
    let swapped = file(folder, "swapped.csv", "T,R", swapped);
    let other = downhill(&["calibrate", "steinhart_hart", &swapped])
        .assert()
        .code(2);
    let said = stderr(&other);
    assert!(said.contains("give `--sensor R --reference T`"), "{said}");
    let mut right = downhill(&["calibrate", "steinhart_hart", &swapped]);
    right
        .args(["--sensor", "R", "--reference", "T"])
        .assert()
        .code(0);
    let kilo = file(
        folder,
        "kilo.csv",
        "R_kOhm,T",
        rows(1e-3, |celsius| celsius),
    );
    for (file, more, code, says) in [
        (&kelvin, &[][..], 2, "add `--kelvin`"),
        (&kelvin, &["--kelvin"], 0, ""),
        (&unnamed, &[], 2, "add `--kelvin`"),
        (&unnamed, &["--kelvin"], 0, ""),
        (&celsius, &[], 0, ""),
        (&celsius, &["--kelvin"], 2, "leave out `--kelvin`"),
        (&fahrenheit, &[], 2, "(F − 32)/1.8"),
        (&kilo, &[], 0, "multiply the column by 1000"),
    ] {
        let mut calibrate = downhill(&["calibrate", "steinhart_hart", file]);
        let said = stderr(&calibrate.args(more).assert().code(code));
        assert!(said.contains(says), "{file} {more:?}: {said}");
        assert!(!says.is_empty() || !said.contains("note"), "{said}");
    }
}

#[test]
fn what_a_shape_cannot_take_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let two = file(
        folder,
        "two.csv",
        "raw,true",
        [(102.0, 0.0), (3985.0, 100.0)].into_iter(),
    );
    let signed = (0..9).map(|k| (k as f64 - 4.0, k as f64));
    let signed = file(folder, "signed.csv", "x,y", signed);
    for (shape, file, more, code, says) in [
        (
            "steinhart_hart",
            &two,
            &[][..],
            1,
            "at least 3 different readings, and there are 2",
        ),
        (
            "power_law",
            &signed,
            &[],
            1,
            "readings above 0, and one is -4",
        ),
        ("ellipsoid", &two, &[], 1, "needs 3 columns of the sensor"),
        ("two_point", &two, &["--kelvin"], 2, "leave it out"),
        ("two_point", &two, &["--sensor", "row"], 1, "`--sensor`"),
        ("polynomial:99", &two, &[], 2, "from 1 to 12"),
        ("5pl", &two, &[], 2, "no shape is called `5pl`"),
    ] {
        let mut calibrate = downhill(&["calibrate", shape, file]);
        let error = stderr(&calibrate.args(more).assert().code(code));
        assert!(
            error.contains(says) || error.contains("row"),
            "{shape}: {error}"
        );
    }
}

/// The unit of a column is known wherever the file says it.
#[test]
fn units_in_the_header_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let of = [1.129241e-3, 2.341077e-4, 8.775468e-8];
    let rows = |factor: f64| {
        let celsius = (0..20).map(|k| 5.0 * k as f64 - 20.0);
        celsius.map(move |t| (factor * ohms(t + 273.15, of), t))
    };
    for (head, factor, says) in [
        ("R [kΩ],T [°C]", 1e-3, "is in kΩ"),
        ("R (kOhm),T", 1e-3, "is in kΩ"),
        ("R,T\nkΩ,°C", 1e-3, "is in kΩ"),
        ("R_MΩ,T", 1e-6, "is in MΩ"),
        ("R [MΩ],T [°C]", 1e-6, "multiply the column by 1000000"),
        ("R [Ω],T [°C]", 1.0, ""),
    ] {
        let file = file(folder, "r.csv", head, rows(factor));
        let said = stderr(
            &downhill(&["calibrate", "steinhart_hart", &file])
                .assert()
                .code(0),
        );
        assert!(said.contains(says), "{head}: {said}");
        assert!(!says.is_empty() || !said.contains("note"), "{said}");
    }
    for head in ["R,T [°F]", "R [Ω],T (°F)", "R,T\nΩ,°F", "R,T\nohm,degF"] {
        let fahrenheit = rows(1.0).map(|(r, t)| (r, 1.8 * t + 32.0));
        let file = file(folder, "f.csv", head, fahrenheit);
        let said = stderr(
            &downhill(&["calibrate", "steinhart_hart", &file])
                .assert()
                .code(2),
        );
        assert!(said.contains("is in degrees Fahrenheit"), "{head}: {said}");
    }
}

/// A line through points that bend says so, and the shape that it names takes the bend.
#[test]
fn two_points_of_a_bent_curve_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = |bend: f64| {
        (0..12).map(move |k| {
            let x = 100.0 * k as f64;
            (x, 0.02 * x + bend * x * x + 0.01 * noise(k))
        })
    };
    let told =
        |shape: &str, file: &str| stderr(&downhill(&["calibrate", shape, file]).assert().code(0));
    let bent = file(folder, "bent.csv", "raw,true", rows(4e-6));
    let said = told("two_point", &bent);
    assert!(
        said.contains("note: the points bend") && said.contains("`polynomial:2`"),
        "{said}"
    );
    assert!(!told("polynomial:2", &bent).contains("note"));
    let straight = file(folder, "straight.csv", "raw,true", rows(0.0));
    assert!(!told("two_point", &straight).contains("note"));
    let two = file(folder, "two.csv", "raw,true", rows(4e-6).take(2));
    assert!(!told("two_point", &two).contains("bend"));
}

/// As many rows as parameters are met exactly: that is said, and no error of any parameter.
#[test]
fn as_many_rows_as_parameters_are_met_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut state = 7u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut failed = Vec::new();
    let mut count = 0;
    for round in 0..40 {
        let thermistor = [
            1.1e-3 + 3e-4 * draw(),
            2.2e-4 + 4e-5 * draw(),
            5e-8 + 1e-7 * draw(),
        ];
        let celsius = [5.0 * draw(), 20.0 + 10.0 * draw(), 50.0 + 40.0 * draw()];
        let ntc = celsius.map(|t| (ohms(t + 273.15, thermistor).round(), t));
        let levels = [
            0.1 + draw(),
            3.0 + draw(),
            12.0 + 4.0 * draw(),
            50.0 + 30.0 * draw(),
        ];
        let [a, b, c, d] = [
            0.1 + draw(),
            0.8 + draw(),
            5.0 + 20.0 * draw(),
            2.0 + 3.0 * draw(),
        ];
        let dose = levels.map(|x| (x, d + (a - d) / (1.0 + (x / c).powf(b))));
        let volts = [0.0, 1.0, 2.0, 3.0, 4.0].map(|x| (x + 0.5 * draw(), 10.0 * draw()));
        let power = [1.0, 2.0].map(|x| (x + draw(), x * x + draw()));
        let line = [1.0, 2.0].map(|x| (x + draw(), 100.0 * draw()));
        for (shape, head, rows) in [
            ("steinhart_hart", "R (ohm),t", &ntc[..]),
            ("4pl", "dose,response", &dose),
            ("polynomial:4", "V,kPa", &volts),
            ("power_law", "V,kPa", &power),
            ("two_point", "V,kPa", &line),
        ] {
            let path = file(folder, "exact.csv", head, rows.iter().copied());
            let assert = downhill(&["calibrate", shape, &path, "--json"]).assert();
            count += 1;
            if assert.get_output().status.code() != Some(0) {
                failed.push(format!("{shape} {round}: {}", stderr(&assert)));
                continue;
            }
            assert!(
                stderr(&assert).contains("passes through every point"),
                "{shape}"
            );
            let fitted = json(&assert);
            for (name, parameter) in fitted["parameters"].as_object().unwrap() {
                assert!(
                    parameter["standard_error"].is_null(),
                    "{shape} {name}: {parameter}"
                );
            }
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {count}: {failed:#?}",
        failed.len()
    );
}

/// A sensor that was not turned about an axis tells nothing of it.
#[test]
fn an_axis_that_never_changes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..30)
        .map(|k| {
            let angle = f64::from(k) / 4.0;
            format!("{},{},0.5,1\n", angle.cos(), angle.sin())
        })
        .collect();
    let path = folder.path().join("flat.csv");
    fs::write(&path, format!("mx,my,mz,norm\n{rows}")).unwrap();
    let assert = downhill(&["calibrate", "ellipsoid", path.to_str().unwrap()]).assert();
    let error = stderr(&assert.failure());
    assert!(error.contains("`mz` is 0.5 in every row"), "{error}");
    assert!(!error.contains("inf"), "{error}");
}
