fn heaviside(x: REAL, at_zero: REAL) -> REAL {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        0.0
    } else if x == 0.0 {
        at_zero
    } else {
        x
    }
}
