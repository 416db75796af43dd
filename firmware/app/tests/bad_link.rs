//! A line that drops, damages, repeats, swaps and cuts frames: the fit is what it is without, and
//! what was counted is what was injected. In full with `DOWNHILL_LONG`.

use crate::common::{Host, recipe, sample, samples};
use downhill_link::fault_injector::{FaultInjector, Injected, Rates};
use downhill_link::{Command, Signal};

fn how_many() -> usize {
    match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 10_000,
        None => 600,
    }
}

/// Faults of frames, each alone and all together.
fn kinds(share: f32) -> [(&'static str, Rates); 6] {
    let none = Rates::default();
    [
        (
            "dropped",
            Rates {
                drop: share,
                ..none
            },
        ),
        (
            "corrupted",
            Rates {
                corrupt: share,
                ..none
            },
        ),
        (
            "duplicated",
            Rates {
                duplicate: share,
                ..none
            },
        ),
        (
            "reordered",
            Rates {
                reorder: share,
                ..none
            },
        ),
        ("cut", Rates { cut: share, ..none }),
        ("all", Rates::all(share)),
    ]
}

/// Frames that arrived as they were sent, one that is held back not counted.
fn intact(line: &Injected) -> u32 {
    line.frames + line.duplicated - line.dropped - line.corrupted - line.cut
}

#[test]
fn a_bad_line_leaves_every_step_as_it_was_and_every_fault_is_counted() {
    let count = how_many();
    for (row, percent) in [1, 3, 10, 30].into_iter().enumerate() {
        for (column, (name, rates)) in kinds(percent as f32 / 100.0).into_iter().enumerate() {
            through(
                count,
                (10 * row + column) as u64,
                rates,
                &format!("{percent} % {name}"),
            );
        }
    }
}

fn through(count: usize, seed: u64, rates: Rates, cell: &str) {
    let mut host = Host::new(200);
    host.greet();
    host.command(&Command::Configure(recipe(), Signal::NONE));
    let arena = vec![0.0; recipe().arena_len()].leak();
    let mut twin = recipe().build(arena).unwrap();
    host.up = FaultInjector::new(seed, rates);
    host.down = FaultInjector::new(!seed, rates);

    let mut expected = Vec::new();
    let mut given = samples().take(count).peekable();
    let (mut compared, mut rounds) = (0, 0);
    while compared < count {
        rounds += 1;
        assert!(rounds < 20 * count, "{cell}: it goes on and on");
        while let Some((x, y)) = given.peek() {
            if host.client.command(&sample(x, y)).is_err() {
                break;
            }
            twin.observe(x, y).unwrap();
            expected.push(twin.fingerprint());
            given.next();
        }
        host.exchange(|event| panic!("{cell}: {event:?}"));
        let before = compared;
        while let Some(outcome) = host.client.ack() {
            assert_eq!(outcome.fingerprint, expected[compared], "{cell}");
            compared += 1;
        }
        if compared == before {
            host.client.timeout();
        }
    }
    // What is still held back arrives, and then the line is good.
    let wire = host.wire.clone();
    host.up.flush(|bytes| wire.send(bytes));
    host.exchange(|event| panic!("{cell}: {event:?}"));
    let (up, down) = (*host.up.injected(), *host.down.injected());
    host.up = FaultInjector::new(0, Rates::default());
    host.down = FaultInjector::new(0, Rates::default());
    let counters = host.counters();

    let done = count as u64;
    assert_eq!((counters.samples, counters.steps), (done, done), "{cell}");
    assert_eq!(counters.refused, 0, "{cell}");
    assert_eq!(counters.bad, up.corrupted + up.cut, "{cell}");
    assert_eq!(host.client.bad(), down.corrupted + down.cut, "{cell}");
    assert_eq!(counters.unknown + counters.line, 0, "{cell}");
    // Every frame that arrived whole was a command done, one that came again or not in its turn,
    // or a hello.
    let commands = count as u32 + counters.repeated + counters.out_of_order;
    let hellos = intact(&up) - commands;
    assert!(hellos <= host.hellos, "{cell}: {hellos} of {}", host.hellos);
    for (name, injected) in [
        ("dropped", up.dropped),
        ("corrupted", up.corrupted),
        ("duplicated", up.duplicated),
        ("reordered", up.reordered),
        ("cut", up.cut),
    ] {
        if !cell.ends_with("all") {
            let happens = cell.ends_with(name);
            assert_eq!(injected > 0, happens, "{cell}: {injected} {name}");
        }
    }
}
