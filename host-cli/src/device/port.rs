use std::collections::VecDeque;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use downhill::Recipe;
use downhill::health::Verdict;
use downhill::least_squares::{Estimate, Summary};
use downhill_link::{
    ARITHMETIC, Client, ClientEvent, Command, Counters, Device, Event, Numbers, PROTOCOL, Query,
    SendError,
};

use super::events::{Learned, Pulled};
use super::{Line, session};
use crate::device::recording::Recorder;
use crate::support::failure::{Failure, Outcome};

/// After how long without a byte everything unanswered is sent again.
const PATIENCE: Duration = Duration::from_millis(500);
/// After how long without an answer a board is given up.
const SILENCE: Duration = Duration::from_secs(10);
/// Silence of an emulated board: long enough for a busy machine that emulates several at once.
const EMULATED_SILENCE: Duration = Duration::from_secs(300);

/// The line to a board.
pub(crate) struct Port {
    line: Line,
    client: Client,
    silence: Duration,
    /// State that is being pulled.
    pulled: Pulled,
    counters: Option<Counters>,
    recipe: Option<Option<Recipe<f32>>>,
    /// The parameter of a fit by least squares that was told last, and its correlation.
    estimate: Option<(Estimate<f32>, Option<f32>)>,
    summary: Option<Summary<f32>>,
    /// The sample that the board took last, where it told.
    taken: Option<u32>,
    /// Samples that the board has learned from its own sensor, and told.
    learned: VecDeque<Learned>,
    /// Verdicts of the board.
    verdicts: Vec<Verdict>,
    /// Alerts of the board, in its own words.
    alerts: VecDeque<String>,
    /// Recording of every command to the board.
    pub(crate) recorder: Option<Recorder>,
    /// The line ended, or an answer did not come.
    lost: bool,
}

impl Port {
    /// Says hello to a board that has booted.
    pub(crate) fn open(line: Line) -> Outcome<Self> {
        let silence = match line {
            Line::Emulated(_) => EMULATED_SILENCE,
            _ => SILENCE,
        };
        let mut port = Self {
            line,
            client: Client::new(getrandom::u32().map_err(Failure::input)?),
            silence,
            pulled: Pulled::default(),
            counters: None,
            recipe: None,
            estimate: None,
            summary: None,
            taken: None,
            learned: VecDeque::new(),
            verdicts: Vec::new(),
            alerts: VecDeque::new(),
            recorder: None,
            lost: false,
        };
        port.line.set_patience(PATIENCE).map_err(Failure::input)?;
        port.client.greet();
        port.until(|port| port.client.device().map(|_| ()))?;
        Ok(port)
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
        self.recipe = None;
        self.client.ask(Query::Recipe);
        self.until(|port| port.recipe)
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
        let patience = at_most.clamp(Duration::from_millis(1), PATIENCE);
        self.line.set_patience(patience).map_err(Failure::input)?;
        let before = self.taken;
        let heard = self.until(|port| {
            let told = !port.learned.is_empty() || port.taken != before;
            (told || start.elapsed() >= at_most).then_some(())
        });
        self.line.set_patience(PATIENCE).map_err(Failure::input)?;
        heard.map(|()| self.learned.drain(..).collect())
    }

    /// The sample that the board took last, unless this was asked since.
    pub(crate) fn take_sample(&mut self) -> Option<u32> {
        self.taken.take()
    }

    /// Forgets what the board told before it sent this state.
    pub(crate) fn forget_learned(&mut self, pulled: &Pulled) {
        self.learned.drain(..pulled.told.min(self.learned.len()));
    }

    /// Alerts of the board since this was asked last.
    pub(crate) fn alerts(&mut self) -> Vec<String> {
        self.alerts.drain(..).collect()
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
        if need > device.arena as usize {
            return Err(Failure::Input(format!(
                "this fit needs {need} words of memory and {} has {}; use fewer features with \
                 `--features`, or `--batch 1`",
                device.board, device.arena
            )));
        }
        Ok(())
    }

