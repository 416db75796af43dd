//! What a monitor makes of a batch that is applied before it is full.

use downhill::Fault;
use downhill::health::{Finding, Health, Monitor};
use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::{Const, Trainer};

type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, (), [f32; 5]>;

const EVERY: u16 = 16;

fn watched(rate: f32) -> (Fit, Monitor<Vec<f32>>) {
    let fit = Fit::new(Linear::new(), Squared, Sgd::rate(rate), [0.0; 5]).unwrap();
    let health = Health::every(EVERY);
    let words = vec![0.0; Monitor::<Vec<f32>>::words_len(health, &fit)];
    let monitor = Monitor::new(health, &fit, words).unwrap();
    (fit, monitor)
}

/// Feeds one sample of a batch of two, and applies it.
fn step(fit: &mut Fit, monitor: &mut Monitor<Vec<f32>>, (x, y): ([f32; 1], [f32; 1])) {
    let outcome = fit.feed(2, &x, &y, 1.0);
    monitor.watch(fit, (&x, &y, 1.0), &outcome);
    let outcome = fit.apply();
    monitor.applied(fit, &outcome);
}

/// Only full batches have a sample to look at, and only looks see what a constant guess gets.
#[test]
fn its_loss_counts_and_there_is_nothing_to_look_at() {
    let (mut fit, mut monitor) = watched(0.1);
    for _ in 0..64 {
        step(&mut fit, &mut monitor, ([1.0], [3.0]));
    }
    assert_eq!(fit.steps(), 64);
    // The mean of (3 - 0)², … over the first updates, and no look at any.
    assert!(monitor.loss() > 0.0 && monitor.loss() < 4.5);
    assert_eq!(monitor.baseline(), 0.0);
    assert_eq!(monitor.take(), None);
}

#[test]
fn its_refusal_is_told() {
    let (mut fit, mut monitor) = watched(1e30);
    let mut told = None;
    for _ in 0..8 {
        step(&mut fit, &mut monitor, ([1e4], [1.0]));
        told = told.or(monitor.take());
    }
    let told = told.expect("a refusal");
    let Finding::NonFinite { fault, .. } = told.finding else {
        panic!("{told:?}");
    };
    assert!(matches!(
        fault,
        Fault::Gradient | Fault::Update | Fault::Loss | Fault::Prediction
    ));
}
