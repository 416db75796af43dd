//! Bounds hold, and the others make the best of it.

use downhill::least_squares::{Bounds, LeastSquares, Method};

use super::{DEFAULT, fit, near, program, work};

#[test]
fn bounds_hold_and_the_other_parameters_are_the_best_there() {
    // The slope of these points is 2; held at 1.5, the best offset is the mean of y - 1.5 x.
    let line = program("a + b*x");
    let (x, y) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0]);
    for (lower, upper, start) in [
        ([-9.0, -9.0], [9.0, 1.5], [0.0, 0.0]),
        ([-9.0, 1.5], [9.0, 1.5], [5.0, 7.0]),
    ] {
        let bounds = Bounds {
            lower: &lower,
            upper: &upper,
        };
        let mut words = work(&line);
        let fit = fit(DEFAULT, &line, (&x, &y), &start, bounds, &mut words);
        near(fit.parameters()[1], 1.5, 0.0);
        near(fit.parameters()[0], 1.75, 1e-12);
        assert!(
            fit.termination().unwrap().is_converged(),
            "{:?}",
            fit.termination()
        );
        let sure = fit.uncertainty();
        assert_eq!(sure.standard_error(1), None);
        // With the slope given, the offset is a mean of four.
        let spread: f64 = x
            .iter()
            .zip(y)
            .map(|(x, y)| (y - 1.5 * x - 1.75).powi(2))
            .sum();
        near(
            sure.standard_error(0).unwrap(),
            (spread / 3.0 / 4.0).sqrt(),
            1e-12,
        );
    }
    // A bound that the minimum is inside of changes nothing.
    let bounds = Bounds {
        lower: &[-9.0, 0.0],
        upper: &[9.0, 2.5],
    };
    let mut words = work(&line);
    let fit = fit(DEFAULT, &line, (&x, &y), &[0.0, 0.0], bounds, &mut words);
    near(fit.parameters()[1], 1.98, 1e-12);
}

#[test]
fn a_parameter_may_leave_its_bound_again() {
    let decay = program("a*exp(-b*x)");
    let x: Vec<f64> = (0..20).map(|k| k as f64 / 4.0).collect();
    let y: Vec<f64> = x.iter().map(|x| 3.0 * (-0.7 * x).exp()).collect();
    let bounds = Bounds {
        lower: &[0.0, 0.0],
        upper: &[10.0, 5.0],
    };
    for start in [[10.0, 5.0], [1e-3, 0.0], [10.0, 0.0]] {
        let mut words = work(&decay);
        let fit = fit(DEFAULT, &decay, (&x, &y), &start, bounds, &mut words);
        near(fit.parameters()[0], 3.0, 1e-12);
        near(fit.parameters()[1], 0.7, 1e-12);
        assert!(fit.termination().unwrap().is_converged());
    }
}

#[test]
fn a_parameter_is_held_where_the_others_push_it_over_its_bound() {
    // Free, a would be -1. At 0 the slope of the cost leads inside; it is b that pushes a out.
    let curve = program("a*x + b*x^2");
    let (x, y) = ([1.0, 2.0, 3.0], [2.0, 10.0, 24.0]);
    let bounds = Bounds {
        lower: &[0.0, -100.0],
        upper: &[100.0, 100.0],
    };
    for method in [Method::LevenbergMarquardt, Method::GaussNewton] {
        let mut words = work(&curve);
        let settings = LeastSquares { method, ..DEFAULT };
        let fit = fit(settings, &curve, (&x, &y), &[0.0, 0.0], bounds, &mut words);
        assert_eq!(fit.parameters()[0], 0.0);
        near(fit.parameters()[1], 258.0 / 98.0, 1e-12);
        assert!(fit.termination().unwrap().is_converged() && fit.passes() < 10);
    }
}
