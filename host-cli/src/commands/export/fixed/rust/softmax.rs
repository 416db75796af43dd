
fn exp_unit(z: i32) -> i32 {
    if z < -45_056 {
        return 0;
    }
    let power = (z * 47_274 + 2048) >> 12;
    let whole = -(power >> 15);
    let (at, within) = (((power & 0x7fff) >> 10) as usize, power & 1023);
    let [low, high] = [at, at + 1].map(|at| i32::from(POWER.get(at).copied().unwrap_or(0)));
    let value = 32_768 + low + (((high - low) * within + 512) >> 10);
    (value + ((1 << whole) >> 1)) >> whole
}

/// The probabilities of the classes, with 12 bits behind the point.
pub fn probabilities(outputs: &[i32; OUTPUTS]) -> [i32; OUTPUTS] {
    let largest = outputs.iter().fold(i32::MIN, |largest, &z| largest.max(z));
    let powers = outputs.map(|z| exp_unit(z - largest));
    let sum: i32 = powers.iter().sum();
    let share = (1u32 << 31).checked_div(sum as u32).unwrap_or(0);
    powers.map(|power| ((power as u32 * share + 262_144) >> 19) as i32)
}

/// The class that outputs stand for: the first of the most probable.
pub fn class(outputs: &[i32; OUTPUTS]) -> usize {
    let probabilities = probabilities(outputs);
    let mut best = 0;
    for (at, probability) in probabilities.iter().enumerate() {
        if Some(probability) > probabilities.get(best) {
            best = at;
        }
    }
    best
}
