//! Samples that every peer learns from, and their timing.

use std::time::{Duration, Instant};

/// Rows of features in [-1, 1), and their sums.
pub fn samples(rows: usize, columns: usize) -> (Vec<f32>, Vec<f32>) {
    let mut state = 1u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let features: Vec<f32> = (0..rows * columns).map(|_| unit()).collect();
    let sums = features.chunks(columns).map(|row| row.iter().sum()).collect();
    (features, sums)
}

/// One of three classes.
#[allow(dead_code)]
pub fn class(sum: f32) -> u32 {
    u32::from(sum > -0.5) + u32::from(sum > 0.5)
}

/// Learns from `count` samples again and again, and prints nanoseconds a sample in the median pass.
pub fn report(workload: &str, count: usize, mut learn: impl FnMut()) {
    learn();
    let (start, mut passes) = (Instant::now(), Vec::new());
    while start.elapsed() < Duration::from_millis(300) {
        let start = Instant::now();
        learn();
        passes.push(start.elapsed());
    }
    passes.sort();
    let median = passes[passes.len() / 2].as_nanos() as f64;
    println!("{workload} {}", median / count as f64);
}
