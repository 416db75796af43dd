//! A fault changes nothing, and names its cause.

use crate::common::optimizers;
use downhill::loss::{AnyLoss, CrossEntropy, FBeta, Loss, Squared};
use downhill::model::formula::{Program, parse};
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Polynomial, Widths};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::recipe::AnyTrainer;
use downhill::rules::{AnyRules, Penalty, Scaling, ScalingMethod};
use downhill::{Const, Dyn, Fault, Recipe, Trainer};
use proptest::prelude::*;

fn formula() -> Program<f32> {
    let is_column = |name: &str| name.starts_with('x');
    let parsed = parse("a + b*x0 + exp(c*x1)/sqrt(d)", "y", is_column).unwrap();
    parsed.program.with_start(&[0.5, -0.5, 0.1, 2.0]).unwrap()
}

fn models() -> Vec<AnyModel> {
    let net = |activation| Mlp::with_shape(Dyn(2), Widths([5, 0, 0]), Dyn(1), activation);
    vec![
        AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
        AnyModel::Polynomial(Polynomial::with_shape(Dyn(2), Dyn(3), Dyn(1))),
        AnyModel::Mlp(net(AnyActivation::Relu)),
        AnyModel::Mlp(net(AnyActivation::Tanh)),
        AnyModel::Formula(formula()),
    ]
}

