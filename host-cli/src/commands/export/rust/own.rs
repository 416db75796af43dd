/// A group's own parameter.
fn own(parameters: &[REAL], first: usize, code: REAL) -> REAL {
    let own = parameters.get(first..).unwrap_or(&[]);
    if code >= 0.0 {
        own.get(code as usize).copied().unwrap_or(REAL::NAN)
    } else {
        REAL::NAN
    }
}
