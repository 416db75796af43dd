//! Figures of the host's benchmark, and their ratios.

use std::collections::BTreeMap;

/// Nanoseconds a sample or a fit, by workload and then by contender, a figure a round.
pub(super) type Figures = BTreeMap<String, BTreeMap<String, Vec<f64>>>;

/// The whole command, timed from outside.
pub(super) const COMMAND: &str = "downhill fit";
/// Contenders of ours that shares are of: the first of them that a workload has.
const OURS: [&str; 2] = ["downhill const", COMMAND];
/// Our figures, where others are compared with them.
pub(super) fn of_ours(contenders: &BTreeMap<String, Vec<f64>>) -> Option<&Vec<f64>> {
    OURS.iter().find_map(|name| contenders.get(*name))
}

/// Three digits, which is more than repeats.
pub(super) fn rounded(number: f64) -> String {
    let places = match number.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.places$}")
}

/// Figure by figure of the same round.
pub(super) fn ratios(figures: &[f64], ours: &[f64]) -> Vec<f64> {
    figures
        .iter()
        .zip(ours)
        .map(|(figure, ours)| figure / ours)
        .collect()
}

/// The least, the median and the largest; NaN of nothing.
pub(super) fn spread(figures: &[f64]) -> [f64; 3] {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    [
        at(0),
        at(sorted.len() / 2),
        at(sorted.len().saturating_sub(1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_one_round_and_have_a_spread() {
        let shares = ratios(&[10.0, 30.0, 20.0], &[5.0, 10.0, 20.0]);
        assert_eq!(spread(&shares), [1.0, 2.0, 3.0]);
    }
}
