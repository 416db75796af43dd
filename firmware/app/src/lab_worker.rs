#[cfg(feature = "q15")]
use downhill::NumberType;
use downhill::fit::{self, AnyFit};
use downhill::health::{Health, Monitor, Verdict};
use downhill::least_squares::{AnyEstimator, Estimation};
use downhill::loss::{AnyLoss, Loss, Squared};
use downhill::model::{AnyModel, Linear, Model};
#[cfg(feature = "normal")]
use downhill::normal;
use downhill::optimizer::{AnyOptimizer, Sgd};
#[cfg(feature = "signal")]
use downhill::signal::Description;
use downhill::{Dyn, Fault, Fingerprint, Recipe};
use downhill_link::{Capabilities, Command, CommandError, Counters, Progress, Signal, staged_hash};

#[cfg(any(feature = "q15", feature = "normal"))]
use crate::ErasedFit;
#[cfg(feature = "normal")]
use crate::detector::lab::DetectorFit;
use crate::estimate::Estimate;
#[cfg(feature = "q15")]
use crate::fixed::FixedFit;
use crate::fpu_mode;
use crate::log::log;
#[cfg(feature = "signal")]
use crate::signal_stage::SignalStage;
use crate::staging::Staging;
use crate::words::Words;
use crate::worker::{EventSink, Worker};

/// The lab's worker: memory, and the fit of whatever recipe came last.
///
/// An eighth of the memory is for what watches the fit. Half of the rest holds the fit, and the
/// other half receives samples and pushed state.
#[derive(Debug)]
pub struct LabWorker<'a> {
    memory: Memory<'a>,
    staging: Staging<'a>,
    #[cfg(feature = "signal")]
    stage: SignalStage<'a>,
    /// Most numbers of a sample: features and targets.
    columns: usize,
    /// True where arithmetic gives the same bits as on the host.
    fpu_ok: bool,
}

