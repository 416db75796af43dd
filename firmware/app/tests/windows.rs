//! A node that makes windows of its sensor's samples: a scripted sensor, at a clock of its own.

use crate::common::NoPin;
use downhill::fit::Fit;
use downhill::loss::CrossEntropy;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::signal::{Description, Stage};
use downhill::{Const, Trainer};
use downhill_firmware::{Learner, Sensor, SensorFault, Windows};
use downhill_link::{Counters, Topics};
use std::cell::Cell;

const TEXT: &str = "window=8 hop=4: mean,p2p";

fn stage() -> (Description<f32>, Stage<[f32; 64]>) {
    let description = Description::parse(TEXT, &["a", "b"], None).unwrap();
    (description, Stage::new(description, [0.0; 64]).unwrap())
}

/// A sample that tells its number.
fn sample(at: u32) -> [f32; 2] {
    [at as f32, (at * at % 23) as f32]
}

#[test]
fn windows_are_those_of_the_stage_and_end_at_faults_and_missed_samples() {
    let at = Cell::new(0u32);
    let fault = Cell::new(None);
    let sensor = || match fault.take() {
        Some(found) => Err(found),
        None => {
            at.set(at.get() + 1);
            Ok(Some(sample(at.get())))
        }
    };
    let due = Cell::new(1);
    let mut under_test = stage().1;
    let mut windows = Windows::new(sensor, &mut under_test, || due.replace(1));
    let (_, mut own) = stage();
    let mut expected = [0.0; 4];
    let mut next = |windows: &mut dyn Sensor<4>, own: &mut Stage<[f32; 64]>| {
        let ends = own.push(&sample(at.get() + 1), &mut expected).unwrap();
        assert_eq!(windows.read(), Ok(ends.then_some(expected)));
        ends
    };
    assert_eq!((0..20).filter(|_| next(&mut windows, &mut own)).count(), 4);
    // Not due: nothing is read.
    due.set(0);
    assert_eq!(Sensor::<4>::read(&mut windows), Ok(None));
    assert_eq!(at.get(), 20);
    // Three are due: two were missed, and the next window begins behind them.
    due.set(3);
    own.gap();
    assert_eq!((0..8).filter(|_| next(&mut windows, &mut own)).count(), 1);
    assert_eq!(windows.missed(), 2);
    fault.set(Some(SensorFault::Bus));
    assert_eq!(Sensor::<4>::read(&mut windows), Err(SensorFault::Bus));
    own.gap();
    assert_eq!((0..7).filter(|_| next(&mut windows, &mut own)).count(), 0);
    assert!(next(&mut windows, &mut own));
    let told = Sensor::<4>::windows(&windows).unwrap();
    assert_eq!(told, [own.windows(), own.dropped(), 2]);
    assert_eq!(own.dropped(), 2);
}

/// Its fit is that of the core, of the same windows.
#[test]
fn a_learner_learns_from_windows_as_the_core_does() {
    type Model = Linear<Const<4>, Const<2>>;
    let fit = || {
        let arena = Box::leak(Box::new([0.0; 64]));
        let (model, optimizer) = (Model::new(), Sgd::new(0.001));
        let trainer = Trainer::new(model, CrossEntropy, optimizer, &mut arena[..]).unwrap();
        Fit::new(trainer, 1)
    };
    let at = Cell::new(0);
    let sensor = || {
        at.set(at.get() + 1);
        // One in fifty fails.
        match at.get() % 50 {
            0 => Err(SensorFault::Bus),
            _ => Ok(Some(sample(at.get()))),
        }
    };
    let mut under_test = stage().1;
    let windows = Windows::new(sensor, &mut under_test, || 1);
    let class = |features: &[f32; 4]| Ok(Some([f32::from(features[3] > 18.0)]));
    let mut learner = Learner::<_, _, _, _, 4, 1, 1>::new(fit(), windows, class, NoPin).unwrap();
    let mut counters = Counters::default();
    let mut listener = |_: downhill_firmware::Event<'_>| {};
    let mut events = downhill_firmware::EventSink::new(Topics::default(), &mut listener);
    for _ in 0..1000 {
        learner.poll(&mut counters, &mut events);
    }
    let (_, mut own) = stage();
    let (mut twin, mut features) = (fit(), [0.0; 4]);
    for at in 1..=1000 {
        if at % 50 == 0 {
            own.gap();
        } else if own.push(&sample(at), &mut features).unwrap() {
            let class = f32::from(features[3] > 18.0);
            twin.observe(&features, &[class], 1.0).unwrap();
        }
    }
    assert_eq!(
        learner.fit().trainer.fingerprint(),
        twin.trainer.fingerprint()
    );
    assert_eq!(counters.steps, own.windows().into());
    assert_eq!(
        (counters.windows, counters.dropped),
        (own.windows(), own.dropped())
    );
    assert_eq!((counters.windows, counters.sensor.bus), (20 * 11, 20));
}
