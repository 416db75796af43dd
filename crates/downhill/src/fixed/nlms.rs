//! Normalized least mean squares in integers.

use super::kernel::{largest, powers};
use super::number::{ONE, PARAMETER_MAX, POINT, excess, narrow, round};
use crate::{Fault, Fingerprint, Hasher, MAX_STEPS, Setting, Shape, Step};

/// Bits that a factor of more than 16 bits loses.
const COARSE: u32 = 5;

/// Normalized least mean squares of one output with a bias:
/// w ← w + μ e x / (ε + 1 + ‖x‖²), as [`least_squares::Nlms`](crate::least_squares::Nlms).
///
/// Indifferent to how large features are, and stable for any μ below 2. A power is held with 12 bits
/// behind the point, so one division of 32 bits is enough.
///
/// ```
/// use downhill::{Const, fixed::Nlms};
/// # fn main() -> Result<(), downhill::Fault> {
/// let mut echo = Nlms::new(Const::<2>, 8_192, 4, [0; 3])?; // μ = 1/2, ε = 2⁻¹⁰
/// for k in 0..400 {
///     let (a, b) = (1000 * (k % 7) - 3000, 1000 * (k % 5) - 2000);
///     echo.observe(&[a, b], a - b / 2 + 500)?;
/// }
/// assert!((echo.predict(&[1000, 0])? - 1500).abs() <= 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Nlms<I, A> {
    features: I,
    rate: u16,
    floor: u16,
    arena: A,
    room: u32,
    steps: u64,
}