/// The words for the fit and for its monitor, or the fit in them.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it, and no heap to box a fit in"
)]
enum Memory<'a> {
    Free(Words<'a>),
    Fit(Fit<'a>),
    Estimate(Estimate<'a>),
    #[cfg(feature = "q15")]
    Fixed(FixedFit<'a>),
    #[cfg(feature = "normal")]
    Detector(DetectorFit<'a>),
}

#[derive(Debug)]
struct Fit<'a> {
    inner: AnyFit<&'a mut [f32]>,
    /// The monitor's words, where there is no monitor.
    spare: &'a mut [f32],
    rest: Rest,
    hash: Fingerprint,
}

/// A fit that needs a single word, no more than any other, for memory where the first recipe's is
/// put in its place.
const SMALLEST: Recipe<f32> = Recipe::new(
    AnyModel::Linear(Linear::with_shape(Dyn(0), Dyn(1), Dyn(0))),
    AnyLoss::Squared(Squared),
    AnyOptimizer::Sgd(Sgd::new(1.0)),
);

/// Parts of a recipe that its trainer does not hold.
#[derive(Debug)]
struct Rest {
    seed: u64,
    threshold: Option<f32>,
}

impl<'a> Fit<'a> {
    /// Recipe of the fit. A copy beside the trainer would be too much for a small board.
    fn recipe(&self) -> Recipe<f32> {
        let (fit, rest) = (&self.inner, &self.rest);
        let trainer = &fit.trainer;
        Recipe::new(*trainer.model(), *trainer.loss(), *trainer.optimizer())
            .rules(*trainer.rules())
            .health(fit.monitor.as_ref().map_or(Health::OFF, Monitor::health))
            .batch(fit.batch)
            .seed(rest.seed)
            .threshold(rest.threshold)
    }

    /// Becomes the fit of another recipe, which can be built. In place, and not inlined, as what
    /// it calls: a trainer and its monitor are large, and the stack of a small board does not hold
    /// all copies that there could be of them at once.
    #[inline(never)]
    fn become_of(&mut self, recipe: &Recipe<f32>, hash: Fingerprint) -> Result<(), CommandError> {
        recipe.rebuild(&mut self.inner.trainer)?;
        self.inner.batch = recipe.batch;
        self.rest = Rest {
            seed: recipe.seed,
            threshold: recipe.threshold,
        };
        self.hash = hash;
        self.stop_watching();
        if recipe.health.is_on() {
            self.watch(recipe.health)?;
        }
        log!(info, "configured: {} words", recipe.arena_len());
        Ok(())
    }

    #[inline(never)]
    fn stop_watching(&mut self) {
        if let Some(monitor) = self.inner.monitor.take() {
            self.spare = monitor.into_words();
        }
    }

    #[inline(never)]
    fn watch(&mut self, health: Health) -> Result<(), CommandError> {
        let words = core::mem::take(&mut self.spare);
        self.inner.monitor = Some(Monitor::new(health, &self.inner.trainer, words)?);
        Ok(())
    }

    fn into_words(self) -> Words<'a> {
        Words {
            fit: self.inner.trainer.into_arena(),
            monitor: match self.inner.monitor {
                Some(monitor) => monitor.into_words(),
                None => self.spare,
            },
        }
    }

    fn monitor_room(&self) -> usize {
        match &self.inner.monitor {
            Some(monitor) => monitor.words().len(),
            None => self.spare.len(),
        }
    }
}

impl<'a> LabWorker<'a> {
    pub(crate) fn new(columns: usize, arena: &'a mut [f32]) -> Self {
        let (monitor, arena) = arena.split_at_mut(arena.len() / 8);
        let half = arena.len() / 2;
        let (fit, rest) = arena.split_at_mut(half);
        Self {
            memory: Memory::Free(Words { fit, monitor }),
            staging: Staging::new(rest.get_mut(..half).unwrap_or(&mut [])),
            #[cfg(feature = "signal")]
            stage: SignalStage::new(&mut []),
            columns,
            fpu_ok: fpu_mode::is_default(),
        }
    }

    /// Gives signal stages their memory.
    #[cfg(feature = "signal")]
    pub(crate) fn set_signal_memory(&mut self, numbers: &'a mut [f32]) {
        self.stage = SignalStage::new(numbers);
    }

    fn fit(&self) -> Option<&Fit<'a>> {
        match &self.memory {
            Memory::Fit(fit) => Some(fit),
            _ => None,
        }
    }

    fn estimate(&self) -> Option<&Estimate<'a>> {
        match &self.memory {
            Memory::Estimate(estimate) => Some(estimate),
            _ => None,
        }
    }

    /// Takes the fit's memory back; the fit is gone.
    fn free(&mut self) -> Words<'a> {
        match core::mem::replace(&mut self.memory, Memory::Free(Words::default())) {
            Memory::Free(words) => words,
            Memory::Fit(fit) => fit.into_words(),
            Memory::Estimate(estimate) => estimate.into_words(),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => fit.into_words(),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => fit.into_words(),
        }
    }

    /// Words that there are for a monitor.
    fn monitor_room(&self) -> usize {
        match &self.memory {
            Memory::Free(words) => words.monitor.len(),
            Memory::Fit(fit) => fit.monitor_room(),
            Memory::Estimate(estimate) => estimate.spare.len(),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => fit.spare.len(),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => fit.spare.len(),
        }
    }

    /// Words that hold samples of a fit by least squares.
    fn kept(&self) -> usize {
        self.estimate().map_or(0, Estimate::kept)
    }

    /// Refuses samples of so many numbers where there is no room for one.
    fn check_room(&self, need: usize) -> Result<(), CommandError> {
        let (need, got) = (need as u32, self.staging.room() as u32);
        match need > got {
            true => Err(Fault::Arena { need, got }.into()),
            false => Ok(()),
        }
    }

    fn begin(&mut self, estimation: &Estimation<f32>) -> Result<(), CommandError> {
        if !self.fpu_ok {
            return Err(CommandError::FpuMode);
        }
        let features = Model::<f32>::sizes(&estimation.model).features;
        let (need, got) = (features + 1, self.columns);
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(CommandError::Columns { need, got });
        }
        self.check_room(features + 2)?;
        // As above: what is refused leaves the fit that there is.
        let kept = self.kept();
        estimation.build(self.staging.beside(kept))?;
        let words = self.free();
        #[cfg(feature = "signal")]
        self.stage.set(Signal::NONE, None)?;
        let fit = estimation.build(words.fit)?;
        log!(info, "estimating: {} words", estimation.words());
        self.memory = Memory::Estimate(Estimate::new(fit, features, words.monitor));
        Ok(())
    }

    #[cfg(feature = "signal")]
    #[inline(never)]
    fn configure_staged(
        &mut self,
        recipe: &Recipe<f32>,
        signal: Signal<'_>,
    ) -> Result<(), CommandError> {
        let (description, detector) = signal.read().ok_or(CommandError::Corrupt)?;
        if let Some(description) = &description {
            self.stage.check(description)?;
        }
        // What a sample's frame has to hold.
        let sent = description.as_ref().map(Description::channels);
        let told = description.as_ref().map(Description::len);
        let features = Model::<f32>::sizes(&recipe.model).features;
        if let Some(got) = told.filter(|told| *told != features) {
            let (need, got) = (features as u32, got as u32);
            return Err(Fault::Length { need, got }.into());
        }
        match detector {
            None => self.configure(recipe, sent, signal)?,
            #[cfg(feature = "normal")]
            Some(detector) => self.configure_detector((recipe, &detector), sent, signal)?,
            #[cfg(not(feature = "normal"))]
            Some(_) => return Err(CommandError::Unsupported),
        }
        self.stage.set(signal, description)
    }

    #[cfg(feature = "normal")]
    #[inline(never)]
    fn configure_detector(
        &mut self,
        (recipe, detector): (&Recipe<f32>, &normal::Description<f32>),
        sent: Option<usize>,
        signal: Signal<'_>,
    ) -> Result<(), CommandError> {
        if !self.fpu_ok {
            return Err(CommandError::FpuMode);
        }
        let features = Model::<f32>::sizes(&recipe.model).features;
        let (need, got) = (sent.unwrap_or(features), self.columns);
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(CommandError::Columns { need, got });
        }
        self.check_room(features)?;
        // As below: what is refused leaves the fit that there is.
        detector.check(recipe, self.staging.room())?;
        let words = self.free();
        let hash = staged_hash(recipe, signal);
        self.memory = Memory::Detector(DetectorFit::new(detector, recipe, hash, words)?);
        log!(info, "configured: a detector");
        Ok(())
    }

    /// Begins a fit, whose samples come as so many numbers each, or as its features.
    fn configure(
        &mut self,
        recipe: &Recipe<f32>,
        sent: Option<usize>,
        signal: Signal<'_>,
    ) -> Result<(), CommandError> {
        if !self.fpu_ok {
            return Err(CommandError::FpuMode);
        }
        let sizes = Model::<f32>::sizes(&recipe.model);
        let (features, targets) = (sizes.features, recipe.loss.targets(sizes.outputs));
        let (need, got) = (sent.unwrap_or(features) + targets, self.columns);
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(CommandError::Columns { need, got });
        }
        self.check_room(features + targets)?;
        let hash = staged_hash(recipe, signal);
        // What is refused leaves the fit that there is, and what is not cannot fail below. The
        // staging memory is as long as the fit's words.
        #[cfg(feature = "q15")]
        if recipe.number == NumberType::Q15 {
            return self.configure_fixed(recipe, hash);
        }
        recipe.check(self.staging.room())?;
        let (need, got) = (recipe.monitor_len(), self.monitor_room());
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(Fault::Arena { need, got }.into());
        }
        if self.fit().is_none() {
            self.make_room()?;
        }
        match &mut self.memory {
            Memory::Fit(fit) => fit.become_of(recipe, hash),
            _ => Err(CommandError::NoFit),
        }
    }

    #[cfg(feature = "q15")]
    #[inline(never)]
    fn configure_fixed(
        &mut self,
        recipe: &Recipe<f32>,
        hash: Fingerprint,
    ) -> Result<(), CommandError> {
        FixedFit::check(recipe, self.staging.room())?;
        let words = self.free();
        self.memory = Memory::Fixed(FixedFit::new(recipe, hash, words)?);
        Ok(())
    }

    /// Puts the smallest fit in place of what there is.
    #[inline(never)]
    fn make_room(&mut self) -> Result<(), CommandError> {
        let words = self.free();
        self.memory = Memory::Fit(Fit {
            inner: fit::Fit {
                trainer: SMALLEST.build(words.fit)?,
                monitor: None,
                batch: SMALLEST.batch,
            },
            spare: words.monitor,
            rest: Rest {
                seed: SMALLEST.seed,
                threshold: SMALLEST.threshold,
            },
            hash: Fingerprint(0),
        });
        Ok(())
    }
}

