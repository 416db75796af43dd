//! A node that keeps its checkpoints in the micro:bit's own flash.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use emulated::stack;
use microbit::{Board, ENDURANCE, PAGES};
use node_apps::{Eight, must};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: Eight = Eight::NEW;

    let stats = stack::paint();
    let Board { line, led, flash } = microbit::board();
    // A checkpoint has 76 bytes.
    let store = must(FlashStore::<_, 80>::new(flash, PAGES)).rated_for(ENDURANCE);
    node_apps::learn::<_, _, _, _, 128>("microbit", (line, led, store), MEMORY, (1, stats))
}
