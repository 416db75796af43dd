//! The solver: rows go in pass by pass, parameters come out.

use super::qr;
use super::settings::least_normal;
use super::termination::Converged;
use super::workspace::{self, Pieces, RowPieces};
use super::{Bounds, LeastSquares, Rows, SolveError, Termination};
use crate::block::BLOCK;
use crate::internal::Internal;
use crate::model::Model;
use crate::trainer::Gather;
use crate::{Fingerprint, Hasher, Real, kernel};

/// A sum that remembers what rounding took from it (Neumaier, 1974, in the branch-free form of
/// Knuth's two-sum).
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum<T>(T, T);

impl<T: Real> Sum<T> {
    const ZERO: Self = Self(T::ZERO, T::ZERO);

    #[inline(always)]
    pub(super) fn add(&mut self, x: T) {
        let sum = self.0 + x;
        let part = sum - self.0;
        self.1 += (self.0 - (sum - part)) + (x - part);
        self.0 = sum;
    }

    #[inline(always)]
    pub(super) fn value(self) -> T {
        self.0 + self.1
    }
}

/// Sums of one pass over the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass<T> {
    pub(super) cost: Sum<T>,
    /// Σ of the squares of targets and predictions: what the cost is small against.
    pub(super) signal: T,
    /// Rows visited, and rows that count.
    pub(super) rows: u32,
    pub(super) counted: u32,
    /// The first row with something infinite or NaN.
    pub(super) bad: Option<u32>,
    /// True where a residual that is not 0 has a subnormal square.
    pub(super) lost: bool,
}

impl<T: Real> Pass<T> {
    pub(super) const NEW: Self = Self {
        cost: Sum::ZERO,
        signal: T::ZERO,
        rows: 0,
        counted: 0,
        bad: None,
        lost: false,
    };
}

/// Step that the present pass tries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial<T> {
    /// By how much the cost would fall if the formula were linear.
    pub(super) promise: T,
    /// Half of how much it would fall if it did not bend along the step.
    pub(super) slope: T,
    /// How long the step is, in scaled units.
    pub(super) length: T,
    /// True where the step goes all the way to the minimum of the linear problem.
    pub(super) whole: bool,
    /// True where the predicted reduction is too small for the cost to show it.
    pub(super) polish: bool,
    /// True where the whole step was taken, no bound was in its way and it was no step back: the
    /// next one can be compared with it.
    pub(super) free: bool,
    /// True where it was made from the step before as well.
    pub(super) extrapolated: bool,
    /// Predicted reduction where it begins.
    pub(super) gain: T,
    /// Reduction that the free step before it left, as a share of the length; 1 where none was.
    pub(super) left: T,
}

/// One fit by least squares, pass by pass.
///
/// The rows may come from anywhere, as long as every pass brings the same ones in the same
/// order: [`add`](Solver::add) each row, then [`advance`](Solver::advance). The memory needed
/// does not depend on how many rows there are. [`LeastSquares::fit`] runs this loop over
/// [`Rows`].
///
/// The workspace holds [`LeastSquares::words`] numbers.
#[derive(Debug)]
pub struct Solver<'a, T, M> {
    pub(super) model: M,
    pub(super) settings: LeastSquares<T>,
    pub(super) words: &'a mut [T],
    pub(super) parameters: usize,
    pub(super) tape: usize,
    pub(super) pass: Pass<T>,
    pub(super) trial: Trial<T>,
    pub(super) cost: T,
    pub(super) signal: T,
    pub(super) lost: bool,
    /// How the fit ends if the pass that runs finds that it has learned something.
    pub(super) doubted: Option<Converged>,
    pub(super) rows: u32,
    pub(super) gain: T,
    pub(super) radius: T,
    pub(super) passes: u16,
    pub(super) end: Option<Termination>,
}

impl<T: Real> LeastSquares<T> {
    /// Numbers in the workspace of a fit, for a model with this many parameters and this long a
    /// [`tape`](crate::model::Sizes::tape): 3 K² + 21 K + 8 and the tape for K parameters.
    pub const fn words(parameters: usize, tape: usize) -> usize {
        workspace::len(parameters, tape)
    }

