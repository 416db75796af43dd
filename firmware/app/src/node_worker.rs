use downhill::health::Verdict;
use downhill::{Fingerprint, Recipe};
use downhill_link::{
    Alert, Capabilities, Command, CommandError, Counters, Event, Progress, Scores, Signal,
    recipe_hash, staged_hash,
};
use embedded_hal::digital::OutputPin;

use crate::log::log;
use crate::save_schedule::SaveSchedule;
use crate::staging::{self, Staging};
use crate::store::{Restored, Store, Wear};
use crate::worker::{EventSink, Worker, count};
use crate::{ErasedFit, Learner, Reference, Sensor, fpu_mode};

/// A node's worker: a [`Learner`], the recipe of its fit, and a [`Store`] for its checkpoints.
#[derive(Debug)]
pub struct NodeWorker<'a, L, K> {
    learner: L,
    store: K,
    recipe: &'a Recipe<f32>,
    hash: Fingerprint,
    staging: Staging<'a>,
    schedule: SaveSchedule,
    /// True while no checkpoint is written unasked, since those in the store were refused.
    withheld: bool,
    /// True where arithmetic gives the same bits as on the host.
    fpu_ok: bool,
}

impl<'a, F, S, R, P, K, const N: usize, const M: usize, const W: usize>
    NodeWorker<'a, Learner<F, S, R, P, N, M, W>, K>
where
    F: ErasedFit,
    S: Sensor<N>,
    R: Reference<N, M>,
    P: OutputPin,
    K: Store,
{
    /// Creates the worker of a learner whose fit was built from the recipe. Staging holds samples
    /// from the host, state that it pushes and checkpoints that it pulls: as many words as a
    /// checkpoint has, 10 more than the fit's state.
    pub fn new(
        mut learner: Learner<F, S, R, P, N, M, W>,
        recipe: &'a Recipe<f32>,
        store: K,
        staging: &'a mut [f32],
    ) -> Self {
        learner.fit_mut().set_batch(recipe.batch);
        let hash = match F::DETECTOR {
            true => staged_hash(recipe, learner.fit().sections()),
            false => recipe_hash(recipe),
        };
        Self {
            learner,
            store,
            recipe,
            hash,
            staging: Staging::new(staging),
            schedule: SaveSchedule::default(),
            withheld: false,
            fpu_ok: fpu_mode::is_default(),
        }
    }

    /// Writes a checkpoint every so many steps, when the caller [allows](Worker::maintain); 0 for
    /// not by steps.
    #[must_use]
    pub fn save_every(mut self, steps: u64) -> Self {
        self.schedule.steps = steps;
        self
    }

    /// Writes a checkpoint once this [uptime](Counters::uptime) has passed since the last one, if
    /// the fit has made a step since: a power cut costs no more than what was learned in that time.
    /// 0 for not by time.
    #[must_use]
    pub fn save_within(mut self, uptime: u64) -> Self {
        self.schedule.within = uptime;
        self
    }

    /// Writes no checkpoint by itself sooner than this [uptime](Counters::uptime) after the last
    /// one: what the flash endures lasts as long as that allows, however fast the fit learns.
    #[must_use]
    pub fn save_apart(mut self, uptime: u64) -> Self {
        self.schedule.apart = uptime;
        self
    }

    /// Initializes the fit from the recipe's seed, and resumes from the newest checkpoint in the
    /// store that is whole and of this recipe, if there is one. Where there are only others, it
    /// writes none by itself until one is [saved](Self::save) or the store is wiped.
    pub fn restore(&mut self) -> Restored {
        let Self {
            learner,
            store,
            recipe,
            hash,
            ..
        } = self;
        learner.restart(recipe.seed);
        let restored = store.restore(&mut |bytes| staging::resume(learner.fit_mut(), *hash, bytes));
        let steps = self.learner.fit().steps();
        self.schedule.begin(steps, 0);
        self.withheld = matches!(restored, Restored::Refused(_));
        match restored {
            Restored::Empty => log!(info, "no checkpoint: the fit starts anew"),
            Restored::Newest => log!(info, "restored at step {}", steps),
            Restored::Older(refusal) => {
                log!(warn, "restored at step {}, the newest: {}", steps, refusal);
            }
            Restored::Refused(refusal) => {
                log!(warn, "the fit starts anew, unsaved until told: {}", refusal);
            }
        }
        restored
    }

    /// The learner.
    pub fn learner(&self) -> &Learner<F, S, R, P, N, M, W> {
        &self.learner
    }

    /// The learner.
    pub fn learner_mut(&mut self) -> &mut Learner<F, S, R, P, N, M, W> {
        &mut self.learner
    }

    /// Returns the store, and ends the worker.
    pub fn into_store(self) -> K {
        self.store
    }

    /// Writes a checkpoint now.
    ///
    /// # Errors
    /// The store's.
    pub fn save(&mut self, counters: &mut Counters) -> Result<(), CommandError> {
        let (fit, hash) = (self.learner.fit(), self.hash);
        match self.store.save(&|out| staging::save(fit, hash, out)) {
            Ok(()) => {
                self.schedule.begin(fit.steps(), counters.uptime);
                self.withheld = false;
                count(&mut counters.saved);
                log!(info, "saved at step {}", fit.steps());
                Ok(())
            }
            Err(refusal) => {
                count(&mut counters.unsaved);
                log!(warn, "not saved: {}", refusal);
                Err(refusal)
            }
        }
    }
}

