//! Counts the most instructions that a poll of a node takes, and how long an interrupt waits
//! meanwhile.
//!
//! The node is the micro:bit's: a linear fit of eight features, which predicts, learns and compares,
//! with a checkpoint every 64 steps in a flash in memory. QEMU's `-icount shift=8` gives every
//! instruction 256 virtual nanoseconds, several ticks of SysTick, so that a single turn is counted
//! exactly. Prints as the other benchmark does.
#![no_std]
#![no_main]

mod flash;
mod readings;

use core::convert::Infallible;
use core::hint::black_box;

use bench::Clock;
use downhill_firmware::{Counters, Event, EventSink, FlashStore, Mode, Topics, Worker};
use embedded_hal::digital::{ErrorType, OutputPin};
use node_apps::{Eight, EightFit, must};

#[cfg(feature = "q15")]
use node_apps::Fixed as Own;
#[cfg(not(feature = "q15"))]
use node_apps::Float as Own;

use flash::{Flash, SIZE};
use readings::Readings;

/// Enough for checkpoints to fill all pages of the flash twice.
const TURNS: u64 = 13_000;
/// Ticks between two interrupts: about a turn of a core with an FPU, and prime, so that they come
/// at every instruction of a turn.
const PERIOD: u32 = 4093;

/// All that a host may subscribe to.
const TOPICS: Topics = Topics {
    samples: true,
    steps: true,
    verdicts: true,
};

static mut MEMORY: Eight<Own> = Eight::NEW;
static mut PAGES: [u8; SIZE] = [0; SIZE];

#[bench::entry]
fn main() -> ! {
    let (memory, pages) = (&raw mut MEMORY, &raw mut PAGES);
    // SAFETY: these are the only references to them.
    let (memory, pages) = unsafe { (&mut *memory, &mut *pages) };
    let Some(mut clock) = Clock::start() else {
        semihosting::process::exit(1)
    };
    let readings = Readings::new(<Own as EightFit>::UNIT);
    let store = must(FlashStore::<_, 128>::new(Flash(pages), 0..SIZE as u32));
    let mut worker = node_apps::node_worker((&readings, &readings, Pin, store), memory);
    worker.restore();
    worker.learner_mut().set_mode(Mode::LearnWhileInferring);
    worker.learner_mut().start(0);
    let mut counters = Counters::default();
    count(&mut clock, &readings, &mut worker, &mut counters);
    let mut turns = TURNS;
    if Clock::HAS_INTERRUPTS {
        delay(&mut clock, &readings, &mut worker, &mut counters);
        turns *= 2;
    }
    let as_meant = counters.turns == turns
        && counters.saved > (turns / 80) as u32
        && counters.unsaved == 0
        && counters.skipped > 0
        && counters.sensor.missing > 0
        && counters.sensor.not_finite > 0;
    if !as_meant {
        semihosting::println!("{counters:?}");
    }
    semihosting::process::exit((!as_meant).into())
}

/// Counts each poll by itself.
fn count(clock: &mut Clock, readings: &Readings, node: &mut impl Worker, counters: &mut Counters) {
    let base = clock.ticks(|| {});
    let (mut plain, mut saving) = (0, 0);
    for number in 0..TURNS {
        readings.prepare(number);
        let saved = counters.saved;
        // No interrupt while it is counted.
        clock.wrap_late();
        let ticks = clock.ticks(|| turn(node, counters));
        let worst = match counters.saved > saved {
            true => &mut saving,
            false => &mut plain,
        };
        *worst = ticks.max(*worst);
    }
    semihosting::println!("turn.const worst {} {} 1", plain, base);
    semihosting::println!("turn.const worst_saving {} {} 1", saving, base);
}

/// Lets interrupts come all the time.
fn delay(clock: &mut Clock, readings: &Readings, node: &mut impl Worker, counters: &mut Counters) {
    let mut within = 0;
    clock.wrap_after(PERIOD);
    clock.delay();
    for number in TURNS..2 * TURNS {
        readings.prepare(number);
        let before = clock.interrupts();
        turn(node, counters);
        within += clock.interrupts() - before;
    }
    let ticks = clock.delay();
    clock.wrap_late();
    if u64::from(within) < TURNS / 2 {
        semihosting::println!("{within} interrupts in {TURNS} turns");
        semihosting::process::exit(1);
    }
    semihosting::println!("turn.const delay {} 0 1", ticks);
}

/// A sample, and the checkpoint that it makes due.
#[inline(never)]
fn turn(node: &mut impl Worker, counters: &mut Counters) {
    let mut work = || {
        let mut on_event = |event: Event<'_>| {
            black_box(event);
        };
        let mut events = EventSink::new(TOPICS, &mut on_event);
        node.poll(counters, &mut events);
        node.maintain(counters, &mut events);
    };
    match cfg!(feature = "masked") {
        true => bench::without_interrupts(|_| work()),
        false => work(),
    }
}

/// An alarm that nobody sees.
struct Pin;

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        black_box(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        black_box(true);
        Ok(())
    }
}
