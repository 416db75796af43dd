/// Replaces logits by probabilities.
fn softmax(logits: &mut [REAL]) {
    let mut largest = -REAL::MAX;
    for &z in logits.iter() {
        if z > largest {
            largest = z;
        }
    }
    let mut sum = 0.0;
    for z in logits.iter_mut() {
        *z = exp_unit(*z - largest);
        sum += *z;
    }
    for z in logits {
        *z /= sum;
    }
}
