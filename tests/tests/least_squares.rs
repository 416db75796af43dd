//! Least squares under bounds, weights, outliers, faults and floods.

use downhill::formula::{self, Program};
use downhill::least_squares::{
    Bounds, LeastSquares, Method, Nlms, Normalised, Recursive, Rls, Robust, SolveError, Solver,
    Table, Termination,
};
use downhill::model::Linear;
use downhill::{Dyn, Fault, Real};
use proptest::prelude::*;

fn program(text: &str) -> Program<f64> {
    let is_column = |name: &str| matches!(name, "x" | "z");
    let parsed = formula::parse(text, "y", is_column);
    parsed
        .unwrap_or_else(|error| panic!("{}", error.caret(text)))
        .program
}

fn work(program: &Program<f64>) -> Vec<f64> {
    let count = program.parameters();
    vec![0.0; LeastSquares::<f64>::words(count, count)]
}

const DEFAULT: LeastSquares<f64> = LeastSquares {
    method: Method::LevenbergMarquardt,
    loss: Robust::Squared,
    passes: 500,
    tolerance: 0.0,
};

/// Fits rows of one feature.
fn fit<'a>(
    settings: LeastSquares<f64>,
    program: &'a Program<f64>,
    (x, y): (&[f64], &[f64]),
    start: &[f64],
    bounds: Bounds<'_, f64>,
    work: &'a mut [f64],
) -> Solver<'a, f64, &'a Program<f64>> {
    settings
        .fit(program, &mut Table::new(1, x, y), start, bounds, work)
        .unwrap()
}

fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected}"
    );
}

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

#[test]
fn a_robust_fit_is_at_the_minimum_of_its_own_loss() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..12).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 0.05 * x * x * x - x).collect();
    for loss in [Robust::Huber(4.0), Robust::Cauchy(2.0)] {
        let cost = |p: &[f64]| -> f64 {
            let residuals = x.iter().zip(&y).map(|(x, y)| (y - p[0] - p[1] * x).abs());
            residuals
                .map(|r| match loss {
                    Robust::Huber(s) if r > s => s * (2.0 * r - s),
                    Robust::Cauchy(s) => s * s * (1.0 + (r / s) * (r / s)).ln(),
                    _ => r * r,
                })
                .sum()
        };
        let mut words = work(&line);
        let settings = LeastSquares { loss, ..DEFAULT };
        let fit = fit(
            settings,
            &line,
            (&x, &y),
            &[0.0, 0.0],
            Bounds::NONE,
            &mut words,
        );
        assert!(fit.termination().unwrap().is_converged(), "{loss:?}");
        let best = fit.parameters();
        near(fit.cost(), cost(best), 1e-12 * fit.cost());
        for (a, b) in [(1e-5, 0.0), (-1e-5, 0.0), (0.0, 1e-5), (0.0, -1e-5)] {
            assert!(
                cost(&[best[0] + a, best[1] + b]) > fit.cost(),
                "{loss:?} {a} {b}"
            );
        }
    }
}

#[test]
fn huge_rows_are_learned_from_and_faint_ones_do_not_wind_the_covariance_up() {
    let model = Linear::with_shape(Dyn(1), Dyn(1), Dyn(0));
    let mut rls = Rls::new(Recursive::default(), &model, [0.0f32; 5]).unwrap();
    let mut nlms = Nlms::new(Normalised::default(), &model, [0.0f32; 2]).unwrap();
    for _ in 0..40 {
        rls.observe(&[1e30], 2e30).unwrap();
        nlms.observe(&[1e30], 2e30).unwrap();
    }
    assert!(
        (rls.parameters()[0] - 2.0).abs() < 1e-4,
        "{:?}",
        rls.parameters()
    );
    assert!(
        (nlms.parameters()[0] - 2.0).abs() < 1e-4,
        "{:?}",
        nlms.parameters()
    );
    let settings = Recursive {
        forgetting: 0.9f32,
        variance: 50.0,
    };
    let mut rls = Rls::new(settings, &model, [0.0f32; 5]).unwrap();
    for k in 0..10_000 {
        rls.observe(&[[1.0, 1e-9, -1e-12][(k > 5) as usize + (k % 2)]], 1.0)
            .unwrap();
        assert!(rls.state()[1] <= 50.0 * 1.00001, "{}", rls.state()[1]);
    }
}

