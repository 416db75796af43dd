//! Curvature of points that a line is fitted to.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::shapes::linear;

/// Probability of as much curvature by chance from which on it is told.
const CHANCE: f64 = 0.001;

/// Share of the range of the true values that a line must miss.
const WORTH: f64 = 1e-9;

/// Note on points that a parabola follows better than a line, by more than chance.
pub(super) fn note(x: &[f64], y: &[f64]) -> Option<String> {
    let ends = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        (
            low,
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    };
    let ((low, high), (least, most)) = (ends(x), ends(y));
    // In units of their range, so that the squares are as exact as the numbers.
    let scaled: Vec<f64> = x
        .iter()
        .map(|x| 2.0 * (x - low) / (high - low) - 1.0)
        .collect();
    let squares: Vec<f64> = scaled.iter().map(|x| x * x).collect();
    let ones = vec![1.0; x.len()];
    let misses = |columns: &[Vec<f64>]| {
        let factors = linear(columns, y);
        let miss = |row: usize| {
            let told = columns
                .iter()
                .zip(&factors)
                .map(|(column, factor)| factor * column[row]);
            y[row] - told.sum::<f64>()
        };
        (0..y.len()).map(miss).collect::<Vec<f64>>()
    };
    let square = |misses: &[f64]| misses.iter().map(|miss| miss * miss).sum::<f64>();
    let line = misses(&[ones.clone(), scaled.clone()]);
    let largest = line
        .iter()
        .fold(0.0f64, |largest, miss| largest.max(miss.abs()));
    let mut different = x.to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    if different.len() < 3 || x.len() < 4 || largest <= WORTH * (most - least) {
        return None;
    }
    let parabola = square(&misses(&[ones, scaled, squares]));
    let freedom = (x.len() - 3) as f64;
    let t = ((square(&line) - parabola) / (parabola / freedom))
        .max(0.0)
        .sqrt();
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    let chance = if t.is_finite() {
        2.0 * student.sf(t)
    } else {
        0.0
    };
    (chance < CHANCE).then(|| {
        format!(
            "note: the points bend: they are up to {largest:.3} off the line, and a parabola follows \
             them better than by chance; use `polynomial:2`, or fewer points of a range that is \
             straight"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::note;

    /// A small disturbance, the same every time.
    fn noise(k: usize) -> f64 {
        (k * 7919 % 1000) as f64 / 500.0 - 1.0
    }

    #[test]
    fn bent_points_are_told_from_straight_ones() {
        for (scale, origin) in [(1.0, 0.0), (1e-6, 5.0), (1e6, -1e7), (1.0, 1e5)] {
            let x: Vec<f64> = (0..9).map(|k| origin + scale * k as f64).collect();
            let line = |at: usize| 3.0 + 2.0 * at as f64;
            let of = |bend: f64, off: f64| -> Vec<f64> {
                let bent = |k: usize| line(k) + bend * (k * k) as f64 + off * noise(k + 3);
                (0..9).map(bent).collect()
            };
            assert!(note(&x, &of(0.0, 0.0)).is_none() && note(&x, &of(0.0, 0.05)).is_none());
            assert!(note(&x, &of(0.02, 0.05)).is_some(), "{scale} {origin}");
            assert!(note(&x, &of(0.02, 0.0)).is_some(), "{scale} {origin}");
        }
        // Three points always lie on a parabola, and two say nothing of it.
        assert!(note(&[0.0, 1.0, 2.0], &[0.0, 1.0, 4.0]).is_none());
        assert!(note(&[0.0, 0.0, 1.0, 1.0], &[0.0, 0.1, 1.0, 1.1]).is_none());
    }
}
