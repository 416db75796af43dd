//! Statistics of columns.

/// The number below which this share of sorted numbers lies.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (share * (sorted.len() - 1) as f64).round() as usize;
    sorted[at]
}

/// Mean and standard deviation.
pub(super) fn moments(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / count).sqrt())
}

/// The rank of each number, from 0; equal ones share the mean of theirs.
pub(super) fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut before = 0;
    for ties in order.chunk_by(|&a, &b| numbers[a] == numbers[b]) {
        let rank = before as f64 + (ties.len() - 1) as f64 / 2.0;
        for &row in ties {
            ranks[row] = rank;
        }
        before += ties.len();
    }
    ranks
}

/// Pearson's correlation; 0 where one side does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((mean_a, sd_a), (mean_b, sd_b)) = (moments(a), moments(b));
    let products = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b));
    let spread = sd_a * sd_b * a.len() as f64;
    match spread > 0.0 {
        true => products.sum::<f64>() / spread,
        false => 0.0,
    }
}

/// How well one column alone tells another, from 0 to 1, whichever way it rises: Spearman's rank
/// correlation with an amount; with two classes |2 AUC − 1|; with more, the root of the share of
/// the ranks' variance that lies between classes.
pub(super) fn relation(feature: &[f64], target: &[f64], classes: usize) -> f64 {
    let of_feature = ranks(feature);
    if classes == 0 {
        return correlation(&of_feature, &ranks(target)).abs();
    }
    let mut sums = vec![(0.0, 0.0); classes];
    for (rank, &class) in of_feature.iter().zip(target) {
        let (sum, count) = &mut sums[class as usize];
        *sum += rank;
        *count += 1.0;
    }
    if let [(below, zeros), (above, ones)] = sums[..] {
        return match zeros > 0.0 && ones > 0.0 {
            // Mann and Whitney: mean ranks differ by n (AUC − ½).
            true => 2.0 * (above / ones - below / zeros).abs() / (zeros + ones),
            false => 0.0,
        };
    }
    let (mean, deviation) = moments(&of_feature);
    let between = sums.iter().filter(|(_, count)| *count > 0.0);
    let between: f64 = between
        .map(|(sum, count)| count * (sum / count - mean).powi(2))
        .sum();
    match deviation > 0.0 {
        true => (between / of_feature.len() as f64).sqrt() / deviation,
        false => 0.0,
    }
}

/// The largest distance between the shares of two samples below a number (Kolmogorov and
/// Smirnov).
pub(super) fn shift(before: &[f64], after: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = before.iter().map(|&x| (x, false)).collect();
    all.extend(after.iter().map(|&x| (x, true)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut most) = ([0.0, 0.0], 0.0f64);
    for ties in all.chunk_by(|a, b| a.0 == b.0) {
        for &(_, late) in ties {
            below[usize::from(late)] += 1.0;
        }
        let gap = below[0] / before.len() as f64 - below[1] / after.len() as f64;
        most = most.max(gap.abs());
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_are_from_nothing_to_all() {
        let x = [1.0, 2.0, 3.0, 4.0];
        assert!((relation(&x, &[1.0, 8.0, 27.0, 64.0], 0) - 1.0).abs() < 1e-12);
        assert_eq!(relation(&x, &[0.0, 0.0, 1.0, 1.0], 2), 1.0);
        assert_eq!(relation(&x, &[1.0, 0.0, 1.0, 0.0], 2), 0.5); // an AUC of 1/4
        assert_eq!(relation(&x, &[0.0, 1.0, 1.0, 0.0], 2), 0.0);
        let of_three = relation(
            &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0],
            &[0., 0., 1., 1., 2., 2.],
            3,
        );
        assert!((of_three - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_shift_is_the_widest_gap() {
        assert_eq!(shift(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(shift(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(shift(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0]), 0.5);
    }
}
