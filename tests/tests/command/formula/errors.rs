//! Errors that go into a fit by least squares, and those that come out of it.

use std::fs;

use downhill_tests::{data, downhill, json, stderr, stdout};

use super::table;

/// A line with an error of each target and each feature.
fn line() -> (tempfile::TempDir, String) {
    table("x,y,s,dx,kind", |x| {
        let error = 0.1 * (7.0 * x).sin();
        vec![x, 3.0 * x + 1.0 + error, 0.1 + 0.01 * x, 0.05, x % 2.0]
    })
}

#[test]
fn a_deviation_that_is_none_is_named_with_its_row() {
    let (folder, file) = line();
    let rows = fs::read_to_string(&file).unwrap();
    let broken = folder.path().join("broken.csv").display().to_string();
    let fit = |text: &str, more: &[&str]| {
        fs::write(&broken, text).unwrap();
        let mut fit = downhill(&[
            "fit",
            &broken,
            "--target",
            "y",
            "--model",
            "formula: a + b*x",
        ]);
        stderr(&fit.args(["--sigma", "s"]).args(more).assert().code(1))
    };
    for wrong in ["0", "-0.13"] {
        let said = fit(&rows.replace(",0.13,", &format!(",{wrong},")), &[]);
        assert!(said.contains("line 4, column `s`"), "{said}");
        assert!(said.contains("is not above 0"), "{said}");
    }
    let tiny = fit(&rows.replace(",0.13,", ",1e-200,"), &[]);
    assert!(
        tiny.contains("line 4, column `s`") && tiny.contains("other units"),
        "{tiny}"
    );
    for (wrong, what) in [("-0.05", "-0.05"), ("", "missing")] {
        let text = rows.replacen(",0.05,", &format!(",{wrong},"), 1);
        let said = fit(&text, &["--sigma-x", "dx"]);
        assert!(
            said.contains("line 2, column `dx`") && said.contains(what),
            "{said}"
        );
    }
}

/// R² beside the adjusted one is weighted as that is.
#[test]
fn compared_fits_have_one_r2() {
    let (_folder, file) = line();
    let vary = "model=formula: a + b*x,formula: a*x";
    let compare = [
        "compare", &file, "--target", "y", "--sigma", "s", "--vary", vary,
    ];
    let text = stdout(&downhill(&compare).assert().code(0));
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|l| l.split_whitespace().collect())
        .collect();
    let head = lines.iter().find(|line| line.contains(&"adj_r2")).unwrap();
    let from_right = |name: &str| head.len() - head.iter().position(|own| *own == name).unwrap();
    let fitted = [
        "fit", &file, "--target", "y", "--sigma", "s", "--json", "--model",
    ];
    for (row, model) in [("1", "formula: a + b*x"), ("2", "formula: a*x")] {
        let line = lines
            .iter()
            .find(|line| line.first() == Some(&row))
            .unwrap();
        let shown = |name: &str| line[line.len() - from_right(name)].parse::<f64>().unwrap();
        let fit = json(&downhill(&[&fitted[..], &[model]].concat()).assert().code(0));
        for (column, key) in [("r2", "r_squared"), ("adj_r2", "adjusted_r_squared")] {
            let weighted = fit[key].as_f64().unwrap();
            assert!((shown(column) - weighted).abs() < 1e-5, "{column}: {text}");
        }
    }
}

