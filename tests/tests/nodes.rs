//! Nodes on emulated boards: learning from a thermometer, resets at any instant, a bad line, and
//! a soak. In full with `DOWNHILL_LONG`.

use std::thread::sleep;
use std::time::Duration;

use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{Adam, AnyOptimizer};
use downhill::random::Random;
use downhill::recipe::AnyTrainer;
use downhill::{Dyn, Fault, Fingerprint, NumberType, Recipe, fixed};
use downhill_firmware::synthetic::{features, truth};
use downhill_link::fault_injector::{FaultInjector, Rates};
use downhill_link::{ClientEvent, Command, Event, Numbers, SensorFault, Signal, Topics};
use downhill_tests::emulator::{Emulator, firmware, log_lines, with_a_thermometer};
use downhill_tests::host::Host;
use downhill_tests::is_long;

type Twin = AnyTrainer<[f32; 64]>;

fn twin(recipe: &Recipe<f32>) -> Twin {
    recipe.build([0.0; 64]).unwrap()
}

/// Eighths of a degree at sample `number`: between 5 and 40 °C, up and down, no two alike in a
/// row.
fn profile(number: u32) -> i32 {
    let phase = (number * 37) % 560;
    40 + phase.min(560 - phase) as i32
}

fn correct(celsius: f32) -> f32 {
    1.02 * celsius - 0.7
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_board_learns_the_correction_of_its_thermometer_from_late_targets() {
    const SAMPLES: u32 = 400;
    const LATE: usize = 4;
    for board in with_a_thermometer() {
        let program = firmware(board, "node");
        let device = "tmp105,bus=i2c,address=0x48,id=sensor";
        let mut emulator = Emulator::boot(board, &program, &[device]);
        let mut host = Host::greet(&emulator);
        let recipe = host.recipe();
        let mut twin = twin(&recipe);
        let topics = Topics {
            samples: true,
            steps: true,
            verdicts: true,
        };
        let subscribe = Command::Subscribe {
            topics,
            credit: 10_000,
        };
        host.command(&subscribe, |_| {});
        let (mut taken, mut learned) = (Vec::new(), 0);
        for number in 0..SAMPLES {
            let eighths = profile(number);
            emulator.set("sensor", "temperature", eighths * 125);
            let mut hear = |event: ClientEvent<'_>| match event {
                ClientEvent::Event(Event::SampleTaken {
                    sample, features, ..
                }) => taken.push((sample, features.get(0).unwrap())),
                event => panic!("{event:?}"),
            };
            host.command(&Command::Start { turns: 1 }, &mut hear);
            wait_for(&mut host, u64::from(number) + 1, &mut hear);
            assert_eq!(taken[number as usize], (number + 1, eighths as f32 / 8.0));
            let Some(late) = taken.len().checked_sub(LATE) else {
                continue;
            };
            let (sample, celsius) = taken[late];
            let target = [correct(celsius)];
            let label = Command::Label {
                sample,
                target: Numbers::new(&target),
            };
            // The twin learns from what the board recorded, and from nothing else.
            let outcome = host.command(&label, |event| match event {
                ClientEvent::Event(Event::Learned {
                    fingerprint,
                    features,
                    target,
                    ..
                }) => {
                    let mut numbers = [0.0; 2];
                    assert!(
                        features.copy_to(&mut numbers[..1]) && target.copy_to(&mut numbers[1..])
                    );
                    learn(&mut twin, &numbers, fingerprint);
                    learned += 1;
                }
                event => panic!("{event:?}"),
            });
            assert_eq!(outcome.fingerprint, twin.fingerprint(), "sample {sample}");
        }
        assert_eq!(learned, SAMPLES + 1 - LATE as u32);
        assert_eq!(host.client.missed(), 0);
        for eighths in 40..=320 {
            let celsius = eighths as f32 / 8.0;
            let error = twin.predict(&[celsius]).unwrap()[0] - correct(celsius);
            assert!(error.abs() < 0.05, "{board}: {error} at {celsius} °C");
        }
        let counters = host.counters();
        let left = LATE as u32 - 1;
        assert_eq!(counters.turns, u64::from(SAMPLES), "{left} still wait");
        assert_eq!((counters.expired, counters.sensor.total()), (0, 0));
        let scores = host.scores();
        assert!(scores.mae < 0.05, "{board}: {scores:?}");
        println!("{board}: {} bytes of stack, {scores:?}", counters.stack);
        host.command(&Command::Stop, |_| {});
        let log = log_lines(&program, &emulator.end());
        let error = log
            .iter()
            .rev()
            .find_map(|line| line.strip_prefix("mean error "))
            .unwrap_or_else(|| panic!("{board} logs no error: {log:?}"));
        let error: f32 = error.split(' ').next().unwrap().parse().unwrap();
        assert!(error < 0.05 && (error - scores.mae).abs() < 1e-3, "{error}");
    }
}

