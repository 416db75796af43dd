//! Linear dependence among columns: which are constant, which are collinear, which are combinations
//! of others, and what least squares makes of a target.

/// Correlation of two columns, in size, from which on they are collinear.
const COLLINEAR: f64 = 0.999;
/// Correlation from which on one column is a multiple of another.
const SAME: f64 = 1.0 - 1e-12;
/// Share of a column's variance, left by the columns before it, up to which it is looked at as a
/// combination of them.
const LEFT: f64 = 1e-9;
/// Distance of a combination from its column, in standard deviations of that.
const EXACT: f64 = 1e-5;
/// Part of a combination, in standard deviations of its column, that counts.
const PART: f64 = 1e-4;
/// Most columns that are compared.
const MOST: usize = 512;

/// Weighted means and products of deviations of columns.
pub(crate) struct Gram {
    columns: usize,
    weight: f64,
    means: Vec<f64>,
    /// Row by row the products of a column's deviations with those of each column.
    products: Vec<f64>,
}

/// Pair of columns with nearly the same course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Collinear {
    /// The column that stands first.
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) correlation: f64,
}

impl Collinear {
    /// True where one is a multiple of the other, but for a constant.
    pub(crate) fn is_exact(&self) -> bool {
        self.correlation.abs() > SAME
    }
}

/// Column that is a combination of others, which stand before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Combination {
    pub(crate) column: usize,
    /// The others, two at least.
    pub(crate) of: Vec<usize>,
}

impl Gram {
    /// Goes through the rows twice: first for the means. `None` where there are too many columns,
    /// or no row counts.
    pub(crate) fn of<R: IntoIterator<Item = f64>>(
        columns: usize,
        rows: impl Iterator<Item = (R, f64)> + Clone,
    ) -> Option<Self> {
        if columns > MOST {
            return None;
        }
        let (mut means, mut weight) = (vec![0.0; columns], 0.0);
        for (row, w) in rows.clone() {
            weight += w;
            for (mean, x) in means.iter_mut().zip(row) {
                *mean += w * x;
            }
        }
        means.iter_mut().for_each(|mean| *mean /= weight);
        let mut products = vec![0.0; columns * columns];
        let mut off = vec![0.0; columns];
        for (row, w) in rows {
            for ((off, x), mean) in off.iter_mut().zip(row).zip(&means) {
                *off = x - mean;
            }
            for (at, one) in off.iter().enumerate() {
                let by = w * one;
                let line = &mut products[at * columns..][..=at];
                line.iter_mut()
                    .zip(&off)
                    .for_each(|(sum, x)| *sum += by * x);
            }
        }
        for a in 0..columns {
            for b in 0..a {
                products[b * columns + a] = products[a * columns + b];
            }
        }
        (weight > 0.0).then_some(Self {
            columns,
            weight,
            means,
            products,
        })
    }

    fn product(&self, a: usize, b: usize) -> f64 {
        self.products[a * self.columns + b]
    }

    /// The mean of a column.
    pub(crate) fn mean(&self, column: usize) -> f64 {
        self.means[column]
    }

    /// The standard deviation of a column; 0 where rounding is all that it varies by.
    pub(crate) fn deviation(&self, column: usize) -> f64 {
        let deviation = (self.product(column, column) / self.weight).max(0.0).sqrt();
        let rounding = 1e-12 * self.means[column].abs();
        if deviation > rounding { deviation } else { 0.0 }
    }

    /// The root mean square of a column.
    pub(crate) fn size(&self, column: usize) -> f64 {
        self.means[column].hypot(self.deviation(column))
    }

    /// Of each column that is collinear with one before it, the first such pair.
    pub(crate) fn collinear(&self, among: usize) -> Vec<Collinear> {
        let pair = |b: usize| {
            (0..b).find_map(|a| {
                let spread = self.deviation(a) * self.deviation(b) * self.weight;
                let correlation = (self.product(a, b) / spread).clamp(-1.0, 1.0);
                let found = spread > 0.0 && correlation.abs() > COLLINEAR;
                found.then_some(Collinear { a, b, correlation })
            })
        };
        (0..among).filter_map(pair).collect()
    }

