use downhill::Fault;
use downhill::signal::{Block, Description, Stage};
use downhill_link::{self as link, CommandError, Counters, SECTIONS, Signal};
use heapless::Vec;

use crate::ErasedFit;
use crate::staging::{Staging, execute};

/// The signal stage in front of a lab's fit, and its memory.
#[derive(Debug)]
pub(crate) struct SignalStage<'a> {
    memory: Memory<'a>,
    /// The sections as the host sent them, for a host that asks.
    sections: Vec<u8, SECTIONS>,
}

/// The numbers for a stage, or the stage in them.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it, and no heap")]
enum Memory<'a> {
    Free(&'a mut [f32]),
    Stage(Stage<&'a mut [f32]>),
}

impl<'a> SignalStage<'a> {
    pub(crate) fn new(room: &'a mut [f32]) -> Self {
        Self {
            memory: Memory::Free(room),
            sections: Vec::new(),
        }
    }

    fn room(&self) -> usize {
        match &self.memory {
            Memory::Free(room) => room.len(),
            Memory::Stage(stage) => stage.room(),
        }
    }

    /// Refuses a stage that is impossible here; one that is not cannot fail below.
    pub(crate) fn check(&self, description: &Description<f32>) -> Result<(), Fault> {
        let (need, got) = (description.arena_len(), self.room());
        match need > got {
            true => Err(Fault::Arena {
                need: need as u32,
                got: got as u32,
            }),
            false => Ok(()),
        }
    }

    /// Takes the place of the stage that there is, or leaves none.
    #[inline(never)]
    pub(crate) fn set(
        &mut self,
        signal: Signal<'_>,
        description: Option<Description<f32>>,
    ) -> Result<(), CommandError> {
        self.sections.clear();
        let room = match core::mem::replace(&mut self.memory, Memory::Free(&mut [])) {
            Memory::Free(room) => room,
            Memory::Stage(stage) => stage.into_arena(),
        };
        // Cannot fail: they are no longer.
        let _ = self.sections.extend_from_slice(signal.bytes());
        self.memory = match description {
            Some(description) => Memory::Stage(Stage::new(description, room)?),
            None => Memory::Free(room),
        };
        Ok(())
    }

    /// Surroundings of the fit, as a recipe's sections have them.
    pub(crate) fn sections(&self) -> Signal<'_> {
        Signal::from_sections(&self.sections)
    }

    /// Takes a block of raw samples in front of a fit, or, where it is empty, a gap; returns the loss
    /// of the window.
    pub(crate) fn execute<F: ErasedFit>(
        &mut self,
        staging: &mut Staging<'_>,
        fit: &mut F,
        block: &[u8],
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        let Memory::Stage(stage) = &mut self.memory else {
            return Err(CommandError::Unsupported);
        };
        let loss = match block {
            [] => {
                stage.gap();
                fit.gap();
                Ok(0.0)
            }
            bytes => {
                let block = link::Block::unpack(bytes).ok_or(CommandError::Corrupt)?;
                let (features, target) = staging.window(fit.widths().0, &block.target)?;
                let block = Block {
                    numbers: block.samples.numbers(block.scale),
                    target,
                    weight: block.weight,
                    fits_scaler: block.fits_scaler,
                };
                let step = if F::DETECTOR {
                    stage.watch(block, features, |command| execute(fit, command, counters))
                } else {
                    stage.feed(block, features, |command| execute(fit, command, counters))
                };
                step.map(|step| step.map_or(0.0, |step| step.loss))
            }
        };
        (counters.windows, counters.dropped) = (stage.windows(), stage.dropped());
        Ok(loss?)
    }
}