#[test]
fn robust_losses_see_through_outliers_and_weights_count_rows() {
    let line = program("a + b*x");
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let noise = |k: usize| 0.05 * ((k * 7 % 11) as f64 / 5.0 - 1.0);
    let mut y: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(k, x)| 1.0 + 2.0 * x + noise(k))
        .collect();
    for k in [3, 11, 27] {
        y[k] += 60.0;
    }
    let slope_error = |loss| {
        let settings = LeastSquares { loss, ..DEFAULT };
        let mut words = work(&line);
        let fit = fit(
            settings,
            &line,
            (&x, &y),
            &[0.0, 0.0],
            Bounds::NONE,
            &mut words,
        );
        assert!(
            fit.termination().unwrap().is_converged(),
            "{loss:?} {:?}",
            fit.termination()
        );
        (fit.parameters()[1] - 2.0).abs() + (fit.parameters()[0] - 1.0).abs()
    };
    assert!(slope_error(Robust::Squared) > 2.0);
    assert!(slope_error(Robust::Huber(0.1)) < 0.1);
    assert!(slope_error(Robust::Cauchy(0.1)) < 0.05);

    // A weight of 0 leaves a row out, a weight of 2 is the row twice.
    let weights: Vec<f64> = (0..30)
        .map(|k| [2.0, 1.0][k % 2] * f64::from(y[k] < 61.0))
        .collect();
    let mut words = work(&line);
    let mut table = Table::new(1, &x, &y).with_weights(&weights);
    let weighted = DEFAULT
        .fit(&line, &mut table, &[0.0, 0.0], Bounds::NONE, &mut words)
        .unwrap();
    let mut doubled = (Vec::new(), Vec::new());
    for k in 0..30 {
        for _ in 0..weights[k] as usize {
            doubled.0.push(x[k]);
            doubled.1.push(y[k]);
        }
    }
    let mut words = work(&line);
    let twice = fit(
        DEFAULT,
        &line,
        (&doubled.0, &doubled.1),
        &[0.0, 0.0],
        Bounds::NONE,
        &mut words,
    );
    near(weighted.parameters()[0], twice.parameters()[0], 1e-12);
    near(weighted.parameters()[1], twice.parameters()[1], 1e-12);
    assert_eq!(
        weighted.rows(),
        weights.iter().filter(|&&w| w > 0.0).count() as u32
    );
}

#[test]
fn what_rows_cannot_tell_apart_is_named() {
    let (x, y) = ([1.0, 2.0, 3.0, 4.0], [2.1, 3.9, 6.2, 7.8]);
    let cases = [
        ("a*x + b*x", 1), // two of a kind
        ("a*x + 0*c", 1), // no influence at all
        ("a*b*x + c", 1), // only the product counts
        ("a + b*x + c*(1 + 2*x)", 2),
    ];
    for (text, parameter) in cases {
        let program = program(text);
        let mut words = work(&program);
        let start = vec![1.0; program.parameters()];
        let fit = fit(
            DEFAULT,
            &program,
            (&x, &y),
            &start,
            Bounds::NONE,
            &mut words,
        );
        let end = fit.termination().unwrap();
        assert_eq!(end, Termination::Singular { parameter }, "{text}");
        let sure = fit.uncertainty();
        assert_eq!(sure.standard_error(usize::from(parameter)), None, "{text}");
        // The fit is the best there is all the same.
        let worst = x
            .iter()
            .zip(y)
            .map(|(&x, y)| (program.eval::<f64>(fit.parameters(), &[x]) - y).abs());
        assert!(worst.fold(0.0, f64::max) < 0.3, "{text}");
    }
}

#[test]
fn every_end_has_its_reason() {
    let decay = program("a*exp(-b*x)");
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let noisy = |k: usize| 0.1 * ((k * 5 % 7) as f64 - 3.0);
    let exact: Vec<f64> = x.iter().map(|x| 3.0 * (-0.1 * x).exp()).collect();
    let noisy: Vec<f64> = exact
        .iter()
        .enumerate()
        .map(|(k, y)| y + noisy(k))
        .collect();
    let end = |settings: LeastSquares<f64>, y: &[f64]| {
        let mut words = work(&decay);
        let fit = fit(
            settings,
            &decay,
            (&x, y),
            &[1.0, 1.0],
            Bounds::NONE,
            &mut words,
        );
        (fit.termination().unwrap(), fit.passes())
    };
    assert_eq!(end(DEFAULT, &exact).0, Termination::Residual);
    let (reason, to_the_end) = end(DEFAULT, &noisy);
    assert!(matches!(reason, Termination::Gradient | Termination::Step));
    let loose = LeastSquares {
        tolerance: 1e-3,
        ..DEFAULT
    };
    let (reason, early) = end(loose, &noisy);
    assert!(reason == Termination::Gradient && early < to_the_end);
    let hurried = LeastSquares {
        passes: 3,
        ..DEFAULT
    };
    assert_eq!(end(hurried, &noisy), (Termination::Passes, 3));
    // A kink: from its bottom no step leads down.
    let kink = program("abs(a) + 1");
    let mut words = work(&kink);
    let fit = fit(
        DEFAULT,
        &kink,
        (&[1.0, 2.0], &[0.0, 0.0]),
        &[1.0],
        Bounds::NONE,
        &mut words,
    );
    near(fit.parameters()[0], 0.0, 1e-6);
}

