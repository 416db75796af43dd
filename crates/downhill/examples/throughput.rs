//! What an update takes on this machine, in nanoseconds a sample: `workload shape figure` a line.
//! With the argument `growth`, how that grows: `growth.WITH.NUMBER figure` a line.
//!
//! `cargo xtask bench host` runs it beside what others take.

use std::hint::black_box;
use std::time::{Duration, Instant};

use downhill::loss::{AnyLoss, CrossEntropy, Squared};
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Tanh, Widths};
use downhill::optimizer::{Adam, AnyOptimizer, Sgd};
use downhill::random::Random;
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Fault, Recipe, Trainer};

/// Samples that lie in memory and are learned from again and again.
const SAMPLES: usize = 1024;
/// Samples between two looks at the clock.
const SLICE: usize = 1024;
const LEAST: Duration = Duration::from_millis(300);

type Samples<const N: usize> = Vec<([f32; N], [f32; 1])>;
type Net = Mlp<Const<8>, Const<16>, Const<3>, Tanh>;
type Classifier<const WORDS: usize> = Trainer<Net, CrossEntropy, Adam<f32>, (), [f32; WORDS]>;
const NET: usize = Classifier::<0>::ARENA;
const NET_BATCH: usize = Classifier::<0>::BATCH_ARENA;

fn main() -> Result<(), Fault> {
    if std::env::args().nth(1).is_some_and(|word| word == "growth") {
        return growth();
    }
    linear::<8, 10>("linear_8")?;
    linear::<64, 66>("linear_64")?;
    let samples =
        samples::<8>(|sum| f32::from(u8::from(sum > -0.5)) + f32::from(u8::from(sum > 0.5)));
    let mut fit = Classifier::new(Net::new(), CrossEntropy, Adam::new(0.001), [0.0; NET])?;
    fit.initialize(1);
    report("w4_1", "const", &samples, |(x, y)| {
        fit.observe(x, y).is_ok()
    });
    let mut fit = recipe(net(), 1).build(vec_arena())?;
    report("w4_1", "any", &samples, |(x, y)| fit.observe(x, y).is_ok());
    let mut fit = Classifier::new(Net::new(), CrossEntropy, Adam::new(0.001), [0.0; NET_BATCH])?;
    fit.initialize(1);
    report("w4_32", "const", &samples, |(x, y)| {
        fit.feed(32, x, y, 1.0).is_ok()
    });
    let mut fit = recipe(net(), 32).build(vec_arena())?;
    report("w4_32", "any", &samples, |(x, y)| {
        fit.feed(32, x, y, 1.0).is_ok()
    });
    Ok(())
}

/// Linear, squared loss, SGD, in each kind of shape.
fn linear<const N: usize, const WORDS: usize>(name: &str) -> Result<(), Fault> {
    let samples = samples::<N>(|sum| sum);
    let sgd = Sgd::new(0.01);
    let mut fit = Trainer::new(Linear::<Const<N>>::new(), Squared, sgd, [0.0; WORDS])?;
    report(name, "const", &samples, |(x, y)| fit.observe(x, y).is_ok());
    let shape = Dyn(black_box(N as u16));
    let model = Linear::<Dyn>::with_shape(shape, Const, Const);
    let mut fit = Trainer::new(model, Squared, sgd, [0.0; WORDS])?;
    report(name, "dyn", &samples, |(x, y)| fit.observe(x, y).is_ok());
    let model = AnyModel::Linear(Linear::with_shape(shape, Dyn(1), Dyn(1)));
    let mut fit = recipe(model, 1).build([0.0; WORDS])?;
    report(name, "any", &samples, |(x, y)| fit.observe(x, y).is_ok());
    let recipe = recipe(model, 1).scaling(Scaling::STANDARD_WITH_TARGET);
    let mut fit = recipe.build(vec![0.0; recipe.arena_len()].leak())?;
    for (x, y) in &samples {
        fit.fit_scaler(x, y)?;
    }
    fit.freeze_scaler();
    report(name, "scaled", &samples, |(x, y)| fit.observe(x, y).is_ok());
    Ok(())
}

fn net() -> AnyModel {
    let hidden = Widths(black_box([16, 0, 0]));
    AnyModel::Mlp(Mlp::with_shape(Dyn(8), hidden, Dyn(3), AnyActivation::Tanh))
}

