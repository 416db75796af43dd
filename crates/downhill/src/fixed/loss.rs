//! Losses in integers.

use super::number::{LOSS_POINT, Narrow, ONE, POINT, excess};
use super::tables::{exp_unit, ln_above_one, sigmoid};
use crate::Fault;
use crate::loss::{CrossEntropy, Squared};

/// A loss of outputs in 16-bit numbers, and its slopes.
pub trait Loss {
    /// Numbers of a sample's target, where the loss and not the outputs tell it.
    const TARGETS: Option<usize>;

    /// Numbers of a sample's target, for so many outputs.
    #[inline(always)]
    fn targets(&self, outputs: usize) -> usize {
        Self::TARGETS.unwrap_or(outputs)
    }

    /// Returns `true` where the target is the number of a class, which no column scales.
    #[inline(always)]
    fn is_of_classes(&self) -> bool {
        Self::TARGETS.is_some()
    }

    /// Factor between a slope and what [`eval`](Loss::eval) leaves: the rate takes it in.
    fn scale(&self, outputs: usize) -> (u16, u16);

    /// The loss, with [`LOSS_POINT`] bits behind the point. The outputs, of [`POINT`] and at most
    /// 2³⁰ in size, become slopes of 16 bits.
    ///
    /// # Errors
    /// [`Fault::Prediction`] or [`Fault::Gradient`] where an output or a slope has more than 16
    /// bits, and [`Fault::Target`] for a class that does not exist.
    fn eval<X: Narrow>(&self, outputs: &mut [i32], target: &[X]) -> Result<u32, Fault>;
}

/// Sums `one(error)`, a loss and its slope, over the outputs.
#[inline(always)]
fn mean<X: Narrow>(
    outputs: &mut [i32],
    target: &[X],
    one: impl Fn(i32) -> (u32, i32),
) -> Result<u32, Fault> {
    if let ([output], &[target]) = (&mut *outputs, target) {
        let error = error(*output, target)?;
        let (loss, slope) = one(error);
        *output = slope;
        return Ok(loss);
    }
    let (mut sum, count) = (0u64, outputs.len().max(1) as u64);
    for (output, &target) in outputs.iter_mut().zip(target) {
        let (loss, slope) = one(error(*output, target)?);
        sum += u64::from(loss);
        *output = slope;
    }
    Ok((sum / count) as u32)
}

/// Output − target, both and their difference 16-bit numbers.
#[inline(always)]
fn error(output: i32, target: impl Narrow) -> Result<i32, Fault> {
    let error = output - target.wide();
    match excess(error) | excess(output) {
        0 => Ok(error),
        _ if excess(output) > 0 => Err(Fault::Prediction),
        _ => Err(Fault::Gradient),
    }
}

impl Loss for Squared {
    const TARGETS: Option<usize> = None;

    #[inline(always)]
    fn scale(&self, outputs: usize) -> (u16, u16) {
        (2, outputs as u16)
    }

    #[inline(always)]
    fn eval<X: Narrow>(&self, outputs: &mut [i32], target: &[X]) -> Result<u32, Fault> {
        mean(outputs, target, |error| ((error * error) as u32, error))
    }
}

/// Huber's loss, as [`loss::Huber`](crate::loss::Huber).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Huber {
    /// Where the square ends and the straight line begins, of [`POINT`]; above 0.
    pub delta: i16,
}

impl Loss for Huber {
    const TARGETS: Option<usize> = None;

    #[inline(always)]
    fn scale(&self, outputs: usize) -> (u16, u16) {
        (1, outputs as u16)
    }

    #[inline(always)]
    fn eval<X: Narrow>(&self, outputs: &mut [i32], target: &[X]) -> Result<u32, Fault> {
        let delta = u32::from(self.delta.unsigned_abs());
        mean(outputs, target, |error| {
            let size = error.unsigned_abs();
            let kept = size.min(delta);
            // ½ k² within, δ (|e| − ½ δ) beyond: k (|e| − ½ k) of both.
            let slope = kept as i32;
            let slope = if error < 0 { -slope } else { slope };
            ((kept * (2 * size - kept)) / 2, slope)
        })
    }
}

impl Loss for CrossEntropy {
    const TARGETS: Option<usize> = Some(1);

    #[inline(always)]
    fn scale(&self, _outputs: usize) -> (u16, u16) {
        (1, 1)
    }

    #[inline(always)]
    fn eval<X: Narrow>(&self, outputs: &mut [i32], target: &[X]) -> Result<u32, Fault> {
        match target {
            &[class] => of_class(outputs, class.wide() as i16),
            _ => Err(Fault::Target { index: 0 }),
        }
    }
}

/// The loss of a class, whose number has 16 bits in whatever word it came.
#[inline(always)]
fn of_class(outputs: &mut [i32], class: i16) -> Result<u32, Fault> {
    let classes = outputs.len().max(2);
    if class < 0 || class as usize >= classes {
        return Err(Fault::Target { index: 0 });
    }
    match outputs {
        [logit] => Ok(binary(logit, class)),
        logits => Ok(categorical(logits, class as usize)),
    }
}

/// Most that a size counts for in a loss: 128.
const MOST: u32 = 1 << 31;

/// A size of [`POINT`] as a loss.
#[inline(always)]
fn as_loss(size: i32) -> u32 {
    match size < 1 << (31 - POINT) {
        true => (size as u32) << (LOSS_POINT - POINT),
        false => MOST,
    }
}

