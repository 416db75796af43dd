
fn tanh(z: i32) -> i32 {
    let size = z.saturating_abs();
    let (at, within) = ((size >> 7) as usize, size & 127);
    let value = match (TANH.get(at), TANH.get(at + 1)) {
        (Some(&low), Some(&high)) => {
            let (low, high) = (i32::from(low), i32::from(high));
            low + (((high - low) * within + 64) >> 7)
        }
        _ => i32::from(TANH[TANH.len() - 1]),
    };
    if z < 0 { -value } else { value }
}
