//! A node that learns what this board's thermometer should have said.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::node::correct(&mps2::AN386)
}
