//! SampleStream on their way to a board.

use std::collections::HashMap;
use std::path::Path;

use downhill::model::AnyModel;
use downhill_link::{Block, Command, Numbers, Progress};
use downhill_tables::Files;
use serde::Serialize;

use super::connect::open;
use super::source::Fitted;
use crate::arguments::TableArguments;
use crate::arguments::device::StreamArguments;
use crate::data::hold;
use crate::data::samples::{Sample, Samples};
use crate::data::signal::{Packed, Piece, RawSamples, Wanted, window_of};
use crate::device::{Port, coarse};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::messages::Bar;
use crate::support::{interrupt, messages, output};

/// Result, as `--json` prints it.
#[derive(Serialize)]
struct StreamResult {
    status: &'static str,
    board: String,
    data: String,
    rows: usize,
    dropped: usize,
    refused: usize,
    steps: u64,
    mean_loss: Option<f64>,
    /// Alarms of a detector.
    #[serde(skip_serializing_if = "Option::is_none")]
    alarms: Option<usize>,
    fingerprint: String,
}

impl StreamTally {
    /// Checks that all of so many rows were sent.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] where a signal came before.
    pub(super) fn check_whole(&self, rows: usize) -> Outcome {
        match self.rows < rows && interrupt::asked() {
            true => {
                let learned = self.rows - self.refused;
                Err(interrupt::early(format!(
                    "{learned} of {rows} rows learned"
                )))
            }
            false => Ok(()),
        }
    }

    /// Account of what the board learned until the next of so many rows failed.
    fn until(&self, rows: usize, executed: Option<bool>) -> String {
        let more = match executed {
            Some(true) => ", and one more taken",
            Some(false) => "",
            None => ", and perhaps one more",
        };
        let (learned, refused) = (self.rows - self.refused, self.refused);
        format!("{learned} of {rows} rows learned until then, {refused} refused{more}")
    }
}

/// The rows of a file, as the fit of a model takes them.
pub(super) struct SampleStream {
    samples: Samples<f32>,
    /// The raw samples that they are windows of.
    raw: Option<RawSamples>,
    /// True where a detector watches them, which takes no target.
    is_watched: bool,
    limit: usize,
    path: String,
}

/// Tally of the rows that were sent.
#[derive(Default)]
pub(super) struct StreamTally {
    rows: usize,
    refused: usize,
    loss: f64,
    weight: f64,
    /// Alarms that a detector raised.
    alarms: usize,
    last: Option<downhill_link::Ack>,
}

impl SampleStream {
    pub(super) fn read(
        model: &Fitted,
        data: &Path,
        how: &TableArguments,
        limit: Option<usize>,
    ) -> Outcome<Self> {
        let (file, targets) = (model.rows(), model.targets());
        let weight = file.weighting.column.as_ref();
        let wanted = Wanted {
            targets,
            weight: weight.map(String::as_str),
            group: None,
        };
        let (opened, raw) = file.open(&[data], how.reading(model.missing_values()), wanted)?;
        let mut encoder = file.encoder(&opened, targets, weight)?;
        let mut samples = hold::hold::<f32>(&mut encoder, &opened)?;
        messages::how_read(&opened);
        if samples.len() == 0 {
            return Err(samples.none_left(opened.files()));
        }
        samples.weigh_classes(&file.weighting.classes);
        if let (Fitted::Trained(model), [target]) = (model, targets)
            && let AnyModel::Formula(program) = model.trainer.model()
        {
            samples.take_left_side(opened.files(), target, program)?;
        }
        if let Some(warning) = warning(&samples, (opened.files(), file.features, targets)) {
            messages::say(format_args!("{warning}"));
        }
        Ok(Self {
            limit: limit.unwrap_or(usize::MAX),
            path: opened.files().to_string(),
            is_watched: matches!(model, Fitted::Normal(_)),
            samples,
            raw,
        })
    }

