//! A node at a line: what its host tells it, hears from it, and finds in it.

use crate::common::flash::{Flash, PAGE};
use crate::common::node::{ALL, RECIPE, Small, fit, rule, truth, wave};
use crate::common::{Device, Host, NoPin, Wire};
use downhill::recipe::AnyTrainer;
use downhill::{Fault, Fingerprint, Recipe};
use downhill_firmware::faulty_sensor::{Episode, Failure, FaultySensor};
use downhill_firmware::{
    BoardStats, Connection, DeferredLabels, FlashStore, Learner, Mode, Node, NodeWorker, Store,
    Topics, Worker,
};
use downhill_link::{
    Capabilities, Client, ClientEvent, Command, CommandError, Event, Numbers, Progress, Query,
    Scores, Signal,
};

/// Events of a node.
#[derive(Debug, PartialEq)]
enum Told {
    Taken(u32, f32),
    Learned(u32, Fingerprint, f32, f32),
    Else(String),
}

fn told(event: Event<'_>) -> Told {
    match event {
        Event::SampleTaken {
            sample, features, ..
        } => Told::Taken(sample, features.get(0).unwrap()),
        Event::Learned {
            sample,
            fingerprint,
            features,
            target,
            ..
        } => Told::Learned(
            sample,
            fingerprint,
            features.get(0).unwrap(),
            target.get(0).unwrap(),
        ),
        other => Told::Else(format!("{other:?}")),
    }
}

fn on_event(heard: &mut Vec<Told>) -> impl FnMut(ClientEvent<'_>) {
    |event| match event {
        ClientEvent::Event(event) => heard.push(told(event)),
        event => panic!("{event:?}"),
    }
}

/// Lets the node take its turns, and hears what it says.
fn sample<W: Worker>(host: &mut Host<Node<'static, W, Wire>>, turns: u32) -> Vec<Told> {
    let mut heard = Vec::new();
    for _ in 0..turns {
        host.device.sample();
    }
    host.exchange(on_event(&mut heard));
    heard
}

fn command<D: Device>(
    host: &mut Host<D>,
    command: &Command<'_>,
) -> (downhill_link::Ack, Vec<Told>) {
    let mut heard = Vec::new();
    host.client.command(command).unwrap();
    host.settle(on_event(&mut heard));
    (host.client.ack().unwrap(), heard)
}

fn subscribe(credit: u32, topics: Topics) -> Command<'static> {
    Command::Subscribe { topics, credit }
}

macro_rules! node {
    ($sensor:expr, $reference:expr, $store:expr) => {
        node!($sensor, $reference, $store, BoardStats::default())
    };
    ($sensor:expr, $reference:expr, $store:expr, $stats:expr) => {{
        let learner: Small<_, _, _> = Learner::new(fit(), $sensor, $reference, NoPin)
            .unwrap()
            .stopped();
        let staging = vec![0.0; 32].leak();
        let mut worker = NodeWorker::new(learner, &RECIPE, $store, staging).save_every(16);
        let restored = worker.restore();
        let connection = |wire| Connection::new("a node", wire).board_stats($stats);
        let mut host = Host::of(|wire| Node::new(connection(wire), worker));
        host.greet();
        (host, restored)
    }};
}

fn twin(recipe: &Recipe<f32>) -> AnyTrainer<[f32; 64]> {
    recipe.build([0.0; 64]).unwrap()
}

fn recipe<D: Device>(host: &mut Host<D>) -> Recipe<f32> {
    let mut found = None;
    host.client.ask(Query::Recipe);
    host.settle(|event| match event {
        ClientEvent::Recipe(recipe, _) => found = recipe,
        event => panic!("{event:?}"),
    });
    found.unwrap()
}

