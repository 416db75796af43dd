use downhill::loss::Loss;
use downhill::model::Model;
use downhill::recipe::AnyTrainer;
use downhill::{Fault, Fingerprint, Recipe};
use downhill_link::{
    ARITHMETIC, Counters, Hello, Ledger, Numbers, Order, Outcome, PROTOCOL, Progress, Query,
    Refusal, Reply, Request, State, Turn, WINDOW, decode, numbers_in_sample, words_in_state,
};

use crate::arithmetic;
use crate::log::log;

/// A device's side of a session: messages in, answers out, and the fit in between. It owns the
/// memory and knows neither line nor pin.
///
/// Half of the arena holds the fit. The other half receives the samples, and the state that a
/// host pushes, so that a push which is never finished leaves the fit as it was.
#[derive(Debug)]
pub struct Session<'a> {
    board: &'a str,
    frame: u16,
    window: u8,
    memory: Memory<'a>,
    inbox: &'a mut [f32],
    /// How many words of pushed state the inbox holds.
    pushed: usize,
    ledger: Ledger,
    greeted: bool,
    counters: Counters,
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

#[derive(Debug)]
struct Fit<'a> {
    trainer: AnyTrainer<&'a mut [f32]>,
    batch: u16,
    features: usize,
    targets: usize,
}

impl<'a> Session<'a> {
    /// A session on a board of this name, with frames of up to `frame` bytes.
    pub fn new(board: &'a str, frame: usize, arena: &'a mut [f32]) -> Self {
        let (fit, inbox) = arena.split_at_mut(arena.len() / 2);
        Self {
            board,
            frame: frame.min(u16::MAX.into()) as u16,
            window: WINDOW as u8,
            memory: Memory::Free(fit),
            inbox,
            pushed: 0,
            ledger: Ledger::new(),
            greeted: false,
            counters: Counters::default(),
            sound: arithmetic::is_default(),
        }
    }

    /// Lets the host have at most this many orders under way, from 1 to [`WINDOW`].
    pub fn set_window(&mut self, window: u8) {
        self.window = window.clamp(1, WINDOW as u8);
    }

    /// What has been counted; line and pin are counted by whoever owns them.
    pub fn counters_mut(&mut self) -> &mut Counters {
        &mut self.counters
    }