/// What a recipe for this model is, as a file or the link would bring it.
fn recipe(model: AnyModel, batch: u16) -> Recipe<f32> {
    let linear = matches!(model, AnyModel::Linear(_));
    Recipe::new(
        model,
        match linear {
            true => AnyLoss::Squared(Squared),
            false => AnyLoss::CrossEntropy(CrossEntropy),
        },
        match linear {
            true => AnyOptimizer::Sgd(Sgd::new(0.01)),
            false => AnyOptimizer::Adam(Adam::new(0.001)),
        },
    )
    .batch(batch)
    .seed(1)
}

fn vec_arena() -> &'static mut [f32] {
    vec![0.0; NET_BATCH].leak()
}

/// Features in [-1, 1), and a target made of their sum.
fn samples<const N: usize>(target: impl Fn(f32) -> f32) -> Samples<N> {
    let mut random = Random::seed(1);
    let mut sample = || {
        let features: [f32; N] = std::array::from_fn(|_| 2.0 * random.unit::<f32>() - 1.0);
        (features, [target(features.iter().sum())])
    };
    (0..SAMPLES).map(|_| sample()).collect()
}

/// Learns from all samples again and again, and prints what one takes in the median slice: one
/// that was interrupted does not count.
fn report<S>(name: &str, shape: &str, samples: &[S], mut learn: impl FnMut(&S) -> bool) {
    let mut slices = Vec::new();
    let start = Instant::now();
    while slices.is_empty() || start.elapsed() < LEAST {
        for slice in samples.chunks(SLICE) {
            let start = Instant::now();
            let learned = slice.iter().filter(|sample| learn(black_box(sample)));
            let learned = learned.count();
            slices.push(start.elapsed().as_nanos() as f64 / slice.len() as f64);
            assert_eq!(learned, slice.len(), "{name} refused a sample");
        }
    }
    slices.sort_by(f64::total_cmp);
    println!("{name} {shape} {}", slices[slices.len() / 2]);
}

/// A linear model with more and more features, the same with more and more samples, a net with more
/// and more units, and W4 with larger and larger batches.
fn growth() -> Result<(), Fault> {
    for features in [4, 8, 16, 32, 64, 128, 256, 512] {
        wide(&format!("growth.features.{features}"), features, SAMPLES)?;
    }
    for rows in [1 << 8, 1 << 12, 1 << 16, 1 << 20] {
        wide(&format!("growth.samples.{rows}"), 8, rows)?;
    }
    let samples = samples::<8>(|sum| f32::from(u8::from(sum > 0.0)));
    for units in [2, 4, 8, 16, 32, 64] {
        let hidden = Widths([units, 0, 0]);
        let net = Mlp::with_shape(Dyn(8), hidden, Dyn(3), AnyActivation::Tanh);
        let mut fit = recipe(AnyModel::Mlp(net), 1).build(vec![0.0; 4096].leak())?;
        let parameters = fit.parameters().len();
        let name = format!("growth.parameters.{parameters}");
        report(&name, "", &samples, |(x, y)| fit.observe(x, y).is_ok());
    }
    for batch in [1, 2, 4, 8, 16, 32, 64, 128] {
        let mut fit = recipe(net(), 128).build(vec_arena())?;
        let name = format!("growth.batch.{batch}");
        report(&name, "", &samples, |(x, y)| {
            fit.feed(batch, x, y, 1.0).is_ok()
        });
    }
    Ok(())
}

/// A linear model of so many features on so many samples in memory.
fn wide(name: &str, features: u16, rows: usize) -> Result<(), Fault> {
    let mut random = Random::seed(1);
    let mut row = || -> Vec<f32> {
        let features = 0..features;
        features.map(|_| 2.0 * random.unit::<f32>() - 1.0).collect()
    };
    let samples: Vec<_> = (0..rows)
        .map(|_| {
            let row = row();
            let target = [row.iter().sum()];
            (row, target)
        })
        .collect();
    let model = Linear::<Dyn>::with_shape(Dyn(features), Const, Const);
    // So small a rate that many features do not overshoot.
    let mut fit = Trainer::new(model, Squared, Sgd::new(0.0005), vec![0.0; 520].leak())?;
    report(name, "", &samples, |(x, y)| fit.observe(x, y).is_ok());
    Ok(())
}
