//! The estimator of a problem: of the errors of targets, or of those of features too.

use downhill::least_squares::{
    AnyEstimator, AnySettings, Bounds, Rows, SolveError, Solver, Table, Termination, Uncertainty,
};
use downhill::model::Model;
use downhill::{Fault, Fingerprint, Real};

use super::orthogonal::Orthogonal;
use super::problem::Problem;

/// The estimator of a problem.
pub(super) enum Fitting<'a, T> {
    Plain(AnyEstimator<'a, T>),
    Orthogonal(OrthogonalFit<'a, T>),
}

/// A fit of orthogonal distances.
pub(super) struct OrthogonalFit<'a, T> {
    solver: Solver<'a, T, Orthogonal<T>>,
    /// Features of the row that is added.
    row: Vec<T>,
}

/// Numbers that the workspace of a problem holds.
pub(super) fn words<T: Real>(problem: &Problem<T>) -> usize {
    match &problem.orthogonal {
        Some(model) => {
            let sizes = model.sizes();
            downhill::least_squares::LeastSquares::<T>::words(sizes.parameters, sizes.tape)
        }
        None => problem.estimation.words(),
    }
}

impl<'a, T: Real> Fitting<'a, T> {
    /// One that begins at `start`.
    pub(super) fn new(
        problem: &Problem<T>,
        start: &[T],
        words: &'a mut [T],
    ) -> Result<Self, SolveError> {
        let (estimation, more) = (&problem.estimation, &problem.more_bounds);
        let (Some(model), AnySettings::LeastSquares(settings)) =
            (problem.orthogonal, estimation.settings)
        else {
            return estimation.build_with(words, more).map(Self::Plain);
        };
        let limits = |at| problem.bound(at).map(|bound| (bound.low, bound.high));
        let limits = (0..problem.names.len()).map(limits);
        let (lower, upper): (Vec<T>, Vec<T>) =
            limits.map(|own| own.unwrap_or((-T::MAX, T::MAX))).unzip();
        let bounds = Bounds {
            lower: &lower,
            upper: &upper,
        };
        Ok(Self::Orthogonal(OrthogonalFit {
            solver: Solver::new(settings, model, start, bounds, words)?,
            row: Vec::new(),
        }))
    }

    /// Adds training rows, whose first is at this place among them.
    ///
    /// # Errors
    /// A fault and the place of its row among these.
    pub(super) fn add_rows(
        &mut self,
        problem: &Problem<T>,
        first: usize,
        mut rows: Table<'_, T>,
    ) -> Result<(), (usize, Fault)> {
        let OrthogonalFit { solver, row } = match self {
            Self::Plain(fit) => return fit.add_rows(rows),
            Self::Orthogonal(fit) => fit,
        };
        let mut at = first;
        rows.replay(&mut |features, target, weight| {
            let root = weight.sqrt();
            let deviations = problem.data.sigma_x(at);
            row.clear();
            row.extend_from_slice(features);
            row.extend(deviations.iter().map(|&x| T::from_f64(x * x)));
            row.extend([target, root]);
            solver.add(row, target * root, T::ONE);
            at += 1;
        });
        Ok(())
    }

    pub(super) fn advance(&mut self) -> Result<(), SolveError> {
        match self {
            Self::Plain(fit) => fit.advance().map(drop),
            Self::Orthogonal(fit) => fit.solver.advance().map(drop),
        }
    }

    /// Returns `true` if the rows are needed again for every pass.
    pub(super) fn replays(&self) -> bool {
        match self {
            Self::Plain(fit) => fit.replays(),
            Self::Orthogonal(_) => true,
        }
    }

    pub(super) fn termination(&self) -> Option<Termination> {
        match self {
            Self::Plain(fit) => fit.termination(),
            Self::Orthogonal(fit) => fit.solver.termination(),
        }
    }

    pub(super) fn parameters(&self) -> &[T] {
        match self {
            Self::Plain(fit) => fit.parameters(),
            Self::Orthogonal(fit) => fit.solver.parameters(),
        }
    }

    pub(super) fn steps(&self) -> u64 {
        match self {
            Self::Plain(fit) => fit.steps(),
            Self::Orthogonal(fit) => fit.solver.passes().into(),
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Plain(fit) => fit.fingerprint(),
            Self::Orthogonal(fit) => fit.solver.fingerprint(),
        }
    }

    /// How sure the parameters are, rows that count, and the objective; `None` of an estimator that
    /// learns row by row.
    pub(super) fn solved(&self) -> Option<(Uncertainty<'_, T>, u32, T)> {
        match self {
            Self::Plain(fit) => {
                let solver = fit.solver()?;
                Some((solver.uncertainty(), solver.rows(), solver.cost()))
            }
            Self::Orthogonal(OrthogonalFit { solver, .. }) => {
                Some((solver.uncertainty(), solver.rows(), solver.cost()))
            }
        }
    }
}
