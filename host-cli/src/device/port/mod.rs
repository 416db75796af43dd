mod exchange;
mod recording;
mod take;
mod transfer;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use downhill::health::Verdict;
use downhill::least_squares::{Estimate, Summary};
use downhill::{NumberType, Recipe, fixed};
use downhill_link::seal::OVERHEAD;
use downhill_link::{
    ARITHMETIC, Capabilities, Client, Command, Counters, Device, Query, Role, SendError,
};

use crate::device::events::{Learned, Pulled};
use crate::device::recording::Recorder;
use crate::device::{Wire, refusal};
use crate::model::twin::arena_len;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::printable;
use crate::support::interrupt;

/// After how long without a byte everything unanswered is sent again, at most.
const PATIENCE: Duration = Duration::from_millis(500);
/// The longest fit of a board, in words, whatever a board says: 16 MiB.
const LONGEST: usize = 1 << 22;

/// End of the exchanges that hand a state over.
#[derive(Clone, Copy)]
struct Deadline {
    end: Instant,
    /// Words taken by the board so far, and all of them; `None` where the board sends them.
    pushed: Option<(usize, usize)>,
}

/// The line to a board.
pub(crate) struct Port {
    line: Wire,
    client: Client,
    /// Total time of an exchange.
    silence: Duration,
    /// End of the exchanges that belong together, where some are under way.
    deadline: Option<Deadline>,
    /// The board's name, to be printed.
    board: String,
    /// State that is being pulled.
    pulled: Pulled,
    counters: Option<Counters>,
    recipe: Option<Option<(Recipe<f32>, Vec<u8>)>>,
    /// The parameter of a fit by least squares that was told last, and its correlation.
    estimate: Option<(Estimate<f32>, Option<f32>)>,
    summary: Option<Summary<f32>>,
    /// The sample that the board took last, where it told.
    taken: Option<u32>,
    /// Samples that the board has learned from its own sensor, and told.
    learned: VecDeque<Learned>,
    /// Verdicts of the board.
    verdicts: Vec<Verdict>,
    /// Events that had not arrived when the recording's state was taken.
    missed: u32,
    /// Events that had not arrived when all was recorded that was asked for.
    missed_until: Option<u32>,
    /// True once it was said that the board's sensor gives numbers that the board cannot hold.
    is_coarse: bool,
    /// Alerts of the board, in its own words.
    alerts: VecDeque<String>,
    /// Recording of every command to the board.
    pub(crate) recorder: Option<Recorder>,
    /// The line ended, or an answer did not come.
    lost: bool,
    /// Number of commands that were given.
    last: u32,
    /// Number of commands that the board has executed, as far as it is known; none while an answer
    /// is due.
    executed: Option<u32>,
}

impl Port {
    /// Says hello to a board that has booted, and gives it up, now or later, where it does not answer
    /// in the wire's time.
    pub(crate) fn open(line: Wire) -> Outcome<Self> {
        let client = Client::new(getrandom::u32().map_err(Failure::input)?);
        let mut port = Self {
            client: match line.role() {
                Some(_) => client.leave_free(OVERHEAD),
                None => client,
            },
            silence: line.silence(),
            line,
            deadline: None,
            board: String::new(),
            pulled: Pulled::default(),
            counters: None,
            recipe: None,
            estimate: None,
            summary: None,
            taken: None,
            learned: VecDeque::new(),
            verdicts: Vec::new(),
            missed: 0,
            missed_until: None,
            is_coarse: false,
            alerts: VecDeque::new(),
            recorder: None,
            lost: false,
            last: 0,
            executed: Some(0),
        };
        port.line
            .set_patience(port.patience())
            .map_err(Failure::input)?;
        port.client.greet();
        port.until(|port| port.client.device().map(|_| ()))?;
        port.board = printable(&port.device()?.board);
        Ok(port)
    }

    /// How long a read waits for a byte.
    fn patience(&self) -> Duration {
        PATIENCE.min(self.silence / 2)
    }

    /// The board's name, without what a terminal would act on.
    pub(crate) fn board(&self) -> &str {
        &self.board
    }

    /// Role of the key that the session was opened with; none where the link is plain.
    pub(crate) const fn role(&self) -> Option<Role> {
        self.line.role()
    }

    /// How long the board may be silent.
    pub(crate) const fn silence(&self) -> Duration {
        self.silence
    }

    /// The board's own description.
    pub(crate) fn device(&self) -> Outcome<&Device> {
        let device = self.client.device();
        device.ok_or_else(|| Failure::Input("the board has not said hello".into()))
    }

    /// Number of frames that had to be sent again.
    pub(crate) fn resent(&self) -> u32 {
        self.client.resent()
    }

    /// The board's counters.
    pub(crate) fn counters(&mut self) -> Outcome<Counters> {
        self.counters = None;
        self.client.ask_counters();
        self.until(|port| port.counters)
    }

    /// The recipe of the board's fit; `None` where it has no fit.
    pub(crate) fn recipe(&mut self) -> Outcome<Option<Recipe<f32>>> {
        Ok(self.recipe_and_signal()?.map(|(recipe, _)| recipe))
    }

    /// The same, and the section of its signal stage; empty where it has none.
    pub(crate) fn recipe_and_signal(&mut self) -> Outcome<Option<(Recipe<f32>, Vec<u8>)>> {
        self.recipe = None;
        self.client.ask(Query::Recipe);
        self.until(|port| port.recipe.take())
    }