    /// Finds the parameters of `model` that fit `rows` best, starting from `start`.
    ///
    /// The solver that is returned holds the parameters, why the fit
    /// [ended](Solver::termination), and their [uncertainty](Solver::uncertainty).
    ///
    /// # Errors
    /// [`SolveError`] where the fit cannot start.
    pub fn fit<'a, M: Model<T>>(
        &self,
        model: M,
        rows: &mut impl Rows<T>,
        start: &[T],
        bounds: Bounds<'_, T>,
        workspace: &'a mut [T],
    ) -> Result<Solver<'a, T, M>, SolveError> {
        let mut solver = Solver::new(*self, model, start, bounds, workspace)?;
        loop {
            if M::IN_BLOCKS
                && let Some(table) = rows.table(Internal)
            {
                solver.add_rows(table);
            } else {
                rows.replay(&mut |features, target, weight| solver.add(features, target, weight));
            }
            if solver.advance()?.is_some() {
                return Ok(solver);
            }
        }
    }
}

impl<'a, T: Real, M: Model<T>> Solver<'a, T, M> {
    /// A fit that starts from `start`, moved inside the bounds where it is outside.
    ///
    /// # Errors
    /// [`SolveError`] where model, start, bounds, settings or workspace do not go together.
    pub fn new(
        settings: LeastSquares<T>,
        model: M,
        start: &[T],
        bounds: Bounds<'_, T>,
        workspace: &'a mut [T],
    ) -> Result<Self, SolveError> {
        let need = model.sizes().parameters;
        let may_lack = [false, true, true];
        let given = [start.len(), bounds.lower.len(), bounds.upper.len()];
        for (got, may_lack) in given.into_iter().zip(may_lack) {
            if got != need && !(may_lack && got == 0) {
                let (need, got) = (need as u32, got as u32);
                return Err(SolveError::Parameters { need, got });
            }
        }
        Self::begin(settings, model, workspace, |_, best, lower, upper| {
            for (own, &given) in best.iter_mut().zip(start) {
                *own = given;
            }
            for (own, &given) in lower.iter_mut().zip(bounds.lower) {
                *own = given.larger(-T::MAX);
            }
            for (own, &given) in upper.iter_mut().zip(bounds.upper) {
                *own = given.smaller(T::MAX);
            }
        })
    }

    /// A fit whose start, lower and upper bounds are filled in where they will stay; they are 0
    /// and open before.
    pub(super) fn begin(
        settings: LeastSquares<T>,
        model: M,
        workspace: &'a mut [T],
        fill: impl FnOnce(&M, &mut [T], &mut [T], &mut [T]),
    ) -> Result<Self, SolveError> {
        settings.check()?;
        let sizes = model.sizes();
        if sizes.outputs != 1 {
            let got = sizes.outputs as u32;
            return Err(SolveError::Outputs { got });
        }
        let (parameters, tape) = (sizes.parameters, sizes.tape);
        let (length, got) = (workspace::len(parameters, tape), workspace.len() as u32);
        let too_short = SolveError::Workspace {
            need: length as u32,
            got,
        };
        workspace.get_mut(..length).ok_or(too_short)?.fill(T::ZERO);
        let pieces = Pieces::cut(workspace, parameters, tape).ok_or(too_short)?;
        pieces.lower.fill(-T::MAX);
        pieces.upper.fill(T::MAX);
        fill(&model, pieces.best, pieces.lower, pieces.upper);
        let ranges = pieces.lower.iter().zip(&*pieces.upper);
        let places = pieces.best.iter_mut().zip(pieces.trial.iter_mut());
        for (index, ((best, trial), (&lower, &upper))) in places.zip(ranges).enumerate() {
            let parameter = index as u16;
            if !(lower <= upper) {
                return Err(SolveError::Bounds { parameter });
            }
            if !best.is_finite() {
                return Err(SolveError::Start { parameter });
            }
            *best = best.larger(lower).smaller(upper);
            *trial = *best;
        }
        Ok(Self {
            model,
            settings,
            words: workspace,
            parameters,
            tape,
            pass: Pass::NEW,
            trial: Trial {
                promise: T::ZERO,
                slope: T::ZERO,
                length: T::ZERO,
                whole: false,
                polish: false,
                free: false,
                extrapolated: false,
                gain: T::ZERO,
                left: T::ONE,
            },
            cost: T::ZERO,
            signal: T::ZERO,
            lost: false,
            rows: 0,
            gain: T::ZERO,
            radius: T::ZERO,
            passes: 0,
            doubted: None,
            end: None,
        })
    }

