//! A monitor counts a batch that is applied before it is full.

use downhill::fit::{Command, Fit};
use downhill::health::{Finding, Health, Monitor};
use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::{Const, Fault, Trainer};

type Words = [f32; 16];
type Line = Fit<Linear<Const<1>>, Squared, Sgd<f32>, (), Words, Option<Monitor<Words>>>;

const EVERY: u16 = 16;
const BATCH: u16 = 2;

fn monitored(rate: f32) -> Line {
    let (model, optimizer) = (Linear::new(), Sgd::new(rate));
    let trainer = Trainer::new(model, Squared, optimizer, [0.0; 16]).unwrap();
    Fit::monitored(trainer, BATCH, Health::every(EVERY), [0.0; 16]).unwrap()
}

/// Feeds one sample of a batch of two, and applies it; what is refused, the monitor reports.
fn step(fit: &mut Line, (x, y): ([f32; 1], [f32; 1])) {
    let _ = fit.observe(&x, &y, 1.0);
    let _ = fit.execute(Command::ApplyBatch);
}

fn loss_and_baseline(fit: &Line) -> (f32, f32) {
    let monitor = fit.monitor.as_ref().unwrap();
    (monitor.loss(), monitor.baseline())
}

/// Its loss counts, and there is no sample to look at, of which a constant guess would be made.
#[test]
fn its_loss_counts_and_its_sample_is_not_looked_at() {
    let mut fit = monitored(0.1);
    let (x, y) = ([1.0], [3.0]);
    for _ in 0..32 {
        fit.observe(&x, &y, 1.0).unwrap();
    }
    let (before, guess) = loss_and_baseline(&fit);
    // From a fit of 3 to a target of -3 at once.
    step(&mut fit, (x, [-3.0]));
    assert_eq!(fit.trainer.steps(), 17);
    let (after, _) = loss_and_baseline(&fit);
    assert!(after > before, "{before}, {after}");
    for _ in 0..5 * u32::from(EVERY) {
        step(&mut fit, (x, [-3.0]));
    }
    let (last, baseline) = loss_and_baseline(&fit);
    assert_eq!(baseline, guess);
    assert!(last < 0.1, "{last}");
}

#[test]
fn its_refusal_is_told() {
    let mut fit = monitored(1e30);
    let mut told = None;
    for _ in 0..8 {
        step(&mut fit, ([1e4], [1.0]));
        told = told.or(fit.verdict());
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
