//! A fit behind a signal stage, on a board and beside it: both make windows of the same samples.

use std::collections::HashMap;

use downhill::Step;
use downhill::fit::Command;
use downhill::signal::Block;
use downhill_link::{self as link, Numbers};

use super::compare::Comparison;
use super::result::Stop;
use crate::data::samples::Sample;
use crate::data::signal::{self, Packed, Piece, Signal};
use crate::device::Setup;
use crate::model::stage::HostStage;
use crate::model::twin::Twin;
use crate::support::failure::Failure;
use crate::support::interrupt;
use crate::train::trainee::Trainee;
use crate::train::training_loop::{At, Executor};

impl Comparison<'_> {
    /// Gives both the recipe and its signal stage, lets both scalers learn from windows, and then
    /// goes through the raw samples of every epoch, in the order of the file.
    pub(super) fn run_raw(&mut self, signal: &Signal, limit: usize) -> Result<(), Stop> {
        let plan = self.plan;
        self.port.forget_verdicts();
        let setup = Setup::of(&plan.recipe, Some(&signal.record), self.port)?;
        let board = self.port.configure(&setup)?;
        self.twin = Twin::new(&plan.recipe).map_err(Failure::input)?;
        let stage = HostStage::new(signal.record.parsed()?);
        self.stage = Some(stage.map_err(Failure::input)?);
        self.agree(board.fingerprint, 0)?;
        let scaler_rows = match plan.has_scaler() {
            true => usize::MAX,
            false => plan.scaler_rows,
        };
        if scaler_rows > 0 {
            self.pass(signal, 0, scaler_rows)?;
            let at = At {
                epoch: 1,
                line: None,
            };
            self.execute(at, Command::FreezeScaler)?;
        }
        for epoch in 1..=plan.epochs {
            let left = limit - self.rows;
            self.pass(signal, epoch, left)?;
            let at = At { epoch, line: None };
            if self.twin.batch_len() > 0 {
                self.execute(at, Command::ApplyBatch)?;
            }
            if self.rows >= limit || interrupt::asked() {
                break;
            }
        }
        let at = At {
            epoch: plan.epochs,
            line: None,
        };
        self.execute(at, Command::Finish)?;
        let counters = self.port.counters()?;
        let own = self.stage.as_ref().map(HostStage::windows);
        match own == Some([counters.windows, counters.dropped]) {
            true => Ok(()),
            false => Err(Stop::Failure(Failure::Differ(format!(
                "the board has made {} windows and dropped {}, and its twin others",
                counters.windows, counters.dropped
            )))),
        }
    }

    /// Goes through the raw samples once, and learns from up to `most` windows that are training
    /// rows: in epoch 0 the scaler does.
    fn pass(&mut self, signal: &Signal, epoch: u32, most: usize) -> Result<(), Stop> {
        let (plan, fits_scaler) = (self.plan, epoch == 0);
        let train = plan.data.samples.of(&plan.data.split.train);
        let rows: HashMap<usize, Sample<'_, f32>> = train
            .map(|row| (signal::window_of(row.line), row))
            .collect();
        let most_numbers = self.port.block_len(plan.data.samples.widths().1)?;
        let mut left = most;
        signal
            .raw
            .each(most_numbers, |piece| -> Result<bool, Stop> {
                if left == 0 || interrupt::asked() {
                    return Ok(false);
                }
                let (numbers, row) = match piece {
                    Piece::Gap => {
                        self.port.demand(&link::Command::Block(&[]))?;
                        if let Some(stage) = &mut self.stage {
                            stage.gap();
                        }
                        return Ok(true);
                    }
                    Piece::Block { numbers, window } => {
                        let row = window.and_then(|window| rows.get(&window).copied());
                        (numbers, row)
                    }
                };
                left -= usize::from(row.is_some());
                self.block(numbers, row, (epoch, fits_scaler))?;
                Ok(true)
            })
    }

    /// Gives both a block of raw samples.
    fn block(
        &mut self,
        numbers: &[f32],
        row: Option<Sample<'_, f32>>,
        (epoch, fits_scaler): (u32, bool),
    ) -> Result<(), Stop> {
        let packed = Packed::new(numbers);
        let weight = row.map_or(1.0, |row| row.weight);
        let target: &[f32] = row.map_or(&[], |row| row.target);
        let board = self.port.block(&link::Block {
            weight,
            scale: 1.0,
            fits_scaler,
            samples: packed.raw(),
            target: Numbers::new(target),
        })?;
        let Some(stage) = &mut self.stage else {
            return Ok(());
        };
        let before = self.twin.steps();
        let twin = stage.block(
            &mut self.twin,
            Block {
                numbers: packed.raw().numbers(1.0),
                target,
                weight,
                fits_scaler,
            },
        );
        let learned = twin.ok().flatten();
        let (number, loss) = (self.twin.steps(), learned.map_or(0.0, |step| step.loss));
        let twin = twin.map(|_| Step { number, loss });
        let line = row.map(|row| row.line);
        self.compare(At { epoch, line }, before, (twin, board), !fits_scaler)?;
        if learned.is_some() && !fits_scaler {
            self.rows += 1;
            self.losses.push((number, loss));
        }
        Ok(())
    }
}
