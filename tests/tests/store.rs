//! A board's own store of checkpoints, from the command line.

use std::sync::atomic::{AtomicBool, Ordering};

use downhill::fit::Fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{
    Connection, FlashStore, Learner, Node, NodeWorker, Restored, SensorFault, Store,
};
use downhill_tests::board::{Board, Pin, Wire};
use downhill_tests::flash::Flash;
use downhill_tests::{stderr, stdout};

type Line = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, (), &'static mut [f32]>;

const RATE: f32 = 0.1;
/// Samples that the node takes.
const SAMPLES: u32 = 40;
/// Steps between its checkpoints.
const EVERY: u64 = 16;

static RECIPE: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(RATE)),
)
.seed(1);

fn store(flash: &Flash) -> FlashStore<Flash, 128> {
    FlashStore::new(flash.clone(), 0..Flash::SIZE as u32).unwrap()
}

/// Outcome of a start from this flash.
fn start(flash: &Flash) -> Restored {
    store(flash).restore(&mut |_| Ok(()))
}

/// A node that learns from so many samples, and keeps its checkpoints in this flash.
fn node(wire: Wire, stop: &AtomicBool, flash: &Flash) {
    let mut reading = 0.0;
    let sensor = move || {
        reading += 0.01;
        Ok::<_, SensorFault>(Some([reading]))
    };
    let reference = |x: &[f32; 1]| Ok(Some([2.0 * x[0] + 1.0]));
    let arena = vec![0.0; Line::ARENA].leak();
    let trainer = Line::new(Linear::new(), Squared, Sgd::new(RATE), arena).unwrap();
    let fit = Fit::new(trainer, RECIPE.batch);
    let learner: Learner<_, _, _, _, 1, 1, 4> = Learner::new(fit, sensor, reference, Pin).unwrap();
    let mut staging = [0.0; 32];
    let worker = NodeWorker::new(learner, &RECIPE, store(flash), &mut staging);
    let mut worker = worker.save_every(EVERY);
    worker.restore();
    let mut node = Node::new(Connection::new("keeper", wire).frame::<256>(), worker);
    for _ in 0..SAMPLES {
        node.sample();
        node.maintain();
    }
    while !stop.load(Ordering::Relaxed) {
        node.poll();
    }
}

/// A board with such a node that has taken all its samples.
fn board(flash: &Flash) -> Board {
    let own = flash.clone();
    let board = Board::with(move |wire, stop| node(wire, stop, &own));
    board.command(&["info"]).assert().code(0);
    board
}

#[test]
fn wiping_a_board_erases_every_checkpoint_and_the_fit_goes_on() {
    let flash = Flash::default();
    let board = board(&flash);
    // Damaged ones too, which a start refuses and leaves.
    flash.with(|bytes| {
        for at in 0..bytes.len() - 40 {
            if bytes[at..].starts_with(b"DHCK") {
                bytes[at + 30] ^= 1;
            }
        }
    });
    assert!(matches!(start(&flash), Restored::Refused(_)));
    let said = stdout(&board.command(&["wipe"]).assert().code(0));
    assert_eq!(
        said,
        "keeper keeps no checkpoint; its fit goes on from step 40, and its next checkpoint is the \
         first\n"
    );
    assert_eq!(start(&flash), Restored::Empty);
    flash.with(|bytes| assert!(!bytes.windows(4).any(|four| four == b"DHCK")));
}

#[test]
fn a_board_without_a_store_has_nothing_to_wipe() {
    let said = stderr(&Board::on_terminal().command(&["wipe"]).assert().code(1));
    assert!(
        said.contains("desk has no store of its own; there is nothing to wipe"),
        "{said}"
    );
}
