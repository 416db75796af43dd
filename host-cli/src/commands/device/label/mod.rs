//! `downhill device label`: what the samples of a board's own sensor should have been.

mod labels;

use std::path::Path;
use std::time::{Duration, Instant};

use downhill::Recipe;
use downhill::loss::Loss;
use downhill::model::Model;
use downhill_link::{Command, CommandError, Numbers, Topics};
use serde::Serialize;

use self::labels::{Label, Labels, Meaning, Next, TURN};
use super::connect::open;
use super::node;
use super::source::model;
use crate::arguments::device::LabelArguments;
use crate::device::recording::{Head, Recorder};
use crate::device::{Learned, Port};
use crate::support::failure::{Failure, Outcome};
use crate::support::format::counted;
use crate::support::{interrupt, messages, output};

/// Result, as `--json` prints it.
#[derive(Default, Serialize)]
struct LabelResult {
    status: &'static str,
    board: String,
    labels: u64,
    late: u64,
    refused: u64,
    sample: Option<u32>,
    steps: u64,
    loss: Option<f32>,
    fingerprint: String,
}

pub(super) fn run(arguments: &LabelArguments) -> Outcome {
    let model = arguments.model.as_deref().map(model).transpose()?;
    let meaning = model.as_deref().map(Meaning::of_model);
    let mut labels = Labels::new(arguments, meaning.unwrap_or_default())?;
    let target = match &arguments.record {
        Some(path) => Some(output::Target::new(path, &[])?),
        None => None,
    };
    let mut port = open(&arguments.line)?;
    let recipe = node::recipe(
        &mut port,
        ", whose samples could be labeled; feed it with `device stream`",
    )?;
    // What labels mean depends on nothing else.
    let is_other = |own: &Recipe<f32>| (own.model, own.loss) != (recipe.model, recipe.loss);
    if model.is_some_and(|model| is_other(&model.file.recipe)) {
        return Err(Failure::Input(
            "the board fits another model, or by another loss, than this file's; name a file of \
             the model that it fits"
                .into(),
        ));
    }
    let outputs = Model::<f32>::sizes(&recipe.model).outputs;
    let width = Loss::<f32>::targets(&recipe.loss, outputs);
    if let Labels::One(Some(label)) = &labels {
        label.check(width)?;
    }
    if let Some(target) = target {
        let head = Head::new(port.board(), port.device()?, &[], &[]);
        port.recorder = Some(Recorder::new(target, &head)?);
    }
    let topics = Topics {
        samples: true,
        ..node::LEARNING
    };
    node::subscribe(&mut port, topics)?;
    node::begin(&mut port, &recipe)?;
    if !arguments.take && arguments.sample.is_none() {
        node::check_runs(&mut port, "`--take` has it take one for each label")?;
    }
    let mut said = LabelResult {
        status: "done",
        board: port.board().into(),
        ..LabelResult::default()
    };
    let ended = session(&mut port, arguments, &mut labels, width, &mut said);
    if said.labels == 0 {
        port.recorder = None;
    }
    let path = arguments.record.as_deref().unwrap_or(Path::new(""));
    let recorded = port.end_recording(ended, path)?;
    match arguments.json {
        true => output::print_json(&said),
        false => output::say(&said.text(arguments, recorded)),
    }
}

/// Gives labels while there are any; an error where all were refused.
fn session(
    port: &mut Port,
    arguments: &LabelArguments,
    labels: &mut Labels,
    width: usize,
    said: &mut LabelResult,
) -> Outcome {
    let mut refused = None;
    while !interrupt::asked() {
        let label = match labels.next()? {
            Next::Label(label) => label,
            Next::None => break,
            Next::NotYet => {
                node::hear(port, TURN)?;
                continue;
            }
        };
        label.check(width)?;
        let sample = match (arguments.sample, arguments.take) {
            (Some(sample), _) => Some(sample),
            (None, true) => take_one(port)?,
            (None, false) => wait(port)?,
        };
        let Some(sample) = sample else { break };
        match give(port, sample, &label, said)? {
            Ok(line) if !arguments.json && !messages::is_quiet() => {
                if !output::print_on(&line)? {
                    break;
                }
            }
            Ok(_) => {}
            Err(why) => {
                messages::detail(format_args!("{why}"));
                refused = Some(why);
            }
        }
    }
    node::unsubscribe(port)?;
    node::hear(port, Duration::ZERO)?;
    match refused {
        Some(why) if said.labels == 0 => Err(Failure::Input(why)),
        _ => Ok(()),
    }
}

