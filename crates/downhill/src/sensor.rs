//! Faults of a sensor, found in its readings before anything is learned from them.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::{Fault, Real, Setting};

/// Fault of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum SensorFault {
    /// A reading that is not finite.
    NotFinite,
    /// A reading at an end of the sensor's range, or beyond.
    Rail,
    /// A reading that repeats, to the last bit, more often than the sensor's noise leaves room for.
    Stuck,
    /// A reading far from those before it, alone: the next one is near them again.
    Spike,
    /// Readings that have moved far from those before them, and stay there.
    Jump,
}

/// Settings of a [`SensorCheck`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct SensorLimits<T> {
    /// Readings that the sensor can give: at the ends it is at its rail.
    pub range: [T; 2],
    /// Equal readings one after the other that are no fault; 0 where any number is none.
    pub equal: u16,
    /// Steps from a reading to the next that are no fault, in usual steps; at least 2.
    pub step: T,
    /// Readings by which a jump is told from spikes, and after which it is the new level.
    pub settle: u16,
}

impl<T: Real> Default for SensorLimits<T> {
    /// Any range, 16 equal readings, 12 usual steps, and 4 readings to settle.
    fn default() -> Self {
        Self {
            range: [-T::MAX, T::MAX],
            equal: 16,
            step: T::from_u32(12),
            settle: 4,
        }
    }
}

/// Faults of a sensor by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct SensorFaults {
    /// Readings that were not finite.
    pub not_finite: u32,
    /// Readings at the rail.
    pub rail: u32,
    /// Equal readings too many.
    pub stuck: u32,
    /// Readings that were spikes.
    pub spikes: u32,
    /// Readings that were the begin of jumps.
    pub jumps: u32,
}

/// Readings from which on the usual step is known.
const KNOWN: u32 = 16;
/// Weight of a new step in the usual one.
const FOLLOW: f64 = 1.0 / 64.0;

/// Check of one channel's readings, one after the other, before they are learned from.
///
/// A step from the last good reading is compared with the usual one, a running mean of |step| that
/// good readings move by 1/64 of the way: further than [`step`](SensorLimits::step) of those is no
/// good reading. One such is a spike where the next is good again, and where
/// [`settle`](SensorLimits::settle) follow each other near one another, the sensor has jumped, and its
/// new level is good from then on. A reading that is refused moves nothing but the counts.
///
/// ```
/// use downhill::sensor::{SensorCheck, SensorFault, SensorLimits};
/// let mut check = SensorCheck::new(SensorLimits::default())?;
/// let mut temperature = |k: u32| 20.0f32 + [0.0, 0.1, 0.05, 0.02][(k % 4) as usize];
/// for k in 0..100 {
///     check.observe(temperature(k)).unwrap();
/// }
/// assert_eq!(check.observe(85.0), Err(SensorFault::Spike)); // what an unpowered DS18B20 says
/// assert!(check.observe(temperature(101)).is_ok());
/// assert_eq!(check.faults().spikes, 1);
/// # Ok::<(), downhill::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorCheck<T> {
    limits: SensorLimits<T>,
    /// The last good reading, and the last of any kind.
    good: T,
    last: T,
    /// Mean of |step|.
    usual: T,
    /// Good readings.
    taken: u32,
    /// Readings in a row that are equal to the one before.
    equal: u16,
    /// Readings in a row that are far from the last good one.
    far: u16,
    faults: SensorFaults,
}

impl<T: Real> SensorCheck<T> {
    /// A check that has seen nothing.
    ///
    /// # Errors
    /// [`Fault::Setting`] where the range is upside down or not of numbers, the step below 2, or no
    /// reading settles.
    pub fn new(limits: SensorLimits<T>) -> Result<Self, Fault> {
        let SensorLimits {
            range: [low, high],
            step,
            settle,
            ..
        } = limits;
        let is_range = low < high && low.is_finite() && high.is_finite();
        let is_step = step >= T::TWO && step.is_finite();
        if !is_range || !is_step || settle == 0 {
            return Err(Fault::Setting(Setting::Detector));
        }
        Ok(Self {
            limits,
            good: T::ZERO,
            last: T::NAN,
            usual: T::ZERO,
            taken: 0,
            equal: 0,
            far: 0,
            faults: SensorFaults::default(),
        })
    }

