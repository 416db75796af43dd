/// What is left of `x` above a multiple of `y`, with the sign of `y`.
fn modulo(x: REAL, y: REAL) -> REAL {
    let rest = libm::fmodf(x, y);
    if rest != 0.0 && (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    }
}
