//! A sensor and a truth made of numbers, the same on a board and on its host: sample by sample
//! from the core's seeded generator.

use core::cell::Cell;

use downhill::random::Random;
use downhill_link::SensorFault;

use crate::{Reference, Sensor};

/// Sample `number`: `N` features, each from -1 on and below 1.
pub fn features<const N: usize>(number: u64) -> [f32; N] {
    let mut random = Random::seed(number);
    core::array::from_fn(|_| 2.0 * random.unit::<f32>() - 1.0)
}

/// What belongs to these features: 1 of the first, 2 of the second, and so on, and 0.5.
pub fn truth<const N: usize>(features: &[f32; N]) -> f32 {
    let mut weight = 0.0;
    let mut sum = 0.5;
    for feature in features {
        weight += 1.0;
        sum += weight * feature;
    }
    sum
}

/// A sensor of these samples, one after another from any number on.
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
    /// From sample `number` on.
    pub const fn from(number: u64) -> Self {
        let next = Cell::new(number);
        Self { next }
    }

    /// Goes on with sample `number`.
    pub fn seek(&self, number: u64) {
        self.next.set(number);
    }
}

impl<const N: usize> Sensor<N> for Synthetic {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        Sensor::read(&mut &*self)
    }
}

/// One that is shared, so that whoever owns it can [`seek`](Synthetic::seek).
impl<const N: usize> Sensor<N> for &Synthetic {
    fn read(&mut self) -> Result<Option<[f32; N]>, SensorFault> {
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        Ok(Some(features(number)))
    }
}

/// A reference that knows the [`truth`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Truth;

impl<const N: usize> Reference<N, 1> for Truth {
    fn label(&mut self, features: &[f32; N]) -> Result<Option<[f32; 1]>, SensorFault> {
        Ok(Some([truth(features)]))
    }
}