    /// Takes a reading: fine to learn from, or a fault.
    ///
    /// # Errors
    /// The fault of the reading, which was counted and is not to be learned from. Of a jump the
    /// readings until it has settled are spikes, and the one with which it has is the jump.
    pub fn observe(&mut self, reading: T) -> Result<(), SensorFault> {
        if !reading.is_finite() {
            self.faults.not_finite = self.faults.not_finite.saturating_add(1);
            return Err(SensorFault::NotFinite);
        }
        let before = core::mem::replace(&mut self.last, reading);
        let [low, high] = self.limits.range;
        if reading <= low || reading >= high {
            self.equal = 0;
            self.faults.rail = self.faults.rail.saturating_add(1);
            return Err(SensorFault::Rail);
        }
        self.equal = match reading == before {
            true => self.equal.saturating_add(1),
            false => 0,
        };
        if self.limits.equal > 0 && self.equal >= self.limits.equal {
            self.faults.stuck = self.faults.stuck.saturating_add(1);
            return Err(SensorFault::Stuck);
        }
        let step = (reading - self.good).abs();
        let limit = self.limits.step * self.usual;
        if self.taken >= KNOWN && self.usual > T::ZERO && step > limit {
            let is_near = (reading - before).abs() <= limit;
            self.far = if is_near {
                self.far.saturating_add(1)
            } else {
                1
            };
            if self.far < self.limits.settle.max(2) {
                self.faults.spikes = self.faults.spikes.saturating_add(1);
                return Err(SensorFault::Spike);
            }
            // The spikes that led here were none.
            self.faults.spikes = self.faults.spikes.saturating_sub(u32::from(self.far) - 1);
            self.faults.jumps = self.faults.jumps.saturating_add(1);
            (self.good, self.far) = (reading, 0);
            return Err(SensorFault::Jump);
        }
        if self.taken > 0 && step.is_finite() {
            // The mean of the first steps, and from then on a running one.
            let weight = T::from_f64(FOLLOW).larger(T::ONE / T::from_u32(self.taken));
            self.usual += weight * (step - self.usual);
        }
        (self.good, self.far) = (reading, 0);
        self.taken = self.taken.saturating_add(1);
        Ok(())
    }

    /// Faults by kind.
    pub fn faults(&self) -> SensorFaults {
        self.faults
    }

    /// Readings that were fine.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Mean step from a good reading to the next.
    pub fn usual_step(&self) -> T {
        self.usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A check that has seen 500 readings of a sensor with noise.
    fn seasoned(limits: SensorLimits<f32>) -> (SensorCheck<f32>, impl FnMut() -> f32) {
        let mut check = SensorCheck::new(limits).unwrap();
        let (mut random, mut k) = (Random::seed(8), 0.0f32);
        let mut reading = move || {
            k += 0.01;
            20.0 + libm::sinf(k) + 0.1 * (random.unit::<f32>() - 0.5)
        };
        for at in 0..500 {
            assert_eq!(check.observe(reading()), Ok(()), "{at}");
        }
        (check, reading)
    }

    #[test]
    fn readings_of_a_sound_sensor_are_fine() {
        let (mut check, mut reading) = seasoned(SensorLimits::default());
        let refused = (0..20_000).filter(|_| check.observe(reading()).is_err());
        assert_eq!(refused.count(), 0);
        assert_eq!(check.faults(), SensorFaults::default());
    }

    #[test]
    fn a_sensor_that_is_stuck_or_at_its_rail_is_found() {
        let limits = SensorLimits {
            range: [-40.0, 125.0],
            ..SensorLimits::default()
        };
        let (mut check, mut reading) = seasoned(limits);
        let stuck = reading();
        let found = (0..40)
            .filter(|_| check.observe(stuck) == Err(SensorFault::Stuck))
            .count();
        assert_eq!(found, 40 - 16);
        for rail in [-40.0, 125.0, 1e9] {
            assert_eq!(check.observe(rail), Err(SensorFault::Rail));
        }
        for wild in [f32::NAN, f32::INFINITY] {
            assert_eq!(check.observe(wild), Err(SensorFault::NotFinite));
        }
        let faults = check.faults();
        assert_eq!((faults.stuck, faults.rail, faults.not_finite), (24, 3, 2));
        assert_eq!(check.observe(reading()), Ok(()));
    }

    #[test]
    fn a_spike_is_one_reading_and_a_jump_stays() {
        let (mut check, mut reading) = seasoned(SensorLimits::default());
        assert_eq!(check.observe(reading() + 9.0), Err(SensorFault::Spike));
        assert_eq!(check.observe(reading()), Ok(()));
        // Spikes in both directions are no jump.
        for k in 0..10 {
            let spike = if k % 2 == 0 { 9.0 } else { -9.0 };
            assert_eq!(check.observe(reading() + spike), Err(SensorFault::Spike));
        }
        assert_eq!(check.faults().spikes, 11);
        let usual = check.usual_step();
        let mut said = [Ok(()); 6];
        for said in &mut said {
            *said = check.observe(reading() + 9.0);
        }
        let spike = Err(SensorFault::Spike);
        assert_eq!(
            said,
            [spike, spike, spike, Err(SensorFault::Jump), Ok(()), Ok(())]
        );
        assert_eq!((check.faults().spikes, check.faults().jumps), (11, 1));
        // Neither has moved what is usual by more than good readings do.
        assert!((check.usual_step() / usual - 1.0).abs() < 0.2);
    }

    #[test]
    fn limits_that_cannot_be_are_refused() {
        let usual = SensorLimits::<f32>::default();
        for limits in [
            SensorLimits {
                range: [1.0, 1.0],
                ..usual
            },
            SensorLimits {
                range: [f32::NAN, 1.0],
                ..usual
            },
            SensorLimits { step: 1.0, ..usual },
            SensorLimits { settle: 0, ..usual },
        ] {
            assert!(SensorCheck::new(limits).is_err(), "{limits:?}");
        }
    }
}
