//! Plots of predictions beside the truth: residuals, calibration, precision and recall,
//! confusion.

use crate::evaluate::metrics::{Reading, Results};
use crate::support::format::number;

use super::axis::Axis;
use super::{Chart, Series, Shape, Tone};

/// The bins of a histogram and of a calibration.
const BINS: usize = 10;

/// The most targets that have pictures of their own.
const TARGETS: usize = 4;

/// Plots of results: `targets` are the columns, `of` says of which rows.
pub(crate) fn diagnostic_plots(results: &Results, targets: &[String], of: &str) -> Vec<Chart> {
    if results.rows == 0 {
        return Vec::new();
    }
    match results.reading {
        Reading::Amounts(1) => {
            let amount = Amount::new(results, 0, targets, of);
            vec![amount.against(), amount.residuals(), amount.histogram()]
        }
        Reading::Amounts(outputs) => (0..outputs.min(TARGETS))
            .map(|at| Amount::new(results, at, targets, of))
            .flat_map(|amount| [amount.against(), amount.residuals()])
            .collect(),
        Reading::Score => vec![precision_recall(results, of)],
        Reading::Probability | Reading::Probabilities(_) => {
            vec![calibration(results, of), precision_recall(results, of)]
        }
    }
}

/// One target's true and predicted amounts.
struct Amount<'a> {
    target: &'a str,
    /// End of a title, where there are several targets.
    suffix: String,
    of: &'a str,
    truth: Vec<f64>,
    predicted: Vec<f64>,
    errors: Vec<f64>,
}

impl<'a> Amount<'a> {
    fn new(results: &Results, at: usize, targets: &'a [String], of: &'a str) -> Self {
        let width = results.reading.width();
        let column = |numbers: &[f64]| numbers.iter().skip(at).step_by(width).copied().collect();
        let truth: Vec<f64> = column(&results.targets);
        let predicted: Vec<f64> = column(&results.predictions);
        let target = targets.get(at).map_or("target", String::as_str);
        Self {
            target,
            suffix: if width > 1 {
                format!(", {target}")
            } else {
                String::new()
            },
            of,
            errors: predicted.iter().zip(&truth).map(|(p, y)| p - y).collect(),
            truth,
            predicted,
        }
    }

    fn in_units(&self, which: &str) -> String {
        in_units(&format!("{which} {}", self.target))
    }

    /// Predicted against true.
    fn against(&self) -> Chart {
        let both = || self.truth.iter().chain(&self.predicted).copied();
        let axis = |which: &str| Axis::over(&self.in_units(which), both()).with_room();
        let (low, high) = ends(both());
        Chart {
            title: format!("Predicted against true{}", self.suffix),
            description: format!(
                "{} {} rows; on the dashed line a prediction is right.",
                self.truth.len(),
                self.of
            ),
            x: axis("true"),
            y: axis("predicted"),
            series: vec![
                series(Shape::Guide, vec![(low, low), (high, high)]),
                series(Shape::Dots, pairs(&self.truth, &self.predicted)),
            ],
            marks: Vec::new(),
            numbers: Default::default(),
        }
    }

    /// Predicted less true, over the prediction.
    fn residuals(&self) -> Chart {
        let predicted = || self.predicted.iter().copied();
        let mean = self.errors.iter().sum::<f64>() / self.errors.len() as f64;
        let errors = self.errors.iter().copied().chain([0.0]);
        let (low, high) = ends(predicted());
        Chart {
            title: format!("Residuals{}", self.suffix),
            description: format!(
                "Predicted less true of {} {} rows, {} in the mean. A shape in the cloud \
                 is something that the model does not see.",
                self.errors.len(),
                self.of,
                number(Some(mean))
            ),
            x: Axis::over(&self.in_units("predicted"), predicted()).with_room(),
            y: Axis::over(RESIDUAL, errors).with_room(),
            series: vec![
                series(Shape::Guide, vec![(low, 0.0), (high, 0.0)]),
                series(Shape::Dots, pairs(&self.predicted, &self.errors)),
            ],
            marks: Vec::new(),
            numbers: Default::default(),
        }
    }

