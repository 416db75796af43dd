//! Recipes as text: in a model file, in a recording, or alone.

use downhill::Recipe;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Parses a recipe of this version, or of one before `health` left its rules.
///
/// # Errors
/// As [`serde_json::from_str`].
pub(crate) fn parse<T>(text: &str) -> serde_json::Result<Recipe<T>>
where
    Recipe<T>: DeserializeOwned,
{
    let mut recipe: Value = serde_json::from_str(text)?;
    let rules = recipe.get_mut("rules").and_then(Value::as_object_mut);
    let Some(health) = rules.and_then(|rules| rules.remove("health")) else {
        return serde_json::from_str(text);
    };
    recipe["health"] = health;
    // By its text, which keeps the bits of every `f32`.
    serde_json::from_str(&recipe.to_string())
}

/// [`parse`] for a field of a file.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<Recipe<T>, D::Error>
where
    D: Deserializer<'de>,
    Recipe<T>: DeserializeOwned,
{
    let recipe = Value::deserialize(deserializer)?;
    parse(&recipe.to_string()).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use downhill::health::Health;
    use downhill::loss::{AnyLoss, Squared};
    use downhill::model::{AnyModel, Linear};
    use downhill::optimizer::{AnyOptimizer, Sgd};

    use downhill::{Dyn, Recipe};

    #[test]
    fn health_is_found_beside_the_rules_and_among_them() {
        let recipe = Recipe::new(
            AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
            AnyLoss::Squared(Squared),
            AnyOptimizer::Sgd(Sgd::new(0.1f32)),
        )
        .health(Health::every(16))
        .seed(7);
        let text = serde_json::to_string(&recipe).unwrap();
        assert_eq!(super::parse::<f32>(&text).unwrap(), recipe);
        let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
        let health = older.as_object_mut().unwrap().remove("health").unwrap();
        assert!(super::parse::<f32>(&older.to_string()).is_err());
        older["rules"]["health"] = health;
        assert_eq!(super::parse::<f32>(&older.to_string()).unwrap(), recipe);
    }
}
