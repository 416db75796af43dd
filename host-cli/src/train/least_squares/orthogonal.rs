//! Least squares where features have errors too: orthogonal distance regression.

use std::ops::Range;

use downhill::model::formula::Program;
use downhill::model::{Model, ParameterKind, Sizes};
use downhill::random::Random;
use downhill::{Real, Sink};

/// Most steps towards the true features of a row, and most halvings of one.
const STEPS: usize = 100;
const HALVINGS: usize = 40;

/// A formula whose output is the target of a row, out by its orthogonal distance to the curve.
///
/// A row has errors ε of the target and δ of the features, whose standard deviations are known up
/// to a factor. The distance is the least of ε²/σ² + Σ δ²/σₓ² that brings the row onto the curve;
/// least squares of the distances is what ODRPACK finds (Boggs, Byrd and Schnabel, "A stable and
/// efficient algorithm for nonlinear orthogonal distance regression", 1987). The derivative of a
/// distance by a parameter is that of the formula at the true features over the standard deviation
/// of ε and of what δ adds to it.
///
/// Its features are those of the formula, the variance of each, the target, and the root of the
/// target's weight; its target is the product of the latter two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orthogonal<T> {
    /// The formula with its columns as parameters behind its own.
    program: Program<T>,
    /// Number of columns.
    columns: usize,
}

impl<T: Real> Orthogonal<T> {
    /// `None` where parameters and columns together are too many.
    pub(crate) fn new(program: &Program<T>) -> Option<Self> {
        Some(Self {
            program: program.with_free_features()?,
            columns: program.features(),
        })
    }

    fn parameters(&self) -> usize {
        self.program.parameters() - self.columns
    }
}

/// A row, its errors at their presumed values.
struct Row<'a, T> {
    program: &'a Program<T>,
    features: &'a [T],
    variances: &'a [T],
    target: T,
    weight: T,
    /// Parameters, and features with their errors.
    point: &'a mut [T],
    /// Derivatives of the formula by both.
    slopes: &'a mut [T],
    /// Number of parameters.
    own: usize,
}

impl<T: Real> Row<'_, T> {
    /// The distance, squared, and the error of the target. Where the formula has no derivative the
    /// distance is none, so that no step goes there.
    fn measure(&mut self) -> (T, T) {
        let mut output = [T::ZERO];
        self.program
            .forward(self.point, &[], self.slopes, &mut output);
        let residual = output[0] - self.target;
        let mut sum = self.weight * residual * residual;
        for (at, &variance) in self.variances.iter().enumerate() {
            if variance > T::ZERO {
                let error = self.error(at);
                sum += error * error / variance;
            }
        }
        match self.slopes.iter().all(|slope| slope.is_finite()) {
            true => (sum, residual),
            false => (T::NAN, residual),
        }
    }

    fn error(&self, at: usize) -> T {
        self.point[self.own + at] - self.features[at]
    }

    /// Variance of the target and of what the errors of the features add to it, where the formula
    /// is taken for straight.
    fn variance(&self) -> T {
        let slopes = self.slopes[self.own..].iter().zip(self.variances);
        let added = slopes.fold(T::ZERO, |sum, (&slope, &variance)| {
            sum + slope * slope * variance
        });
        T::ONE / self.weight + added
    }

    /// Errors at the least distance where the formula is straight.
    fn aim(&self, residual: T, errors: &mut [T]) {
        let slopes = &self.slopes[self.own..];
        let along = slopes.iter().enumerate();
        let along = along.fold(T::ZERO, |sum, (at, &slope)| sum + slope * self.error(at));
        let pull = (residual - along) / self.variance();
        for ((error, &slope), &variance) in errors.iter_mut().zip(slopes).zip(self.variances) {
            *error = -variance * slope * pull;
        }
    }

    /// Finds the errors of the features that make the distance least. Returns it squared, and the
    /// error of the target.
    fn settle(&mut self) -> (T, T) {
        let columns = self.features.len();
        let (mut sum, mut residual) = self.measure();
        let mut aimed = vec![T::ZERO; columns];
        let mut before = vec![T::ZERO; columns];
        let mut last = T::MAX;
        for _ in 0..STEPS {
            self.aim(residual, &mut aimed);
            for (at, own) in before.iter_mut().enumerate() {
                *own = self.error(at);
            }
            // In parts of the errors' own size.
            let mut length = T::ZERO;
            for ((&to, &from), &variance) in aimed.iter().zip(&before).zip(self.variances) {
                if variance > T::ZERO {
                    length += (to - from) * (to - from) / variance;
                }
            }
            if length <= T::EPSILON * T::EPSILON * sum || length == T::ZERO {
                break;
            }
            let mut share = T::ONE;
            let moved = (0..HALVINGS).find_map(|_| {
                for (at, (&from, &to)) in before.iter().zip(&aimed).enumerate() {
                    self.point[self.own + at] = self.features[at] + (from + share * (to - from));
                }
                let (trial, error) = self.measure();
                // What rounding hides is no rise.
                let most = sum + T::from_u32(4) * T::EPSILON * sum;
                share *= T::from_f64(0.5);
                (trial <= most).then_some((trial, error))
            });
            let Some((trial, error)) = moved else {
                for (at, &from) in before.iter().enumerate() {
                    self.point[self.own + at] = self.features[at] + from;
                }
                return self.measure();
            };
            let is_flat = trial >= sum;
            (sum, residual) = (trial, error);
            if is_flat && length >= last {
                break;
            }
            last = length;
        }
        (sum, residual)
    }
}

impl<T: Real> Model<T> for Orthogonal<T> {
    fn sizes(&self) -> Sizes {
        Sizes {
            features: 2 * self.columns + 2,
            outputs: 1,
            parameters: self.parameters(),
            tape: 2 * self.program.parameters(),
        }
    }

    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        let (own, columns) = (self.parameters(), self.columns);
        let (slopes, point) = tape.split_at_mut(self.program.parameters());
        let (features, rest) = features.split_at(columns);
        let (variances, rest) = rest.split_at(columns);
        let (target, root) = (rest[0], rest[1]);
        point[..own].copy_from_slice(parameters);
        point[own..].copy_from_slice(features);
        let mut row = Row {
            program: &self.program,
            features,
            variances,
            target,
            weight: root * root,
            point,
            slopes,
            own,
        };
        let (sum, residual) = row.settle();
        let deviation = row.variance().sqrt();
        let distance = match residual < T::ZERO {
            true => -sum.sqrt(),
            false => sum.sqrt(),
        };
        outputs[0] = target * root + distance;
        for slope in &mut slopes[..own] {
            *slope = *slope / deviation;
        }
    }

    fn backward(&self, _parameters: &[T], _features: &[T], tape: &mut [T], slopes: &[T]) {
        for own in &mut tape[..self.parameters()] {
            *own *= slopes[0];
        }
    }

    fn gradient(&self, _features: &[T], tape: &[T], _slopes: &[T], sink: &mut impl Sink<T>) {
        sink.each(0, &tape[..self.parameters()]);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        visit(0..self.parameters(), ParameterKind::Bias);
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        let mut all = vec![T::ZERO; self.program.parameters()];
        self.program.initialize(random, &mut all);
        parameters.copy_from_slice(&all[..parameters.len()]);
    }
}
