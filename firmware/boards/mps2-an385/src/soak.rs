//! A node that learns from samples of a generator, for as long as one likes.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::node::learn(&mps2::AN385)
}
