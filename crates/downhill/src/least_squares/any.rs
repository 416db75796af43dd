//! Least squares with every part chosen at run time: from a file, or over a link.

use core::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use super::{
    LeastSquares, Nlms, Normalized, Recursive, Rls, SolveError, Solver, Table, Termination,
};
use crate::block::{BLOCK, Visit};
use crate::internal::Internal;
use crate::model::{AnyModel, Model, ParameterKind, Sizes};
use crate::random::Random;
use crate::rules::Bound;
use crate::{Fault, Fingerprint, Hasher, Real, Sink};

/// Everything that describes a fit by least squares, but for its rows: what a
/// [`Recipe`](crate::Recipe) is to a fit by gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(bound(
        serialize = "T: Real + Serialize",
        deserialize = "T: Real + Deserialize<'de>"
    ))
)]
pub struct Estimation<T> {
    /// Model of one output; a formula says where its parameters start.
    pub model: AnyModel<T>,
    /// How the parameters are found.
    pub settings: AnySettings<T>,
    /// Ranges of parameters, for those estimators that replay their rows. Where two hold for
    /// a parameter, the later one counts.
    pub bounds: [Option<Bound<T>>; 8],
    /// Seed of the starting parameters of other models.
    pub seed: u64,
}

/// The settings of an estimator chosen at run time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AnySettings<T> {
    /// [`Solver`]: the rows are replayed.
    LeastSquares(LeastSquares<T>),
    /// [`Rls`].
    Recursive(Recursive<T>),
    /// [`Nlms`].
    Normalized(Normalized<T>),
}

/// An estimator chosen at run time, in memory that was handed to it.
///
/// ```
/// use downhill::model::formula;
/// use downhill::least_squares::{AnySettings, Estimation, LeastSquares};
/// use downhill::model::AnyModel;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let line = formula::parse::<f32>("a + b*x", "y", |name| name == "x")?.program;
/// let estimation = Estimation {
///     model: AnyModel::Formula(line.with_start(&[0.0, 0.0]).ok_or("two parameters")?),
///     settings: AnySettings::LeastSquares(LeastSquares::default()),
///     bounds: [None; 8],
///     seed: 0,
/// };
/// let mut words = [0.0; 64];
/// let mut fit = estimation.build(&mut words)?;
/// while fit.termination().is_none() {
///     for k in 0..10 {
///         let x = k as f32;
///         fit.add(&[x], 3.0 * x + 1.0, 1.0)?;
///     }
///     fit.advance()?;
/// }
/// assert!((fit.parameters()[1] - 3.0).abs() < 1e-6);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AnyEstimator<'a, T> {
    way: Way<'a, T>,
    steps: u64,
}

#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it, and no heap to box it in"
)]
enum Way<'a, T> {
    Solver(Solver<'a, T, Shared<T>>),
    Rls(Rls<T, Shared<T>, &'a mut [T]>),
    Nlms(Nlms<T, Shared<T>, &'a mut [T]>),
}

/// A model chosen at run time, of which all estimators share one copy: flash matters more here
/// than a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared<T>(AnyModel<T>);

impl<T: Real> Model<T> for Shared<T> {
    const IN_BLOCKS: bool = AnyModel::<T>::IN_BLOCKS;

    fn sizes(&self) -> Sizes {
        self.0.sizes()
    }

    #[inline(never)]
    fn forward(&self, parameters: &[T], features: &[T], tape: &mut [T], outputs: &mut [T]) {
        self.0.forward(parameters, features, tape, outputs);
    }

    #[inline(never)]
    fn backward(&self, parameters: &[T], features: &[T], tape: &mut [T], slopes: &[T]) {
        self.0.backward(parameters, features, tape, slopes);
    }

    #[inline(never)]
    fn gradient(&self, features: &[T], tape: &[T], slopes: &[T], sink: &mut impl Sink<T>) {
        self.0.gradient(features, tape, slopes, sink);
    }

    fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
        self.0.parameter_groups(visit);
    }

    #[inline(always)]
    fn blocks(
        &self,
        internal: Internal,
        parameters: &[T],
        rows: (&[T], usize),
        columns: &mut [[T; BLOCK]],
        visit: &mut impl Visit<T>,
    ) -> usize {
        self.0.blocks(internal, parameters, rows, columns, visit)
    }

    fn initialize(&self, random: &mut Random, parameters: &mut [T]) {
        self.0.initialize(random, parameters);
    }
}

impl<T: Real> Estimation<T> {
    /// Numbers that the workspace of this fit holds.
    pub fn words(&self) -> usize {
        let sizes = self.model.sizes();
        let (parameters, tape) = (sizes.parameters, sizes.tape);
        match self.settings {
            AnySettings::LeastSquares(_) => LeastSquares::<T>::words(parameters, tape),
            AnySettings::Recursive(_) => Recursive::<T>::words(parameters, tape),
            AnySettings::Normalized(_) => Normalized::<T>::words(parameters, tape),
        }
    }

    /// Builds the estimator, its parameters where the model starts them.
    ///
    /// # Errors
    /// [`SolveError`] where model, settings, bounds or memory do not go together.
    #[inline]
    pub fn build<'a>(&self, words: &'a mut [T]) -> Result<AnyEstimator<'a, T>, SolveError> {
        self.build_with(words, &[])
    }

    /// Builds the estimator with more bounds than a recipe holds, as a host may; they come after
    /// those of the recipe.
    ///
    /// # Errors
    /// As those of [`build`](Estimation::build).
    pub fn build_with<'a>(
        &self,
        words: &'a mut [T],
        more: &[Bound<T>],
    ) -> Result<AnyEstimator<'a, T>, SolveError> {
        let (need, got) = (self.words() as u32, words.len() as u32);
        if got < need {
            return Err(SolveError::Workspace { need, got });
        }
        let model = Shared(self.model);
        let outputs = model.sizes().outputs as u32;
        let refuse = |fault| refused(fault, outputs);
        let way = match self.settings {
            AnySettings::LeastSquares(settings) => {
                let fill = |model: &Shared<T>, best: &mut [T], lower: &mut [T], upper: &mut [T]| {
                    model.initialize(&mut Random::seed(self.seed), best);
                    for bound in self.bounds.iter().flatten().chain(more) {
                        let (skipped, count) = bound.run();
                        let run = lower.iter_mut().zip(upper.iter_mut());
                        for (low, high) in run.skip(skipped).take(count) {
                            (*low, *high) = (bound.low, bound.high);
                        }
                    }
                };
                Way::Solver(Solver::begin(settings, model, words, fill)?)
            }
            AnySettings::Recursive(settings) => {
                let mut rls = Rls::new(settings, model, words).map_err(refuse)?;
                model.initialize(&mut Random::seed(self.seed), rls.parameters_mut());
                Way::Rls(rls)
            }
            AnySettings::Normalized(settings) => {
                let mut nlms = Nlms::new(settings, model, words).map_err(refuse)?;
                model.initialize(&mut Random::seed(self.seed), nlms.parameters_mut());
                Way::Nlms(nlms)
            }
        };
        Ok(AnyEstimator { way, steps: 0 })
    }
}

