//! The signal stage in front of a fit that stands beside a board's.

use downhill::signal::{Block, Description, Stage};
use downhill::{Fault, Step};

use super::normal::HostDetector;
use super::trainer::Memory;
use super::twin::Twin;

/// A signal stage, and room for the features of a window.
#[derive(Debug)]
pub(crate) struct HostStage {
    inner: Stage<Memory<f32>>,
    features: Vec<f32>,
}

impl HostStage {
    /// A stage that has seen nothing.
    pub(crate) fn new(description: Description<f32>) -> Result<Self, Fault> {
        let memory = Memory::new(description.arena_len());
        Ok(Self {
            features: vec![0.0; description.len()],
            inner: Stage::new(description, memory)?,
        })
    }

    /// Takes a block of raw samples in front of this fit, as a board does; returns what the fit
    /// makes of the window that ends with it, if one does.
    pub(crate) fn block(
        &mut self,
        twin: &mut Twin,
        block: Block<'_, impl Iterator<Item = f32> + Clone, f32>,
    ) -> Result<Option<Step<f32>>, Fault> {
        let Self { inner, features } = self;
        inner.feed(block, features, |command| twin.execute(command))
    }

    /// As [`block`](HostStage::block), in front of a detector.
    pub(crate) fn watch(
        &mut self,
        detector: &mut HostDetector,
        block: Block<'_, impl Iterator<Item = f32> + Clone, f32>,
    ) -> Result<Option<Step<f32>>, Fault> {
        let Self { inner, features } = self;
        inner.watch(block, features, |command| detector.execute(command))
    }

    /// Forgets the samples of windows under way.
    pub(crate) fn gap(&mut self) {
        self.inner.gap();
    }

    /// Windows that have ended, and those that were dropped.
    pub(crate) fn windows(&self) -> [u32; 2] {
        [self.inner.windows(), self.inner.dropped()]
    }
}
