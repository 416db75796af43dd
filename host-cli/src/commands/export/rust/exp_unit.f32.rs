fn power(x: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0;
    let shifted = x * core::f32::consts::LOG2_E + WHOLE;
    let k = shifted - WHOLE;
    let r = (x - k * 0.693_359_4) + k * 2.121_944_4e-4;
    let tail = 0.499_999_94
        + r * (0.166_665_21 + r * (0.041_668_277 + r * (0.008_368_687 + r * 0.001_381_982_6)));
    let e = 1.0 + (r + r * r * tail);
    f32::from_bits(e.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// e^x for x ≤ 0.
fn exp_unit(x: f32) -> f32 {
    if x > -87.0 {
        return power(x);
    }
    if x.is_nan() {
        return x;
    }
    let root = power(if x > -170.0 { x } else { -170.0 } * 0.5);
    root * root
}