impl<F, S, R, P, K, const N: usize, const M: usize, const W: usize> Worker
    for NodeWorker<'_, Learner<F, S, R, P, N, M, W>, K>
where
    F: ErasedFit,
    S: Sensor<N>,
    R: Reference<N, M>,
    P: OutputPin,
    K: Store,
{
    fn capabilities(&self) -> Capabilities {
        let store = if K::PRESENT {
            Capabilities::STORE
        } else {
            Capabilities::default()
        };
        let fixed = if F::FIXED {
            Capabilities::FIXED
        } else {
            Capabilities::default()
        };
        let detector = if F::DETECTOR {
            Capabilities::DETECTOR
        } else {
            Capabilities::default()
        };
        Capabilities::SENSOR
            .union(store)
            .union(fixed)
            .union(detector)
    }

    fn room(&self) -> usize {
        self.staging.room()
    }

    fn execute(
        &mut self,
        command: &Command<'_>,
        counters: &mut Counters,
        events: &mut EventSink<'_>,
    ) -> Result<Progress, CommandError> {
        self.staging.begin(command);
        if !self.fpu_ok {
            return Err(CommandError::FpuMode);
        }
        let mut loss = 0.0;
        match command {
            Command::Start { turns } => self.learner.start(*turns),
            Command::Stop => self.learner.stop(),
            Command::Mode(mode) => self.learner.set_mode(*mode),
            Command::Label { sample, target } => {
                loss = self.learner.label(*sample, target, counters, events)?;
            }
            Command::Save => self.save(counters)?,
            Command::Wipe => {
                self.store.wipe()?;
                self.withheld = false;
            }
            Command::Reset => {
                self.learner.restart(self.recipe.seed);
                *counters = Counters::default();
                self.schedule.begin(0, 0);
            }
            Command::Subscribe { .. } => {}
            _ => {
                let fit = (self.learner.fit_mut(), self.hash);
                loss = self.staging.execute(fit, command, counters)?;
            }
        }
        Ok(Progress {
            step: self.steps(),
            loss,
        })
    }

    fn state(&self) -> &[f32] {
        self.learner.fit().state()
    }

    fn steps(&self) -> u64 {
        self.learner.fit().steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.learner.fit().fingerprint()
    }

    fn recipe(&self) -> Option<Recipe<f32>> {
        Some(*self.recipe)
    }

    fn signal(&self) -> Signal<'_> {
        self.learner.fit().sections()
    }

    fn verdict(&mut self) -> Option<Verdict> {
        self.learner.fit_mut().verdict()
    }

    fn forget_pushed(&mut self) {
        self.staging.words();
    }

    fn checkpoint(&mut self) -> Result<&[f32], usize> {
        self.staging.checkpoint(self.learner.fit(), self.hash)
    }

    fn scores(&self) -> Option<Scores> {
        Some(self.learner.scores())
    }

    fn wear(&self) -> Wear {
        self.store.wear()
    }

    fn poll(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) -> bool {
        self.fpu_ok && self.learner.poll(counters, events)
    }

    fn maintain(&mut self, counters: &mut Counters, events: &mut EventSink<'_>) {
        if !self.schedule.is_due(self.steps(), counters.uptime) {
            return;
        }
        if self.withheld {
            count(&mut counters.unsaved);
            log!(warn, "not saved: save or wipe, to give up what was refused");
        }
        if self.withheld || self.save(counters).is_err() {
            // The next is tried an interval later: a flash that fails is not worn out by trying.
            self.schedule.begin(self.steps(), counters.uptime);
            events.emit(Event::Alert {
                sample: self.learner.taken(),
                alert: Alert::Unsaved,
            });
        }
    }
}
