//! The solver: rows go in pass by pass, parameters come out.

use super::workspace::{self, Pieces};
use super::{Bounds, LeastSquares, Method, Rows, SolveError, Termination, triangle};
use crate::model::Model;
use crate::sink::Gather;
use crate::{Real, kernel};

/// A sum that remembers what rounding took from it (Neumaier, 1974, in the branch-free form of
/// Knuth's two-sum).
#[derive(Clone, Copy, Debug)]
struct Sum<T>(T, T);

impl<T: Real> Sum<T> {
    const ZERO: Self = Self(T::ZERO, T::ZERO);

    #[inline(always)]
    fn add(&mut self, x: T) {
        let sum = self.0 + x;
        let part = sum - self.0;
        self.1 += (self.0 - (sum - part)) + (x - part);
        self.0 = sum;
    }

    #[inline(always)]
    fn value(self) -> T {
        self.0 + self.1
    }
}

/// What one pass over the rows adds up.
#[derive(Clone, Copy, Debug)]
struct Pass<T> {
    cost: Sum<T>,
    /// Σ of the squares of targets and predictions: what the cost is small against.
    signal: T,
    /// Rows visited, and rows that count.
    rows: u32,
    counted: u32,
    /// The first row with something infinite or NaN.
    bad: Option<u32>,
}

impl<T: Real> Pass<T> {
    const NEW: Self = Self {
        cost: Sum::ZERO,
        signal: T::ZERO,
        rows: 0,
        counted: 0,
        bad: None,
    };
}

/// What is being tried in the pass that runs.
#[derive(Clone, Copy, Debug)]
struct Trial<T> {
    /// By how much the cost would fall if the formula were linear.
    promise: T,
    /// How long the step is, in scaled units.
    length: T,
    /// Whether the step goes all the way to the minimum of the linear problem.
    whole: bool,
    /// Whether the promise is too small for the cost to show it.
    polish: bool,
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
    model: &'a M,
    settings: LeastSquares<T>,
    words: &'a mut [T],
    parameters: usize,
    tape: usize,
    pass: Pass<T>,
    trial: Trial<T>,
    cost: T,
    signal: T,
    rows: u32,
    gain: T,
    radius: T,
    passes: u16,
    end: Option<Termination>,
}