/// One sample for the twin; the scaler learns first, and is frozen when the board froze its own.
fn learn(twin: &mut Twin, numbers: &[f32; 2], fingerprint: Fingerprint) {
    let [x, y] = numbers.map(|number| [number]);
    if twin.observe(&x, &y) == Err(Fault::Scaler) {
        twin.fit_scaler(&x, &y).unwrap();
        if twin.fingerprint() != fingerprint {
            twin.freeze_scaler();
        }
    }
    assert_eq!(twin.fingerprint(), fingerprint);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_thermometer_that_is_not_there_is_told_and_nothing_is_learned() {
    let program = firmware("mps2-an386", "node");
    let emulator = Emulator::boot("mps2-an386", &program, &[]);
    let mut host = Host::greet(&emulator);
    let topics = Topics {
        verdicts: true,
        ..Topics::default()
    };
    host.command(&Command::Subscribe { topics, credit: 9 }, |_| {});
    let mut said = String::new();
    let mut hear = |event: ClientEvent<'_>| said += &format!("{event:?}");
    host.command(&Command::Start { turns: 5 }, &mut hear);
    wait_for(&mut host, 5, &mut hear);
    let missing = format!(
        "Alert {{ sample: 0, alert: Sensor({:?}) }}",
        SensorFault::Missing
    );
    assert!(said.contains(&missing), "{said}");
    let counters = host.counters();
    assert_eq!((counters.sensor.missing, counters.samples), (5, 0));
}

/// A twin in either number type.
enum Either {
    Float(Box<Twin>),
    Fixed(Box<fixed::AnyTrainer<Vec<i32>>>),
}

/// A twin of the fit that learns from made samples, and its fingerprints from the start on.
struct Course {
    twin: Either,
    prints: Vec<Fingerprint>,
}

impl Course {
    fn new(recipe: &Recipe<f32>) -> Self {
        let twin = match recipe.number {
            NumberType::Q15 => {
                let words = vec![0; fixed::arena_len(recipe).unwrap()];
                let trainer = fixed::AnyTrainer::build(recipe, words).unwrap();
                Either::Fixed(Box::new(trainer))
            }
            _ => Either::Float(Box::new(twin(recipe))),
        };
        let prints = vec![match &twin {
            Either::Float(twin) => twin.fingerprint(),
            Either::Fixed(twin) => twin.fingerprint(),
        }];
        Self { twin, prints }
    }

    fn after(&mut self, steps: u64) -> Fingerprint {
        while self.prints.len() as u64 <= steps {
            let x: [f32; 8] = features(self.prints.len() as u64 - 1);
            let y = truth(&x);
            self.prints.push(match &mut self.twin {
                Either::Float(twin) => {
                    twin.observe(&x, &[y]).unwrap();
                    twin.fingerprint()
                }
                Either::Fixed(twin) => {
                    // The node's unit, in which weights are up to 1.
                    let (_, cut_off) = twin.observe_real(&x, &[y / 8.0]).unwrap();
                    assert_eq!(cut_off, 0);
                    twin.fingerprint()
                }
            });
        }
        self.prints[steps as usize]
    }
}

/// Waits until the board has asked its sensor so many times since its start; what it says
/// meanwhile goes to `hear`.
fn wait_for(host: &mut Host, turns: u64, mut hear: impl FnMut(ClientEvent<'_>)) {
    while host.counters_and(&mut hear).turns < turns {
        sleep(Duration::from_millis(5));
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_reset_at_any_instant_leaves_the_old_or_the_new_checkpoint() {
    reset_at_any_instant("node");
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_node_in_fixed_point_is_reset_at_any_instant() {
    reset_at_any_instant("node-q15");
}

/// Resets a node of the micro:bit again and again, and compares each start with its twin.
fn reset_at_any_instant(program: &str) {
    const EVERY: u64 = 64;
    let resets = if is_long() { 200 } else { 20 };
    let program = firmware("microbit", program);
    let mut emulator = Emulator::boot("microbit", &program, &[]);
    let mut random = Random::seed(7);
    let mut course = None;
    let mut acknowledged = 0;
    let mut woken = Vec::new();
    for reset in 0..=resets {
        let mut host = Host::greet(&emulator);
        let course = course.get_or_insert_with(|| Course::new(&host.recipe()));
        let (steps, print, _) = host.state();
        assert_eq!(print, course.after(steps), "reset {reset} at step {steps}");
        assert!(
            steps >= acknowledged,
            "{acknowledged} was saved, {steps} is there"
        );
        assert!(Some(&steps) >= woken.last(), "{woken:?} and now {steps}");
        woken.push(steps);
        host.command(&Command::Start { turns: 0 }, |_| {});
        sleep(Duration::from_micros(random.below(60_000).into()));
        if reset == resets {
            // Not cut this time: some steps on, it is what it would be without any reset.
            let stopped = host.command(&Command::Stop, |_| {});
            let steps = stopped.result.unwrap().step;
            assert_eq!(stopped.fingerprint, course.after(steps));
            assert!(steps > woken[0] && steps > EVERY, "{woken:?}");
            let counters = host.counters();
            println!(
                "microbit: {} bytes of stack, woken at {woken:?}",
                counters.stack
            );
            assert!(counters.stack > 0 && counters.unsaved == 0, "{counters:?}");
        } else if reset % 3 == 0 {
            let outcome = host.command(&Command::Save, |_| {});
            acknowledged = outcome.result.expect("it is saved").step;
            assert_eq!(outcome.fingerprint, course.after(acknowledged));
        } else if reset % 3 == 1 {
            // The reset comes in the middle of this one, or before, or after.
            host.client.command(&Command::Save).unwrap();
            host.exchange(|_| {});
        }
        emulator.reset();
    }
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_bad_line_to_an_emulated_board_leaves_every_step_as_it_was() {
    const SAMPLES: usize = 1_000;
    let program = firmware("mps2-an386", "");
    let emulator = Emulator::boot("mps2-an386", &program, &[]);
    let mut host = Host::greet(&emulator);
    let recipe = Recipe::new(
        AnyModel::Linear(Linear::with_shape(Dyn(3), Dyn(1), Dyn(1))),
        AnyLoss::Squared(Squared),
        AnyOptimizer::Adam(Adam::new(0.01)),
    )
    .seed(11);
    let configured = host.command(&Command::Configure(recipe, Signal::NONE), |_| {});
    let mut twin = twin(&recipe);
    assert_eq!(configured.fingerprint, twin.fingerprint());
    host.up = FaultInjector::new(3, Rates::all(0.1));
    host.down = FaultInjector::new(4, Rates::all(0.1));
    let mut expected = Vec::new();
    let (mut given, mut compared) = (0, 0);
    while compared < SAMPLES {
        while given < SAMPLES {
            let x: [f32; 3] = features(given as u64);
            let y = [truth(&x)];
            let order = Command::Sample {
                weight: 1.0,
                features: Numbers::new(&x),
                target: Numbers::new(&y),
            };
            if host.client.command(&order).is_err() {
                break;
            }
            twin.observe(&x, &y).unwrap();
            expected.push(twin.fingerprint());
            given += 1;
        }
        if !host.exchange(|event| panic!("{event:?}")) {
            host.client.timeout();
        }
        while let Some(outcome) = host.client.ack() {
            assert_eq!(outcome.fingerprint, expected[compared]);
            compared += 1;
        }
    }
    let (up, down) = (*host.up.injected(), *host.down.injected());
    host.up = FaultInjector::new(0, Rates::default());
    host.down = FaultInjector::new(0, Rates::default());
    let counters = host.counters();
    println!("{counters:?}\nup {up:?}\ndown {down:?}");
    assert_eq!(
        (counters.samples, counters.steps),
        (SAMPLES as u64, SAMPLES as u64)
    );
    assert_eq!(counters.bad, up.corrupted + up.cut);
    assert!(counters.repeated + counters.out_of_order >= up.duplicated);
    assert!(up.dropped > 0 && up.duplicated > 0 && up.reordered > 0 && counters.bad > 0);
    assert_eq!(
        (counters.refused, counters.unknown, counters.line),
        (0, 0, 0)
    );
    assert!(host.client.bad() <= down.corrupted + down.cut);
    assert!(host.client.bad() + 1 >= down.corrupted + down.cut);
}

#[test]
#[ignore = "needs QEMU: run by `cargo xtask test`"]
fn a_soak_on_an_emulated_board_ends_with_the_bits_of_its_twin() {
    let steps: u32 = if is_long() { 1_000_000 } else { 20_000 };
    let program = firmware("mps2-an386", "soak");
    let emulator = Emulator::boot("mps2-an386", &program, &[]);
    let mut host = Host::greet(&emulator);
    let recipe = host.recipe();
    host.command(&Command::Start { turns: steps }, |_| {});
    wait_for(&mut host, u64::from(steps) / 10, |_| {});
    host.state();
    let early = host.counters();
    wait_for(&mut host, steps.into(), |_| {});
    let (made, print, state) = host.state();
    let mut twin = twin(&recipe);
    for number in 0..u64::from(steps) {
        let x: [f32; 8] = features(number);
        twin.observe(&x, &[truth(&x)]).unwrap();
    }
    assert_eq!((made, print), (steps.into(), twin.fingerprint()));
    assert_eq!(state, twin.state());
    assert!(state.iter().all(|number| number.is_finite()));
    let late = host.counters();
    assert_eq!((late.samples, late.skipped), (steps.into(), 0));
    assert!(
        early.stack > 0 && early.stack == late.stack,
        "{early:?} {late:?}"
    );
}
