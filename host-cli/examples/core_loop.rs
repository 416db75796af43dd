//! The core's own loop over rows in memory, for the Python package to be measured beside: median
//! seconds of a pass of stochastic gradient descent over the rows of a file of `f32`, features and
//! target of each.

use std::time::Instant;

use downhill::fit::AnyFit;
use downhill::health::Health;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Dyn, Recipe, scaler};

const ROUNDS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(width)) = (arguments.next(), arguments.next()) else {
        panic!("core_loop FILE WIDTH");
    };
    let width: usize = width.parse().expect("a number of features");
    let bytes = std::fs::read(file).expect("a file of numbers");
    let words = bytes.chunks_exact(4);
    let numbers: Vec<f32> = words
        .map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    let (features, targets): (Vec<&[f32]>, Vec<&[f32]>) = numbers
        .chunks_exact(width + 1)
        .map(|row| row.split_at(width))
        .unzip();
    let features: Vec<f32> = features.concat();
    let targets: Vec<f32> = targets.concat();
    let recipe = Recipe::<f32>::new(
        AnyModel::Linear(Linear::with_shape(Dyn(width as u16), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Sgd(Sgd::new(0.001)),
    )
    .scaling(Scaling {
        target: true,
        ..Scaling::STANDARD
    })
    .health(Health::every(Health::DEFAULT_EVERY));
    let arena = vec![0.0; recipe.arena_len()].leak();
    let monitor = vec![0.0; recipe.monitor_len()].leak();
    let mut fit: AnyFit<&mut [f32]> = recipe.build_fit(arena, monitor).expect("a fit");
    for (row, target) in features.chunks_exact(width).zip(&targets) {
        let learned = fit.trainer.fit_scaler(row, &[*target]);
        learned.expect("a row");
    }
    fit.trainer.freeze_scaler();
    assert!(scaler::samples(fit.trainer.scaler()) > 0.0);
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for (row, target) in features.chunks_exact(width).zip(&targets) {
                let step = fit.observe(row, &[*target], 1.0);
                step.expect("a step");
            }
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{}", times[ROUNDS / 2]);
}
