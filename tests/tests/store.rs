//! A board's own store of checkpoints, from the command line.

use std::sync::atomic::{AtomicBool, Ordering};

use downhill::fit::Fit;
use downhill::loss::{AnyLoss, Squared};
use downhill::model::{AnyModel, Linear};
use downhill::optimizer::{AnyOptimizer, Sgd};
use downhill::rules::Scaling;
use downhill::{Const, Dyn, Recipe, Trainer};
use downhill_firmware::{
    BoardStats, Connection, FlashStore, Learner, Node, NodeWorker, Restored, SensorFault, Store,
};
use downhill_tests::board::{Board, Pin, Wire};
use downhill_tests::flash::Flash;
use downhill_tests::{json, stderr, stdout};

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
    let store = FlashStore::new(flash.clone(), 0..Flash::SIZE as u32);
    store.unwrap().rated_for(10_000)
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
    let stats = BoardStats {
        // A second more than the samples take, so that the two are not taken for each other.
        clock: Some(|| 1_000 * (u64::from(SAMPLES) + 1)),
        ..BoardStats::default()
    };
    let connection = Connection::new("keeper", wire).board_stats(stats);
    let mut node = Node::new(connection.frame::<256>(), worker);
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
fn the_life_of_the_flash_is_told_and_survives_a_start() {
    let flash = Flash::default();
    let first = board(&flash);
    let info = json(&first.command(&["info", "--json"]).assert().code(0));
    // Two checkpoints of 48 bytes and 32 around them, in the first page that was erased.
    assert_eq!((&info["saved"], &info["unsaved"]), (&2.into(), &0.into()));
    assert_eq!(
        (&info["erases"], &info["rated_erases"]),
        (&1.into(), &40_000.into())
    );
    assert_eq!(info["saves_per_erase"], 12);
    // 39,999 erasures, 12 checkpoints each, one in 20.5 s.
    let years = 39_999.0 * 12.0 * 20.5 / (365.25 * 86_400.0);
    assert!((info["years_left"].as_f64().unwrap() - years).abs() < 1e-9);
    let said = stdout(&first.command(&["info"]).assert().code(0));
    assert!(
        said.contains(
            "store     yes\n\
             flash     at least 1 of 40000 erasures, 0.3 years left at the present rate of checkpoints\n          \
             2 checkpoints saved since the start, 0 not\n"
        ),
        "{said}"
    );
    drop(first);
    let second = board(&flash);
    let info = json(&second.command(&["info", "--json"]).assert().code(0));
    assert_eq!((&info["saved"], &info["erases"]), (&2.into(), &1.into()));
}

#[test]
fn a_board_without_a_store_has_nothing_to_wipe() {
    let said = stderr(&Board::on_terminal().command(&["wipe"]).assert().code(1));
    assert!(
        said.contains("desk has no store of its own; there is nothing to wipe"),
        "{said}"
    );
}

/// Numbers between these words, which follow each other in a text.
fn numbers_between<const N: usize>(text: &str, words: [&str; N]) -> Option<Vec<u64>> {
    let (_, mut rest) = text.split_once(words[0])?;
    words[1..]
        .iter()
        .map(|word| {
            let (number, behind) = rest.split_once(word)?;
            rest = behind;
            number.replace(',', "").trim().parse().ok()
        })
        .collect()
}

/// Bytes of a checkpoint of a linear fit with so many features, with its recipe's hash.
fn checkpoint_len(features: u16, scaling: Option<Scaling>) -> usize {
    let model = AnyModel::Linear(Linear::with_shape(Dyn(features), Dyn(1), Dyn(1)));
    let sgd = AnyOptimizer::Sgd(Sgd::new(RATE));
    let mut recipe = Recipe::new(model, AnyLoss::Squared(Squared), sgd);
    if let Some(scaling) = scaling {
        recipe = recipe.scaling(scaling);
    }
    recipe.build([0.0_f32; 64]).unwrap().checkpoint_len(8)
}

#[test]
fn the_readme_of_a_board_says_how_long_its_flash_lasts() {
    let corrects = checkpoint_len(1, Some(Scaling::STANDARD));
    let kib = 1024;
    for (board, page, length, every, place) in [
        ("microbit", kib, checkpoint_len(8, None), 64, "nvmc.rs"),
        ("microbit-v2", 4 * kib, corrects, 600, "lib.rs"),
        ("nrf52840-dk", 4 * kib, corrects, 600, "lib.rs"),
        ("nucleo-f446re", 128 * kib, corrects, 600, "lib.rs"),
        ("pico", 4 * kib, corrects, 600, "lib.rs"),
        ("pico2", 4 * kib, corrects, 600, "lib.rs"),
    ] {
        let read = |file: &str| {
            let boards = concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware/boards");
            std::fs::read_to_string(format!("{boards}/{board}/{file}")).unwrap()
        };
        let text: Vec<String> = (read("README.md").split_whitespace())
            .map(|word| word.replace("sector", "page"))
            .collect();
        let between = ["checkpoint every ", " seconds"];
        let text = text.join(" ");
        let seconds = numbers_between(&text, between).unwrap()[0];
        let (_, behind) = text.split_once(" seconds").unwrap();
        let between = [
            ". ",
            " fill a page, and the ",
            " pages, each rated for ",
            " erasures, last ",
            " years.",
        ];
        let figures = numbers_between(behind, between);
        let [fill, pages, rated, years] = figures.unwrap()[..] else {
            panic!("{board}: {behind}");
        };
        let source = read(&format!("src/{place}"));
        let constant = ["ENDURANCE: u32 = ", ";"];
        let endurance = numbers_between(&source.replace('_', ""), constant);
        assert_eq!(endurance, Some(vec![rated]), "{board}");
        let fills = page / (32 + length.next_multiple_of(8));
        assert_eq!((fill, seconds), (fills as u64, every), "{board}");
        let lasts = pages * rated * fill * seconds / 31_557_600;
        assert_eq!(years, lasts, "{board}");
    }
}
