//! Recipe or model that a fit on a board starts from.

use std::path::Path;

use downhill::Recipe;
use serde_json::{Map, Value};

use crate::device::{Port, Setup};
use crate::model::model_file::{self, Loaded, Model};
use crate::model::model_rows::RowsOfModel;
use crate::model::normal::NormalModel;
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
    /// A model of what is normal: its description alone, for a board learns it anew.
    Normal(Box<NormalModel>),
}

/// A model whose rows a board takes.
pub(super) enum Fitted {
    Trained(Box<Model<f32, Twin>>),
    Normal(Box<NormalModel>),
}

impl Fitted {
    pub(super) fn read(path: &Path) -> Outcome<Self> {
        match model_file::read(path)? {
            Loaded::Normal(model) => Ok(Self::Normal(model)),
            other => of_board(path, other).map(Self::Trained),
        }
    }

    /// Way in which it takes the rows of files.
    pub(super) fn rows(&self) -> RowsOfModel<'_> {
        match self {
            Self::Trained(model) => model.file.rows(),
            Self::Normal(model) => model.file.rows(),
        }
    }

    /// Texts that stand for a missing number.
    pub(super) fn missing_values(&self) -> &[String] {
        match self {
            Self::Trained(model) => &model.file.missing_values,
            Self::Normal(model) => &model.file.missing_values,
        }
    }

    /// Targets that a board learns from.
    pub(super) fn targets(&self) -> &[String] {
        match self {
            Self::Trained(model) => &model.file.target.names,
            Self::Normal(_) => &[],
        }
    }

    /// Its settings on this board.
    pub(super) fn setup(&self, port: &Port) -> Outcome<Setup> {
        match self {
            Self::Trained(model) => Setup::of(&model.file.recipe, model.file.signal.as_ref(), port),
            Self::Normal(model) => Setup::of_normal(&model.file, port),
        }
    }

    pub(super) fn source(self) -> Source {
        match self {
            Self::Trained(model) => Source::Model(model),
            Self::Normal(model) => Source::Normal(model),
        }
    }
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
            return Ok(Fitted::read(path)?.source());
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
            Self::Normal(model) => {
                let setup = Setup::of_normal(&model.file, port)?;
                return port.configure(&setup);
            }
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
    of_board(path, model_file::read(path)?)
}

fn of_board(path: &Path, loaded: Loaded) -> Outcome<Box<Model<f32, Twin>>> {
    let of = |file, trainer| Ok(Box::new(Model { file, trainer }));
    match loaded {
        Loaded::F32(model) => {
            let Model { file, trainer } = *model;
            let fit = monitored(trainer, &file.recipe).map_err(Failure::input)?;
            of(file, Twin::Float(fit))
        }
        Loaded::Q15(model) => {
            let Model { file, trainer } = *model;
            of(file, Twin::Fixed(trainer))
        }
        Loaded::Normal(_) => Err(model_file::not_of_normal(path, "this command")),
        Loaded::F64(_) => Err(Failure::Input(format!(
            "{} was fitted in f64, and a board computes in f32; fit it again without \
             `--precision f64`",
            path.display()
        ))),
    }
}
