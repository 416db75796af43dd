//! Learning what is normal: anomaly detection that calibrates itself, in fixed memory and with the
//! same bits on every target.
//!
//! A [`Detector`] takes windows of features, one after the other. From the first ones its model
//! learns; on the next ones, which the model does not learn from, it calibrates a threshold; from
//! then on it watches, and alarms where enough of the last scores are above the threshold.
//!
//! | model | score of a window |
//! |---|---|
//! | [`Mahalanobis`] | its Mahalanobis distance, by a running mean and a covariance with shrinkage |
//! | [`KMeans`] | its distance to the nearest center of sequential k-means |
//! | [`Reconstruction`] | the loss of an autoencoder that reconstructs it |
//!
//! ```
//! use downhill::normal::{Detector, Mahalanobis, Phase, Settings};
//! use downhill::random::Random;
//!
//! let model = Mahalanobis::new(2, 0.1, [0.0f32; Mahalanobis::<[f32; 0]>::words(2)])?;
//! let settings = Settings { learn: 200, calibrate: 100, ..Settings::default() };
//! let mut detector = Detector::new(model, settings)?;
//! let mut random = Random::seed(1);
//! for _ in 0..300 {
//!     let speed: f32 = random.unit();
//!     detector.observe(&[speed, 2.0 * speed + 0.1 * random.unit::<f32>()])?;
//! }
//! assert_eq!(detector.phase(), Phase::Watching);
//! // Each number alone is usual, and both together are not.
//! let alarms = (0..8).filter(|_| detector.observe(&[0.2, 1.8]).unwrap().alarm);
//! assert_eq!(alarms.count(), 1);
//! # Ok::<(), downhill::Fault>(())
//! ```

mod alarm;
mod any;
mod calibration;
mod detector;
#[cfg(feature = "monitor")]
mod execute;
mod kmeans;
mod mahalanobis;
mod reconstruction;
#[cfg(feature = "checkpoint")]
mod record;
mod score;

pub use alarm::Alarm;
pub use any::{AnyDetector, AnyReconstruction, AnyScore, Description, Kind};
pub use calibration::{Calibration, KEPT};
pub use detector::{Detector, Observation, Phase, Settings};
pub use kmeans::KMeans;
pub use mahalanobis::Mahalanobis;
pub use reconstruction::Reconstruction;
#[cfg(feature = "checkpoint")]
pub use record::RECORD;
pub use score::Score;