    /// Gives a command and waits for what becomes of it.
    pub(crate) fn command(&mut self, command: &Command<'_>) -> Outcome<downhill_link::Ack> {
        match self.client.command(command) {
            Ok(_) => {
                let outcome = self.until(|port| port.client.ack())?;
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
        let outcome = self.command(command)?;
        match outcome.result {
            Ok(_) => Ok(outcome),
            Err(refusal) => Err(Failure::Input(format!("the board refuses: {refusal}"))),
        }
    }

    /// Hands the whole state of a fit that has made `steps` steps to the board.
    pub(crate) fn push(&mut self, state: &[f32], steps: u64) -> Outcome<downhill_link::Ack> {
        self.put(state, &Command::Commit { steps })
    }

    /// Hands a checkpoint to the board, whose fit goes on where that one stopped.
    pub(crate) fn resume(&mut self, checkpoint: &[u8]) -> Outcome<downhill_link::Ack> {
        let (words, _) = checkpoint.as_chunks();
        let words: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
        self.put(&words, &Command::Resume)
    }

    /// Hands words to the board, piece by piece, and says last what they are.
    fn put(&mut self, state: &[f32], last: &Command<'_>) -> Outcome<downhill_link::Ack> {
        let piece = self
            .client
            .device()
            .map_or(1, |device| device.numbers())
            .max(1);
        for (index, words) in state.chunks(piece).enumerate() {
            self.demand(&Command::Push {
                at: (index * piece) as u32,
                words: Numbers::new(words),
            })?;
        }
        self.demand(last)
    }

    /// Asks the board for its whole state.
    pub(crate) fn pull(&mut self) -> Outcome<Pulled> {
        self.gather(Client::pull)
    }

    /// Asks the board for a checkpoint of its fit, as bytes. They are none where it has no room
    /// to put one together.
    pub(crate) fn pull_checkpoint(&mut self) -> Outcome<Vec<u8>> {
        let words = self.gather(Client::pull_checkpoint)?.words.into_iter();
        Ok(words
            .flat_map(|word| word.to_bits().to_le_bytes())
            .collect())
    }

    /// Asks for words piece by piece, each from where the one before ended.
    fn gather(&mut self, ask: fn(&mut Client, u32)) -> Outcome<Pulled> {
        self.pulled = Pulled::default();
        loop {
            let have = self.pulled.words.len();
            ask(&mut self.client, have as u32);
            self.until(|port| (!port.client.is_waiting()).then_some(()))?;
            let pulled = &mut self.pulled;
            if pulled.words.len() >= pulled.length || pulled.words.len() == have {
                return Ok(std::mem::take(pulled));
            }
        }
    }

    /// Ends the recording, if there is one, after what was recorded: with its end mark, unless the
    /// board was lost. Returns its number of entries.
    pub(crate) fn end_recording(&mut self, recorded: Outcome, path: &Path) -> Outcome<Option<u64>> {
        match (recorded, self.recorder.take()) {
            (Ok(()), recorder) => recorder.map(Recorder::finish).transpose(),
            (Err(failure), Some(recorder)) => match recorder.kept() {
                Some(entries) => {
                    if !self.lost {
                        // It is as good as it can be, and the failure says more.
                        let _ = recorder.finish();
                    }
                    let path = path.display();
                    Err(failure.and(&format!("{entries} entries until then are in {path}")))
                }
                None => Err(failure),
            },
            (Err(failure), None) => Err(failure),
        }
    }

    /// Writes what there is to write and reads until `done` has a result.
    fn until<T>(&mut self, done: impl FnMut(&mut Self) -> Option<T>) -> Outcome<T> {
        let result = self.exchange(done);
        self.lost |= result.is_err();
        result
    }

    fn exchange<T>(&mut self, mut done: impl FnMut(&mut Self) -> Option<T>) -> Outcome<T> {
        let start = Instant::now();
        let mut bytes = [0; 1024];
        loop {
            while let Some(frame) = self.client.transmit() {
                self.line.write(frame).map_err(Failure::input)?;
            }
            match self.line.read(&mut bytes) {
                Ok(0) => self.client.timeout(),
                Ok(count) => self.take(&bytes[..count])?,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    return Err(self.lost("has gone"));
                }
                Err(error) => return Err(self.lost(&format!("has gone: {error}"))),
            }
            if let Some(result) = done(self) {
                return Ok(result);
            }
            if start.elapsed() > self.silence {
                return Err(self.lost("does not answer"));
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Outcome {
        for &byte in bytes {
            match self.client.receive(byte) {
                Some(ClientEvent::Mismatch { version }) => {
                    return Err(Failure::Input(format!(
                        "the firmware speaks version {version} of the link and this program \
                         version {PROTOCOL}; {}",
                        match version < PROTOCOL {
                            true => "build the firmware from this program's sources and flash it",
                            false => "use the program of the firmware's release",
                        }
                    )));
                }
                Some(ClientEvent::Lost(lost)) => return Err(session::lost(&lost)),
                Some(ClientEvent::Conflict { seq }) => return Err(session::conflict(seq)),
                Some(ClientEvent::State(state) | ClientEvent::Checkpoint(state))
                    if state.at as usize == self.pulled.words.len() =>
                {
                    let pulled = &mut self.pulled;
                    pulled.length = state.length as usize;
                    pulled.steps = state.steps;
                    pulled.fingerprint = Some(state.fingerprint);
                    pulled.told = self.learned.len();
                    pulled.words.extend(state.words.iter());
                }
                Some(ClientEvent::Counters(counters)) => self.counters = Some(counters),
                Some(ClientEvent::Recipe(recipe)) => self.recipe = Some(recipe),
                Some(ClientEvent::Estimate {
                    estimate,
                    correlation,
                }) => self.estimate = estimate.map(|estimate| (estimate, correlation)),
                Some(ClientEvent::Summary(summary)) => self.summary = summary,
                Some(ClientEvent::Event(event)) => match event {
                    Event::Learned {
                        sample,
                        step,
                        loss,
                        fingerprint,
                        features,
                        target,
                    } => self.learned.push_back(Learned {
                        sample,
                        step,
                        loss,
                        fingerprint,
                        features: features.iter().collect(),
                        target: target.iter().collect(),
                    }),
                    Event::Alert { sample, alert } => {
                        self.alerts.push_back(format!("sample {sample}: {alert}"));
                    }
                    Event::Verdict { sample, verdict } => {
                        self.alerts
                            .push_back(format!("sample {sample}: {}", verdict.finding));
                    }
                    Event::SampleTaken { sample, .. } => self.taken = Some(sample),
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn lost(&mut self, how: &str) -> Failure {
        Failure::Input(format!(
            "the board {how} ({}); does it run Downhill's firmware, and is the line its own?",
            self.line.state()
        ))
    }
}
