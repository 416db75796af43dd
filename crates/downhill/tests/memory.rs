//! The memory that the crate's page states.

use downhill::loss::Squared;
use downhill::model::{Mlp, Tanh};
use downhill::optimizer::{Adam, Optimizer, Sgd};
use downhill::{Const, Trainer};

/// The net `I`-`H`-1.
type Net<const I: usize, const H: usize> = Mlp<Const<I>, Const<H>, Const<1>, Tanh>;

/// Bytes of arena and trainer, on a 32-bit or a 64-bit machine alike: the arena is inside.
fn bytes<const I: usize, const H: usize, O: Optimizer<f32>>() -> usize {
    let arena = Trainer::<Net<I, H>, Squared, O, (), [f32; 0]>::ARENA;
    size_of::<Trainer<Net<I, H>, Squared, O, (), [f32; 0]>>() + arena * size_of::<f32>()
}

#[test]
fn the_arena_and_the_trainer_are_as_small_as_stated() {
    let page = include_str!("../README.md");
    for (net, optimizer, ours, theirs, share) in [
        (
            "3-16-1",
            "gradient descent",
            bytes::<3, 16, Sgd<f32>>(),
            1_064,
            0.50,
        ),
        ("3-16-1", "Adam", bytes::<3, 16, Adam<f32>>(), 1_872, 0.65),
        (
            "8-32-1",
            "gradient descent",
            bytes::<8, 32, Sgd<f32>>(),
            3_964,
            0.50,
        ),
        ("8-32-1", "Adam", bytes::<8, 32, Adam<f32>>(), 6_692, 0.65),
    ] {
        assert!(
            ours as f64 <= share * f64::from(theirs),
            "{net}, {optimizer}: {ours} bytes"
        );
        let row = format!(
            "| {net} | {optimizer} | {} | {} |",
            thousands(ours),
            thousands(theirs as usize)
        );
        assert!(page.contains(&row), "the page should say {row}");
    }
}

fn thousands(n: usize) -> String {
    if n < 1000 {
        n.to_string()
    } else {
        format!("{},{:03}", n / 1000, n % 1000)
    }
}

#[test]
fn the_smallest_fit_takes_64_bytes() {
    type Fit = Trainer<downhill::model::Linear<Const<8>>, Squared, Sgd<f32>, (), [f32; 0]>;
    assert!(
        size_of::<Fit>() + Fit::ARENA * 4 <= 64,
        "{}",
        size_of::<Fit>() + Fit::ARENA * 4
    );
}
