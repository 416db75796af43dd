//! A fit on its way from a board and to it.

use std::path::Path;

use downhill_link::Order;

use super::arguments::{PullArguments, PushArguments};
use super::{model, open};
use crate::failure::{Failure, Outcome};
use crate::output;

pub(super) fn pull(arguments: &PullArguments) -> Outcome {
    let out = match arguments.out.as_path() {
        path if path == Path::new("-") => None,
        path => Some(output::Target::new(path, &[])?),
    };
    let mut model = model(&arguments.model)?;
    let mut port = open(&arguments.line)?;
    let board = port.device()?.board.to_string();
    match port.recipe()? {
        Some(recipe) if recipe == model.file.recipe => {}
        Some(_) => {
            return Err(Failure::Input(format!(
                "{board} fits by another recipe than {}; name the model that it was configured \
                 with",
                arguments.model.display()
            )));
        }
        None => {
            return Err(Failure::Input(format!(
                "{board} has no fit; configure one with `downhill device configure`"
            )));
        }
    }
    let pulled = port.pull()?;
    let restored = model.trainer.restore(&pulled.words, pulled.steps);
    restored.map_err(|fault| Failure::Input(format!("the state of {board}: {fault}")))?;
    let fingerprint = model.trainer.fingerprint();
    if pulled.fingerprint != Some(fingerprint) {
        return Err(Failure::Differ(format!(
            "the state pulled from {board} has the fingerprint {fingerprint} here, and another \
             on the board; build both from the same sources"
        )));
    }
    let text = model.file.learned_on(&model.trainer, &board).text();
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
    let model = model(&arguments.model)?;
    let mut port = open(&arguments.line)?;
    port.check_room(model.file.recipe.arena_len())?;
    port.demand(&Order::Configure(model.file.recipe))?;
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
        "{} goes on at step {steps}, fingerprint {here}\n",
        port.device()?.board
    ))
}