#[test]
fn what_cannot_start_says_why() {
    let line = program("a + b*x");
    let (x, y) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    let refuse = |settings: LeastSquares<f64>, y: &[f64], start: &[f64], bounds, short| {
        let mut words = work(&line);
        let length = words.len() - short;
        let words = &mut words[..length];
        settings
            .fit(&line, &mut Table::new(1, &x, y), start, bounds, words)
            .err()
    };
    let none = Bounds::NONE;
    assert_eq!(refuse(DEFAULT, &y, &[0.0, 0.0], none, 0), None);
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, 0.0], none, 1),
        Some(SolveError::Workspace { need: 64, got: 63 })
    );
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0], none, 0),
        Some(SolveError::Parameters { need: 2, got: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, f64::NAN], none, 0),
        Some(SolveError::Start { parameter: 1 })
    );
    let crossed = Bounds {
        lower: &[0.0, 2.0],
        upper: &[1.0, 1.0],
    };
    assert_eq!(
        refuse(DEFAULT, &y, &[0.0, 0.0], crossed, 0),
        Some(SolveError::Bounds { parameter: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &[1.0, f64::INFINITY, 2.0], &[0.0, 0.0], none, 0),
        Some(SolveError::Row { row: 1 })
    );
    assert_eq!(
        refuse(DEFAULT, &y[..1], &[0.0, 0.0], none, 0),
        Some(SolveError::Rows { need: 2, got: 1 })
    );
    let flat = LeastSquares {
        loss: Robust::Huber(0.0),
        ..DEFAULT
    };
    assert_eq!(
        refuse(flat, &y, &[0.0, 0.0], none, 0),
        Some(SolveError::Scale)
    );
    let wild = LeastSquares {
        tolerance: f64::NAN,
        ..DEFAULT
    };
    assert_eq!(
        refuse(wild, &y, &[0.0, 0.0], none, 0),
        Some(SolveError::Tolerance)
    );
}

/// Rounding of a cost, relative to it and to what it is the difference of.
fn rounding(cost: f64, signal: f64) -> f64 {
    32.0 * f64::EPSILON * (cost + cost.sqrt() * signal.sqrt()) + 1e-300
}

