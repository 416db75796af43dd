//! Targets whose cells are labels of classes.

use std::fmt::Write;
use std::fs;

use downhill_tests::{downhill, stdout};
use serde_json::{Value, json};

use super::{case, inspected, refused, result, said, says, write};

/// Rows of two features, of which the first parts the labels of the rows.
fn rows(labels: &[&str], count: usize) -> String {
    let mut text = String::from("x,z,y\n");
    for row in 0..count {
        let (class, noise) = (row * 7 % labels.len(), (row * 37 % 17) as f64 / 20.0);
        let label = labels[class];
        let quoted = format!("\"{}\"", label.replace('"', "\"\""));
        let cell = if label.contains(',') { &quoted } else { label };
        let _ = writeln!(text, "{:.2},{},{cell}", class as f64 + noise, row * 5 % 11);
    }
    text
}

/// The labels that `predict` prints, by the kind of their column.
fn predicted(model: &str, file: &str) -> Vec<String> {
    let text = stdout(&downhill(&["predict", model, file]).assert().code(0));
    let mut lines = text.lines();
    assert!(lines.next().unwrap().ends_with(",class"), "{text}");
    let label = |line: &str| match line.split_once(",\"") {
        Some((_, label)) => label.trim_end_matches('"').into(),
        None => line.rsplit(',').next().unwrap().into(),
    };
    lines.map(label).collect()
}

#[test]
fn labels_of_any_kind_are_classes() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    for (name, model_name, classes) in [
        ("classes_12.csv", "logistic", json!([1, 2])),
        ("classes_123.csv", "softmax", json!([1, 2, 3])),
        ("classes_pm1.csv", "logistic", json!([-1, 1])),
        ("classes_yes_no.csv", "logistic", json!(["no", "yes"])),
        (
            "classes_true_false.csv",
            "logistic",
            json!(["FALSE", "TRUE"]),
        ),
        ("classes_on_off.csv", "logistic", json!(["off", "on"])),
    ] {
        let file = case(name);
        for more in [
            &[][..],
            &["--loss", "cross_entropy"],
            &["--model", "softmax"],
        ] {
            let fit = ["fit", &file, "--target", "y", "--out", model];
            let done = result(&[&fit, more].concat());
            assert_eq!(done["classes"], classes, "{name}");
            assert!(done["metrics"]["validation"]["accuracy"].as_f64().unwrap() > 0.6);
            let saved: Value = serde_json::from_str(&fs::read_to_string(model).unwrap()).unwrap();
            let labels = saved["target"]["classes"].as_array().unwrap();
            let plain = |value: &Value| value.to_string().trim_matches('"').to_owned();
            assert!(
                labels
                    .iter()
                    .map(plain)
                    .eq(classes.as_array().unwrap().iter().map(plain))
            );
            // What the file says, predicted and measured by the same labels.
            let text = fs::read_to_string(&file).unwrap();
            let own = text
                .lines()
                .skip(1)
                .map(|line| line.rsplit(',').next().unwrap());
            let told = predicted(model, &file);
            let right = told
                .iter()
                .zip(own)
                .filter(|(told, own)| told == own)
                .count();
            let measured = result(&["eval", model, &file]);
            let share = right as f64 / told.len() as f64;
            assert!((measured["metrics"]["accuracy"].as_f64().unwrap() - share).abs() < 1e-9);
            assert_eq!(measured["confusion"]["classes"], classes);
            let predictions = &result(&["predict", model, &file])["predictions"];
            assert!(
                classes.as_array().unwrap().contains(&predictions[0]),
                "{predictions}"
            );
        }
        says(&said(&["fit", &file, "--target", "y"]), &[model_name]);
        let seen = inspected(&file, "y", &[]);
        assert_eq!(
            (&seen["format"]["labels"], &seen["kind"]),
            (&classes, &json!("class"))
        );
    }
}

#[test]
fn the_classes_are_said_by_their_labels() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.json");
    let page = folder.path().join("page.html");
    let (model, page) = (model.to_str().unwrap(), page.to_str().unwrap());
    let file = case("classes_yes_no.csv");
    let fit = [
        "fit", &file, "--target", "y", "--out", model, "--report", page,
    ];
    let taken = "`y` is taken for classes: `no` in 35 rows, `yes` in 25 rows; class 1 is `yes`\n\
                 validation rows: one in 5 of each class, from its second on";
    says(
        &said(&[&fit[..], &["--threshold", "f1"]].concat()),
        &[taken, "\n`yes` from "],
    );
    let page = fs::read_to_string(page).unwrap();
    says(&page, &[">no</th>", "`yes` is predicted from"]);
    says(
        &said(&["eval", model, &file, "--top", "5"]),
        &[
            "class predicted\ntrue          no     yes\nno ",
            "5 of `yes`",
        ],
    );
    says(
        &said(&["inspect", &file, "--target", "y"]),
        &["off in", "classes  no in 35 rows"][1..],
    );
    says(
        &said(&[
            "compare",
            &file,
            "--target",
            "y",
            "--vary",
            "model=logistic,mlp:4",
        ]),
        &["`no` in 35 rows"],
    );
    let weighed = |weights: &str| {
        let fit = result(&["fit", &file, "--target", "y", "--class-weight", weights]);
        fit["weighting"]["classes"].clone()
    };
    assert_eq!(weighed("yes=3"), json!([1.0, 3.0]));
    assert_eq!(weighed("\"no\"=2,yes=3"), json!([2.0, 3.0]));
    let other = ["fit", &file, "--target", "y", "--class-weight", "maybe=2"];
    says(
        &refused(&other, 2),
        &["`maybe`", "the classes are `no`, `yes`"],
    );
    for (label, classes) in [("no", json!(["yes", "no"])), ("yes", json!(["no", "yes"]))] {
        let fit = result(&["fit", &file, "--target", "y", "--positive", label]);
        assert_eq!(fit["classes"], classes);
    }
    let other = ["fit", &file, "--target", "y", "--positive", "on"];
    says(
        &refused(&other, 2),
        &["`--positive on` is none of the classes of `y`: `no`, `yes`"],
    );
}

