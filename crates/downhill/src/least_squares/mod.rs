//! Least squares: the parameters that make Σ w (target − prediction)² smallest, and how sure they
//! are.
//!
//! Gradient descent finds good parameters from a stream of samples; least squares finds the best
//! ones from samples that can be replayed, in a handful of passes, to the last digits that the
//! arithmetic has. Use it for calibration curves: few parameters, each of which means something.
//!
//! | | rows | memory for K parameters | finds |
//! |---|---|---|---|
//! | [`LeastSquares`], Levenberg–Marquardt | replayed, any number | 3 K² + 21 K + 8 + tape | the nearest minimum of any formula, within bounds |
//! | [`LeastSquares`], Gauss–Newton | replayed, any number | the same | the same, for linear and nearly linear models |
//! | [`Rls`] | one at a time, each once | K² / 2 + 4.5 K + tape | what fits the latest rows best |
//! | [`Nlms`] | one at a time, each once | 2 K + tape | the same, slowly and for next to nothing |
//!
//! All of them take any [`Model`](crate::model::Model) with one output: a
//! [formula](crate::model::formula), a linear model, a small net.
//!
//! # A calibration
//!
//! The resistance of a thermistor in Ω, from 50 to 125 °C, with the formula and the first guess
//! that NIST publishes for these rows (its set MGH10):
//!
//! ```
//! use downhill::model::formula;
//! use downhill::least_squares::{Bounds, LeastSquares, Table};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ohms = [
//!     34780.0, 28610.0, 23650.0, 19630.0, 16370.0, 13720.0, 11540.0, 9744.0, 8261.0, 7030.0,
//!     6005.0, 5147.0, 4427.0, 3820.0, 3307.0, 2872.0,
//! ];
//! let degrees: [f64; 16] = core::array::from_fn(|k| 50.0 + 5.0 * k as f64);
//! let text = "a * exp(b / (x + c))";
//!
//! let model = formula::parse::<f64>(text, "y", |name| name == "x")?.program;
//! let mut workspace = [0.0; LeastSquares::<f64>::words(3, 3)]; // fixed, whatever the rows
//! let start = [0.02, 4_000.0, 250.0];
//! let mut rows = Table::new(1, &degrees, &ohms);
//! let fit = LeastSquares::default().fit(&model, &mut rows, &start, Bounds::NONE, &mut workspace)?;
//!
//! assert!(fit.termination().is_some_and(|end| end.is_converged()));
//! let b = fit.estimate(1).unwrap(); // certified: 6181.3463463 ± 23.309021107 kelvin
//! assert!((b.value - 6181.3463463).abs() < 1e-6);
//! assert!((b.standard_error.unwrap() - 23.309021107).abs() < 1e-8);
//! # Ok(())
//! # }
//! ```
//!
//! The [`Termination`] says why the fit ended, with predicates to ask; a parameter that the rows
//! cannot determine is named. [`Uncertainty`] gives standard errors, the residual standard
//! deviation and correlations; a correlation near ±1 says that two parameters can stand in for
//! each other.
//!
//! # On a device
//!
//! Rows need not be in memory: [`Rows`] is anything that can bring them back, from flash or over
//! a link. To do other work between rows, drive a [`Solver`] by hand; this is all that
//! [`LeastSquares::fit`] does:
//!
//! ```
//! use downhill::least_squares::{Bounds, LeastSquares, Solver};
//! use downhill::{Const, model::Linear};
//! # fn main() -> Result<(), downhill::least_squares::SolveError> {
//! let model = Linear::<Const<1>>::new();
//! let mut workspace = [0.0f32; LeastSquares::<f32>::words(2, 0)];
//! let mut solver = Solver::new(LeastSquares::default(), &model, &[0.0, 0.0], Bounds::NONE, &mut workspace)?;
//! let end = loop {
//!     for k in 0..100 {
//!         let celsius = k as f32 / 4.0; // … a row read back from flash …
//!         solver.add(&[celsius], 1.8 * celsius + 32.0, 1.0);
//!     }
//!     if let Some(end) = solver.advance()? {
//!         break end;
//!     }
//! };
//! assert!(end.is_converged() && solver.passes() < 10);
//! assert!((solver.parameters()[0] - 1.8).abs() < 1e-6);
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! Rows of the Jacobian are folded into a K × K triangle by Householder's reflections, eight at a
//! time, in the order of the rows, as soon as they are computed: as accurate as a QR factorization
//! of the whole Jacobian, which normal equations are not, in memory that does not grow. A step is
//! found by back substitution. To shorten it, a row for each parameter that asks it to stay is
//! folded into a copy of the triangle, as if it were data. Singular values are found once, at the
//! end, by Jacobi rotations: they say whether a direction is determined at all, and give the
//! covariance.
//!
//! A trial step is judged by the true cost, and the region in which the formula is trusted to be
//! straight grows and shrinks by that. Near the end the cost is too coarse to tell steps apart:
//! then the gradient, which is not, decides. Where residuals are large, whole steps shrink only by
//! a constant share; comparing each with the one before shows how the formula bends, and the few
//! passes that this takes are why the default settings reach nine certified digits on NIST's sets
//! for nonlinear regression. The last step is the one that leaves less than the
//! [tolerance](LeastSquares::tolerance) if it shrinks what is left as the step before did; it is
//! taken without a pass to confirm it.
//!
//! In `f32`, four to seven digits of a well-posed problem are right. Which problems are, the
//! correlations tell.

mod any;
mod blocks;
mod bounds;
mod doubt;
mod nlms;
mod online;
mod qr;
mod rls;
mod rows;
mod settings;
mod solver;
mod step_control;
mod svd;
mod termination;
mod trust_region;
mod uncertainty;
mod workspace;

pub use any::{AnyEstimator, AnySettings, Estimation, Shared};
pub use nlms::{Nlms, Normalized};
pub use rls::{Recursive, Rls};
pub use rows::{Rows, Table};
pub use settings::{Bounds, LeastSquares, Method, Robust, SolveError};
pub use solver::Solver;
pub use termination::Termination;
pub use uncertainty::{Estimate, Summary, Uncertainty};
