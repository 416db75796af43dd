//! Readings of sensor and reference, laid out before each poll: their own work is
//! not the node's.

use core::cell::Cell;

use downhill_firmware::synthetic::{features, truth};
use downhill_firmware::{Reference, Sensor, SensorFault};

/// Every so many polls one is bad.
const BAD: u64 = 16;

/// Sensor and reference of the next poll.
pub(crate) struct Readings {
    read: Cell<Result<Option<[f32; 8]>, SensorFault>>,
    label: Cell<f32>,
    /// Unit of the label.
    unit: f32,
}

impl Readings {
    pub(crate) const fn new(unit: f32) -> Self {
        Self {
            unit,
            read: Cell::new(Ok(None)),
            label: Cell::new(0.0),
        }
    }

    /// Lays out the next poll: a sample of the generator with its target, or something bad.
    pub(crate) fn prepare(&self, number: u64) {
        let sample = features(number);
        let (mut read, mut label) = (Ok(Some(sample)), truth(&sample) / self.unit);
        if number % BAD == BAD - 1 {
            match number / BAD % 6 {
                0 => read = Ok(Some([f32::MAX; 8])),
                1 => read = Ok(Some([f32::NAN; 8])),
                2 => read = Err(SensorFault::Missing),
                3 => label = f32::NAN,
                // Both are finite; the square of what lies between them is not.
                4 => label = f32::MAX,
                _ => read = Ok(Some([1e-40; 8])),
            }
        }
        self.read.set(read);
        self.label.set(label);
    }
}

impl Sensor<8> for &Readings {
    fn read(&mut self) -> Result<Option<[f32; 8]>, SensorFault> {
        self.read.get()
    }
}

impl Reference<8, 1> for &Readings {
    fn label(&mut self, _: &[f32; 8]) -> Result<Option<[f32; 1]>, SensorFault> {
        Ok(Some([self.label.get()]))
    }
}
