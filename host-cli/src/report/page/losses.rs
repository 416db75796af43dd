//! The losses of steps.

use super::axis::Axis;
use super::{Chart, Mark, Series, Shape};
use crate::support::format::number;

/// The most points of the curve: more losses are averaged.
const MOST: usize = 200;
/// Name of a step, on an axis.
pub(crate) const MANY: &str = "step (update of the parameters)";

/// The losses of steps, one after the other; where they are many, the means of as many each.
/// `axes` are what steps and losses are called, with their units.
pub(crate) fn losses(
    title: &str,
    axes: [&str; 2],
    losses: &[(u64, f32)],
    marks: Vec<Mark>,
) -> Option<Chart> {
    let each = losses.len().div_ceil(MOST).max(1);
    let mean = |some: &[(u64, f32)]| {
        let count = some.len() as f64;
        let sums = some.iter().fold((0.0, 0.0), |sums, &(step, loss)| {
            (sums.0 + step as f64, sums.1 + f64::from(loss))
        });
        (sums.0 / count, sums.1 / count)
    };
    let points: Vec<(f64, f64)> = losses.chunks(each).map(mean).collect();
    let (first, last) = (*points.first()?, *points.last()?);
    let [x, y] = axes;
    let of = match each {
        1 => String::new(),
        each => format!(", each a mean of {each}"),
    };
    let row = |&(step, loss): &(f64, f64)| vec![number(Some(step)), number(Some(loss))];
    Some(Chart {
        title: title.into(),
        description: format!(
            "{} losses{of}: {} at first, {} at last.",
            losses.len(),
            number(Some(first.1)),
            number(Some(last.1))
        ),
        x: Axis::between(x, first.0, last.0.max(first.0 + 1.0)).whole(),
        y: Axis::over(y, points.iter().map(|point| point.1))
            .with_room_above_zero()
            .logarithmic_if_wide(),
        numbers: (vec!["step", "loss"], points.iter().map(row).collect()),
        series: vec![Series::unnamed(Shape::Line, points)],
        marks,
    })
}
