//! A node that learns the correction of this board's thermometer.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::node::correct(&mps2::AN386)
}
