//! The first two programs of any course on optimization.

use downhill::loss::Squared;
use downhill::model::Linear;
use downhill::optimizer::Sgd;
use downhill::{Const, Trainer};

/// f(x) = (x - 3)² from x = 0 at rate 0.1: a model that is nothing but a bias.
#[test]
fn minimizing_a_parabola() {
    type Fit = Trainer<Linear<Const<0>>, Squared, Sgd<f32>, (), [f32; 2]>;
    let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(0.1), [0.0; Fit::ARENA]).unwrap();
    let mut last = f32::INFINITY;
    for _ in 0..10 {
        let step = fit.observe(&[], &[3.0]).unwrap();
        assert!(step.loss < last);
        last = step.loss;
    }
    assert_eq!(fit.parameters()[0].to_bits(), 0x402b_6258);
    assert_eq!(fit.parameters()[0], 2.677_877_4);
}

/// y = w x through (1, 2), (2, 4), (3, 6), by the mean squared error of all three at once.
#[test]
fn fitting_a_slope() {
    type Fit = Trainer<Linear<Const<1>, Const<1>, Const<0>>, Squared, Sgd<f32>, (), [f32; 6]>;
    let arena = [0.0; Fit::BATCH_ARENA];
    let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(0.1), arena).unwrap();
    let mut last = f32::INFINITY;
    while last > 0.0 {
        for (x, y) in [(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)] {
            fit.accumulate(&[x], &[y], 1.0).unwrap();
        }
        let step = fit.apply().unwrap();
        assert!(
            step.loss < last,
            "step {}: {} after {last}",
            step.number,
            step.loss
        );
        assert!(step.number < 100);
        last = step.loss;
    }
    assert_eq!(fit.parameters(), [2.0]);
}
