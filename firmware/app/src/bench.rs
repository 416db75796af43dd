use downhill::health::{Monitor, Verdict};
use downhill::loss::Loss;
use downhill::model::Model;
use downhill::recipe::AnyTrainer;
use downhill::{Fault, Fingerprint, Recipe};
use downhill_link::{Counters, Numbers, Order, Progress, Refusal};

use crate::arithmetic;
use crate::log::log;

/// Where orders are carried out: the memory, and the fit in it.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    memory: Memory<'a>,
    monitor: Watch<'a>,
    /// As long as the memory of a fit: it receives samples and pushed state.
    inbox: &'a mut [f32],
    /// How many words of pushed state the inbox holds.
    pushed: usize,
    /// How many numbers a sample may have.
    columns: usize,
    /// Whether arithmetic gives the same bits as everywhere.
    sound: bool,
}

/// The half of the arena that holds the fit, if there is one.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it, and no heap to box a fit in"
)]
enum Memory<'a> {
    Free(&'a mut [f32]),
    Fit(Fit<'a>),
}

/// Words for a monitor, and the monitor of the fit, if it has one.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it, and no heap to box a monitor in"
)]
enum Watch<'a> {
    Off(&'a mut [f32]),
    On(Monitor<&'a mut [f32]>),
}

impl<'a> Watch<'a> {
    /// The words; what watched is gone.
    fn free(&mut self) -> &'a mut [f32] {
        match core::mem::replace(self, Self::Off(&mut [])) {
            Self::Off(words) => words,
            Self::On(monitor) => monitor.into_words(),
        }
    }

    /// How many words there are for a monitor.
    fn room(&self) -> usize {
        match self {
            Self::Off(words) => words.len(),
            Self::On(monitor) => monitor.words().len(),
        }
    }

    fn monitor(&mut self) -> Option<&mut Monitor<&'a mut [f32]>> {
        match self {
            Self::Off(_) => None,
            Self::On(monitor) => Some(monitor),
        }
    }
}

