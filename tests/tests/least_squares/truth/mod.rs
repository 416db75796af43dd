//! No fit says that it has converged where it has learned nothing.

mod draw;
mod reference;
mod simplex;

use downhill::Real;
use downhill::least_squares::{Bounds, LeastSquares, Table, Termination};
use downhill::random::Random;
use downhill_tests::is_long;

use self::draw::{Case, parsed};
use self::reference::{cost, idle, is_stationary, marquardt, slopes};
use self::simplex::simplex;

/// Fits that ended in one way or another.
#[derive(Debug, Default)]
struct Count {
    fits: usize,
    refused: usize,
    failed: usize,
    singular: usize,
    best: usize,
    stationary: usize,
}

/// Fits a case; what contradicts an end that says converged.
fn judge<T: Real>(case: &Case, count: &mut Count) -> Option<String> {
    count.fits += 1;
    let program = parsed::<T>(&case.text);
    let narrow = |numbers: &[f64]| -> Vec<T> { numbers.iter().map(|&x| T::from_f64(x)).collect() };
    let wide = |numbers: &[T]| -> Vec<f64> { numbers.iter().map(|x| x.to_f64()).collect() };
    let (x, y, start) = (narrow(&case.x), narrow(&case.y), narrow(&case.start));
    let mut words = vec![T::ZERO; LeastSquares::<T>::words(start.len(), start.len())];
    let settings = LeastSquares {
        passes: 500,
        ..LeastSquares::default()
    };
    let fit = settings.fit(
        &program,
        &mut Table::new(1, &x, &y),
        &start,
        Bounds::NONE,
        &mut words,
    );
    let Ok(fit) = fit else {
        count.refused += 1;
        return None;
    };
    let end = fit.termination()?;
    if !end.is_converged() {
        count.failed += 1;
        count.singular += usize::from(end.is_singular());
        return None;
    }
    let (x, y, p) = (wide(&x), wide(&y), wide(fit.parameters()));
    let (rows, program) = ((&x[..], &y[..]), parsed::<f64>(&case.text));
    if let Some(at) = idle(&program, rows, &p, 8.0 * T::EPSILON.to_f64()) {
        return Some(format!(
            "{} from {:?}: {end:?} at {p:?}, where parameter {at} moves nothing",
            case.text, case.start
        ));
    }
    let own = cost(&program, rows, &p);
    let signal: f64 = y.iter().map(|y| y * y).sum();
    let reached = marquardt(&program, rows, &p).min(simplex(&p, 400, |p| cost(&program, rows, p)));
    let rounding = 1e3 * T::EPSILON.to_f64() * (own.sqrt() * signal.sqrt())
        + (1e2 * T::EPSILON.to_f64()).powi(2) * signal;
    if own <= 1.001 * reached + rounding {
        count.best += 1;
        return None;
    }
    // What the rounding of a cost hides of a slope.
    let level = (2.0 * T::EPSILON.to_f64().sqrt()).max(1e-4);
    if is_stationary(&slopes(&program, rows, &p), p.len(), level) {
        count.stationary += 1;
        return None;
    }
    Some(format!(
        "{} from {:?}: {end:?} at {p:?} with {own}, and {reached} is near",
        case.text, case.start
    ))
}

#[test]
fn converged_means_that_something_was_learned() {
    let mut random = Random::seed(18);
    let fits = if is_long() { 5_000 } else { 400 };
    let (mut double, mut single) = (Count::default(), Count::default());
    let mut wrong = Vec::new();
    for at in 0..fits {
        let case = match at % 10 {
            0 => Case::beside(&mut random),
            _ => Case::draw(&mut random),
        };
        wrong.extend(judge::<f64>(&case, &mut double).map(|text| format!("f64 {at} {text}")));
        wrong.extend(judge::<f32>(&case, &mut single).map(|text| format!("f32 {at} {text}")));
    }
    println!("f64 {double:?}\nf32 {single:?}");
    assert!(double.best > fits / 4 && single.best > fits / 8);
    assert!(
        wrong.is_empty(),
        "{} converged falsely:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A peak beside all rows, from where nothing can be learned, and from where it can.
#[test]
fn a_peak_beside_all_rows_is_no_fit() {
    let x: Vec<f64> = (0..9).map(f64::from).collect();
    let y = [0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mut learned = 0;
    for mu in 0..40 {
        let text = "A*exp(-0.5*((x-mu)/s)^2)";
        let double = of::<f64>(text, (&x, &y), &[1.0, f64::from(mu), 1.0]);
        let single = of::<f32>(text, (&x, &y), &[1.0, f64::from(mu), 1.0]);
        for (end, cost) in [double, single] {
            assert_eq!(end.is_converged(), cost < 0.024_71, "{mu}: {end:?} {cost}");
            learned += usize::from(end.is_converged());
        }
    }
    assert!(learned >= 15, "{learned}");
}

/// What is 0 by its data is no less determined for that.
#[test]
fn a_value_of_zero_is_a_value() {
    let cases: [(&str, &[f64], &[f64]); 5] = [
        ("a + b*x", &[1.0, 0.0, 1.0, 0.0, 1.0], &[0.5, 0.5]),
        (
            "a + b*x + c*x^2",
            &[1.0, 0.0, 1.0, 0.0, 1.0],
            &[1.0, 1.0, 1.0],
        ),
        ("a*x", &[1.0, -2.0, 0.0, -2.0, 1.0], &[0.3]),
        ("a*exp(b*x)", &[1.0, 0.9, 1.1, 0.9, 1.0], &[1.0, 0.5]),
        ("a*cos(x + p)", &[-0.4, 0.5, 1.1, 0.5, -0.4], &[1.0, 0.3]),
    ];
    for (text, y, start) in cases {
        let x = [-2.0, -1.0, 0.0, 1.0, 2.0];
        for (end, _) in [
            of::<f64>(text, (&x, y), start),
            of::<f32>(text, (&x, y), start),
        ] {
            assert!(end.is_converged(), "{text}: {end:?}");
        }
    }
}

fn of<T: Real>(text: &str, (x, y): (&[f64], &[f64]), start: &[f64]) -> (Termination, f64) {
    let narrow = |numbers: &[f64]| -> Vec<T> { numbers.iter().map(|&x| T::from_f64(x)).collect() };
    let program = parsed::<T>(text);
    let (x, y, start) = (narrow(x), narrow(y), narrow(start));
    let mut words = vec![T::ZERO; LeastSquares::<T>::words(start.len(), start.len())];
    let mut rows = Table::new(1, &x, &y);
    let fit = LeastSquares::default().fit(&program, &mut rows, &start, Bounds::NONE, &mut words);
    let fit = fit.unwrap();
    (fit.termination().unwrap(), fit.cost().to_f64())
}
