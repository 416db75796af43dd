//! A sensor's faults are found, counted and told; nothing is learned from them, and the fit
//! goes on when the sensor does.

use crate::common::node::{Small, fit, label, rule, truth, turn, wave};
use downhill_firmware::faulty_sensor::{Episode, Failure, FaultySensor};
use downhill_firmware::{
    Alert, Counters, Learner, Mode, ReferenceSensor, SensorFault, SensorLimits,
};
use downhill_link::SensorCounters;
use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

const LIMITS: SensorLimits<1> = SensorLimits {
    low: [-2.0],
    high: [2.0],
    stuck: 5,
    change: [0.3],
    slow: 3,
};

/// In which turn the sensor falls ill, and for how many.
const ILL: u32 = 150;
const FOR: u32 = 40;
/// By when it is well again: a noisy sensor is watched for some more turns.
const WELL: u32 = ILL + FOR + 25;

fn pin(states: &[State]) -> Mock {
    let set: Vec<_> = states
        .iter()
        .map(|&state| Transaction::set(state))
        .collect();
    Mock::new(&set)
}

/// A node through an illness of its sensor: what was said, and what was counted.
fn through(failure: Failure) -> (Vec<String>, Counters) {
    let script = [Episode {
        from: ILL,
        turns: FOR,
        failure,
    }];
    let mut alarm = pin(&[State::Low, State::High, State::Low]);
    let sensor = FaultySensor::new(wave(0), &script, 5);
    let mut learner: Small<_, _, _> = Learner::new(fit(), sensor, rule, alarm.clone())
        .unwrap()
        .limits(LIMITS);
    let mut counters = Counters::default();
    let mut said = Vec::new();
    for now in 0..600 {
        let before = (learner.fit().trainer.fingerprint(), learner.taken());
        let notices = turn(&mut learner, &mut counters);
        // As soon as the fault is found nothing is learned, until it is over.
        let found = learner.fault().is_some();
        let learned = learner.fit().trainer.fingerprint() != before.0;
        assert_eq!(learned, learner.taken() != before.1, "turn {now}");
        assert!(!(found && learned), "turn {now}");
        assert!(!found || (ILL..WELL).contains(&now), "turn {now}");
        let alerts = notices
            .into_iter()
            .filter(|notice| notice.contains("Alert"));
        said.extend(alerts);
        assert!(
            learner
                .fit()
                .trainer
                .parameters()
                .iter()
                .all(|p| p.is_finite())
        );
    }
    let [slope, bias] = *learner.fit().trainer.parameters() else {
        panic!("two parameters")
    };
    assert!((slope - 2.0).abs() < 0.02, "{slope}");
    assert!((bias + 0.5).abs() < 0.02, "{bias}");
    assert_eq!(counters.samples, learner.fit().trainer.steps());
    assert_eq!(u64::from(learner.taken()), counters.samples);
    alarm.done();
    (said, counters)
}

#[test]
fn each_way_to_fail_has_its_verdict_and_its_counter() {
    let feature = 0;
    let cases = [
        (Failure::Missing, SensorFault::Missing),
        (Failure::Bus, SensorFault::Bus),
        (Failure::Slow, SensorFault::Slow),
        (Failure::NotANumber, SensorFault::NotFinite { feature }),
        (
            Failure::OutOfRange(7.5),
            SensorFault::OutOfRange { feature },
        ),
        (Failure::Stuck, SensorFault::Stuck { feature }),
        (Failure::Noise(0.9), SensorFault::Noisy { feature }),
    ];
    for (failure, fault) in cases {
        let (said, counters) = through(failure);
        let [ill, well] = &said[..] else {
            panic!("{failure:?}: {said:?}")
        };
        let alert = Alert::Sensor(fault);
        assert!(ill.contains(&format!("{alert:?}")), "{ill}");
        assert!(well.contains("Recovered"), "{well}");
        // Counted under its own name and no other.
        let mut alone = SensorCounters::default();
        for _ in 0..counters.sensor.total() {
            alone.count(fault);
        }
        assert_eq!(counters.sensor, alone);
        let quiet = u64::from(FOR) - 5;
        assert!(u64::from(counters.sensor.total()) >= quiet, "{counters:?}");
        assert_eq!(counters.turns, 600);
    }
}

#[test]
fn without_limits_only_what_is_no_number_is_refused() {
    let script = [Episode {
        from: 3,
        turns: 1,
        failure: Failure::NotANumber,
    }];
    let mut alarm = pin(&[State::Low, State::High, State::Low]);
    let sensor = FaultySensor::new(|| Ok(Some([0.5])), &script, 5);
    let mut learner: Small<_, _, _> = Learner::new(fit(), sensor, rule, alarm.clone()).unwrap();
    let mut counters = Counters::default();
    for _ in 0..50 {
        turn(&mut learner, &mut counters);
    }
    assert_eq!((counters.samples, counters.sensor.not_finite), (49, 1));
    alarm.done();
}

#[test]
fn a_reference_that_fails_is_told_and_its_samples_wait() {
    let script = [Episode {
        from: 10,
        turns: 2,
        failure: Failure::Bus,
    }];
    let mut truths = wave(0);
    let better = move || truths().map(|x| x.map(|[x]| [truth(x)]));
    let reference = ReferenceSensor(FaultySensor::new(better, &script, 5));
    let mut alarm = pin(&[State::Low, State::High, State::Low]);
    let mut learner: Small<_, _, _> = Learner::new(fit(), wave(0), reference, alarm.clone())
        .unwrap()
        .mode(Mode::LearnWhileInferring);
    let mut counters = Counters::default();
    let mut said = Vec::new();
    for _ in 0..30 {
        said.extend(turn(&mut learner, &mut counters));
    }
    let predictions = said
        .iter()
        .filter(|notice| notice.contains("Taken"))
        .count();
    assert_eq!(
        (predictions, counters.samples, counters.sensor.bus),
        (30, 28, 2)
    );
    let alerts: Vec<_> = said.iter().filter(|n| n.contains("Alert")).collect();
    assert!(alerts[0].contains("Bus") && alerts[1].contains("Recovered"));
    // Sample 11 waits, and somebody else may know its target.
    assert!(label(&mut learner, &mut counters, (11, truth(1.0))).is_ok());
    assert_eq!(counters.samples, 29);
    alarm.done();
}
