//! A node whose power goes: what it goes on with.

use crate::common::flash::{Flash, PAGE, PAGES};
use crate::common::{NoPin, recipe};
use downhill::fit::Fit;
use downhill::loss::{AnyLoss, Huber};
use downhill::random::Random;
use downhill::recipe::AnyTrainer;
use downhill::rules::{AnyRules, Curve, Scaling, ScalingMethod, Schedule};
use downhill::{Fingerprint, Recipe};
use downhill_firmware::{
    Counters, EventSink, FlashStore, Learner, NodeWorker, Restored, SensorFault, Topics, Worker,
};
use downhill_link::{Command, CommandError};

const STEPS: u64 = 200;
/// Samples that the scaler learns from before the first step.
const SCALER_SAMPLES: u32 = 16;
const EVERY: u64 = 7;
const ROOM: usize = 256;

type Twin = AnyTrainer<[f32; 128]>;
type Shelf = FlashStore<Flash, ROOM>;

/// Everything that a checkpoint holds: parameters, moments, a scaler that goes on, a schedule.
fn full() -> Recipe<f32> {
    let scaling = Scaling {
        method: ScalingMethod::Forgetting { horizon: 50 },
        target: true,
    };
    let schedule = Schedule {
        warmup: 10,
        curve: Curve::Cosine {
            steps: 300,
            floor: 0.1,
        },
    };
    recipe()
        .loss(AnyLoss::Huber(Huber { delta: 0.5 }))
        .rules(AnyRules::NONE.scaling(scaling).schedule(schedule))
}

/// Sample `number` of a sensor and its reference, the same after a start as before.
fn sample(number: u64) -> ([f32; 3], [f32; 1]) {
    let mut random = Random::seed(number);
    let x: [f32; 3] = std::array::from_fn(|_| 20.0 + 5.0 * random.unit::<f32>());
    (x, [3.0 * x[0] - x[1] + 0.5 * x[2]])
}

/// A node that was just switched on.
struct Powered<'a, D> {
    worker: D,
    restored: Restored,
    counters: Counters,
    recipe: &'a Recipe<f32>,
}

macro_rules! power_on {
    ($recipe:expr, $flash:expr, $staging:expr) => {{
        let recipe = $recipe;
        let arena = [0.0; 128];
        let fit = Fit::new(recipe.build(arena).unwrap(), recipe.batch);
        let at = std::rc::Rc::new(std::cell::Cell::new(0));
        let (sensed, labeled) = (at.clone(), at.clone());
        let sensor = move || Ok::<_, SensorFault>(Some(sample(sensed.get()).0));
        let reference = move |_: &[f32; 3]| {
            let (_, y) = sample(labeled.get());
            labeled.set(labeled.get() + 1);
            Ok::<_, SensorFault>(Some(y))
        };
        let learner = Learner::<_, _, _, _, 3, 1, 2>::new(fit, sensor, reference, NoPin).unwrap();
        let store = Shelf::new($flash, 0..(PAGE * PAGES) as u32).unwrap();
        let mut worker =
            NodeWorker::new(learner.fit_scaler(SCALER_SAMPLES), recipe, store, $staging)
                .save_every(EVERY);
        let restored = worker.restore();
        let fit = &worker.learner().fit().trainer;
        // Every sample was a step but those that the scaler learned from, all of them at first.
        let surveyed = if downhill::scaler::is_frozen(fit.scaler()) {
            u64::from(SCALER_SAMPLES)
        } else {
            0
        };
        at.set(fit.steps() + surveyed);
        let counters = Counters::default();
        Powered {
            worker,
            restored,
            counters,
            recipe,
        }
    }};
}

impl<D: Worker> Powered<'_, D> {
    /// Goes on to the last step, or until the power is gone; the step that was saved last, as far
    /// as the node knows.
    fn go_on(&mut self, flash: &Flash) -> Option<u64> {
        let on_event = &mut |_: downhill_firmware::Event<'_>| {};
        let mut saved = None;
        while self.worker.steps() < STEPS && !flash.is_cut() {
            let events = &mut EventSink::new(Topics::default(), on_event);
            self.worker.poll(&mut self.counters, events);
            let before = self.counters.saved;
            self.worker.maintain(&mut self.counters, events);
            if self.counters.saved > before {
                saved = Some(self.worker.steps());
            }
        }
        saved
    }
}

/// Fingerprint after each step of a run that is never cut.
fn uncut(recipe: &Recipe<f32>) -> Vec<Fingerprint> {
    let arena = [0.0; 128];
    let mut fit: Twin = recipe.build(arena).unwrap();
    let mut prints = vec![fit.fingerprint()];
    for number in 0.. {
        let (x, y) = sample(number);
        if number < SCALER_SAMPLES.into() {
            fit.fit_scaler(&x, &y).unwrap();
        }
        if number + 1 == SCALER_SAMPLES.into() {
            fit.freeze_scaler();
        }
        if number >= SCALER_SAMPLES.into() {
            fit.observe(&x, &y).unwrap();
            prints.push(fit.fingerprint());
        }
        if fit.steps() == STEPS {
            break;
        }
    }
    prints
}

