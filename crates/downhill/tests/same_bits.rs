//! A fit has the same bits at compile-time shapes, at run-time shapes, and chosen at run time.

use crate::common::{curves, optimizers};
use downhill::loss::{
    AnyLoss, CrossEntropy, Huber, LOSSES, Loss, LossVisitor, Squared, TargetKind,
};
use downhill::model::{
    AnyActivation, AnyModel, Linear, Mlp, Model, Polynomial, Relu, Tanh, Widths,
};
use downhill::optimizer::{Adam, AnyOptimizer, Momentum, Optimizer, OptimizerVisitor, Sgd};
use downhill::random::Random;
use downhill::rules::{AnyRules, Curve, Rules, Scaling, ScalingMethod, Schedule};
use downhill::{Const, Dyn, Fingerprint, Recipe, Trainer};

type Arena = [f32; 2000];

/// The fingerprints of 60 samples learned from on line, and 60 in batches of 5.
fn trail<M, L, O, R>(model: M, loss: L, optimizer: O, rules: R, classes: u32) -> Vec<Fingerprint>
where
    M: Model<f32>,
    L: Loss<f32>,
    O: Optimizer<f32>,
    R: Rules<f32>,
{
    let sizes = model.sizes();
    let targets = loss.targets(sizes.outputs);
    let mut fit =
        Trainer::<M, L, O, R, Arena>::with_rules(model, loss, optimizer, rules, [0.0; 2000])
            .unwrap();
    fit.initialize(3);
    let mut random = Random::seed(5);
    let mut sample = || {
        let features: Vec<f32> = (0..sizes.features)
            .map(|_| random.unit::<f32>() - 0.5)
            .collect();
        let target: Vec<f32> = match classes {
            0 => (0..targets).map(|_| random.unit()).collect(),
            _ => vec![random.below(classes) as f32],
        };
        (features, target)
    };
    for _ in 0..10 {
        let (features, target) = sample();
        fit.fit_scaler(&features, &target).unwrap();
    }
    fit.freeze_scaler();
    let mut trail = Vec::new();
    for batch in [1, 5] {
        for _ in 0..60 {
            let (features, target) = sample();
            fit.feed(batch, &features, &target, 1.5).unwrap();
            // A validation loss that does not fall, for the schedules that look at it.
            fit.report(1.0);
            trail.push(fit.fingerprint());
        }
    }
    trail
}

