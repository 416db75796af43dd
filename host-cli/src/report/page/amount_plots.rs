//! Plots of predicted amounts beside the true ones: residuals and their histogram.

use crate::evaluate::metrics::Results;
use crate::support::format::number;

use super::axis::Axis;
use super::chart::{Chart, Series, Shape};

/// Bins of a histogram on each side of 0.
const HALF_BINS: usize = 10;

/// One target's true and predicted amounts.
pub(super) struct Amount<'a> {
    target: &'a str,
    /// End of a title, where there are several targets.
    suffix: String,
    of: &'a str,
    truth: Vec<f64>,
    predicted: Vec<f64>,
    errors: Vec<f64>,
}

impl<'a> Amount<'a> {
    pub(super) fn new(
        results: &Results,
        at: usize,
        (targets, origins): (&'a [String], &[f64]),
        of: &'a str,
    ) -> Self {
        let width = results.reading.width();
        let origin = origins.get(at).copied().unwrap_or_default();
        let column = |numbers: &[f64]| {
            let column = numbers.iter().skip(at).step_by(width);
            column.map(|number| number + origin).collect()
        };
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

    /// Plot of predicted against true amounts.
    pub(super) fn against(&self) -> Chart {
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
                Series::unnamed(Shape::Guide, vec![(low, low), (high, high)]),
                Series::unnamed(Shape::Dots, pairs(&self.truth, &self.predicted)),
            ],
            marks: Vec::new(),
            numbers: Default::default(),
        }
    }

    /// Predicted less true, over the prediction.
    pub(super) fn residuals(&self) -> Chart {
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
                Series::unnamed(Shape::Guide, vec![(low, 0.0), (high, 0.0)]),
                Series::unnamed(Shape::Dots, pairs(&self.predicted, &self.errors)),
            ],
            marks: Vec::new(),
            numbers: Default::default(),
        }
    }

    /// Histogram of the residuals.
    pub(super) fn histogram(&self) -> Chart {
        let largest = self.errors.iter().fold(0.0f64, |most, e| most.max(e.abs()));
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let bins = 2 * HALF_BINS;
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
            series: vec![Series::unnamed(
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

fn pairs(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    x.iter().copied().zip(y.iter().copied()).collect()
}

/// Label with a unit: the one in the column's own name, or the one it has in the file.
pub(crate) fn in_units(what: &str) -> String {
    match what.ends_with([')', ']']) {
        true => what.into(),
        false => format!("{what} (own units)"),
    }
}