/// Numbers of every size, and what is no number.
fn wild() -> impl Strategy<Value = f32> {
    prop_oneof![
        6 => -3.0..3.0f32,
        1 => any::<f32>(),
        1 => prop::sample::select(vec![
            f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 1e30, -1e18, 1e-45, 0.0,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_the_fit_stays_finite_and_a_fault_changes_nothing(
        samples in prop::collection::vec((wild(), wild(), wild(), wild()), 1..60),
        batch in prop::sample::select(vec![1u16, 3]),
        l2 in prop::sample::select(vec![0.0f32, 0.1]),
        whole in any::<bool>(),
    ) {
        for model in models() {
            for optimizer in optimizers(0.1) {
                let rules = AnyRules::NONE.penalty(Penalty { l1: l2, l2, decay: l2 });
                let squared = AnyLoss::Squared(Squared);
                let pooled = AnyLoss::FBeta(FBeta { beta: 2.0 });
                let loss = if whole && batch > 1 { pooled } else { squared };
                let recipe = Recipe::new(model, loss, optimizer).rules(rules).batch(batch).seed(1);
                let mut fit: AnyTrainer<[f32; 256]> = recipe.build([0.0; 256]).unwrap();
                for &(a, b, y, weight) in &samples {
                    let class = f32::from(u8::from(y > 0.0));
                    let y = if loss == pooled && y.is_finite() { class } else { y };
                    let before = fit.fingerprint();
                    let weight = weight.abs();
                    match fit.feed(batch, &[a, b], &[y], weight) {
                        Err(_) => prop_assert_eq!(fit.fingerprint(), before),
                        Ok(_) if weight == 0.0 => prop_assert_eq!(fit.fingerprint(), before),
                        Ok(step) => prop_assert!(step.loss.is_finite()),
                    }
                    prop_assert!(fit.state().iter().all(|number| number.is_finite()));
                }
            }
        }
    }
}

type Line = Trainer<Linear<Const<2>>, Squared, Sgd<f32>, (), [f32; 4]>;

fn line() -> Line {
    Line::new(Linear::new(), Squared, Sgd::new(0.1), [0.0; Line::ARENA]).unwrap()
}

#[test]
fn a_fault_names_its_cause() {
    let mut fit = line();
    assert_eq!(
        fit.observe(&[1.0, f32::NAN], &[0.0]),
        Err(Fault::Feature { index: 1 })
    );
    assert_eq!(
        fit.observe(&[f32::INFINITY, 1.0], &[0.0]),
        Err(Fault::Feature { index: 0 })
    );
    assert_eq!(
        fit.observe(&[1.0, 1.0], &[f32::NAN]),
        Err(Fault::Target { index: 0 })
    );
    assert_eq!(
        fit.observe(&[1.0], &[0.0]),
        Err(Fault::Length { need: 2, got: 1 })
    );
    assert_eq!(
        fit.observe(&[1.0, 1.0], &[]),
        Err(Fault::Length { need: 1, got: 0 })
    );
    assert_eq!(fit.observe(&[1.0, 1.0], &[1e30]), Err(Fault::Loss));
    assert_eq!(fit.observe(&[1e24, 1.0], &[1e15]), Err(Fault::Update));
    assert_eq!(
        fit.observe_weighted(&[1.0, 1.0], &[1.0], -1.0),
        Err(Fault::Weight)
    );
    assert_eq!(fit.fingerprint(), line().fingerprint());

    fit.restore(&[1e30, 1e30, 0.0], 0).unwrap();
    let before = fit.fingerprint();
    assert_eq!(fit.observe(&[1e30, 1.0], &[0.0]), Err(Fault::Prediction));
    assert_eq!(fit.fingerprint(), before);
}

#[test]
fn a_class_that_does_not_exist_is_a_bad_target() {
    type Fit = Trainer<Linear<Const<1>, Const<3>>, CrossEntropy, Sgd<f32>, (), [f32; 9]>;
    let mut fit = Fit::new(
        Linear::new(),
        CrossEntropy,
        Sgd::new(0.1),
        [0.0; Fit::ARENA],
    )
    .unwrap();
    assert!(fit.observe(&[1.0], &[2.0]).is_ok());
    for target in [3.0, -1.0, 0.5] {
        assert_eq!(
            fit.observe(&[1.0], &[target]),
            Err(Fault::Target { index: 0 })
        );
    }
}

#[test]
fn an_arena_too_short_names_the_length_needed() {
    let short = Trainer::<Linear<Const<2>>, Squared, Sgd<f32>, (), [f32; 3]>::new(
        Linear::new(),
        Squared,
        Sgd::new(0.1),
        [0.0; 3],
    );
    assert_eq!(short.err(), Some(Fault::Arena { need: 4, got: 3 }));
    let mut fit = line();
    assert_eq!(
        fit.accumulate(&[1.0, 1.0], &[1.0], 1.0),
        Err(Fault::Arena { need: 10, got: 4 })
    );
    assert_eq!(fit.apply(), Err(Fault::EmptyBatch));
}

#[test]
fn a_weight_of_zero_is_no_step_at_all() {
    let mut fit = line();
    fit.observe(&[1.0, 2.0], &[3.0]).unwrap();
    let before = (fit.fingerprint(), fit.steps());
    let step = fit.observe_weighted(&[5.0, 5.0], &[9.0], 0.0).unwrap();
    assert_eq!((fit.fingerprint(), fit.steps()), before);
    assert_eq!((step.number, step.loss), (1, 0.0));
}

#[test]
fn a_gradient_whose_norm_cannot_be_told_is_not_clipped_but_refused() {
    use downhill::rules::Clip;
    type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, Clip<f32>, [f32; 3]>;
    let clip = Clip {
        value: None,
        norm: Some(1.0),
    };
    let mut fit = Fit::with_rules(Linear::new(), Squared, Sgd::new(1.0), clip, [0.0; 3]).unwrap();
    for feature in [0.0, 1.0] {
        assert_eq!(fit.observe(&[feature], &[1.5e19]), Err(Fault::Gradient));
    }
    assert_eq!(fit.steps(), 0);
    fit.observe(&[0.0], &[1e18]).unwrap();
    assert_eq!(fit.parameters(), [0.0, 1.0]);
}

#[test]
fn one_infinite_logit_is_no_prediction() {
    type Fit = Trainer<Linear<Const<1>, Const<3>>, CrossEntropy, Sgd<f32>, (), [f32; 9]>;
    let mut fit = Fit::new(Linear::new(), CrossEntropy, Sgd::new(0.1), [0.0; 9]).unwrap();
    fit.restore(&[-1e30, 0.0, 0.0, 0.0, 0.0, 0.0], 0).unwrap();
    assert_eq!(fit.observe(&[1e30], &[1.0]), Err(Fault::Prediction));
}

#[test]
fn a_shape_that_no_device_could_hold_is_refused_everywhere() {
    let wide = Dyn(u16::MAX);
    for model in [
        AnyModel::Mlp(Mlp::with_shape(
            wide,
            Widths([u16::MAX; 3]),
            wide,
            AnyActivation::Tanh,
        )),
        AnyModel::Linear(Linear::with_shape(wide, wide, Dyn(1))),
        AnyModel::Polynomial(Polynomial::with_shape(wide, wide, wide)),
        AnyModel::Polynomial(Polynomial::with_shape(Dyn(2), wide, wide)),
    ] {
        let recipe = Recipe::new(
            model,
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1)),
        )
        .seed(1);
        assert_eq!(recipe.arena_len(), u32::MAX as usize);
        let refused = recipe.build([0.0; 8]).err();
        assert_eq!(
            refused,
            Some(Fault::Arena {
                need: u32::MAX,
                got: 8
            })
        );
    }
}

/// One pass says what two say, to the bit, and what neither likes has the same cause.
#[test]
fn assessing_is_predicting_and_evaluating() {
    let losses = [
        AnyLoss::Squared(Squared),
        AnyLoss::CrossEntropy(CrossEntropy),
    ];
    let samples = [
        ([0.5, -2.0], [1.0]),
        ([3.0, 0.25], [0.0]),
        ([f32::NAN, 1.0], [1.0]),
        ([1.0, f32::INFINITY], [1.0]),
        ([1.0, 2.0], [f32::NAN]),
        ([f32::MAX, -f32::MAX], [1.0]),
    ];
    let scalings = |loss| {
        let method = ScalingMethod::Standard;
        let target = Loss::<f32>::scales_target(&loss);
        [Scaling::NONE, Scaling { method, target }].map(|scaling| (loss, scaling))
    };
    let fits = losses.map(scalings).concat();
    let fits = |model| {
        fits.iter()
            .map(move |&(loss, scaling)| (model, loss, scaling))
    };
    for (model, loss, scaling) in models().into_iter().flat_map(fits) {
        let (rules, optimizer) = (AnyRules::default(), AnyOptimizer::Sgd(Sgd::new(0.01)));
        let rules = rules.scaling(scaling);
        let arena = [0.0f32; 256];
        let mut trainer = Trainer::with_rules(model, loss, optimizer, rules, arena).unwrap();
        trainer.initialize(3);
        let rows = (0..20u8).map(|k| (f32::from(k) / 20.0, f32::from(k % 2)));
        for (x, y) in rows.clone() {
            trainer.fit_scaler(&[x, 1.0 - x], &[y]).unwrap();
        }
        trainer.freeze_scaler();
        for (x, y) in rows {
            trainer.observe(&[x, 1.0 - x], &[y]).unwrap();
        }
        let mut all = Vec::new();
        for (features, target) in &samples {
            let loss = trainer.evaluate(features, target);
            let predicted = trainer.predict(features).map(|outputs| outputs[0]);
            let expected = loss.and_then(|loss| Ok((predicted?, loss)));
            let mut prediction = [0.0];
            let loss = trainer.assess(features, target, &mut prediction);
            assert_eq!(loss.map(|loss| (prediction[0], loss)), expected);
            all.push(expected);
        }
        // One after the other it is the same, up to the first that nobody likes.
        for first in 0..samples.len() {
            let mut told = Vec::new();
            let rest = samples.iter().zip(&all).skip(first);
            let given = rest.map(|((features, target), said)| (&features[..], &target[..], said));
            let outcome = trainer.assess_each(given, &mut [0.0], |said, loss, prediction| {
                told.push((said, Ok((prediction[0], loss))));
            });
            assert!(told.iter().all(|(said, again)| *said == again));
            let refused = all[first..].iter().position(Result::is_err);
            assert_eq!(told.len(), refused.unwrap_or(all.len() - first));
            let fault = refused.map(|at| all[first + at].unwrap_err());
            assert_eq!(outcome.err().map(|(_, fault)| fault), fault);
        }
        let too_long = Fault::Length { need: 1, got: 2 };
        let loss = trainer.assess(&[0.0; 2], &[0.0], &mut [0.0; 2]);
        assert_eq!(loss, Err(too_long));
    }
}
