//! Both precisions, and numbers near the end of what they hold.

use downhill::Real;
use downhill::least_squares::{Bounds, LeastSquares, Solver, Table, Termination};
use downhill::model::formula::Program;

use super::{DEFAULT, free, near, program, work};

#[test]
fn single_and_double_precision_agree() {
    let text = "a*exp(-b*x) + c";
    let single = program(text).cast::<f32>().unwrap();
    let x: Vec<f32> = (0..40).map(|k| k as f32 / 8.0).collect();
    let y: Vec<f32> = x.iter().map(|x| 3.0 * Real::exp(-0.7 * x) + 0.25).collect();
    let mut words = vec![0.0f32; LeastSquares::<f32>::words(3, 3)];
    let mut table = Table::new(1, &x, &y);
    let fit = LeastSquares::default()
        .fit(
            &single,
            &mut table,
            &[1.0, 1.0, 0.0],
            Bounds::NONE,
            &mut words,
        )
        .unwrap();
    for (value, expected) in fit.parameters().iter().zip([3.0f32, 0.7, 0.25]) {
        assert!((value - expected).abs() < 2e-6, "{:?}", fit.parameters());
    }
    assert!(fit.summary().unwrap().termination.is_converged());
}

/// Squares of residuals that underflow are nothing to judge a fit by, however far off it is.
#[test]
fn residuals_whose_squares_underflow_are_no_perfect_fit() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let targets = |unit: f64| -> Vec<f64> {
        let noise = |x: &f64| (x * 1.7).sin() / 10.0;
        x.iter()
            .map(|x| (2.0 * x + 1.0 + noise(x)) * unit)
            .collect()
    };
    let ends = |y: &[f64], start: &[f64]| {
        let mut words = work(&line);
        let fit = free(DEFAULT, &line, (&x, y), start, &mut words);
        let sure = fit.uncertainty();
        let error = sure.standard_error(1);
        (fit.termination().unwrap(), fit.parameters()[1], error)
    };
    for unit in [1e-160, 1e-170, 1e-300] {
        let (end, ..) = ends(&targets(unit), &[0.0, 0.0]);
        assert_eq!(end, Termination::Underflow, "{unit}");
        assert!(!end.is_converged());
    }
    // As small as squares have their digits, everything is as in units of 1.
    let (end, slope, error) = ends(&targets(1e-150), &[0.0, 0.0]);
    let (_, slope_of_one, error_of_one) = ends(&targets(1.0), &[0.0, 0.0]);
    assert!(end.is_converged());
    near(slope * 1e150, slope_of_one, 1e-12);
    near(error.unwrap() * 1e150, error_of_one.unwrap(), 1e-12);
    // Targets that are all 0 are met exactly; so are small ones by the right start.
    let zeros = vec![0.0; 20];
    assert_eq!(ends(&zeros, &[0.0, 0.0]).0, Termination::Residual);
    let exact: Vec<f64> = x.iter().map(|x| 1e-170 + 2e-170 * x).collect();
    assert_eq!(ends(&exact, &[1e-170, 2e-170]).0, Termination::Residual);
}

/// The variance of a slope of 1e-200 is below all numbers, and its root is not.
#[test]
fn a_standard_error_does_not_underflow_with_its_square() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..20).map(|k| f64::from(k) * 1e200).collect();
    let y: Vec<f64> = (0..20).map(|k| f64::from(k * 2 + k % 3)).collect();
    let mut words = work(&line);
    let fit = free(DEFAULT, &line, (&x, &y), &[0.0, 0.0], &mut words);
    let plain: Vec<f64> = x.iter().map(|x| x / 1e200).collect();
    let mut others = work(&line);
    let same = free(DEFAULT, &line, (&plain, &y), &[0.0, 0.0], &mut others);
    let error = |fit: &Solver<'_, f64, &Program<f64>>| fit.uncertainty().standard_error(1).unwrap();
    near(error(&fit) * 1e200, error(&same), 1e-12);
}
