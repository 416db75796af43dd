use downhill::fit::Command;
use downhill::health::{Severity, Verdict};
use downhill::{Fault, Fingerprint, NumberType, Step};
use downhill_link::{self as link, Ack, CommandError, Progress};

use super::result::{Compared, Difference, Stop};
use crate::device::Port;
use crate::evaluate::measure::RowFault;
use crate::model::stage::HostStage;
use crate::model::twin::{Twin, arena_len};
use crate::support::failure::{Failure, Outcome};
use crate::train::fixed;
use crate::train::host_executor;
use crate::train::plan::Plan;
use crate::train::training_loop::{self, At, Executor};
use crate::train::verdicts::{Subject, VerdictMessage};

/// A board and its twin on the same rows.
pub(super) struct Comparison<'a> {
    pub(super) plan: &'a Plan<f32>,
    pub(super) port: &'a mut Port,
    pub(super) twin: Twin,
    pub(super) rows: usize,
    /// The twin's signal stage, where the board makes the windows.
    pub(super) stage: Option<HostStage>,
    flip_bit_at: Option<u64>,
    /// The twin's, as they came.
    verdicts: Vec<Verdict>,
    /// Steps and losses of the rows that both have learned from.
    pub(super) losses: Vec<(u64, f32)>,
}

impl<'a> Comparison<'a> {
    /// Comparison of this fit; the twin's first parameter gets another last bit at step
    /// `flip_bit_at`.
    pub(super) fn new(
        plan: &'a Plan<f32>,
        port: &'a mut Port,
        flip_bit_at: Option<u64>,
    ) -> Outcome<Self> {
        Ok(Self {
            plan,
            port,
            twin: match plan.recipe.number {
                NumberType::Q15 => Twin::Fixed(fixed::start(plan)?),
                _ => Twin::Float(plan.fit()?),
            },
            rows: 0,
            stage: None,
            flip_bit_at,
            verdicts: Vec::new(),
            losses: Vec::new(),
        })
    }

    /// Runs up to `limit` rows on both, and stops at the first difference.
    pub(super) fn run(mut self, limit: usize) -> Outcome<Compared> {
        let run = match &self.plan.data.signal {
            Some(signal) if self.port.has_stage() => self.run_raw(signal, limit),
            _ => self
                .start()
                .and_then(|()| training_loop::run(self.plan, &mut self, limit).map(drop)),
        };
        let run = run.and_then(|()| self.hear_out());
        let difference = match run {
            Ok(()) => None,
            Err(Stop::Failure(failure)) => return Err(failure),
            Err(Stop::Difference(difference)) => Some(*difference),
        };
        if difference.is_none() && self.twin.steps() == 0 {
            return Err(Failure::Input(format!(
                "{} rows make no step of this recipe, so nothing was compared; raise `--limit` \
                 or lower `--batch`",
                self.rows
            )));
        }
        let identical = match &difference {
            Some(difference) => difference.step.saturating_sub(1),
            None => self.twin.steps(),
        };
        let subject = Subject::of(self.plan);
        let failed = |verdict: &&Verdict| {
            verdict.severity == Severity::Failure && verdict.finding.is_failure()
        };
        let failure = self.verdicts.iter().find(failed);
        Ok(Compared {
            rows: self.rows,
            identical,
            difference,
            fingerprint: self.twin.fingerprint().to_string(),
            verdicts: self
                .verdicts
                .iter()
                .map(|verdict| VerdictMessage::new(verdict, &subject))
                .collect(),
            failure: failure.map(|verdict| VerdictMessage::new(verdict, &subject)),
            losses: self.losses,
            windows: self.stage.as_ref().map(HostStage::windows),
            alarms: None,
            solved: None,
        })
    }

    /// Gives the board the recipe and, where it was learned here, the scaler.
    fn start(&mut self) -> Result<(), Stop> {
        self.port.forget_verdicts();
        let mut board = self.port.demand(&link::Command::Configure(
            self.plan.recipe,
            link::Signal::NONE,
        ))?;
        if self.plan.has_scaler() {
            board = self.port.push(self.twin.state(), 0)?;
        }
        self.agree(board.fingerprint, 0)
    }

    /// Compares what both made of a command, the twin of which had made `before` steps.
    pub(super) fn compare(
        &mut self,
        at: At,
        before: u64,
        (twin, board): (Result<Step<f32>, Fault>, Ack),
        learns: bool,
    ) -> Result<Step<f32>, Stop> {
        if self.twin.steps() > before {
            self.flip();
        }
        self.listen();
        let same = same(twin, board.result);
        if board.fingerprint != self.twin.fingerprint() || !same {
            let step = match learns {
                true => self.twin.steps().max(before + 1),
                false => before,
            };
            let losses = match (twin, board.result) {
                (Ok(twin), Ok(board)) if learns => Some([twin.loss, board.loss]),
                _ => None,
            };
            return Err(self.difference(step, board.fingerprint.to_string(), losses));
        }
        self.agree_on_verdicts()?;
        match twin {
            Err(_) if self.twin.can_recover() => Ok(Step {
                number: self.twin.steps(),
                loss: 0.0,
            }),
            twin => twin.map_err(|fault| {
                let line = at.line.unwrap_or(self.plan.data.samples.sample(0).line);
                self.stop(at.epoch, RowFault { line, fault })
            }),
        }
    }

    /// Stops where the board has another fingerprint.
    pub(super) fn agree(&mut self, board: Fingerprint, step: u64) -> Result<(), Stop> {
        match board == self.twin.fingerprint() {
            true => Ok(()),
            false => Err(self.difference(step, board.to_string(), None)),
        }
    }