/// Fault of an estimator that learns row by row, as an error of the other.
fn refused(fault: Fault, outputs: u32) -> SolveError {
    match fault {
        Fault::Arena { need, got } => SolveError::Workspace { need, got },
        Fault::Setting(crate::Setting::Model) => SolveError::Outputs { got: outputs },
        _ => SolveError::Setting,
    }
}

impl<'a, T: Real> AnyEstimator<'a, T> {
    /// Learns from a row, or adds it to the pass that runs. Returns the error that its
    /// prediction had where it was learned from, else 0. A row of weight 0 is left out.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed. Estimators that learn
    /// row by row take no weight but 0 and 1.
    pub fn add(&mut self, features: &[T], target: T, weight: T) -> Result<T, Fault> {
        let error = match &mut self.way {
            Way::Solver(solver) => {
                solver.add(features, target, weight);
                return Ok(T::ZERO);
            }
            _ if weight == T::ZERO => return Ok(T::ZERO),
            _ if weight != T::ONE => return Err(Fault::Weight),
            Way::Rls(rls) => rls.observe(features, target)?,
            Way::Nlms(nlms) => nlms.observe(features, target)?,
        };
        self.steps = self.steps.saturating_add(1);
        Ok(error)
    }

    /// Adds rows one after the other, each as [`add`](AnyEstimator::add) does. A computer takes
    /// several rows of a formula at once.
    ///
    /// # Errors
    /// As those of [`add`](AnyEstimator::add), and the place of the row; those before it have been
    /// added.
    pub fn add_rows(&mut self, rows: Table<'_, T>) -> Result<(), (usize, Fault)> {
        if let Way::Solver(solver) = &mut self.way {
            solver.add_rows(rows);
            return Ok(());
        }
        for at in 0..rows.len() {
            if let Some((features, target, weight)) = rows.row(at) {
                self.add(features, target, weight)
                    .map_err(|fault| (at, fault))?;
            }
        }
        Ok(())
    }

    /// Ends a pass over all rows; `Some` where the fit has ended. Nothing happens where rows
    /// are learned from one by one.
    ///
    /// # Errors
    /// As [`Solver::advance`].
    pub fn advance(&mut self) -> Result<Option<Termination>, SolveError> {
        match &mut self.way {
            Way::Solver(solver) => {
                let end = solver.advance()?;
                self.steps = u64::from(solver.passes());
                Ok(end)
            }
            Way::Rls(_) | Way::Nlms(_) => Ok(None),
        }
    }

    /// Returns `true` if the rows are needed again for every pass.
    pub fn replays(&self) -> bool {
        matches!(self.way, Way::Solver(_))
    }

    /// The solver that replays its rows, which knows how sure its parameters are.
    pub fn solver(&self) -> Option<&Solver<'a, T, Shared<T>>> {
        match &self.way {
            Way::Solver(solver) => Some(solver),
            Way::Rls(_) | Way::Nlms(_) => None,
        }
    }

    /// Why the fit ended; `None` while it goes on, as it always does row by row.
    pub fn termination(&self) -> Option<Termination> {
        self.solver()?.termination()
    }

    /// The best parameters so far.
    pub fn parameters(&self) -> &[T] {
        match &self.way {
            Way::Solver(solver) => solver.parameters(),
            Way::Rls(rls) => rls.parameters(),
            Way::Nlms(nlms) => nlms.parameters(),
        }
    }

    /// Passes made, or rows learned from.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The hash of all that decides the future of the fit.
    pub fn fingerprint(&self) -> Fingerprint {
        let state = match &self.way {
            Way::Solver(solver) => return solver.fingerprint(),
            Way::Rls(rls) => rls.state(),
            Way::Nlms(nlms) => nlms.parameters(),
        };
        let mut hasher = Hasher::default();
        hasher.reals(state);
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        hasher.finish()
    }

    /// Gives the memory back.
    pub fn into_words(self) -> &'a mut [T] {
        match self.way {
            Way::Solver(solver) => solver.into_words(),
            Way::Rls(rls) => rls.into_words(),
            Way::Nlms(nlms) => nlms.into_words(),
        }
    }
}
