mod arena_layout;
mod batch_loss;
mod fast_path;
mod guard;
#[cfg(feature = "monitor")]
mod introspect;
mod learn;
mod predict;
mod sinks;
mod state;

pub(crate) use sinks::Gather;

use crate::loss::{Loss, Pool};
use crate::model::Model;
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::rules::{Rules, ScalingMethod};
use crate::{Arena, Fault, Setting, kernel};
use arena_layout::Lengths;

/// One update of the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<T> {
    /// Updates made, this one included.
    pub number: u64,
    /// The loss before the update: of the sample, or the mean over the batch. Where a scaler
    /// scales the target, it is in scaled units.
    pub loss: T,
}

/// One fit: a model, a loss, an optimizer, [rules](crate::rules), and the arena that holds every
/// number of it.
///
/// Every update, on a device, on the host and in tests, goes through this type:
/// [`observe`](Trainer::observe) for one sample a step, [`accumulate`](Trainer::accumulate) and
/// [`apply`](Trainer::apply) for mini-batches.
///
/// The arena holds, in this order: parameters, the optimizer's state (interleaved by parameter)
/// and its shared numbers, those of the rules, the scaler, scratch, and, where it is at least
/// [`BATCH_ARENA`](Trainer::BATCH_ARENA) long, the batch (gradient, count, loss, gradient bound). A
/// [`Fault`] leaves all of it as it was, but for the scratch.
#[derive(Debug)]
pub struct Trainer<M, L, O, R = (), A = &'static mut [f32]>
where
    A: Arena,
{
    model: M,
    loss: L,
    optimizer: O,
    rules: R,
    arena: A,
    /// Remaining movement budget, in 2⁻²⁴ of the safe range; when spent, magnitudes are checked
    /// again. It decides how much is checked, never what is computed.
    credit: u32,
    steps: u64,
}

