//! A start from which nothing can be learned is told from a fit.

use downhill_tests::{downhill, json, stderr, stdout};

use super::table;

const PEAK: &str = "formula: A*exp(-0.5*((x-mu)/s)^2)";

fn peak() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peak.csv");
    std::fs::write(&file, "x,y\n0,0\n1,1\n2,2\n3,1\n4,0\n5,0\n6,0\n7,0\n8,0\n").unwrap();
    let file = file.display().to_string();
    (folder, file)
}

#[test]
fn a_start_beside_all_rows_exits_with_3_and_names_the_parameter() {
    let (_folder, file) = peak();
    for precision in ["f32", "f64"] {
        let fit = |mu: &str| {
            let start = format!("A=1,mu={mu},s=1");
            let arguments = ["fit", &file, "--target", "y", "--model", PEAK, "--json"];
            downhill(
                &[
                    &arguments[..],
                    &["--start", &start, "--precision", precision],
                ]
                .concat(),
            )
            .assert()
        };
        for mu in ["16", "30", "100"] {
            let ended = fit(mu).code(3);
            assert!(stderr(&ended).contains("(`--start`"), "{}", stderr(&ended));
            let ended = json(&ended);
            assert_eq!(ended["termination"], "singular");
            assert!(ended["undetermined"].is_string());
        }
        let found = json(&fit("4").code(0));
        let value = |name: &str| found["parameters"][name]["value"].as_f64().unwrap();
        for (name, right) in [("A", 2.02992416), ("mu", 1.99999424), ("s", 0.81584583)] {
            assert!(
                (value(name) - right).abs() < 1e-5,
                "{name}: {}",
                value(name)
            );
        }
    }
}

#[test]
fn a_peak_far_from_its_wavelengths_is_no_fit() {
    let file = downhill_tests::data("nist/Eckerle4.csv");
    let model = "formula: (b1/b2) * exp(-0.5*((x-b3)/b2)^2)";
    for b3 in (700..=1000).step_by(50) {
        let start = format!("b1=0.4,b2=18,b3={b3}");
        let fit = [
            "fit", &file, "--target", "y", "--model", model, "--start", &start,
        ];
        let ended = downhill(&fit).assert().code(3);
        let (said, shown) = (stderr(&ended), stdout(&ended));
        assert!(said.contains("has learned nothing of `b"), "{b3}: {said}");
        // The value is legible beside an error that is many times as large.
        assert!(shown.contains("b1 = 0.4000000000 ± "), "{b3}: {shown}");
    }
}

/// What a bound leaves undetermined is not the model's fault.
#[test]
fn a_bound_that_leaves_others_undetermined_is_named() {
    let (_folder, file) = table("x,y", |k| vec![k, 5.0 - 3.0 * (-0.4 * k).exp()]);
    let fit = [
        "fit",
        &file,
        "--target",
        "y",
        "--model",
        "formula: a*exp(-b*x)+c",
    ];
    let held = ["--start", "a=0,b=0.4,c=1", "--bounds", "a=0..9,b=0.1..2"];
    let ended = downhill(&[&fit[..], &held].concat()).assert().code(3);
    let said = stderr(&ended);
    assert!(said.contains("`b` is not identifiable"), "{said}");
    assert!(said.contains("`a` is at its bound 0"), "{said}");
}
