//! Downhill on Arm's MPS2 with the AN386 image, a Cortex-M4F, which takes keys.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::run(&mps2::AN386)
}
