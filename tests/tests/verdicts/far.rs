//! A board gets numbers in `f32`, and a host's model may count them from an origin: where a sensor
//! hands over seconds since 1970 all the same, the monitor names the feature, and the fit fails.

use downhill::health::{Finding, Health, Monitor};
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer, Sgd};
use downhill::rules::{Scaling, ScalingMethod};
use downhill::{Dyn, Recipe, scaler};

/// Verdicts on a fit of seconds since 1970 and another feature, without a scaler or with the one of
/// seconds from an origin on.
fn verdicts(optimizer: AnyOptimizer<f32>, scaling: bool) -> Vec<Finding> {
    let model = AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1)));
    let mut recipe = Recipe::new(model, AnyLoss::Squared(Squared), optimizer)
        .health(Health::every(Health::DEFAULT_EVERY))
        .seed(1);
    if scaling {
        recipe = recipe.scaling(Scaling::STANDARD);
    }
    let row = |at: usize| {
        let (t, x) = (at as f64 * 0.5, (at * 7 % 11) as f64);
        ([(1.7e9 + t) as f32, x as f32], [(0.1 * t + x) as f32])
    };
    let mut arena = vec![0.0; recipe.arena_len()];
    let mut fit = recipe.build(&mut arena[..]).unwrap();
    if scaling {
        let mut words = vec![0.0; scaler::words(3)];
        for at in 0..200 {
            let ([_, x], [y]) = row(at);
            scaler::learn(
                &mut words,
                ScalingMethod::Standard,
                &[at as f32 * 0.5, x],
                &[y],
            );
        }
        scaler::freeze(&mut words, ScalingMethod::Standard);
        let mut state = fit.state().to_vec();
        let start = state.len() - words.len();
        state[start..].copy_from_slice(&words);
        fit.restore(&state, 0).unwrap();
    }
    let mut words = vec![0.0; recipe.monitor_len()];
    let mut monitor = Monitor::new(recipe.health, &fit, &mut words[..]).unwrap();
    let mut told = Vec::new();
    for at in 0..1000 {
        let (x, y) = row(at);
        let outcome = fit.observe(&x, &y);
        monitor.watch(&fit, (&x, &y, 1.0), &outcome);
        while let Some(verdict) = monitor.take() {
            told.push(verdict.finding);
        }
    }
    told
}

#[test]
fn seconds_since_1970_are_told() {
    for optimizer in [
        AnyOptimizer::Adam(Adam::new(0.01)),
        AnyOptimizer::Sgd(Sgd::new(0.01)),
    ] {
        for scaling in [false, true] {
            let told = verdicts(optimizer, scaling);
            let fails = |finding: &Finding| {
                matches!(
                    finding,
                    Finding::NonFinite { .. } | Finding::Diverging { .. }
                )
            };
            let names = |finding: &Finding| matches!(finding, Finding::UnscaledFeature { index: 0, ratio } if *ratio > 1e6);
            assert!(told.iter().any(fails), "{scaling}: {told:?}");
            assert!(told.iter().any(names), "{scaling}: {told:?}");
        }
    }
}
