
fn affine(weights: &[i16], biases: &[i32], inputs: &[i32], outputs: &mut [i32]) {
    let rows = weights.chunks(inputs.len().max(1)).zip(biases);
    for ((row, &bias), output) in rows.zip(outputs) {
        let mut sum = i64::from(bias);
        for (&weight, &input) in row.iter().zip(inputs) {
            sum += i64::from(i32::from(weight) * input);
        }
        *output = ((sum + 2048) >> 12) as i32;
    }
}
