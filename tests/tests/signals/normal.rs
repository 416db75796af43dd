//! Anomalies in recordings: how well they are told by what was learned of normal ones.

use std::fs;
use std::path::Path;

use downhill_tests::{data, downhill, json, stdout};
use serde_json::Value;

const BANDS: &str = "mean,std,mean_crossings,logbands:8";
const ALL: &str = "mean,std,rms,min,max,mean_crossings,logbands:8";

/// The validation rows of a fit of what is normal.
fn fit(file: &str, channels: &str, window: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["fit", file, "--target", "label", "--features", channels];
    arguments.extend(["--recording", "recording", "--signal", window, "--json"]);
    arguments.extend(more);
    json(&downhill(&arguments).assert().success())
}

fn number(fit: &Value, name: &str) -> f64 {
    let number = &fit["metrics"]["validation"][name];
    number
        .as_f64()
        .unwrap_or_else(|| panic!("{name}: {number}"))
}

fn activity(more: &[&str]) -> Value {
    let window = format!("window=128 hop=64 rate=26Hz: {BANDS}");
    let normal = ["--normal", "stationary,walking"];
    let more = [&normal[..], more].concat();
    fit(&data("signals/st_har.csv"), "ax,ay,az", &window, &more)
}

#[test]
fn running_is_told_from_standing_and_walking() {
    for model in [
        "normal:mahalanobis",
        "normal:kmeans:8",
        "normal:autoencoder:4",
    ] {
        let fit = activity(&["--model", model]);
        assert!(number(&fit, "auc") >= 0.999, "{model}: {}", fit["metrics"]);
        assert!(number(&fit, "hit_rate") >= 0.95, "{model}");
        assert_eq!(
            number(&fit, "events_alarmed"),
            number(&fit, "events"),
            "{model}"
        );
        assert!(number(&fit, "alarm_delay") <= 6.0, "{model}");
    }
    let fit = activity(&["--model", "normal:mahalanobis"]);
    assert!(number(&fit, "false_alarm_rate") <= 0.03);
}

/// By recordings in turn, and by the last ones.
#[test]
fn lifts_are_told_from_other_motions() {
    let window = format!("window=128 hop=64 rate=59Hz: {BANDS}");
    let file = data("signals/nicla_motion.csv");
    for rows in [["--validation-every", "5"], ["--validation-last", "0.2"]] {
        let normal = [
            "--model",
            "normal:mahalanobis",
            "--normal",
            "idle,terrestrial,maritime",
        ];
        let more = [&normal[..], &rows].concat();
        let fit = fit(&file, "ax,ay,az,gx,gy,gz", &window, &more);
        assert!(number(&fit, "auc") >= 0.96, "{rows:?}: {}", fit["metrics"]);
    }
}

/// The machine alone, whose first half is learned from and calibrated on.
fn machine(folder: &Path) -> String {
    let text = fs::read_to_string(data("signals/nab_temps.csv")).expect("the table");
    let is_machine = |line: &&str| line.starts_with("recording") || line.starts_with("machine");
    let lines: Vec<&str> = text.lines().filter(is_machine).collect();
    let path = folder.join("machine.csv");
    fs::write(&path, lines.join("\n") + "\n").expect("a file");
    path.display().to_string()
}

#[test]
fn a_machine_that_fails_is_told_from_its_first_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = machine(folder.path());
    for features in [ALL, "mean,std,mean_crossings"] {
        let window = format!("window=64 hop=16: {features}");
        let normal = ["--normal", "0", "--validation-last", "0.5"];
        let more = [&["--model", "normal:mahalanobis"][..], &normal].concat();
        let fit = fit(&file, "value", &window, &more);
        assert!(
            number(&fit, "auc") >= 0.91,
            "{features}: {}",
            fit["metrics"]
        );
        assert!(number(&fit, "false_alarm_rate") <= 0.03, "{features}");
        // Windows that share a sample with one that was learned from are not calibrated on.
        assert_eq!(fit["rows"]["apart"], 3);
    }
}

/// `predict` and `eval` say of a file what its fit says of its rows.
#[test]
fn a_model_watches_as_its_fit_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = data("signals/st_har.csv");
    for model in [
        "normal:mahalanobis",
        "normal:kmeans:8",
        "normal:autoencoder:4",
    ] {
        let path = folder.path().join("m.json").display().to_string();
        let fit = activity(&["--model", model, "--out", &path]);
        let predicted = json(
            &downhill(&["predict", &path, &file, "--json"])
                .assert()
                .success(),
        );
        assert_eq!(predicted["fingerprint"], fit["fingerprint"]);
        assert_eq!(predicted["threshold"], fit["threshold"]);
        let scores = fit["scores"].as_array().expect("scores");
        let alarms = scores
            .iter()
            .enumerate()
            .filter(|(_, row)| row["alarm"] == true);
        let alarms: Vec<usize> = alarms.map(|(at, _)| at).collect();
        assert!(!alarms.is_empty());
        assert_eq!(predicted["alarms"], serde_json::json!(alarms), "{model}");
        let others = predicted["scores"].as_array().expect("scores");
        assert_eq!(scores.len(), others.len());
        for (own, other) in scores.iter().zip(others) {
            assert_eq!(&own["score"], other, "{model}");
        }
        let text = stdout(&downhill(&["predict", &path, &file]).assert().success());
        assert_eq!(text.lines().count(), scores.len() + 1);
        assert!(text.starts_with("recording,start,end,score,anomaly,alarm\nstat_01,0,127,"));
        let eval = json(
            &downhill(&["eval", &path, &file, "--json"])
                .assert()
                .success(),
        );
        let counted = |name: &str| eval["metrics"][name].as_u64();
        assert_eq!(counted("rows"), Some(scores.len() as u64));
        assert_eq!(counted("alarms"), Some(alarms.len() as u64));
        assert!(eval["metrics"]["auc"].as_f64().expect("an area") >= 0.999);
    }
}
