//! A node whose fit is watched: after a power cut or a reset it is watched anew, and its twin, from
//! the same checkpoint, has the same bits and the same verdicts.

use std::cell::Cell;
use std::rc::Rc;

use crate::common::flash::{Flash, PAGE, PAGES};
use crate::common::{NoPin, recipe};
use downhill::fit::{AnyFit, Fit};
use downhill::health::{Detector, Drift, Finding, Health, Reaction, Verdict};
use downhill::random::Random;
use downhill::recipe::AnyTrainer;
use downhill::rules::AnyRules;
use downhill::{Fingerprint, Recipe};
use downhill_firmware::{
    Counters, Event, EventSink, FlashStore, Learner, NodeWorker, Restored, SensorFault, Topics,
    Worker,
};
use downhill_link::Command;

/// Checkpoints are written so often.
const EVERY: u64 = 300;
/// Sample at which the truth changes; it changes back at twice as many.
const CHANGE: u64 = 450;
const SAMPLES: u64 = 1_500;

/// A fit that begins anew when its samples drift, which changes its bits.
fn drifting() -> Recipe<f32> {
    let drift = Drift {
        detector: Detector::PageHinkley,
        reaction: Reaction::Reset,
    };
    let health = Health {
        drift: Some(drift),
        ..Health::every(4)
    };
    recipe().rules(AnyRules::default()).health(health)
}

fn sample(number: u64) -> ([f32; 3], [f32; 1]) {
    let mut random = Random::seed(number);
    let x: [f32; 3] = std::array::from_fn(|_| random.unit::<f32>() - 0.5);
    let slope = [1.0, -9.0, 30.0][(number / CHANGE).min(2) as usize];
    (x, [slope * x[0] - x[1] + 0.1 * random.unit::<f32>()])
}

type Arena = [f32; 128];

/// A fit as it is at the start of a node, watched by nobody yet and then by a new monitor.
fn built(recipe: &Recipe<f32>) -> AnyTrainer<Arena> {
    recipe.build([0.0; 128]).unwrap()
}

fn monitored(recipe: &Recipe<f32>, trainer: AnyTrainer<Arena>) -> AnyFit<Arena, [f32; 2_048]> {
    Fit::monitored(trainer, recipe.batch, recipe.health, [0.0; 2_048]).unwrap()
}

/// Fingerprints and verdicts of a fit after each sample from `from` on.
type Course = (Vec<Fingerprint>, Vec<Verdict>);

fn follow(fit: &mut AnyFit<Arena, [f32; 2_048]>, from: u64) -> Course {
    let (mut prints, mut verdicts) = (Vec::new(), Vec::new());
    for number in from..SAMPLES {
        let (x, y) = sample(number);
        fit.observe(&x, &y, 1.0).unwrap();
        prints.push(fit.trainer.fingerprint());
        verdicts.extend(fit.verdict());
    }
    (prints, verdicts)
}

/// Fingerprints and verdicts of a node, until sample `to`.
fn go_on(worker: &mut impl Worker, turns: u64) -> Course {
    let (mut prints, mut verdicts) = (Vec::new(), Vec::new());
    let mut counters = Counters::default();
    for _ in 0..turns {
        let on_event = &mut |event: Event<'_>| match event {
            Event::Learned { fingerprint, .. } => prints.push(fingerprint),
            Event::Verdict { verdict, .. } => verdicts.push(verdict),
            _ => {}
        };
        let topics = Topics {
            samples: false,
            steps: true,
            verdicts: true,
        };
        let events = &mut EventSink::new(topics, on_event);
        worker.poll(&mut counters, events);
        worker.maintain(&mut counters, events);
    }
    (prints, verdicts)
}

macro_rules! power_on {
    ($recipe:expr, $flash:expr, $at:expr, $staging:expr) => {{
        let recipe: &Recipe<f32> = $recipe;
        let (sensed, labeled): (Rc<Cell<u64>>, _) = ($at.clone(), $at.clone());
        let sensor = move || Ok::<_, SensorFault>(Some(sample(sensed.get()).0));
        let reference = move |_: &[f32; 3]| {
            let (_, y) = sample(labeled.get());
            labeled.set(labeled.get() + 1);
            Ok::<_, SensorFault>(Some(y))
        };
        let fit = monitored(recipe, built(recipe));
        let learner = Learner::<_, _, _, _, 3, 1, 2>::new(fit, sensor, reference, NoPin).unwrap();
        let store = FlashStore::<_, 256>::new($flash, 0..(PAGE * PAGES) as u32).unwrap();
        let mut worker = NodeWorker::new(learner, recipe, store, $staging).save_every(EVERY);
        let restored = worker.restore();
        (worker, restored)
    }};
}

fn drifts(course: &Course) -> Vec<u64> {
    let drifts = course.1.iter();
    let drifts = drifts.filter(|verdict| matches!(verdict.finding, Finding::Drift { .. }));
    drifts.map(|verdict| verdict.step).collect()
}

#[test]
fn after_a_power_cut_and_after_a_reset_a_fit_is_watched_anew_and_so_is_its_twin() {
    let recipe = drifting();
    let (flash, at) = (Flash::new(), Rc::new(Cell::new(0)));
    let (mut staging, mut words) = ([0.0; 64], [0.0; 64]);
    let (mut first, restored) = power_on!(&recipe, flash.clone(), at, &mut staging);
    assert_eq!(restored, Restored::Empty);
    let before = go_on(&mut first, 2 * EVERY + 100);
    let uncut = follow(&mut monitored(&recipe, built(&recipe)), 0);
    assert_eq!(before.0, uncut.0[..before.0.len()]);
    assert!(!drifts(&before).is_empty(), "{:?}", before.1);

    // The power goes: the twin that watched from the start knows of things the node has forgotten.
    at.set(2 * EVERY);
    let (mut second, restored) = power_on!(&recipe, flash.clone(), at, &mut words);
    assert_eq!((restored, second.steps()), (Restored::Newest, 2 * EVERY));
    assert_eq!(second.fingerprint(), uncut.0[2 * EVERY as usize - 1]);
    let mut checkpoint = [0; 512];
    let length = second
        .learner()
        .fit()
        .trainer
        .save(b"", &mut checkpoint)
        .unwrap();
    let mut resumed = built(&recipe);
    resumed
        .resume(&downhill::checkpoint::Checkpoint::parse(&checkpoint[..length]).unwrap())
        .unwrap();
    let twin = follow(&mut monitored(&recipe, resumed), 2 * EVERY);
    let after = go_on(&mut second, SAMPLES - 2 * EVERY);
    assert_eq!(after, twin);
    assert!(!drifts(&after).is_empty(), "{:?}", after.1);
    assert_ne!(after.1, uncut.1[uncut.1.len() - after.1.len()..]);

    // A host resets it: it is what it was at its very first start.
    let mut counters = Counters::default();
    let on_event = &mut |_: Event<'_>| {};
    let events = &mut EventSink::new(Topics::default(), on_event);
    second
        .execute(&Command::Reset, &mut counters, events)
        .unwrap();
    at.set(0);
    assert_eq!(go_on(&mut second, SAMPLES), uncut);
}
