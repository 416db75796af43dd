//! The singular value decomposition of a small square matrix.

use crate::{Real, kernel};

/// How often every pair of columns is visited at most; a handful is usual.
const SWEEPS: usize = 40;

/// Two columns of a matrix kept column by column, `first < second`.
#[inline(always)]
fn pair<T>(
    matrix: &mut [T],
    size: usize,
    first: usize,
    second: usize,
) -> Option<(&mut [T], &mut [T])> {
    let (left, right) = matrix.split_at_mut_checked(second * size)?;
    Some((
        left.get_mut(first * size..(first + 1) * size)?,
        right.get_mut(..size)?,
    ))
}

#[inline(always)]
fn rotate<T: Real>(first: &mut [T], second: &mut [T], cosine: T, sine: T) {
    for (a, b) in first.iter_mut().zip(second) {
        let (x, y) = (*a, *b);
        *a = cosine * x - sine * y;
        *b = sine * x + cosine * y;
    }
}

/// Turns the columns of a square `matrix` (kept column by column) until they are at right
/// angles, and keeps the rotations: matrix · `turns`ᵀ is the matrix there was.
///
/// One-sided Jacobi rotations, which find small singular values to high relative accuracy where
/// the columns are scaled to similar lengths (Demmel and Veselić, "Jacobi's method is more
/// accurate than QR", 1992). Pairs are visited row by row.
pub(crate) fn orthogonalize<T: Real>(matrix: &mut [T], turns: &mut [T], size: usize) {
    turns.fill(T::ZERO);
    for diagonal in turns.iter_mut().step_by(size.saturating_add(1)) {
        *diagonal = T::ONE;
    }
    for _ in 0..SWEEPS {
        let mut done = true;
        for first in 0..size {
            for second in first + 1..size {
                let Some((p, q)) = pair(matrix, size, first, second) else {
                    return;
                };
                let (pp, qq, pq) = (kernel::dot(p, p), kernel::dot(q, q), kernel::dot(p, q));
                if !(pq.abs() > T::EPSILON * (pp.sqrt() * qq.sqrt())) {
                    continue;
                }
                done = false;
                let slant = (qq - pp) / (T::TWO * pq);
                let size_of = T::ONE / (slant.abs() + (T::ONE + slant * slant).sqrt());
                let tangent = if slant < T::ZERO { -size_of } else { size_of };
                let cosine = T::ONE / (T::ONE + tangent * tangent).sqrt();
                let sine = cosine * tangent;
                rotate(p, q, cosine, sine);
                if let Some((p, q)) = pair(turns, size, first, second) {
                    rotate(p, q, cosine, sine);
                }
            }
        }
        if done {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_singular_values_are_found() {
        // The Hilbert matrix of 6 columns: its smallest singular value, from the literature.
        const N: usize = 6;
        let mut matrix = [0.0f64; N * N];
        for (k, x) in matrix.iter_mut().enumerate() {
            *x = 1.0 / (k / N + k % N + 1) as f64;
        }
        let before = matrix;
        let mut turns = [0.0; N * N];
        orthogonalize(&mut matrix, &mut turns, N);
        let lengths = matrix.chunks(N).map(|c| libm::sqrt(kernel::dot(c, c)));
        let smallest = lengths.fold(1.0, f64::min);
        assert!(
            (smallest - 1.082_799_484_565_55e-7).abs() < 1e-16,
            "{smallest}"
        );
        for row in 0..N {
            for column in 0..N {
                let sum: f64 = (0..N)
                    .map(|k| matrix[k * N + row] * turns[k * N + column])
                    .sum();
                assert!((sum - before[column * N + row]).abs() < 1e-15);
            }
        }
    }
}
