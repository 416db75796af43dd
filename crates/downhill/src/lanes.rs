//! Lanes of a dot product.

use core::ops::Add;

/// Sum of four lanes, as (0 + 1) + (2 + 3).
#[inline(always)]
pub(crate) fn fold<T: Copy + Add<Output = T>>(lanes: [T; 4]) -> T {
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}
