//! Another way to the least squares, and what makes an end a true one.

use downhill::dual::Dual;
use downhill::model::formula::Program;

/// Most parameters of a formula here.
const MOST: usize = 8;

pub(super) fn cost(program: &Program<f64>, (x, y): (&[f64], &[f64]), p: &[f64]) -> f64 {
    let square = |(&x, y): (&f64, &f64)| (y - program.eval::<f64>(p, &[x])).powi(2);
    let sum: f64 = x.iter().zip(y).map(square).sum();
    if sum.is_finite() { sum } else { f64::INFINITY }
}

/// Residuals and rows of the Jacobian.
pub(super) fn slopes(
    program: &Program<f64>,
    (x, y): (&[f64], &[f64]),
    p: &[f64],
) -> Vec<(f64, [f64; MOST])> {
    let of = |(&x, y): (&f64, &f64)| {
        let variables: Vec<Dual<f64, MOST>> = p
            .iter()
            .enumerate()
            .map(|(k, &p)| Dual::variable(p, k))
            .collect();
        let value = program.eval(&variables, &[x]);
        (y - value.value, value.slopes)
    };
    x.iter().zip(y).map(of).collect()
}

/// Length of a column of numbers, one a row.
fn length(lines: &[(f64, [f64; MOST])], of: impl Fn(&(f64, [f64; MOST])) -> f64) -> f64 {
    lines
        .iter()
        .map(|line| of(line).powi(2))
        .sum::<f64>()
        .sqrt()
}

/// A true stationary point: the residuals are at right angles to every derivative.
pub(super) fn is_stationary(lines: &[(f64, [f64; MOST])], count: usize, level: f64) -> bool {
    let residual = length(lines, |line| line.0);
    (0..count).all(|at| {
        let along: f64 = lines.iter().map(|line| line.0 * line.1[at]).sum();
        along.abs() <= level * length(lines, |line| line.1[at]) * residual
    })
}

/// The parameter that moves no prediction beyond `rounding`, a share of the targets, when it moves
/// by its own size.
pub(super) fn idle(
    program: &Program<f64>,
    rows: (&[f64], &[f64]),
    p: &[f64],
    rounding: f64,
) -> Option<usize> {
    let lines = slopes(program, rows, p);
    let signal = rows.1.iter().map(|y| y * y).sum::<f64>().sqrt();
    (0..p.len()).find(|&at| {
        let moved = p[at].abs() * length(&lines, |line| line.1[at]);
        p[at] != 0.0 && moved <= rounding * signal && !is_zero(program, rows, p, at)
    })
}

/// A value that is 0 but for rounding: 0 in its place changes no derivative.
fn is_zero(program: &Program<f64>, rows: (&[f64], &[f64]), p: &[f64], at: usize) -> bool {
    let mut zeroed = p.to_vec();
    zeroed[at] = 0.0;
    let steep = |p: &[f64], k: usize| length(&slopes(program, rows, p), |line| line.1[k]);
    (0..p.len()).all(|k| (steep(&zeroed, k) - steep(p, k)).abs() <= 0.02 * steep(p, k))
}

/// Takes parameter `a` out of every row of the normal equations but its own.
fn eliminate(matrix: &mut [Vec<f64>], a: usize) {
    let pivot = matrix[a].clone();
    for (_, row) in matrix.iter_mut().enumerate().filter(|(b, _)| *b != a) {
        let share = row[a] / pivot[a];
        for (x, y) in row.iter_mut().zip(&pivot) {
            *x -= share * y;
        }
    }
}

/// A few steps of Marquardt's first method, by normal equations: the least cost on the way.
pub(super) fn marquardt(program: &Program<f64>, rows: (&[f64], &[f64]), start: &[f64]) -> f64 {
    let (mut p, mut damping) = (start.to_vec(), 1e-3);
    let mut best = cost(program, rows, &p);
    for _ in 0..25 {
        let count = p.len();
        let mut matrix = vec![vec![0.0; count + 1]; count];
        for (residual, line) in slopes(program, rows, &p) {
            for a in 0..count {
                for b in 0..count {
                    matrix[a][b] += line[a] * line[b];
                }
                matrix[a][count] += line[a] * residual;
            }
        }
        for (a, row) in matrix.iter_mut().enumerate() {
            row[a] = row[a] * (1.0 + damping) + 1e-300;
        }
        (0..count).for_each(|a| eliminate(&mut matrix, a));
        let next: Vec<f64> = (0..count)
            .map(|a| p[a] + matrix[a][count] / matrix[a][a])
            .collect();
        let now = cost(program, rows, &next);
        if now < best {
            (p, best, damping) = (next, now, damping / 9.0);
        } else {
            damping *= 7.0;
        }
    }
    best
}