    /// Target of a row that is sent.
    fn target<'r>(&self, row: &Sample<'r, f32>) -> &'r [f32] {
        match self.is_watched {
            true => &[],
            false => row.target,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.samples.len().min(self.limit)
    }

    /// Lets the board learn from each of them, until `watch` has seen enough or somebody
    /// interrupts.
    pub(super) fn feed(
        &self,
        port: &mut Port,
        mut watch: impl FnMut(&mut Port, &Progress) -> Outcome<bool>,
    ) -> Outcome<StreamTally> {
        let mut tally = StreamTally::default();
        if let Some(raw) = self.raw.as_ref().filter(|_| port.has_stage()) {
            self.feed_raw(raw, port, &mut tally, watch)?;
            return Ok(tally);
        }
        for row in self.samples.iter().take(self.len()) {
            if interrupt::asked() {
                break;
            }
            let command = Command::Sample {
                weight: row.weight,
                features: Numbers::new(row.features),
                target: Numbers::new(self.target(&row)),
            };
            let outcome = port.command(&command);
            let goes_on = self.take(port, outcome, row, (&mut tally, &mut watch))?;
            if !goes_on {
                break;
            }
        }
        Ok(tally)
    }

    /// Lets the board make the windows, of all the raw samples in their order.
    fn feed_raw(
        &self,
        raw: &RawSamples,
        port: &mut Port,
        tally: &mut StreamTally,
        mut watch: impl FnMut(&mut Port, &Progress) -> Outcome<bool>,
    ) -> Outcome {
        let rows: HashMap<usize, Sample<'_, f32>> = self
            .samples
            .iter()
            .take(self.len())
            .map(|row| (window_of(row.line), row))
            .collect();
        let (width, most) = (self.samples.widths().1, self.len());
        let most_numbers = port.block_len(width)?;
        raw.each(most_numbers, |piece| {
            if interrupt::asked() || tally.rows >= most {
                return Ok(false);
            }
            let (numbers, row) = match piece {
                Piece::Gap => return port.demand(&Command::Block(&[])).map(|_| true),
                Piece::Block { numbers, window } => {
                    let row = window.and_then(|window| rows.get(&window).copied());
                    (Packed::new(numbers), row)
                }
            };
            let block = Block {
                weight: row.map_or(1.0, |row| row.weight),
                scale: 1.0,
                // A detector watches each window but these; a fit learns from those with a target.
                fits_scaler: row.is_none() && self.is_watched,
                samples: numbers.raw(),
                target: Numbers::new(row.map_or(&[], |row| self.target(&row))),
            };
            let outcome = port.block(&block);
            match row {
                Some(row) => self.take(port, outcome, row, (&mut *tally, &mut watch)),
                None => refused_nothing(outcome?),
            }
        })
    }

    /// Takes note of the board's answer to a row; returns whether `watch` wants more.
    fn take(
        &self,
        port: &mut Port,
        outcome: Outcome<downhill_link::Ack>,
        row: Sample<'_, f32>,
        (tally, watch): (
            &mut StreamTally,
            &mut impl FnMut(&mut Port, &Progress) -> Outcome<bool>,
        ),
    ) -> Outcome<bool> {
        let outcome = outcome
            .map_err(|failure| failure.and(&tally.until(self.len(), port.was_executed())))?;
        tally.rows += 1;
        tally.last = Some(outcome);
        match outcome.result {
            Ok(progress) if !progress.loss.is_finite() => Err(Failure::Input(format!(
                "{}, line {}: the board tells of a loss of {}, which no fit has; does it run \
                 Downhill's firmware, of these sources?",
                self.path, row.line, progress.loss
            ))),
            Ok(progress) => {
                // The sign of a detector's is an alarm.
                let is_alarm = self.is_watched && progress.loss.is_sign_negative();
                tally.alarms += usize::from(is_alarm);
                tally.loss += f64::from(match self.is_watched {
                    true => progress.loss.abs(),
                    false => progress.loss,
                });
                tally.weight += f64::from(row.weight);
                watch(port, &progress)
            }
            Err(downhill_link::CommandError::Fault(_)) => {
                tally.refused += 1;
                Ok(true)
            }
            Err(refusal) => Err(Failure::Input(format!(
                "{}, line {}: the board refuses: {refusal}",
                self.path, row.line
            ))),
        }
    }
}