    /// The columns that rows of this many columns show to be combinations of those before them:
    /// the rows decide, for products of numbers in `f64` hold half of their digits.
    pub(crate) fn combinations<R: IntoIterator<Item = f64>>(
        &self,
        among: usize,
        rows: impl Iterator<Item = R> + Clone,
    ) -> Vec<Combination> {
        let solved = self.solve(among);
        let mut found = Vec::new();
        for (column, parts) in solved.dependent {
            let deviation = self.deviation(column);
            let mut of = parts;
            of.retain(|&(other, by)| (by * self.deviation(other)).abs() > PART * deviation);
            let is_exact = rows.clone().all(|row| {
                let row: Vec<f64> = row.into_iter().collect();
                let off = |at: usize| row[at] - self.means[at];
                let sum: f64 = of.iter().map(|&(other, by)| by * off(other)).sum();
                (sum - off(column)).abs() <= EXACT * deviation
            });
            if is_exact && of.len() > 1 {
                let of = of.into_iter().map(|(other, _)| other).collect();
                found.push(Combination { column, of });
            }
        }
        found
    }

    /// The mean square that least squares leaves of the last column, by those before it.
    pub(crate) fn residual(&self) -> f64 {
        let target = self.columns - 1;
        self.solve(target).left(self, target) / self.weight
    }

    /// The largest ratio of the variances of two combinations of the first columns, each in
    /// standard deviations of its own; dependent ones aside.
    pub(crate) fn condition(&self, among: usize) -> f64 {
        let kept = self.solve(among).kept;
        let scale: Vec<f64> = kept.iter().map(|&at| self.deviation(at)).collect();
        let size = kept.len();
        let mut matrix: Vec<f64> = (0..size * size)
            .map(|at| {
                let (a, b) = (at / size, at % size);
                self.product(kept[a], kept[b]) / (scale[a] * scale[b] * self.weight)
            })
            .collect();
        let values = eigenvalues(&mut matrix, size);
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(0.0, f64::max);
        most / least.max(f64::MIN_POSITIVE)
    }

    /// The first columns that least squares can do without: constants and combinations of others.
    pub(crate) fn dependent(&self, among: usize) -> Vec<usize> {
        let kept = self.solve(among).kept;
        (0..among).filter(|at| !kept.contains(at)).collect()
    }

    /// The two columns that vary most nearly together, but for those that depend on others: the
    /// ones to blame for a large [condition](Self::condition).
    pub(crate) fn blamed(&self, among: usize) -> Vec<usize> {
        let (mut best, mut worst) = (Vec::new(), 0.0);
        let kept = self.solve(among).kept;
        for &a in &kept {
            for &b in kept.iter().take_while(|&&b| b < a) {
                let spread = self.deviation(a) * self.deviation(b) * self.weight;
                let alike = (self.product(a, b) / spread).abs();
                if alike.is_finite() && alike > worst {
                    (best, worst) = (vec![b, a], alike);
                }
            }
        }
        best
    }

    /// Cholesky factor of the first columns, in their order and without those that depend on
    /// others before them.
    fn solve(&self, among: usize) -> Factor {
        let mut factor = Factor {
            kept: Vec::new(),
            rows: Vec::new(),
            dependent: Vec::new(),
        };
        for column in 0..among {
            let own = self.product(column, column);
            if self.deviation(column) == 0.0 {
                continue;
            }
            let row = factor.row(self, column);
            let left = own - row.iter().map(|x| x * x).sum::<f64>();
            if left <= LEFT * own {
                let parts = factor.back(&row);
                let kept = factor.kept.iter().copied();
                factor.dependent.push((column, kept.zip(parts).collect()));
            } else {
                factor.kept.push(column);
                factor.rows.push([row, vec![left.sqrt()]].concat());
            }
        }
        factor
    }
}

/// Triangular factor of the columns that are kept.
struct Factor {
    kept: Vec<usize>,
    /// Lower triangle, row by row.
    rows: Vec<Vec<f64>>,
    /// The others, with the parts that the kept ones before them have in them.
    dependent: Vec<(usize, Vec<(usize, f64)>)>,
}

impl Factor {
    /// The row that a column would have in the triangle, but for its last number.
    fn row(&self, gram: &Gram, column: usize) -> Vec<f64> {
        let mut row = Vec::with_capacity(self.kept.len());
        for (&other, line) in self.kept.iter().zip(&self.rows) {
            let known: f64 = line
                .iter()
                .zip(&row)
                .map(|(a, b): (&f64, &f64)| a * b)
                .sum();
            row.push((gram.product(column, other) - known) / line[row.len()]);
        }
        row
    }