#[derive(Debug)]
struct Fit<'a> {
    trainer: AnyTrainer<&'a mut [f32]>,
    batch: u16,
    features: usize,
    targets: usize,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(columns: usize, arena: &'a mut [f32]) -> Self {
        let (monitor, arena) = arena.split_at_mut(arena.len() / 8);
        let half = arena.len() / 2;
        let (fit, rest) = arena.split_at_mut(half);
        Self {
            memory: Memory::Free(fit),
            monitor: Watch::Off(monitor),
            inbox: rest.get_mut(..half).unwrap_or(&mut []),
            pushed: 0,
            columns,
            sound: arithmetic::is_default(),
        }
    }

    /// The longest fit there is room for.
    pub(crate) fn room(&self) -> usize {
        self.inbox.len()
    }

    /// Carries out an order, and counts what it learned.
    pub(crate) fn carry_out(
        &mut self,
        order: &Order<'_>,
        counters: &mut Counters,
    ) -> Result<Progress, Refusal> {
        if !matches!(order, Order::Push { .. } | Order::Commit { .. }) {
            self.pushed = 0;
        }
        let loss = match order {
            Order::Configure(recipe) => self.configure(recipe).map(|()| 0.0)?,
            Order::Sample {
                weight,
                features,
                target,
            } => self.sample(*weight, features, target, counters)?,
            Order::Push { at, words } => self.push(*at as usize, words).map(|()| 0.0)?,
            Order::Commit { steps } => self.commit(*steps).map(|()| 0.0)?,
            Order::Reset => {
                self.memory = Memory::Free(self.free());
                self.monitor = Watch::Off(self.monitor.free());
                *counters = Counters::default();
                log!(info, "reset");
                0.0
            }
            Order::Survey { features, target } => {
                let (fit, x, y, _) = self.receive(features, target)?;
                fit.trainer.survey(x, y).map(|()| 0.0)?
            }
            Order::Apply => {
                let step = self.trainer()?.apply()?;
                count_step(step.number, counters);
                step.loss
            }
            Order::Freeze => {
                self.trainer()?.freeze();
                self.keep();
                0.0
            }
            Order::Report { loss } => {
                let trainer = self.trainer()?;
                if !loss.is_finite() {
                    return Err(Fault::Loss.into());
                }
                trainer.report(*loss);
                let steps = trainer.steps();
                if let Some(monitor) = self.monitor.monitor() {
                    monitor.report(steps, *loss);
                }
                0.0
            }
            Order::Finish => {
                let trainer = self.trainer()?;
                trainer.finish();
                let steps = trainer.steps();
                if let Some(monitor) = self.monitor.monitor() {
                    monitor.conclude(steps);
                }
                0.0
            }
        };
        Ok(Progress {
            step: self.steps(),
            loss,
        })
    }

    fn fit(&self) -> Option<&Fit<'a>> {
        match &self.memory {
            Memory::Free(_) => None,
            Memory::Fit(fit) => Some(fit),
        }
    }

    /// How many steps the fit has made, 0 if there is none.
    pub(crate) fn steps(&self) -> u64 {
        self.fit().map_or(0, |fit| fit.trainer.steps())
    }

    /// The fit's state, empty if there is none.
    pub(crate) fn state(&self) -> &[f32] {
        self.fit().map_or(&[], |fit| fit.trainer.state())
    }

    /// The fingerprint of the fit, 0 if there is none.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let none = Fingerprint(0);
        self.fit().map_or(none, |fit| fit.trainer.fingerprint())
    }

    /// Takes the fit's memory back; the fit is gone.
    fn free(&mut self) -> &'a mut [f32] {
        match core::mem::replace(&mut self.memory, Memory::Free(&mut [])) {
            Memory::Free(words) => words,
            Memory::Fit(fit) => fit.trainer.into_arena(),
        }
    }

    fn configure(&mut self, recipe: &Recipe<f32>) -> Result<(), Refusal> {
        if !self.sound {
            return Err(Refusal::Arithmetic);
        }
        let sizes = Model::<f32>::sizes(&recipe.model);
        let (features, targets) = (sizes.features, recipe.loss.targets(sizes.outputs));
        let (need, got) = (features + targets, self.columns);
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(Refusal::Columns { need, got });
        }
        if need > self.inbox.len() {
            let (need, got) = (need as u32, self.inbox.len() as u32);
            return Err(Fault::Arena { need, got }.into());
        }
        // Tried in the other half first, which is as long: what is refused leaves the fit that
        // there is, and what is not cannot fail below.
        let trial = recipe.build(&mut *self.inbox)?;
        let health = recipe.rules.health;
        if health.is_on() {
            let (need, got) = (
                Monitor::<&mut [f32]>::words_len(health, &trial),
                self.monitor.room(),
            );
            if need > got {
                let (need, got) = (need as u32, got as u32);
                return Err(Fault::Arena { need, got }.into());
            }
        }
        let trainer = recipe.build(self.free())?;
        let words = self.monitor.free();
        self.monitor = match health.is_on() {
            true => Watch::On(Monitor::new(health, &trainer, words)?),
            false => Watch::Off(words),
        };
        log!(info, "configured: {} words", recipe.arena_len());
        self.memory = Memory::Fit(Fit {
            trainer,
            batch: recipe.batch,
            features,
            targets,
        });
        Ok(())
    }

    fn trainer(&mut self) -> Result<&mut AnyTrainer<&'a mut [f32]>, Refusal> {
        match &mut self.memory {
            Memory::Free(_) => Err(Refusal::NoFit),
            Memory::Fit(fit) => Ok(&mut fit.trainer),
        }
    }

    /// The next verdict on the fit, if there is one.
    pub(crate) fn verdict(&mut self) -> Option<Verdict> {
        self.monitor.monitor()?.take()
    }

    /// Tells the monitor that the fit's state was changed from outside.
    fn keep(&mut self) {
        if let (Memory::Fit(fit), Some(monitor)) = (&self.memory, self.monitor.monitor()) {
            monitor.keep(&fit.trainer);
        }
    }

    /// Copies a sample's numbers into the inbox.
    fn receive(
        &mut self,
        features: &Numbers<'_>,
        target: &Numbers<'_>,
    ) -> Result<Received<'_, 'a>, Refusal> {
        let Memory::Fit(fit) = &mut self.memory else {
            return Err(Refusal::NoFit);
        };
        let wrong = |need: usize, got: usize| {
            let (need, got) = (need as u32, got as u32);
            Refusal::Fault(Fault::Length { need, got })
        };
        let inbox = (self.inbox.get_mut(..fit.features + fit.targets)).unwrap_or(&mut []);
        let (x, y) = (inbox.split_at_mut_checked(fit.features)).unwrap_or_default();
        if !features.copy_to(x) {
            return Err(wrong(fit.features, features.len()));
        }
        if !target.copy_to(y) {
            return Err(wrong(fit.targets, target.len()));
        }
        Ok((fit, x, y, self.monitor.monitor()))
    }

    fn sample(
        &mut self,
        weight: f32,
        features: &Numbers<'_>,
        target: &Numbers<'_>,
        counters: &mut Counters,
    ) -> Result<f32, Refusal> {
        let (fit, x, y, monitor) = self.receive(features, target)?;
        let before = fit.trainer.steps();
        let outcome = fit.trainer.feed(fit.batch, x, y, weight);
        if let Some(monitor) = monitor {
            monitor.watch(&fit.trainer, (x, y, weight), &outcome);
            monitor.act(&mut fit.trainer);
        }
        let step = outcome?;
        if step.number > before {
            count_step(step.number, counters);
        }
        if weight > 0.0 {
            counters.samples = counters.samples.saturating_add(1);
        }
        Ok(step.loss)
    }

    fn push(&mut self, at: usize, words: &Numbers<'_>) -> Result<(), Refusal> {
        let need = self.fit().ok_or(Refusal::NoFit)?.trainer.state().len();
        if at == 0 {
            self.pushed = 0;
        }
        if at != self.pushed {
            let expected = self.pushed as u32;
            return Err(Refusal::Piece { expected });
        }
        let end = at + words.len();
        let place = self.inbox.get_mut(at..end).filter(|_| end <= need);
        if !place.is_some_and(|place| words.copy_to(place)) {
            let (need, got) = (need as u32, end as u32);
            return Err(Fault::Length { need, got }.into());
        }
        self.pushed = end;
        Ok(())
    }

    fn commit(&mut self, steps: u64) -> Result<(), Refusal> {
        let Memory::Fit(fit) = &mut self.memory else {
            return Err(Refusal::NoFit);
        };
        let pushed = self.inbox.get(..self.pushed).unwrap_or(&[]);
        fit.trainer.restore(pushed, steps)?;
        self.pushed = 0;
        self.keep();
        Ok(())
    }
}

