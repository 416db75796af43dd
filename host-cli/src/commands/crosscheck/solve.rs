//! A fit by least squares on a board, beside its twin.

use downhill::least_squares::{AnyEstimator, SolveError};
use downhill::{Fault, Fingerprint};
use downhill_link::{Command, CommandError, Numbers, Progress};

use super::result::{Compared, Difference, Solved, Stop};
use crate::data::samples::Sample;
use crate::device::Port;
use crate::model::estimate::Named;
use crate::support::failure::{Failure, Outcome};
use crate::train::least_squares;
use crate::train::least_squares::Problem;

/// A board and its twin on the same rows.
struct Pair<'a, 'w> {
    problem: &'a Problem<f32>,
    port: &'a mut Port,
    twin: AnyEstimator<'w, f32>,
    flip_bit_at: Option<u64>,
    losses: Vec<(u64, f32)>,
}

/// Runs up to `limit` rows on both, and stops at the first difference. At step `flip_bit_at` the
/// twin gets another last bit of a target.
pub(super) fn compare(
    problem: &Problem<f32>,
    port: &mut Port,
    limit: usize,
    flip_bit_at: Option<u64>,
) -> Outcome<Compared> {
    let mut words = vec![0.0; problem.estimation.words()];
    let refused = |error| least_squares::refused(problem, error);
    let twin = problem.estimation.build(&mut words).map_err(refused)?;
    let train = &problem.data.split.train;
    let rows: Vec<_> = problem.data.samples.of(train).take(limit).collect();
    let mut pair = Pair {
        problem,
        port,
        twin,
        flip_bit_at,
        losses: Vec::new(),
    };
    let difference = match pair.run(&rows) {
        Ok(()) => None,
        Err(Stop::Failure(failure)) => return Err(failure),
        Err(Stop::Difference(difference)) => Some(*difference),
    };
    let steps = pair.twin.steps();
    Ok(Compared {
        rows: rows.len(),
        identical: difference
            .as_ref()
            .map_or(steps, |d| d.step.saturating_sub(1)),
        fingerprint: pair.twin.fingerprint().to_string(),
        verdicts: Vec::new(),
        failure: None,
        windows: None,
        alarms: None,
        solved: match &difference {
            None => Some(pair.solved()?),
            Some(_) => None,
        },
        difference,
        losses: pair.losses,
    })
}

