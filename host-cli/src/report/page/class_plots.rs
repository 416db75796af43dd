//! Plots of predicted classes beside the true ones: calibration, precision and recall.

use crate::evaluate::metrics::{Reading, Results};

use super::axis::Axis;
use super::chart::{Chart, Series, Shape};

/// Bins of a calibration.
const BINS: usize = 10;

/// How often what is given a probability is so: of class 1, or of the class predicted.
pub(super) fn calibration(results: &Results, of: &str) -> Chart {
    let width = results.reading.width();
    let mut bins = [(0.0, 0.0, 0usize); BINS];
    for (row, &target) in results.predictions.chunks(width).zip(&results.targets) {
        let (probability, holds) = match results.reading {
            Reading::Probabilities(_) => {
                let (class, probability) = largest(row);
                (probability, class == target as usize)
            }
            _ => (row[0], target == 1.0),
        };
        let bin = &mut bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        *bin = (
            bin.0 + probability,
            bin.1 + f64::from(u8::from(holds)),
            bin.2 + 1,
        );
    }
    let filled = bins.iter().filter(|bin| bin.2 > 0);
    let points: Vec<(f64, f64)> = filled
        .clone()
        .map(|&(said, held, count)| (said / count as f64, held / count as f64))
        .collect();
    let rows = filled.zip(&points).map(|(bin, &(said, held))| {
        vec![
            format!("{said:.4}"),
            format!("{held:.4}"),
            bin.2.to_string(),
        ]
    });
    let what = match results.reading {
        Reading::Probabilities(_) => "the class predicted",
        _ => "class 1",
    };
    Chart {
        title: "Calibration".into(),
        description: format!(
            "{} {of} rows, in tenths of the probability of {what}; on the dashed line a \
             probability is what happens.",
            results.targets.len()
        ),
        x: Axis::between(&format!("probability of {what}"), 0.0, 1.0),
        y: Axis::between("share that is so", 0.0, 1.0),
        series: vec![
            Series::unnamed(Shape::Guide, vec![(0.0, 0.0), (1.0, 1.0)]),
            Series::unnamed(Shape::Rings, points.clone()),
        ],
        marks: Vec::new(),
        numbers: (vec!["probability", "share", "rows"], rows.collect()),
    }
}

/// Precision over recall as the threshold falls; of more than two classes each against the rest,
/// all together.
pub(super) fn precision_recall(results: &Results, of: &str) -> Chart {
    let width = results.reading.width();
    let mut scores: Vec<(f64, bool)> = Vec::new();
    for (row, &target) in results.predictions.chunks(width).zip(&results.targets) {
        match results.reading {
            Reading::Probabilities(_) => {
                let each = row.iter().enumerate();
                scores.extend(each.map(|(class, &score)| (score, class == target as usize)));
            }
            _ => scores.push((row[0], target == 1.0)),
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = scores.iter().filter(|score| score.1).count() as f64;
    let (mut hits, mut taken, mut area) = (0.0, 0.0, 0.0);
    let mut points = Vec::new();
    for ties in scores.chunk_by(|a, b| a.0 == b.0) {
        let found = ties.iter().filter(|score| score.1).count() as f64;
        hits += found;
        taken += ties.len() as f64;
        area += found / all * hits / taken;
        points.push((hits / all, hits / taken));
    }
    if let Some(&(_, precision)) = points.first() {
        points.insert(0, (0.0, precision));
    }
    let base = all / scores.len() as f64;
    let what = match results.reading {
        Reading::Probabilities(_) => "each class against the rest",
        _ => "class 1",
    };
    Chart {
        title: "Precision and recall".into(),
        description: format!(
            "Of {what}, {} {of} rows: average precision {area:.4}; guessing has {base:.4}, the \
             dashed line.",
            results.targets.len()
        ),
        x: Axis::between("recall (share found)", 0.0, 1.0),
        y: Axis::between("precision (share right)", 0.0, 1.0),
        series: vec![
            Series::unnamed(Shape::Guide, vec![(0.0, base), (1.0, base)]),
            Series::unnamed(Shape::Line, points),
        ],
        marks: Vec::new(),
        numbers: Default::default(),
    }
}

/// The first of the largest numbers, and where it is.
fn largest(row: &[f64]) -> (usize, f64) {
    let each = row.iter().copied().enumerate();
    each.fold(
        (0, f64::MIN),
        |best, this| if this.1 > best.1 { this } else { best },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::metrics;

    fn two(predictions: &[f64], targets: &[f64]) -> Results {
        metrics::results(Reading::Probability, predictions, targets)
    }

    /// The numbers are scikit-learn's, of average_precision_score.
    #[test]
    fn the_average_precision_is_that_of_scikit_learn() {
        let chart = precision_recall(
            &two(&[0.1, 0.4, 0.35, 0.8], &[0.0, 0.0, 1.0, 1.0]),
            "validation",
        );
        assert!(
            chart.description.contains("average precision 0.8333"),
            "{}",
            chart.description
        );
        assert_eq!(chart.series[1].points.last(), Some(&(1.0, 0.5)));
    }

    #[test]
    fn a_calibration_is_by_tenths() {
        let chart = calibration(
            &two(&[0.12, 0.18, 0.95, 1.0], &[0.0, 1.0, 1.0, 1.0]),
            "validation",
        );
        assert_eq!(chart.series[1].points.len(), 2);
        assert_eq!(chart.numbers.1[0], ["0.1500", "0.5000", "2"]);
        assert_eq!(chart.numbers.1[1], ["0.9750", "1.0000", "2"]);
    }
}
