fn sinc(x: REAL) -> REAL {
    let angle = x * core::f64::consts::PI;
    if angle == 0.0 {
        1.0
    } else {
        libm::sin(angle) / angle
    }
}
