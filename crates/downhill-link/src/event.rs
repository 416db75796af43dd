//! Events of a device that samples its own sensor, its modes and capabilities.

use core::fmt;

use downhill::health::Verdict;
use downhill::{Fault, Fingerprint};
use serde::{Deserialize, Serialize};

use crate::Numbers;

/// Capabilities beyond learning from samples that are sent: a set of bits. A host ignores bits that
/// it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities(pub u16);

impl Capabilities {
    /// Any recipe can be configured ([`Command::Configure`](crate::Command::Configure)); without, its recipe
    /// is compiled in.
    pub const RECIPES: Self = Self(1);
    /// A sensor of its own (`Start`, `Stop`, `Mode`, `Label`, `Subscribe`, `Scores`).
    pub const SENSOR: Self = Self(2);
    /// A store of its own (`Save`, `Wipe`), from which it resumes at start.
    pub const STORE: Self = Self(4);
    /// Sealed frames: the device takes [keys](crate::Role). One that says so in a plain hello has
    /// none yet.
    pub const SEALED: Self = Self(8);
    /// Fixed point: with [`RECIPES`](Self::RECIPES), recipes of
    /// [`NumberType::Q15`](downhill::NumberType::Q15) can be configured; without, the recipe compiled in
    /// is one.
    pub const FIXED: Self = Self(16);
    /// A signal stage in front of any fit, which makes windows of raw samples (`Block`, `Gap`).
    pub const SIGNAL: Self = Self(32);
    /// Detectors of anomalies: with [`RECIPES`](Self::RECIPES), recipes of one can be configured;
    /// without, the recipe compiled in is one.
    pub const DETECTOR: Self = Self(64);

    /// Union of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns true when all of these are in the set.
    pub const fn contains(self, capabilities: Self) -> bool {
        self.0 & capabilities.0 == capabilities.0
    }
}

/// Treatment of the samples of a device's own sensor.
///
/// | mode | predicts | compares with the target | learns |
/// |---|---|---|---|
/// | `Learn` | | | yes |
/// | `Infer` | yes | | |
/// | `LearnWhileInferring` | yes | yes | yes |
/// | `Frozen` | yes | yes | |
///
/// A prediction is made when the sample is taken and compared when its target comes, before the
/// sample is learned from: the prequential way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Learns, and predicts nothing.
    #[default]
    Learn,
    /// Predicts; no sample waits for a target.
    Infer,
    /// Predicts, compares, and learns.
    LearnWhileInferring,
    /// Predicts and compares; the fit does not move.
    Frozen,
}

impl Mode {
    /// Returns true when predictions are made.
    pub const fn predicts(self) -> bool {
        !matches!(self, Self::Learn)
    }

    /// Returns true when samples wait for their targets.
    pub const fn waits(self) -> bool {
        !matches!(self, Self::Infer)
    }

    /// Returns true when the fit learns.
    pub const fn learns(self) -> bool {
        matches!(self, Self::Learn | Self::LearnWhileInferring)
    }
}

/// Topics of a subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topics {
    /// [`Event::SampleTaken`].
    pub samples: bool,
    /// [`Event::Learned`].
    pub steps: bool,
    /// [`Event::Verdict`] and [`Event::Alert`].
    pub verdicts: bool,
}

impl Topics {
    /// Returns true when this event belongs to a topic of the set.
    pub const fn want(self, event: &Event<'_>) -> bool {
        match event {
            Event::SampleTaken { .. } => self.samples,
            Event::Learned { .. } => self.steps,
            Event::Verdict { .. } | Event::Alert { .. } => self.verdicts,
        }
    }
}

/// An event on the device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event<'a> {
    /// The sensor gave a sample.
    SampleTaken {
        /// The sample's number.
        sample: u32,
        /// Its features.
        #[serde(borrow)]
        features: Numbers<'a>,
        /// Prediction of the fit; empty in [`Mode::Learn`].
        prediction: Numbers<'a>,
    },
    /// A sample was learned from: everything that a twin needs to make the same step.
    Learned {
        /// The sample's number.
        sample: u32,
        /// Updates made by the fit.
        step: u64,
        /// The sample's loss.
        loss: f32,
        /// The fit's fingerprint.
        fingerprint: Fingerprint,
        /// The sample's features.
        #[serde(borrow)]
        features: Numbers<'a>,
        /// Its target.
        target: Numbers<'a>,
    },
    /// Something is wrong with the device, or right again.
    Alert {
        /// The number of the sample that was taken last.
        sample: u32,
        /// The alert.
        alert: Alert,
    },
    /// A verdict on the fit.
    Verdict {
        /// The number of the sample that was taken last.
        sample: u32,
        /// The verdict.
        verdict: Verdict,
    },
}

/// Alert about the sensor or the fit of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Alert {
    /// The sensor gives nothing worth learning from. Said once, until it recovers or fails in
    /// another way.
    Sensor(SensorFault),
    /// The sensor is well again.
    Recovered,
    /// The fit refused a sample.
    Refused(Fault),
    /// A prediction was farther from its target than the limit for anomalies, or enough windows were
    /// above a detector's threshold.
    Anomaly,
    /// Predictions are within the limit again, or windows below the threshold.
    Usual,
    /// A checkpoint could not be written.
    Unsaved,
}

/// Reason for which a sensor's samples are not learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SensorFault {
    /// Nothing answers at its address.
    Missing,
    /// The bus failed.
    Bus,
    /// It was asked again and again and has no sample ready.
    Slow,
    /// A feature is infinite or NaN.
    NotFinite {
        /// Index of the feature, from 0.
        feature: u16,
    },
    /// A feature is outside what the sensor can measure.
    OutOfRange {
        /// Index of the feature, from 0.
        feature: u16,
    },
    /// A feature has not changed for too many samples.
    Stuck {
        /// Index of the feature, from 0.
        feature: u16,
    },
    /// A feature jumps too much from sample to sample.
    Noisy {
        /// Index of the feature, from 0.
        feature: u16,
    },
}

impl fmt::Display for SensorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the sensor does not answer"),
            Self::Bus => f.write_str("the sensor's bus failed"),
            Self::Slow => f.write_str("the sensor has no sample ready"),
            Self::NotFinite { feature } => write!(f, "feature {feature} is not finite"),
            Self::OutOfRange { feature } => write!(f, "feature {feature} is out of range"),
            Self::Stuck { feature } => write!(f, "feature {feature} is stuck"),
            Self::Noisy { feature } => write!(f, "feature {feature} is noisy"),
        }
    }
}

impl core::error::Error for SensorFault {}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sensor(fault) => fault.fmt(f),
            Self::Recovered => f.write_str("the sensor is well again"),
            Self::Refused(fault) => write!(f, "the fit refused a sample: {fault}"),
            Self::Anomaly => f.write_str("an anomaly: far from what was expected"),
            Self::Usual => f.write_str("near what is expected again"),
            Self::Unsaved => f.write_str("a checkpoint could not be written"),
        }
    }
}

/// Prequential scores: every prediction is compared before its sample is learned from. With several
/// targets each counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Number of predictions compared (with fading, the sum of their weights).
    pub count: f32,
    /// The mean absolute error, in the target's units; NaN where none was compared.
    pub mae: f32,
    /// The root of the mean squared error; NaN where none was compared.
    pub rmse: f32,
    /// The largest absolute error.
    pub max_error: f32,
}
