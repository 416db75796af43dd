//! A guard of a fan: it learns by itself how the fan runs, and alarms when it runs otherwise.

use core::cell::Cell;
use core::convert::Infallible;

use downhill::Recipe;
use downhill::normal::{Description as Detection, KMeans, Kind, Settings};
use downhill::signal::{Description, Feature, Plain, Stage};
use downhill_firmware::synthetic::Fan;
use downhill_firmware::{
    BoardStats, Connection, Guard, Learner, Node, NodeWorker, SensorFault, Store, Unlabelled,
    Windows,
};
use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use embedded_io::{Read, ReadReady, Write};

use crate::must;

/// Axes of the accelerometer, samples of a window, features of one, and centers.
const CHANNELS: usize = 2;
const WINDOW: usize = 64;
const WIDTH: usize = 8;
const CENTERS: u16 = 8;
/// Steps between checkpoints: the last one is that of a detector that has just begun to watch.
const EVERY: u64 = 50;

const TOLD: [Feature<f32>; WIDTH / CHANNELS] = [
    Feature::Plain(Plain::Std),
    Feature::Plain(Plain::MeanCrossings),
    Feature::Plain(Plain::Crest),
    Feature::Plain(Plain::Diff),
];

const WINDOWS: Description<f32> =
    Description::constant(CHANNELS as u8, WINDOW as u16, WINDOW as u16, &TOLD);

const RECIPE: Recipe<f32> = Detection::recipe(WIDTH as u16);

const DETECTOR: Detection<f32> = Detection {
    kind: Kind::KMeans { centers: CENTERS },
    scaled_by: 40,
    settings: Settings {
        learn: 150,
        calibrate: 100,
        share: 0.01,
        votes: [5, 8],
        cool_down: 64,
    },
};

type Model = KMeans<&'static mut [f32]>;
type Ring = &'static mut [f32];

const RING: usize = CHANNELS * WINDOW;

/// Memory of the node.
#[derive(Debug)]
pub struct FanMemory {
    arena: [f32; KMeans::<[f32; 0]>::words(WIDTH, CENTERS as usize)],
    ring: [f32; RING],
    stage: Option<Stage<Ring>>,
    staging: [f32; 144],
    /// Windows that the fan has run for.
    windows: Cell<u32>,
}

impl FanMemory {
    /// Before the start.
    pub const fn new() -> Self {
        Self {
            arena: [0.0; _],
            ring: [0.0; _],
            stage: None,
            staging: [0.0; _],
            windows: Cell::new(0),
        }
    }
}

impl Default for FanMemory {
    fn default() -> Self {
        Self::new()
    }
}

/// The fan is out of balance in these windows, and the button is pressed before this one.
const FAULTS: [(u32, u32); 2] = [(290, 310), (620, 640)];
const BUTTON: u32 = 330;

/// Button that is pressed once.
#[derive(Debug)]
struct Pressed(&'static Cell<u32>);

impl ErrorType for Pressed {
    type Error = Infallible;
}

impl InputPin for Pressed {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        // The fan has run through the window that is learned from.
        Ok(self.0.get() == BUTTON + 1)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|is_high| !is_high)
    }
}

/// Runs a node that the host starts, and that resumes from its last checkpoint.
pub fn guard_fan<L, P, K, const FRAME: usize>(
    board: &'static str,
    (line, alarm, store): (L, P, K),
    memory: &'static mut FanMemory,
    (window, stats): (u8, BoardStats),
) -> !
where
    L: Read + ReadReady + Write,
    P: OutputPin,
    K: Store,
{
    let FanMemory {
        arena,
        ring,
        stage,
        staging,
        windows,
    } = memory;
    let windows: &'static Cell<u32> = windows;
    let model: Model = must(KMeans::new(
        WIDTH,
        CENTERS,
        DETECTOR.scaled_by,
        &mut arena[..],
    ));
    let guard = must(Guard::new(model, &DETECTOR, Pressed(windows)));
    let stage = stage.insert(must(Stage::new(WINDOWS, &mut ring[..])));
    let (mut fan, mut samples) = (Fan::new(1), 0);
    let sensor = move || {
        let at = windows.get();
        let is_faulty = FAULTS
            .iter()
            .any(|&(begin, end)| (begin..end).contains(&at));
        samples += 1;
        if samples == WINDOW {
            samples = 0;
            windows.set(at + 1);
        }
        Ok::<_, SensorFault>(Some(fan.sample(is_faulty)))
    };
    let sensor: Windows<'_, _, _, _, CHANNELS> = Windows::new(sensor, stage, || 1);
    let learner = Learner::<_, _, _, _, WIDTH, 0, 1>::new(guard, sensor, Unlabelled, alarm);
    let learner = must(learner).stopped();
    let mut worker = NodeWorker::new(learner, &RECIPE, store, staging);
    if K::PRESENT {
        worker = worker.save_every(EVERY);
    }
    worker.restore();
    let connection = Connection::new(board, line)
        .window(window)
        .board_stats(stats);
    Node::new(connection.frame::<FRAME>(), worker).run(|| true)
}