    /// Gives the board the command that the twin executes.
    fn send(&mut self, command: Command<'_, f32>) -> Outcome<Ack> {
        match link::Command::try_from(command) {
            Ok(command) => self.port.command(&command),
            Err(Command::Restore { state, steps }) => self.port.push(state, steps),
            Err(command) => unreachable!("no training loop gives {command:?}"),
        }
    }

    /// Takes the twin's verdicts.
    fn listen(&mut self) {
        while let Some(verdict) = self.twin.verdict() {
            self.verdicts.push(verdict);
        }
    }

    /// Stops where the board has said something that the twin has not: it says one thing an
    /// order, so it may still have some to say.
    fn agree_on_verdicts(&mut self) -> Result<(), Stop> {
        let board = self.port.verdicts();
        let pairs = board.iter().zip(&self.verdicts);
        let same = pairs.take_while(|(board, twin)| board == twin).count();
        if same == board.len() {
            return Ok(());
        }
        let words = |said: Option<&Verdict>| match said {
            Some(verdict) => format!("`{}` at step {}", verdict.finding, verdict.step),
            None => "nothing".into(),
        };
        let (twin, board) = (words(self.verdicts.get(same)), words(board.get(same)));
        let fingerprint = self.twin.fingerprint().to_string();
        Err(Stop::Difference(Box::new(Difference {
            step: self.twin.steps(),
            host: fingerprint.clone(),
            device: fingerprint,
            parameter: Some(format!(
                "the verdicts: {twin} on the twin, {board} on the board"
            )),
            values: None,
        })))
    }

    /// Hears the verdicts that the board still has to tell, with orders that do nothing.
    fn hear_out(&mut self) -> Result<(), Stop> {
        for _ in self.port.verdicts().len()..self.verdicts.len() {
            self.port.demand(&link::Command::FreezeScaler)?;
        }
        self.agree_on_verdicts()?;
        match self.port.verdicts().len() == self.verdicts.len() {
            true => Ok(()),
            false => Err(Stop::Failure(Failure::Differ(
                "the board has reported fewer verdicts than its twin".into(),
            ))),
        }
    }

    /// Gives the twin's first parameter another last bit, at the step asked for: what a core
    /// with one other rounding would do. There is no other way to see that the comparison
    /// notices, short of a second core.
    fn flip(&mut self) {
        if self.flip_bit_at != Some(self.twin.steps()) {
            return;
        }
        let mut state = self.twin.state().to_vec();
        if let Some(first) = state.first_mut() {
            *first = f32::from_bits(first.to_bits() ^ 1);
        }
        // Cannot fail: the state is the twin's own, but for a bit that keeps it finite.
        let _ = self.twin.restore(&state, self.twin.steps());
    }

    /// Asks the board for its state, and finds the first number that differs; or else it is
    /// the loss that does.
    fn difference(&mut self, step: u64, board_print: String, losses: Option<[f32; 2]>) -> Stop {
        let board = match self.port.pull(arena_len(&self.plan.recipe)) {
            Ok(board) => board.words,
            Err(failure) => return failure.into(),
        };
        let twin = self.twin.state();
        let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
        let at = twin.iter().zip(&board).position(differs);
        let parameter = at.map(|at| self.twin.name_of(&self.plan.data.features, at));
        let values = at.map(|at| [twin[at], board[at]]);
        if let (Some([host, device]), Twin::Fixed(_)) = (values, &self.twin) {
            // Integers, which are no floats.
            let [host, device] = [host, device].map(|word| word.to_bits() as i32);
            let name = parameter.unwrap_or_default();
            return Stop::Difference(Box::new(Difference {
                step,
                host: self.twin.fingerprint().to_string(),
                device: board_print,
                parameter: Some(format!("{name}: {host} on the twin, {device} on the board")),
                values: None,
            }));
        }
        Stop::Difference(Box::new(Difference {
            step,
            host: self.twin.fingerprint().to_string(),
            device: board_print,
            parameter: parameter.or(losses.map(|_| "loss".into())),
            values: values.or(losses),
        }))
    }
}

impl Executor<f32> for Comparison<'_> {
    type Stop = Stop;
    type Fit = Twin;

    fn execute(&mut self, at: At, command: Command<'_, f32>) -> Result<Step<f32>, Stop> {
        let board = self.send(command)?;
        let before = self.twin.steps();
        let twin = self.twin.execute(command);
        let learns = matches!(command, Command::Sample { .. } | Command::ApplyBatch);
        let step = self.compare(at, before, (twin, board), learns)?;
        if let Command::Sample { .. } = command {
            self.rows += 1;
            self.losses
                .extend(twin.ok().map(|step| (step.number, step.loss)));
        }
        Ok(step)
    }

    fn fit(&mut self) -> &mut Twin {
        &mut self.twin
    }

    fn stop(&self, epoch: u32, fault: RowFault) -> Stop {
        let steps = self.twin.steps();
        match self.twin {
            Twin::Float(_) => host_executor::faulted(self.plan, epoch, steps, fault).into(),
            Twin::Fixed(_) => fixed::faulted(self.plan, epoch, steps, fault).into(),
        }
    }
}

/// True where board and twin say the same of a command.
fn same(twin: Result<Step<f32>, Fault>, board: Result<Progress, CommandError>) -> bool {
    match (twin, board) {
        (Ok(twin), Ok(board)) => {
            twin.number == board.step && twin.loss.to_bits() == board.loss.to_bits()
        }
        (Err(twin), Err(CommandError::Fault(board))) => twin == board,
        _ => false,
    }
}