fn texts() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a*exp(-b*x) + c",
        "a/(1 + exp(b - c*x))",
        "a*x^b",
        "a*sin(b*x + c)",
        "(a + b*x)/(1 + c*x)",
        "a*exp(-((x - b)/c)^2)",
        "log(a + b*x^2)",
        "a*min(x, b) + max(c, x)",
        "a*b*x + c*abs(x - b)",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// From pass to pass the cost of the accepted parameters never rises, and parameters stay
    /// finite and inside their bounds, whatever formula, data, loss and start.
    #[test]
    fn the_cost_never_rises(
        text in texts(),
        y in prop::collection::vec(prop_oneof![-10.0..10.0f64, -1e6..1e6f64, Just(0.0)], 4..12),
        start in prop::collection::vec(prop_oneof![-3.0..3.0f64, -1e4..1e4f64, Just(0.0)], 3),
        loss in prop_oneof![
            Just(Robust::Squared), (0.01..10.0f64).prop_map(Robust::Huber), (0.01..10.0f64).prop_map(Robust::Cauchy)
        ],
        bounded in any::<bool>(),
        gauss_newton in any::<bool>(),
    ) {
        let program = program(text);
        let count = program.parameters();
        let method = if gauss_newton { Method::GaussNewton } else { Method::LevenbergMarquardt };
        let settings = LeastSquares { method, loss, passes: 200, tolerance: 0.0 };
        let (lower, upper) = (vec![-5.0; count], vec![7.0; count]);
        let bounds = if bounded { Bounds { lower: &lower, upper: &upper } } else { Bounds::NONE };
        let mut words = work(&program);
        let Ok(mut solver) = Solver::new(settings, &program, &start[..count], bounds, &mut words) else {
            return Ok(());
        };
        let mut last = f64::INFINITY;
        loop {
            for (k, &y) in y.iter().enumerate() {
                solver.add(&[k as f64 / 2.0], y, 1.0);
            }
            let Ok(end) = solver.advance() else { return Ok(()) };
            let cost = solver.cost();
            let signal: f64 = y.iter().enumerate().map(|(k, y)| {
                let f = program.eval::<f64>(solver.parameters(), &[k as f64 / 2.0]);
                y * y + f * f
            }).sum();
            prop_assert!(cost.is_finite() && cost <= last + rounding(cost, signal), "{last} {cost}");
            prop_assert!(solver.parameters().iter().all(|p| p.is_finite()));
            if bounded {
                prop_assert!(solver.parameters().iter().all(|p| (-5.0..=7.0).contains(p)));
            }
            last = cost;
            if end.is_some() {
                break;
            }
            prop_assert!(solver.passes() <= 200);
        }
    }

    /// No stream of rows makes a parameter infinite or NaN, and what is refused changes nothing.
    #[test]
    fn estimators_survive_every_stream(
        rows in prop::collection::vec((0usize..12, 0usize..12, 0usize..12), 1..400),
        repeat in 1usize..8,
        forgetting in prop_oneof![Just(1.0f32), Just(0.5), 0.5..1.0f32],
        rate in 0.01..1.99f32,
    ) {
        let wild = [
            0.0, 1.0, -1.0, 1e30, -1e30, 1e-40, -1e-45, 3e38, 1e-20, f32::MIN_POSITIVE,
            f32::NAN, f32::INFINITY,
        ];
        let model = Linear::<Dyn>::with_shape(Dyn(2), Default::default(), Default::default());
        let recursive = Recursive { forgetting, ..Recursive::default() };
        let normalised = Normalised { rate, ..Normalised::default() };
        let mut rls = Rls::new(recursive, &model, [0.0f32; Recursive::<f32>::words(3, 0)]).unwrap();
        let mut nlms = Nlms::new(normalised, &model, [0.0f32; Normalised::<f32>::words(3, 0)]).unwrap();
        for &(a, b, y) in &rows {
            for _ in 0..repeat {
                let (features, target) = ([wild[a], wild[b]], wild[y]);
                let before = (rls.state().to_vec(), nlms.parameters().to_vec());
                let refused = (rls.observe(&features, target).is_err(), nlms.observe(&features, target).is_err());
                if refused.0 {
                    prop_assert_eq!(rls.state(), &before.0[..]);
                }
                if refused.1 {
                    prop_assert_eq!(nlms.parameters(), &before.1[..]);
                }
                prop_assert!(rls.state().iter().chain(nlms.parameters()).all(|x| x.is_finite()));
            }
        }
    }
}

#[test]
fn a_constant_input_does_not_wind_the_covariance_up() {
    let model = Linear::<Dyn>::with_shape(Dyn(2), Default::default(), Default::default());
    let settings = Recursive {
        forgetting: 0.9f32,
        variance: 100.0,
    };
    let mut rls = Rls::new(settings, &model, [0.0f32; Recursive::<f32>::words(3, 0)]).unwrap();
    let random = |k: u32, salt: u32| {
        (k.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 8) as f32 / 8_388_608.0 - 1.0
    };
    // Learn two slopes and an offset, then stand still for very long.
    for k in 0..200 {
        let (a, b) = (random(k, 1), random(k.wrapping_mul(77), 99));
        rls.observe(&[a, b], 2.0 * a - 3.0 * b + 1.0).unwrap();
    }
    let learned = rls.parameters().to_vec();
    assert!(
        (learned[0] - 2.0).abs() < 1e-3 && (learned[1] + 3.0).abs() < 1e-3,
        "{learned:?}"
    );
    for k in 0..200_000u32 {
        rls.observe(&[0.5, 0.5], 0.5 + 0.01 * random(k, 5)).unwrap();
    }
    assert!(
        rls.state().iter().all(|x| x.abs() < 1e3),
        "{:?}",
        rls.state()
    );
    for (now, then) in rls.parameters().iter().zip(&learned) {
        assert!((now - then).abs() < 0.1, "{now} {then}");
    }
    // It still follows: the offset moves by 4, and the constant rows show it at once.
    for _ in 0..60 {
        rls.observe(&[0.5, 0.5], 4.5).unwrap();
    }
    let error = rls.observe(&[0.5, 0.5], 4.5).unwrap();
    assert!(error.abs() < 0.01, "{error}");
}