/// True, of an answer that is no refusal.
fn refused_nothing(outcome: downhill_link::Ack) -> Outcome<bool> {
    match outcome.result {
        Ok(_) => Ok(true),
        Err(refusal) => Err(Failure::Input(format!("the board refuses: {refusal}"))),
    }
}

/// Warning of the first row with a number that a board holds coarsely, for the model counts it from no
/// origin.
fn warning(
    samples: &Samples<f32>,
    (files, features, targets): (&Files, &[String], &[String]),
) -> Option<String> {
    samples.iter().find_map(|row| {
        let of = |numbers: &[f32], names: &[String]| {
            let (place, number, step) = coarse(numbers)?;
            Some((names.get(place)?.clone(), number, step))
        };
        let found = of(row.features, features).or_else(|| of(row.target, targets));
        let (name, number, step) = found?;
        Some(format!(
            "warning: {}: `{name}` is {number} from the model's origin, and so far from it a board tells \
             numbers apart by {step} only; fit the model on rows such as these",
            files.place(row.line)
        ))
    })
}

pub(super) fn stream(arguments: &StreamArguments) -> Outcome {
    let rows = &arguments.rows;
    let model = Fitted::read(&rows.model)?;
    let is_detector = matches!(model, Fitted::Normal(_));
    let rows = SampleStream::read(&model, &arguments.data, &arguments.table, rows.limit)?;
    if rows.len() == 0 {
        return Err(Failure::Input(format!(
            "{}: no row has all that the model needs; {} dropped for a missing value",
            rows.path,
            counted(rows.samples.dropped, "row")
        )));
    }
    let mut port = open(&arguments.line)?;
    prepare(&mut port, model)?;
    let bar = Bar::new(
        rows.len() as u64,
        "row {pos}/{len} {bar:24} {msg} [{per_sec}, {eta} left]",
    );
    let tally = rows.feed(&mut port, |_, progress| {
        bar.step(|| format!("loss {:.5}", progress.loss));
        Ok(true)
    });
    bar.clear();
    let tally = tally?;
    let whole = tally.check_whole(rows.len());
    let document = StreamResult {
        status: match whole {
            Ok(()) => "done",
            Err(_) => "interrupted",
        },
        board: port.board().into(),
        data: rows.path.clone(),
        rows: tally.rows,
        dropped: rows.samples.dropped,
        refused: tally.refused,
        steps: tally.last.and_then(|o| o.result.ok()).map_or(0, |p| p.step),
        mean_loss: (tally.weight > 0.0).then(|| tally.loss / tally.weight),
        alarms: is_detector.then_some(tally.alarms),
        fingerprint: tally
            .last
            .map_or_else(String::new, |o| o.fingerprint.to_string()),
    };
    if arguments.json {
        return output::print_json(&document).and(whole);
    }
    let mean = document.mean_loss;
    let mean = match document.alarms {
        Some(alarms) => counted(alarms, "alarm") + ", ",
        None => mean.map_or_else(String::new, |loss| format!("mean loss {loss:.6}, ")),
    };
    output::say(&format!(
        "{} learned from {} rows of {}, {} refused, {} dropped for a missing value\n\
         {mean}{} steps, fingerprint {}\n",
        document.board,
        document.rows - document.refused,
        document.data,
        document.refused,
        document.dropped,
        document.steps,
        match document.fingerprint.as_str() {
            "" => "not asked for",
            fingerprint => fingerprint,
        }
    ))
    .and(whole)
}

/// Makes sure that the board's fit is by the model's recipe: a board without a fit gets it.
pub(super) fn prepare(port: &mut Port, model: Fitted) -> Outcome {
    let own = model.setup(port)?;
    match port.setup()? {
        None => model.source().configure(port).map(drop),
        Some(setup) if setup == own => Ok(()),
        Some(_) => Err(Failure::Input(
            "the board fits by another recipe than this model's; begin anew with `downhill \
             device configure`, or name the model that it fits"
                .into(),
        )),
    }
}
