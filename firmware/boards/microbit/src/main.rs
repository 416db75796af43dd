//! Downhill on the BBC micro:bit (the first), a Cortex-M0 without an FPU.
#![no_std]
#![no_main]

use downhill_firmware::Lab;
use microbit::Board;

#[cortex_m_rt::entry]
fn main() -> ! {
    // What the stack leaves: recipes and their trainers take most of it; the entry's
    // own statics are handed out once.
    static mut ARENA: [f32; 832] = [0.0; 832];

    let Board { line, led, .. } = microbit::board();
    Lab::<_, _, 128>::with_frame("microbit", line, led, ARENA)
        .window(1)
        .run()
}
