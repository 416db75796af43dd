
/// The probability of class 1, with 12 bits behind the point.
pub fn probability(outputs: &[i32; OUTPUTS]) -> i32 {
    sigmoid(outputs[0])
}

/// The class that outputs stand for.
pub fn class(outputs: &[i32; OUTPUTS]) -> usize {
    usize::from(probability(outputs) >= THRESHOLD)
}
