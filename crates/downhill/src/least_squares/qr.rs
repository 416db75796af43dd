//! The triangle that rows of a Jacobian are folded into, one by one.
//!
//! R is upper triangular with RᵀR = JᵀJ, and z holds what the same rotations make of the
//! residuals. R is packed row by row: K numbers, K − 1, … 1.

use crate::block::BLOCK;
use crate::{Real, kernel};

/// Numbers in a packed triangle of `size` columns.
pub(crate) const fn packed(size: usize) -> usize {
    size * (size + 1) / 2
}

/// Folds a block of rows into the triangle by Householder's reflections, column by column, so that
/// one root and one set of quotients serve all of them (Golub and Van Loan, "Matrix Computations",
/// 5.1 and 5.2). The block holds the rows' columns one after the other, and last their residuals;
/// it is zero afterwards, as rows that are not there must be.
#[inline(always)]
pub(crate) fn fold<T: Real>(triangle: &mut [T], z: &mut [T], block: &mut [[T; BLOCK]]) {
    let (mut rest, mut columns) = (triangle, &mut *block);
    for z in z {
        let Some((own, others)) = columns.split_first_mut() else {
            return;
        };
        let Some((line, below)) = rest.split_at_mut_checked(others.len()) else {
            return;
        };
        let Some((corner, line)) = line.split_first_mut() else {
            return;
        };
        if own.iter().any(|&x| x != T::ZERO) {
            let size = norm(*corner, own);
            let after = if *corner > T::ZERO { -size } else { size };
            let head = *corner - after;
            let share = -(head / after);
            for x in own.iter_mut() {
                *x = *x / head;
            }
            *corner = after;
            let reflect = |upper: &mut T, column: &mut [T; BLOCK]| {
                let along = share * (*upper + kernel::dot(own, column));
                *upper -= along;
                for (x, &direction) in column.iter_mut().zip(&*own) {
                    *x -= along * direction;
                }
            };
            let Some((residuals, right)) = others.split_last_mut() else {
                return;
            };
            for (upper, column) in line.iter_mut().zip(right) {
                reflect(upper, column);
            }
            reflect(z, residuals);
        }
        (rest, columns) = (below, others);
    }
    block.fill([T::ZERO; BLOCK]);
}

/// The length of a column and the number above it.
#[inline(always)]
fn norm<T: Real>(above: T, column: &[T; BLOCK]) -> T {
    let squares = above * above + kernel::dot(column, column);
    if has_all_digits(squares) {
        squares.sqrt()
    } else {
        length(column.iter().copied().chain([above]))
    }
}

/// Returns `true` if no term of a sum of squares has over- or underflowed.
#[inline(always)]
fn has_all_digits<T: Real>(squares: T) -> bool {
    squares > T::ONE / (T::MAX * T::EPSILON) && squares.is_finite()
}

/// Column `column` of a packed triangle, from the top to the diagonal.
#[inline(always)]
pub(crate) fn column<T: Real>(
    triangle: &[T],
    size: usize,
    column: usize,
) -> impl Iterator<Item = T> + Clone + '_ {
    let mut at = column;
    (0..=column).map_while(move |row| {
        let number = triangle.get(at).copied();
        at += size.saturating_sub(row + 1);
        number
    })
}

/// The length of a column; its largest number is divided out first where a square would leave the
/// range of numbers.
pub(crate) fn length<T: Real>(column: impl Iterator<Item = T> + Clone) -> T {
    let squares = column.clone().fold(T::ZERO, |sum, x| sum + x * x);
    if has_all_digits(squares) {
        return squares.sqrt();
    }
    let largest = column.clone().fold(T::ZERO, |most, x| most.larger(x.abs()));
    if !(largest > T::ZERO) {
        return T::ZERO;
    }
    let shares = column.map(|x| x / largest);
    largest * shares.fold(T::ZERO, |sum, x| sum + x * x).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triangle_has_the_products_of_the_rows() {
        let rows = [
            [1.0, 2.0, 3.0],
            [4.0, -5.0, 6.0],
            [7.0, 8.0, 10.0],
            [0.0, 1.0, 0.5f64],
        ];
        let residuals = [1.0, -1.0, 2.0, 0.25];
        let (mut triangle, mut z) = ([0.0; packed(3)], [0.0; 3]);
        // Two blocks, the second with one row.
        for part in [0..3, 3..4] {
            let mut block = [[0.0; BLOCK]; 4];
            for (slot, row) in part.enumerate() {
                for (column, &x) in block
                    .iter_mut()
                    .zip(rows[row].iter().chain([&residuals[row]]))
                {
                    column[slot] = x;
                }
            }
            fold(&mut triangle, &mut z, &mut block);
            assert_eq!(block, [[0.0; BLOCK]; 4]);
        }
        let product = |i, j| -> f64 {
            let pairs = column(&triangle, 3, i).zip(column(&triangle, 3, j));
            pairs.map(|(a, b)| a * b).sum()
        };
        for i in 0..3 {
            for j in i..3 {
                let expected: f64 = rows.iter().map(|row| row[i] * row[j]).sum();
                assert!((product(i, j) - expected).abs() < 1e-12);
            }
            let expected: f64 = rows.iter().zip(residuals).map(|(row, r)| row[i] * r).sum();
            let pairs = column(&triangle, 3, i).zip(z);
            assert!((pairs.map(|(a, b)| a * b).sum::<f64>() - expected).abs() < 1e-12);
        }
        assert_eq!(length([3.0e30f32, 4.0e30].into_iter()), 5.0e30);
    }
}