#[test]
fn errors_that_do_not_go_with_a_fit_are_refused_with_the_cure() {
    let (_folder, file) = line();
    let refused = |more: &[&str], cure: &str| {
        let mut fit = downhill(&["fit", &file, "--target", "y"]);
        let said = stderr(&fit.args(more).assert().code(2));
        assert!(said.contains(cure), "{more:?}: {said}");
    };
    let formula = ["--model", "formula: a + b*x"];
    let with = |more: &[&'static str]| [&formula[..], more].concat();
    refused(&["--sigma", "s"], "--solver lm");
    refused(&["--sigma", "s", "--solver", "rls"], "--solver lm");
    refused(&with(&["--sigma", "y"]), "same column");
    refused(&with(&["--sigma-absolute"]), "--sigma");
    refused(&with(&["--sigma-x", "dx"]), "--sigma");
    refused(&with(&["--sigma", "s", "--weight", "s"]), "--weight");
    let sigma_x = |more: &[&'static str]| with(&[&["--sigma", "s", "--sigma-x"], more].concat());
    refused(&sigma_x(&["z=dx"]), "it uses `x`");
    refused(&sigma_x(&["dx", "--loss", "huber:1"]), "leave out `--loss`");
    refused(&sigma_x(&["dx", "--precision", "f32"]), "--precision f64");
    let linear = [
        "--solver",
        "lm",
        "--features",
        "x",
        "--sigma",
        "s",
        "--sigma-x",
        "dx",
    ];
    refused(&linear, "`formula: a + b*x`");
    refused(&with(&["--derive", "c"]), "NAME=EXPRESSION");
    refused(
        &with(&["--derive", "c=a/slope"]),
        "the parameters are `a`, `b`",
    );
    refused(&with(&["--derive", "c=log(-b)"]), "no finite value at b = ");
    refused(&with(&["--level", "95"]), "such as 0.95");
    refused(&["--derive", "c=a"], "`--solver lm`");
    refused(&["--level", "0.9"], "`--solver lm`");
}

#[test]
fn derived_quantities_may_have_fixed_parameters_and_those_of_groups() {
    let (_folder, file) = line();
    let model = "formula: a[kind] + b*x + c";
    let fit = [
        "fit", &file, "--target", "y", "--model", model, "--fix", "c=1", "--json",
    ];
    let derive = ["--derive", "gap=a[1] - a[0]", "--derive", "sum=2*c + pi*b"];
    let found = json(&downhill(&fit).args(derive).assert().code(0));
    let value = |name: &str| found["parameters"][name]["value"].as_f64().unwrap();
    let derived = |name: &str| found["derived"][name]["value"].as_f64().unwrap();
    assert_eq!(derived("gap"), value("a[1]") - value("a[0]"));
    assert_eq!(derived("sum"), 2.0 + std::f64::consts::PI * value("b"));
    // Of a difference the errors that both have in common are none.
    let error = found["derived"]["gap"]["standard_error"].as_f64().unwrap();
    let of = |a: &str, b: &str| found["covariance"][a][b].as_f64().unwrap();
    let expected = of("a[0]", "a[0]") + of("a[1]", "a[1]") - 2.0 * of("a[0]", "a[1]");
    assert!((error - expected.sqrt()).abs() < 1e-9 * error);
}

#[test]
fn intervals_need_errors_of_the_parameters() {
    let (folder, file) = line();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (by_gradient, weighted) = (path("gradient.json"), path("weighted.json"));
    let fit = ["fit", &file, "--target", "y", "--features", "x"];
    downhill(&fit)
        .args(["--out", &by_gradient])
        .assert()
        .code(0);
    let predict =
        |model: &str, file: &str| downhill(&["predict", model, file, "--interval", "0.9"]).assert();
    let said = stderr(&predict(&by_gradient, &file).code(2));
    assert!(said.contains("`--solver lm`"), "{said}");
    let lm = ["--solver", "lm", "--sigma", "s", "--out", &weighted];
    downhill(&fit).args(lm).assert().code(0);
    let head = |text: String| text.lines().next().unwrap().to_owned();
    let all = "prediction,confidence_low,confidence_high,prediction_low,prediction_high";
    assert_eq!(head(stdout(&predict(&weighted, &file).code(0))), all);
    // Without the errors of new rows nobody knows where their targets would be.
    let bare = path("bare.csv");
    fs::write(&bare, "x\n3\n\n4.5\n").unwrap();
    let predicted = predict(&weighted, &bare).code(0);
    assert!(stderr(&predicted).contains("the column `s`"));
    assert_eq!(
        head(stdout(&predicted)),
        "prediction,confidence_low,confidence_high"
    );
}

#[test]
fn a_fit_of_one_feature_is_drawn_with_its_band() {
    let (folder, file) = table("x,y", |x| vec![x, x + 3.0 * (7.0 * x).sin()]);
    let page = folder.path().join("fit.html").display().to_string();
    let fit = [
        "fit",
        &file,
        "--target",
        "y",
        "--model",
        "formula: a + b*x",
        "--plot",
    ];
    let fit = downhill(&fit)
        .args(["--level", "0.9", "--report", &page])
        .assert()
        .code(0);
    let text = stdout(&fit);
    for part in [
        "y over x: o rows, * fitted, · prediction band of 90 %",
        ", 90 %: ",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let band = text
        .lines()
        .filter(|line| line.contains('│') && line.contains('·'));
    assert!(band.count() > 3, "{text}");
    let page = fs::read_to_string(&page).unwrap();
    for part in [
        "confidence, 90 %",
        "prediction, 90 %",
        "Student&#39;s t",
        "adjusted R²",
    ] {
        assert!(
            page.contains(part) || page.contains(&part.replace("&#39;", "'")),
            "{part}"
        );
    }
}

#[test]
fn formulas_are_compared_by_what_they_explain() {
    let file = data("nist/Misra1a.csv");
    let compare = |vary: &str, more: &[&str]| {
        let mut compare = downhill(&["compare", &file, "--target", "y", "--vary", vary]);
        compare.args(more).assert()
    };
    let models = "model=formula: b1*(1-exp(-b2*x)),formula: b1*min(x, 1e9),formula: pow(x, b1)";
    let found = json(&compare(models, &["--json"]).code(0));
    let aic = |at: usize| found["fits"][at]["aic"].as_f64().unwrap();
    assert_eq!(found["fits"].as_array().unwrap().len(), 3);
    assert!(aic(0) + 20.0 < aic(1) && aic(0) + 20.0 < aic(2), "{found}");
    let text = stdout(&compare(models, &[]).code(0));
    assert!(text.contains("aic") && text.contains("bic"), "{text}");
    let solvers = ["--model", "formula: b1*(1-exp(-b2*x))", "--json"];
    let found = json(&compare("solver=lm,gauss_newton", &solvers).code(0));
    let squares = |at: usize| found["fits"][at]["r_squared"].as_f64().unwrap();
    assert!((squares(0) - squares(1)).abs() < 1e-12);
    let folds = json(&compare(models, &["--json", "--cv", "3"]).code(0));
    assert_eq!(folds["fits"][2]["cross_validation"]["folds"], 3);
}

/// Rows of a file of their own are measured with their deviations, and a row without one is refused.
#[test]
fn test_rows_of_a_file_have_deviations_too() {
    let (folder, file) = line();
    let (other, rows) = (
        folder.path().join("test.csv"),
        fs::read_to_string(&file).unwrap(),
    );
    let fit = |text: &str| {
        fs::write(&other, text).unwrap();
        let (model, other) = ("formula: a + b*x", other.to_str().unwrap());
        let fit = [
            "fit", &file, "--target", "y", "--model", model, "--sigma", "s",
        ];
        downhill(&fit).args(["--test", other, "--json"]).assert()
    };
    let mut lines: Vec<&str> = rows.lines().collect();
    lines[1..].reverse();
    let found = json(&fit(&lines.join("\n")).code(0));
    let loss = |of: &str| found["metrics"][of]["loss"].as_f64().unwrap();
    assert!((loss("test") / loss("train") - 1.0).abs() < 1e-9, "{found}");
    let said = stderr(&fit(&rows.replace(",0.13,", ",-0.13,")).code(1));
    assert!(said.contains("line 4, column `s`"), "{said}");
}