#[test]
fn a_fit_by_another_positive_label_is_its_mirror() {
    let file = case("classes_on_off.csv");
    let recall = |positive: &str| {
        let fit = result(&[
            "fit",
            &file,
            "--target",
            "y",
            "--positive",
            positive,
            "--seed",
            "3",
        ]);
        let of = |metric: &str| fit["metrics"]["validation"][metric].as_f64().unwrap();
        [of("recall"), of("specificity")]
    };
    let [on, off] = recall("on");
    assert_eq!(recall("off"), [off, on]);
}

#[test]
fn labels_may_hold_commas_spaces_and_quotes_and_miss() {
    let folder = tempfile::tempdir().unwrap();
    for labels in [
        &["red, dark", "light blue"][..],
        &["say \"hi\", you", "no", "über"],
        &["1", "2", "other"],
        &["1.0", "2.0"],
        &["+", "-"],
        &["ok", "error"],
        &["none", "some", "many"],
        &["NAME_REAL??/", "x\\y", "*/"],
    ] {
        let text = rows(labels, 60) + "0.5,3,?\n0.5,3,\n";
        let file = write(folder.path(), "t.csv", &text);
        let model = folder.path().join("model.json");
        let model = model.to_str().unwrap();
        let done = result(&["fit", &file, "--target", "y", "--out", model]);
        let classes = done["classes"].as_array().unwrap();
        assert_eq!(classes.len(), labels.len(), "{labels:?}");
        assert_eq!(done["rows"]["dropped"], 2, "{labels:?}");
        assert_eq!(result(&["eval", model, &file])["rows"], 60);
        // A file to predict has no labels, or others.
        let features: String = text.lines().fold(String::new(), |all, line| {
            let cells: Vec<&str> = line.splitn(3, ',').take(2).collect();
            all + &cells.join(",") + "\n"
        });
        let features = write(folder.path(), "f.csv", &features);
        assert_eq!(predicted(model, &features), predicted(model, &file));
    }
}

/// Words for two states are the same in any case; other labels are not.
#[test]
fn upper_and_lower_case_are_one_only_in_words_for_two_states() {
    let folder = tempfile::tempdir().unwrap();
    let classes = |labels: &[&str]| {
        let file = write(folder.path(), "t.csv", &rows(labels, 60));
        let fit = [
            "fit", &file, "--target", "y", "--health", "0", "--epochs", "1",
        ];
        result(&fit)["classes"].clone()
    };
    assert_eq!(classes(&["Yes", "no", "yes"]), json!(["no", "Yes"]));
    assert_eq!(
        classes(&["True", "FALSE", "TRUE", "False"]),
        json!(["False", "True"])
    );
    assert_eq!(classes(&["a", "A", "b"]), json!(["A", "a", "b"]));
}

#[test]
fn few_whole_numbers_are_said_to_be_amounts_or_classes() {
    let folder = tempfile::tempdir().unwrap();
    let fit = |labels: &[&str], more: &[&str]| {
        let file = write(folder.path(), "t.csv", &rows(labels, 80));
        said(&[&["fit", &file, "--target", "y", "--epochs", "20"], more].concat())
    };
    let scores = ["3", "4", "5", "6"];
    let amount = "`y` is taken for an amount: 4 different whole numbers, 3 to 6; `--loss \
                  cross_entropy` takes them for classes";
    says(&fit(&scores, &[]), &[amount]);
    says(
        &fit(&scores, &["--loss", "cross_entropy"]),
        &["softmax", "`3` in 20 rows"],
    );
    let classes = ["1", "2", "3", "4"];
    let advice = "`--model linear` takes them for amounts";
    says(&fit(&classes, &[]), &["softmax", advice]);
    let linear = fit(&classes, &["--model", "linear"]);
    assert!(
        linear.contains("linear, squared") && !linear.contains("is taken"),
        "{linear}"
    );
}

