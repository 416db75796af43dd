//! What every board does before it learns.
#![no_std]

use core::hint::black_box;

/// Whether arithmetic is IEEE 754's default: subnormals kept, ties to even. In any other mode a
/// fit would not have its host's bits.
///
/// It computes instead of reading a register, so that it serves cores without an FPU too.
#[must_use]
pub fn arithmetic_is_default() -> bool {
    let smallest = black_box(f32::MIN_POSITIVE);
    let subnormal = smallest * black_box(0.5);
    let back = black_box(subnormal) * black_box(2.0);
    let half = black_box(f32::EPSILON / 2.0);
    let down = black_box(1.0) + half;
    let up = black_box(1.0 + f32::EPSILON) + half;
    subnormal.to_bits() == 0x0040_0000
        && back == smallest
        && down == 1.0
        && up == 1.0 + 2.0 * f32::EPSILON
}
