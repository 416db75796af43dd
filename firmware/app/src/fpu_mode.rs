use core::hint::black_box;

/// Returns whether floating-point arithmetic is in its default mode: subnormals are kept, and
/// results are rounded to the nearest, ties to even. In any other mode a fit would have other bits
/// than on the host.
pub fn is_default() -> bool {
    let half = |x: f32| black_box(x) * 0.5;
    let keeps_subnormals = half(f32::MIN_POSITIVE) != 0.0 && half(f32::from_bits(2)) != 0.0;

    let ulp = f32::EPSILON;
    let sum = |x: f32, y: f32| black_box(x) + black_box(y);
    let ties_to_even = sum(1.0, ulp * 0.5) == 1.0 && sum(1.0 + ulp, ulp * 0.5) == 1.0 + 2.0 * ulp;
    let both_ways = sum(1.0, ulp * 0.75) == 1.0 + ulp && sum(-1.0, ulp * -0.75) == -1.0 - ulp;

    keeps_subnormals && ties_to_even && both_ways
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_host_is_in_the_default_mode() {
        assert!(super::is_default());
    }
}
