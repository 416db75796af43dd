//! A fit on its way from a board and to it.

use std::path::Path;

use downhill::checkpoint::{self, Checkpoint};
use downhill_link::{Capabilities, Command};

use super::connect::open;
use super::source::{Fitted, model};
use crate::arguments::device::{LineArguments, PullArguments, PushArguments};
use crate::device::Setup;
use crate::model::model_file::Model;
use crate::model::normal::NormalModel;
use crate::model::twin::{Twin, arena_len};
use crate::support::failure::{Failure, Outcome};
use crate::support::output;

pub(super) fn pull(arguments: &PullArguments) -> Outcome {
    match (&arguments.checkpoint, &arguments.model) {
        (None, Some(model)) => pull_model(arguments, model),
        (Some(checkpoint), _) => pull_checkpoint(arguments, checkpoint),
        (None, None) => Err(Failure::Usage("name a model with `--model`".into())),
    }
}

/// A checkpoint as a file: the bytes that the link's specification lays down.
fn pull_checkpoint(arguments: &PullArguments, path: &Path) -> Outcome {
    let out = output::Target::new(path, &[])?;
    let mut port = open(&arguments.line)?;
    let board = port.board().to_owned();
    let setup = port.setup()?.ok_or_else(|| no_fit(&board))?;
    let bytes = port.pull_checkpoint(setup.words())?;
    if bytes.is_empty() {
        return Err(Failure::Input(format!(
            "{board} has no room to put a checkpoint together; pull its fit with `--model`"
        )));
    }
    let checkpoint = Checkpoint::parse(&bytes).map_err(|error| {
        Failure::Input(format!(
            "{board}: {error}; does its sensor go on? Pull it again, or stop it first"
        ))
    })?;
    out.write(&bytes)?;
    output::say(&format!(
        "{board}: {} steps\nsaved {}\n",
        checkpoint.steps,
        path.display()
    ))
}

fn no_fit(board: &str) -> Failure {
    Failure::Input(format!(
        "{board} has no fit; configure one with `downhill device configure`"
    ))
}

fn pull_model(arguments: &PullArguments, path: &Path) -> Outcome {
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(path, &[])?),
    };
    let mut model = model(path)?;
    let mut port = open(&arguments.line)?;
    let board = port.board().to_owned();
    let own = Setup::of(&model.file.recipe, model.file.signal.as_ref(), &port)?;
    match port.setup()? {
        Some(setup) if setup == own => {}
        Some(_) => {
            return Err(Failure::Input(format!(
                "{board} fits by another recipe than {}; name the model that it was configured \
                 with",
                path.display()
            )));
        }
        None => return Err(no_fit(&board)),
    }
    let pulled = port.pull(arena_len(&model.file.recipe))?;
    let restored = model.trainer.restore(&pulled.words, pulled.steps);
    restored.map_err(|fault| Failure::Input(format!("the state of {board}: {fault}")))?;
    let fingerprint = model.trainer.fingerprint();
    if pulled.fingerprint != Some(fingerprint) {
        return Err(Failure::Differ(format!(
            "the state pulled from {board} has the fingerprint {fingerprint} here, and another \
             on the board; build both from the same sources"
        )));
    }
    let text = model.file.of_board(&model.trainer, &board).text();
    match out {
        None => output::print(&text),
        Some(out) => {
            out.write(&text)?;
            output::say(&format!(
                "{board}: {} steps, fingerprint {fingerprint}\nsaved {}\n",
                pulled.steps,
                arguments.out.display()
            ))
        }
    }
}

pub(super) fn push(arguments: &PushArguments) -> Outcome {
    let model = arguments.model.as_deref().map(Fitted::read).transpose()?;
    match (&arguments.checkpoint, model) {
        (Some(path), model) => push_checkpoint(arguments, path, model.as_ref()),
        (None, Some(Fitted::Trained(model))) => push_model(arguments, &model),
        (None, Some(Fitted::Normal(model))) => push_detector(arguments, &model),
        (None, None) => Err(Failure::Usage("name a model, or a checkpoint".into())),
    }
}

fn push_checkpoint(arguments: &PushArguments, path: &Path, model: Option<&Fitted>) -> Outcome {
    let refuse = |why: String| Failure::Input(format!("{}: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| refuse(format!("{error}; check the path")))?;
    let checkpoint = Checkpoint::parse(&bytes).map_err(|error| {
        refuse(format!(
            "{error}; name a file that `device pull --checkpoint` wrote"
        ))
    })?;
    let mut port = open(&arguments.line)?;
    let board = port.board().to_owned();
    match model {
        Some(model) => {
            let setup = model.setup(&port)?;
            port.configure(&setup)?;
        }
        None if port.recipe()?.is_none() => return Err(no_fit(&board)),
        None => {}
    }
    let outcome = port.resume(&bytes)?;
    output::say(&format!(
        "{board} continues at step {}, fingerprint {}\n",
        checkpoint.steps, outcome.fingerprint
    ))
}

fn push_model(arguments: &PushArguments, model: &Model<f32, Twin>) -> Outcome {
    let mut port = open(&arguments.line)?;
    let setup = Setup::of(&model.file.recipe, model.file.signal.as_ref(), &port)?;
    port.configure(&setup)?;
    let (state, steps) = (model.trainer.state(), model.trainer.steps());
    let outcome = port.push(state, steps)?;
    let (here, there) = (model.trainer.fingerprint(), outcome.fingerprint);
    if here != there {
        return Err(Failure::Differ(format!(
            "the fit has the fingerprint {here} here and {there} on the board; build both from \
             the same sources"
        )));
    }
    output::say(&format!(
        "{} continues at step {steps}, fingerprint {here}\n",
        port.board()
    ))
}

/// Hands a detector that watches to a board, as a checkpoint.
fn push_detector(arguments: &PushArguments, model: &NormalModel) -> Outcome {
    let mut port = open(&arguments.line)?;
    let setup = Setup::of_normal(&model.file, &port)?;
    port.configure(&setup)?;
    let (hash, detector) = (setup.hash(), &model.detector);
    let mut bytes = vec![0; checkpoint::bytes::<f32>(hash.len(), setup.words())];
    let length = detector.save(&hash, &mut bytes).map_err(Failure::input)?;
    let outcome = port.resume(bytes.get(..length).unwrap_or_default())?;
    let (here, there) = (detector.fingerprint(), outcome.fingerprint);
    if here != there {
        return Err(Failure::Differ(format!(
            "the detector has the fingerprint {here} here and {there} on the board; build both from \
             the same sources"
        )));
    }
    output::say(&format!("{} watches, fingerprint {here}\n", port.board()))
}

/// Erases the checkpoints of a board's own store; the fit in its memory goes on.
pub(super) fn wipe(line: &LineArguments) -> Outcome {
    let mut port = open(line)?;
    let device = port.device()?;
    let board = device.board.to_string();
    if !device.capabilities.contains(Capabilities::STORE) {
        return Err(Failure::Input(format!(
            "{board} has no store of its own; there is nothing to wipe"
        )));
    }
    let outcome = port.demand(&Command::Wipe)?;
    let step = outcome.result.map_or(0, |progress| progress.step);
    output::say(&format!(
        "{board} keeps no checkpoint; its fit goes on from step {step}, and its next checkpoint is \
         the first\n"
    ))
}
