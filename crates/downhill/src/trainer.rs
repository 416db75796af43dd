use crate::checkpoint::{self, Checkpoint};
use crate::loss::Loss;
use crate::metrics::Meter;
use crate::model::{Model, Sizes};
use crate::optimizer::Optimizer;
use crate::random::Random;
use crate::rules::{Method, Rules};
use crate::sink::{Apply, Gather, Norm, Reach, Steepest};
use crate::{Arena, Fault, Fingerprint, Hasher, Real, Setting, Sink, scaler};

/// One update of the parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<T> {
    /// How many updates the fit has made, this one included.
    pub number: u64,
    /// The loss before the update: of the sample, or the mean over the batch. Where a scaler
    /// scales the target, it is in scaled units.
    pub loss: T,
}

/// How far from zero parameters may get before each step looks at all of them, where a step
/// knows how large its gradient can be.
const ROOM: f64 = 1e12;
/// The most credit that is granted: half of the room.
const CREDIT: u32 = 1 << 23;
/// The largest sum that a batch may reach.
const HEAVIEST: f64 = 1e15;

/// One fit: a model, a loss, an optimizer, [rules](crate::rules), and the arena that holds every
/// number of it.
///
/// Every update, on a device, on the host and in tests, goes through this type:
/// [`observe`](Trainer::observe) for one sample a step, [`accumulate`](Trainer::accumulate) and
/// [`apply`](Trainer::apply) for mini-batches.
///
/// The arena holds, in this order: parameters, the optimizer's state (interleaved by parameter)
/// and its shared numbers, those of the rules, the scaler, scratch, and, where it is at least
/// [`BATCH_ARENA`](Trainer::BATCH_ARENA) long, the batch (gradient, count, loss, reach). A
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
    /// What the parameters may still move before their true size must be looked at, in parts of
    /// the room they have: 2⁻²⁴. It decides how much is checked, never what is computed.
    credit: u32,
    steps: u64,
}

/// How long each piece of an arena is.
#[derive(Clone, Copy)]
struct Lengths {
    sizes: Sizes,
    targets: usize,
    state: usize,
    shared: usize,
    rules: usize,
    scales: bool,
}

/// Numbers of a batch beside its gradient: how many samples, their loss, their reach.
const BATCH: usize = 3;

impl Lengths {
    /// The numbers that decide the future of a fit, at the front.
    #[inline(always)]
    const fn lasting(self) -> usize {
        let columns = self.sizes.features + self.targets;
        let scaler = if self.scales {
            scaler::words(columns)
        } else {
            0
        };
        self.sizes.parameters + self.state + self.shared + self.rules + scaler
    }

    /// All but the batch.
    #[inline(always)]
    const fn online(self) -> usize {
        let scaled = if self.scales {
            self.sizes.features + self.targets
        } else {
            0
        };
        self.lasting() + scaled + self.sizes.tape + self.sizes.outputs
    }

    /// All.
    #[inline(always)]
    const fn batched(self) -> usize {
        self.online() + self.sizes.parameters + BATCH
    }

    /// Whether a sample has as many numbers as the fit takes.
    #[inline(always)]
    fn check(self, features: usize, targets: usize) -> Result<(), Fault> {
        if features == self.sizes.features && targets == self.targets {
            Ok(())
        } else {
            Err(wrong_length(self, features, targets))
        }
    }

    /// Whether a 32-bit machine can count all of it, so that the sums above do not overflow
    /// there; a host must refuse what a device would.
    fn is_countable(self) -> bool {
        let Sizes {
            features,
            outputs,
            parameters,
            tape,
        } = self.sizes;
        let columns = features as u64 + self.targets as u64;
        let slots = 5 * parameters as u64;
        slots + 3 * columns + tape as u64 + outputs as u64 <= 1 << 29
    }
}

/// The pieces of an arena.
struct Pieces<'a, T> {
    parameters: &'a mut [T],
    state: &'a mut [T],
    shared: &'a mut [T],
    rules: &'a mut [T],
    scaler: &'a mut [T],
    features: &'a mut [T],
    target: &'a mut [T],
    tape: &'a mut [T],
    outputs: &'a mut [T],
    /// What is left: the batch, if the arena has room for one.
    rest: &'a mut [T],
}

