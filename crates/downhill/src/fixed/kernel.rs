//! Inner loops. Sums are of 64 bits and exact, so that their order does not matter; the bounds are
//! those of the [module](super).

use super::number::{Narrow, excess, narrow, round, upper};

/// Σ upper(wᵢ) xᵢ. Two products are below 2³¹ together, since the upper half of a parameter is
/// less than 2¹⁵ in size: Cortex-M0, which has no long product, adds to 64 bits half as often.
#[inline(always)]
pub(super) fn dot<X: Narrow>(weights: &[i32], inputs: &[X]) -> i64 {
    let (w2, w_rest) = weights.as_chunks::<2>();
    let (x2, x_rest) = inputs.as_chunks::<2>();
    let mut sum = 0;
    for ([a, b], [x, y]) in w2.iter().zip(x2) {
        sum += i64::from(upper(*a) * x.wide() + upper(*b) * y.wide());
    }
    for (&weight, &x) in w_rest.iter().zip(x_rest) {
        sum += i64::from(upper(weight) * x.wide());
    }
    sum
}

/// [`dot`], and Σ xᵢ² with twice the bits behind the point.
#[inline(always)]
pub(super) fn powers(weights: &[i32], inputs: &[i16]) -> (i64, u64) {
    let (w2, w_rest) = weights.as_chunks::<2>();
    let (x2, x_rest) = inputs.as_chunks::<2>();
    let (mut sum, mut power) = (0, 0);
    for ([a, b], [x, y]) in w2.iter().zip(x2) {
        let (x, y) = (x.wide(), y.wide());
        sum += i64::from(upper(*a) * x + upper(*b) * y);
        power += u64::from((x * x) as u32 + (y * y) as u32);
    }
    for (&weight, &x) in w_rest.iter().zip(x_rest) {
        sum += i64::from(upper(weight) * x.wide());
        power += u64::from((x.wide() * x.wide()) as u32);
    }
    (sum, power)
}

/// outputs = W · inputs + b as numbers of [`POINT`](super::POINT), with W row by row at the start
/// of `parameters` and b behind it.
#[inline(always)]
pub(super) fn affine<X: Narrow>(parameters: &[i32], inputs: &[X], bias: bool, outputs: &mut [i32]) {
    let Some((mut weights, biases)) = parameters.split_at_checked(inputs.len() * outputs.len())
    else {
        return;
    };
    for (o, output) in outputs.iter_mut().enumerate() {
        let Some(row) = weights.split_off(..inputs.len()) else {
            return;
        };
        let mut sum = dot(row, inputs);
        if bias && let Some(&bias) = biases.get(o) {
            sum += i64::from(round(bias, 4));
        }
        *output = narrow(sum);
    }
}

/// below = `finish`(Wᵀ · above), with W row by row at the start of `parameters`. Returns what
/// of Wᵀ · above exceeds 16 bits.
#[inline(always)]
pub(super) fn transposed(
    parameters: &[i32],
    above: &[i32],
    below: &mut [i32],
    finish: impl Fn(i32, usize) -> i32,
) -> u32 {
    let width = below.len();
    let mut over = 0;
    for (i, below) in below.iter_mut().enumerate() {
        let mut sum = 0;
        for (o, &slope) in above.iter().enumerate() {
            if let Some(&weight) = parameters.get(o * width + i) {
                sum += i64::from(upper(weight) * slope);
            }
        }
        let sum = narrow(sum);
        over |= excess(sum);
        // What exceeds is not used: a wrapped one is as good, and needs no second way.
        *below = finish(i32::from(sum as i16), i);
    }
    over
}

/// Largest size of the numbers; that of −2³¹ is 2³¹.
#[inline(always)]
pub(super) fn largest(numbers: &[i32]) -> u32 {
    numbers
        .iter()
        .fold(0, |largest, number| largest.max(number.unsigned_abs()))
}
