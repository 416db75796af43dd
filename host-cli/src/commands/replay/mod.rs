//! `downhill replay`: every step of a recording again on the host, bit for bit.

mod page;
mod result;

use downhill::fit::Command;
use downhill::rules::ScalingMethod;
use downhill::signal::{Block, Description};
use downhill::{Fault, Fingerprint, Recipe, Step};
use downhill_link::CommandError;

use crate::arguments::ReplayArguments;
use crate::device::recording::{Entry, Reader, RecordedCommand};
use crate::model::normal::{self, HostDetector};
use crate::model::stage::HostStage;
use crate::model::twin::Twin;
use crate::report::page::Report;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::printable;
use crate::support::output;

use result::{Difference, ReplayResult};

/// A fit, or a detector.
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
enum Replayed {
    Fit(Twin),
    Detector(HostDetector),
}

impl Replayed {
    fn execute(&mut self, command: Command<'_, f32>) -> Result<Step<f32>, Fault> {
        match self {
            Self::Fit(fit) => fit.execute(command),
            Self::Detector(detector) => detector.execute(command),
        }
    }

    fn steps(&self) -> u64 {
        match self {
            Self::Fit(fit) => fit.steps(),
            Self::Detector(detector) => detector.steps(),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Fit(fit) => fit.fingerprint(),
            Self::Detector(detector) => detector.fingerprint(),
        }
    }
}

/// A fit that goes through a recording.
#[derive(Default)]
struct Replay {
    fit: Option<Replayed>,
    /// Signal stage in front of it.
    stage: Option<HostStage>,
    /// True where its target is scaled.
    scaled: bool,
    /// State that was pushed and not committed.
    pushed: Vec<f32>,
    entries: u64,
    /// Steps and losses of the samples learned from.
    learned: Vec<(u64, f32)>,
}

pub(crate) fn run(arguments: &ReplayArguments) -> Outcome {
    let path = &arguments.recording;
    let name = path.display();
    let report = Report::asked(arguments.report.as_deref(), None, &[path])?;
    let mut reader = Reader::open(path)?;
    let mut replay = Replay::default();
    let mut difference = None;
    while let Some((line, entry)) = reader.next()? {
        difference = replay.follow(&entry, line);
        if difference.is_some() {
            // What follows is not compared, but an end mark may.
            while let Ok(Some(_)) = reader.next() {}
            break;
        }
    }
    let head = &reader.head;
    let steps = replay.steps();
    let fingerprint = replay.fingerprint();
    let document = ReplayResult {
        status: match difference {
            None => "identical",
            Some(_) => "different",
        },
        recording: name.to_string(),
        board: &head.board,
        entries: replay.entries,
        cut: reader.is_cut(),
        steps,
        first_difference: difference.as_ref(),
        fingerprint: &fingerprint,
    };
    if let Some(report) = report {
        let unit = match replay.scaled {
            true => "standardized",
            false => "per sample",
        };
        report.write(&page::of(&document, &replay.learned, unit))?;
    }
    if arguments.json {
        output::print_json(&document)?;
    } else {
        let (entries, same) = (replay.entries, difference.is_none());
        output::say(&format!(
            "{entries} entries of {} replayed to step {steps}: {}\n{}",
            printable(&head.board),
            if same { "all identical" } else { "different" },
            match document.cut {
                Some(true) => {
                    "the recording was cut: it has no end mark, and may lack what came last\n"
                }
                _ => "",
            }
        ))?;
    }
    match difference {
        None => Ok(()),
        Some(Difference {
            line,
            step,
            what,
            recording,
            host,
        }) => Err(Failure::Differ(format!(
            "{name}, line {line}: after step {step} the {what} is {recording} in the recording \
             and {host} on the host"
        ))),
    }
}

impl Replay {
    /// Does what the board was told, and compares what became of it.
    fn follow(&mut self, entry: &Entry, line: u64) -> Option<Difference> {
        self.entries += 1;
        let learns = matches!(
            entry.command,
            RecordedCommand::Sample { .. }
                | RecordedCommand::Block { .. }
                | RecordedCommand::FitScaler { .. }
                | RecordedCommand::ApplyBatch
        );
        let before = self.steps();
        // What else a board refuses may be for want of room, which a host does not know.
        let done = match entry.refused.is_none() || learns {
            true => Some(self.perform(&entry.command)),
            false => None,
        };
        let step = self.steps();
        let is_sample = match &entry.command {
            RecordedCommand::Sample { .. } => true,
            RecordedCommand::Block { fits_scaler, .. } => !fits_scaler && step > before,
            _ => false,
        };
        if let (true, Some(Ok(learned))) = (is_sample, &done) {
            self.learned.push((learned.number, learned.loss));
        }
        let differs = |what, recording: String, host: String| {
            (recording != host).then_some(Difference {
                line,
                step,
                what,
                recording,
                host,
            })
        };
        let by_fingerprint = differs("fingerprint", entry.fingerprint.clone(), self.fingerprint());
        let Some(done) = done else {
            return by_fingerprint;
        };
        let nothing = || String::from("nothing");
        let refused = entry.refused.clone().unwrap_or_else(nothing);
        let refusal = done.as_ref().err().map(CommandError::to_string);
        let steps = |step: Option<u64>| step.map_or_else(nothing, |step| step.to_string());
        let loss = |loss: Option<f32>| {
            loss.map_or_else(nothing, |loss| format!("{loss:?} ({:08x})", loss.to_bits()))
        };
        by_fingerprint
            .or_else(|| differs("refusal", refused, refusal.unwrap_or_else(nothing)))
            .or_else(|| {
                differs(
                    "number of steps",
                    steps(entry.step),
                    steps(done.ok().map(|s| s.number)),
                )
            })
            .or_else(|| differs("loss", loss(entry.loss), loss(done.ok().map(|s| s.loss))))
    }