impl Pair<'_, '_> {
    fn run(&mut self, rows: &[Sample<'_, f32>]) -> Result<(), Stop> {
        if !self.problem.more_bounds.is_empty() {
            return Err(Failure::Usage(
                "a board's recipe holds 8 bounds; give fewer `--bounds`".into(),
            )
            .into());
        }
        let begun = self
            .port
            .demand(&Command::Estimate(self.problem.estimation))?;
        self.agree(begun.fingerprint, 0)?;
        if self.twin.replays() {
            return self.replay(rows);
        }
        for _ in 0..self.problem.epochs {
            for row in rows {
                let board = self.port.command(&command(row))?;
                let target = self.flipped(row, self.twin.steps() + 1);
                let twin = self.twin.add(row.features, target, row.weight);
                let step = self.twin.steps();
                self.same(step, board, twin.map_err(CommandError::from))?;
                twin.map_err(|fault| self.stop(row, fault))?;
            }
        }
        Ok(())
    }

    /// Sends every row once, and then lets both go through theirs until the fit has ended.
    fn replay(&mut self, rows: &[Sample<'_, f32>]) -> Result<(), Stop> {
        for row in rows {
            let board = self.port.command(&command(row))?;
            if let Err(refusal) = board.result {
                let line = row.line;
                let message = format!(
                    "{}, line {line}: the board refuses: {refusal}",
                    self.problem.data.name()
                );
                return Err(Failure::Input(message).into());
            }
            self.agree(board.fingerprint, 0)?;
        }
        while self.twin.termination().is_none() {
            let board = self.port.command(&Command::Advance)?;
            let pass = self.twin.steps() + 1;
            for (at, row) in rows.iter().enumerate() {
                let target = if at == 0 {
                    self.flipped(row, pass)
                } else {
                    row.target[0]
                };
                // A solver takes whatever comes, and says at the end of the pass what was wrong.
                let _ = self.twin.add(row.features, target, row.weight);
            }
            let twin = self.twin.advance();
            let cost = self.twin.solver().map_or(0.0, |solver| solver.cost());
            self.same(pass, board, twin.map(|_| cost).map_err(CommandError::from))?;
            twin.map_err(|error: SolveError| least_squares::refused(self.problem, error))?;
        }
        Ok(())
    }

    /// A row's target, with another last bit at the step asked for.
    fn flipped(&self, row: &Sample<'_, f32>, step: u64) -> f32 {
        let bits = row.target[0].to_bits();
        f32::from_bits(bits ^ u32::from(self.flip_bit_at == Some(step)))
    }

    /// Stops unless board and twin say the same of a step, and have the same fingerprint.
    fn same(
        &mut self,
        step: u64,
        board: downhill_link::Ack,
        twin: Result<f32, CommandError>,
    ) -> Result<(), Stop> {
        let equal = match (twin, board.result) {
            (Ok(twin), Ok(Progress { loss, step })) => {
                self.losses.push((step, loss));
                twin.to_bits() == loss.to_bits() && step == self.twin.steps()
            }
            (Err(twin), Err(board)) => twin == board,
            _ => false,
        };
        match equal {
            true => self.agree(board.fingerprint, step),
            false => Err(self.difference(step, board.fingerprint)),
        }
    }

    fn agree(&mut self, board: Fingerprint, step: u64) -> Result<(), Stop> {
        match board == self.twin.fingerprint() {
            true => Ok(()),
            false => Err(self.difference(step, board)),
        }
    }

    /// Asks the board for its parameters, and finds the first that differs.
    fn difference(&mut self, step: u64, device: Fingerprint) -> Stop {
        let board = match self.port.pull(self.problem.estimation.words()) {
            Ok(board) => board.words,
            Err(failure) => return failure.into(),
        };
        let twin = self.twin.parameters();
        let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
        let at = twin.iter().zip(&board).position(differs);
        Stop::Difference(Box::new(Difference {
            step,
            host: self.twin.fingerprint().to_string(),
            device: device.to_string(),
            parameter: at.and_then(|at| self.problem.names.get(at).cloned()),
            values: at.map(|at| [twin[at], board[at]]),
        }))
    }

    fn stop(&self, row: &Sample<'_, f32>, fault: Fault) -> Stop {
        let (data, line) = (&self.problem.data.name(), row.line);
        Failure::Fit(format!("the fit failed at {data}, line {line}: {fault}")).into()
    }

    /// The board's account of the fit, which must be the twin's.
    fn solved(&mut self) -> Outcome<Solved> {
        let differ = |what: &str| {
            Failure::Differ(format!(
                "board and twin have the same fingerprint and differ in {what}"
            ))
        };
        let Named(mut parameters) = least_squares::estimates(self.problem, &self.twin);
        let bits = |x: Option<f32>| x.map(f32::to_bits);
        for at in 0..parameters.len() as u16 {
            for other in 0..=at {
                let told = self.port.estimate(at, other)?;
                let (told, correlation) = told.ok_or_else(|| differ("what they estimate"))?;
                let place = &mut parameters[usize::from(at)];
                place.1.value = told.value.into();
                place.1.standard_error = told.standard_error.map(f64::from);
                let (own, between) = match self.twin.solver() {
                    Some(solver) => (
                        solver.uncertainty().standard_error(at.into()),
                        solver.uncertainty().correlation(at.into(), other.into()),
                    ),
                    None => (None, None),
                };
                if bits(own) != bits(told.standard_error) || bits(between) != bits(correlation) {
                    return Err(differ(&format!("the uncertainty of {}", place.0)));
                }
            }
        }
        let summary = self.port.summary()?;
        if summary != self.twin.solver().and_then(|solver| solver.summary()) {
            return Err(differ("how the fit ended"));
        }
        Ok(Solved {
            termination: summary.map(|summary| summary.termination),
            parameters: Named(parameters),
            cost: summary.map_or(0.0, |summary| summary.cost),
            deviation: summary.and_then(|summary| summary.residual_deviation),
        })
    }
}

fn command<'a>(row: &Sample<'a, f32>) -> Command<'a> {
    Command::Sample {
        weight: row.weight,
        features: Numbers::new(row.features),
        target: Numbers::new(row.target),
    }
}