    /// Histogram of the residuals.
    fn histogram(&self) -> Chart {
        let largest = self.errors.iter().fold(0.0f64, |most, e| most.max(e.abs()));
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let bins = 2 * BINS;
        let width = 2.0 * largest / bins as f64;
        let mut counts = vec![0usize; bins];
        for error in &self.errors {
            let bin = ((error + largest) / width) as usize;
            counts[bin.min(bins - 1)] += 1;
        }
        let from = |bin: usize| -largest + bin as f64 * width;
        let most = counts.iter().max().copied().unwrap_or(0);
        let each = || counts.iter().enumerate();
        let rows = each().map(|(bin, count)| {
            let [low, high] = [from(bin), from(bin + 1)].map(|end| number(Some(end)));
            vec![low, high, count.to_string()]
        });
        Chart {
            title: "How large the residuals are".into(),
            description: format!(
                "{} {} rows; the largest residual is {}.",
                self.errors.len(),
                self.of,
                number(Some(largest))
            ),
            x: Axis::between(RESIDUAL, -largest, largest),
            y: Axis::between("rows", 0.0, most as f64),
            series: vec![series(
                Shape::Bars(width),
                each()
                    .map(|(bin, &count)| (from(bin), count as f64))
                    .collect(),
            )],
            marks: Vec::new(),
            numbers: (vec!["from", "to", "rows"], rows.collect()),
        }
    }
}

const RESIDUAL: &str = "residual (units of the target)";

/// The least and the largest.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::MAX, f64::MIN), |(low, high), n| {
        (n.min(low), n.max(high))
    })
}

/// How often what is given a probability is so: of class 1, or of the class predicted.
fn calibration(results: &Results, of: &str) -> Chart {
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
            series(Shape::Guide, vec![(0.0, 0.0), (1.0, 1.0)]),
            series(Shape::Rings, points.clone()),
        ],
        marks: Vec::new(),
        numbers: (vec!["probability", "share", "rows"], rows.collect()),
    }
}

/// Precision over recall as the threshold falls; of more than two classes each against the rest,
/// all together.
fn precision_recall(results: &Results, of: &str) -> Chart {
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
            series(Shape::Guide, vec![(0.0, base), (1.0, base)]),
            series(Shape::Line, points),
        ],
        marks: Vec::new(),
        numbers: Default::default(),
    }
}

/// Rows by true class, a column for each class predicted; empty of an amount.
pub(super) fn confusion(results: &Results) -> Vec<Vec<usize>> {
    let classes = results.reading.classes();
    let mut counts = vec![vec![0; classes]; classes];
    let rows = results.predictions.chunks(results.reading.width());
    for (row, &target) in rows.zip(&results.targets) {
        let got = match results.reading {
            Reading::Amounts(_) => return Vec::new(),
            Reading::Probabilities(_) => largest(row).0,
            _ => usize::from(row[0] >= results.threshold),
        };
        counts[target as usize][got] += 1;
    }
    counts
}

/// The first of the largest numbers, and where it is.
fn largest(row: &[f64]) -> (usize, f64) {
    let each = row.iter().copied().enumerate();
    each.fold(
        (0, f64::MIN),
        |best, this| if this.1 > best.1 { this } else { best },
    )
}

fn pairs(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    x.iter().copied().zip(y.iter().copied()).collect()
}

fn series(shape: Shape, points: Vec<(f64, f64)>) -> Series {
    Series {
        name: String::new(),
        shape,
        tone: Tone::A,
        points,
    }
}

/// Label with a unit: the one in the column's own name, or the one it has in the file.
pub(crate) fn in_units(what: &str) -> String {
    match what.ends_with([')', ']']) {
        true => what.into(),
        false => format!("{what} (own units)"),
    }
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

    #[test]
    fn the_confusion_counts_rows_by_their_true_class() {
        let results = two(&[0.2, 0.7, 0.6, 0.1], &[0.0, 0.0, 1.0, 1.0]);
        assert_eq!(confusion(&results), [[1, 1], [1, 1]]);
        let predictions = [0.2, 0.5, 0.3, 0.4, 0.4, 0.2];
        let more = metrics::results(Reading::Probabilities(3), &predictions, &[1.0, 2.0]);
        assert_eq!(confusion(&more), [[0, 0, 0], [0, 1, 0], [1, 0, 0]]);
    }
}
