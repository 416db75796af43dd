//! Detectors of anomalies on a lab: windows over the link, and the core's own detector beside it.

use crate::common::{Host, NoPin, Wire};
use downhill::checkpoint;
use downhill::fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyActivation, AnyModel, Mlp, Widths};
use downhill::normal::{AnyDetector, Description, Kind, Settings};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::random::Random;
use downhill::rules::Scaling;
use downhill::signal;
use downhill::{Dyn, Fault, NumberType, Recipe, Setting};
use downhill_firmware::{Connection, Lab};
use downhill_link::{
    self as link, Ack, Block, Capabilities, ClientEvent, Command, CommandError, Numbers, Query,
    Raw, SECTIONS, SIGNAL, Signal, staged_hash,
};

const SETTINGS: Settings<f32> = Settings {
    learn: 60,
    calibrate: 30,
    share: 0.05,
    votes: [3, 5],
    cool_down: 10,
};

fn described(kind: Kind<f32>) -> Description<f32> {
    Description {
        kind,
        scaled_by: 20,
        settings: SETTINGS,
    }
}

/// Each kind of detector of so many features, with its recipe.
fn all(features: u16) -> [(Description<f32>, Recipe<f32>); 3] {
    let width = Dyn(features);
    let encoder = Mlp::with_shape(width, Widths([2, 0, 0]), width, AnyActivation::Tanh);
    let recipe = Recipe::new(
        AnyModel::Mlp(encoder),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Adam(Adam::new(0.01)),
    )
    .scaling(Scaling::STANDARD_WITH_TARGET)
    .seed(7);
    let alone = Description::recipe(features);
    [
        (described(Kind::Mahalanobis { shrinkage: 0.1 }), alone),
        (described(Kind::KMeans { centers: 3 }), alone),
        (described(Kind::Reconstruction), recipe),
    ]
}

fn lab(words: usize) -> Host {
    let leak = |words: usize| Box::leak(vec![f32::NAN; words].into_boxed_slice());
    let (arena, numbers) = (leak(words), leak(256));
    let mut host = Host::of(|wire: Wire| {
        Lab::new(Connection::new("test", wire), NoPin, arena).signal_memory(numbers)
    });
    host.greet();
    let capabilities = host.client.device().unwrap().capabilities;
    assert!(capabilities.contains(Capabilities::DETECTOR));
    host
}

fn configure(
    host: &mut Host,
    (detector, recipe): &(Description<f32>, Recipe<f32>),
    stage: &[u8],
) -> Ack {
    let mut bytes = [0; SECTIONS];
    let signal = Signal::with_detector(stage, detector, &mut bytes);
    host.command(&Command::Configure(*recipe, signal))
}

fn twin((detector, recipe): &(Description<f32>, Recipe<f32>)) -> AnyDetector<[f32; 512]> {
    detector.build(recipe, [0.0; 512]).unwrap()
}

/// A window in which two numbers follow from one; the third is larger than any while `is_off`.
fn window(random: &mut Random, is_off: bool) -> [f32; 3] {
    let x: f32 = random.unit();
    let own = random.unit::<f32>() + if is_off { 9.0 } else { 0.0 };
    [x, 100.0 - 3.0 * x + 0.1 * random.unit::<f32>(), own]
}

fn sample(features: &[f32]) -> fit::Command<'_, f32> {
    fit::Command::Sample {
        features,
        target: &[],
        weight: 1.0,
    }
}

/// What a lab answers to a window is what the core makes of it; returns the score, its sign an alarm.
fn same(host: &mut Host, twin: &mut AnyDetector<[f32; 512]>, window: &[f32]) -> f32 {
    let board = host.sample(window, &[]);
    let step = twin.execute(sample(window)).unwrap();
    let told = board.result.unwrap();
    assert_eq!(
        (told.step, told.loss.to_bits()),
        (step.number, step.loss.to_bits())
    );
    assert_eq!(board.fingerprint, twin.fingerprint());
    told.loss
}

#[test]
fn a_lab_learns_calibrates_and_alarms_as_the_core_does() {
    let mut host = lab(2048);
    for own in all(3) {
        let mut twin = twin(&own);
        let mut random = Random::seed(5);
        let begun = configure(&mut host, &own, &[]);
        assert_eq!(begun.fingerprint, twin.fingerprint());
        for at in 0..150 {
            let score = same(&mut host, &mut twin, &window(&mut random, false));
            assert_eq!(score == 0.0, at < 60, "{at}");
        }
        let alarms = (0..5).filter(|_| {
            let window = window(&mut random, true);
            same(&mut host, &mut twin, &window).is_sign_negative()
        });
        assert_eq!(alarms.count(), 1);
        assert!(twin.is_on());
    }
}

#[test]
fn a_detector_goes_on_from_its_checkpoint() {
    for own in all(3) {
        for stop in [10, 40, 75, 120] {
            let (mut host, mut twin, mut random) = (lab(2048), twin(&own), Random::seed(5));
            configure(&mut host, &own, &[]);
            for _ in 0..stop {
                same(&mut host, &mut twin, &window(&mut random, false));
            }
            let saved = host.checkpoint();
            let mut bytes = vec![0; checkpoint::bytes::<f32>(8, 200)];
            let mut sections = [0; SECTIONS];
            let signal = Signal::with_detector(&[], &own.0, &mut sections);
            let hash = staged_hash(&own.1, signal).0.to_le_bytes();
            let length = twin.save(&hash, &mut bytes).unwrap();
            assert_eq!(bytemuck::cast_slice::<_, u8>(&saved), &bytes[..length]);
            // A lab that begins anew takes it over, and one of another detector does not.
            let mut other = lab(2048);
            configure(&mut other, &own, &[]);
            other.put(&saved);
            let resumed = other.command(&Command::Resume);
            assert_eq!(resumed.fingerprint, twin.fingerprint());
            same(&mut other, &mut twin, &window(&mut random, false));
            let mut changed = own;
            changed.0.settings.cool_down += 1;
            configure(&mut other, &changed, &[]);
            other.put(&saved);
            let refused = other.command(&Command::Resume);
            assert_eq!(refused.result, Err(CommandError::Recipe));
        }
    }
}

