//! A fit that stops and goes on has the same bits as one that never stopped.

use crate::common::{curves, optimizers};
use downhill::checkpoint::{Checkpoint, Error};
use downhill::loss::AnyLoss;
use downhill::model::{AnyActivation, AnyModel, Mlp, Widths};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::random::Random;
use downhill::recipe::AnyTrainer;
use downhill::rules::{AnyRules, Scaling, Schedule};
use downhill::{Dyn, Recipe};

const WORDS: usize = 400;
type Fit = AnyTrainer<[f32; WORDS]>;

fn recipe(batch: u16) -> Recipe<f32> {
    Recipe::new(
        AnyModel::Mlp(Mlp::with_shape(
            Dyn(3),
            Widths([6, 4, 0]),
            Dyn(1),
            AnyActivation::Tanh,
        )),
        AnyLoss::Huber(downhill::loss::Huber { delta: 1.0 }),
        AnyOptimizer::Adam(Adam::new(0.01)),
    )
    .scaling(Scaling::STANDARD_WITH_TARGET)
    .batch(batch)
    .seed(7)
}

fn sample(random: &mut Random) -> ([f32; 3], [f32; 1]) {
    let x: [f32; 3] = core::array::from_fn(|_| random.unit::<f32>() * 10.0);
    (x, [x[0] - x[1] * x[2]])
}

fn started(recipe: &Recipe<f32>) -> Fit {
    let mut fit = recipe.build([0.0; WORDS]).unwrap();
    let mut random = Random::seed(1);
    for _ in 0..50 {
        let (x, y) = sample(&mut random);
        fit.fit_scaler(&x, &y).unwrap();
    }
    fit.freeze_scaler();
    fit
}

/// Saves and resumes a fit before each of 200 samples, and compares it with one that never stops.
fn check(recipe: &Recipe<f32>, name: &str) {
    let batch = recipe.batch;
    let [mut fit, mut resumed] = [started(recipe), started(recipe)];
    let mut random = Random::seed(2);
    let mut bytes = [0; 2048];
    for step in 0..200 {
        let length = resumed.save(b"any recipe", &mut bytes).unwrap();
        assert_eq!(length, resumed.checkpoint_len(10));
        let saved = Checkpoint::parse(&bytes[..length]).unwrap();
        assert_eq!(saved.recipe, b"any recipe");
        resumed = recipe.build([f32::MAX; WORDS]).unwrap();
        resumed.resume(&saved).unwrap();
        assert_eq!(fit.fingerprint(), resumed.fingerprint(), "{name}, {step}");
        let (x, y) = sample(&mut random);
        let one = fit.feed(batch, &x, &y, 1.0).unwrap();
        assert_eq!(one, resumed.feed(batch, &x, &y, 1.0).unwrap());
        if step % 10 == 9 {
            let validation = random.unit();
            fit.report(validation);
            resumed.report(validation);
        }
        assert_eq!(fit.fingerprint(), resumed.fingerprint(), "{name}, {step}");
    }
}

#[test]
fn resuming_at_any_step_gives_the_bits_of_not_stopping() {
    for batch in [1, 4] {
        check(&recipe(batch), &format!("batch {batch}"));
    }
    for optimizer in optimizers(0.01) {
        let recipe = recipe(4).optimizer(optimizer);
        check(&recipe, &format!("{optimizer:?}"));
    }
    for curve in curves(150) {
        let mut recipe = recipe(1);
        recipe.rules.schedule = Schedule { warmup: 20, curve };
        check(&recipe, &format!("{curve:?}"));
    }
}

/// A batch under a loss of the batch as a whole is kept whole.
#[test]
fn resuming_within_a_pooled_batch_gives_the_bits_of_not_stopping() {
    let recipe = recipe(5)
        .loss(AnyLoss::FBeta(downhill::loss::FBeta { beta: 2.0 }))
        .rules(AnyRules::NONE.scaling(Scaling::STANDARD));
    let mut fit = started(&recipe);
    let (mut random, mut bytes) = (Random::seed(4), [0; 4096]);
    for step in 0..100 {
        let length = fit.save(b"", &mut bytes).unwrap();
        let saved = Checkpoint::parse(&bytes[..length]).unwrap();
        let mut other: Fit = recipe.build([f32::MAX; WORDS]).unwrap();
        other.resume(&saved).unwrap();
        assert_eq!(fit.fingerprint(), other.fingerprint(), "step {step}");
        let (x, [y]) = sample(&mut random);
        let y = [f32::from(u8::from(y > 0.0))];
        let one = fit.feed(5, &x, &y, 1.0).unwrap();
        assert_eq!(one, other.feed(5, &x, &y, 1.0).unwrap());
        assert_eq!(fit.fingerprint(), other.fingerprint(), "step {step}");
    }
    assert_eq!(fit.steps(), 20);
}

#[test]
fn a_damaged_checkpoint_is_refused_whole() {
    let mut fit = started(&recipe(4));
    let (x, y) = sample(&mut Random::seed(3));
    fit.feed(4, &x, &y, 1.0).unwrap();
    let mut bytes = [0; 2048];
    let length = fit.save(b"recipe", &mut bytes).unwrap();
    for cut in 0..length {
        assert!(
            Checkpoint::parse(&bytes[..cut]).is_err(),
            "cut to {cut} bytes"
        );
    }
    for bit in 0..length * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(
            Checkpoint::parse(&bytes[..length]).is_err(),
            "bit {bit} turned"
        );
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
    let saved = Checkpoint::parse(&bytes[..length]).unwrap();
    let mut online: Fit = recipe(1).build([0.0; WORDS]).unwrap();
    let mut other = recipe(1).batch(1);
    other.model = AnyModel::Linear(downhill::model::Linear::with_shape(Dyn(3), Dyn(1), Dyn(1)));
    let mut linear: Fit = other.build([0.0; WORDS]).unwrap();
    let before = linear.fingerprint();
    assert!(matches!(linear.resume(&saved), Err(Error::Mismatch { .. })));
    assert_eq!(linear.fingerprint(), before);
    assert!(
        online.resume(&saved).is_ok(),
        "the arena has room for the batch all the same"
    );
    assert!(matches!(
        fit.save(b"", &mut [0; 10]),
        Err(Error::Room { got: 10, .. })
    ));
}

#[test]
fn another_version_is_named() {
    let fit = started(&recipe(1));
    let mut bytes = [0; 2048];
    let length = fit.save(b"", &mut bytes).unwrap();
    bytes[4] = 9;
    assert_eq!(
        Checkpoint::parse(&bytes[..length]).unwrap_err(),
        Error::Version(9)
    );
    assert_eq!(
        Checkpoint::parse(b"not a checkpoint").unwrap_err(),
        Error::Foreign
    );
}
