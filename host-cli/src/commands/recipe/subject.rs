//! Recipe that is written, and what is said beside it.

use std::path::Path;

use downhill::loss::Loss;
use downhill::model::Model;
use downhill::rules::Curve;
use downhill::{Recipe, checkpoint};
use downhill_link::{recipe_hash, write_recipe};

use crate::arguments::{CheckedPrecision, RecipeArguments};
use crate::commands::device::source;
use crate::data::columns::{Target, TargetKind};
use crate::data::features::Feature;
use crate::data::origins::Origins;
use crate::data::samples::Weighting;
use crate::model::twin::{self, Twin};
use crate::options::Minimizer;
use crate::report;
use crate::support::failure::{Failure, Outcome};
use crate::train::auto_lr;
use crate::train::fixed::{self, by_gradients_only};
use crate::train::plan::Plan;

/// Bytes of the longest recipe.
const LONGEST: usize = 8192;

/// A recipe for a program that links the core.
pub(super) struct Subject {
    pub(super) recipe: Recipe<f32>,
    /// As the core reads it.
    pub(super) bytes: Vec<u8>,
    pub(super) features: Vec<String>,
    pub(super) encoding: Vec<Feature>,
    pub(super) origins: Origins,
    pub(super) target: Target,
    pub(super) weighting: Weighting,
    /// Where it comes from.
    pub(super) from: String,
    /// A fit of it.
    pub(super) fit: Twin,
    /// True where the fit has learned.
    pub(super) is_fitted: bool,
}

impl Subject {
    /// The recipe of a fitted model, and the fit as it ended.
    pub(super) fn of_model(path: &Path) -> Outcome<Self> {
        let model = source::model(path)?;
        let file = model.file;
        if file.signal.is_some() {
            return Err(no_signal());
        }
        Ok(Self {
            bytes: bytes(&file.recipe)?,
            recipe: file.recipe,
            features: file.features,
            encoding: file.encoding,
            origins: file.origins,
            target: file.target,
            weighting: file.weighting,
            from: file_name(path),
            fit: model.trainer,
            is_fitted: true,
        })
    }

    /// The recipe of a fit with these options, which is not made.
    pub(super) fn of_options(
        arguments: &RecipeArguments,
        precision: Option<CheckedPrecision>,
    ) -> Outcome<Self> {
        let is_fixed = precision == Some(CheckedPrecision::Q15);
        let arguments = match is_fixed {
            true => arguments.in_fixed_point(),
            false => arguments.clone(),
        };
        let (options, minimizer) = arguments.options()?;
        let gradient = match minimizer {
            Minimizer::Gradient(gradient) => gradient,
            Minimizer::LeastSquares(_) if is_fixed => return Err(by_gradients_only()),
            Minimizer::LeastSquares(_) => {
                return Err(Failure::Usage(
                    "a recipe is of a fit by gradients: leave out `--solver`, and give a formula an \
                     `--optimizer`"
                        .into(),
                ));
            }
        };
        if arguments.signal.is_some() {
            return Err(no_signal());
        }
        let plan = match is_fixed {
            true => fixed::plan(&options, &gradient)?,
            false => {
                let mut plan = Plan::new(&options, &gradient)?;
                auto_lr::settle(&mut plan, gradient.rate)?;
                plan
            }
        };
        report::warnings(&plan.data);
        let data = plan.data;
        Ok(Self {
            bytes: bytes(&plan.recipe)?,
            fit: Twin::new(&plan.recipe).map_err(Failure::input)?,
            recipe: plan.recipe,
            from: file_name(Path::new(&data.name())),
            features: data.features,
            encoding: data.encoding,
            origins: data.origins,
            target: data.target,
            weighting: data.weighting,
            is_fitted: false,
        })
    }

    /// Facts of the fit that a program has to know, and cannot see.
    pub(super) fn notes(&self) -> Vec<String> {
        let schedule = self.recipe.rules.schedule;
        let mut notes = Vec::new();
        if let Curve::Cosine { steps, .. } = schedule.curve {
            let last = u64::from(schedule.warmup) + u64::from(steps);
            notes.push(format!(
                "the schedule takes the learning rate away: the fit stands still from step {last} \
                 on; one that goes on learning has `--schedule constant`"
            ));
        }
        let by = match &self.weighting.column {
            Some(column) => Some(format!("`{column}`")),
            None if self.weighting.classes.is_empty() => None,
            None => Some("their class".into()),
        };
        notes.extend(by.map(|by| {
            format!("rows were weighed by {by}: hand their weights to downhill_observe_weighted")
        }));
        notes
    }

    /// Numbers of a sample and of a prediction: features, targets, outputs.
    pub(super) fn widths(&self) -> [usize; 3] {
        let sizes = Model::<f32>::sizes(self.fit.model());
        let targets = self.recipe.loss.targets(sizes.outputs);
        [sizes.features, targets, sizes.outputs]
    }

    /// A checkpoint of the fit, as a board writes it.
    pub(super) fn checkpoint(&self) -> Vec<u8> {
        self.fit.checkpoint(&self.hash().to_le_bytes())
    }

    /// Bytes of the longest checkpoint, that of a batch under way.
    pub(super) fn longest_checkpoint(&self) -> usize {
        checkpoint::bytes::<f32>(size_of::<u64>(), twin::arena_len(&self.recipe))
    }

    /// Hash of the recipe.
    pub(super) fn hash(&self) -> u64 {
        recipe_hash(&self.recipe).0
    }

    /// Labels of the classes; none of an amount.
    pub(super) fn labels(&self) -> Vec<&str> {
        match self.target.kind {
            TargetKind::Class => self.target.classes.labels().collect(),
            _ => Vec::new(),
        }
    }
}

/// Name of a file without its folders.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn no_signal() -> Failure {
    Failure::Input(
        "a recipe in C has no signal stage yet: give the features of its windows as columns".into(),
    )
}

fn bytes(recipe: &Recipe<f32>) -> Outcome<Vec<u8>> {
    let mut bytes = vec![0; LONGEST];
    let length = write_recipe(recipe, &mut bytes).map_err(Failure::input)?;
    bytes.truncate(length);
    Ok(bytes)
}
