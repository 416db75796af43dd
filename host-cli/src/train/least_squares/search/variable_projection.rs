//! The linear parameters that fit best where the others are given (Golub and Pereyra, "The
//! differentiation of pseudo-inverses and nonlinear least squares problems whose variables
//! separate", 1973).

use downhill::model::Model;
use downhill::model::formula::Program;

use super::structure::{Set, members};

/// Rows of a fit, features one row behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) columns: usize,
    pub(super) features: Vec<f64>,
    pub(super) targets: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

impl Rows {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[f64], f64)> + Clone {
        (0..self.len()).map(|row| self.row(row))
    }

    /// Features and target of a row.
    pub(super) fn row(&self, at: usize) -> (&[f64], f64) {
        let features = self
            .features
            .get(at * self.columns..(at + 1) * self.columns);
        let target = self.targets.get(at).copied();
        (features.unwrap_or(&[]), target.unwrap_or(f64::NAN))
    }

    pub(super) fn len(&self) -> usize {
        self.targets.len()
    }
}

/// Memory of a projection, taken once.
#[derive(Debug, Default)]
pub(super) struct Projection {
    tape: Vec<f64>,
    /// A column for each linear parameter, one behind the other.
    columns: Vec<f64>,
    rest: Vec<f64>,
    triangle: Vec<f64>,
}

impl Projection {
    /// Sets the linear parameters to what fits these targets best; `false` where a row cannot be
    /// computed. Rows whose target is NaN do not count.
    pub(super) fn solve(
        &mut self,
        program: &Program<f64>,
        rows: &Rows,
        targets: &[f64],
        linear: Set,
        parameters: &mut [f64],
    ) -> bool {
        let free: Vec<usize> = members(linear).collect();
        let (count, size) = (free.len(), rows.len());
        for &at in &free {
            parameters[at] = 0.0;
        }
        self.tape.resize(parameters.len(), 0.0);
        self.columns.clear();
        self.columns.resize(count * size, 0.0);
        self.rest.clear();
        self.rest.resize(size, 0.0);
        for (row, ((features, _), &target)) in rows.iter().zip(targets).enumerate() {
            if target.is_nan() {
                continue;
            }
            let mut output = [0.0];
            if count == 0 {
                output[0] = program.eval::<f64>(parameters, features);
            } else {
                program.forward(parameters, features, &mut self.tape, &mut output);
            }
            let factor = rows.weights.get(row).map_or(1.0, |weight| weight.sqrt());
            self.rest[row] = factor * (target - output[0]);
            let mut finite = self.rest[row].is_finite();
            for (column, &at) in free.iter().enumerate() {
                let slope = factor * self.tape[at];
                finite &= slope.is_finite();
                self.columns[column * size + row] = slope;
            }
            if !finite {
                return false;
            }
        }
        self.back_substitute(&free, size, parameters)
    }

    /// Turns the columns to right angles (Gram and Schmidt, each one twice), and takes of the rest
    /// what lies along them.
    fn back_substitute(&mut self, free: &[usize], size: usize, parameters: &mut [f64]) -> bool {
        let count = free.len();
        self.triangle.clear();
        self.triangle.resize(count * (count + 1), 0.0);
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for at in 0..count {
            let (before, own) = self.columns.split_at_mut(at * size);
            let own = &mut own[..size];
            let whole = dot(own, own).sqrt();
            for _ in 0..2 {
                for (other, column) in before.chunks_exact(size.max(1)).enumerate() {
                    let share = dot(column, own);
                    self.triangle[other * (count + 1) + at] += share;
                    for (x, y) in own.iter_mut().zip(column) {
                        *x -= share * y;
                    }
                }
            }
            let left = dot(own, own).sqrt();
            // What depends on others stays at 0.
            if left > 1e-11 * whole {
                self.triangle[at * (count + 1) + at] = left;
                for x in own.iter_mut() {
                    *x /= left;
                }
                let share = dot(own, &self.rest);
                self.triangle[at * (count + 1) + count] = share;
                for (x, y) in self.rest.iter_mut().zip(&*own) {
                    *x -= share * y;
                }
            } else {
                own.fill(0.0);
            }
        }
        for at in (0..count).rev() {
            let line = &self.triangle[at * (count + 1)..(at + 1) * (count + 1)];
            let known: f64 = (at + 1..count).map(|k| line[k] * parameters[free[k]]).sum();
            parameters[free[at]] = match line[at] > 0.0 {
                true => (line[count] - known) / line[at],
                false => 0.0,
            };
        }
        free.iter().all(|&at| parameters[at].is_finite())
    }

    /// The sum of squares of what the last solution left.
    pub(super) fn rest(&self) -> f64 {
        self.rest.iter().map(|x| x * x).sum()
    }
}

/// The weighted sum of squared residuals; infinite where a row cannot be computed.
pub(super) fn squares(program: &Program<f64>, rows: &Rows, parameters: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (row, (features, target)) in rows.iter().enumerate() {
        let residual = target - program.eval::<f64>(parameters, features);
        sum += rows.weights.get(row).copied().unwrap_or(1.0) * residual * residual;
    }
    if sum.is_finite() { sum } else { f64::MAX }
}
