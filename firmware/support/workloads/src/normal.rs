//! A detector of anomalies with eight centers of eight features.

use downhill::Fault;
use downhill::normal::{Detector, KMeans, Settings};
use downhill::random::Random;

/// Windows that the scaler learns from, and those that the centers do.
const SCALED_BY: u32 = 64;
const LEARN: u32 = 4_096;

/// Sequential k-means, a calibrated threshold and votes.
pub struct KMeans8(Detector<KMeans<[f32; KMeans::<[f32; 0]>::words(8, 8)]>>);

impl KMeans8 {
    /// A detector that has learned nothing.
    ///
    /// # Errors
    /// Faults of the workload's own settings.
    pub fn new() -> Result<Self, Fault> {
        let model = KMeans::new(8, 8, SCALED_BY, [0.0; _])?;
        let settings = Settings {
            learn: LEARN,
            ..Settings::default()
        };
        Ok(Self(Detector::new(model, settings)?))
    }

    /// A window of one of eight kinds.
    pub fn window(random: &mut Random) -> [f32; 8] {
        let kind = random.below(8) as usize;
        core::array::from_fn(|at| random.unit::<f32>() + if at == kind { 4.0 } else { 0.0 })
    }

    /// Learns from a window, calibrates on it or watches it; returns true where it raises an alarm.
    ///
    /// # Errors
    /// Those of the core.
    #[inline(never)]
    pub fn observe(&mut self, window: &[f32; 8]) -> Result<bool, Fault> {
        self.0.observe(window).map(|seen| seen.alarm)
    }

    /// Learns until the centers are what the next windows move; or, `whole`, until it watches.
    ///
    /// # Errors
    /// Those of the core.
    pub fn prepare(&mut self, random: &mut Random, whole: bool) -> Result<(), Fault> {
        let settings = *self.0.settings();
        let windows = match whole {
            true => settings.learn + settings.calibrate,
            false => 2 * SCALED_BY,
        };
        for _ in 0..windows {
            self.observe(&Self::window(random))?;
        }
        Ok(())
    }
}
