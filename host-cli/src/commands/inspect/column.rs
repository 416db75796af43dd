use serde::Serialize;

use super::frame::Frame;
use super::statistics::{moments, quantile, relation};

/// A column in numbers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Column {
    pub(super) name: String,
    /// Rows that miss it.
    pub(super) missing: usize,
    /// Number of different values, in the rows looked at.
    pub(super) distinct: usize,
    /// `None` where every row misses it, and of labels that are no numbers, as of all below.
    pub(super) smallest: Option<f64>,
    pub(super) median: Option<f64>,
    pub(super) largest: Option<f64>,
    pub(super) mean: Option<f64>,
    /// The standard deviation of the numbers that are there.
    pub(super) deviation: Option<f64>,
    /// How well it alone tells the target, from 0 to 1; `None` of the target.
    pub(super) relation: Option<f64>,
}

impl Column {
    /// The columns of a frame, the target last.
    pub(super) fn all(frame: &Frame) -> Vec<Self> {
        let of = |at| Self::of(frame, at);
        (0..=frame.target()).map(of).collect()
    }

    fn of(frame: &Frame, at: usize) -> Self {
        let mut present = frame.present(at);
        let is_of_classes = at == frame.target() && frame.classes > 0;
        if is_of_classes && frame.labels.are_numbers() {
            for class in &mut present {
                *class = frame
                    .labels
                    .label(*class as usize)
                    .parse()
                    .unwrap_or(*class);
            }
        }
        let has_numbers = !present.is_empty() && (!is_of_classes || frame.labels.are_numbers());
        let (mean, deviation) = moments(&present);
        present.sort_by(f64::total_cmp);
        let tally = &frame.all.columns[at];
        let (missing, [low, high], mean, deviation) = match is_of_classes {
            false => {
                let range = [tally.low, tally.high];
                let missing = frame.all.rows - tally.count;
                (missing, range, tally.mean(), tally.deviation())
            }
            true => {
                let ends = [present.first(), present.last()];
                let range = ends.map(|end| end.copied().unwrap_or_default());
                let labeled: usize = frame.class_rows.iter().sum();
                (frame.all.rows - labeled, range, mean, deviation)
            }
        };
        let some = |number: f64| has_numbers.then_some(number);
        let median = has_numbers.then(|| quantile(&present, 0.5));
        let (feature, target) = frame.beside_target(at);
        let is_told = at != frame.target() && !feature.is_empty();
        Self {
            name: frame.name(at).into(),
            missing,
            distinct: present.chunk_by(|a, b| a == b).count(),
            smallest: some(low),
            median,
            largest: some(high),
            mean: some(mean),
            deviation: some(deviation),
            relation: is_told.then(|| relation(&feature, &target, frame.classes)),
        }
    }
}
