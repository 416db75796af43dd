//! Prepares an archive for one recipe, where `DOWNHILL_RECIPE` names its bytes: writes the types of
//! its parts, whose shapes the compiler then knows.

use std::path::PathBuf;
use std::{env, fs};

use downhill::loss::AnyLoss;
use downhill::model::{AnyModel, Mlp, Model, Widths};
use downhill::optimizer::AnyOptimizer;
use downhill::rules::{AnyRules, Scaling, ScalingMethod};
use downhill::{Dyn, NumberType, Recipe};
use downhill_link::{read_recipe, recipe_hash};

fn main() {
    println!("cargo::rerun-if-env-changed=DOWNHILL_RECIPE");
    println!("cargo::rustc-check-cfg=cfg(one_recipe)");
    let Some(path) = env::var_os("DOWNHILL_RECIPE").map(PathBuf::from) else {
        return;
    };
    println!("cargo::rerun-if-changed={}", path.display());
    println!("cargo::rustc-cfg=one_recipe");
    let bytes = fs::read(&path).unwrap_or_else(|error| refuse(&format!("{error}; check the path")));
    let recipe = read_recipe(&bytes).unwrap_or_else(|error| refuse(&error.to_string()));
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(output.join("one.rs"), source(&recipe, &bytes)).expect("OUT_DIR can be written");
}

/// Ends the build with what is wrong with the recipe.
fn refuse(why: &str) -> ! {
    println!("cargo::error=DOWNHILL_RECIPE: {why}");
    std::process::exit(1);
}

/// Ends the build with what a library for one recipe does not have.
fn refused(what: &str) -> ! {
    refuse(&format!(
        "a library for one recipe has no {what}; build it without DOWNHILL_RECIPE for any recipe"
    ))
}

/// Definitions of `src/one.rs` for a recipe.
fn source(recipe: &Recipe<f32>, bytes: &[u8]) -> String {
    if recipe.number != NumberType::Float {
        refused("fixed point");
    }
    if recipe.batch != 1 || recipe.health.is_on() {
        refused("batches and no monitor: write the recipe with `--batch 1 --health 0`");
    }
    let sizes = Model::<f32>::sizes(&recipe.model);
    let (inputs, outputs) = (sizes.features, sizes.outputs);
    let shape = (Dyn(inputs as u16), Dyn(outputs as u16));
    let (model, value) = match recipe.model {
        AnyModel::Linear(_) => {
            let biases = usize::from(sizes.parameters > inputs * outputs);
            (
                format!("Linear<Const<{inputs}>, Const<{outputs}>, Const<{biases}>>"),
                "Linear::new()",
            )
        }
        AnyModel::Mlp(model) => {
            let hidden = (sizes.parameters - outputs) / (inputs + 1 + outputs);
            let widths = Widths([hidden as u16, 0, 0]);
            let activation = model.activation();
            if model != Mlp::with_shape(shape.0, widths, shape.1, activation) {
                refused("net of more than one hidden layer");
            }
            (
                format!("Mlp<Const<{inputs}>, Const<{hidden}>, Const<{outputs}>, {activation:?}>"),
                "Mlp::new()",
            )
        }
        _ => refused("model but linear ones and perceptrons"),
    };
    let loss = match recipe.loss {
        AnyLoss::Squared(_) => String::from("Squared"),
        AnyLoss::CrossEntropy(_) => "CrossEntropy".into(),
        AnyLoss::Huber(huber) => format!("Huber {{ delta: {:?} }}", huber.delta),
        _ => refused("loss but squared, huber and cross_entropy"),
    };
    let optimizer = match recipe.optimizer {
        AnyOptimizer::Sgd(sgd) => format!("Sgd {{ learning_rate: {:?} }}", sgd.learning_rate),
        AnyOptimizer::Adam(adam) => format!(
            "Adam {{ learning_rate: {:?}, beta1: {:?}, beta2: {:?}, epsilon: {:?} }}",
            adam.learning_rate, adam.beta1, adam.beta2, adam.epsilon
        ),
        _ => refused("optimizer but sgd and adam"),
    };
    let rules = recipe.rules;
    let plain = rules.scaling(Scaling::NONE);
    if plain != AnyRules::NONE {
        refused("schedule, penalty, clip or bound: write the recipe with `--schedule constant`");
    }
    let scaling = rules.scaling;
    let (rules, rules_value) = match scaling.method == ScalingMethod::None {
        true => ("()", "()".into()),
        false => (
            "Scaling",
            format!(
                "Scaling {{ method: ScalingMethod::{:?}, target: {} }}",
                scaling.method, scaling.target
            ),
        ),
    };
    let loss_type = match recipe.loss {
        AnyLoss::Huber(_) => "Huber<f32>",
        _ => &loss,
    };
    let optimizer_type = match recipe.optimizer {
        AnyOptimizer::Sgd(_) => "Sgd<f32>",
        _ => "Adam<f32>",
    };
    format!(
        "type Of<A> = Trainer<{model}, {loss_type}, {optimizer_type}, {rules}, A>;\n\
         const RECIPE: &[u8] = &{bytes:?};\n\
         const HASH: u64 = {};\n\
         const THRESHOLD: Option<f32> = {:?};\n\
         fn parts() -> Result<Parts, Fault> {{\n\
             let mut fit = Parts::with_rules({value}, {loss}, {optimizer}, {rules_value}, [0.0; _])?;\n\
             fit.initialize({});\n\
             Ok(fit)\n\
         }}\n",
        recipe_hash(recipe).0,
        recipe.class_threshold(),
        recipe.seed,
    )
}
