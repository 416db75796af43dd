use downhill::metrics::class_of;
use serde::Serialize;

use super::results::{Reading, Results};
use crate::data::classes::{self, Classes};

/// Rows by their true class and by the one predicted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Confusion {
    /// Labels of the classes.
    #[serde(serialize_with = "classes::as_values")]
    pub(crate) classes: Classes,
    /// Rows of each true class, for each class predicted.
    pub(crate) rows: Vec<Vec<usize>>,
}

impl Confusion {
    /// Confusion of these classes; `None` of amounts.
    pub(crate) fn of(results: &Results, classes: &Classes) -> Option<Self> {
        let count = results.reading.classes();
        if matches!(results.reading, Reading::Amounts(_)) {
            return None;
        }
        let mut rows = vec![vec![0; count]; count];
        let predictions = results.predictions.chunks(results.reading.width());
        for (prediction, &target) in predictions.zip(&results.targets) {
            rows[target as usize][class_of(prediction, results.threshold)] += 1;
        }
        Some(Self {
            classes: classes.clone(),
            rows,
        })
    }

    /// Head of it as a table.
    pub(crate) fn head(&self) -> Vec<String> {
        let labels = self.classes.labels().map(String::from);
        ["true".into()].into_iter().chain(labels).collect()
    }

    /// Lines of it as a table, each with its true class in front.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Vec<String>> {
        self.classes.labels().zip(&self.rows).map(|(label, row)| {
            let cells = row.iter().map(usize::to_string);
            [label.into()].into_iter().chain(cells).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::results::results;
    use super::*;

    #[test]
    fn the_confusion_counts_rows_by_their_true_class() {
        let of = |reading, predictions: &[f64], targets: &[f64], classes| {
            let results = results(reading, predictions, targets);
            let confusion = Confusion::of(&results, &Classes::numbered(classes));
            confusion.map(|confusion| confusion.rows)
        };
        let two = (&[0.2, 0.7, 0.6, 0.1], &[0.0, 0.0, 1.0, 1.0]);
        let rows = of(Reading::Probability, two.0, two.1, 2);
        assert_eq!(rows.unwrap(), [[1, 1], [1, 1]]);
        let three = [0.2, 0.5, 0.3, 0.4, 0.4, 0.2];
        let rows = of(Reading::Probabilities(3), &three, &[1.0, 2.0], 3);
        assert_eq!(rows.unwrap(), [[0, 0, 0], [0, 1, 0], [1, 0, 0]]);
        assert!(of(Reading::Amounts(1), &[1.0], &[1.0], 0).is_none());
    }
}