impl Worker for LabWorker<'_> {
    fn capabilities(&self) -> Capabilities {
        let mut all = Capabilities::RECIPES;
        if cfg!(feature = "q15") {
            all = all.union(Capabilities::FIXED);
        }
        if cfg!(feature = "signal") {
            all = all.union(Capabilities::SIGNAL);
        }
        if cfg!(feature = "normal") {
            all = all.union(Capabilities::DETECTOR);
        }
        all
    }

    fn room(&self) -> usize {
        self.staging.room()
    }

    fn execute(
        &mut self,
        command: &Command<'_>,
        counters: &mut Counters,
        _: &mut EventSink<'_>,
    ) -> Result<Progress, CommandError> {
        self.staging.begin(command);
        let loss = match (command, &mut self.memory) {
            #[cfg(feature = "signal")]
            (Command::Configure(recipe, signal), _) => {
                self.configure_staged(recipe, *signal).map(|()| 0.0)?
            }
            #[cfg(not(feature = "signal"))]
            (Command::Configure(recipe, signal), _) => {
                self.configure(recipe, None, *signal).map(|()| 0.0)?
            }
            (Command::Estimate(estimation), _) => self.begin(estimation).map(|()| 0.0)?,
            (Command::Reset, _) => {
                self.memory = Memory::Free(self.free());
                #[cfg(feature = "signal")]
                self.stage.set(Signal::NONE, None)?;
                *counters = Counters::default();
                log!(info, "reset");
                0.0
            }
            (_, Memory::Free(_)) => return Err(CommandError::NoFit),
            (_, Memory::Estimate(estimate)) => {
                estimate.execute(self.staging.words(), command, counters)?
            }
            #[cfg(feature = "signal")]
            (Command::Block(block), Memory::Fit(fit)) => {
                let fit = &mut fit.inner;
                self.stage
                    .execute(&mut self.staging, fit, block, counters)?
            }
            #[cfg(all(feature = "signal", feature = "q15"))]
            (Command::Block(block), Memory::Fixed(fit)) => {
                let fit = &mut fit.inner;
                self.stage
                    .execute(&mut self.staging, fit, block, counters)?
            }
            #[cfg(feature = "normal")]
            (Command::Block(block), Memory::Detector(fit)) => {
                let fit = &mut fit.inner;
                self.stage
                    .execute(&mut self.staging, fit, block, counters)?
            }
            (_, Memory::Fit(fit)) => {
                let fit = (&mut fit.inner, fit.hash);
                self.staging.execute(fit, command, counters)?
            }
            #[cfg(feature = "q15")]
            (_, Memory::Fixed(fit)) => {
                let fit = (&mut fit.inner, fit.hash);
                self.staging.execute(fit, command, counters)?
            }
            #[cfg(feature = "normal")]
            (_, Memory::Detector(fit)) => {
                let fit = (&mut fit.inner, fit.hash);
                self.staging.execute(fit, command, counters)?
            }
        };
        Ok(Progress {
            step: self.steps(),
            loss,
        })
    }

    fn steps(&self) -> u64 {
        match &self.memory {
            Memory::Free(_) => 0,
            Memory::Fit(fit) => fit.inner.trainer.steps(),
            Memory::Estimate(estimate) => estimate.fit.steps(),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => fit.inner.trainer.steps(),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => fit.inner.steps(),
        }
    }

    fn state(&self) -> &[f32] {
        match &self.memory {
            Memory::Free(_) => &[],
            Memory::Fit(fit) => fit.inner.trainer.state(),
            Memory::Estimate(estimate) => estimate.fit.parameters(),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => ErasedFit::state(&fit.inner),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => ErasedFit::state(&fit.inner),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        match &self.memory {
            Memory::Free(_) => Fingerprint(0),
            Memory::Fit(fit) => fit.inner.trainer.fingerprint(),
            Memory::Estimate(estimate) => estimate.fit.fingerprint(),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => fit.inner.trainer.fingerprint(),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => fit.inner.fingerprint(),
        }
    }

    fn recipe(&self) -> Option<Recipe<f32>> {
        match &self.memory {
            Memory::Fit(fit) => Some(fit.recipe()),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => Some(fit.recipe),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => Some(fit.recipe),
            _ => None,
        }
    }

    #[cfg(feature = "signal")]
    fn signal(&self) -> Signal<'_> {
        self.stage.sections()
    }

    fn verdict(&mut self) -> Option<Verdict> {
        match &mut self.memory {
            Memory::Fit(fit) => fit.inner.verdict(),
            _ => None,
        }
    }

    fn estimator(&self) -> Option<&AnyEstimator<'_, f32>> {
        self.estimate().map(|estimate| &estimate.fit)
    }

    fn forget_pushed(&mut self) {
        self.staging.words();
    }

    fn checkpoint(&mut self) -> Result<&[f32], usize> {
        match &self.memory {
            Memory::Free(_) | Memory::Estimate(_) => Err(0),
            Memory::Fit(fit) => self.staging.checkpoint(&fit.inner, fit.hash),
            #[cfg(feature = "q15")]
            Memory::Fixed(fit) => self.staging.checkpoint(&fit.inner, fit.hash),
            #[cfg(feature = "normal")]
            Memory::Detector(fit) => self.staging.checkpoint(&fit.inner, fit.hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use downhill_link::Topics;

    #[test]
    fn no_fit_needs_fewer_words_than_the_smallest() {
        assert_eq!(SMALLEST.arena_len(), 1);
        assert!(SMALLEST.build(&mut [0.0][..]).is_ok());
    }

    #[test]
    fn nothing_is_fitted_in_another_arithmetic() {
        let recipe = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1)),
        );
        let mut arena = [0.0; 64];
        let mut bench = LabWorker::new(10, &mut arena);
        let mut counters = Counters::default();
        let command = Command::Configure(recipe, Signal::NONE);
        assert!(
            bench
                .execute(
                    &command,
                    &mut counters,
                    &mut EventSink::new(Topics::default(), &mut |_| {})
                )
                .is_ok()
        );
        bench.fpu_ok = false;
        let refused = bench.execute(
            &command,
            &mut counters,
            &mut EventSink::new(Topics::default(), &mut |_| {}),
        );
        assert_eq!(refused, Err(CommandError::FpuMode));
    }
}