    /// Adds a row to the pass that runs. A weight of 0 leaves the row out, and nothing happens
    /// once the fit has ended.
    #[inline]
    pub fn add(&mut self, features: &[T], target: T, weight: T) {
        if self.end.is_some() {
            return;
        }
        let row = self.pass.rows;
        self.pass.rows = row.saturating_add(1);
        if self.pass.bad.is_some() || weight == T::ZERO {
            return;
        }
        // Constants where the model has them: then no loop over parameters is one.
        let (parameters, tape) = M::SIZES.map_or((self.parameters, self.tape), |sizes| {
            (sizes.parameters, sizes.tape)
        });
        let Some(pieces) = RowPieces::cut(self.words, parameters, tape) else {
            return;
        };
        let mut output = [T::ZERO];
        self.model
            .forward(pieces.trial, features, pieces.tape, &mut output);
        let [prediction] = output;
        let residual = target - prediction;
        let (cost, share, bend) = self.settings.loss.eval(residual);
        let factor = (weight * bend).sqrt();
        let pull = share / bend;
        let slopes = [factor];
        self.model
            .backward(pieces.trial, features, pieces.tape, &slopes);
        let sink = &mut Gather::<_, true>(&mut *pieces.row);
        self.model.gradient(features, pieces.tape, &slopes, sink);
        let cost = weight * cost;
        if !(kernel::sum_abs(pieces.row) + cost).is_finite() || !(weight > T::ZERO) {
            self.pass.bad = Some(row);
            return;
        }
        self.pass.lost |= residual != T::ZERO && cost < least_normal();
        self.pass.cost.add(cost);
        let (target, prediction) = (factor * target, factor * prediction);
        self.pass.signal += target * target + prediction * prediction;
        let slot = self.pass.counted as usize % BLOCK;
        self.pass.counted = self.pass.counted.wrapping_add(1);
        if let Some((residuals, columns)) = pieces.block.split_last_mut() {
            for (column, &x) in columns.iter_mut().zip(&*pieces.row) {
                if let Some(place) = column.get_mut(slot) {
                    *place = x;
                }
            }
            if let Some(place) = residuals.get_mut(slot) {
                *place = factor * pull * residual;
            }
        }
        if slot == BLOCK - 1 {
            self.fold();
        }
    }

    /// Folds the rows that wait in the block into the triangle.
    #[inline(always)]
    pub(super) fn fold(&mut self) {
        if let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            qr::fold(pieces.triangle, pieces.z, pieces.block);
        }
    }

    /// The workspace.
    pub(super) fn words(&self) -> &[T] {
        self.words
    }

    /// Why the fit ended; `None` while it goes on.
    pub fn termination(&self) -> Option<Termination> {
        self.end
    }

    /// The best parameters so far.
    pub fn parameters(&self) -> &[T] {
        self.words.get(..self.parameters).unwrap_or(&[])
    }

    /// The parameters that the pass that runs tries; all of its rows are computed with these.
    pub fn trial(&self) -> &[T] {
        let k = self.parameters;
        self.words.get(k..2 * k).unwrap_or(&[])
    }

    /// Cost of the best parameters: the weighted sum of squared residuals, or of what the robust
    /// loss makes of them.
    ///
    /// It never rises from pass to pass, but for its own rounding: in the last passes, where a
    /// step promises less than the sum can show, the gradient decides.
    pub fn cost(&self) -> T {
        self.cost
    }

    /// Passes over the rows so far.
    pub fn passes(&self) -> u16 {
        self.passes
    }

    /// The hash of all that decides the future of the fit, a pass under way included.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        for piece in Pieces::deciding(self.words, self.parameters).unwrap_or_default() {
            hasher.reals(piece);
        }
        let (pass, trial) = (&self.pass, &self.trial);
        let Sum(cost, lost) = pass.cost;
        hasher.reals(&[cost, lost, pass.signal]);
        hasher.reals(&[trial.promise, trial.slope, trial.length, trial.gain]);
        hasher.reals(&[self.cost, self.signal, self.gain, self.radius]);
        let ended = self.end.map_or(0, |end| 1 + u32::from(end.is_converged()));
        for word in [
            pass.rows,
            pass.counted,
            pass.bad.map_or(0, |row| row.saturating_add(1)),
            u32::from(trial.whole)
                | u32::from(trial.polish) << 1
                | u32::from(pass.lost) << 2
                | u32::from(self.lost) << 3
                | u32::from(trial.free) << 4
                | u32::from(trial.extrapolated) << 5
                | u32::from(self.doubted.is_some()) << 6,
            self.rows,
            u32::from(self.passes),
            ended,
        ] {
            hasher.word(word);
        }
        hasher.finish()
    }

    /// Gives the workspace back.
    pub fn into_words(self) -> &'a mut [T] {
        self.words
    }

    /// Rows of weight above 0.
    pub fn rows(&self) -> u32 {
        self.rows
    }
}