impl<I: Shape, A: AsRef<[i32]> + AsMut<[i32]>> Nlms<I, A> {
    /// An estimator with its parameters, a weight a feature and the bias, at 0. `rate` is μ in 2⁻¹⁴,
    /// from 1 to 32,767; `floor` is ε in 2⁻¹².
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where `arena` is too short,
    /// [`Setting::NormalizedRate`] for another rate, and [`Setting::Model`] for more than
    /// [`MAX_INPUTS`](super::MAX_INPUTS) features.
    pub fn new(features: I, rate: u16, floor: u16, mut arena: A) -> Result<Self, Fault> {
        let (need, got) = (features.len() + 1, arena.as_ref().len());
        if got < need {
            return Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            });
        }
        if features.len() > super::MAX_INPUTS {
            return Err(Fault::Setting(Setting::Model));
        }
        if rate == 0 || rate >= 1 << 15 {
            return Err(Fault::Setting(Setting::NormalizedRate));
        }
        arena.as_mut().fill(0);
        Ok(Self {
            features,
            rate,
            floor,
            arena,
            room: 0,
            steps: 0,
        })
    }

    /// Learns from one row, and returns the squared error of its prediction, with
    /// [`LOSS_POINT`](super::LOSS_POINT) bits behind the point.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed.
    #[inline(always)]
    pub fn observe(&mut self, features: &[i16], target: i16) -> Result<Step<u32>, Fault> {
        let count = self.features.len();
        let words = Self::words(self.arena.as_mut(), count, features.len())?;
        let (weights, bias) = words.split_at_mut(count);
        let (sum, power) = powers(weights, features);
        let output = narrow(sum + bias.first().map_or(0, |&bias| i64::from(round(bias, 4))));
        let error = i32::from(target) - output;
        if excess(output) | excess(error) > 0 {
            return Err(match excess(output) {
                0 => Fault::Gradient,
                _ => Fault::Prediction,
            });
        }
        // At most 4,096 × 2³⁰ / 2¹² and a little: 31 bits.
        let power = (power >> POINT) as u32 + ONE as u32 + u32::from(self.floor);
        // Below 2³², since both have at most 15 bits; the quotient is 2¹⁶ μ e / (ε + 1 + ‖x‖²).
        let size = ((error.unsigned_abs() * u32::from(self.rate)) << 2)
            .checked_div(power)
            .unwrap_or_default();
        let signed = |size: u32| {
            if error < 0 {
                -(size as i32)
            } else {
                size as i32
            }
        };
        if size < 1 << 15 {
            self.room = Self::room(self.room, weights, bias, size << 15)?;
            let factor = signed(size);
            for (weight, &x) in weights.iter_mut().zip(features) {
                *weight += factor * i32::from(x);
            }
            for bias in bias {
                *bias += factor << POINT;
            }
        } else {
            // 2²⁰ at most, of which 15 bits are kept.
            let coarse = (size + (1 << (COARSE - 1))) >> COARSE;
            self.room = Self::far(weights, bias, features, signed(coarse))?;
        }
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss: (error * error) as u32,
        })
    }

    /// Room of the parameters after a movement.
    #[inline(always)]
    fn room(room: u32, weights: &[i32], bias: &[i32], reach: u32) -> Result<u32, Fault> {
        match room.checked_sub(reach) {
            Some(room) => Ok(room),
            None => Self::look(weights, bias, reach),
        }
    }

    /// Room after a movement, measured on the parameters themselves.
    #[inline(never)]
    fn look(weights: &[i32], bias: &[i32], reach: u32) -> Result<u32, Fault> {
        let room = PARAMETER_MAX.saturating_sub(largest(weights).max(largest(bias)));
        room.checked_sub(reach).ok_or(Fault::Update)
    }

    /// A movement by a factor of more than 16 bits, [`COARSE`] of them left out.
    #[inline(never)]
    fn far(
        weights: &mut [i32],
        bias: &mut [i32],
        features: &[i16],
        factor: i32,
    ) -> Result<u32, Fault> {
        // What parameters may move, before the shift.
        let room = PARAMETER_MAX.saturating_sub(largest(weights).max(largest(bias)));
        let most = features
            .iter()
            .fold(ONE as u32, |most, &x| most.max(i32::from(x).unsigned_abs()));
        let reach = u64::from(factor.unsigned_abs() * most) << COARSE;
        if reach > u64::from(room) {
            return Err(Fault::Update);
        }
        for (weight, &x) in weights.iter_mut().zip(features) {
            *weight += (factor * i32::from(x)) << COARSE;
        }
        for bias in bias {
            *bias += (factor << POINT) << COARSE;
        }
        Ok(room - reach as u32)
    }

    #[inline(always)]
    fn words(words: &mut [i32], count: usize, features: usize) -> Result<&mut [i32], Fault> {
        if features != count {
            return Err(Fault::Length {
                need: count as u32,
                got: features as u32,
            });
        }
        let none = Fault::Arena { need: 0, got: 0 };
        words.get_mut(..count + 1).ok_or(none)
    }

    /// Predicts, with [`POINT`] bits behind the point.
    ///
    /// # Errors
    /// [`Fault::Length`] for another number of features.
    pub fn predict(&mut self, features: &[i16]) -> Result<i32, Fault> {
        let count = self.features.len();
        let words = Self::words(self.arena.as_mut(), count, features.len())?;
        let mut output = [0];
        super::kernel::affine(words, features, true, &mut output);
        let [output] = output;
        Ok(output)
    }

    /// The weights and the bias, with [`PARAMETER_POINT`](super::PARAMETER_POINT) bits behind the
    /// point.
    pub fn parameters(&self) -> &[i32] {
        let words = self.arena.as_ref();
        words.get(..self.features.len() + 1).unwrap_or(&[])
    }

    /// Goes on from these parameters and steps.
    ///
    /// # Errors
    /// As [`Trainer::resume`](super::Trainer::resume).
    pub fn resume(&mut self, parameters: &[i32], steps: u64) -> Result<(), Fault> {
        let (need, got) = (self.parameters().len() as u32, parameters.len() as u32);
        if need != got {
            return Err(Fault::Length { need, got });
        }
        if largest(parameters) > PARAMETER_MAX {
            return Err(Fault::Update);
        }
        if steps > MAX_STEPS {
            return Err(Fault::Steps);
        }
        for (own, &parameter) in self.arena.as_mut().iter_mut().zip(parameters) {
            *own = parameter;
        }
        (self.room, self.steps) = (0, steps);
        Ok(())
    }

    /// Hashes the steps, low word first, rate, floor and parameters.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        hasher.word(self.rate.into());
        hasher.word(self.floor.into());
        for &word in self.parameters() {
            hasher.word(word as u32);
        }
        hasher.finish()
    }
}