impl<M, L, O, A> Trainer<M, L, O, (), A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
{
    /// A fit without rules, all of its numbers zero.
    ///
    /// # Errors
    /// As [`Trainer::with_rules`].
    pub fn new(model: M, loss: L, optimizer: O, arena: A) -> Result<Self, Fault> {
        Self::with_rules(model, loss, optimizer, (), arena)
    }
}
impl<M, L, O, R, A> Trainer<M, L, O, R, A>
where
    A: Arena,
    M: Model<A::Real>,
    L: Loss<A::Real>,
    O: Optimizer<A::Real>,
    R: Rules<A::Real>,
{
    const LENGTHS: Lengths = match M::SIZES {
        Some(sizes) => Lengths {
            sizes,
            targets: match L::TARGETS {
                Some(targets) => targets,
                None => sizes.outputs,
            },
            state: sizes.parameters * O::SLOTS,
            shared: O::SHARED,
            rules: R::WORDS,
            scales: R::SCALES,
            pools: L::POOLS,
        },
        None => panic!("this model has a shape chosen at run time: use `arena_len` instead"),
    };

    /// Numbers in the arena of a fit with compile-time shapes.
    pub const ARENA: usize = Self::LENGTHS.online();

    /// Numbers in the arena with room for the gradient of a mini-batch.
    pub const BATCH_ARENA: usize = Self::LENGTHS.batched();

    /// True where a step must look at the inputs to bound its gradient.
    const LOOKS: bool =
        O::NEEDS_MAX_GRADIENT || R::PENALIZES || R::CLIPS_NORM || !M::PROVES_FEATURES;

    /// Numbers in the arena of such a fit; `batches` with room for mini-batches. 4,294,967,295
    /// stands for more than a 32-bit machine can address.
    pub fn arena_len(model: &M, loss: &L, optimizer: &O, rules: &R, batches: bool) -> usize {
        let lengths = Self::measure(model, loss, optimizer, rules);
        match batches {
            _ if !lengths.is_countable() => u32::MAX as usize,
            true => lengths.batched(),
            false => lengths.online(),
        }
    }

    /// A fit with all of its numbers zero; whatever the arena held is overwritten.
    ///
    /// # Errors
    /// [`Fault::Arena`] with the length needed where the arena is too short, and
    /// [`Fault::Setting`] where a setting is impossible or the parts do not go together.
    pub fn with_rules(
        model: M,
        loss: L,
        optimizer: O,
        rules: R,
        mut arena: A,
    ) -> Result<Self, Fault> {
        Self::check(&model, &loss, &optimizer, &rules, arena.words().len())?;
        kernel::clear(arena.words_mut());
        Ok(Self {
            model,
            loss,
            optimizer,
            rules,
            arena,
            credit: 0,
            steps: 0,
        })
    }

    /// Checks that there can be such a fit in an arena of so many words.
    ///
    /// # Errors
    /// As [`Trainer::with_rules`].
    pub fn check(model: &M, loss: &L, optimizer: &O, rules: &R, room: usize) -> Result<(), Fault> {
        optimizer.check().map_err(Fault::Setting)?;
        rules.check().map_err(Fault::Setting)?;
        let lengths = Self::measure(model, loss, optimizer, rules);
        if !loss.fits(lengths.sizes.outputs) || !loss.is_possible() {
            return Err(Fault::Setting(Setting::Loss));
        }
        if R::SCALES && rules.scaling().target && !loss.scales_target() {
            return Err(Fault::Setting(Setting::TargetScaling));
        }
        let need = match lengths.is_countable() {
            true => lengths.online() as u32,
            false => u32::MAX,
        };
        let got = room as u32;
        match got < need {
            true => Err(Fault::Arena { need, got }),
            false => Ok(()),
        }
    }

    /// Becomes another fit, in the arena that it has and with all of its numbers zero. The parts
    /// are copied to where they stay, so that no second trainer is in memory on the way.
    ///
    /// # Errors
    /// As [`Trainer::with_rules`]; then nothing has changed.
    pub fn rebuild(&mut self, model: &M, loss: &L, optimizer: &O, rules: &R) -> Result<(), Fault>
    where
        M: Clone,
        L: Clone,
        O: Clone,
        R: Clone,
    {
        Self::check(model, loss, optimizer, rules, self.arena.words().len())?;
        self.model.clone_from(model);
        self.loss.clone_from(loss);
        self.optimizer.clone_from(optimizer);
        self.rules.clone_from(rules);
        kernel::clear(self.arena.words_mut());
        self.credit = 0;
        self.steps = 0;
        Ok(())
    }

    /// Numbers in the [`state`](Trainer::state) of such a fit.
    #[cfg(feature = "monitor")]
    pub(crate) fn state_len(model: &M, loss: &L, optimizer: &O, rules: &R) -> usize {
        Self::measure(model, loss, optimizer, rules).lasting()
    }

    #[inline(always)]
    fn measure(model: &M, loss: &L, optimizer: &O, rules: &R) -> Lengths {
        let sizes = model.sizes();
        Lengths {
            sizes,
            targets: loss.targets(sizes.outputs),
            state: sizes.parameters * optimizer.slots(),
            shared: optimizer.shared(),
            rules: rules.words(),
            scales: R::SCALES && rules.scaling().method != ScalingMethod::None,
            pools: loss.pooled(&Pool::new()).is_some(),
        }
    }

    #[inline(always)]
    fn lengths(&self) -> Lengths {
        Self::measure(&self.model, &self.loss, &self.optimizer, &self.rules)
    }

    /// Puts every parameter where its model wants it to start, drawn from `seed`.
    pub fn initialize(&mut self, seed: u64) {
        let parameters = self.model.sizes().parameters;
        if let Some(parameters) = self.arena.words_mut().get_mut(..parameters) {
            self.model.initialize(&mut Random::seed(seed), parameters);
        }
        self.credit = 0;
    }

    /// Begins anew: every number zero, parameters drawn from `seed`, no step made.
    pub fn restart(&mut self, seed: u64) {
        kernel::clear(self.arena.words_mut());
        self.steps = 0;
        self.initialize(seed);
    }

    /// The parameters, in the model's order.
    pub fn parameters(&self) -> &[A::Real] {
        self.arena
            .words()
            .get(..self.lengths().sizes.parameters)
            .unwrap_or(&[])
    }

    /// Updates made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The loss.
    pub fn loss(&self) -> &L {
        &self.loss
    }

    /// The optimizer.
    pub fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// The rules.
    pub fn rules(&self) -> &R {
        &self.rules
    }

    /// Words in the arena.
    pub(crate) fn room(&self) -> usize {
        self.arena.words().len()
    }

    /// Gives the arena back, for another fit.
    pub fn into_arena(self) -> A {
        self.arena
    }
}
