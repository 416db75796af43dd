//! Health: what goes wrong in a fit, why, and what puts it right.
//!
//! A [`Monitor`] stands beside a [`Trainer`](crate::Trainer) and never changes a bit of it. On
//! every step it folds the loss into a running mean, which takes a few instructions; every
//! [`Health::every`] steps it takes a look at what the step left behind: gradients by layer,
//! units, features, moves of the parameters. Its memory is fixed, and what it finds comes out as
//! [`Verdict`]s: the same ones at the same steps on a device and on its twin.
//!
//! Recovery is separate, since it changes the fit: a [`Monitor`] whose [`Health`] says so
//! [acts](Monitor::act), and then rolls a diverging fit back to its last good parameters at a lower
//! rate, leaves a saddle, or starts the schedule anew when the data drifts.
//!
//! ```
//! use downhill::health::{Health, Monitor};
//! use downhill::{Const, Trainer, loss::Squared, model::Linear, optimizer::Sgd};
//! # fn main() -> Result<(), downhill::Fault> {
//! type Fit = Trainer<Linear<Const<1>>, Squared, Sgd<f32>, (), [f32; 3]>;
//! let mut fit = Fit::new(Linear::new(), Squared, Sgd::new(1.5), [0.0; Fit::ARENA])?;
//! let mut monitor = Monitor::new(Health::every(16), &fit, [0.0; 16])?;
//! let mut verdict = None;
//! for k in 0..100 {
//!     let x = [(k % 7) as f32 - 3.0];
//!     let y = [2.0 * x[0] + 1.0];
//!     let outcome = fit.observe(&x, &y);
//!     monitor.watch(&fit, (&x, &y, 1.0), &outcome);
//!     verdict = verdict.or(monitor.take());
//! }
//! assert_eq!(verdict.map(|v| v.finding.is_failure()), Some(true)); // the rate is too high
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "monitor")]
mod baseline;
#[cfg(feature = "monitor")]
mod conclusion;
mod drift;
#[cfg(feature = "monitor")]
mod features;
#[cfg(feature = "monitor")]
mod layers;
#[cfg(feature = "monitor")]
mod layout;
#[cfg(feature = "monitor")]
mod monitor;
#[cfg(feature = "monitor")]
mod power_iteration;
#[cfg(feature = "monitor")]
mod recovery;
#[cfg(feature = "monitor")]
mod recovery_state;
#[cfg(feature = "monitor")]
mod sample_stats;
mod settings;
#[cfg(feature = "monitor")]
mod step_direction;
#[cfg(feature = "monitor")]
mod thresholds;
#[cfg(feature = "monitor")]
mod trainer_of;
#[cfg(feature = "monitor")]
mod trend;
#[cfg(feature = "monitor")]
mod validation;
#[cfg(feature = "monitor")]
mod verdict;
#[cfg(feature = "monitor")]
mod verdict_queue;

#[cfg(feature = "monitor")]
pub use conclusion::Conclusion;
pub use drift::{Detector, Drift, Reaction};
#[cfg(feature = "monitor")]
pub(crate) use layout::words_len;
#[cfg(feature = "monitor")]
pub use monitor::Monitor;
#[cfg(feature = "monitor")]
pub use power_iteration::PowerIteration;
pub use settings::Health;
#[cfg(feature = "monitor")]
pub use trainer_of::TrainerOf;
#[cfg(feature = "monitor")]
pub use verdict::{Finding, Severity, Verdict};
