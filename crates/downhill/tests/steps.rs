//! Counts of steps: what would overflow is refused where it comes in, and what is not goes on.

use crate::common::{curves, optimizers};
use downhill::checkpoint::{Checkpoint, Error};
use downhill::fit::Command;
use downhill::health::{Detector, Drift, Health, Reaction};
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyActivation, AnyModel, Mlp, Widths};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::random::Random;
use downhill::rules::Schedule;
use downhill::{Dyn, Fault, MAX_STEPS, Recipe};
use proptest::prelude::*;

fn recipe(optimizer: AnyOptimizer<f32>) -> Recipe<f32> {
    Recipe::new(
        AnyModel::Mlp(Mlp::with_shape(
            Dyn(2),
            Widths([3, 0, 0]),
            Dyn(1),
            AnyActivation::Tanh,
        )),
        AnyLoss::Squared(Squared),
        optimizer,
    )
    .seed(7)
}

/// Every schedule, optimizer and detector, each with the usual others.
fn recipes() -> Vec<Recipe<f32>> {
    let sgd = AnyOptimizer::Sgd(Sgd::new(0.01));
    let scheduled = curves(100).into_iter().map(|curve| {
        let mut recipe = recipe(sgd);
        recipe.rules.schedule = Schedule { warmup: 9, curve };
        recipe
    });
    let optimized = optimizers(0.01).into_iter().map(recipe);
    let watched = [
        Detector::PageHinkley,
        Detector::Ddm,
        Detector::Ewma,
        Detector::Adwin,
    ];
    let watched = watched.into_iter().flat_map(|detector| {
        [Reaction::RestartSchedule, Reaction::Reset].map(|reaction| {
            recipe(sgd).health(Health {
                every: 4,
                recover: true,
                drift: Some(Drift { detector, reaction }),
            })
        })
    });
    scheduled.chain(optimized).chain(watched).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_count_of_steps_overflows(
        recipe in prop::sample::select(recipes()),
        batch in 1u16..4,
        steps in prop_oneof![
            Just(u64::MAX), Just(MAX_STEPS), Just(MAX_STEPS + 1), Just(u64::from(u32::MAX)),
            any::<u64>(), (0u64..300).prop_map(|below| u64::MAX - below),
        ],
        jump in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let recipe = recipe.batch(batch);
        let mut arena = vec![0.0; recipe.arena_len()];
        let mut words = vec![0.0; recipe.monitor_len()];
        let mut fit = recipe.build_fit(&mut arena[..], &mut words[..]).unwrap();
        let state = fit.trainer.state().to_vec();
        let before = fit.trainer.fingerprint();
        let restored = fit.execute(Command::Restore { state: &state, steps });
        let mut bytes = vec![0; 4096];
        let length = fit.trainer.save(b"", &mut bytes).unwrap();
        // Its count of steps, and its own checksum.
        bytes[8..16].copy_from_slice(&steps.to_le_bytes());
        let sum = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bytes[..length - 4]);
        bytes[length - 4..length].copy_from_slice(&sum.to_le_bytes());
        let saved = Checkpoint::parse(&bytes[..length]).unwrap();
        let resumed = fit.trainer.resume(&saved);
        if steps > MAX_STEPS {
            prop_assert_eq!(restored, Err(Fault::Steps));
            prop_assert_eq!(resumed, Err(Error::Steps(steps)));
            prop_assert_eq!(fit.trainer.fingerprint(), before);
            return Ok(());
        }
        prop_assert!(restored.is_ok() && resumed.is_ok());
        let mut random = Random::seed(seed);
        let mut last = steps;
        for k in 0..400 {
            let x: [f32; 2] = core::array::from_fn(|_| random.unit());
            // What is learned changes at once, and then is far too large: a drift, a rollback.
            let y = match k {
                0..200 => x[0],
                _ if jump => 1e3 * random.unit::<f32>(),
                _ => -x[0],
            };
            let (features, target, weight) = (&x[..], &[y][..], 1.0);
            let _ = fit.execute(Command::Sample { features, target, weight });
            while fit.verdict().is_some() {}
            prop_assert!(fit.trainer.steps() >= last || fit.trainer.steps() < 400);
            last = fit.trainer.steps();
        }
    }
}
