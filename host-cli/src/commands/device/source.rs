//! Recipe or model that a fit on a board starts from.

use std::path::Path;

use downhill::Recipe;
use serde_json::{Map, Value};

use crate::device::{Port, Setup};
use crate::model::model_file::{self, Loaded, Model};
use crate::model::recipe_text::RecipeText;
use crate::model::trainer::monitored;
use crate::model::twin::Twin;
use crate::support::failure::{Failure, Outcome};
use crate::support::{json, messages};

/// Start of a fit on a board.
#[allow(clippy::large_enum_variant, reason = "one lives at a time")]
pub(super) enum Source {
    /// A recipe alone.
    Recipe(Recipe<f32>),
    /// A model: its recipe, and the scaler that it was fitted with.
    Model(Box<Model<f32, Twin>>),
}

impl Source {
    pub(super) fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::Input(format!("{}: {error}; check the path", path.display()))
        })?;
        // Whatever is no recipe is refused as a model.
        let is_recipe = serde_json::from_str(&text)
            .is_ok_and(|json: Map<String, Value>| !json.contains_key("format"));
        if !is_recipe {
            return Ok(Self::Model(model(path)?));
        }
        let recipe: RecipeText<f32> = json::parse(&text).map_err(|error| {
            Failure::Input(format!(
                "{}, {}: this is not a whole recipe: {}; take the `recipe` of a model file that \
                 `downhill fit … --out` writes, or that file itself",
                path.display(),
                error.place(None),
                error.cause
            ))
        })?;
        Ok(Self::Recipe(recipe.0))
    }

    /// Begins a new fit; returns the last outcome.
    pub(super) fn configure(&self, port: &mut Port) -> Outcome<downhill_link::Ack> {
        let (recipe, signal) = match self {
            Self::Recipe(recipe) => (recipe, None),
            Self::Model(model) => (&model.file.recipe, model.file.signal.as_ref()),
        };
        let setup = Setup::of(recipe, signal, port)?;
        let outcome = port.configure(&setup)?;
        if let Self::Model(model) = self {
            for column in model.file.shifted() {
                messages::say(format_args!(
                    "note: {column}: rows of a file are sent so; a sensor of the board's own has to \
                     subtract it in a number type that holds both"
                ));
            }
        }
        match self {
            Self::Model(model) if model.trainer.scaler_len() > 0 => {
                let fresh = Twin::new(recipe).map_err(Failure::input)?;
                let mut state = fresh.state().to_vec();
                let at = state.len() - model.trainer.scaler_len();
                state[at..].copy_from_slice(&model.trainer.state()[at..]);
                port.push(&state, 0)
            }
            _ => Ok(outcome),
        }
    }
}

/// Reads a model that a board can hold.
pub(in crate::commands) fn model(path: &Path) -> Outcome<Box<Model<f32, Twin>>> {
    let of = |file, trainer| Ok(Box::new(Model { file, trainer }));
    match model_file::read(path)? {
        Loaded::F32(model) => {
            let Model { file, trainer } = *model;
            let fit = monitored(trainer, &file.recipe).map_err(Failure::input)?;
            of(file, Twin::Float(fit))
        }
        Loaded::Q15(model) => {
            let Model { file, trainer } = *model;
            of(file, Twin::Fixed(trainer))
        }
        Loaded::Normal(_) => Err(model_file::not_of_normal(path, "a board")),
        Loaded::F64(_) => Err(Failure::Input(format!(
            "{} was fitted in f64, and a board computes in f32; fit it again without \
             `--precision f64`",
            path.display()
        ))),
    }
}