#[test]
fn what_a_detector_has_not_is_refused_and_changes_nothing() {
    let mut host = lab(2048);
    let [own, ..] = all(3);
    let begun = configure(&mut host, &own, &[]);
    let setting = Fault::Setting(Setting::Detector);
    let one = Numbers::new(&[1.0]);
    let three = Numbers::new(&[1.0, 2.0, 3.0]);
    let none = Numbers::new(&[]);
    for (command, fault) in [
        (
            Command::Sample {
                weight: 1.0,
                features: three,
                target: one,
            },
            Fault::Length { need: 0, got: 1 },
        ),
        (
            Command::Sample {
                weight: 1.0,
                features: one,
                target: none,
            },
            Fault::Length { need: 3, got: 1 },
        ),
        (
            Command::Sample {
                weight: 0.5,
                features: three,
                target: none,
            },
            Fault::Weight,
        ),
        (
            Command::FitScaler {
                features: three,
                target: none,
            },
            setting,
        ),
        (Command::Commit { steps: 1 }, setting),
        (Command::ApplyBatch, Fault::EmptyBatch),
    ] {
        let refused = host.command(&command);
        assert_eq!(refused.result, Err(fault.into()), "{command:?}");
        assert_eq!(refused.fingerprint, begun.fingerprint);
    }
    let weightless = host.command(&Command::Sample {
        weight: 0.0,
        features: three,
        target: none,
    });
    assert_eq!(weightless.fingerprint, begun.fingerprint);
    // One that cannot be leaves the detector that there is.
    let (mut impossible, mut many) = (own, own);
    impossible.0.settings.votes = [9, 8];
    many.0.kind = Kind::KMeans { centers: 2_000 };
    let (mut fixed, mut narrow) = (own, all(3)[2]);
    fixed.1.number = NumberType::Q15;
    narrow.1.model = own.1.model;
    let features = Description::<f32>::recipe(200);
    for (wrong, expected) in [
        (impossible, setting),
        (
            many,
            Fault::Arena {
                need: 8_011,
                got: 896,
            },
        ),
        (fixed, Fault::Setting(Setting::NumberType)),
        (narrow, Fault::Setting(Setting::Model)),
    ] {
        let refused = configure(&mut host, &wrong, &[]);
        assert_eq!(refused.result, Err(expected.into()));
        assert_eq!(refused.fingerprint, begun.fingerprint);
    }
    let refused = configure(&mut host, &(own.0, features), &[]);
    assert!(matches!(
        refused.result,
        Err(CommandError::Columns { need: 200, .. })
    ));
    // A fit takes its place, and the detector that of the fit.
    let [.., (_, recipe)] = all(3);
    let fit = host.command(&Command::Configure(recipe, Signal::NONE));
    assert!(fit.result.is_ok());
    assert_eq!(
        configure(&mut host, &own, &[]).fingerprint,
        begun.fingerprint
    );
}

#[test]
fn a_lab_makes_the_windows_and_says_what_it_was_told() {
    let text = "window=8 hop=4: mean,std,p2p";
    let description = signal::Description::<f32>::parse(text, &["x"], None).unwrap();
    let mut bytes = [0; SIGNAL];
    let stage = Signal::new(&description, &mut bytes).bytes();
    let mut host = lab(2048);
    for own in all(3) {
        configure(&mut host, &own, stage);
        let mut found = None;
        host.client.ask(Query::Recipe);
        host.settle(|event| match event {
            ClientEvent::Recipe(recipe, signal) => found = Some((recipe, signal.read())),
            event => panic!("{event:?}"),
        });
        let told = Some((Some(description), Some(own.0)));
        assert_eq!(found, Some((Some(own.1), told)));
        let mut twin = twin(&own);
        let mut stage = signal::Stage::new(description, [0.0f32; 64]).unwrap();
        let (mut random, mut features) = (Random::seed(9), [0.0; 3]);
        let mut windows = 0;
        for at in 0..480 {
            let x = (at as f32 * 0.9).sin() * 100.0 + random.unit::<f32>() * 50.0;
            let number = x as i16;
            let packed = [number.to_le_bytes()];
            let block = Block {
                weight: 1.0,
                scale: 1.0,
                fits_scaler: false,
                samples: Raw::I16(&packed),
                target: Numbers::new(&[]),
            };
            let mut room = [0; 64];
            let ack = host.command(&link::Command::Block(block.pack(&mut room).unwrap()));
            let (mut step, mut loss) = (twin.steps(), 0.0f32);
            if stage.push(&[f32::from(number)], &mut features).unwrap() {
                let done = twin.execute(sample(&features)).unwrap();
                (step, loss, windows) = (done.number, done.loss, windows + 1);
            }
            let told = ack.result.unwrap();
            assert_eq!((told.step, told.loss.to_bits()), (step, loss.to_bits()));
            assert_eq!(ack.fingerprint, twin.fingerprint());
        }
        assert!(windows > 100 && twin.threshold().is_some());
    }
}
