//! Findings of `inspect` in data made to have them, and its silence where there is nothing.

use std::fmt::Write;

use downhill::random::Random;
use downhill_tests::{data, downhill, json, stderr, stdout};
use serde_json::Value;

fn inspect(file: &str, options: &str) -> Value {
    let mut command = downhill(&["inspect", file, "--json"]);
    json(
        &command
            .args(options.split_ascii_whitespace())
            .assert()
            .code(0),
    )
}

fn kinds(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().unwrap().iter();
    findings.map(|f| f["kind"].as_str().unwrap()).collect()
}

fn find<'a>(document: &'a Value, kind: &str) -> &'a Value {
    let mut findings = document["findings"].as_array().unwrap().iter();
    let found = findings.find(|f| f["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {document}"))
}

/// Findings that are right in the given files; there is no other.
#[test]
fn the_given_files_show_what_is_known_of_them() {
    let air = "--target CO_GT --missing-value=-200 --features";
    let air = format!("{air} {}", downhill_tests::AIR_FEATURES);
    for (file, options, expected) in [
        ("iris.csv", "--target species", &[][..]),
        ("digits8x8.csv", "--target digit", &["constant_columns"][..]),
        ("concrete.csv", "--target strength", &["duplicates"]),
        (
            "air_quality.csv",
            &air,
            &["missing_values", "rows_in_order"],
        ),
        (
            "telco_churn.csv",
            "--target churn",
            &["scale_ratio", "label_noise"],
        ),
        (
            "occupancy.csv",
            "--target Occupancy --time date",
            &["scale_ratio", "duplicates", "time_order", "time_shift"],
        ),
    ] {
        let document = inspect(&data(file), options);
        assert_eq!(kinds(&document), expected, "{file}");
    }
    // Benzene was worked out from this very sensor's neighbor.
    let benzene = inspect(
        &data("air_quality.csv"),
        "--target C6H6_GT --missing-value=-200 --features PT08_S1_CO,PT08_S2_NMHC,T",
    );
    assert_eq!(find(&benzene, "leakage")["columns"][0], "PT08_S2_NMHC");
}

/// A file whose rows `row` writes, of features a and b, numbers between −1 and 1.
struct Made {
    folder: tempfile::TempDir,
    text: String,
    random: Random,
}

impl Made {
    fn new(header: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            text: format!("{header}\n"),
            random: Random::seed(3),
        }
    }

    fn draw(&mut self) -> f64 {
        2.0 * self.random.unit::<f64>() - 1.0
    }

    fn rows(mut self, count: usize, row: impl Fn(usize, f64, f64, f64) -> String) -> Self {
        for at in 0..count {
            let (a, b, noise) = (self.draw(), self.draw(), self.draw());
            let _ = writeln!(self.text, "{}", row(at, a, b, noise));
        }
        self
    }

    fn inspect(&self, options: &str) -> Value {
        let path = self.folder.path().join("made.csv");
        std::fs::write(&path, &self.text).unwrap();
        inspect(path.to_str().unwrap(), options)
    }
}

#[test]
fn healthy_rows_show_nothing() {
    for seed in 0..10 {
        let mut made = Made::new("t,a,b,y");
        made.random = Random::seed(seed);
        let amount = made.rows(400, |at, a, b, noise| {
            format!("{at},{a:.4},{b:.4},{:.4}", 2.0 * a - b + 0.3 * noise)
        });
        assert_eq!(
            kinds(&amount.inspect("--target y --time t")),
            [""; 0],
            "{seed}"
        );
        let mut made = Made::new("t,a,b,y");
        made.random = Random::seed(seed);
        let classes = made.rows(400, |at, a, b, noise| {
            format!(
                "{at},{a:.4},{b:.4},{}",
                u8::from(2.0 * a - b + 0.5 * noise > 0.0)
            )
        });
        assert_eq!(
            kinds(&classes.inspect("--target y --time t")),
            [""; 0],
            "{seed}"
        );
    }
}

