//! Labels that come late, and the modes.

use crate::common::NoPin;
use crate::common::node::{Small, fit, label, rule, truth, turn, wave};
use downhill::Fault;
use downhill::metrics::{Meter, Regression};
use downhill_firmware::{Button, Counters, DeferredLabels, Learner, Mode, Sensor};
use downhill_link::CommandError;
use embedded_hal_mock::eh1::digital::{Mock, State, Transaction};

/// Sample `number`.
fn feature(number: u32) -> f32 {
    let Ok(Some([x])) = wave(u64::from(number) - 1).read() else {
        panic!("a sample")
    };
    x
}

#[test]
fn labels_come_late_and_in_any_order_and_samples_expire() {
    let mut learner: Small<_, _, _> = Learner::new(fit(), wave(0), DeferredLabels, NoPin).unwrap();
    let mut twin = fit().trainer;
    let mut counters = Counters::default();
    for _ in 0..6 {
        turn(&mut learner, &mut counters);
    }
    // Four have room: 1 and 2 are gone.
    assert_eq!((counters.expired, counters.samples), (2, 0));
    let gone = label(&mut learner, &mut counters, (2, 0.0));
    assert_eq!(gone, Err(CommandError::NoSample));
    for number in [5, 3, 6] {
        let x = feature(number);
        let step = twin.observe(&[x], &[truth(x)]).unwrap();
        let loss = label(&mut learner, &mut counters, (number, truth(x)));
        assert_eq!(loss, Ok(step.loss));
        assert_eq!(learner.fit().trainer.fingerprint(), twin.fingerprint());
    }
    let again = label(&mut learner, &mut counters, (5, 0.0));
    assert_eq!(again, Err(CommandError::NoSample));
    // A label that is no number leaves its sample waiting.
    let wild = label(&mut learner, &mut counters, (4, f32::NAN));
    assert_eq!(wild, Err(Fault::Target { index: 0 }.into()));
    assert_eq!(learner.fit().trainer.fingerprint(), twin.fingerprint());
    assert!(label(&mut learner, &mut counters, (4, 1.0)).is_ok());
    assert_eq!((counters.samples, counters.steps), (4, 4));
}

#[test]
fn a_sample_expires_when_its_target_is_too_late_for_its_patience() {
    let mut learner: Small<_, _, _> = Learner::new(fit(), wave(0), DeferredLabels, NoPin)
        .unwrap()
        .patience(2);
    let mut counters = Counters::default();
    for _ in 0..4 {
        turn(&mut learner, &mut counters);
    }
    assert_eq!(counters.expired, 1);
    let late = label(&mut learner, &mut counters, (1, 0.0));
    assert_eq!(late, Err(CommandError::NoSample));
    assert!(label(&mut learner, &mut counters, (2, 0.0)).is_ok());
}

#[test]
fn each_mode_does_what_it_says() {
    // Mode, predictions, comparisons, steps.
    for (mode, predicts, compares, learns) in [
        (Mode::Learn, false, 0.0, 20),
        (Mode::Infer, true, 0.0, 0),
        (Mode::LearnWhileInferring, true, 20.0, 20),
        (Mode::Frozen, true, 20.0, 0),
    ] {
        let mut learner: Small<_, _, _> = Learner::new(fit(), wave(0), rule, NoPin)
            .unwrap()
            .mode(mode);
        let mut counters = Counters::default();
        for _ in 0..20 {
            let said = turn(&mut learner, &mut counters).concat();
            assert_eq!(said.contains("prediction: []"), !predicts, "{said}");
            assert_eq!(said.contains("Learned"), learns > 0, "{said}");
        }
        let steps = learner.fit().trainer.steps();
        assert_eq!((learner.scores().count, steps), (compares, learns));
        assert_eq!((counters.expired, counters.skipped), (0, 0), "{mode:?}");
    }
}

#[test]
fn scores_are_those_of_predictions_made_before_the_sample_was_learned_from() {
    let mut learner: Small<_, _, _> = Learner::new(fit(), wave(0), rule, NoPin)
        .unwrap()
        .mode(Mode::LearnWhileInferring)
        .fading(0.9);
    let mut twin = fit().trainer;
    let mut meter = Regression::fading(0.9);
    let mut counters = Counters::default();
    for number in 1..=60 {
        turn(&mut learner, &mut counters);
        let x = feature(number);
        meter.update(twin.predict(&[x]).unwrap(), &[truth(x)]);
        twin.observe(&[x], &[truth(x)]).unwrap();
    }
    let scores = learner.scores();
    assert_eq!((scores.mae, scores.rmse), (meter.mae(), meter.rmse()));
    assert_eq!(scores.max_error, meter.max_error());
    assert_eq!(learner.fit().trainer.fingerprint(), twin.fingerprint());
}

#[test]
fn an_anomaly_raises_the_alarm_until_predictions_are_near_again() {
    let set = |state| Transaction::set(state);
    let mut alarm = Mock::new(&[set(State::Low), set(State::High), set(State::Low)]);
    let mut turns = 0;
    let broken = move |x: &[f32; 1]| {
        turns += 1;
        let off = if (201..=203).contains(&turns) {
            5.0
        } else {
            0.0
        };
        Ok(Some([truth(x[0]) + off]))
    };
    let mut fitted = fit();
    fitted.trainer.restore(&[2.0, -0.5], 0).unwrap();
    let mut learner: Small<_, _, _> = Learner::new(fitted, wave(0), broken, alarm.clone())
        .unwrap()
        .mode(Mode::Frozen)
        .anomaly(1.0);
    let mut counters = Counters::default();
    let mut said = Vec::new();
    for _ in 0..300 {
        said.extend(turn(&mut learner, &mut counters));
    }
    let alerts: Vec<_> = said
        .iter()
        .filter(|notice| notice.contains("Alert"))
        .collect();
    assert!(alerts[0].contains("sample: 201") && alerts[0].contains("Anomaly"));
    assert!(alerts[1].contains("sample: 204") && alerts[1].contains("Usual"));
    assert_eq!(alerts.len(), 2);
    alarm.done();
}

#[test]
fn a_button_is_the_class_of_a_sample() {
    let get = |state| Transaction::get(state);
    let mut button = Mock::new(&[get(State::High), get(State::Low)]);
    let mut learner: Small<_, _, _> =
        Learner::new(fit(), wave(0), Button(button.clone()), NoPin).unwrap();
    let mut counters = Counters::default();
    let said = turn(&mut learner, &mut counters).concat();
    assert!(said.contains("target: [1.0]"), "{said}");
    let said = turn(&mut learner, &mut counters).concat();
    assert!(said.contains("target: [0.0]"), "{said}");
    button.done();
}
