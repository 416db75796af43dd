/// ln(1 + x) for 0 ≤ x ≤ 1.
fn ln_1p_unit(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let q = s * s;
    let tail = q * (1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0)));
    let series = q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + tail)));
    let twice = s + s;
    twice + twice * series
}
