//! Threshold from which class 1 is predicted, chosen on the validation rows.

use serde::Serialize;

use crate::evaluate::metrics::{Counts, Reading, Results};
use crate::options::spec::{Cost, ThresholdSpec};
use crate::support::failure::{Failure, Outcome};

/// The threshold of a fit, and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Threshold {
    /// From this probability (or score) on class 1 is predicted.
    pub(crate) value: f64,
    /// `default`, `given`, or what it was chosen by.
    pub(crate) rule: String,
    /// The metric that it is chosen for, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) goal: Option<Goal>,
}

/// The metric that a threshold is chosen for, on the validation rows, to be set beside the loss that was
/// minimized.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Goal {
    /// `f1`, `recall`, `precision` or `cost`.
    pub(crate) metric: &'static str,
    /// At the threshold of the fit.
    pub(crate) value: f64,
    /// At the default threshold, which is where the loss has its boundary.
    pub(crate) by_default: f64,
    /// True where the loss and the metric disagree: the default threshold does not do what was
    /// asked, or is more than a twentieth worse than another.
    pub(crate) disagrees: bool,
}

/// A metric of class 1, given what errors cost and the number of rows.
type Measure = fn(Counts, Option<Cost>, f64) -> Option<f64>;

impl Goal {
    fn new(rule: ThresholdSpec, results: &Results, threshold: f64, best: f64) -> Option<Self> {
        let (metric, of): (_, Measure) = match rule {
            ThresholdSpec::Given(_) => return None,
            ThresholdSpec::F1 => ("f1", |counts, _, _| counts.f1()),
            ThresholdSpec::Recall(_) => ("recall", |counts, _, _| counts.recall()),
            ThresholdSpec::Precision(_) => ("precision", |counts, _, _| counts.precision()),
            ThresholdSpec::Cost => ("cost", |counts, cost, rows| Some(counts.cost(cost?) / rows)),
        };
        let rows = results.targets.len() as f64;
        let at = |threshold| of(counts(results, threshold), results.cost, rows).unwrap_or(0.0);
        let (value, by_default) = (at(threshold), at(results.reading.threshold()));
        let disagrees = match rule {
            ThresholdSpec::Recall(least) | ThresholdSpec::Precision(least) => by_default < least,
            ThresholdSpec::Cost => at(best) < 0.95 * by_default,
            _ => at(best) > 1.05 * by_default,
        };
        Some(Self {
            metric,
            value,
            by_default,
            disagrees,
        })
    }
}

/// Counts of class 1 at a threshold.
fn counts(results: &Results, threshold: f64) -> Counts {
    let mut counts = Counts::default();
    for (&score, &target) in results.predictions.iter().zip(&results.targets) {
        match (score >= threshold, target == 1.0) {
            (true, true) => counts.hits += 1.0,
            (true, false) => counts.alarms += 1.0,
            (false, true) => counts.misses += 1.0,
            (false, false) => {}
        }
    }
    counts
}

/// Settles the threshold of results of two classes; `None` of any others, for which none was
/// asked. `narrow` rounds to the precision of the fit.
pub(crate) fn settle(
    asked: Option<ThresholdSpec>,
    validation: &Results,
    narrow: impl Fn(f64) -> f64,
) -> Outcome<Option<Threshold>> {
    let reading = validation.reading;
    let is_of_two = reading.has_threshold();
    let Some(asked) = asked else {
        let value = validation.threshold;
        // Costs in the loss are a goal too, if there are rows to see how it is reached.
        let goal = match is_of_two && validation.cost.is_some() {
            true => choose(ThresholdSpec::Cost, validation, narrow)
                .ok()
                .and_then(|best| Goal::new(ThresholdSpec::Cost, validation, value, best)),
            false => None,
        };
        return Ok(is_of_two.then(|| Threshold {
            value,
            rule: "default".into(),
            goal,
        }));
    };
    if !is_of_two {
        return Err(Failure::Usage(
            "`--threshold` is for two classes and one output, as `--model logistic` has; leave it \
             out of a fit of an amount"
                .into(),
        ));
    }
    let value = match asked {
        ThresholdSpec::Given(value) => narrow(value),
        rule => choose(rule, validation, narrow)?,
    };
    let goal = Goal::new(asked, validation, value, value);
    let rule = asked.to_string();
    Ok(Some(Threshold { value, rule, goal }))
}

/// The threshold that serves a rule best on these results.
fn choose(rule: ThresholdSpec, results: &Results, narrow: impl Fn(f64) -> f64) -> Outcome<f64> {
    let option = format!("`--threshold {rule}`");
    if results.targets.is_empty() {
        return Err(Failure::Usage(format!(
            "{option} is chosen on the validation rows; make some with `--validation-every`"
        )));
    }
    if !results.targets.contains(&1.0) {
        return Err(Failure::Input(format!(
            "no validation row is of class 1, so {option} cannot be chosen; make more with \
             `--validation-every`, or give a number"
        )));
    }
    let cost = results.cost;
    if rule == ThresholdSpec::Cost && cost.is_none() {
        let message = format!("{option} needs `--cost`, such as `--cost fp=1,fn=20`");
        return Err(Failure::Usage(message));
    }
    let candidates = candidates(results, narrow);
    let best = candidates.iter().filter_map(|&(threshold, counts)| {
        let gain = gain(rule, counts, cost)?;
        Some((threshold, gain))
    });
    let best = best.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|best| best.0).ok_or_else(|| {
        let most = candidates.iter().filter_map(|c| c.1.precision());
        let most = most.fold(0.0, f64::max);
        Failure::Fit(format!(
            "no threshold reaches {option} on the validation rows: the highest precision is \
             {most:.3}; lower it, or fit a better model"
        ))
    })
}

