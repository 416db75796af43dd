//! Health: what goes wrong in a fit, why, and what puts it right.
//!
//! A [`Monitor`] stands beside a [`Trainer`](crate::Trainer) and never changes a bit of it. On
//! every step it folds the loss into a running mean, which takes a few instructions; every
//! [`Health::every`] steps it takes a look at what the step left behind: gradients by layer,
//! units, features, moves of the parameters. Its memory is fixed, and what it finds comes out as
//! [`Verdict`]s: the same ones at the same steps on a device and on its twin.
//!
//! What is allowed to change the fit is apart: a [`Monitor`] whose [`Health`] says so
//! [acts](Monitor::act), and then rolls a diverging fit back to its last good parameters at a
//! lower rate, leaves a saddle, or starts the schedule anew when the data drifts.
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

mod baseline;
mod drift;
mod ending;
mod features;
mod layers;
mod look;
mod monitor;
mod moves;
mod power;
mod recovery;
mod telling;
mod verdict;
mod watch;
mod window;
mod words;

pub use drift::{Detector, Drift, Reaction};
pub use ending::Ending;
pub use monitor::Monitor;
pub use power::PowerIteration;
pub use verdict::{Finding, Severity, Verdict};
pub use watch::Watch;
pub(crate) use words::words_len;

use serde::{Deserialize, Serialize};

/// Whether a fit is watched, and what may be done for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Steps from one look to the next; 0 watches nothing. At least 4 otherwise.
    pub every: u16,
    /// Whether the fit recovers by itself: from divergence, and from saddles.
    pub recover: bool,
    /// What watches for drift, if anything.
    pub drift: Option<Drift>,
}

impl Health {
    /// Steps from one look to the next where nothing else is asked for: looks then cost a
    /// linear fit of eight features some 80 instructions a step on a Cortex-M4F.
    pub const USUAL: u16 = 32;

    /// Nothing is watched.
    pub const OFF: Self = Self {
        every: 0,
        recover: false,
        drift: None,
    };

    /// Watched, with a look every so many steps.
    pub const fn every(steps: u16) -> Self {
        Self {
            every: steps,
            ..Self::OFF
        }
    }

    /// Whether anything is watched.
    pub const fn is_on(&self) -> bool {
        self.every > 0
    }

    /// Whether the fit itself may be changed.
    pub const fn acts(&self) -> bool {
        self.recover || self.drift.is_some()
    }

    /// Whether the settings are possible.
    pub(crate) const fn is_possible(&self) -> bool {
        self.every >= 4 || (self.every == 0 && !self.acts())
    }
}