    /// A parameter of a fit by least squares, and its correlation with another one.
    pub(crate) fn estimate(
        &mut self,
        parameter: u16,
        other: u16,
    ) -> Outcome<Option<(Estimate<f32>, Option<f32>)>> {
        self.estimate = None;
        self.client.ask(Query::Estimate { parameter, other });
        self.until(|port| (!port.client.is_waiting()).then_some(()))?;
        Ok(self.estimate)
    }

    /// The summary of a fit by least squares that has ended.
    pub(crate) fn summary(&mut self) -> Outcome<Option<Summary<f32>>> {
        self.summary = None;
        self.client.ask(Query::Summary);
        self.until(|port| (!port.client.is_waiting()).then_some(()))?;
        Ok(self.summary)
    }

    /// Waits a little for what the board says unasked, of what it took or learned; returns what
    /// it learned.
    pub(crate) fn listen(&mut self, at_most: Duration) -> Outcome<Vec<Learned>> {
        let start = Instant::now();
        // No line waits for no time at all.
        let patience = at_most.clamp(Duration::from_millis(1), self.patience());
        self.line.set_patience(patience).map_err(Failure::input)?;
        let before = self.taken;
        let heard = self.within(at_most.saturating_add(self.silence), |port| {
            let told = !port.learned.is_empty() || port.taken != before;
            let over = start.elapsed() >= at_most || interrupt::asked();
            (told || over).then_some(())
        });
        self.line
            .set_patience(self.patience())
            .map_err(Failure::input)?;
        heard.map(|()| self.learned.drain(..).collect())
    }

    /// The sample that the board took last, unless this was asked since.
    pub(crate) fn take_sample(&mut self) -> Option<u32> {
        self.taken.take()
    }

    /// Forgets what the board told before it sent this state, and what was lost of it.
    pub(crate) fn forget_learned(&mut self, pulled: &Pulled) {
        self.missed = pulled.missed;
        self.learned.drain(..pulled.told.min(self.learned.len()));
    }

    /// Alerts of the board since this was asked last.
    pub(crate) fn alerts(&mut self) -> Vec<String> {
        self.alerts.drain(..).collect()
    }

    /// The longest fit that the board has room for, in words.
    fn room(&self) -> Outcome<usize> {
        Ok((self.device()?.arena as usize).min(LONGEST))
    }

    /// Refuses a fit that the board cannot hold, or would compute differently.
    pub(crate) fn check_room(&self, need: usize) -> Outcome {
        let device = self.device()?;
        if device.arithmetic != ARITHMETIC {
            return Err(Failure::Input(format!(
                "the firmware computes by version {} of the core's arithmetic and this program \
                 by version {ARITHMETIC}; build both from the same sources",
                device.arithmetic
            )));
        }
        let room = self.room()?;
        if need > room {
            return Err(Failure::Input(format!(
                "this fit needs {need} words of memory and {} has {room}; use fewer features with \
                 `--features`, or `--batch 1`",
                self.board
            )));
        }
        Ok(())
    }

    /// Refuses a recipe whose fit the board cannot hold or compute; returns the words that it needs.
    pub(crate) fn check_recipe(&self, recipe: &Recipe<f32>) -> Outcome<usize> {
        let device = self.device()?;
        if recipe.number == NumberType::Q15 {
            if !device.capabilities.contains(Capabilities::FIXED) {
                return Err(Failure::Input(format!(
                    "the firmware of {} takes fits in floats only: build it with the feature `q15`, \
                     or fit without `--precision q15`",
                    self.board
                )));
            }
            fixed::arena_len(recipe).map_err(|advice| {
                Failure::Input(format!(
                    "the recipe asks fixed point for more than it has: {advice}"
                ))
            })?;
        }
        let need = arena_len(recipe);
        self.check_room(need).map(|()| need)
    }

    /// Gives a command and waits for what becomes of it.
    pub(crate) fn command(&mut self, command: &Command<'_>) -> Outcome<downhill_link::Ack> {
        let sent = self.client.command(command);
        // One that cannot be sent is not executed either.
        self.last = self.last.wrapping_add(1);
        match sent {
            Ok(_) => {
                self.executed = None;
                let outcome = self.until(|port| port.client.ack())?;
                self.executed = Some(self.last);
                self.verdicts.extend(outcome.verdict);
                if let Some(recorder) = &mut self.recorder {
                    recorder.command(command, &outcome)?;
                }
                Ok(outcome)
            }
            Err(SendError::TooLong(_)) => Err(Failure::Input(
                "this fit, or one of its rows, is longer than the board's frames; use fewer \
                 features, or a shorter formula"
                    .into(),
            )),
            Err(error) => Err(Failure::input(error)),
        }
    }

    /// Fate of the last command: `true` if the board has executed it; none where that is not known.
    pub(crate) fn was_executed(&self) -> Option<bool> {
        self.executed.map(|executed| executed >= self.last)
    }

    /// Verdicts of the board since they were forgotten.
    pub(crate) fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Forgets what the board has said: another fit begins.
    pub(crate) fn forget_verdicts(&mut self) {
        self.verdicts.clear();
    }

    /// Gives a command that the board must accept.
    pub(crate) fn demand(&mut self, command: &Command<'_>) -> Outcome<downhill_link::Ack> {
        refusal::check_size(command)?;
        let outcome = self.command(command)?;
        match outcome.result {
            Ok(_) => Ok(outcome),
            Err(refusal) => Err(refusal::failure(command, refusal)),
        }
    }
}
