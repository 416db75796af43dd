//! Settings that a board is configured with.

use downhill::Recipe;
use downhill_link::{Ack, Block, Capabilities, Command, FRAME, Signal, bytes_in_block};

use super::port::Port;
use crate::data::signal::SignalRecord;
use crate::support::failure::{Failure, Outcome};

/// A recipe, and the section of the signal stage in front of its fit; empty of one without.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setup {
    pub(crate) recipe: Recipe<f32>,
    pub(crate) signal: Vec<u8>,
}

impl Setup {
    /// What a model is on this board: without its stage where the board has none, and takes
    /// features of windows.
    pub(crate) fn of(
        recipe: &Recipe<f32>,
        signal: Option<&SignalRecord>,
        port: &Port,
    ) -> Outcome<Self> {
        let signal = signal.filter(|_| port.has_stage());
        let signal = signal.map(SignalRecord::section).transpose()?;
        Ok(Self {
            recipe: *recipe,
            signal: signal.unwrap_or_default(),
        })
    }

    /// The command that configures a board.
    pub(crate) fn command(&self) -> Command<'_> {
        Command::Configure(self.recipe, Signal::from_sections(&self.signal))
    }
}

impl Port {
    /// Returns true where the board makes windows of raw samples itself.
    pub(crate) fn has_stage(&self) -> bool {
        let device = self.device();
        device.is_ok_and(|device| device.capabilities.contains(Capabilities::SIGNAL))
    }

    /// Settings of the board's fit; `None` where it has no fit.
    pub(crate) fn setup(&mut self) -> Outcome<Option<Setup>> {
        let told = self.recipe_and_signal()?;
        Ok(told.map(|(recipe, signal)| Setup { recipe, signal }))
    }

    /// Most numbers of a block of raw samples, beside so many targets.
    pub(crate) fn block_len(&self, targets: usize) -> Outcome<usize> {
        let frame = usize::from(self.device()?.frame).min(FRAME);
        Ok(bytes_in_block(frame, targets) / 4)
    }

    /// Gives the board a block of raw samples.
    pub(crate) fn block(&mut self, block: &Block<'_>) -> Outcome<Ack> {
        let mut room = [0; FRAME];
        let bytes = block.pack(&mut room).ok_or_else(|| {
            Failure::Input("a block of raw samples is longer than the board's frames".into())
        })?;
        self.command(&Command::Block(bytes))
    }

    /// Begins a new fit.
    pub(crate) fn configure(&mut self, setup: &Setup) -> Outcome<Ack> {
        self.check_recipe(&setup.recipe)?;
        self.demand(&setup.command())
    }
}