#[test]
fn linear() {
    let dynamic = Linear::with_shape(Dyn(7), Dyn(1), Dyn(1));
    let fixed = trail(Linear::<Const<7>>::new(), Squared, Sgd::new(0.05), (), 0);
    assert_eq!(fixed, trail(dynamic, Squared, Sgd::new(0.05), (), 0));
    let any = AnyOptimizer::Sgd(Sgd::new(0.05));
    let loss = AnyLoss::Squared(Squared);
    assert_eq!(
        fixed,
        trail(AnyModel::Linear(dynamic), loss, any, AnyRules::default(), 0)
    );
    assert!(fixed.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn linear_with_a_scaler() {
    let dynamic = Linear::with_shape(Dyn(5), Dyn(2), Dyn(0));
    let scaling = Scaling::STANDARD_WITH_TARGET;
    let fixed = trail(
        Linear::<Const<5>, Const<2>, Const<0>>::new(),
        Squared,
        Momentum::nesterov(0.02),
        scaling,
        0,
    );
    let any = AnyOptimizer::Momentum(Momentum::nesterov(0.02));
    let rules = AnyRules::NONE.scaling(scaling);
    assert_eq!(
        fixed,
        trail(
            AnyModel::Linear(dynamic),
            AnyLoss::Squared(Squared),
            any,
            rules,
            0
        )
    );
}

/// Gradient descent of one output goes a way of its own where its parts are chosen at run time.
#[test]
fn one_output_with_a_scaler() {
    for scaling in [
        Scaling::STANDARD,
        Scaling::STANDARD_WITH_TARGET,
        Scaling {
            method: ScalingMethod::Forgetting { horizon: 20 },
            target: true,
        },
    ] {
        let model = Linear::<Const<5>>::new();
        let fixed = trail(model, Squared, Sgd::new(0.02), scaling, 0);
        let any = AnyOptimizer::Sgd(Sgd::new(0.02));
        let model = AnyModel::Linear(Linear::with_shape(Dyn(5), Dyn(1), Dyn(1)));
        let loss = AnyLoss::Squared(Squared);
        let rules = AnyRules::NONE.scaling(scaling);
        assert_eq!(fixed, trail(model, loss, any, rules, 0));
        assert!(fixed.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

#[test]
fn polynomial() {
    let dynamic = Polynomial::with_shape(Dyn(3), Dyn(3), Dyn(1));
    let fixed = trail(
        Polynomial::<Const<3>, Const<3>>::new(),
        Squared,
        Adam::new(0.05),
        (),
        0,
    );
    assert_eq!(fixed, trail(dynamic, Squared, Adam::new(0.05), (), 0));
    let any = AnyOptimizer::Adam(Adam::new(0.05));
    let loss = AnyLoss::Squared(Squared);
    assert_eq!(
        fixed,
        trail(
            AnyModel::Polynomial(dynamic),
            loss,
            any,
            AnyRules::default(),
            0
        )
    );
}

#[test]
fn multi_layer_perceptron() {
    type Net = Mlp<Const<8>, Const<16>, Const<3>, Tanh>;
    let dynamic = Mlp::with_shape(Dyn(8), Widths([16, 0, 0]), Dyn(3), AnyActivation::Tanh);
    let fixed = trail(Net::new(), CrossEntropy, Adam::new(0.01), (), 3);
    assert_eq!(fixed, trail(dynamic, CrossEntropy, Adam::new(0.01), (), 3));
    let any = AnyOptimizer::Adam(Adam::new(0.01));
    let loss = AnyLoss::CrossEntropy(CrossEntropy);
    assert_eq!(
        fixed,
        trail(AnyModel::Mlp(dynamic), loss, any, AnyRules::default(), 3)
    );
}

#[test]
fn deep_multi_layer_perceptron() {
    type Net = Mlp<Const<4>, (Const<6>, Const<5>, Const<3>), Const<1>, Relu>;
    let dynamic = Mlp::with_shape(Dyn(4), Widths([6, 5, 3]), Dyn(1), AnyActivation::Relu);
    let fixed = trail(Net::new(), CrossEntropy, Sgd::new(0.1), (), 2);
    let any = AnyOptimizer::Sgd(Sgd::new(0.1));
    let loss = AnyLoss::CrossEntropy(CrossEntropy);
    assert_eq!(
        fixed,
        trail(AnyModel::Mlp(dynamic), loss, any, AnyRules::default(), 2)
    );
}

/// The fit of an optimizer of its own type, against that of one chosen at run time.
struct OptimizerCheck(AnyOptimizer<f32>);

impl OptimizerVisitor<f32> for OptimizerCheck {
    type Output = ();

    fn visit<O: Optimizer<f32> + Copy>(self, optimizer: O) {
        type Net = Mlp<Const<4>, Const<6>, Const<1>, Tanh>;
        let dynamic = Mlp::with_shape(Dyn(4), Widths([6, 0, 0]), Dyn(1), AnyActivation::Tanh);
        for curve in curves(50) {
            let schedule = Schedule { warmup: 5, curve };
            let rules = AnyRules::NONE.schedule(schedule);
            let fixed = trail(Net::new(), Squared, optimizer, schedule, 0);
            assert_eq!(fixed, trail(dynamic, Squared, optimizer, schedule, 0));
            let loss = AnyLoss::Squared(Squared);
            assert_eq!(fixed, trail(AnyModel::Mlp(dynamic), loss, self.0, rules, 0));
        }
    }
}

#[test]
fn every_optimizer_under_every_schedule() {
    for any in optimizers(0.05) {
        any.visit(OptimizerCheck(any));
    }
}

/// The fit of a loss of its own type, against that of one chosen at run time.
struct LossCheck(AnyLoss<f32>, u32);

impl LossVisitor<f32> for LossCheck {
    type Output = ();

    fn visit<L: Loss<f32> + Copy>(self, loss: L) {
        let Self(any, classes) = self;
        let (model, sgd) = (Linear::<Const<4>>::new(), Sgd::new(0.05));
        let dynamic = AnyModel::Linear(Linear::with_shape(Dyn(4), Dyn(1), Dyn(1)));
        let fixed = trail(model, loss, sgd, (), classes);
        assert_eq!(fixed, trail(model, any, sgd, (), classes));
        let chosen = AnyOptimizer::Sgd(sgd);
        assert_eq!(fixed, trail(dynamic, any, chosen, AnyRules::NONE, classes));
        assert_ne!(fixed.first(), fixed.last());
    }
}

#[test]
fn every_loss() {
    for choice in LOSSES {
        let loss = AnyLoss::named(choice.name, &[0.5]).unwrap();
        let classes = if choice.facts.target == TargetKind::Class {
            2
        } else {
            0
        };
        loss.visit(LossCheck(loss, classes));
    }
}

/// A plain recipe is learned from by the shortest way; a schedule that never falls is the same
/// recipe on the way of all others.
#[test]
fn a_plain_recipe_answers_as_one_with_a_rule_that_does_nothing() {
    let level = Curve::Step {
        every: u32::MAX,
        factor: 0.5,
    };
    for loss in [
        AnyLoss::Squared(Squared),
        AnyLoss::CrossEntropy(CrossEntropy),
        AnyLoss::Huber(Huber { delta: 0.5 }),
    ] {
        let plain = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(6), Dyn(1), Dyn(1))),
            loss,
            AnyOptimizer::Sgd(Sgd::new(0.05)),
        )
        .seed(3);
        let mut other = plain;
        other.rules.schedule.curve = level;
        let mut fits = [plain, other].map(|recipe| recipe.build([0.0; 64]).unwrap());
        let mut random = Random::seed(7);
        let (mut learned, mut refused) = (0, 0);
        for round in 0..20_000 {
            if round % 20 == 0 {
                // What a wild sample has made of them does not last.
                fits.iter_mut().for_each(|fit| fit.restart(3));
            }
            // Mostly tame, now and then of any size.
            let mut number = || {
                let size = match random.below(60) {
                    0 => f32::from_bits(random.word()),
                    _ => 1.0,
                };
                (2.0 * random.unit::<f32>() - 1.0) * size
            };
            let features: [f32; 6] = std::array::from_fn(|_| number());
            let target = [f32::from(u8::from(number() > 0.0))];
            let weight = (number() + 1.0).abs();
            let answers = fits.each_mut().map(|fit| match round % 3 {
                0 => fit.observe(&features, &target),
                1 => fit.observe_weighted(&features, &target, weight),
                _ => fit.feed(4, &features, &target, 1.0),
            });
            assert_eq!(answers[0], answers[1], "{loss:?}, round {round}");
            assert_eq!(fits[0].fingerprint(), fits[1].fingerprint());
            match answers[0] {
                Ok(_) => learned += 1,
                Err(_) => refused += 1,
            }
        }
        assert!(learned > 10_000 && refused > 100, "{learned} {refused}");
    }
}