/// Cuts the next `length` numbers off the front.
#[inline(always)]
fn take<'a, T>(rest: &mut &'a mut [T], length: usize) -> Option<&'a mut [T]> {
    if length == 0 {
        Some(&mut [])
    } else {
        rest.split_off_mut(..length)
    }
}

impl<T: Real> Pieces<'_, T> {
    #[inline(always)]
    fn cut(mut words: &mut [T], lengths: Lengths) -> Option<Pieces<'_, T>> {
        let words = &mut words;
        let scaled = |length| if lengths.scales { length } else { 0 };
        let columns = lengths.sizes.features + lengths.targets;
        Some(Pieces {
            parameters: take(words, lengths.sizes.parameters)?,
            state: take(words, lengths.state)?,
            shared: take(words, lengths.shared)?,
            rules: take(words, lengths.rules)?,
            scaler: take(words, scaled(scaler::words(columns)))?,
            features: take(words, scaled(lengths.sizes.features))?,
            target: take(words, scaled(lengths.targets))?,
            tape: take(words, lengths.sizes.tape)?,
            outputs: take(words, lengths.sizes.outputs)?,
            rest: core::mem::take(words),
        })
    }

    /// The batch: its gradient, and its count, loss and reach.
    #[inline(always)]
    fn batch(rest: &mut [T], parameters: usize) -> Option<(&mut [T], &mut [T; BATCH])> {
        let (gradient, numbers) = rest.split_at_mut_checked(parameters)?;
        Some((gradient, numbers.first_chunk_mut()?))
    }
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
        },
        None => panic!("this model has a shape chosen at run time: use `arena_len` instead"),
    };

    /// How many numbers the arena of a fit with compile-time shapes holds.
    pub const ARENA: usize = Self::LENGTHS.online();

    /// The same with room for the gradient of a mini-batch.
    pub const BATCH_ARENA: usize = Self::LENGTHS.batched();

    /// Whether a step must look at the inputs to know how large its gradient can be.
    const LOOKS: bool = O::REACH || R::PENALISES || R::CLIPS_NORM || !M::PROVES_FEATURES;

    /// How many numbers the arena of such a fit holds; `batches` with room for mini-batches.
    /// 4,294,967,295 stands for more than a 32-bit machine can address.
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
        optimizer.check().map_err(Fault::Setting)?;
        rules.check().map_err(Fault::Setting)?;
        let lengths = Self::measure(&model, &loss, &optimizer, &rules);
        if !loss.fits(lengths.sizes.outputs) || !loss.is_possible() {
            return Err(Fault::Setting(Setting::Loss));
        }
        if R::SCALES && rules.scaling().target && !loss.scales_target() {
            return Err(Fault::Setting(Setting::Rules));
        }
        let words = arena.words_mut();
        if !lengths.is_countable() {
            return Err(Fault::Arena {
                need: u32::MAX,
                got: words.len() as u32,
            });
        }
        if words.len() < lengths.online() {
            return Err(Fault::Arena {
                need: lengths.online() as u32,
                got: words.len() as u32,
            });
        }
        words.fill(A::Real::ZERO);
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

    #[inline(always)]
    fn measure(model: &M, loss: &L, optimizer: &O, rules: &R) -> Lengths {
        let sizes = model.sizes();
        Lengths {
            sizes,
            targets: loss.targets(sizes.outputs),
            state: sizes.parameters * optimizer.slots(),
            shared: optimizer.shared(),
            rules: rules.words(),
            scales: R::SCALES && rules.scaling().method != Method::None,
        }
    }

    #[inline(always)]
    fn lengths(&self) -> Lengths {
        Self::measure(&self.model, &self.loss, &self.optimizer, &self.rules)
    }

    /// Puts every parameter where its model wants it to start, drawn from `seed`.
    pub fn initialise(&mut self, seed: u64) {
        let parameters = self.model.sizes().parameters;
        if let Some(parameters) = self.arena.words_mut().get_mut(..parameters) {
            self.model.initialise(&mut Random::seed(seed), parameters);
        }
        self.credit = 0;
    }

    /// Learns from one sample: one update of all parameters, in place.
    ///
    /// `features` and `target` are in their own units, as many as the model and the loss take.
    ///
    /// # Errors
    /// A [`Fault`] that names what was wrong; then nothing has changed.
    #[inline]
    pub fn observe(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
    ) -> Result<Step<A::Real>, Fault> {
        self.learn::<false>(features, target, A::Real::ONE)
    }

    /// Learns from one sample that counts `weight` times: its loss and its gradient are
    /// multiplied with the weight. A weight of 0 is no step at all.
    ///
    /// # Errors
    /// As [`observe`](Trainer::observe), and [`Fault::Weight`] where the weight is negative,
    /// infinite or NaN.
    #[inline]
    pub fn observe_weighted(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        match self.weight(features, target, weight)? {
            true => self.learn::<false>(features, target, weight),
            false => Ok(Step {
                number: self.steps,
                loss: A::Real::ZERO,
            }),
        }
    }

    /// Adds a sample to the batch that [`apply`](Trainer::apply) will learn from, and returns
    /// its loss (times `weight`). A weight of 0 adds nothing.
    ///
    /// # Errors
    /// As [`observe_weighted`](Trainer::observe_weighted), and [`Fault::Arena`] where the arena
    /// has no room for a batch. The batch is as it was.
    #[inline]
    pub fn accumulate(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<A::Real, Fault> {
        match self.weight(features, target, weight)? {
            true => Ok(self.learn::<true>(features, target, weight)?.loss),
            false => Ok(A::Real::ZERO),
        }
    }

    /// Whether a weight lets a sample count at all.
    #[inline(always)]
    fn weight(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<bool, Fault> {
        if weight > A::Real::ZERO && weight.is_finite() {
            Ok(true)
        } else if weight == A::Real::ZERO {
            self.lengths().check(features.len(), target.len())?;
            Ok(false)
        } else {
            Err(Fault::Weight)
        }
    }

    /// One sample, from features to parameters (or to the batch, if `BATCHED`).
    #[inline(always)]
    fn learn<const BATCHED: bool>(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        let zero = A::Real::ZERO;
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        let mut pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        let (inputs, target_scaled) = scale(
            lengths,
            pieces.scaler,
            (pieces.features, pieces.target),
            (features, target),
        )?;

        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        let loss = self.loss.eval(pieces.outputs, target_scaled) * weight;
        let now = self
            .optimizer
            .now(pieces.shared, self.rules.factor(pieces.rules, self.steps));
        let gain = self.optimizer.gain(&now) * weight;
        for slope in pieces.outputs.iter_mut() {
            *slope *= gain;
        }
        self.model
            .backward(pieces.parameters, inputs, pieces.tape, pieces.outputs);

        if BATCHED {
            let reach = reach(&self.model, inputs, pieces.tape, pieces.outputs);
            let need = lengths.batched() as u32;
            let got = (lengths.online() + pieces.rest.len()) as u32;
            let (gradient, [count, sum, heaviest]) =
                Pieces::batch(pieces.rest, lengths.sizes.parameters)
                    .ok_or(Fault::Arena { need, got })?;
            let total = *heaviest + reach;
            if !(total <= A::Real::from_f64(HEAVIEST) && loss.is_finite()) {
                return self.refuse(features, target);
            }
            // A sample is refused now where its batch could not be applied later.
            let spent = Self::spent(&self.optimizer, &self.rules, &now, total);
            if left(self.credit, spent).is_none() {
                let (optimizer, rules) = (&self.optimizer, &self.rules);
                match Self::afford(optimizer, rules, pieces.parameters, &now, total) {
                    Ok(credit) => self.credit = credit,
                    Err(Look::Update) => return Err(Fault::Update),
                    Err(_) => return Err(Fault::Gradient),
                }
            }
            if *count == zero {
                let sink = &mut Gather::<_, true>(gradient);
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, sink);
            } else {
                let sink = &mut Gather::<_, false>(gradient);
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, sink);
            }
            *count += A::Real::ONE;
            *sum += loss;
            *heaviest = total;
            Self::follow(&self.rules, pieces.scaler, features, target);
            return Ok(Step {
                number: self.steps,
                loss,
            });
        }

        let share = match self.rules.norm() {
            Some(limit) if R::CLIPS_NORM => {
                let mut norm = Norm {
                    rules: &self.rules,
                    squares: zero,
                };
                self.model
                    .gradient(inputs, pieces.tape, pieces.outputs, &mut norm);
                clip(norm.squares, limit * self.optimizer.gain(&now))
            }
            _ => A::Real::ONE,
        };
        let spent = if Self::LOOKS {
            let reach = reach(&self.model, inputs, pieces.tape, pieces.outputs) * share;
            Self::spent(&self.optimizer, &self.rules, &now, reach)
        } else {
            let mut steepest = Steepest(-25);
            self.model
                .gradient(inputs, pieces.tape, pieces.outputs, &mut steepest);
            steepest.0
        };
        if loss.is_finite()
            && let Some(credit) = left(self.credit, spent)
        {
            self.credit = credit;
        } else {
            match self.look(features, loss, share) {
                Look::Fine => {}
                Look::Gradient => return Err(Fault::Gradient),
                Look::Update => return Err(Fault::Update),
                Look::Wild => return self.refuse(features, target),
            }
            pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        }
        let inputs = if lengths.scales {
            &*pieces.features
        } else {
            features
        };
        let mut sink = Apply {
            optimizer: &self.optimizer,
            rules: &self.rules,
            now,
            share,
            parameters: pieces.parameters,
            state: pieces.state,
        };
        self.model
            .gradient(inputs, pieces.tape, pieces.outputs, &mut sink);
        self.optimizer.advance(&now, pieces.shared);
        Self::follow(&self.rules, pieces.scaler, features, target);
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss,
        })
    }

    /// Lets a forgetting scaler take in a sample that was learned from.
    #[inline(always)]
    fn follow(rules: &R, words: &mut [A::Real], features: &[A::Real], target: &[A::Real]) {
        if R::SCALES
            && let Method::Forgetting { horizon } = rules.scaling().method
        {
            let targets = if rules.scaling().target { target } else { &[] };
            scaler::follow(words, horizon, features, targets);
        }
    }

    /// Learns from the batch: one update with the mean gradient of its samples. Returns the
    /// step, with the mean loss.
    ///
    /// # Errors
    /// [`Fault::EmptyBatch`], or [`Fault::Gradient`] or [`Fault::Update`] where the update
    /// cannot be made; then parameters and state are as they were, and the batch is still there.
    #[inline]
    pub fn apply(&mut self) -> Result<Step<A::Real>, Fault> {
        let (zero, one) = (A::Real::ZERO, A::Real::ONE);
        let lengths = self.lengths();
        let pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        let (gradient, numbers) = Pieces::batch(pieces.rest, lengths.sizes.parameters)
            .filter(|(_, [count, ..])| *count > zero)
            .ok_or(Fault::EmptyBatch)?;
        let [count, sum, heaviest] = *numbers;
        let mean = one / count;
        let now = self
            .optimizer
            .now(pieces.shared, self.rules.factor(pieces.rules, self.steps));
        let share = match self.rules.norm() {
            Some(limit) if R::CLIPS_NORM => {
                let mut norm = Norm {
                    rules: &self.rules,
                    squares: zero,
                };
                norm.each(0, gradient);
                let squares = norm.squares * mean * mean;
                mean * clip(squares, limit * self.optimizer.gain(&now))
            }
            _ => mean,
        };
        let (optimizer, rules) = (&self.optimizer, &self.rules);
        let reach = heaviest * share;
        let spent = Self::spent(optimizer, rules, &now, reach);
        self.credit = match left(self.credit, spent) {
            Some(credit) => credit,
            None => match Self::afford(optimizer, rules, pieces.parameters, &now, reach) {
                Ok(credit) => credit,
                Err(Look::Update) => return Err(Fault::Update),
                Err(_) => return Err(Fault::Gradient),
            },
        };
        let mut sink = Apply {
            optimizer,
            rules,
            now,
            share,
            parameters: pieces.parameters,
            state: pieces.state,
        };
        self.model.runs(&mut |run, kind| {
            let at = run.start;
            sink.move_each(at, kind, gradient.get(run).unwrap_or(&[]));
        });
        *numbers = [zero; BATCH];
        optimizer.advance(&now, pieces.shared);
        self.steps += 1;
        Ok(Step {
            number: self.steps,
            loss: sum * mean,
        })
    }

    /// Learns from one sample in batches of `batch` samples (0 and 1 are no batch): adds
    /// it to the batch, and applies the batch once it is full. The step returned has the sample's own loss until
    /// then, and its number tells whether there was an update.
    ///
    /// # Errors
    /// As [`observe_weighted`](Trainer::observe_weighted) and
    /// [`accumulate`](Trainer::accumulate), which refuses a sample whose batch could not be
    /// applied.
    pub fn feed(
        &mut self,
        batch: u16,
        features: &[A::Real],
        target: &[A::Real],
        weight: A::Real,
    ) -> Result<Step<A::Real>, Fault> {
        if batch <= 1 {
            return self.observe_weighted(features, target, weight);
        }
        let loss = self.accumulate(features, target, weight)?;
        if self.gathered() < u32::from(batch) {
            return Ok(Step {
                number: self.steps,
                loss,
            });
        }
        self.apply()
    }

    /// Forgets the batch under way.
    pub fn drop_batch(&mut self) {
        let batch = self.lengths().online()..;
        self.arena
            .words_mut()
            .get_mut(batch)
            .unwrap_or(&mut [])
            .fill(A::Real::ZERO);
    }

    /// How many samples (with a weight above 0) wait in the batch.
    pub fn gathered(&self) -> u32 {
        let lengths = self.lengths();
        let at = lengths.online() + lengths.sizes.parameters;
        self.arena
            .words()
            .get(at)
            .map_or(0, |count| count.to_f64() as u32)
    }

    /// The share of the room that a step takes whose gradient is within `reach`, as an exponent.
    #[inline(always)]
    fn spent(optimizer: &O, rules: &R, now: &O::Now, reach: A::Real) -> i32 {
        let room = A::Real::from_f64(ROOM);
        let charge = optimizer.charge(now, reach + rules.pull(room));
        (charge * A::Real::from_f64(1.0 / ROOM)).exponent()
    }

    /// Grants new credit to a step that looked dangerous, where it is not.
    #[cold]
    #[inline(never)]
    fn look(&mut self, features: &[A::Real], loss: A::Real, share: A::Real) -> Look {
        let lengths = self.lengths();
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return Look::Wild;
        };
        let inputs = if lengths.scales {
            &*pieces.features
        } else {
            features
        };
        let reach = reach(&self.model, inputs, pieces.tape, pieces.outputs) * share;
        if !(loss.is_finite() && reach.is_finite()) {
            return Look::Wild;
        }
        let factor = self.rules.factor(pieces.rules, self.steps);
        let now = self.optimizer.now(pieces.shared, factor);
        match Self::afford(&self.optimizer, &self.rules, pieces.parameters, &now, reach) {
            Ok(credit) => {
                self.credit = credit;
                Look::Fine
            }
            Err(look) => look,
        }
    }

    /// Credit for the steps to come, once this step is known to be safe.
    fn afford(
        optimizer: &O,
        rules: &R,
        parameters: &[A::Real],
        now: &O::Now,
        reach: A::Real,
    ) -> Result<u32, Look> {
        let quarter = A::Real::MAX * A::Real::from_f64(0.25);
        let peak = parameters
            .iter()
            .fold(A::Real::ZERO, |peak, p| peak.larger(p.abs()));
        let charge = optimizer.charge(now, reach + rules.pull(peak));
        if !charge.is_finite() {
            return Err(Look::Gradient);
        }
        if !(peak + charge < quarter) {
            return Err(Look::Update);
        }
        let room = if Self::LOOKS {
            A::Real::from_f64(ROOM)
        } else {
            quarter
        };
        let near = peak + charge < room * A::Real::HALF;
        Ok(if near { CREDIT } else { 0 })
    }

    /// Refuses a sample, with the cause.
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, features: &[A::Real], target: &[A::Real]) -> Result<Step<A::Real>, Fault> {
        Err(self.blame(features, target))
    }

    /// Names what made a sample impossible.
    #[cold]
    fn blame(&mut self, features: &[A::Real], target: &[A::Real]) -> Fault {
        let lengths = self.lengths();
        let first = |numbers: &[A::Real], bad: &dyn Fn(A::Real) -> bool| {
            numbers
                .iter()
                .position(|&number| bad(number))
                .map(|index| index as u16)
        };
        let wild = |number: A::Real| !number.is_finite();
        if let Some(index) = first(features, &wild) {
            return Fault::Feature { index };
        }
        let outputs = lengths.sizes.outputs;
        if let Some(index) = first(target, &|y| wild(y) || !self.loss.accepts(y, outputs)) {
            return Fault::Target { index };
        }
        let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) else {
            return NO_ARENA;
        };
        let scaled = (pieces.features, pieces.target);
        let Ok((inputs, target)) = scale(lengths, pieces.scaler, scaled, (features, target)) else {
            return Fault::Scaler;
        };
        if let Some(index) = first(inputs, &wild) {
            return Fault::Feature { index };
        }
        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        if first(pieces.outputs, &wild).is_some() {
            return Fault::Prediction;
        }
        let loss = self.loss.eval(pieces.outputs, target);
        if wild(loss) {
            Fault::Loss
        } else {
            Fault::Gradient
        }
    }

    /// Predicts, through the loss's [link](crate::loss::Link) and in the target's own units.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`], [`Fault::Scaler`] or [`Fault::Prediction`].
    pub fn predict(&mut self, features: &[A::Real]) -> Result<&[A::Real], Fault> {
        let lengths = self.lengths();
        if features.len() != lengths.sizes.features {
            return Err(wrong_length(lengths, features.len(), lengths.targets));
        }
        if let Some(index) = features.iter().position(|feature| !feature.is_finite()) {
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        let pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        let scaled = (pieces.features, pieces.target);
        let (inputs, _) = scale(lengths, pieces.scaler, scaled, (features, &[]))?;
        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        self.loss.link(pieces.outputs.len()).apply(pieces.outputs);
        if lengths.scales && self.rules.scaling().target {
            scaler::unscale(pieces.scaler, lengths.sizes.features, pieces.outputs);
        }
        match pieces.outputs.iter().all(|output| output.is_finite()) {
            true => Ok(pieces.outputs),
            false => Err(Fault::Prediction),
        }
    }

    /// The loss of one sample as the fit stands (in scaled units where the target is scaled).
    /// Learns nothing.
    ///
    /// # Errors
    /// As [`observe`](Trainer::observe).
    pub fn evaluate(&mut self, features: &[A::Real], target: &[A::Real]) -> Result<A::Real, Fault> {
        let lengths = self.lengths();
        lengths.check(features.len(), target.len())?;
        let pieces = Pieces::cut(self.arena.words_mut(), lengths).ok_or(NO_ARENA)?;
        let (inputs, target_scaled) = scale(
            lengths,
            pieces.scaler,
            (pieces.features, pieces.target),
            (features, target),
        )?;
        self.model
            .forward(pieces.parameters, inputs, pieces.tape, pieces.outputs);
        let loss = self.loss.eval(pieces.outputs, target_scaled);
        if loss.is_finite() {
            Ok(loss)
        } else {
            Err(self.blame(features, target))
        }
    }

    /// Predicts, lets `meter` compare the prediction with the target, and only then learns from
    /// the sample: the prequential way to watch a fit that never stops.
    ///
    /// # Errors
    /// As [`predict`](Trainer::predict) and [`observe`](Trainer::observe); the meter has then
    /// taken note of nothing, or of a prediction whose sample could not be learned from.
    pub fn test_then_learn(
        &mut self,
        features: &[A::Real],
        target: &[A::Real],
        meter: &mut impl Meter<A::Real>,
    ) -> Result<Step<A::Real>, Fault> {
        self.evaluate(features, target)?;
        meter.update(self.predict(features)?, target);
        self.observe(features, target)
    }

    /// Lets the scaler learn from a sample; the fit itself does not move.
    ///
    /// # Errors
    /// [`Fault::Length`], [`Fault::Feature`] or [`Fault::Target`]; then nothing has changed.
    pub fn survey(&mut self, features: &[A::Real], target: &[A::Real]) -> Result<(), Fault> {
        self.lengths().check(features.len(), target.len())?;
        let wild = |number: &A::Real| !number.is_finite();
        if let Some(index) = features.iter().position(wild) {
            return Err(Fault::Feature {
                index: index as u16,
            });
        }
        if let Some(index) = target.iter().position(wild) {
            return Err(Fault::Target {
                index: index as u16,
            });
        }
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            scaler::learn(pieces.scaler, self.rules.scaling().method, features, target);
        }
        Ok(())
    }

    /// Freezes the scaler: from here on it scales, and the fit can learn.
    pub fn freeze(&mut self) {
        let lengths = self.lengths();
        let targets = self.rules.scaling().target;
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            scaler::freeze(pieces.scaler, self.rules.scaling().method);
            if !targets {
                for column in 0..lengths.targets {
                    scaler::exempt(pieces.scaler, lengths.sizes.features + column);
                }
            }
        }
    }

    /// The parameters, in the model's order.
    pub fn parameters(&self) -> &[A::Real] {
        self.arena
            .words()
            .get(..self.lengths().sizes.parameters)
            .unwrap_or(&[])
    }

    /// The scaler's numbers, as [`scaler`] describes them; empty where there is none.
    pub fn scaler(&self) -> &[A::Real] {
        let lengths = self.lengths();
        let start = lengths.sizes.parameters + lengths.state + lengths.shared + lengths.rules;
        self.arena
            .words()
            .get(start..lengths.lasting())
            .unwrap_or(&[])
    }

    /// Every number that decides the future of the fit, but for the step count and a batch that
    /// is under way: parameters, optimizer state, scaler.
    pub fn state(&self) -> &[A::Real] {
        self.arena
            .words()
            .get(..self.lengths().lasting())
            .unwrap_or(&[])
    }

    /// Takes over the [`state`](Trainer::state) and the number of steps of a fit of the same
    /// kind; a batch under way is dropped.
    ///
    /// # Errors
    /// [`Fault::Length`] where the state is not as long, and [`Fault::Update`] where one of its
    /// numbers is not finite; then nothing has changed.
    pub fn restore(&mut self, state: &[A::Real], steps: u64) -> Result<(), Fault> {
        let lengths = self.lengths();
        if state.len() != lengths.lasting() {
            let (need, got) = (lengths.lasting() as u32, state.len() as u32);
            return Err(Fault::Length { need, got });
        }
        if !state.iter().all(|number| number.is_finite()) {
            return Err(Fault::Update);
        }
        let words = self.arena.words_mut();
        if let Some(lasting) = words.get_mut(..state.len()) {
            lasting.copy_from_slice(state);
        }
        self.drop_batch();
        self.credit = 0;
        self.steps = steps;
        Ok(())
    }

    /// Takes notice of the loss on held-out samples, for a schedule that waits for a
    /// [plateau](crate::rules::Curve::Plateau).
    pub fn report(&mut self, loss: A::Real) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.rules.report(pieces.rules, loss);
        }
    }

    /// Ends the training: puts the parameters that the optimizer ends with (the mean, for
    /// [`AveragedSgd`](crate::optimizer::AveragedSgd)) in place of those it trains.
    pub fn finish(&mut self) {
        let lengths = self.lengths();
        if let Some(pieces) = Pieces::cut(self.arena.words_mut(), lengths) {
            self.optimizer
                .finish(pieces.shared, pieces.parameters, pieces.state);
        }
        self.credit = 0;
    }

    /// Writes a [checkpoint](crate::checkpoint) to the front of `out`, with the recipe in
    /// whatever form its reader will know, and returns its length.
    ///
    /// # Errors
    /// [`checkpoint::Error::Room`] with the length needed.
    pub fn save(&self, recipe: &[u8], out: &mut [u8]) -> Result<usize, checkpoint::Error> {
        checkpoint::write(out, self.steps, recipe, self.state(), self.batch())
    }

    /// How many bytes [`save`](Trainer::save) writes now, with a recipe of that many bytes.
    pub fn checkpoint_len(&self, recipe: usize) -> usize {
        checkpoint::bytes::<A::Real>(recipe, self.state().len() + self.batch().len())
    }

    /// Goes on where a checkpoint of the same kind of fit stopped: from here on every bit is as
    /// if the fit had never been interrupted.
    ///
    /// # Errors
    /// [`checkpoint::Error::Kind`], and [`checkpoint::Error::Corrupt`] where a number is not
    /// finite; then nothing has changed.
    pub fn resume(&mut self, saved: &Checkpoint<'_>) -> Result<(), checkpoint::Error> {
        let lengths = self.lengths();
        let need = lengths.lasting();
        let room = self.arena.words().len().saturating_sub(lengths.online());
        let state = saved
            .state::<A::Real>()
            .ok_or(checkpoint::Error::Kind { need, got: 0 })?;
        let batch = saved.batch::<A::Real>();
        let whole = batch.len() == 0 || batch.len() == lengths.batched() - lengths.online();
        if state.len() != need || batch.len() > room || !whole {
            let got = state.len() + batch.len();
            return Err(checkpoint::Error::Kind { need, got });
        }
        let mut numbers = saved
            .state::<A::Real>()
            .into_iter()
            .flatten()
            .chain(saved.batch());
        if !numbers.all(Real::is_finite) {
            return Err(checkpoint::Error::Corrupt);
        }
        self.drop_batch();
        let words = self.arena.words_mut();
        for (word, number) in words.iter_mut().zip(state) {
            *word = number;
        }
        for (word, number) in words.iter_mut().skip(lengths.online()).zip(batch) {
            *word = number;
        }
        self.credit = 0;
        self.steps = saved.steps;
        Ok(())
    }

    /// The batch under way: its gradient, count, loss and reach; empty where there is none.
    fn batch(&self) -> &[A::Real] {
        let lengths = self.lengths();
        let batch = lengths.online()..lengths.batched();
        match self.gathered() {
            0 => &[],
            _ => self.arena.words().get(batch).unwrap_or(&[]),
        }
    }

    /// How many updates the fit has made.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The hash of all that decides the future of the fit: [`state`](Trainer::state), a batch
    /// under way (its gradient and its count), and the number of steps.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hasher = Hasher::default();
        hasher.reals(self.state());
        let batch = self.batch();
        hasher.reals(
            batch
                .get(..batch.len().saturating_sub(BATCH - 1))
                .unwrap_or(&[]),
        );
        hasher.word(self.steps as u32);
        hasher.word((self.steps >> 32) as u32);
        hasher.finish()
    }

    /// The model.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The loss.
    pub fn loss(&self) -> &L {
        &self.loss
    }

    /// The rules.
    pub fn rules(&self) -> &R {
        &self.rules
    }

    /// Gives the arena back, for another fit.
    pub fn into_arena(self) -> A {
        self.arena
    }
}

