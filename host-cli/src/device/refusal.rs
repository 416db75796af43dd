//! Refusals of a board.

use downhill::model::AnyModel;
use downhill::model::formula::Limits;
use downhill::{Fault, Recipe, Setting};
use downhill_link::{Command, CommandError};
use serde_json::Value;

use crate::support::failure::{Failure, Outcome};

/// Failure of a command that the board had to accept. Of a recipe it names the field, its value and
/// what is permitted.
pub(super) fn failure(command: &Command<'_>, refusal: CommandError) -> Failure {
    Failure::Input(match (command, refusal) {
        (Command::Configure(recipe, _), CommandError::Fault(Fault::Setting(setting))) => format!(
            "the board refuses the recipe: `{}`{}: {}; correct it",
            setting.field(),
            value(recipe, setting).map_or_else(String::new, |value| format!(" is {value}")),
            setting.reason()
        ),
        (Command::Configure(_, signal), CommandError::Fault(Fault::Arena { need, got }))
            if signal
                .description()
                .is_some_and(|own| own.arena_len() == need as usize) =>
        {
            format!(
                "the board refuses: the signal stage needs memory for {need} numbers, and there is \
                 room for {got}; take a shorter window or fewer channels"
            )
        }
        _ => format!("the board refuses: {refusal}"),
    })
}

/// The value that a setting has in a recipe, as a model file shows it.
fn value(recipe: &Recipe<f32>, setting: Setting) -> Option<Value> {
    // By way of its text, in which an `f32` is as short as it can be.
    let all: Value = serde_json::from_str(&serde_json::to_string(recipe).ok()?).ok()?;
    let mut value = &all;
    for name in setting.field().split('.') {
        value = find(value, name)?;
    }
    Some(value.clone())
}

/// The field of this name, which may stand behind that of a choice.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = value.as_object()?;
    let deeper = || fields.values().find_map(|value| find(value, name));
    fields.get(name).or_else(deeper)
}

/// Refuses to send a formula that is larger than what a board's program holds.
pub(super) fn check_size(command: &Command<'_>) -> Outcome {
    let model = match command {
        Command::Configure(recipe, _) => &recipe.model,
        Command::Estimate(estimation) => &estimation.model,
        _ => return Ok(()),
    };
    let Limits {
        operations,
        numbers,
        parameters,
        features,
    } = Limits::BOARD;
    match model {
        AnyModel::Formula(program) if !Limits::BOARD.hold(program) => Err(Failure::Input(format!(
            "the formula is too large for a board, which takes {operations} operations, \
                 {numbers} numbers, {parameters} parameters and {features} columns; this one has \
                 {}, {}, {} and {}",
            program.all_operations(),
            program.numbers().len(),
            program.parameters(),
            program.features()
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use downhill::Dyn;
    use downhill::loss::{AnyLoss, Squared};
    use downhill::model::{AnyModel, Linear};
    use downhill::optimizer::{Adam, AdamW, AnyOptimizer};
    use downhill::rules::{Clip, Curve, Scaling, ScalingMethod};
    use downhill_link::Signal;

    #[test]
    fn the_field_of_a_recipe_its_value_and_its_range_are_named() {
        let recipe = |rate| {
            let model = AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1)));
            let optimizer = AnyOptimizer::Adam(Adam::new(rate));
            Recipe::new(model, AnyLoss::Squared(Squared), optimizer)
        };
        let good = recipe(0.5);
        let mut clipped = good;
        clipped.rules.clip = Clip {
            norm: Some(-2.0),
            ..Clip::default()
        };
        let mut stepped = good;
        stepped.rules.schedule.curve = Curve::Step {
            every: 0,
            factor: 0.5,
        };
        let mut slow = good;
        slow.optimizer = AnyOptimizer::Adam(Adam {
            beta2: 1.0,
            ..Adam::new(0.5)
        });
        let mut decayed = good;
        decayed.optimizer = AnyOptimizer::AdamW(AdamW::new(-2.0));
        let mut forgetting = good;
        forgetting.rules.scaling = Scaling {
            method: ScalingMethod::Forgetting { horizon: 1 },
            target: false,
        };
        for (recipe, wanted) in [
            (recipe(-0.5), "`optimizer.rate` is -0.5: the learning"),
            (decayed, "`optimizer.rate` is -2.0: the learning"),
            (good.batch(0), "`batch` is 0: a batch holds"),
            (
                clipped,
                "`rules.clip` is {\"norm\":-2.0,\"value\":null}: clips",
            ),
            (
                stepped,
                "`rules.schedule` is {\"curve\":{\"step\":{\"every\":0",
            ),
            (slow, "`optimizer` is {\"adam\":{\"beta1\":0.9"),
            (forgetting, "`rules.scaling.method` is {\"forgetting\":"),
        ] {
            let fault = recipe.check(10_000).unwrap_err();
            let said = failure(&Command::Configure(recipe, Signal::NONE), fault.into()).to_string();
            let wanted = format!("the board refuses the recipe: {wanted}");
            assert!(said.starts_with(&wanted), "{said}");
            assert!(said.ends_with("; correct it"), "{said}");
        }
        let said = failure(&Command::Save, CommandError::Flash).to_string();
        assert_eq!(said, "the board refuses: the flash failed");
    }
}
