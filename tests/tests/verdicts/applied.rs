//! A monitor counts a batch that is applied before it is full.

use downhill::Fault;
use downhill::health::{Finding, Health, Monitor};
use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::{Const, Trainer};

type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, (), [f32; 16]>;

const EVERY: u16 = 16;

fn watched(rate: f32) -> (Fit, Monitor<[f32; 16]>) {
    let fit = Fit::new(Linear::new(), Squared, Sgd::new(rate), [0.0; 16]).unwrap();
    let health = Health::every(EVERY);
    let monitor = Monitor::new(health, &fit, [0.0; 16]).unwrap();
    (fit, monitor)
}

/// Feeds one sample of a batch of two, and applies it.
fn step(fit: &mut Fit, monitor: &mut Monitor<[f32; 16]>, (x, y): ([f32; 1], [f32; 1])) {
    let outcome = fit.feed(2, &x, &y, 1.0);
    monitor.watch(fit, (&x, &y, 1.0), &outcome);
    let outcome = fit.apply();
    monitor.applied(fit, &outcome);
}

/// Its loss counts, and there is no sample to look at, of which a constant guess would be made.
#[test]
fn its_loss_counts_and_its_sample_is_not_looked_at() {
    let (mut fit, mut monitor) = watched(0.1);
    let (x, y) = ([1.0], [3.0]);
    for _ in 0..32 {
        let outcome = fit.feed(2, &x, &y, 1.0);
        monitor.watch(&fit, (&x, &y, 1.0), &outcome);
    }
    let (before, guess) = (monitor.loss(), monitor.baseline());
    // From a fit of 3 to a target of -3 at once.
    step(&mut fit, &mut monitor, (x, [-3.0]));
    assert_eq!(fit.steps(), 17);
    assert!(monitor.loss() > before, "{before}, {}", monitor.loss());
    for _ in 0..5 * u32::from(EVERY) {
        step(&mut fit, &mut monitor, (x, [-3.0]));
    }
    assert_eq!(monitor.baseline(), guess);
    assert!(monitor.loss() < 0.1, "{}", monitor.loss());
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
