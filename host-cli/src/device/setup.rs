//! Settings that a board is configured with.

use downhill::Recipe;
use downhill::normal::{Description, RECORD};
use downhill_link::{
    Ack, Block, Capabilities, Command, FRAME, SECTIONS, Signal, bytes_in_block, staged_hash,
};

use super::port::Port;
use crate::data::signal::SignalRecord;
use crate::model::normal::NormalFile;
use crate::model::twin::arena_len;
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

    /// A detector, whose windows come as their features.
    pub(crate) fn of_detector(recipe: &Recipe<f32>, detector: &Description<f32>) -> Self {
        let alone = Self {
            recipe: *recipe,
            signal: Vec::new(),
        };
        alone.watched(detector)
    }

    /// A model of what is normal, as [`of`](Setup::of) is one that is trained.
    pub(crate) fn of_normal(file: &NormalFile, port: &Port) -> Outcome<Self> {
        let (detector, recipe) = file.description().map_err(Failure::input)?;
        Ok(Self::of(&recipe, file.signal.as_ref(), port)?.watched(&detector))
    }

    /// With this detector in place of the fit.
    fn watched(mut self, detector: &Description<f32>) -> Self {
        let mut bytes = [0; SECTIONS];
        self.signal =
            { Signal::with_detector(&self.signal, detector, &mut bytes).bytes() }.to_vec();
        self
    }

    /// The detector, where it is one.
    pub(crate) fn detector(&self) -> Option<Description<f32>> {
        Signal::from_sections(&self.signal).detector()
    }

    /// Words of the fit, and what a checkpoint of it has more.
    pub(crate) fn words(&self) -> usize {
        match self.detector() {
            Some(detector) => detector.arena_len(&self.recipe) + RECORD,
            None => arena_len(&self.recipe),
        }
    }

    /// Hash by which a checkpoint knows them.
    pub(crate) fn hash(&self) -> [u8; 8] {
        let signal = Signal::from_sections(&self.signal);
        staged_hash(&self.recipe, signal).0.to_le_bytes()
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

    /// Refuses a board that takes no detectors.
    fn check_detector(&self) -> Outcome {
        let has = self.device()?.capabilities.contains(Capabilities::DETECTOR);
        match has {
            true => Ok(()),
            false => Err(Failure::Input(format!(
                "the firmware of {} takes no models of what is normal: build it with the feature \
                 `normal`, or use another board",
                self.board()
            ))),
        }
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
        match setup.detector() {
            Some(detector) => {
                self.check_detector()?;
                self.check_room(detector.arena_len(&setup.recipe))?;
            }
            None => {
                self.check_recipe(&setup.recipe)?;
            }
        }
        self.demand(&setup.command())
    }
}