impl LabelResult {
    fn text(&self, arguments: &LabelArguments, recorded: Option<u64>) -> String {
        let mut text = format!(
            "{}: {} given, {} too late, {} refused; {}, fingerprint {}\n",
            self.board,
            counted(self.labels as usize, "label"),
            self.late,
            self.refused,
            counted(self.steps as usize, "step"),
            match self.fingerprint.as_str() {
                "" => "not asked for",
                fingerprint => fingerprint,
            }
        );
        if let (Some(entries), Some(path)) = (recorded, &arguments.record) {
            text += &format!("{entries} entries in {}\n", path.display());
        }
        text
    }
}

/// The newest sample that has no label yet, waited for; none where somebody interrupts.
fn wait(port: &mut Port) -> Outcome<Option<u32>> {
    loop {
        if let Some(sample) = port.take_sample() {
            return Ok(Some(sample));
        }
        if interrupt::asked() {
            return Ok(None);
        }
        node::hear(port, TURN)?;
    }
}

/// Lets the board ask its sensor until it has a sample.
fn take_one(port: &mut Port) -> Outcome<Option<u32>> {
    port.take_sample();
    let start = Instant::now();
    while !interrupt::asked() {
        if start.elapsed() > port.silence() {
            return Err(Failure::Input(
                "the board asks its sensor, and tells of neither a sample nor a fault; look at \
                 its log"
                    .into(),
            ));
        }
        let before = port.counters()?;
        port.demand(&Command::Start { turns: 1 })?;
        loop {
            node::hear(port, TURN)?;
            let now = port.counters()?;
            if let Some(sample) = port.take_sample() {
                return Ok(Some(sample));
            }
            if now.sensor.total() > before.sensor.total() {
                let alerts = port.alerts();
                let why = alerts.last().map_or("see its log", String::as_str);
                return Err(Failure::Input(format!(
                    "the board's sensor gives no sample ({why}); look at its wiring"
                )));
            }
            if now.turns > before.turns || start.elapsed() > port.silence() || interrupt::asked() {
                break;
            }
        }
    }
    Ok(None)
}

/// Gives a label, and says what became of it.
fn give(
    port: &mut Port,
    sample: u32,
    label: &Label,
    said: &mut LabelResult,
) -> Outcome<Result<String, String>> {
    let target = Numbers::new(&label.targets);
    let outcome = port.command(&Command::Label { sample, target })?;
    let heard = node::hear(port, Duration::ZERO)?;
    for alert in port.alerts() {
        messages::say(format_args!("{alert}"));
    }
    let progress = match outcome.result {
        Ok(progress) => progress,
        Err(refusal) => {
            let cure = match refusal {
                CommandError::NoSample => {
                    said.late += 1;
                    ": it has its label, or was taken too long ago, or the board only infers"
                }
                _ => {
                    said.refused += 1;
                    ""
                }
            };
            let place = &label.place;
            return Ok(Err(format!(
                "{place}: the board refuses it for sample {sample}: {refusal}{cure}"
            )));
        }
    };
    let learned = heard.iter().find(|learned| learned.sample == sample);
    said.labels += 1;
    said.sample = Some(sample);
    said.steps = progress.step;
    said.fingerprint = outcome.fingerprint.to_string();
    said.loss = learned.map(|learned| learned.loss);
    Ok(Ok(line(sample, label, learned)))
}

fn line(sample: u32, label: &Label, learned: Option<&Learned>) -> String {
    let written = |numbers: &[f32]| {
        let numbers: Vec<String> = numbers.iter().map(f32::to_string).collect();
        numbers.join(", ")
    };
    let said = &label.said;
    match learned {
        Some(Learned {
            features,
            step,
            loss,
            ..
        }) => format!(
            "sample {sample}: {} is {said}; step {step}, loss {loss:.6}\n",
            written(features)
        ),
        None => format!("sample {sample} is {said}; compared, and not learned from\n"),
    }
}