#[test]
fn columns_that_are_not_right_are_named() {
    let made = Made::new("a,b,c,y").rows(300, |at, a, b, _| {
        let a = match at % 7 {
            0 => String::new(),
            1 => "9999".into(),
            _ => format!("{a:.3}"),
        };
        format!("{a},{:.8},5,{b:.3}", b * 1e-4)
    });
    let document = made.inspect("--target y");
    let missing = find(&document, "missing_values");
    assert_eq!(
        (&missing["columns"][0], &missing["evidence"]),
        (&"a".into(), &43.0.into())
    );
    assert_eq!(find(&document, "constant_columns")["columns"][0], "c");
    let outliers = find(&document, "outliers");
    assert_eq!(outliers["columns"][0], "a");
    assert!(
        outliers["seen"].as_str().unwrap().contains("9999.00"),
        "{outliers}"
    );
    assert!(find(&document, "scale_ratio")["evidence"].as_f64().unwrap() > 1000.0);
    // Once it is known what they mark, they are missing and no longer far out.
    let told = made.inspect("--target y --missing-value 9999 --features a,b");
    assert!(!kinds(&told).contains(&"outliers"));
    assert_eq!(find(&told, "missing_values")["evidence"], 86.0);
}

#[test]
fn a_target_that_is_told_too_well_or_not_at_all_is_named() {
    let leaky = Made::new("a,b,after,y").rows(300, |at, a, b, noise| {
        let y = u8::from(a + noise > 0.0);
        format!("{a:.3},{b:.3},{},{y}", if at == 7 { 1 - y } else { y })
    });
    let leak = leaky.inspect("--target y");
    assert_eq!(kinds(&leak), ["leakage"]);
    assert_eq!(leak["findings"][0]["columns"], serde_json::json!(["after"]));
    let chance = Made::new("a,b,y").rows(300, |_, a, b, noise| format!("{a:.3},{b:.3},{noise:.3}"));
    assert_eq!(kinds(&chance.inspect("--target y")), ["weak_target"]);
    let rare = Made::new("a,b,y").rows(600, |_, a, b, noise| {
        format!("{a:.3},{b:.3},{}", u8::from(a + 0.3 * noise > 0.9))
    });
    let rare = rare.inspect("--target y");
    assert_eq!(kinds(&rare), ["class_imbalance"]);
    assert!(
        rare["findings"][0]["advice"]
            .as_str()
            .unwrap()
            .contains("--cost")
    );
}

/// Thresholds and costs are of two classes.
#[test]
fn what_is_advised_of_a_rare_class_is_for_as_many_classes() {
    let made = Made::new("a,b,y").rows(600, |row, a, b, _| {
        let class = if row % 40 == 0 { 2 } else { row % 2 };
        format!("{a:.3},{b:.3},{class}")
    });
    let found = made.inspect("--target y");
    let advice = find(&found, "class_imbalance")["advice"].as_str().unwrap();
    assert!(advice.contains("`--class-weight balanced`"), "{advice}");
    assert!(
        !advice.contains("--cost") && !advice.contains("--threshold"),
        "{advice}"
    );
}

/// No column is called uninformative in few rows, or beside a column that tells all.
#[test]
fn findings_do_not_contradict_each_other() {
    let text = |rows: &str| Made {
        text: rows.into(),
        ..Made::new("")
    };
    let three = text("a,y\n1,2\n2,4\n3,6\n").inspect("--target y");
    assert_eq!(kinds(&three), ["leakage", "few_rows"]);
    let chance = |count| {
        let made = Made::new("a,b,y");
        made.rows(count, |_, a, b, noise| format!("{a:.3},{b:.3},{noise:.3}"))
    };
    assert_eq!(kinds(&chance(20).inspect("--target y")), ["few_rows"]);
    let constant = Made::new("a,b,y").rows(60, |_, a, b, _| format!("{a:.3},{b:.3},7"));
    let document = constant.inspect("--target y");
    assert_eq!(kinds(&document), ["constant_target"]);
    assert_eq!(document["findings"][0]["columns"][0], "y");
}

