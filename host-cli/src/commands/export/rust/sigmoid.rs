/// 1 / (1 + e^-x).
fn sigmoid(x: REAL) -> REAL {
    let e = exp_unit(-x.abs());
    let share = 1.0 / (1.0 + e);
    if x < 0.0 { e * share } else { share }
}