#[test]
fn what_is_no_class_is_refused_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| write(folder.path(), name, text);
    let many: Vec<String> = (0..300).map(|label| format!("l{label}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let many = path("many.csv", &rows(&many, 900));
    let own: Vec<String> = (0..60).map(|label| format!("id{label}")).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let own = path("own.csv", &rows(&own, 60));
    let one = path("one.csv", &rows(&["yes"], 60));
    let three = path("three.csv", &rows(&["a", "b", "c"], 60));
    let reals = (0..60).map(|row| format!("{row},{}\n", f64::from(row) / 7.0));
    let reals = path("reals.csv", &format!("x,y\n{}", reals.collect::<String>()));
    for (arguments, parts) in [
        (
            &[&many[..]][..],
            &[
                "`y`: 300 different labels, `l0` (line 2)",
                "at most 20 classes",
            ][..],
        ),
        (
            &[&own],
            &[
                "60 different labels",
                "a label of its own in each row names the row",
            ],
        ),
        (
            &[&one],
            &["line 2 and on", "the target is `yes` in every row"],
        ),
        (
            &[&three, "--model", "logistic"],
            &[
                "line 4",
                "`c` is a third class, beside `a` (line 2)",
                "use `--model softmax`",
            ],
        ),
        (
            &[&three, "--loss", "hinge"],
            &["use `--loss cross_entropy`"],
        ),
        (
            &[&three, "--model", "linear"],
            &["`a` is not a number", "use `--loss cross_entropy`"],
        ),
        (
            &[&three, "--solver", "lm"],
            &["`a` is not a number", "use `--model logistic`"],
        ),
        (
            &[&reals, "--loss", "cross_entropy"],
            &[
                "different labels",
                "use `--loss squared` in the place of `--loss cross_entropy`",
            ],
        ),
    ] {
        let fit = [&["fit", arguments[0], "--target", "y"], &arguments[1..]].concat();
        says(&refused(&fit, 1), parts);
    }
    // What was advised works.
    for (file, advised) in [
        (&three, ["--model", "softmax"]),
        (&three, ["--loss", "cross_entropy"]),
        (&reals, ["--loss", "squared"]),
    ] {
        let fit = ["fit", file, "--target", "y", "--epochs", "400"];
        downhill(&[&fit, &advised[..]].concat()).assert().code(0);
    }
    let model = folder.path().join("model.json");
    let model = model.to_str().unwrap();
    said(&[
        "fit",
        &case("classes_yes_no.csv"),
        "--target",
        "y",
        "--out",
        model,
    ]);
    let other = path("other.csv", "x,z,y\n1,2,yes\n1,2,maybe\n");
    let message = refused(&["eval", model, &other], 1);
    says(
        &message,
        &["other.csv, line 3, column `y`: `maybe` is none of the model's classes, `no`, `yes`"],
    );
    let numbers = path("numbers.csv", "x,z,y\n1,2,1\n");
    says(
        &refused(&["eval", model, &numbers], 1),
        &["line 2, column `y`: `1` is none of"],
    );
}

/// Labels that are first met far behind the rows that tell what a column is.
#[test]
fn fits_from_memory_and_from_disk_agree() {
    let folder = tempfile::tempdir().unwrap();
    for (first, last) in [
        (&["no", "yes"][..], &["maybe"][..]),
        (&["0", "1"], &["2"]),
        (&["0", "2"], &["1"]),
        (&["1", "2"], &["1", "2"]),
        (&["0", "1"], &["0.5"]),
        (&["16777217", "16777218"], &["16777219"]),
    ] {
        let text = rows(first, 10_200) + &rows(last, 40)["x,z,y\n".len()..];
        let file = write(folder.path(), "t.csv", &text);
        let fit = |more: &[&str]| {
            let fit = [
                "fit",
                &file,
                "--target",
                "y",
                "--epochs",
                "1",
                "--no-shuffle",
            ];
            result(&[&fit[..], &["--health", "0"], more].concat())
        };
        let (held, streamed) = (fit(&[]), fit(&["--hold-at-most", "0"]));
        assert!(streamed["streamed"].is_object());
        for field in ["classes", "taken", "rows", "fingerprint", "steps"] {
            assert_eq!(
                held[field], streamed[field],
                "{field} of {first:?} and {last:?}"
            );
        }
    }
}

/// On disk the rows wait with the places of labels whose order is not known yet.
#[test]
fn labels_in_another_order_than_their_classes_are_learned_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "t.csv",
        &rows(&["yes", "maybe", "no"], 12_000),
    );
    let accuracy = |more: &[&str]| {
        let fit = ["fit", &file, "--target", "y", "--epochs", "2"];
        let fit = result(&[&fit[..], more].concat());
        assert_eq!(fit["classes"], json!(["maybe", "no", "yes"]));
        fit["metrics"]["validation"]["accuracy"].as_f64().unwrap()
    };
    let (held, streamed) = (accuracy(&[]), accuracy(&["--hold-at-most", "0"]));
    assert!(
        held > 0.7 && (held - streamed).abs() < 0.02,
        "{held} {streamed}"
    );
}