impl<T: Real> LeastSquares<T> {
    /// How many numbers the workspace of a fit holds, for a model with this many parameters and
    /// this long a [`tape`](crate::model::Sizes::tape): 3 K² + 13 K and the tape for K
    /// parameters.
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
        model: &'a M,
        rows: &mut impl Rows<T>,
        start: &[T],
        bounds: Bounds<'_, T>,
        workspace: &'a mut [T],
    ) -> Result<Solver<'a, T, M>, SolveError> {
        let mut solver = Solver::new(*self, model, start, bounds, workspace)?;
        loop {
            rows.replay(&mut |features, target, weight| solver.add(features, target, weight));
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
        model: &'a M,
        start: &[T],
        bounds: Bounds<'_, T>,
        workspace: &'a mut [T],
    ) -> Result<Self, SolveError> {
        settings.check()?;
        let sizes = model.sizes();
        if sizes.outputs != 1 {
            let got = sizes.outputs as u32;
            return Err(SolveError::Outputs { got });
        }
        let (parameters, tape) = (sizes.parameters, sizes.tape);
        let need = parameters as u32;
        let may_lack = [false, true, true];
        let given = [start.len(), bounds.lower.len(), bounds.upper.len()];
        for (got, may_lack) in given.into_iter().zip(may_lack) {
            if got != parameters && !(may_lack && got == 0) {
                let got = got as u32;
                return Err(SolveError::Parameters { need, got });
            }
        }
        let (length, got) = (workspace::len(parameters, tape), workspace.len() as u32);
        let too_short = SolveError::Workspace {
            need: length as u32,
            got,
        };
        let words = workspace.get_mut(..length).ok_or(too_short)?;
        words.fill(T::ZERO);
        let pieces = Pieces::cut(words, parameters, tape).ok_or(too_short)?;
        pieces.lower.fill(-T::MAX);
        pieces.upper.fill(T::MAX);
        for (own, &given) in pieces.lower.iter_mut().zip(bounds.lower) {
            *own = given.larger(-T::MAX);
        }
        for (own, &given) in pieces.upper.iter_mut().zip(bounds.upper) {
            *own = given.smaller(T::MAX);
        }
        let ranges = pieces.lower.iter().zip(&*pieces.upper);
        let places = pieces.best.iter_mut().zip(pieces.trial.iter_mut());
        for (index, (((best, trial), &start), (&lower, &upper))) in
            places.zip(start).zip(ranges).enumerate()
        {
            let parameter = index as u16;
            if !(lower <= upper) {
                return Err(SolveError::Bounds { parameter });
            }
            if !start.is_finite() {
                return Err(SolveError::Start { parameter });
            }
            *best = start.larger(lower).smaller(upper);
            *trial = *best;
        }
        Ok(Self {
            model,
            settings,
            words,
            parameters,
            tape,
            pass: Pass::NEW,
            trial: Trial {
                promise: T::ZERO,
                length: T::ZERO,
                whole: false,
                polish: false,
            },
            cost: T::ZERO,
            signal: T::ZERO,
            rows: 0,
            gain: T::ZERO,
            radius: T::ZERO,
            passes: 0,
            end: None,
        })
    }

    /// Adds a row to the pass that runs. A weight of 0 leaves the row out.
    #[inline]
    pub fn add(&mut self, features: &[T], target: T, weight: T) {
        let row = self.pass.rows;
        self.pass.rows = row.saturating_add(1);
        if self.end.is_some() || self.pass.bad.is_some() || weight == T::ZERO {
            return;
        }
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return;
        };
        let mut output = [T::ZERO];
        self.model
            .forward(pieces.trial, features, pieces.tape, &mut output);
        let [prediction] = output;
        let residual = target - prediction;
        let (cost, share) = self.settings.loss.eval(residual);
        let factor = (weight * share).sqrt();
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
        self.pass.counted += 1;
        self.pass.cost.add(cost);
        let (target, prediction) = (factor * target, factor * prediction);
        self.pass.signal += target * target + prediction * prediction;
        triangle::fold(pieces.triangle, pieces.z, pieces.row, factor * residual);
    }

    /// Ends a pass: judges the parameters it tried, and chooses the next ones. `Some` where the
    /// fit has ended.
    ///
    /// # Errors
    /// After the first pass, [`SolveError::Row`] where a row cannot be computed at the start, and
    /// [`SolveError::Rows`] where there are fewer rows than parameters.
    pub fn advance(&mut self) -> Result<Option<Termination>, SolveError> {
        if self.end.is_some() {
            return Ok(self.end);
        }
        let cost = self.pass.cost.value();
        let usable = self.pass.bad.is_none() && cost.is_finite() && self.pass.signal.is_finite();
        if self.passes == 0 {
            if let Some(row) = self.pass.bad {
                return Err(SolveError::Row { row });
            }
            let (need, got) = (self.parameters as u32, self.pass.counted);
            if got < need || got == 0 {
                return Err(SolveError::Rows { need, got });
            }
            if !usable {
                return Err(SolveError::Row { row: 0 });
            }
            self.rows = got;
            self.accept(cost);
            self.radius = self.first_radius();
        } else if self.trial.polish {
            self.polish(cost, usable);
        } else {
            self.judge(cost, usable);
        }
        self.passes = self.passes.saturating_add(1);
        if self.end.is_none() {
            self.propose();
        }
        if self.end.is_none() && self.passes >= self.settings.passes {
            self.finish(Termination::Passes);
        }
        self.pass = Pass::NEW;
        if let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            pieces.triangle.fill(T::ZERO);
            pieces.z.fill(T::ZERO);
        }
        Ok(self.end)
    }

    /// Takes over the parameters that were tried.
    fn accept(&mut self, cost: T) {
        self.cost = cost;
        self.signal = self.pass.signal;
        let Some(mut pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return;
        };
        pieces.best.copy_from_slice(pieces.trial);
        pieces.best_triangle.copy_from_slice(pieces.triangle);
        pieces.best_z.copy_from_slice(pieces.z);
        pieces.rescale();
        pieces.hold();
        self.gain = pieces.decompose();
    }

    /// The first trust region: as long as the parameters themselves.
    fn first_radius(&mut self) -> T {
        let gauss_newton = self.settings.method == Method::GaussNewton;
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return T::ZERO;
        };
        let places = pieces.best.iter().zip(&*pieces.scale);
        let length = triangle::length(places.map(|(&p, &scale)| p * scale));
        if length > T::ZERO && !gauss_newton {
            length
        } else {
            T::MAX
        }
    }

    /// How small a change of the cost can be before its own rounding hides it.
    fn noise(&self) -> T {
        T::EPSILON * (self.cost + T::TWO * self.cost.sqrt() * self.signal.sqrt())
    }

    /// Compares what a step did with what it promised, and sets the trust region after it.
    fn judge(&mut self, cost: T, usable: bool) {
        let Trial {
            promise, length, ..
        } = self.trial;
        let gained = self.cost - cost;
        let ratio = if usable { gained / promise } else { -T::ONE };
        let quarter = T::from_f64(0.25);
        if !(ratio > quarter) {
            // The parabola through what is known has its minimum here (Moré, 1978).
            let tenth = T::from_f64(0.1);
            let shrink = if usable && gained < T::ZERO {
                let down = self.slope_along_step();
                (T::HALF * down / (down - T::HALF * gained))
                    .larger(tenth)
                    .smaller(T::HALF)
            } else if usable {
                T::HALF
            } else {
                quarter
            };
            self.radius = shrink * self.radius.smaller(length / tenth).smaller(length);
        } else if ratio >= T::from_f64(0.75) || self.trial.whole {
            self.radius = self.radius.larger(T::TWO * length);
        }
        if usable && gained > T::ZERO && ratio >= T::from_f64(1e-4) {
            self.accept(cost);
        } else if promise <= self.noise() {
            self.finish(Termination::Stalled);
        }
    }

    /// Half the fall of the cost that its slope promises along the step, were it not to bend.
    fn slope_along_step(&mut self) -> T {
        let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return T::ZERO;
        };
        let size = self.parameters.max(1);
        let directions = pieces.singular.iter().zip(&*pieces.along);
        directions
            .zip(pieces.turns.chunks_exact(size))
            .fold(T::ZERO, |sum, ((&s, &c), turn)| {
                sum + s * c * kernel::dot(turn, pieces.step)
            })
    }

    /// Where the cost is too coarse to judge a step: goes on as long as what is left to gain
    /// falls, which the gradient shows far below the rounding of the cost.
    fn polish(&mut self, cost: T, usable: bool) {
        let before = self.gain;
        let slack = T::from_f64(16.0) * self.noise();
        if !usable || !(cost <= self.cost + slack) {
            return self.finish(Termination::Gradient);
        }
        let (old_cost, old_signal) = (self.cost, self.signal);
        if let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            pieces.best.swap_with_slice(pieces.trial);
            pieces.best_triangle.swap_with_slice(pieces.triangle);
            pieces.best_z.swap_with_slice(pieces.z);
        }
        self.settle(cost, self.pass.signal);
        if self.gain < T::HALF * before {
            return;
        }
        if !(self.gain < before) {
            if let Some(pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
                pieces.best.swap_with_slice(pieces.trial);
                pieces.best_triangle.swap_with_slice(pieces.triangle);
                pieces.best_z.swap_with_slice(pieces.z);
            }
            self.settle(old_cost, old_signal);
        }
        self.finish(Termination::Gradient);
    }

    fn settle(&mut self, cost: T, signal: T) {
        (self.cost, self.signal) = (cost, signal);
        if let Some(mut pieces) = Pieces::cut(self.words, self.parameters, self.tape) {
            pieces.rescale();
            pieces.hold();
            self.gain = pieces.decompose();
        }
    }

    /// Chooses the parameters that the next pass tries.
    fn propose(&mut self) {
        let noise = self.noise();
        if self.offset() <= self.settings.tolerance || self.gain == T::ZERO {
            return self.finish(Termination::Gradient);
        }
        let gauss_newton = self.settings.method == Method::GaussNewton;
        let Some(mut pieces) = Pieces::cut(self.words, self.parameters, self.tape) else {
            return;
        };
        let (mut damping, mut share) = (T::ZERO, T::ONE);
        let mut polish = false;
        for _ in 0..=self.parameters {
            polish = self.gain <= noise;
            (damping, share) = (T::ZERO, T::ONE);
            if gauss_newton && !polish {
                pieces.take_step(T::ZERO, T::ONE);
                let length = triangle::length(pieces.step.iter().copied());
                share = T::ONE.smaller(self.radius / length);
            } else if !polish {
                damping = pieces.damping(self.radius);
            }
            pieces.take_step(damping, share);
            // A parameter at its bound must not be pushed over it by the others.
            let mut pushed = false;
            let ranges = pieces.lower.iter().zip(&*pieces.upper);
            let places = pieces.best.iter().zip(&*pieces.step).zip(ranges);
            for (held, ((&at, &step), (&lower, &upper))) in pieces.held.iter_mut().zip(places) {
                let over = (at <= lower && step < T::ZERO) || (at >= upper && step > T::ZERO);
                if over && *held == T::ZERO {
                    *held = T::ONE;
                    pushed = true;
                }
            }
            if !pushed {
                break;
            }
            self.gain = pieces.decompose();
        }
        // The step ends at the first bound it meets.
        let mut fraction = T::ONE;
        let ranges = pieces.lower.iter().zip(&*pieces.upper);
        let places = pieces.best.iter().zip(&*pieces.step).zip(&*pieces.scale);
        for (((&at, &step), &scale), (&lower, &upper)) in places.clone().zip(ranges.clone()) {
            if scale > T::ZERO && step != T::ZERO {
                let change = step / scale;
                let bound = if change < T::ZERO { lower } else { upper };
                let room = bound - at;
                if change.abs() > room.abs() {
                    fraction = fraction.smaller(room / change);
                }
            }
        }
        let mut moved = false;
        for ((((&at, &step), &scale), (&lower, &upper)), trial) in
            places.zip(ranges).zip(pieces.trial.iter_mut())
        {
            *trial = at;
            if scale > T::ZERO && step != T::ZERO {
                let change = step / scale;
                let bound = if change < T::ZERO { lower } else { upper };
                let room = bound - at;
                *trial = if change.abs() > room.abs() && room / change <= fraction {
                    bound
                } else {
                    (at + fraction * change).larger(lower).smaller(upper)
                };
            }
            moved |= *trial != at;
        }
        for step in pieces.step.iter_mut() {
            *step *= fraction;
        }
        self.trial = Trial {
            promise: pieces.promise(damping, share * fraction),
            length: triangle::length(pieces.step.iter().copied()),
            whole: damping == T::ZERO && share == T::ONE,
            polish: polish && fraction == T::ONE,
        };
        if !moved {
            let whole = self.trial.whole;
            self.finish(if whole {
                Termination::Step
            } else {
                Termination::Stalled
            });
        }
    }

    /// What is still to gain, as a share of the parameters' standard errors.
    fn offset(&self) -> T {
        let parameters = self.parameters as u32;
        let freedom = T::from_u32(self.rows.saturating_sub(parameters).max(1));
        let unit = self.cost / freedom * T::from_u32(parameters.max(1));
        if unit > T::ZERO {
            (self.gain / unit).sqrt()
        } else {
            T::ZERO
        }
    }

    /// Ends the fit, under the name that says most.
    fn finish(&mut self, end: Termination) {
        let floor = T::from_f64(4.0) * T::EPSILON * self.signal.sqrt();
        let end = match end {
            Termination::Passes => end,
            Termination::Stalled if self.offset() <= T::from_f64(1e-3) => Termination::Gradient,
            _ => end,
        };
        let end = if end.is_converged() && self.cost.sqrt() <= floor {
            Termination::Residual
        } else {
            end
        };
        let pieces = Pieces::cut(self.words, self.parameters, self.tape);
        let undetermined = pieces.and_then(|pieces| pieces.undetermined());
        self.end = Some(match undetermined {
            Some(parameter) if end != Termination::Passes => Termination::Singular { parameter },
            _ => end,
        });
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

    /// What the best parameters cost: the weighted sum of squared residuals, or of what the
    /// robust loss makes of them.
    ///
    /// It never rises from pass to pass, but for its own rounding: in the last passes, where a
    /// step promises less than the sum can show, the gradient decides.
    pub fn cost(&self) -> T {
        self.cost
    }

    /// How many passes over the rows there have been.
    pub fn passes(&self) -> u16 {
        self.passes
    }

    /// How many rows count: those of weight above 0.
    pub fn rows(&self) -> u32 {
        self.rows
    }
}
