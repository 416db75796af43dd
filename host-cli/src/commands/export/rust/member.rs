/// The number of a group, from 0 on and below a count; NaN if it is none.
fn member(code: REAL, count: u8) -> REAL {
    if code >= 0.0 && code < count.into() && REAL::from(code as u8) == code {
        code
    } else {
        REAL::NAN
    }
}