#[test]
fn without_forgetting_rls_is_least_squares() {
    let model = Linear::<Dyn>::with_shape(Dyn(1), Default::default(), Default::default());
    let settings = Recursive {
        forgetting: 1.0f64,
        variance: 1e12,
    };
    let mut rls = Rls::new(settings, &model, vec![0.0; Recursive::<f64>::words(2, 0)]).unwrap();
    let (x, y) = ([0.0, 1.0, 2.0, 3.0], [1.0, 3.1, 4.9, 7.0]);
    for (x, y) in x.iter().zip(y) {
        rls.observe(&[*x], y).unwrap();
    }
    near(rls.parameters()[0], 1.98, 1e-9);
    near(rls.parameters()[1], 1.03, 1e-9);
    // U D Uᵀ is (XᵀX)⁻¹ of these four rows: 0.2, -0.3 and 0.7.
    let &[_, _, d0, u, d1] = rls.state() else {
        panic!("{:?}", rls.state())
    };
    near(d1, 0.7, 1e-9);
    near(u * d1, -0.3, 1e-9);
    near(d0 + u * u * d1, 0.2, 1e-9);
}

#[test]
fn estimators_refuse_with_the_cause() {
    let model = Linear::<Dyn>::with_shape(Dyn(2), Default::default(), Default::default());
    let mut rls = Rls::new(Recursive::default(), &model, [0.0f32; 18]).unwrap();
    assert_eq!(
        rls.observe(&[1.0], 0.0),
        Err(Fault::Length { need: 2, got: 1 })
    );
    assert_eq!(
        rls.observe(&[1.0, f32::NAN], 0.0),
        Err(Fault::Feature { index: 1 })
    );
    assert_eq!(
        rls.observe(&[1.0, 0.0], f32::INFINITY),
        Err(Fault::Target { index: 0 })
    );
    assert!(matches!(
        Rls::new(Recursive::default(), &model, [0.0f32; 17]),
        Err(Fault::Arena { need: 18, got: 17 })
    ));
    let none = Recursive {
        forgetting: 0.0f32,
        ..Recursive::default()
    };
    assert!(Rls::new(none, &model, [0.0f32; 18]).is_err());
    let wild = Normalised {
        rate: 2.0f32,
        ..Normalised::default()
    };
    assert!(Nlms::new(wild, &model, [0.0f32; 6]).is_err());
}

#[test]
fn silence_moves_nothing() {
    let model = Linear::with_shape(Dyn(2), Dyn(1), Dyn(0));
    let mut nlms = Nlms::new(Normalised::default(), &model, [0.0f32; 4]).unwrap();
    let mut rls = Rls::new(
        Recursive::default(),
        &model,
        [0.0f32; Recursive::<f32>::words(2, 0)],
    )
    .unwrap();
    for _ in 0..1_000 {
        nlms.observe(&[0.0, 0.0], 1.0).unwrap();
        nlms.observe(&[1e-9, 1e-9], 1e-3).unwrap();
        rls.observe(&[0.0, 0.0], 1.0).unwrap();
    }
    assert!(nlms.parameters().iter().all(|p| p.abs() < 1e-3));
    assert_eq!(rls.parameters(), [0.0, 0.0]);
}

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
        let fit = fit(DEFAULT, &line, (&x, y), start, Bounds::NONE, &mut words);
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
    let fit = fit(
        DEFAULT,
        &line,
        (&x, &y),
        &[0.0, 0.0],
        Bounds::NONE,
        &mut words,
    );
    let plain: Vec<f64> = x.iter().map(|x| x / 1e200).collect();
    let mut others = work(&line);
    let same = self::fit(
        DEFAULT,
        &line,
        (&plain, &y),
        &[0.0, 0.0],
        Bounds::NONE,
        &mut others,
    );
    let error = |fit: &Solver<'_, f64, &Program<f64>>| fit.uncertainty().standard_error(1).unwrap();
    near(error(&fit) * 1e200, error(&same), 1e-12);
}

/// Copies of a column add nothing that is determined, and cost no degree of freedom.
#[test]
fn what_rows_do_not_determine_takes_no_degree_of_freedom() {
    let x: Vec<f64> = (1..=20).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| x * x).collect();
    let of = |text: &str| {
        let model = program(text);
        let mut words = work(&model);
        let start = vec![0.0; model.parameters()];
        let fit = fit(DEFAULT, &model, (&x, &y), &start, Bounds::NONE, &mut words);
        let sure = fit.uncertainty();
        (sure.rank(), sure.residual_deviation().unwrap())
    };
    let ((rank, deviation), (same, copied)) = (of("a + b*x"), of("a + b*x + c*2*x + d*3*x"));
    assert_eq!((rank, same), (2, 2));
    near(copied, deviation, 1e-9);
}
