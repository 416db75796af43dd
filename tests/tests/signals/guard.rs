//! The guard of a fan, on emulated boards: it learns by itself, alarms, and learns anew by its button.

use downhill::fit;
use downhill::normal::{Description, Detector, KMeans, Kind, Settings};
use downhill::signal::{self, Stage};
use downhill_firmware::synthetic::Fan;
use downhill_link::{
    Alert, Capabilities, ClientEvent, Command, Event, Query, SECTIONS, Signal, Topics, staged_hash,
};
use downhill_tests::emulator::{Emulator, firmware};
use downhill_tests::host::Host;

const DETECTOR: Description<f32> = Description {
    kind: Kind::KMeans { centers: 8 },
    scaled_by: 40,
    settings: Settings {
        learn: 150,
        calibrate: 100,
        share: 0.01,
        votes: [5, 8],
        cool_down: 64,
    },
};
const WORDS: usize = KMeans::<[f32; 0]>::words(8, 8);
/// Windows of the run; the fan is out of balance in these, and the button is pressed in this one.
const WINDOWS: u32 = 660;
const FAULTS: [std::ops::Range<u32>; 2] = [290..310, 620..640];
const BUTTON: u32 = 330;

/// The guard's twin, its fan included.
struct Twin {
    fan: Fan,
    stage: Stage<[f32; 128]>,
    detector: Detector<KMeans<[f32; WORDS]>>,
    windows: u32,
}

impl Twin {
    fn new() -> Self {
        let text = "window=64: std,mean_crossings,crest,diff";
        let description = signal::Description::<f32>::parse(text, &["x", "y"], None).unwrap();
        let model = KMeans::new(8, 8, DETECTOR.scaled_by, [0.0; WORDS]).unwrap();
        Self {
            fan: Fan::new(1),
            stage: Stage::new(description, [0.0; 128]).unwrap(),
            detector: Detector::new(model, DETECTOR.settings).unwrap(),
            windows: 0,
        }
    }

    /// The next window, and what the detector makes of it.
    fn window(&mut self) -> ([f32; 8], downhill::Step<f32>) {
        let is_faulty = FAULTS.iter().any(|fault| fault.contains(&self.windows));
        let mut features = [0.0; 8];
        while !self
            .stage
            .push(&self.fan.sample(is_faulty), &mut features)
            .unwrap()
        {}
        if self.windows == BUTTON {
            self.detector.forget();
        }
        self.windows += 1;
        let step = self.detector.execute(fit::Command::Sample {
            features: &features,
            target: &[],
            weight: 1.0,
        });
        (features, step.unwrap())
    }
}

/// What a guard has told.
#[derive(Default)]
struct Told {
    /// Windows that raised an alarm, counted from 0.
    alarms: Vec<u32>,
    /// Alerts, and the windows behind which they came.
    alerts: Vec<(u32, Alert)>,
}

/// Runs a guard for so many windows beside its twin, which has the same bits.
fn watched(host: &mut Host, twin: &mut Twin, windows: u32, told: &mut Told) {
    let mut hear = |event: ClientEvent<'_>| match event {
        ClientEvent::Event(Event::Learned {
            sample,
            step,
            loss,
            fingerprint,
            features,
            target,
        }) => {
            let (own, done) = twin.window();
            let bits = features.iter().map(f32::to_bits);
            assert!(bits.eq(own.map(f32::to_bits)), "window {sample}");
            assert_eq!(target.len(), 0);
            assert_eq!((step, loss.to_bits()), (done.number, done.loss.to_bits()));
            assert_eq!(fingerprint, twin.detector.fingerprint(), "window {sample}");
            if loss.is_sign_negative() {
                told.alarms.push(twin.windows - 1);
            }
        }
        ClientEvent::Event(Event::Alert { alert, .. }) => {
            told.alerts.push((twin.windows - 1, alert));
        }
        event => panic!("{event:?}"),
    };
    let before = host.counters_and(&mut hear).turns;
    let turns = windows * 64;
    host.command(&Command::Start { turns }, &mut hear);
    while host.counters_and(&mut hear).turns < before + u64::from(turns) {}
    host.settle(&mut hear);
}

/// A guard that everything is subscribed of but its samples.
fn greet(emulator: &Emulator) -> Host {
    let mut host = Host::greet(emulator);
    let topics = Topics {
        samples: false,
        steps: true,
        verdicts: true,
    };
    let credit = 10_000;
    host.command(&Command::Subscribe { topics, credit }, |_| {});
    host
}

/// It alarms within the twenty windows of a fault, once, and never else; and the same behind the button.
fn is_on_guard(told: &Told) {
    let [first, second] = told.alarms[..] else {
        panic!("alarms in windows {:?}", told.alarms)
    };
    assert!(FAULTS[0].contains(&first) && FAULTS[1].contains(&second));
    let alerts: Vec<_> = told.alerts.iter().map(|(_, alert)| *alert).collect();
    assert_eq!(alerts, [Alert::Anomaly, Alert::Usual].repeat(2));
    assert_eq!([told.alerts[0].0, told.alerts[2].0], [first, second]);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_micro_bit_guards_a_fan_and_keeps_checkpoints() {
    let program = firmware("microbit", "fan");
    let emulator = Emulator::boot("microbit", &program, &[]);
    let mut host = greet(&emulator);
    let device = host.client.device().unwrap();
    assert!(device.capabilities.contains(Capabilities::DETECTOR));
    let (mut twin, mut told) = (Twin::new(), Told::default());
    watched(&mut host, &mut twin, WINDOWS, &mut told);
    is_on_guard(&told);
    // The recipe that it tells is that of a detector, and its checkpoint knows it by its hash.
    let mut section = [0; SECTIONS];
    let signal = Signal::with_detector(&[], &DETECTOR, &mut section);
    let recipe = Description::recipe(8);
    let mut bytes = [0; 600];
    let length = twin
        .detector
        .save(&staged_hash(&recipe, signal).0.to_le_bytes(), &mut bytes);
    assert_eq!(length, Ok(564));
    let mut found = None;
    host.client.ask(Query::Recipe);
    host.settle(|event| {
        if let ClientEvent::Recipe(recipe, signal) = event {
            found = Some((recipe, signal.detector()));
        }
    });
    assert_eq!(found, Some((Some(recipe), Some(DETECTOR))));
    let counters = host.counters_and(|_| {});
    // Each fifty windows of two hundred and fifty, twice, and once as it had forgotten all.
    assert_eq!((counters.saved, counters.unsaved), (10, 0), "{counters:?}");
    assert!((8_000..14_000).contains(&counters.stack), "{counters:?}");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_cortex_m4f_guards_a_fan() {
    let program = firmware("mps2-an386", "fan");
    let emulator = Emulator::boot("mps2-an386", &program, &[]);
    let (mut twin, mut told) = (Twin::new(), Told::default());
    watched(&mut greet(&emulator), &mut twin, WINDOWS, &mut told);
    is_on_guard(&told);
}
