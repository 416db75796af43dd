//! The inner loops. Each has one stated order of addition, the same for every shape and target.
use core::hint::black_box;

use crate::Real;

/// Σ aᵢ bᵢ over four lanes: product *i* goes to lane *i* mod 4, and the lanes fold as
/// (0 + 1) + (2 + 3). Both slices have one length.
#[inline(always)]
pub(crate) fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    let mut pairs = a4.iter().zip(b4);
    let mut lane = match pairs.next() {
        Some((x, y)) => [x[0] * y[0], x[1] * y[1], x[2] * y[2], x[3] * y[3]],
        None => {
            let mut lane = [T::ZERO; 4];
            for (lane, (&x, &y)) in lane.iter_mut().zip(a_rest.iter().zip(b_rest)) {
                *lane = x * y;
            }
            return T::fold(lane);
        }
    };
    for (x, y) in pairs {
        for k in 0..4 {
            lane[k] += x[k] * y[k];
        }
    }
    for (lane, (&x, &y)) in lane.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane += x * y;
    }
    T::fold(lane)
}

/// Numbers one by one, for a loop that runs seldom and should be small: behind [`black_box`] the
/// compiler does not unroll it.
#[inline(always)]
pub(crate) fn seldom<T: Real>(numbers: &[T]) -> impl Iterator<Item = T> {
    let numbers = black_box(numbers).iter();
    numbers.map(|&number| black_box(number))
}

/// Sets numbers to zero, in a loop as small as those over [`seldom`].
pub(crate) fn clear<T: Real>(numbers: &mut [T]) {
    for number in black_box(numbers) {
        *number = black_box(T::ZERO);
    }
}

/// Σ |aᵢ| in index order: a bound for the largest, and NaN or infinite where any of them is.
#[inline(always)]
pub(crate) fn sum_abs<T: Real>(a: &[T]) -> T {
    a.iter().fold(T::ZERO, |sum, x| sum + x.abs())
}

/// Σ aᵢ² in index order.
#[inline(always)]
pub(crate) fn sum_squares<T: Real>(a: &[T]) -> T {
    a.iter().fold(T::ZERO, |sum, &x| sum + x * x)
}

/// outputs = W · inputs (+ b), with W row by row at the start of `parameters` and b behind it.
#[inline(always)]
pub(crate) fn affine<T: Real>(parameters: &[T], inputs: &[T], bias: bool, outputs: &mut [T]) {
    let Some((mut weights, biases)) = parameters.split_at_checked(inputs.len() * outputs.len())
    else {
        return;
    };
    for output in outputs.iter_mut() {
        let Some(row) = weights.split_off(..inputs.len()) else {
            return;
        };
        *output = dot(row, inputs);
    }
    if bias {
        for (output, &bias) in outputs.iter_mut().zip(biases) {
            *output += bias;
        }
    }
}

/// Replaces logits by probabilities: e^(zᵢ - m) / Σ e^(zⱼ - m) with m the largest logit.
#[inline]
pub(crate) fn softmax<T: Real>(logits: &mut [T]) {
    let largest = logits.iter().fold(-T::MAX, |largest, &z| largest.larger(z));
    let mut sum = T::ZERO;
    for z in logits.iter_mut() {
        *z = (*z - largest).exp_unit();
        sum += *z;
    }
    for z in logits {
        *z = *z / sum;
    }
}

/// below = Wᵀ · above, with W row by row at the start of `parameters`: the rows' multiples are
/// added in row order.
#[inline(always)]
pub(crate) fn transposed<T: Real>(parameters: &[T], above: &[T], below: &mut [T]) {
    let mut rest = parameters;
    for (o, &slope) in above.iter().enumerate() {
        let Some(row) = rest.split_off(..below.len()) else {
            return;
        };
        for (sum, &weight) in below.iter_mut().zip(row) {
            let product = slope * weight;
            *sum = if o == 0 { product } else { *sum + product };
        }
    }
}

/// Replaces logits by the logarithms of their softmax, and returns a number that is infinite or
/// NaN where any of the logits is.
#[inline(always)]
pub(crate) fn log_softmax<T: Real>(logits: &mut [T]) -> T {
    let largest = logits.iter().fold(-T::MAX, |largest, &z| largest.larger(z));
    let mut sum = T::ZERO;
    let mut poison = T::ZERO;
    for z in logits.iter_mut() {
        poison += *z * T::ZERO;
        *z -= largest;
        sum += z.exp_unit();
    }
    let normalizer = sum.ln();
    for z in logits {
        *z -= normalizer;
    }
    normalizer + poison
}

/// Copies as many numbers as there are of both.
pub(crate) fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
