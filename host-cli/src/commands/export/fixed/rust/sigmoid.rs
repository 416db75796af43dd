
fn sigmoid(z: i32) -> i32 {
    let half = (tanh(z.saturating_abs() >> 1) + 1) >> 1;
    if z < 0 { 2048 - half } else { 2048 + half }
}
