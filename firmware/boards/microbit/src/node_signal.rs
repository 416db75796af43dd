//! A node that tells motions apart by windows of three channels, with its checkpoints in flash.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use emulated::stack;
use microbit::{Board, ENDURANCE, PAGES};
use node_apps::{Motion, MotionMemory, must};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: MotionMemory = MotionMemory::NEW;
    static mut MOTION: Motion = Motion::new();

    let stats = stack::paint();
    let Board { line, led, flash } = microbit::board();
    // A checkpoint has 428 bytes.
    let store = must(FlashStore::<_, 432>::new(flash, PAGES)).rated_for(ENDURANCE);
    let node = (&*MOTION, MEMORY);
    node_apps::tell_motions::<_, _, _, 128>("microbit", (line, led, store), node, (1, stats))
}
