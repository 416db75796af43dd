//! A double well and a saddle: where a descent begins decides where it ends. The case study
//! `docs/cases/local-minima.md` shows this file and what it prints.

use std::fmt::Write;

use downhill::dual::Scalar;
use downhill::loss::Squared;
use downhill::model::formula::{Formula, FormulaModel};
use downhill::optimizer::Sgd;
use downhill::random::Random;
use downhill::{Fault, Trainer};

/// w⁴ − 2 w² + 0.3 w: a well near −1, and one near 1 that is less deep.
struct DoubleWell;

impl Formula<1, 0> for DoubleWell {
    fn eval<S: Scalar>(&self, &[w]: &[S; 1], _: &[S::Real; 0]) -> S {
        let square = w * w;
        square * square - S::number(2.0) * square + S::number(0.3) * w
    }
}

/// a² − b² + b⁴ / 2: flat at the origin, which is no minimum; the minima are at b = ±1.
struct Saddle;

impl Formula<2, 0> for Saddle {
    fn eval<S: Scalar>(&self, &[a, b]: &[S; 2], _: &[S::Real; 0]) -> S {
        let square = b * b;
        a * a - square + S::number(0.5) * square * square
    }
}

/// Descends from `start` by a thousand steps of a squared error to −2, which is below every
/// value: the lower the value, the lower the loss. Returns where it ends, and the loss there.
fn descend<F: Formula<P, 0>, const P: usize>(
    formula: F,
    start: [f64; P],
) -> Result<([f64; P], f64), Fault>
where
    downhill::dual::Dual<f64, P>: Scalar<Real = f64>,
{
    let model = FormulaModel::new(formula).with_start(start);
    let mut arena = [0.0; 64];
    let mut fit = Trainer::new(model, Squared, Sgd::new(0.01), &mut arena[..])?;
    fit.initialize(0);
    for _ in 0..1000 {
        fit.observe(&[], &[-2.0])?;
    }
    let mut end = [0.0; P];
    end.copy_from_slice(fit.parameters());
    Ok((end, fit.evaluate(&[], &[-2.0])?))
}

/// Report of descents from one start, from several, and on the saddle.
///
/// # Errors
/// Where a descent is refused; none is.
pub fn report() -> Result<String, Fault> {
    let mut text = String::new();
    let (at, loss) = descend(DoubleWell, [1.5])?;
    let _ = writeln!(text, "one start, 1.5: ends at {:.4}, loss {loss:.4}", at[0]);

    let mut random = Random::seed(1);
    let mut best = (at, loss);
    for _ in 0..5 {
        let start = 4.0 * random.unit::<f64>() - 2.0;
        let end = descend(DoubleWell, [start])?;
        if end.1 < best.1 {
            best = end;
        }
    }
    let (at, loss) = best;
    let _ = writeln!(text, "best of 5 more: ends at {:.4}, loss {loss:.4}", at[0]);

    let ([a, b], loss) = descend(Saddle, [0.5, 0.0])?;
    let _ = writeln!(
        text,
        "saddle, b = 0: ends at {a:.4}, {b:.4}, loss {loss:.4}"
    );
    let push = 0.01 * (2.0 * random.unit::<f64>() - 1.0);
    let ([a, b], loss) = descend(Saddle, [0.5, push])?;
    let b = b.abs();
    let _ = writeln!(
        text,
        "saddle, pushed: ends at {a:.4}, ±{b:.4}, loss {loss:.4}"
    );
    Ok(text)
}