#[test]
fn late_labels_over_the_link_and_a_twin_that_makes_the_same_steps() {
    let (mut host, _) = node!(wave(0), DeferredLabels, ());
    let device = host.client.device().unwrap();
    assert_eq!(device.capabilities, Capabilities::SENSOR);
    let mut twin = twin(&recipe(&mut host));
    command(&mut host, &subscribe(u32::MAX, ALL));
    command(&mut host, &Command::Mode(Mode::LearnWhileInferring));
    // Nothing is sampled before the start.
    assert_eq!(sample(&mut host, 3), []);
    command(&mut host, &Command::Start { turns: 40 });
    let mut taken = Vec::new();
    for turn in 1..=50 {
        taken.extend(sample(&mut host, 1));
        assert_eq!(taken.len(), turn.min(40));
        let Some(Told::Taken(number, x)) = turn.checked_sub(3).and_then(|late| taken.get(late))
        else {
            continue;
        };
        let target = [truth(*x)];
        let step = twin.observe(&[*x], &target).unwrap();
        let label = Command::Label {
            sample: *number,
            target: Numbers::new(&target),
        };
        let (outcome, said) = command(&mut host, &label);
        let progress = Progress {
            step: step.number,
            loss: step.loss,
        };
        assert_eq!(outcome.result, Ok(progress));
        assert_eq!(outcome.fingerprint, twin.fingerprint());
        let learned = Told::Learned(*number, twin.fingerprint(), *x, target[0]);
        assert_eq!(said, [learned]);
    }
    assert_eq!(twin.steps(), 40);
    let counters = host.counters();
    assert_eq!(
        (counters.turns, counters.uptime, counters.samples),
        (40, 40, 40)
    );
    assert_eq!((counters.expired, counters.sensor.total()), (0, 0));
    assert_eq!(host.client.missed(), 0);
    let late = Command::Label {
        sample: 40,
        target: Numbers::new(&[0.0]),
    };
    assert_eq!(
        command(&mut host, &late).0.result,
        Err(CommandError::NoSample)
    );
    let long = Command::Label {
        sample: 40,
        target: Numbers::new(&[0.0, 1.0]),
    };
    let length = Fault::Length { need: 1, got: 2 };
    assert_eq!(command(&mut host, &long).0.result, Err(length.into()));
    let mut found: Option<Scores> = None;
    host.client.ask(Query::Scores);
    host.settle(|event| match event {
        ClientEvent::Scores(scores) => found = Some(scores),
        event => panic!("{event:?}"),
    });
    let scores = found.unwrap();
    assert!(scores.count == 40.0 && scores.mae > 0.0 && scores.mae <= scores.rmse);
}

#[test]
fn a_subscription_ends_with_its_session() {
    let (mut host, _) = node!(wave(0), rule, ());
    command(&mut host, &subscribe(u32::MAX, ALL));
    command(&mut host, &Command::Start { turns: 0 });
    assert!(!sample(&mut host, 3).is_empty());
    host.client = Client::new(7);
    host.greet();
    assert_eq!(sample(&mut host, 3), []);
    // It goes on sampling, and counts nothing as withheld that nobody asked for.
    let counters = host.counters();
    assert_eq!((counters.turns, counters.withheld), (6, 0));
    command(&mut host, &subscribe(u32::MAX, ALL));
    assert!(!sample(&mut host, 3).is_empty());
}

#[test]
fn notices_for_which_the_credit_does_not_suffice_are_counted_and_their_numbers_missing() {
    let (mut host, _) = node!(wave(0), rule, ());
    let samples = Topics {
        samples: true,
        ..Topics::default()
    };
    command(&mut host, &subscribe(5, samples));
    command(&mut host, &Command::Start { turns: 0 });
    let numbers = |heard: Vec<Told>| -> Vec<u32> {
        let number = |told: Told| match told {
            Told::Taken(number, _) => number,
            told => panic!("{told:?}"),
        };
        heard.into_iter().map(number).collect()
    };
    assert_eq!(numbers(sample(&mut host, 8)), [1, 2, 3, 4, 5]);
    assert_eq!((host.counters().withheld, host.client.missed()), (3, 3));
    command(&mut host, &subscribe(2, samples));
    assert_eq!(numbers(sample(&mut host, 2)), [9, 10]);
    assert_eq!(host.client.missed(), 3);
    command(&mut host, &subscribe(9, Topics::default()));
    command(&mut host, &Command::Stop);
    assert_eq!(sample(&mut host, 4), []);
    let counters = host.counters();
    assert_eq!((counters.turns, counters.withheld), (10, 3));
}

#[test]
fn what_is_wrong_with_the_sensor_is_told() {
    let script = [Episode {
        from: 2,
        turns: 3,
        failure: Failure::Missing,
    }];
    let script: &'static [Episode] = Box::leak(Box::new(script));
    let (mut host, _) = node!(FaultySensor::new(wave(0), script, 1), rule, ());
    let verdicts = Topics {
        verdicts: true,
        ..Topics::default()
    };
    command(&mut host, &subscribe(100, verdicts));
    command(&mut host, &Command::Start { turns: 0 });
    let said = format!("{:?}", sample(&mut host, 10));
    assert_eq!(said.matches("Alert").count(), 2, "{said}");
    assert!(said.contains("Sensor(Missing)") && said.contains("Recovered"));
    assert_eq!(host.counters().sensor.missing, 3);
}

