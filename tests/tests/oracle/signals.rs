//! Features and filters of signals against NumPy and SciPy.

use std::collections::BTreeMap;

use downhill::Real;
use downhill::signal::{Cosines, Description, Stage};
use serde::Deserialize;
use serde_json::Value;

use super::reals;

#[derive(Deserialize)]
struct Vectors {
    signals: BTreeMap<String, Signal>,
}

#[derive(Deserialize)]
struct Signal {
    samples: Vec<f64>,
    hann: BTreeMap<usize, BTreeMap<String, Value>>,
    rect: BTreeMap<usize, BTreeMap<String, Value>>,
    filtered: BTreeMap<String, Vec<f64>>,
}

fn vectors() -> Vectors {
    let text = include_str!("../../data/oracle/signals.json");
    serde_json::from_str(text).expect("signals.json")
}

/// The features of all windows of one channel.
fn windows<T: Cosines>(text: &str, samples: &[f64]) -> Vec<Vec<T>> {
    let description = Description::<T>::parse(text, &["x"], Some(100.0));
    let description = description.unwrap_or_else(|error| panic!("{}", error.caret(text)));
    let mut arena = vec![T::ZERO; description.arena_len()];
    let mut features = vec![T::ZERO; description.len()];
    let mut stage = Stage::new(description, &mut arena[..]).expect("room");
    let mut all = Vec::new();
    for sample in reals::<T>(samples) {
        if stage.push(&[sample], &mut features).expect("a sample") {
            all.push(features.clone());
        }
    }
    all
}

/// The feature's text for a name of the oracle.
fn feature(name: &str) -> &str {
    match name {
        "autocorr" => "autocorr:1,7",
        "bands" => "bands:5",
        "octave" => "bands:octave",
        "edges" => "bands:edges=1,7,20,45Hz",
        name => name,
    }
}

/// How far a feature may be from the oracle's.
fn tolerance<T: Real>(name: &str, samples: &[f64], expected: &[f64]) -> f64 {
    let largest = |numbers: &[f64]| numbers.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let (most, count) = (largest(samples), samples.len() as f64);
    let is_double = T::WORDS == 2;
    let of = |double: f64, single: f64| if is_double { double } else { single };
    match name {
        "zero_crossings" | "mean_crossings" => 0.0,
        "mean" | "std" | "rms" | "min" | "max" | "p2p" | "mav" | "diff" => of(1e-9, 2e-6) * most,
        "var" => of(1e-9, 2e-6) * most * most,
        "energy" => of(1e-9, 2e-6) * most * most * count,
        "slope" => of(1e-9, 2e-6) * most * 100.0,
        // Of the largest band; of rounding alone, of the window's largest power.
        "bands" | "octave" | "edges" => {
            of(1e-9, 2e-5) * largest(expected) + of(1e-18, 1e-12) * most * most
        }
        "skew" | "kurtosis" | "crest" | "autocorr" => of(1e-9, 1e-3) * largest(expected).max(1.0),
        _ => of(1e-9, 1e-3) * 50.0,
    }
}

fn compare<T: Cosines>() {
    for (signal, vector) in &vectors().signals {
        for (taper, lengths) in [("hann", &vector.hann), ("rect", &vector.rect)] {
            for (&length, expected) in lengths {
                let samples = &vector.samples[..length];
                for (name, expected) in expected {
                    // An impulse has the same power in every bin, but for rounding.
                    if (&signal[..], &name[..]) == ("impulse", "dominant") {
                        continue;
                    }
                    let expected: Vec<f64> = match expected {
                        Value::Array(several) => several.iter().filter_map(Value::as_f64).collect(),
                        one => one.as_f64().into_iter().collect(),
                    };
                    let text = format!("window={length} taper={taper}: {}", feature(name));
                    let own = windows::<T>(&text, samples);
                    assert_eq!((own.len(), own[0].len()), (1, expected.len()), "{text}");
                    let within = tolerance::<T>(name, samples, &expected);
                    for (own, exact) in own[0].iter().zip(&expected) {
                        let own = own.to_f64();
                        assert!(
                            (own - exact).abs() <= within,
                            "{signal}, {text}: {own}, SciPy {exact}, within {within}"
                        );
                    }
                }
            }
        }
        for (filter, expected) in &vector.filtered {
            let text = format!("window=1 {filter}: lag:0");
            let samples = &vector.samples[..256];
            let own = windows::<T>(&text, samples);
            assert_eq!(own.len(), expected.len(), "{text}");
            let most = samples.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            let within = if T::WORDS == 2 { 1e-9 } else { 1e-5 } * most;
            for (at, (own, exact)) in own.iter().zip(expected).enumerate() {
                let own = own[0].to_f64();
                assert!(
                    (own - exact).abs() <= within,
                    "{signal}, {text}, {at}: {own}, SciPy {exact}"
                );
            }
        }
    }
}

#[test]
fn double_precision_is_that_of_scipy() {
    compare::<f64>();
}

#[test]
fn single_precision_is_near_that_of_scipy() {
    compare::<f32>();
}
