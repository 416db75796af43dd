//! Recipes as text: in a model file, in a recording, or alone.

use downhill::health::Health;
use downhill::loss::AnyLoss;
use downhill::model::AnyModel;
use downhill::optimizer::AnyOptimizer;
use downhill::rules::{AnyRules, Bound, Clip, Penalty, Scaling, Schedule};
use downhill::{NumberType, Real, Recipe};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Fields of a recipe, with `health` in today's place, or missing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Real + Deserialize<'de>"))]
struct RecipeFields<T> {
    model: AnyModel<T>,
    loss: AnyLoss<T>,
    optimizer: AnyOptimizer<T>,
    rules: RulesFields<T>,
    health: Option<Health>,
    batch: u16,
    seed: u64,
    threshold: Option<T>,
    #[serde(default)]
    number: NumberType,
}

/// Fields of the rules, with `health` where versions before 2 of model files had it. A field that
/// the core gains is unknown here until it is added, so that no file can lose it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Real + Deserialize<'de>"))]
struct RulesFields<T> {
    scaling: Scaling,
    schedule: Schedule<T>,
    penalty: Penalty<T>,
    clip: Clip<T>,
    frozen: u32,
    bounds: [Option<Bound<T>>; 8],
    health: Option<Health>,
}

/// Deserializes a recipe of this version, or of one before `health` left its rules.
///
/// # Errors
/// If a field is wrong, missing or unknown.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<Recipe<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Real + Deserialize<'de>,
{
    let fields = RecipeFields::deserialize(deserializer)?;
    let rules = fields.rules;
    let health = match (fields.health, rules.health) {
        (Some(health), None) | (None, Some(health)) => health,
        (None, None) => return Err(D::Error::missing_field("health")),
        (Some(_), Some(_)) => return Err(D::Error::duplicate_field("health")),
    };
    let rules = AnyRules::NONE
        .scaling(rules.scaling)
        .schedule(rules.schedule)
        .penalty(rules.penalty)
        .clip(rules.clip)
        .frozen(rules.frozen)
        .bounds(rules.bounds);
    Ok(Recipe::new(fields.model, fields.loss, fields.optimizer)
        .rules(rules)
        .health(health)
        .batch(fields.batch)
        .seed(fields.seed)
        .threshold(fields.threshold)
        .number(fields.number))
}

/// A recipe that stands alone.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Real + Deserialize<'de>"))]
pub(crate) struct RecipeText<T>(#[serde(deserialize_with = "deserialize")] pub(crate) Recipe<T>);

#[cfg(test)]
mod tests {
    use downhill::health::Health;
    use downhill::loss::{AnyLoss, Squared};
    use downhill::model::{AnyModel, Linear};
    use downhill::optimizer::{AnyOptimizer, Sgd};

    use downhill::{Dyn, Recipe};

    use super::RecipeText;
    use crate::support::json;

    #[test]
    fn health_is_found_beside_the_rules_and_among_them() {
        let parse = |text: &str| json::parse::<RecipeText<f32>>(text).map(|text| text.0);
        let recipe = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1f32)),
        )
        .health(Health::every(16))
        .seed(7);
        let text = serde_json::to_string(&recipe).unwrap();
        assert_eq!(parse(&text).unwrap(), recipe);
        let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
        let health = older.as_object_mut().unwrap().remove("health").unwrap();
        let error = parse(&older.to_string()).unwrap_err();
        assert_eq!(error.cause, "missing field `health`");
        older["rules"]["health"] = health.clone();
        assert_eq!(parse(&older.to_string()).unwrap(), recipe);
        older["health"] = health;
        let error = parse(&older.to_string()).unwrap_err();
        assert_eq!(error.cause, "duplicate field `health`");
    }

    #[test]
    fn a_wrong_value_is_named_with_its_place() {
        let recipe = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1f32)),
        );
        let text = serde_json::to_string_pretty(&recipe).unwrap();
        for (now, wrong, field) in [
            ("\"batch\": 1", "\"batch\": -1", "batch"),
            ("\"frozen\": 0", "\"frozen\": \"no\"", "rules.frozen"),
            ("\"frozen\": 0", "\"frozon\": 0", "rules.frozon"),
        ] {
            assert!(text.contains(now));
            let wrong = text.replacen(now, wrong, 1);
            let error = json::parse::<RecipeText<f32>>(&wrong)
                .map(drop)
                .unwrap_err();
            assert_eq!(error.field.as_deref(), Some(field), "{}", error.cause);
            let line = text.lines().position(|line| line.contains(now)).unwrap();
            assert_eq!(error.line, line + 1, "{wrong}");
        }
    }
}