/// The fit, a sample's features and target, and the fit's monitor.
type Received<'s, 'a> = (
    &'s mut Fit<'a>,
    &'s [f32],
    &'s [f32],
    Option<&'s mut Monitor<&'a mut [f32]>>,
);

fn count_step(number: u64, counters: &mut Counters) {
    if number == 1 {
        log!(info, "first step");
    }
    counters.steps = counters.steps.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use downhill::loss::{AnyLoss, Squared};
    use downhill::model::{AnyModel, Linear};
    use downhill::optimizer::{AnyOptimizer, Sgd};
    use downhill::{Dyn, rules::AnyRules};

    #[test]
    fn nothing_is_fitted_in_another_arithmetic() {
        let recipe = Recipe {
            model: AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
            loss: AnyLoss::Squared(Squared),
            optimizer: AnyOptimizer::Sgd(Sgd::rate(0.1)),
            rules: AnyRules::default(),
            batch: 1,
            seed: 0,
            threshold: None,
        };
        let mut arena = [0.0; 64];
        let mut bench = Bench::new(10, &mut arena);
        let mut counters = Counters::default();
        let order = Order::Configure(recipe);
        assert!(bench.carry_out(&order, &mut counters).is_ok());
        bench.sound = false;
        let refused = bench.carry_out(&order, &mut counters);
        assert_eq!(refused, Err(Refusal::Arithmetic));
    }
}
