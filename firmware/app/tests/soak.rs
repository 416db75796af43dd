//! Millions of steps of a node on samples that a generator makes, and of its twin: ten million
//! with `DOWNHILL_LONG`.

use crate::common::node::{RECIPE, fit};
use crate::common::{Host, NoPin};
use downhill_firmware::synthetic::{Synthetic, Truth, features, truth};
use downhill_firmware::{Connection, Learner, Node, NodeWorker};

#[test]
fn a_node_and_its_twin_have_the_same_bits_after_millions_of_steps() {
    let steps: u64 = match std::env::var_os("DOWNHILL_LONG") {
        Some(_) => 10_000_000,
        None => 200_000,
    };
    let learner =
        Learner::<_, _, _, _, 1, 1, 1>::new(fit(), Synthetic::from(0), Truth, NoPin).unwrap();
    let staging = vec![0.0; 32].leak();
    let mut worker = NodeWorker::new(learner, &RECIPE, (), staging);
    worker.restore();
    let mut host = Host::of(|wire| Node::new(Connection::new("soak", wire), worker));
    host.greet();
    let mut twin = RECIPE.build([0.0; 64]).unwrap();
    let mut memory = None;
    for number in 0..steps {
        assert!(host.device.sample());
        let x: [f32; 1] = features(number);
        twin.observe(&x, &[truth(&x)]).unwrap();
        if number == steps / 10 {
            memory = resident();
        }
    }
    let (state, made) = host.pull();
    assert_eq!((made, state.as_slice()), (steps, twin.state()));
    assert!(state.iter().all(|number| number.is_finite()));
    let counters = host.counters();
    assert_eq!(
        (counters.samples, counters.steps, counters.turns),
        (steps, steps, steps)
    );
    assert_eq!(counters.skipped + counters.expired, 0);
    if let (Some(early), Some(late)) = (memory, resident()) {
        // Pages; other tests of this process are none.
        assert!(late <= early + 256, "from {early} to {late} pages");
    }
}

/// Pages of memory that this process has in use, where the system tells.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok()
}
