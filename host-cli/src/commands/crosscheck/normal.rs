//! A detector on a board, beside its twin: both learn from the same windows, calibrate on others, and
//! watch all of them.

use downhill::fit::Command;
use downhill::normal::Score as _;
use downhill::{Fault, Fingerprint, Step};
use downhill_link::{self as link, Ack, CommandError, Numbers};

use super::result::{Compared, Difference, Stop};
use crate::device::{Port, Setup};
use crate::model::normal::HostDetector;
use crate::support::failure::Outcome;
use crate::train::normal::NormalPlan;

/// A board and its twin on the same windows.
struct Pair<'a> {
    plan: &'a NormalPlan,
    port: &'a mut Port,
    twin: HostDetector,
    flip_bit_at: Option<u64>,
    limit: usize,
    alarms: usize,
    /// Windows and scores of both.
    scores: Vec<(u64, f32)>,
}

/// Gives up to `limit` windows to both, and stops at the first difference. At window `flip_bit_at`
/// the twin gets another last bit of a feature.
pub(super) fn compare(
    plan: &NormalPlan,
    port: &mut Port,
    limit: usize,
    flip_bit_at: Option<u64>,
) -> Outcome<Compared> {
    let mut pair = Pair {
        twin: plan.detector()?,
        plan,
        port,
        flip_bit_at,
        limit,
        alarms: 0,
        scores: Vec::new(),
    };
    let difference = match pair.run() {
        Ok(()) => None,
        Err(Stop::Failure(failure)) => return Err(failure),
        Err(Stop::Difference(difference)) => Some(*difference),
    };
    let windows = pair.scores.len() as u64;
    Ok(Compared {
        rows: pair.scores.len(),
        identical: difference
            .as_ref()
            .map_or(windows, |difference| difference.step.saturating_sub(1)),
        difference,
        fingerprint: pair.twin.fingerprint().to_string(),
        verdicts: Vec::new(),
        failure: None,
        losses: pair.scores,
        windows: None,
        alarms: Some(pair.alarms),
        solved: None,
    })
}

impl Pair<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let setup = Setup::of_detector(&self.plan.recipe, &self.plan.description);
        let board = self.port.configure(&setup)?;
        if board.fingerprint != self.twin.fingerprint() {
            return Err(self.difference(board.fingerprint, None)?);
        }
        let plan = self.plan;
        plan.teach(|row| self.give(row))?;
        (0..plan.data.samples.len() as u32).try_for_each(|row| self.give(row))
    }

    /// Gives both a window, unless they have had enough.
    fn give(&mut self, row: u32) -> Result<(), Stop> {
        if self.scores.len() >= self.limit {
            return Ok(());
        }
        let features = self.plan.data.samples.sample(row as usize).features;
        let board = self.port.command(&link::Command::Sample {
            weight: 1.0,
            features: Numbers::new(features),
            target: Numbers::new(&[]),
        })?;
        let at = self.scores.len() as u64 + 1;
        let mut own = features.to_vec();
        if let Some(first) = own.first_mut().filter(|_| self.flip_bit_at == Some(at)) {
            *first = f32::from_bits(first.to_bits() ^ 1);
        }
        let twin = self.twin.execute(Command::Sample {
            features: &own,
            target: &[],
            weight: 1.0,
        });
        self.agree(twin, board)?;
        let step = twin.map_err(|fault| self.plan.refused(row, fault))?;
        self.alarms += usize::from(step.loss.is_sign_negative());
        self.scores.push((at, step.loss.abs()));
        Ok(())
    }

    /// Stops unless both say the same of a window, and have the same fingerprint.
    fn agree(&mut self, twin: Result<Step<f32>, Fault>, board: Ack) -> Result<(), Stop> {
        let (same, scores) = match (twin, board.result) {
            (Ok(twin), Ok(board)) => (
                twin.number == board.step && twin.loss.to_bits() == board.loss.to_bits(),
                Some([twin.loss, board.loss]),
            ),
            (Err(twin), Err(CommandError::Fault(board))) => (twin == board, None),
            _ => (false, None),
        };
        match same && board.fingerprint == self.twin.fingerprint() {
            true => Ok(()),
            false => Err(self.difference(board.fingerprint, scores)?),
        }
    }

    /// The difference at the next window: the first number of the model that differs, or the score.
    fn difference(&mut self, device: Fingerprint, scores: Option<[f32; 2]>) -> Result<Stop, Stop> {
        let twin = self.twin.model().state();
        let board = self.port.pull(twin.len())?.words;
        let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
        let at = twin.iter().zip(&board).position(differs);
        let values = at.map(|at| [twin[at], board[at]]);
        Ok(Stop::Difference(Box::new(Difference {
            step: self.scores.len() as u64 + 1,
            host: self.twin.fingerprint().to_string(),
            device: device.to_string(),
            parameter: match at {
                Some(at) => Some(format!("number {at} of the model")),
                None => scores.map(|_| "score".into()),
            },
            values: values.or(scores),
        })))
    }
}
