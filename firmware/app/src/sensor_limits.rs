use downhill_link::SensorFault;

/// Limits of what a healthy sensor gives. The default has none: only numbers that are not finite
/// are refused.
#[derive(Clone, Copy, Debug)]
pub struct SensorLimits<const N: usize> {
    /// Smallest value of each feature.
    pub low: [f32; N],
    /// Largest value of each feature.
    pub high: [f32; N],
    /// Equal samples in a row from which a feature counts as stuck; 0 for never.
    pub stuck: u32,
    /// Largest change of each feature from sample to sample, on average over about eight.
    pub change: [f32; N],
    /// Polls in a row without a sample from which the sensor counts as slow; 0 for never.
    pub slow: u32,
}

impl<const N: usize> Default for SensorLimits<N> {
    fn default() -> Self {
        Self {
            low: [f32::MIN; N],
            high: [f32::MAX; N],
            stuck: 0,
            change: [f32::INFINITY; N],
            slow: 0,
        }
    }
}

/// Weight of the newest change in the exponential mean.
const FADE: f32 = 0.125;

/// Checks a sensor's samples against its limits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitChecker<const N: usize> {
    limits: SensorLimits<N>,
    last: Option<[f32; N]>,
    /// Samples in a row in which each feature was the same.
    same: [u32; N],
    /// The mean change of each feature.
    change: [f32; N],
    /// Polls in a row without a sample.
    silent: u32,
}

impl<const N: usize> LimitChecker<N> {
    pub(crate) const fn new(limits: SensorLimits<N>) -> Self {
        Self {
            limits,
            last: None,
            same: [1; N],
            change: [0.0; N],
            silent: 0,
        }
    }

    /// Returns a sample within the limits, none where there is none yet, or the sensor's fault.
    pub(crate) fn check(
        &mut self,
        reading: Result<Option<[f32; N]>, SensorFault>,
    ) -> Result<Option<[f32; N]>, SensorFault> {
        let Some(sample) = reading? else {
            self.silent = self.silent.saturating_add(1);
            return match self.limits.slow {
                1.. if self.silent >= self.limits.slow => Err(SensorFault::Slow),
                _ => Ok(None),
            };
        };
        self.silent = 0;
        let SensorLimits { low, high, .. } = &self.limits;
        for (((x, low), high), feature) in sample.iter().zip(low).zip(high).zip(0..) {
            if !x.is_finite() {
                return Err(SensorFault::NotFinite { feature });
            }
            if !(low..=high).contains(&x) {
                return Err(SensorFault::OutOfRange { feature });
            }
        }
        self.follow(&sample);
        let found = self.same.iter().zip(&self.change).zip(&self.limits.change);
        for (((&same, change), limit), feature) in found.zip(0..) {
            if self.limits.stuck > 0 && same >= self.limits.stuck {
                return Err(SensorFault::Stuck { feature });
            }
            if change > limit {
                return Err(SensorFault::Noisy { feature });
            }
        }
        Ok(Some(sample))
    }

    fn follow(&mut self, sample: &[f32; N]) {
        let columns = self.same.iter_mut().zip(&mut self.change);
        let columns = columns.zip(&self.limits.change);
        let last = self.last.replace(*sample).unwrap_or(*sample);
        for (((same, change), limit), (x, last)) in columns.zip(sample.iter().zip(last)) {
            let moved = (x - last).abs();
            *same = if moved == 0.0 {
                same.saturating_add(1)
            } else {
                1
            };
            // Without a limit nobody asks.
            if limit.is_finite() {
                *change += (moved - *change) * FADE;
            }
        }
    }
}
