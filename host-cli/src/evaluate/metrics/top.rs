use serde::Serialize;

use super::results::Results;

/// Finds among the rows with the highest scores: those that one can afford to look at,
/// to call or to treat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Top {
    /// Number of rows.
    pub(crate) rows: usize,
    /// Number of them that are of class 1.
    pub(crate) found: usize,
    /// Weight of those together.
    pub(crate) worth: f64,
    /// Weight of all rows of class 1.
    pub(crate) worth_of_all: f64,
}

impl Top {
    /// The `rows` highest scores; of equals those that come first. `worth` is what each row
    /// weighs.
    pub(crate) fn of(results: &Results, worth: &[f64], rows: usize) -> Self {
        let mut order: Vec<usize> = (0..results.targets.len()).collect();
        order.sort_by(|&a, &b| results.predictions[b].total_cmp(&results.predictions[a]));
        let is_found = |&&row: &&usize| results.targets[row] == 1.0;
        let chosen = &order[..rows.min(order.len())];
        let sum = |rows: &[usize]| rows.iter().filter(is_found).map(|&row| worth[row]).sum();
        Self {
            rows: chosen.len(),
            found: chosen.iter().filter(is_found).count(),
            worth: sum(chosen),
            worth_of_all: sum(&order),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::results::{Reading, results};
    use super::*;

    #[test]
    fn the_highest_scores_are_counted_and_weighed() {
        let results = results(
            Reading::Probability,
            &[0.1, 0.9, 0.5, 0.5],
            &[1., 1., 0., 1.],
        );
        let top = Top::of(&results, &[1.0, 2.0, 4.0, 8.0], 3);
        assert_eq!((top.rows, top.found), (3, 2));
        assert_eq!((top.worth, top.worth_of_all), (10.0, 11.0));
    }
}
