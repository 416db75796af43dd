use downhill_link::SensorFault;

/// What a healthy sensor gives. The default knows no limit: only numbers that are not finite are
/// refused.
#[derive(Clone, Copy, Debug)]
pub struct Limits<const N: usize> {
    /// The least that each feature may be.
    pub low: [f32; N],
    /// The most that each feature may be.
    pub high: [f32; N],
    /// After how many equal samples in a row a feature counts as stuck; 0 for never.
    pub stuck: u32,
    /// How much each feature may change from sample to sample, on average over about eight.
    pub change: [f32; N],
    /// After how many turns in a row without a sample the sensor counts as slow; 0 for never.
    pub slow: u32,
}

impl<const N: usize> Default for Limits<N> {
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

/// How much less a change counts with each sample after it.
const FADE: f32 = 0.125;

/// Looks at what a sensor gives, and lets through what is worth learning from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch<const N: usize> {
    limits: Limits<N>,
    last: Option<[f32; N]>,
    /// How many samples each feature has been the same.
    same: [u32; N],
    /// The mean change of each feature.
    change: [f32; N],
    /// Turns without a sample.
    silent: u32,
}

impl<const N: usize> Watch<N> {
    pub(crate) const fn new(limits: Limits<N>) -> Self {
        Self {
            limits,
            last: None,
            same: [1; N],
            change: [0.0; N],
            silent: 0,
        }
    }

    /// A sample worth learning from, none where there is none yet, or what is wrong.
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
        let bounds = self.limits.low.iter().zip(&self.limits.high);
        for ((feature, x), (low, high)) in (0..).zip(&sample).zip(bounds) {
            if !x.is_finite() {
                return Err(SensorFault::NotFinite { feature });
            }
            if !(low..=high).contains(&x) {
                return Err(SensorFault::OutOfRange { feature });
            }
        }
        self.follow(&sample);
        let found = self.same.iter().zip(&self.change).zip(&self.limits.change);
        for (feature, ((&same, change), limit)) in (0..).zip(found) {
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
        let last = self.last.replace(*sample).unwrap_or(*sample);
        for ((same, change), (x, last)) in columns.zip(sample.iter().zip(last)) {
            let moved = (x - last).abs();
            *same = if moved == 0.0 {
                same.saturating_add(1)
            } else {
                1
            };
            *change += (moved - *change) * FADE;
        }
    }
}
