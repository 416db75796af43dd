/// A dot product in the order that every Downhill keeps: product i goes to lane i mod 4.
fn dot(a: &[REAL], b: &[REAL]) -> REAL {
    let mut lane = [0.0; 4];
    let (chunks_a, chunks_b) = (a.chunks_exact(4), b.chunks_exact(4));
    let (rest_a, rest_b) = (chunks_a.remainder(), chunks_b.remainder());
    for (at, (a, b)) in chunks_a.zip(chunks_b).enumerate() {
        for ((lane, a), b) in lane.iter_mut().zip(a).zip(b) {
            *lane = if at == 0 { a * b } else { *lane + a * b };
        }
    }
    for ((lane, x), y) in lane.iter_mut().zip(rest_a).zip(rest_b) {
        *lane = if a.len() < 4 { x * y } else { *lane + x * y };
    }
    (lane[0] + lane[1]) + (lane[2] + lane[3])
}

/// out = weights · input + biases, the weights row by row.
fn affine(weights: &[REAL], biases: &[REAL], input: &[REAL], out: &mut [REAL]) {
    let rows = weights.chunks_exact(input.len().max(1));
    for ((out, row), bias) in out.iter_mut().zip(rows).zip(biases) {
        *out = dot(row, input) + bias;
    }
}