#[test]
fn what_is_left_out_is_named_and_one_is_one() {
    let made = Made {
        text: "a,word,y\n1,x,2\n".into(),
        ..Made::new("")
    };
    let document = made.inspect("--target y");
    assert_eq!(document["left_out"][0]["column"], "word");
    let path = made.folder.path().join("made.csv");
    let mut people = downhill(&["inspect", path.to_str().unwrap(), "--target", "y"]);
    let text = stdout(&people.assert().code(0));
    for part in [
        "1 row, 1 with nothing missing; y from 1 feature\n",
        "left out: word, text (`x`)",
        "few rows: 1 row for 2 parameters",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The order of time is used.
    let shift = inspect(&data("occupancy.csv"), "--target Occupancy --time date");
    let left_out = shift["left_out"].as_array().unwrap();
    assert_eq!(
        (left_out.len(), &left_out[0]["column"]),
        (1, &"split".into())
    );
}

#[test]
fn rows_that_are_copies_or_at_odds_are_counted() {
    let odd = Made::new("a,b,y").rows(200, |_, a, b, noise| {
        let y = u8::from(a + 0.3 * noise > 0.0);
        // The second of each pair is almost the first, and of the other class in one of three.
        let other = if b > 0.33 { 1 - y } else { y };
        format!("{a:.4},{b:.4},{y}\n{a:.4},{:.4},{other}", b + 0.0001)
    });
    let document = odd.inspect("--target y");
    assert_eq!(kinds(&document), ["label_noise"]);
    let share = document["findings"][0]["evidence"].as_f64().unwrap();
    assert!((0.12..0.22).contains(&share), "{share}");
    let amounts = Made::new("a,b,y").rows(200, |_, a, b, noise| {
        format!(
            "{a:.4},{b:.4},{:.4}\n{a:.4},{b:.4},{:.4}",
            a + noise,
            a - noise
        )
    });
    assert_eq!(kinds(&amounts.inspect("--target y")), ["label_noise"]);
    let copies = Made::new("a,b,y").rows(100, |_, a, b, _| {
        let row = format!("{a:.4},{b:.4},{:.4}", a + b * b);
        format!("{row}\n{row}")
    });
    let document = copies.inspect("--target y");
    assert_eq!(find(&document, "duplicates")["evidence"], 100.0);
    let few = Made::new("a,b,y").rows(20, |_, a, b, noise| {
        format!("{a:.3},{b:.3},{:.3}", a - b + 0.1 * noise)
    });
    assert_eq!(kinds(&few.inspect("--target y")), ["few_rows"]);
}

#[test]
fn a_shift_over_time_is_found_whatever_the_order_of_the_rows() {
    let drifting = |at: usize, a: f64, b: f64, noise: f64| {
        let hour = (at * 7) % 300;
        let b = b + hour as f64 / 100.0;
        format!(
            "2024-01-{:02} {:02}:00:00,{a:.3},{b:.3},{:.3}",
            1 + hour / 24,
            hour % 24,
            a + noise
        )
    };
    let made = Made::new("when,a,b,y").rows(300, drifting);
    let document = made.inspect("--target y --time when");
    assert_eq!(kinds(&document), ["time_order", "time_shift"]);
    assert_eq!(document["findings"][1]["columns"], serde_json::json!(["b"]));
    assert_eq!(kinds(&made.inspect("--target y")), [""; 0]);
    let path = made.folder.path().join("made.csv");
    let mut wrong = downhill(&["inspect", path.to_str().unwrap(), "--target", "y"]);
    let error = stderr(&wrong.args(["--time", "wen"]).assert().code(1));
    assert!(error.contains("did you mean `when`"), "{error}");
}

#[test]
fn people_read_what_was_seen_why_it_matters_and_what_to_do() {
    let text = stdout(
        &downhill(&["inspect", &data("digits8x8.csv"), "--target", "digit"])
            .assert()
            .code(0),
    );
    assert!(text.contains("constant columns: there is one value only in `p0`, `p32`, `p39`"));
    assert!(text.contains("\n  why it matters: ") && text.contains("\n  what to do: "));
    let text = stdout(
        &downhill(&["inspect", &data("iris.csv"), "--target", "species"])
            .assert()
            .code(0),
    );
    assert!(text.ends_with("\nnothing stands out\n"), "{text}");
}
