//! The simplex of Nelder and Mead, to compare with: it needs no derivative.

/// The least of `cost` on the way of this many evaluations from a point.
pub(super) fn simplex(start: &[f64], evaluations: usize, cost: impl Fn(&[f64]) -> f64) -> f64 {
    let count = start.len();
    let mut corners = vec![(cost(start), start.to_vec())];
    for at in 0..count {
        let mut corner = start.to_vec();
        corner[at] += if corner[at] == 0.0 {
            0.01
        } else {
            0.05 * corner[at]
        };
        corners.push((cost(&corner), corner));
    }
    let mut left = evaluations;
    while left > 0 {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (worst, others) = corners.split_last_mut().unwrap();
        let center: Vec<f64> = (0..count)
            .map(|k| others.iter().map(|(_, p)| p[k]).sum::<f64>() / count as f64)
            .collect();
        let mut at = |share: f64| {
            left = left.saturating_sub(1);
            let point = center.iter().zip(&worst.1);
            let point: Vec<f64> = point.map(|(c, w)| c + share * (w - c)).collect();
            (cost(&point), point)
        };
        let reflected = at(-1.0);
        let next = if reflected.0 < others[0].0 {
            let further = at(-2.0);
            if further.0 < reflected.0 {
                further
            } else {
                reflected
            }
        } else if reflected.0 < others[count - 1].0 {
            reflected
        } else {
            at(if reflected.0 < worst.0 { -0.5 } else { 0.5 })
        };
        if next.0 < worst.0 {
            *worst = next;
            continue;
        }
        let best = others[0].1.clone();
        for (value, point) in &mut corners[1..] {
            for (p, best) in point.iter_mut().zip(&best) {
                *p = best + 0.5 * (*p - best);
            }
            left = left.saturating_sub(1);
            *value = cost(point);
        }
    }
    corners
        .iter()
        .fold(f64::INFINITY, |least, corner| least.min(corner.0))
}