    /// Does what a board was told, and returns the step and the loss that it reports.
    fn perform(&mut self, command: &RecordedCommand) -> Result<Step<f32>, CommandError> {
        match (command, &mut self.fit) {
            (RecordedCommand::Configure(recipe), _) => {
                self.begin(recipe, None)?;
            }
            (RecordedCommand::ConfigureSignal { recipe, signal }, _) => {
                self.begin(recipe, Some(*signal))?;
            }
            (
                RecordedCommand::ConfigureDetector {
                    recipe,
                    signal,
                    detector,
                },
                _,
            ) => {
                self.fit = Some(Replayed::Detector(normal::build(detector, recipe)?));
                self.stage = signal.map(HostStage::new).transpose()?;
                self.scaled = false;
            }
            (RecordedCommand::Reset, _) => self.fit = None,
            (_, None) => return Err(CommandError::NoFit),
            (RecordedCommand::Push { at: 0, words }, _) => self.pushed = words.clone(),
            (RecordedCommand::Push { words, .. }, _) => self.pushed.extend(words),
            (RecordedCommand::PushIntegers { at, words }, _) => {
                if *at == 0 {
                    self.pushed.clear();
                }
                let words = words.iter().map(|&word| f32::from_bits(word as u32));
                self.pushed.extend(words);
            }
            (
                RecordedCommand::Block {
                    weight,
                    scale,
                    fits_scaler,
                    samples,
                    target,
                },
                Some(fit),
            ) => {
                let stage = self.stage.as_mut().ok_or(CommandError::Unsupported)?;
                let block = Block {
                    numbers: samples.numbers(*scale).into_iter(),
                    target,
                    weight: *weight,
                    fits_scaler: *fits_scaler,
                };
                let step = match fit {
                    Replayed::Fit(fit) => stage.block(fit, block)?,
                    Replayed::Detector(detector) => stage.watch(detector, block)?,
                };
                if let Some(step) = step {
                    return Ok(step);
                }
            }
            (RecordedCommand::Gap, Some(fit)) => {
                let stage = self.stage.as_mut().ok_or(CommandError::Unsupported)?;
                stage.gap();
                if let Replayed::Detector(detector) = fit {
                    detector.gap();
                }
            }
            (command, Some(fit)) => {
                if let Some(command) = command.to_fit(&self.pushed) {
                    return Ok(fit.execute(command)?);
                }
            }
        }
        let number = self.steps();
        Ok(Step { number, loss: 0.0 })
    }

    /// Begins a fit.
    fn begin(
        &mut self,
        recipe: &Recipe<f32>,
        signal: Option<Description<f32>>,
    ) -> Result<(), CommandError> {
        self.fit = Some(Replayed::Fit(Twin::new(recipe)?));
        self.stage = signal.map(HostStage::new).transpose()?;
        let scaling = recipe.rules.scaling;
        self.scaled = scaling.target && scaling.method != ScalingMethod::None;
        Ok(())
    }

    fn steps(&self) -> u64 {
        self.fit.as_ref().map_or(0, Replayed::steps)
    }

    fn fingerprint(&self) -> String {
        let fingerprint = self.fit.as_ref().map(Replayed::fingerprint);
        fingerprint.unwrap_or(Fingerprint(0)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use downhill::Dyn;
    use downhill::health::Health;
    use downhill::loss::{AnyLoss, Squared};
    use downhill::model::{AnyModel, Linear};
    use downhill::optimizer::{AnyOptimizer, Sgd};

    use super::*;

    /// As on the board: the batch that is applied early counts, and the end is judged.
    #[test]
    fn what_watches_a_fit_goes_through_the_recording_too() {
        let recipe = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(1), Dyn(1), Dyn(1))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1)),
        )
        .health(Health::every(Health::DEFAULT_EVERY))
        .batch(2)
        .seed(1);
        let mut replay = Replay::default();
        replay.perform(&RecordedCommand::Configure(recipe)).unwrap();
        let mut sample = || {
            let (features, target) = (vec![1.0], vec![3.0]);
            let sample = RecordedCommand::Sample {
                weight: 1.0,
                features,
                target,
            };
            replay.perform(&sample).unwrap();
        };
        (0..2 * 16 + 1).for_each(|_| sample());
        let level = |replay: &Replay| {
            let Some(Replayed::Fit(Twin::Float(fit))) = &replay.fit else {
                panic!("a fit of floats")
            };
            fit.monitor.as_ref().unwrap().loss()
        };
        let before = level(&replay);
        replay.perform(&RecordedCommand::ApplyBatch).unwrap();
        assert!(level(&replay) < before);
        replay.perform(&RecordedCommand::Finish).unwrap();
        let Some(Replayed::Fit(fit)) = &mut replay.fit else {
            panic!("a fit")
        };
        let told = fit.verdict();
        assert_eq!(told.map(|verdict| verdict.step), Some(17));
    }
}
