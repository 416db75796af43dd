use heapless::Vec;

/// A sample without its target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample<const N: usize, const M: usize> {
    pub(crate) number: u32,
    pub(crate) features: [f32; N],
    /// Prediction at the time the sample was taken, if the mode predicts.
    pub(crate) prediction: Option<[f32; M]>,
}

/// Queue of up to `W` samples without their targets, the oldest first.
#[derive(Debug)]
pub(crate) struct PendingSamples<const N: usize, const M: usize, const W: usize> {
    samples: Vec<Sample<N, M>, W>,
    /// Largest age, in samples, at which a target is still taken.
    patience: u32,
}

impl<const N: usize, const M: usize, const W: usize> PendingSamples<N, M, W> {
    pub(crate) const fn new() -> Self {
        Self {
            samples: Vec::new(),
            patience: u32::MAX,
        }
    }

    pub(crate) fn set_patience(&mut self, samples: u32) {
        self.patience = samples;
    }

    /// Adds a sample, and returns how many expire.
    pub(crate) fn push(&mut self, sample: Sample<N, M>) -> u32 {
        let before = self.samples.len();
        let patience = self.patience;
        let age = |old: &Sample<N, M>| sample.number.wrapping_sub(old.number);
        self.samples.retain(|old| age(old) <= patience);
        if self.samples.is_full() && !self.samples.is_empty() {
            self.samples.remove(0);
        }
        // Cannot be full now, but for W = 0, where the sample itself expires.
        let late = u32::from(self.samples.push(sample).is_err());
        (before as u32 + 1 - late) - self.samples.len() as u32 + late
    }

    /// Sample of this number, which stays pending.
    pub(crate) fn get(&self, number: u32) -> Option<Sample<N, M>> {
        self.samples.iter().find(|s| s.number == number).copied()
    }

    /// Removes the sample of this number.
    pub(crate) fn remove(&mut self, number: u32) {
        self.samples.retain(|sample| sample.number != number);
    }

    pub(crate) fn clear(&mut self) {
        self.samples.clear();
    }
}