    /// What the device says unasked when it starts.
    pub fn announce(&self) -> Reply<'a> {
        self.hello(0)
    }

    fn hello(&self, tag: u32) -> Reply<'a> {
        let fit = match &self.memory {
            Memory::Free(words) => words.len(),
            Memory::Fit(_) => self.inbox.len(),
        };
        Reply::Hello(Hello {
            version: PROTOCOL,
            tag,
            next: self.ledger.next(),
            arithmetic: ARITHMETIC,
            arena: fit.min(self.inbox.len()) as u32,
            frame: self.frame,
            window: self.window,
            board: self.board,
        })
    }

    /// Does what a frame's payload says, and answers; no answer where the message is unknown.
    pub fn answer(&mut self, payload: &[u8]) -> Option<Reply<'_>> {
        let Some(request) = decode::<Request<'_>>(payload) else {
            count(&mut self.counters.unknown);
            return None;
        };
        Some(match request {
            Request::Hello { version, tag } => self.greet(version, tag),
            _ if !self.greeted => self.announce(),
            Request::Order { seq, order } => self.order(seq, &order),
            Request::Query { tag, query } => match query {
                Query::Pull { at, count } => self.pull(tag, at, count),
                Query::Counters => Reply::Counters {
                    tag,
                    counters: self.counters,
                },
            },
        })
    }

    fn greet(&mut self, version: u16, tag: u32) -> Reply<'a> {
        self.greeted = version == PROTOCOL;
        if self.greeted {
            log!(info, "a host says hello");
            return self.hello(tag);
        }
        log!(warn, "a host speaks version {}", version);
        Reply::Mismatch {
            version: PROTOCOL,
            tag,
        }
    }

    fn order(&mut self, seq: u32, order: &Order<'_>) -> Reply<'a> {
        match self.ledger.turn(seq) {
            Turn::Now => {}
            Turn::Again(outcome) => {
                count(&mut self.counters.repeated);
                return Reply::Outcome(outcome);
            }
            Turn::OutOfTurn { expected } => {
                count(&mut self.counters.out_of_turn);
                return Reply::OutOfTurn { expected, got: seq };
            }
        }
        let result = self.carry_out(order);
        if let Err(refusal) = result {
            log!(warn, "order {} refused: {}", seq, refusal);
            count(&mut self.counters.refused);
        }
        let outcome = Outcome {
            seq,
            fingerprint: self.fingerprint(),
            result,
        };
        self.ledger.record(outcome);
        Reply::Outcome(outcome)
    }

    fn carry_out(&mut self, order: &Order<'_>) -> Result<Progress, Refusal> {
        if !matches!(order, Order::Push { .. } | Order::Commit { .. }) {
            self.pushed = 0;
        }
        let loss = match order {
            Order::Configure(recipe) => self.configure(recipe).map(|()| 0.0)?,
            Order::Sample {
                weight,
                features,
                target,
            } => self.sample(*weight, features, target)?,
            Order::Push { at, words } => self.push(*at as usize, words).map(|()| 0.0)?,
            Order::Commit { steps } => self.commit(*steps).map(|()| 0.0)?,
            Order::Reset => {
                self.memory = Memory::Free(self.free());
                self.counters = Counters::default();
                log!(info, "reset");
                0.0
            }
            Order::Survey { features, target } => {
                let (fit, x, y) = self.receive(features, target)?;
                fit.trainer.survey(x, y).map(|()| 0.0)?
            }
            Order::Apply => {
                let step = self.trainer()?.apply()?;
                self.count_step(step.number);
                step.loss
            }
            Order::Freeze => {
                self.trainer()?.freeze();
                0.0
            }
            Order::Report { loss } => {
                let trainer = self.trainer()?;
                if !loss.is_finite() {
                    return Err(Fault::Loss.into());
                }
                trainer.report(*loss);
                0.0
            }
            Order::Finish => {
                self.trainer()?.finish();
                0.0
            }
        };
        let step = self.fit().map_or(0, |fit| fit.trainer.steps());
        Ok(Progress { step, loss })
    }

    fn fit(&self) -> Option<&Fit<'a>> {
        match &self.memory {
            Memory::Free(_) => None,
            Memory::Fit(fit) => Some(fit),
        }
    }

    /// The fingerprint of the fit, 0 if there is none.
    pub fn fingerprint(&self) -> Fingerprint {
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
        let (need, got) = (features + targets, numbers_in_sample(self.frame.into()));
        if need > got {
            let (need, got) = (need as u32, got as u32);
            return Err(Refusal::Columns { need, got });
        }
        if need > self.inbox.len() {
            let (need, got) = (need as u32, self.inbox.len() as u32);
            return Err(Fault::Arena { need, got }.into());
        }
        // Tried in the other half first, which is no shorter: what is refused leaves the fit
        // that there is, and what is not cannot fail below.
        recipe.build(self.trial_memory())?;
        let trainer = recipe.build(self.free())?;
        log!(info, "configured: {} words", recipe.arena_len());
        self.memory = Memory::Fit(Fit {
            trainer,
            batch: recipe.batch,
            features,
            targets,
        });
        Ok(())
    }

    /// As much of the inbox as the other half is long.
    fn trial_memory(&mut self) -> &mut [f32] {
        let length = match &self.memory {
            Memory::Free(words) => words.len(),
            Memory::Fit(_) => self.inbox.len(),
        };
        let length = length.min(self.inbox.len());
        self.inbox.get_mut(..length).unwrap_or(&mut [])
    }

    fn trainer(&mut self) -> Result<&mut AnyTrainer<&'a mut [f32]>, Refusal> {
        match &mut self.memory {
            Memory::Free(_) => Err(Refusal::NoFit),
            Memory::Fit(fit) => Ok(&mut fit.trainer),
        }
    }

    /// Copies a sample's numbers into the inbox: the fit, its features and its target.
    fn receive(
        &mut self,
        features: &Numbers<'_>,
        target: &Numbers<'_>,
    ) -> Result<(&mut Fit<'a>, &[f32], &[f32]), Refusal> {
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
        Ok((fit, x, y))
    }

    fn sample(
        &mut self,
        weight: f32,
        features: &Numbers<'_>,
        target: &Numbers<'_>,
    ) -> Result<f32, Refusal> {
        let (fit, x, y) = self.receive(features, target)?;
        let before = fit.trainer.steps();
        let step = fit.trainer.feed(fit.batch, x, y, weight)?;
        if step.number > before {
            self.count_step(step.number);
        }
        if weight > 0.0 {
            self.counters.samples = self.counters.samples.saturating_add(1);
        }
        Ok(step.loss)
    }

    fn count_step(&mut self, number: u64) {
        if number == 1 {
            log!(info, "first step");
        }
        self.counters.steps = self.counters.steps.saturating_add(1);
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
        Ok(())
    }

    fn pull(&self, tag: u32, at: u32, count: u16) -> Reply<'_> {
        let state = self.fit().map_or(&[][..], |fit| fit.trainer.state());
        let most = words_in_state(self.frame.into()).min(count.into());
        let words = state.get(at as usize..).unwrap_or(&[]);
        Reply::State(State {
            tag,
            next: self.ledger.next(),
            steps: self.fit().map_or(0, |fit| fit.trainer.steps()),
            fingerprint: self.fingerprint(),
            length: state.len() as u32,
            at,
            words: Numbers::new(words.get(..most).unwrap_or(words)),
        })
    }
}

/// One more.
fn count(counter: &mut u32) {
    *counter = counter.saturating_add(1);
}
