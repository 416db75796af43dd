//! Following an advice.

use std::path::Path;

use downhill_tests::{downhill, is_long, json};
use serde_json::Value;

use super::cases::Case;
use super::cure::Cure;

/// Loss on the validation rows, relative to the one before, up to which it is no worse: less than
/// another seed changes.
const NO_WORSE: f64 = 1.02;

/// Makes a fit that is advised a cure, follows it, or in the long form all that it is advised, and
/// says what was wrong.
pub(super) fn follow(cure: Cure, case: &Case, folder: &Path) -> Result<(), String> {
    let options: Vec<String> = case.options.split_whitespace().map(String::from).collect();
    let (code, before) = run(case, &options, folder);
    let verdicts = before["verdicts"].as_array().ok_or("no verdicts")?;
    let cures = verdicts
        .iter()
        .flat_map(|told| told["cures"].as_array().unwrap());
    let mut any = false;
    for named in cures {
        let is_it = named["cure"] == cure.name();
        any |= is_it;
        let followed = Cure::ALL.iter().find(|cure| named["cure"] == cure.name());
        let followed = *followed.ok_or("a cure without a name")?;
        if !is_it && !is_long() {
            continue;
        }
        let cured = named["options"].as_array().unwrap();
        let cured: Vec<&str> = cured
            .iter()
            .map(|option| option.as_str().unwrap())
            .collect();
        let options = replaced(&options, &cured);
        let (after_code, after) = run(case, &options, folder);
        // Of a fit that has failed, the last verdict is why; another's cure need not mend that.
        let last = verdicts.last().unwrap()["cures"].as_array().unwrap();
        let is_spared = code != Some(0) && !is_it && !last.contains(named);
        if after_code != Some(0) && !is_spared {
            return Err(format!("{cured:?} fails: {}", after["failure"]));
        }
        if let Some(how) = worse(followed, &before, &after) {
            return Err(format!("{cured:?}: {how}"));
        }
    }
    match any {
        true => Ok(()),
        false => Err(format!("not advised: {verdicts:?}")),
    }
}

fn run(case: &Case, options: &[String], folder: &Path) -> (Option<i32>, Value) {
    let mut command = downhill(&["fit", "--json"]);
    command.args(case.arguments(folder)).args(options);
    let assert = command.assert();
    let code = assert.get_output().status.code();
    assert!(
        matches!(code, Some(0 | 3)),
        "{case:?} {options:?}: {code:?}"
    );
    (code, json(&assert))
}

/// The options with some in the place of those that were given.
fn replaced(options: &[String], cured: &[&str]) -> Vec<String> {
    let mut left = options.to_vec();
    let mut leave_out = |name: &str| {
        while let Some(at) = left.iter().position(|option| option == name) {
            let has_value = left.get(at + 1).is_some_and(|next| !next.starts_with("--"));
            left.drain(at..=at + usize::from(has_value));
        }
    };
    for option in cured {
        let name = option.split(' ').next().unwrap();
        leave_out(name);
        if name == "--solver" {
            // They are of gradient descent alone.
            let others = ["--optimizer", "--epochs", "--lr", "--schedule"];
            others.into_iter().for_each(&mut leave_out);
        }
    }
    for option in cured {
        let (name, value) = option.split_once(' ').unwrap_or((option, ""));
        left.push(name.into());
        left.extend((!value.is_empty()).then(|| value.to_owned()));
        if name == "--solver" {
            left.extend(["--validation-every", "5"].map(String::from));
        }
    }
    left
}

/// How a fit is worse than the one before, if it is.
fn worse(cure: Cure, before: &Value, after: &Value) -> Option<String> {
    let measured = |fit: &Value| match &fit["metrics"]["validation"] {
        Value::Null => fit["metrics"]["train"].clone(),
        validation => validation.clone(),
    };
    let (before, after) = (measured(before), measured(after));
    let number = |metrics: &Value, name: &str| metrics[name].as_f64();
    match cure {
        // The loss is the same: what the threshold is for is better.
        Cure::ChooseThreshold => {
            let [own, other] =
                [&before, &after].map(|metrics| number(metrics, "f1").unwrap_or(0.0));
            (other < own).then(|| format!("f1 {own} becomes {other}"))
        }
        // The losses are of different kinds; a constant guess is right in the most frequent class.
        Cure::ClassLoss => {
            let skill = number(&after, "mcc").or(number(&after, "balanced_accuracy"));
            skill
                .is_none_or(|skill| skill < 0.3)
                .then(|| format!("{after}"))
        }
        // The loss is another one, the error is not; and in least squares it has other units.
        Cure::WiderLoss | Cure::LeastSquares => {
            let [own, other] = [&before, &after].map(|metrics| number(metrics, "rmse").unwrap());
            (other > own * NO_WORSE.sqrt()).then(|| format!("rmse {own} becomes {other}"))
        }
        // The error of most rows, in which those far out count as little as the cure has them.
        Cure::RobustLoss | Cure::RobustSquares => {
            let own = number(&before, "mae")?;
            let other = number(&after, "mae").unwrap_or(f64::INFINITY);
            (other > own).then(|| format!("mae {own} becomes {other}"))
        }
        _ => {
            let Some(own) = number(&before, "loss") else {
                // It had failed.
                return None;
            };
            let Some(other) = number(&after, "loss") else {
                return Some(format!("loss {own}, and then it fails"));
            };
            (other > own * NO_WORSE).then(|| format!("loss {own} becomes {other}"))
        }
    }
}