/// The loss of a logit, which becomes the slope p − y.
#[inline(always)]
fn binary(logit: &mut i32, class: i16) -> u32 {
    let z = *logit;
    let against = if class > 0 { -z } else { z };
    *logit = sigmoid(z) - i32::from(class) * ONE;
    // ln(1 + e^a) = max(a, 0) + ln(1 + e^−|a|).
    let near = ln_above_one((1 << 15) + exp_unit(-z.abs()) as u32);
    as_loss(against.max(0)) + near
}

/// 2³¹ over a sum of powers, which is at least 2¹⁵ as the largest of them is.
#[inline(always)]
fn share(sum: u32) -> u32 {
    (1u32 << 31).checked_div(sum).unwrap_or_default()
}

/// A power's share of their sum, of [`POINT`]; the power is at most 2¹⁵, and so is the share.
#[inline(always)]
fn probability(power: i32, share: u32) -> i32 {
    ((power as u32 * share + (1 << 18)) >> 19) as i32
}

/// Replaces logits, of [`POINT`] and at most 2³⁰ in size, by the probabilities that a loss of
/// classes gives them: of one logit that of class 1.
pub fn probabilities(logits: &mut [i32]) {
    if let [logit] = logits {
        *logit = sigmoid(*logit);
        return;
    }
    let largest = logits.iter().fold(i32::MIN, |largest, &z| largest.max(z));
    let mut sum = 0;
    for z in logits.iter_mut() {
        *z = exp_unit(*z - largest);
        sum += *z as u32;
    }
    for z in logits {
        *z = probability(*z, share(sum));
    }
}

/// The loss of a logit a class, which become the slopes.
#[inline(always)]
fn categorical(logits: &mut [i32], class: usize) -> u32 {
    let largest = logits.iter().fold(i32::MIN, |largest, &z| largest.max(z));
    let (mut sum, mut chosen) = (0, 0);
    for (k, z) in logits.iter_mut().enumerate() {
        let below = *z - largest;
        if k == class {
            chosen = below;
        }
        *z = exp_unit(below);
        sum += *z as u32;
    }
    // The sum is from 2¹⁵ to 2²⁷; a power is at most 2¹⁵, and its share of the sum at most 1.
    let share = share(sum);
    for (k, z) in logits.iter_mut().enumerate() {
        *z = probability(*z, share) - if k == class { ONE } else { 0 };
    }
    as_loss(-chosen) + ln_above_one(sum)
}

#[cfg(test)]
mod tests {
    use super::Loss as Fixed;
    use super::{CrossEntropy, Fault, Huber, Squared};
    use crate::loss::Loss as Float;

    fn unit(x: i32) -> f64 {
        f64::from(x) / 4096.0
    }

    #[test]
    fn losses_are_those_of_floats() {
        let mut random = crate::random::Random::seed(1);
        for _ in 0..20_000 {
            let mut draw = |bits: u32| (random.word() as i32) >> (32 - bits);
            let (output, target) = (draw(15), draw(15) as i16);
            let squared = Fixed::eval(&Squared, &mut [output], &[target]).unwrap();
            let exact = Float::eval(&Squared, &mut [unit(output)], &[unit(target.into())]);
            assert_eq!(f64::from(squared) / 16_777_216.0, exact);
            let huber = Fixed::eval(&Huber { delta: 5000 }, &mut [output], &[target]).unwrap();
            let float = crate::loss::Huber { delta: unit(5000) };
            let exact = Float::eval(&float, &mut [unit(output)], &[unit(target.into())]);
            assert!((f64::from(huber) / 16_777_216.0 - exact).abs() < 1e-7);
            for logits in [&mut [draw(17)][..], &mut [draw(16), draw(16), draw(17)]] {
                let class = draw(31).unsigned_abs() as usize % logits.len().max(2);
                let mut exact = [0.0; 3];
                let exact = &mut exact[..logits.len()];
                for (exact, &logit) in exact.iter_mut().zip(&*logits) {
                    *exact = unit(logit);
                }
                let loss = Fixed::eval(&CrossEntropy, logits, &[class as i16]).unwrap();
                let whole = Float::eval(&CrossEntropy, exact, &[class as f64]);
                assert!((f64::from(loss) / 16_777_216.0 - whole).abs() < 4e-4);
                for (slope, exact) in logits.iter().zip(exact) {
                    assert!((unit(*slope) - *exact).abs() < 4e-4, "{slope} {exact}");
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let range = Fixed::eval(&Squared, &mut [40_000], &[0]);
        assert_eq!(range, Err(Fault::Prediction));
        let gradient = Fixed::eval(&Squared, &mut [30_000], &[-30_000]);
        assert_eq!(gradient, Err(Fault::Gradient));
        let class = Err(Fault::Target { index: 0 });
        assert_eq!(Fixed::eval(&CrossEntropy, &mut [0], &[2]), class);
        assert_eq!(Fixed::eval(&CrossEntropy, &mut [0, 0, 0], &[3]), class);
        assert_eq!(Fixed::eval(&CrossEntropy, &mut [0, 0, 0], &[-1]), class);
        // The largest logits there can be.
        for logit in [(1 << 30) - 1, 1 - (1 << 30)] {
            assert!(Fixed::eval(&CrossEntropy, &mut [logit], &[1]).is_ok());
            assert!(Fixed::eval(&CrossEntropy, &mut [logit, -logit], &[1]).is_ok());
        }
    }
}
