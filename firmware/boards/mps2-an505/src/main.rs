//! Downhill on Arm's MPS2 with the AN505 image, a Cortex-M33.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::run(&mps2::AN505)
}
