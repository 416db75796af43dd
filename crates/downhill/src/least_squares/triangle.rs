//! The triangle that rows of a Jacobian are folded into, one by one.
//!
//! R is upper triangular with RᵀR = JᵀJ, and z holds what the same rotations make of the
//! residuals. R is packed row by row: K numbers, K − 1, … 1.

use crate::Real;

/// How many numbers a packed triangle of `size` columns holds.
pub(crate) const fn packed(size: usize) -> usize {
    size * (size + 1) / 2
}

/// The rotation that turns (a, b) into (r, 0): its cosine, its sine, and r.
#[inline(always)]
fn rotation<T: Real>(a: T, b: T) -> (T, T, T) {
    if b.abs() > a.abs() {
        let ratio = a / b;
        let length = (T::ONE + ratio * ratio).sqrt();
        let sine = T::ONE / length;
        (sine * ratio, sine, b * length)
    } else {
        let ratio = b / a;
        let length = (T::ONE + ratio * ratio).sqrt();
        let cosine = T::ONE / length;
        (cosine, cosine * ratio, a * length)
    }
}

/// Folds a row and its residual into the triangle by Givens rotations, column by column
/// (Golub and Van Loan, "Matrix Computations", 5.2.5). The row is used up.
#[inline(always)]
pub(crate) fn fold<T: Real>(triangle: &mut [T], z: &mut [T], row: &mut [T], residual: T) {
    let (mut rest, mut row, mut residual) = (triangle, row, residual);
    for z in z {
        let Some((line, below)) = rest.split_at_mut_checked(row.len()) else {
            return;
        };
        let (Some((corner, line)), Some((&mut head, tail))) =
            (line.split_first_mut(), row.split_first_mut())
        else {
            return;
        };
        if head != T::ZERO {
            let (cosine, sine, length) = rotation(*corner, head);
            *corner = length;
            for (upper, lower) in line.iter_mut().zip(tail.iter_mut()) {
                let (a, b) = (*upper, *lower);
                *upper = cosine * a + sine * b;
                *lower = cosine * b - sine * a;
            }
            let (a, b) = (*z, residual);
            *z = cosine * a + sine * b;
            residual = cosine * b - sine * a;
        }
        (rest, row) = (below, tail);
    }
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

/// The length of a column; its largest number is divided out first, so that no square leaves
/// the range of numbers.
pub(crate) fn length<T: Real>(column: impl Iterator<Item = T> + Clone) -> T {
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
        for (row, residual) in rows.iter().zip(residuals) {
            fold(&mut triangle, &mut z, &mut row.clone(), residual);
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
