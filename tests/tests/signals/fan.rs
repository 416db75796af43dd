//! A simulated fan: its detector, alone on a device, tells faults soon and raises no false alarm.

use downhill::normal::{Detector, Mahalanobis, Phase, Settings};
use downhill::signal::{Description, Stage};
use downhill_tests::fan::{Fan, FanFault};
use downhill_tests::is_long;

/// Windows that are learned from, calibrated on and watched, and those that a fault is to be told in.
const LEARN: u32 = 900;
const CALIBRATE: u32 = 450;
const WATCH: u32 = 100;
const WITHIN: u32 = 20;
/// Seeds that nothing was chosen by.
const HELD_OUT: u64 = 9_000;

/// The features of windows of 1.28 s.
fn next(fan: &mut Fan, stage: &mut Stage<Vec32>, features: &mut [f32]) {
    while !stage.push(&fan.sample(), features).expect("a sample") {}
}

/// Room of a stage.
type Vec32 = &'static mut [f32];

/// Outcome of a run.
struct Run {
    /// Alarms while the fan was sound.
    false_alarms: u32,
    /// The window, counted from the fault's first, with which there was an alarm.
    told: Option<u32>,
    /// Scores of the faulty windows, in thresholds.
    scores: Vec<f32>,
}

/// A fan that is sound for a time, and then has a fault.
fn run(seed: u64, fault: FanFault, level: f64) -> Run {
    let text = "window=512 rate=400Hz: std,mean_crossings,crest,logbands:octave,corr(x,y)";
    let description = Description::<f32>::parse(text, &["x", "y"], None).expect("a description");
    let (words, width) = (description.arena_len(), description.len());
    let mut stage = Stage::new(description, vec![0.0; words].leak()).expect("room");
    let words = vec![0.0f32; Mahalanobis::<&mut [f32]>::words(width)].leak();
    let model = Mahalanobis::new(width, 0.1, words).expect("a model");
    let settings = Settings {
        learn: LEARN,
        calibrate: CALIBRATE,
        votes: [7, 12],
        ..Settings::default()
    };
    let mut detector = Detector::new(model, settings).expect("settings");
    let (mut fan, mut features) = (Fan::new(seed), vec![0.0; width]);
    let mut false_alarms = 0;
    for _ in 0..LEARN + CALIBRATE + WATCH {
        next(&mut fan, &mut stage, &mut features);
        let seen = detector.observe(&features).expect("a window");
        false_alarms += u32::from(seen.alarm);
    }
    assert_eq!(detector.phase(), Phase::Watching);
    let threshold = detector.threshold().expect("it watches");
    fan.fail(fault, level);
    let (mut told, mut scores) = (None, Vec::new());
    for window in 1..=WITHIN {
        next(&mut fan, &mut stage, &mut features);
        let seen = detector.observe(&features).expect("a window");
        scores.push(seen.score.expect("a score") / threshold);
        if detector.is_on() {
            told = told.or(Some(window));
        }
    }
    Run {
        false_alarms,
        told,
        scores,
    }
}

/// Each fault is told within twenty windows, and at most one alarm in ten thousand is false. Levels are
/// from 12 to 20 % of the root mean square.
#[test]
fn every_fault_of_a_fan_is_told_soon_and_nothing_else_is() {
    let runs = if is_long() { 200 } else { 12 };
    let (mut alarms, mut latest, mut missed) = (0, 0, Vec::new());
    for at in 0..runs {
        let fault = FanFault::ALL[at as usize % 4];
        let level = 0.12 + 0.08 * (at / 4 % 10) as f64 / 9.0;
        let run = run(HELD_OUT + at, fault, level);
        alarms += run.false_alarms;
        match run.told {
            Some(window) => latest = latest.max(window),
            None => missed.push(format!("run {at}, {fault:?} by {level}: {:?}", run.scores)),
        }
    }
    let watched = runs as u32 * WATCH;
    println!(
        "{runs} runs, {watched} sound windows, {alarms} false alarms, told by window {latest}"
    );
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(
        alarms <= watched / 10_000,
        "{alarms} false alarms in {watched} windows"
    );
}
