/// e^x for x ≤ 0.
fn exp_unit(x: f64) -> f64 {
    exp(x)
}
