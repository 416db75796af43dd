use serde::{Deserialize, Serialize};

use crate::SensorFault;

/// Counters of a device. All but those of its flash and of its events begin at 0 with a start or a
/// reset, and saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Samples learned from, those that wait in a batch included; a weight of 0 does not count.
    pub samples: u64,
    /// Steps made since the start or the reset.
    pub steps: u64,
    /// Commands refused.
    pub refused: u32,
    /// Frames skipped for a wrong checksum, length or encoding.
    pub bad: u32,
    /// Frames skipped for a message that the device does not know.
    pub unknown: u32,
    /// Commands received again.
    pub repeated: u32,
    /// Commands received out of order, or after their ack was forgotten.
    pub out_of_order: u32,
    /// Errors of the line itself.
    pub line: u32,
    /// Errors of the status pin.
    pub pin: u32,
    /// Times that the device's own sensor was asked; its clock, where it has no other.
    pub turns: u64,
    /// Samples that the sensor gave and that were not learned from because the fit refused them.
    pub skipped: u32,
    /// Samples whose target did not come in time.
    pub expired: u32,
    /// Events for which the credit did not suffice.
    pub withheld: u32,
    /// Checkpoints written to the device's own store.
    pub saved: u32,
    /// Checkpoints that could not be written.
    pub unsaved: u32,
    /// Times that the sensor did not give a sample worth learning from, by cause.
    pub sensor: SensorCounters,
    /// The most bytes of stack that were ever in use; 0 where the board does not measure it.
    pub stack: u32,
    /// Time since the start or the reset, in milliseconds of the board's clock, or in `turns`
    /// where it has none.
    pub uptime: u64,
    /// Erasures of pages of the device's own store, since the store was first used, at least.
    pub erases: u32,
    /// Erasures that all pages of the store together are rated for; 0 where that is not known.
    pub rated_erases: u32,
    /// Checkpoints, as long as the newest, that a page takes between two erasures; 0 without one.
    pub saves_per_erase: u32,
    /// Number of the last event, sent or withheld; 0 before the first. After the largest number
    /// comes 0.
    pub events: u32,
    /// Windows that have ended, of the signal stage of the fit.
    pub windows: u32,
    /// Windows that had begun, and were dropped at gaps.
    pub dropped: u32,
}

/// Number of times each [`SensorFault`] was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorCounters {
    /// [`SensorFault::Missing`].
    pub missing: u32,
    /// [`SensorFault::Bus`].
    pub bus: u32,
    /// [`SensorFault::Slow`].
    pub slow: u32,
    /// [`SensorFault::NotFinite`].
    pub not_finite: u32,
    /// [`SensorFault::OutOfRange`].
    pub out_of_range: u32,
    /// [`SensorFault::Stuck`].
    pub stuck: u32,
    /// [`SensorFault::Noisy`].
    pub noisy: u32,
}

impl SensorCounters {
    /// One more of this fault.
    pub fn count(&mut self, fault: SensorFault) {
        let counter = match fault {
            SensorFault::Missing => &mut self.missing,
            SensorFault::Bus => &mut self.bus,
            SensorFault::Slow => &mut self.slow,
            SensorFault::NotFinite { .. } => &mut self.not_finite,
            SensorFault::OutOfRange { .. } => &mut self.out_of_range,
            SensorFault::Stuck { .. } => &mut self.stuck,
            SensorFault::Noisy { .. } => &mut self.noisy,
        };
        *counter = counter.saturating_add(1);
    }

    /// Sum over all kinds.
    pub fn total(&self) -> u32 {
        [
            self.missing,
            self.bus,
            self.slow,
            self.not_finite,
            self.out_of_range,
            self.stuck,
            self.noisy,
        ]
        .into_iter()
        .fold(0, u32::saturating_add)
    }
}
