//! Order of the classes.

use std::cmp::Ordering;

use super::seen::SeenLabel;

/// Labels of what is usual.
const USUAL: [&str; 9] = [
    "normal", "ok", "good", "healthy", "nominal", "inactive", "low", "pass", "none",
];
/// Labels of what is an event, some of which the alphabet has before the usual.
const EVENTS: [&str; 18] = [
    "abnormal",
    "active",
    "alarm",
    "alert",
    "anomaly",
    "anomalous",
    "bad",
    "broken",
    "defect",
    "error",
    "fail",
    "failed",
    "failure",
    "fault",
    "faulty",
    "high",
    "leak",
    "nok",
];

/// Sorts labels: numbers by their size and in front, texts by the alphabet, whatever their case.
/// Of two, the one that says that something is not comes first, and so class 1 is what is.
pub(super) fn sort(labels: &mut [&SeenLabel]) {
    labels.sort_by(|a, b| compare(a, b));
    if let [first, second] = labels
        && is_reversed(&first.text.to_lowercase(), &second.text.to_lowercase())
    {
        labels.swap(0, 1);
    }
}

fn compare(a: &SeenLabel, b: &SeenLabel) -> Ordering {
    match (a.number, b.number) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => {
            let folded = a.text.to_lowercase().cmp(&b.text.to_lowercase());
            folded.then_with(|| a.text.cmp(&b.text))
        }
    }
}

fn is_reversed(first: &str, second: &str) -> bool {
    const NEGATIONS: [&str; 9] = [
        "no ", "no_", "no-", "not ", "not_", "not-", "non ", "non_", "non-",
    ];
    // The alphabet has the plus first.
    const SIGNS: [[&str; 2]; 2] = [["+", "-"], ["+", "\u{2212}"]];
    let mut negations = NEGATIONS.iter();
    SIGNS.contains(&[first, second])
        || (USUAL.contains(&second) && EVENTS.contains(&first))
        || negations.any(|negation| second.strip_prefix(negation) == Some(first))
}

#[cfg(test)]
mod tests {
    use super::super::label::text;
    use super::super::seen::Seen;
    use super::*;

    fn sorted(labels: &[&str]) -> Vec<String> {
        let mut seen = Seen::default();
        for label in labels {
            seen.label(text(label), 0);
        }
        let mut labels: Vec<&SeenLabel> = seen.labels.iter().collect();
        sort(&mut labels);
        labels.iter().map(|label| label.text.clone()).collect()
    }

    #[test]
    fn numbers_are_in_their_order_and_what_is_comes_after_what_is_not() {
        assert_eq!(sorted(&["10", "9", "-1"]), ["-1", "9", "10"]);
        assert_eq!(
            sorted(&["b", "2", "C", "a", "10"]),
            ["2", "10", "a", "b", "C"]
        );
        for [first, second] in [
            ["no", "yes"],
            ["FALSE", "TRUE"],
            ["off", "on"],
            ["n", "Y"],
            ["negative", "positive"],
            ["normal", "abnormal"],
            ["not fraud", "fraud"],
            ["OK", "Fault"],
            ["normal", "alarm"],
            ["normal", "fault"],
            ["healthy", "faulty"],
            ["good", "bad"],
            ["pass", "fail"],
            ["absent", "present"],
            ["-", "+"],
            ["none", "fault"],
        ] {
            assert_eq!(sorted(&[second, first]), [first, second]);
            assert_eq!(sorted(&[first, second]), [first, second]);
        }
        assert_eq!(
            sorted(&["low", "medium", "high"]),
            ["high", "low", "medium"]
        );
    }
}
