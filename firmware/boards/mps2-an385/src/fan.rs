//! A node that guards a fan.
#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    mps2::node::guard(&mps2::AN385)
}