/// How well counts serve a rule: more is better, `None` is out of the question.
fn gain(rule: ThresholdSpec, counts: Counts, cost: Option<Cost>) -> Option<f64> {
    match rule {
        ThresholdSpec::Given(_) => None,
        ThresholdSpec::F1 => counts.f1(),
        ThresholdSpec::Recall(least) => {
            let reached = counts.recall().is_some_and(|recall| recall >= least);
            counts.precision().filter(|_| reached)
        }
        ThresholdSpec::Precision(least) => {
            let reached = counts.precision().is_some_and(|share| share >= least);
            counts.recall().filter(|_| reached)
        }
        ThresholdSpec::Cost => cost.map(|cost| -counts.cost(cost)),
    }
}

/// Every threshold that tells these rows apart in another way, from the highest down, and what
/// it makes of class 1. Each lies half way between the scores that it parts.
fn candidates(results: &Results, narrow: impl Fn(f64) -> f64) -> Vec<(f64, Counts)> {
    let mut rows: Vec<(f64, bool)> = results
        .predictions
        .iter()
        .zip(&results.targets)
        .map(|(&score, &target)| (score, target == 1.0))
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut counts = Counts {
        misses: rows.iter().filter(|row| row.1).count() as f64,
        ..Counts::default()
    };
    let mut found = Vec::new();
    // Above every score; a probability of 1 leaves no room for that.
    if let Some(&(top, _)) = rows.first() {
        let above = match results.reading {
            Reading::Probability => narrow(top + (1.0 - top) / 2.0),
            _ => narrow(top + 1.0),
        };
        if above > top {
            found.push((above, counts));
        }
    }
    let ties: Vec<&[(f64, bool)]> = rows.chunk_by(|a, b| a.0 == b.0).collect();
    for (at, tied) in ties.iter().enumerate() {
        let positives = tied.iter().filter(|row| row.1).count() as f64;
        counts.hits += positives;
        counts.misses -= positives;
        counts.alarms += tied.len() as f64 - positives;
        let here = tied[0].0;
        let threshold = match ties.get(at + 1) {
            Some(next) => {
                let below = next[0].0;
                let middle = narrow(below + (here - below) / 2.0);
                if middle > below { middle } else { here }
            }
            None => here,
        };
        found.push((threshold, counts));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::metrics;

    fn results() -> Results {
        let mut results = metrics::results(
            Reading::Probability,
            &[0.9, 0.8, 0.7, 0.3, 0.2, 0.1],
            &[1.0, 0.0, 1.0, 1.0, 0.0, 0.0],
        );
        results.cost = Some(Cost {
            alarm: 1.0,
            miss: 20.0,
        });
        results
    }

    fn chosen(rule: &str) -> f64 {
        let rule = rule.parse().unwrap();
        let threshold = settle(Some(rule), &results(), |x| x).unwrap().unwrap();
        (threshold.value * 1e6).round() / 1e6
    }

    /// By hand: at 0.25 one alarm and no miss; at 0.85 one hit, two misses and no alarm.
    #[test]
    fn each_rule_finds_its_place() {
        assert_eq!(chosen("cost"), 0.25);
        assert_eq!(chosen("f1"), 0.25);
        assert_eq!(chosen("recall:1"), 0.25);
        assert_eq!(chosen("recall:0.6"), 0.25); // a precision of 3/4 beats that of 2/3
        assert_eq!(chosen("precision:0.9"), 0.85);
        assert_eq!(chosen("0.3"), 0.3);
    }

    /// In single precision two neighbors leave no room between them.
    #[test]
    fn neighbors_are_still_told_apart() {
        let (low, high) = (0.5f32, 0.5f32.next_up());
        let predictions = [low.into(), high.into()];
        let results = metrics::results(Reading::Probability, &predictions, &[0.0, 1.0]);
        let narrow = |x: f64| f64::from(x as f32);
        let threshold = settle(Some(ThresholdSpec::F1), &results, narrow).unwrap();
        assert_eq!(threshold.unwrap().value, f64::from(high));
    }

    /// At 0.5 there is one miss of three and one alarm: 21 of 6 rows, where 1 would do.
    #[test]
    fn the_goal_stands_beside_the_loss() {
        let goal = |rule: &str| {
            let rule = rule.parse().unwrap();
            let threshold = settle(Some(rule), &results(), |x| x).unwrap().unwrap();
            threshold.goal.unwrap()
        };
        let cost = goal("cost");
        assert_eq!((cost.metric, cost.disagrees), ("cost", true));
        assert_eq!((cost.value, cost.by_default), (1.0 / 6.0, 21.0 / 6.0));
        assert!(!goal("recall:0.6").disagrees && goal("recall:0.7").disagrees);
        let weighed = settle(None, &results(), |x| x).unwrap().unwrap();
        let goal = weighed.goal.unwrap();
        assert_eq!(
            (weighed.value, goal.value, goal.disagrees),
            (0.5, 21.0 / 6.0, true)
        );
    }

    #[test]
    fn what_cannot_be_chosen_is_said() {
        let settle = |rule, results: &Results| settle(Some(rule), results, |x| x).unwrap_err();
        let mut none = results();
        none.targets.fill(0.0);
        let error = settle(ThresholdSpec::F1, &none).to_string();
        assert!(error.contains("class 1"), "{error}");
        let mut low = results();
        low.targets[0] = 0.0;
        let error = settle(ThresholdSpec::Precision(0.9), &low).to_string();
        assert!(error.contains("highest precision is 0.500"), "{error}");
    }
}
