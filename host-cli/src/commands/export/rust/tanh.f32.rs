fn tanh(x: f32) -> f32 {
    let size = x.abs();
    if size < 0.25 {
        let s = x * x;
        let series = -1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * (62.0 / 2835.0)));
        return x * (1.0 + s * series);
    }
    let e = exp_unit(-2.0 * size);
    let tanh = (1.0 - e) / (1.0 + e);
    if x < 0.0 { -tanh } else { tanh }
}
