use std::fmt;

use downhill::{Fault, Step};
use downhill_link::{Numbers, Order, Progress, Refusal};
use serde::Serialize;

use super::port::Port;
use crate::failure::Outcome;
use crate::measure::RowFault;
use crate::parameters;
use crate::plan::{HostTrainer, Plan};
use crate::train;

/// A board and its twin on the same rows.
pub(super) struct Comparison<'a> {
    plan: &'a Plan<f32>,
    twin: HostTrainer<f32>,
    flip_bit_at: Option<u64>,
}

/// How the comparison went.
pub(super) struct Compared {
    /// Rows that both have learned from.
    pub(super) rows: usize,
    /// Steps after which both had the same fingerprint.
    pub(super) identical: u64,
    /// The first after which they had not.
    pub(super) difference: Option<Difference>,
    /// The twin's, at the end.
    pub(super) fingerprint: String,
}

/// Where board and twin part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Difference {
    /// The step, counted from 1.
    step: u64,
    /// The twin's fingerprint after it.
    host: String,
    /// The board's.
    device: String,
    /// The first parameter, or other number of the fit, that differs; `loss` where the fit is
    /// the same and the loss reported is not.
    parameter: Option<String>,
    /// The twin's value of it, and the board's.
    values: Option<[f32; 2]>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "board and twin differ after step {}: the twin's fingerprint is {}, the board's {}",
            self.step, self.host, self.device
        )?;
        if let (Some(name), Some([host, device])) = (&self.parameter, self.values) {
            write!(
                f,
                "; the first difference is in {name}: {host:?} ({:08x}) on the twin, {device:?} \
                 ({:08x}) on the board",
                host.to_bits(),
                device.to_bits()
            )?;
        }
        Ok(())
    }
}

impl<'a> Comparison<'a> {
    /// Of this fit; the twin's first parameter gets another last bit at step `flip_bit_at`.
    pub(super) fn new(
        plan: &'a Plan<f32>,
        twin: HostTrainer<f32>,
        flip_bit_at: Option<u64>,
    ) -> Self {
        Self {
            plan,
            twin,
            flip_bit_at,
        }
    }

    /// Runs up to `limit` rows on both, and stops at the first difference.
    pub(super) fn run(mut self, port: &mut Port, limit: usize) -> Outcome<Compared> {
        port.demand(&Order::Configure(self.plan.recipe))?;
        let start = port.push(self.twin.state())?;
        if start.fingerprint != self.twin.fingerprint() {
            let difference = self.difference(port, 0, start.fingerprint.to_string())?;
            return Ok(self.compared(0, Some(difference)));
        }
        let mut order = self.plan.order();
        let mut rows = 0;
        for epoch in 1..=self.plan.epochs {
            for &row in order.epoch() {
                if rows == limit {
                    return Ok(self.compared(rows, None));
                }
                if let Some(difference) = self.row(port, epoch, row as usize)? {
                    return Ok(self.compared(rows, Some(difference)));
                }
                rows += 1;
            }
            // A batch that an epoch leaves unfilled goes on with the next epoch's rows, on both
            // sides: a board knows no epochs.
        }
        Ok(self.compared(rows, None))
    }

    /// One row on both.
    fn row(&mut self, port: &mut Port, epoch: u32, row: usize) -> Outcome<Option<Difference>> {
        let samples = &self.plan.samples;
        let (features, target) = (samples.features(row), samples.target(row));
        let board = port.order(&Order::Sample {
            weight: 1.0,
            features: Numbers::new(features),
            target: Numbers::new(target),
        })?;
        let before = self.twin.steps();
        let twin = self
            .twin
            .feed(self.plan.recipe.batch, features, target, 1.0);
        if self.twin.steps() > before {
            self.flip();
        }
        if board.fingerprint != self.twin.fingerprint() || !same(twin, board.result) {
            let step = self.twin.steps().max(before + 1);
            let mut difference = self.difference(port, step, board.fingerprint.to_string())?;
            if let (None, Ok(twin), Ok(board)) = (&difference.parameter, twin, board.result) {
                difference.parameter = Some("loss".into());
                difference.values = Some([twin.loss, board.loss]);
            }
            return Ok(Some(difference));
        }
        match twin {
            Ok(_) => Ok(None),
            Err(fault) => Err(train::faulted(
                self.plan,
                epoch,
                before,
                RowFault { row, fault },
            )),
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

    /// Asks the board for its state, and finds the first number that differs.
    fn difference(&mut self, port: &mut Port, step: u64, device: String) -> Outcome<Difference> {
        let board = port.pull()?;
        let twin = self.twin.state();
        let differs = |(a, b): (&f32, &f32)| a.to_bits() != b.to_bits();
        let at = twin.iter().zip(&board).position(differs);
        Ok(Difference {
            step,
            host: self.twin.fingerprint().to_string(),
            device,
            parameter: at.map(|at| parameters::name_of(&self.twin, &self.plan.features, at)),
            values: at.map(|at| [twin[at], board[at]]),
        })
    }

    fn compared(&self, rows: usize, difference: Option<Difference>) -> Compared {
        let identical = match &difference {
            Some(difference) => difference.step.saturating_sub(1),
            None => self.twin.steps(),
        };
        Compared {
            rows,
            identical,
            difference,
            fingerprint: self.twin.fingerprint().to_string(),
        }
    }
}

/// Whether board and twin say the same of a row.
fn same(twin: Result<Step<f32>, Fault>, board: Result<Progress, Refusal>) -> bool {
    match (twin, board) {
        (Ok(twin), Ok(board)) => {
            twin.number == board.step && twin.loss.to_bits() == board.loss.to_bits()
        }
        (Err(twin), Err(Refusal::Fault(board))) => twin == board,
        _ => false,
    }
}
