//! A board of a fleet, and its twin: each command is given to both, and the bits compared.

use std::time::Duration;

use downhill::fit::Command;
use downhill_link::{self as link, Ack, CommandError, Numbers};

use super::in_memory::InMemory;
use super::model::Model;
use super::rows::Rows;
use super::stream::tell;
use crate::data::arrays::Arrays;
use crate::device::{Line, Port, Setup, Wire};
use crate::support::failure::{Failure, Outcome};

/// Baud rate of serial ports where nothing else is asked for.
const BAUD: u32 = 115_200;

/// A board on its line.
pub struct Board(Port);

/// Rows that a board and its twin learned from.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Mean loss of the rows, each before its update.
    pub loss: f64,
    /// Rows that were learned from.
    pub rows: usize,
    /// Rows that board and twin refused alike.
    pub refused: usize,
    /// Verdicts of the twin, each a JSON object; the board has come to the same.
    pub verdicts: Vec<String>,
}

impl Board {
    /// Says hello to the board on a line, `tcp:HOST:PORT` or a serial port, which is given up after so
    /// many seconds without an answer.
    ///
    /// # Errors
    /// [`Failure::Input`] where nobody answers.
    pub fn open(line: &str, baud: Option<u32>, timeout: Option<f64>) -> Outcome<Self> {
        super::be_quiet();
        let wait = timeout.map(Duration::try_from_secs_f64).transpose();
        let wait = wait.map_err(|error| Failure::Usage(format!("timeout: {error}")))?;
        let line = Line::open(line, baud.unwrap_or(BAUD))?;
        Port::open(Wire::new(line, wait)?).map(Self)
    }

    /// The board's own name.
    pub fn name(&self) -> &str {
        self.0.board()
    }

    /// Begins a fit of a model's recipe on the board and on its twin, the model, as
    /// [`Model::begin`] does.
    ///
    /// # Errors
    /// As [`Model::begin`]; of the line; and [`Failure::Differ`] where the bits differ.
    pub fn begin(
        &mut self,
        twin: &mut Model,
        parameters: Option<&[f32]>,
        scaler: Option<&[f32]>,
    ) -> Outcome {
        let twin = twin.single()?;
        let setup = Setup::of(&twin.file.recipe, None, &self.0)?;
        let state = twin.begin(parameters, scaler)?;
        let mut ack = self.0.configure(&setup)?;
        if let Some(state) = state {
            ack = self.0.push(&state, 0)?;
        }
        self.compare(twin, &ack, "at the start")
    }

    /// Lets the scalers of board and twin learn from rows; returns their number.
    ///
    /// # Errors
    /// As [`begin`](Self::begin), with the row.
    pub fn fit_scaler(&mut self, twin: &mut Model, arrays: &Arrays<'_>) -> Outcome<usize> {
        let twin = twin.single()?;
        let file = twin.file.clone();
        let mut rows = Rows::new(&file, arrays)?;
        for row in 0..rows.len() {
            let (features, target, _) = rows.row(row);
            let done = twin.fit.execute(Command::FitScaler { features, target });
            done.map_err(|fault| Failure::Input(format!("row {row}: {fault}")))?;
            let ack = self.0.demand(&link::Command::FitScaler {
                features: Numbers::new(features),
                target: Numbers::new(target),
            })?;
            self.compare(twin, &ack, &format!("row {row}"))?;
        }
        Ok(rows.len())
    }

    /// Lets board and twin learn from rows once, in their order, and compares them at each step.
    ///
    /// # Errors
    /// As [`fit_scaler`](Self::fit_scaler).
    pub fn learn(&mut self, twin: &mut Model, arrays: &Arrays<'_>) -> Outcome<Learned> {
        let twin = twin.single()?;
        let file = twin.file.clone();
        let mut rows = Rows::new(&file, arrays)?;
        let mut learned = Learned::default();
        let (mut sum, mut total) = (0.0, 0.0);
        let batch = f64::from(twin.fit.batch.max(1));
        for row in 0..rows.len() {
            let (features, target, weight) = rows.row(row);
            let steps = twin.fit.trainer.steps();
            let here = twin.fit.observe(features, target, weight);
            let ack = self.0.command(&link::Command::Sample {
                weight,
                features: Numbers::new(features),
                target: Numbers::new(target),
            })?;
            self.compare(twin, &ack, &format!("row {row}"))?;
            match (here, ack.result) {
                (Ok(step), Ok(_)) => {
                    if step.number > steps {
                        sum += f64::from(step.loss) * batch;
                    }
                    total += f64::from(weight);
                    learned.rows += 1;
                }
                (Err(here), Err(CommandError::Fault(there))) if here == there => {
                    learned.refused += 1;
                }
                (here, there) => {
                    return Err(Failure::Differ(format!(
                        "row {row}: {} answers {there:?}, and its twin {here:?}; build both from \
                         the same sources",
                        self.name()
                    )));
                }
            }
            if let Some(verdict) = twin.fit.verdict() {
                learned.verdicts.extend(tell(&verdict));
            }
        }
        let waiting = twin.fit.trainer.batch_len();
        if waiting > 0 {
            let here = twin.fit.execute(Command::ApplyBatch);
            let here = here.map_err(|fault| Failure::Fit(format!("the last batch: {fault}")))?;
            sum += f64::from(here.loss) * f64::from(waiting);
            let ack = self.0.demand(&link::Command::ApplyBatch)?;
            self.compare(twin, &ack, "the last batch")?;
        }
        while let Some(verdict) = twin.fit.verdict() {
            learned.verdicts.extend(tell(&verdict));
        }
        twin.has_learned = true;
        learned.loss = sum / total;
        Ok(learned)
    }

    /// Pulls the board's state, and compares it with its twin's.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn check(&mut self, twin: &mut Model) -> Outcome {
        let trainer = &twin.single()?.fit.trainer;
        let own = trainer.state();
        let pulled = self.0.pull(own.len())?;
        let bits = |state: &[f32]| state.iter().map(|word| word.to_bits()).collect::<Vec<_>>();
        let is_same = bits(&pulled.words) == bits(own)
            && pulled.steps == trainer.steps()
            && pulled.fingerprint == Some(trainer.fingerprint());
        match is_same {
            true => Ok(()),
            false => Err(self.differs("in the state that was pulled")),
        }
    }

    /// Compares the fingerprint of an ack with the twin's.
    fn compare(&self, twin: &InMemory<f32>, ack: &Ack, place: &str) -> Outcome {
        match ack.fingerprint == twin.fit.trainer.fingerprint() {
            true => Ok(()),
            false => Err(self.differs(place)),
        }
    }

    fn differs(&self, place: &str) -> Failure {
        Failure::Differ(format!(
            "{place}: {} and its twin have other bits; build both from the same sources",
            self.name()
        ))
    }
}
