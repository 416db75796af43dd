//! Downhill on RISC-V without an FPU, RV32IMC.
#![no_std]
#![no_main]

#[riscv_rt::entry]
fn main() -> ! {
    virt::run("riscv-virt-imc")
}
