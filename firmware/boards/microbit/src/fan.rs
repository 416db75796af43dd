//! A node that guards a fan, with its checkpoints in flash.
#![no_std]
#![no_main]

use downhill_firmware::FlashStore;
use emulated::stack;
use microbit::{Board, ENDURANCE, PAGES};
use node_apps::{FanMemory, must};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut MEMORY: FanMemory = FanMemory::new();

    let stats = stack::paint();
    let Board { line, led, flash } = microbit::board();
    // A checkpoint has 564 bytes.
    let store = must(FlashStore::<_, 568>::new(flash, PAGES)).rated_for(ENDURANCE);
    node_apps::guard_fan::<_, _, _, 128>("microbit", (line, led, store), MEMORY, (1, stats))
}