#[test]
fn a_node_cannot_take_another_recipe_and_begins_its_own_anew() {
    let (mut host, _) = node!(wave(0), rule, ());
    let (outcome, _) = command(&mut host, &Command::Configure(RECIPE, Signal::NONE));
    assert_eq!(outcome.result, Err(CommandError::Unsupported));
    assert_eq!(
        command(&mut host, &Command::Save).0.result,
        Err(CommandError::Unsupported)
    );
    command(&mut host, &Command::Start { turns: 0 });
    sample(&mut host, 20);
    let (outcome, _) = command(&mut host, &Command::Reset);
    assert_eq!(outcome.fingerprint, twin(&RECIPE).fingerprint());
    assert_eq!((host.counters().turns, host.counters().steps), (0, 0));
}

#[test]
fn a_checkpoint_leaves_a_node_and_comes_into_another() {
    let (mut host, _) = node!(wave(0), rule, ());
    command(&mut host, &Command::Start { turns: 0 });
    sample(&mut host, 33);
    let words = host.checkpoint();
    let (mut other, _) = node!(wave(33), rule, ());
    other.put(&words);
    let (outcome, _) = command(&mut other, &Command::Resume);
    assert_eq!(outcome.result.map(|done| done.step), Ok(33));
    for node in [&mut other, &mut host] {
        command(node, &Command::Start { turns: 0 });
        sample(node, 20);
    }
    assert_eq!(host.pull(), other.pull());
}

#[test]
fn what_was_saved_is_there_after_a_power_cut() {
    let flash = Flash::new();
    let store = || FlashStore::<_, 128>::new(flash.clone(), 0..4 * PAGE as u32).unwrap();
    let (mut host, restored) = node!(wave(0), rule, store());
    assert_eq!(restored, downhill_firmware::Restored::Empty);
    assert!(
        host.client
            .device()
            .unwrap()
            .capabilities
            .contains(Capabilities::STORE)
    );
    command(&mut host, &Command::Start { turns: 0 });
    for _ in 0..20 {
        host.device.sample();
        host.device.maintain();
    }
    // One was due after 16 steps; the host asks for one more.
    let (outcome, _) = command(&mut host, &Command::Save);
    assert_eq!(host.counters().saved, 2);
    drop(host);
    let (mut host, restored) = node!(wave(20), rule, store());
    assert_eq!(restored, downhill_firmware::Restored::Newest);
    assert_eq!(host.pull().1, 20);
    let stopped = command(&mut host, &Command::Stop).0;
    assert_eq!(stopped.fingerprint, outcome.fingerprint);
    assert!(command(&mut host, &Command::Wipe).0.result.is_ok());
    let (_, restored) = node!(wave(0), rule, store());
    assert_eq!(restored, downhill_firmware::Restored::Empty);
}

#[test]
fn a_flash_that_fails_is_told_and_learning_goes_on() {
    struct Broken;
    impl Store for Broken {
        fn save(&mut self, _: &downhill_firmware::Write<'_>) -> Result<(), CommandError> {
            Err(CommandError::Flash)
        }
        fn restore(
            &mut self,
            _: &mut dyn FnMut(&[u8]) -> Result<(), CommandError>,
        ) -> downhill_firmware::Restored {
            downhill_firmware::Restored::Refused(CommandError::Flash)
        }
        fn wipe(&mut self) -> Result<(), CommandError> {
            Err(CommandError::Flash)
        }
    }
    let (mut host, _) = node!(wave(0), rule, Broken);
    command(
        &mut host,
        &subscribe(
            100,
            Topics {
                verdicts: true,
                ..Topics::default()
            },
        ),
    );
    command(&mut host, &Command::Start { turns: 0 });
    let mut heard = Vec::new();
    for _ in 0..40 {
        host.device.sample();
        host.device.maintain();
        host.exchange(on_event(&mut heard));
    }
    assert_eq!(
        command(&mut host, &Command::Save).0.result,
        Err(CommandError::Flash)
    );
    let counters = host.counters();
    assert_eq!(
        (counters.unsaved, counters.saved, counters.steps),
        (3, 0, 40)
    );
    assert_eq!(format!("{heard:?}").matches("Unsaved").count(), 2);
}

#[test]
fn a_board_tells_of_its_stack_and_its_clock() {
    let stats = BoardStats {
        stack: Some(|| 1234),
        clock: Some(|| 5_000_000_000),
    };
    let (mut host, _) = node!(wave(0), rule, (), stats);
    let counters = host.counters();
    assert_eq!((counters.stack, counters.uptime), (1234, 5_000_000_000));
}