/// What a closer look at a step shows.
#[derive(Clone, Copy)]
enum Look {
    /// It is safe.
    Fine,
    /// The gradient is too large for the optimizer.
    Gradient,
    /// A parameter would grow too large.
    Update,
    /// A number is infinite or NaN.
    Wild,
}

/// Cannot happen: the arena's length is checked when the fit is made.
const NO_ARENA: Fault = Fault::Arena { need: 0, got: 0 };

/// The sample as the model meets it: features and target.
#[inline(always)]
fn scale<'a, T: Real>(
    lengths: Lengths,
    scaler: &[T],
    scaled: (&'a mut [T], &'a mut [T]),
    raw: (&'a [T], &'a [T]),
) -> Result<(&'a [T], &'a [T]), Fault> {
    if !lengths.scales {
        return Ok(raw);
    }
    if !scaler::is_frozen(scaler) {
        return Err(Fault::Scaler);
    }
    scaler::scale(scaler, 0, raw.0, scaled.0);
    scaler::scale(scaler, lengths.sizes.features, raw.1, scaled.1);
    Ok((scaled.0, scaled.1))
}

/// What is left of a credit after a step that takes less than 2 to the power of `spent` + 1 of
/// the room, if the credit is enough. A step takes one part at least.
#[inline(always)]
fn left(credit: u32, spent: i32) -> Option<u32> {
    credit.checked_sub(1u32.checked_shl((spent + 25).max(0) as u32)?)
}

/// A bound for the numbers of a gradient.
#[inline(always)]
fn reach<T: Real, M: Model<T>>(model: &M, inputs: &[T], tape: &[T], slopes: &[T]) -> T {
    let mut reach = Reach(T::ZERO);
    model.gradient(inputs, tape, slopes, &mut reach);
    reach.0
}

/// What a gradient with this squared norm is multiplied with to keep its norm within `limit`;
/// NaN where the norm cannot be told.
#[inline(always)]
fn clip<T: Real>(squares: T, limit: T) -> T {
    let norm = squares.sqrt();
    if norm <= limit {
        T::ONE
    } else if norm.is_finite() {
        limit / norm
    } else {
        T::NAN
    }
}

#[cold]
fn wrong_length(lengths: Lengths, features: usize, targets: usize) -> Fault {
    if features != lengths.sizes.features {
        Fault::Length {
            need: lengths.sizes.features as u32,
            got: features as u32,
        }
    } else {
        Fault::Length {
            need: lengths.targets as u32,
            got: targets as u32,
        }
    }
}
