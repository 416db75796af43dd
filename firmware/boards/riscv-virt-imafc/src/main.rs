//! Downhill on RISC-V with an FPU, RV32IMAFC.
#![no_std]
#![no_main]

#[riscv_rt::entry]
fn main() -> ! {
    virt::run("riscv-virt-imafc")
}