    /// Solves the transposed triangle for a row.
    fn back(&self, row: &[f64]) -> Vec<f64> {
        let mut parts = row.to_vec();
        for at in (0..parts.len()).rev() {
            parts[at] /= self.rows[at][at];
            for before in 0..at {
                parts[before] -= self.rows[at][before] * parts[at];
            }
        }
        parts
    }

    /// The sum of squares of a column that the kept ones leave.
    fn left(&self, gram: &Gram, column: usize) -> f64 {
        let row = self.row(gram, column);
        (gram.product(column, column) - row.iter().map(|x| x * x).sum::<f64>()).max(0.0)
    }
}

/// Eigenvalues of a symmetric matrix, by Jacobi's rotations.
fn eigenvalues(matrix: &mut [f64], size: usize) -> Vec<f64> {
    for _ in 0..30 {
        let mut off = 0.0;
        for p in 0..size {
            for q in p + 1..size {
                let apart = matrix[p * size + q];
                off += apart * apart;
                if apart.abs() < 1e-15 {
                    continue;
                }
                let theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * apart);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for k in 0..size {
                    let (a, b) = (matrix[k * size + p], matrix[k * size + q]);
                    (matrix[k * size + p], matrix[k * size + q]) = (c * a - s * b, s * a + c * b);
                }
                for k in 0..size {
                    let (a, b) = (matrix[p * size + k], matrix[q * size + k]);
                    (matrix[p * size + k], matrix[q * size + k]) = (c * a - s * b, s * a + c * b);
                }
            }
        }
        if off < 1e-20 {
            break;
        }
    }
    (0..size).map(|at| matrix[at * size + at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, row: impl Fn(f64, f64, f64) -> Vec<f64>) -> Vec<Vec<f64>> {
        let number = |at: usize, by: usize| ((at * by) % 101) as f64 / 10.0;
        let one = |at| row(number(at, 37), number(at, 59), number(at, 83));
        (0..count).map(one).collect()
    }

    fn gram(rows: &[Vec<f64>]) -> Gram {
        let each = rows.iter().map(|row| (row.iter().copied(), 1.0));
        Gram::of(rows[0].len(), each).unwrap()
    }

    fn combinations(rows: &[Vec<f64>]) -> Vec<Combination> {
        gram(rows).combinations(rows[0].len(), rows.iter().map(|row| row.iter().copied()))
    }

    #[test]
    fn a_combination_is_named_with_its_parts() {
        let rows = rows(101, |x, y, z| vec![x, z, y, 3.0, 2.0 * x - y + 5.0, z]);
        let expected = Combination {
            column: 4,
            of: vec![0, 2],
        };
        assert_eq!(combinations(&rows), [expected]);
        let [pair] = gram(&rows).collinear(6)[..] else {
            panic!("one pair")
        };
        assert_eq!((pair.a, pair.b), (1, 5));
        assert!((pair.correlation - 1.0).abs() < 1e-12);
        assert_eq!(gram(&rows).deviation(3), 0.0);
    }

    /// A sum that was rounded to a tenth is not exact.
    #[test]
    fn a_rounded_sum_is_no_combination() {
        let rows = rows(101, |x, y, _| vec![x, y, (x + y / 3.0).round()]);
        assert_eq!(combinations(&rows), []);
    }

    #[test]
    fn what_least_squares_leaves_and_the_condition_are_those_of_a_known_case() {
        // The residual of y = 2 x + e, e orthogonal to x and to 1.
        let known = [(-1.0, -1.0), (0.0, 2.0), (1.0, -1.0)];
        let rows: Vec<Vec<f64>> = known.iter().map(|&(x, e)| vec![x, 2.0 * x + e]).collect();
        assert!((gram(&rows).residual() - 2.0).abs() < 1e-12);
        // Two columns of correlation r: (1 + r) / (1 - r).
        let rows = [
            [1.0, 1.0],
            [-1.0, -1.0],
            [1.0, -1.0],
            [-1.0, 1.0],
            [1.0, 1.0],
            [-1.0, -1.0],
        ];
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.to_vec()).collect();
        assert!((gram(&rows).condition(2) - 2.0).abs() < 1e-9);
    }
}
