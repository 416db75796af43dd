//! Downhill on Arm's MPS2 with the AN386 image, a Cortex-M4F.
#![no_std]
#![no_main]

use mps2 as _;

#[cortex_m_rt::entry]
fn main() -> ! {
    defmt::info!("up");
    panic!("nothing to do yet")
}