#[test]
fn a_power_cut_at_any_operation_leaves_the_old_or_the_new_checkpoint() {
    let recipe = full();
    let prints = uncut(&recipe);
    let mut cuts = 0;
    for operation in 1.. {
        let flash = Flash::new();
        flash.cut_at(operation, operation.into());
        let mut staging = [0.0; 64];
        let mut first = power_on!(&recipe, flash.clone(), &mut staging);
        let acknowledged = first.go_on(&flash).unwrap_or(0);
        if !flash.is_cut() {
            assert_eq!(first.worker.fingerprint(), prints[STEPS as usize]);
            break;
        }
        cuts += 1;
        // The power may go again while what the first cut left is put in order.
        for again in [0, 1 + operation % 5] {
            flash.cut_at(again, u64::from(operation) << 8);
            let second = power_on!(&recipe, flash.clone(), &mut staging);
            let restored = second.worker.steps();
            if flash.is_cut() {
                continue;
            }
            flash.restore_power();
            assert!(
                restored == acknowledged || restored == acknowledged + EVERY,
                "cut {operation}: {acknowledged} was saved, {restored} is there: {:?}",
                second.restored
            );
            if restored > 0 {
                assert_eq!(second.worker.fingerprint(), prints[restored as usize]);
            }
            assert_eq!(second.recipe.seed, recipe.seed);
        }
        let mut last = power_on!(&recipe, flash.clone(), &mut staging);
        flash.restore_power();
        last.go_on(&flash);
        assert_eq!(
            last.worker.fingerprint(),
            prints[STEPS as usize],
            "cut {operation}"
        );
        let saves = (STEPS - last.worker.steps().min(STEPS)) / EVERY;
        assert!(u64::from(last.counters.saved) >= saves);
        assert_eq!(last.counters.unsaved, 0);
    }
    assert!(cuts > 1_000, "{cuts}");
}

#[test]
fn a_checkpoint_of_another_recipe_is_refused_and_the_fit_begins() {
    let (one, other) = (full(), full().seed(8));
    let flash = Flash::new();
    let mut staging = [0.0; 64];
    let mut first = power_on!(&one, flash.clone(), &mut staging);
    assert!(first.go_on(&flash).is_some());
    let second = power_on!(&other, flash.clone(), &mut staging);
    assert_eq!(second.restored, Restored::Refused(CommandError::Recipe));
    assert_eq!(second.worker.fingerprint(), uncut(&other)[0]);
}

#[test]
fn checkpoints_that_were_refused_stay_until_a_host_saves_or_wipes() {
    let (one, other) = (full(), full().seed(8));
    for command in [Command::Save, Command::Wipe] {
        let flash = Flash::new();
        let (mut words, mut staging) = ([0.0; 64], [0.0; 64]);
        power_on!(&one, flash.clone(), &mut words).go_on(&flash);
        let kept = flash.bytes();
        let mut node = power_on!(&other, flash.clone(), &mut staging);
        assert_eq!(node.go_on(&flash), None);
        assert_eq!(u64::from(node.counters.unsaved), STEPS / EVERY);
        assert!(flash.bytes() == kept, "{command:?}");
        let on_event = &mut |_: downhill_firmware::Event<'_>| {};
        let events = &mut EventSink::new(Topics::default(), on_event);
        (node.worker)
            .execute(&command, &mut node.counters, events)
            .unwrap();
        (node.worker)
            .execute(&Command::Reset, &mut node.counters, events)
            .unwrap();
        // Nothing is due of a fit that was reset.
        node.worker.maintain(&mut node.counters, events);
        assert_eq!(node.counters.saved, 0);
        assert_eq!(node.go_on(&flash), Some(STEPS / EVERY * EVERY));
    }
}

#[test]
fn a_host_saves_and_wipes() {
    let recipe = full();
    let flash = Flash::new();
    let mut staging = [0.0; 64];
    let mut node = power_on!(&recipe, flash.clone(), &mut staging);
    node.go_on(&flash);
    let on_event = &mut |_: downhill_firmware::Event<'_>| {};
    let events = &mut EventSink::new(Topics::default(), on_event);
    let saved = node
        .worker
        .execute(&Command::Save, &mut node.counters, events);
    assert_eq!(saved.map(|done| done.step), Ok(STEPS));
    let mut words = [0.0; 64];
    let again = power_on!(&recipe, flash.clone(), &mut words);
    assert_eq!(
        (again.restored, again.worker.steps()),
        (Restored::Newest, STEPS)
    );
    node.worker
        .execute(&Command::Wipe, &mut node.counters, events)
        .unwrap();
    let again = power_on!(&recipe, flash.clone(), &mut words);
    assert_eq!((again.restored, again.worker.steps()), (Restored::Empty, 0));
}

/// The flash of this node as version 0.1.0 left it: `tests/data/before/README.md`.
#[test]
fn the_flash_of_an_earlier_version_is_gone_on_with() {
    let path = "/../../tests/data/before/checkpoints/flash.bin";
    let bytes = std::fs::read(format!("{}{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let flash = Flash::new();
    flash.edit(|all| all.copy_from_slice(&bytes));
    let recipe = full();
    let mut staging = [0.0; 64];
    let mut node = power_on!(&recipe, flash.clone(), &mut staging);
    assert_eq!(node.restored, Restored::Newest);
    assert_eq!(node.worker.steps(), 196);
    assert_eq!(
        node.worker.fingerprint(),
        Fingerprint(0x63fa_2105_e37b_5237)
    );
    node.go_on(&flash);
    assert_eq!(node.worker.fingerprint(), uncut(&recipe)[STEPS as usize]);
}
