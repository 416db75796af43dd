//! Properties that hold for every formula, stream, loss and start.

use downhill::Dyn;
use downhill::least_squares::{
    Bounds, LeastSquares, Method, Nlms, Normalized, Recursive, Rls, Robust, Solver,
};
use downhill::model::Linear;
use proptest::prelude::*;

use super::{program, work};

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
        let normalized = Normalized { rate, ..Normalized::default() };
        let mut rls = Rls::new(recursive, &model, [0.0f32; Recursive::<f32>::words(3, 0)]).unwrap();
        let mut nlms = Nlms::new(normalized, &model, [0.0f32; Normalized::<f32>::words(3, 0)]).unwrap();
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
