//! Checkpoints by steps and by time.

use std::cell::Cell;

use crate::common::flash::{Flash, PAGE, PAGES};
use crate::common::node::{Fit, RECIPE, Small, fit, truth, wave};
use crate::common::{Host, NoPin, Wire};
use downhill_firmware::{
    BoardStats, Connection, FlashStore, Learner, Node, NodeWorker, Reference, Sensor,
};

use downhill_link::Command;

thread_local! {
    static SECONDS: Cell<u64> = const { Cell::new(0) };
}

const CLOCK: BoardStats = BoardStats {
    stack: None,
    clock: Some(|| 1_000 * SECONDS.get()),
};

type Keeper<S, R> = NodeWorker<'static, Small<S, R, NoPin>, FlashStore<Flash, 128>>;

fn learner<R: Reference<1, 1>>(reference: R) -> Small<impl Sensor<1>, R, NoPin> {
    Learner::<Fit, _, _, _, 1, 1, 4>::new(fit(), wave(0), reference, NoPin).unwrap()
}

fn shelf() -> FlashStore<Flash, 128> {
    FlashStore::new(Flash::new(), 0..(PAGE * PAGES) as u32).unwrap()
}

fn worker<R: Reference<1, 1>>(reference: R) -> Keeper<impl Sensor<1>, R> {
    let staging = vec![0.0; 32].leak();
    NodeWorker::new(learner(reference), &RECIPE, shelf(), staging)
}

/// Targets in so many seconds from the start, and none later.
fn targets(seconds: u64) -> impl Reference<1, 1> {
    move |x: &[f32; 1]| match SECONDS.get() <= seconds {
        true => Ok::<_, downhill_firmware::SensorFault>(Some([truth(x[0])])),
        false => Ok(None),
    }
}

/// Seconds at which a node that takes a sample a second has written a checkpoint, of the first
/// hundred.
fn saved<R: Reference<1, 1>>(worker: Keeper<impl Sensor<1>, R>, stats: BoardStats) -> Vec<u64> {
    SECONDS.set(0);
    let connection = Connection::new("a node", Wire::default()).board_stats(stats);
    let mut node = Node::new(connection.frame::<256>(), worker);
    let mut saved = Vec::new();
    for second in 1..=100 {
        SECONDS.set(second);
        let before = node.counters().saved;
        node.sample();
        node.maintain();
        if node.counters().saved > before {
            saved.push(second);
        }
    }
    saved
}

#[test]
fn checkpoints_come_by_steps_or_by_time_whichever_is_first() {
    let by_steps = worker(targets(100)).save_every(30);
    assert_eq!(saved(by_steps, CLOCK), [30, 60, 90]);
    let by_time = worker(targets(100)).save_within(40_000);
    assert_eq!(saved(by_time, CLOCK), [40, 80]);
    let by_both = worker(targets(100)).save_every(30).save_within(20_000);
    assert_eq!(saved(by_both, CLOCK), [20, 40, 60, 80, 100]);
    assert_eq!(saved(worker(targets(100)), CLOCK), []);
}

#[test]
fn no_checkpoint_is_written_of_a_fit_that_stays_as_it_is() {
    let node = worker(targets(50)).save_within(20_000);
    assert_eq!(saved(node, CLOCK), [20, 40, 60]);
}

#[test]
fn a_fast_fit_writes_no_more_checkpoints_than_the_flash_is_to_bear() {
    let node = worker(targets(100)).save_every(2).save_apart(25_000);
    assert_eq!(saved(node, CLOCK), [25, 50, 75, 100]);
}

#[test]
fn a_board_without_a_clock_counts_turns() {
    let node = worker(targets(100)).save_within(40);
    assert_eq!(saved(node, BoardStats::default()), [40, 80]);
}

#[test]
fn time_begins_anew_with_a_reset() {
    SECONDS.set(50);
    let worker = worker(targets(1_000)).save_every(2).save_apart(20_000);
    let mut host = Host::of(|wire| {
        let connection = Connection::new("a node", wire).board_stats(CLOCK);
        Node::new(connection, worker)
    });
    host.greet();
    SECONDS.set(100);
    host.client.command(&Command::Reset).unwrap();
    host.settle(|event| panic!("{event:?}"));
    let counters = host.counters();
    assert_eq!((counters.uptime, counters.saved), (0, 0));
    let mut saved = Vec::new();
    for second in 101..=145 {
        SECONDS.set(second);
        host.device.sample();
        host.device.maintain();
        if host.device.counters().saved as usize > saved.len() {
            saved.push(second);
        }
    }
    assert_eq!(saved, [120, 140]);
}

/// The lines of code in the firmware's README are lines of this test.
#[test]
fn the_readme_shows_how_checkpoints_are_scheduled() {
    let (learner_of, targets) = (learner, || targets(100));
    let (learner, store, staging) = (learner_of(targets()), shelf(), vec![0.0; 32].leak());
    let worker = NodeWorker::new(learner, &RECIPE, store, staging).save_within(10 * 60 * 1_000);
    assert_eq!(saved(worker, CLOCK), []);
    let (learner, store, staging) = (learner_of(targets()), shelf(), vec![0.0; 32].leak());
    let worker = NodeWorker::new(learner, &RECIPE, store, staging)
        .save_every(100)
        .save_apart(60_000);
    assert_eq!(saved(worker, CLOCK), [100]);

    let solid = |text: &str| text.split_whitespace().collect::<String>();
    let readme = include_str!("../../../README.md");
    let shown = readme.split("```rust\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    for line in shown.lines() {
        assert!(
            solid(include_str!("schedule.rs")).contains(&solid(line)),
            "{line}"
        );
    }
    assert_eq!(
        (readme.matches("```rust").count(), shown.lines().count()),
        (1, 2)
    );
}
