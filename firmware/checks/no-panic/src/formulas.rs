//! Formulas, as text and as Rust, and least squares.

use core::fmt::{self, Write};
use core::hint::black_box;

use downhill::dual::{Dual, Scalar};
use downhill::least_squares::{
    Bounds, LeastSquares, Method, Nlms, Normalized, Recursive, Rls, Robust, Rows, SolveError, Table,
};
use downhill::model::formula::{Formula, FormulaModel, Program};
use downhill::model::{Model, Polynomial};
use downhill::{Dyn, Fault, Real};

use crate::given::Given;

/// Sink of messages.
struct Sink(u32);

impl Write for Sink {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0 = self.0.wrapping_add(s.len() as u32);
        Ok(())
    }
}

/// Every function that a formula may use.
struct Everything;

impl Formula<3, 2> for Everything {
    fn eval<S: Scalar>(&self, &[a, b, c]: &[S; 3], &[x, z]: &[S::Real; 2]) -> S {
        let waves = (a * x).sin() + (b * z).cos() * c.tan().atan();
        let powers = (a + b).powi(-7) * b.pow(c) + (-a / z - x).exp() + c.abs().ln().log10();
        waves + powers.sinh().tanh().cosh() + a.asin().min(b.acos()).max(S::number(0.5).sqrt())
    }
}

fn solve<T: Real, M: Model<T>>(
    settings: LeastSquares<T>,
    model: &M,
    given: &mut Given<T>,
) -> Result<u32, SolveError> {
    let (start, lower) = (given.state, given.features);
    let bounds = Bounds {
        lower,
        upper: given.target,
    };
    let columns = given.number as usize;
    let mut table = Table::new(columns, given.features, given.target).with_weights(given.state);
    let fit = settings.fit(model, &mut table, start, bounds, given.arena)?;
    let sure = fit.uncertainty();
    black_box((
        sure.residual_deviation(),
        sure.correlation(columns, columns),
    ));
    black_box((fit.estimate(columns), fit.summary(), fit.trial()));
    let mut sink = Sink(u32::from(fit.passes()));
    if let Some(end) = fit.termination() {
        black_box(write!(sink, "{end}").is_ok());
    }
    Ok(sink.0)
}

fn learn<T: Real, M: Model<T>>(model: &M, given: &mut Given<T>) -> Result<T, Fault> {
    let target = given.target.first().copied().unwrap_or(T::ZERO);
    let recursive = Recursive {
        forgetting: target,
        variance: target,
    };
    let mut rls = Rls::new(recursive, model, &mut *given.words)?;
    let first = rls.observe(given.features, target)?;
    black_box((rls.parameters_mut().len(), rls.state().len()));
    let normalized = Normalized {
        rate: target,
        floor: target,
    };
    let mut nlms = Nlms::new(normalized, model, &mut *given.arena)?;
    let second = nlms.observe(given.features, target)?;
    black_box(nlms.parameters_mut().len());
    Ok(first + second)
}

macro_rules! probes {
    ($($solve:ident $learn:ident $travel:ident $real:ident;)*) => { $(
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $solve(given: &mut Given<$real>, program: &Program<$real>) -> Result<u32, SolveError> {
            let scale = given.state.first().copied().unwrap_or(1.0);
            let settings = LeastSquares {
                method: if given.number > 7 { Method::GaussNewton } else { Method::default() },
                loss: if given.number > 5 { Robust::Huber(scale) } else { Robust::Cauchy(scale) },
                passes: given.number as u16,
                tolerance: scale,
            };
            let shape = Dyn(given.number as u16);
            Ok(solve(settings, program, given)?
                + solve(settings, &FormulaModel::new(Everything).with_start([1.0; 3]), given)?
                + solve(settings, &Polynomial::with_shape(shape, shape, shape), given)?)
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $learn(given: &mut Given<$real>, program: &Program<$real>) -> Result<$real, Fault> {
            Ok(learn(program, given)? + learn(&FormulaModel::new(Everything), given)?)
        }

        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $travel(given: &mut Given<$real>, program: &Program<f64>) -> Option<Program<$real>> {
            let program = program.cast::<$real>().ok()?.with_start(given.state)?;
            black_box(program.target(1.0));
            black_box(program.eval(&Dual::variables([1.0, 2.0]), given.features));
            Some(program)
        }
    )* };
}

probes! {
    probe_solve_32 probe_learn_32 probe_travel_32 f32;
    probe_solve_64 probe_learn_64 probe_travel_64 f64;
}

/// Calls them all.
///
/// [`formula::parse`](downhill::model::formula::parse) is left out: it reads numbers with core's parser,
/// which keeps bounds checks. Boards get programs, not texts.
pub(crate) fn all(single: &mut Given<f32>, double: &mut Given<f64>, program: &Program<f64>) {
    if let Some(program) = black_box(probe_travel_32(single, program)) {
        black_box(probe_solve_32(single, &program).is_ok());
        black_box(probe_learn_32(single, &program).is_ok());
    }
    if let Some(program) = black_box(probe_travel_64(double, program)) {
        black_box(probe_solve_64(double, &program).is_ok());
        black_box(probe_learn_64(double, &program).is_ok());
    }
    let mut table = Table::new(1, single.features, single.target);
    table.replay(&mut |features, _, _| {
        black_box(features.len());
    });
}
