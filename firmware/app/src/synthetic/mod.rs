//! A synthetic sensor and its true targets, the same on a board and on its host: each sample is
//! drawn from the core's seeded generator.

mod fan;

use core::cell::Cell;

use downhill::random::Random;
use downhill_link::SensorFault;

pub use fan::Fan;

use crate::{Reference, Sensor};

/// Features of sample `number`: `N` numbers from -1 to below 1.
pub fn features<const N: usize>(number: u64) -> [f32; N] {
    let mut random = Random::seed(number);
    core::array::from_fn(|_| 2.0 * random.unit::<f32>() - 1.0)
}

/// Target of these features: 0.5, plus the first, plus twice the second, and so on.
pub fn truth<const N: usize>(features: &[f32; N]) -> f32 {
    let mut weight = 0.0;
    let mut sum = 0.5;
    for feature in features {
        weight += 1.0;
        sum += weight * feature;
    }
    sum
}

/// Sensor that gives these samples, one after another.
///
/// ```
/// use downhill_firmware::Sensor;
/// use downhill_firmware::synthetic::{Synthetic, features};
/// let mut sensor = Synthetic::from(7);
/// assert_eq!(sensor.read(), Ok(Some(features::<3>(7))));
/// assert_eq!(sensor.read(), Ok(Some(features::<3>(8))));
/// ```
#[derive(Clone, Debug)]
pub struct Synthetic {
    next: Cell<u64>,
}

impl Synthetic {
    /// Creates a sensor that starts with sample `number`.
    pub const fn from(number: u64) -> Self {
        let next = Cell::new(number);
        Self { next }
    }

    /// Continues with sample `number`.
    pub fn seek(&self, number: u64) {
        self.next.set(number);
    }
}

impl<const N: usize> Sensor<N> for Synthetic {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        Sensor::read(&mut &*self)
    }
}

/// A shared sensor, so that its owner can [`seek`](Synthetic::seek).
impl<const N: usize> Sensor<N> for &Synthetic {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        Ok(Some(features(number)))
    }
}

/// Reference that computes the [`truth`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Truth;

impl<const N: usize> Reference<N, 1> for Truth {
    fn label(&mut self, features: &[f32; N]) -> Result<Option<[f32; 1]>, SensorFault> {
        Ok(Some([truth(features)]))
    }
}
