//! Windows of real recordings against NumPy's features of them.

use std::collections::HashMap;

use downhill::signal::{Cosines, Description, Stage};

use downhill_tests::data;

/// A table of the folder of signals: its header and its rows.
pub(super) fn table(name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let path = data(&format!("signals/{name}"));
    let text = std::fs::read_to_string(&path).expect("a table");
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(String::from).collect());
    let header = lines.next().expect("a header");
    (header, lines.collect())
}

/// The features of one window.
fn features<T: Cosines>(description: &Description<T>, samples: &[Vec<f64>]) -> Vec<f64> {
    let mut arena = vec![T::ZERO; description.arena_len()];
    let mut stage = Stage::new(*description, &mut arena[..]).expect("room");
    let mut features = vec![T::ZERO; description.len()];
    let mut windows = 0;
    for sample in samples {
        let sample: Vec<T> = sample.iter().map(|&x| T::from_f64(x)).collect();
        windows += usize::from(stage.push(&sample, &mut features).expect("a sample"));
    }
    assert_eq!(windows, 1);
    features.iter().map(|x| x.to_f64()).collect()
}

/// The features of these windows, f32 or f64, within the bar of the largest absolute value of the
/// window, and of its largest band; crossings exact. What `f32` makes of a sample as it comes in
/// is no error of the stage: bands are those of the samples as that holds them, which in `f64` is
/// compared with NumPy's.
fn compare<T: Cosines>(raw: &str, reference: &str, (window, channels): (usize, &[&str])) {
    let (header, rows) = table(raw);
    let at = |name: &str| {
        let mut names = header.iter();
        names.position(|known| known == name).expect("a column")
    };
    let columns: Vec<usize> = channels.iter().map(|name| at(name)).collect();
    let mut recordings = HashMap::<&str, Vec<Vec<f64>>>::new();
    for row in &rows {
        let sample = columns.iter().map(|&at| row[at].parse().expect("a number"));
        recordings
            .entry(&row[0])
            .or_default()
            .push(sample.collect());
    }
    let text = format!("window={window}: mean,std,rms,min,max,mean_crossings,bands:8");
    let description = Description::<T>::parse(&text, channels, None).expect("a description");
    let double = Description::<f64>::parse(&text, channels, None).expect("a description");
    let (header, rows) = table(reference);
    assert_eq!(description.len() + 2, header.len());
    let is_double = T::WORDS == 2;
    for row in &rows {
        let begin: usize = row[1].parse().expect("a sample");
        let samples = &recordings[&row[0][..]][begin..begin + window];
        let own = features(&description, samples);
        let rounded = samples.iter().map(|sample| {
            let of = |&x: &f64| T::from_f64(x).to_f64();
            sample.iter().map(of).collect()
        });
        let held = features(&double, &rounded.collect::<Vec<_>>());
        let all = own.chunks(14).zip(held.chunks(14)).zip(row[2..].chunks(14));
        for (channel, ((own, held), exact)) in all.enumerate() {
            let exact: Vec<f64> = exact.iter().map(|x| x.parse().expect("a number")).collect();
            let (mean, largest) = (exact[0], exact[3].abs().max(exact[4].abs()));
            let largest_band = exact[6..].iter().fold(0.0, |most: f64, &x| most.max(x));
            for (k, (own, &exact)) in own.iter().zip(&exact).enumerate() {
                let (exact, within) = match (k, is_double) {
                    (..5, true) => (exact, 1e-9 * largest),
                    (..5, false) => (exact, 2e-6 * largest),
                    (5, _) => {
                        // Samples within rounding of the mean may be on either side.
                        let is_close = |x: &&Vec<f64>| (x[channel] - mean).abs() < 2e-6 * largest;
                        (exact, 2.0 * samples.iter().filter(is_close).count() as f64)
                    }
                    (_, true) => (exact, 1e-9 * largest_band),
                    (k, false) => (held[k], 2e-5 * largest_band),
                };
                assert!(
                    (own - exact).abs() <= within,
                    "{reference}, {}, {} {k}: {own}, NumPy {exact}, within {within:e}",
                    row[..2].join(" "),
                    channels[channel]
                );
            }
        }
    }
}

fn all<T: Cosines>() {
    compare::<T>(
        "st_har.csv",
        "st_har.features_ref.csv",
        (128, &["ax", "ay", "az"]),
    );
    let motion = ["ax", "ay", "az", "gx", "gy", "gz"];
    compare::<T>(
        "nicla_motion.csv",
        "nicla_motion.features_ref.csv",
        (128, &motion),
    );
    for series in ["machine_temp", "ambient_temp"] {
        let reference = format!("nab_temps.{series}.features_ref.csv");
        compare::<T>("nab_temps.csv", &reference, (64, &["value"]));
    }
}

#[test]
fn features_in_double_precision_are_those_of_numpy() {
    all::<f64>();
}

#[test]
fn features_in_single_precision_are_those_of_numpy() {
    all::<f32>();
}
