use std::str::FromStr;

use downhill::registry::Range;

use super::number;

/// Weights of the classes, as `--class-weight` takes them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClassWeightSpec {
    /// Each class as much as any other: rows / (classes × rows of the class).
    Balanced,
    /// As given, and 1 for the others.
    Given(Vec<(String, f64)>),
}

impl ClassWeightSpec {
    /// The weight of each class, of which `counts` has the training rows. `class` finds the one
    /// with a label.
    pub(crate) fn weights(
        &self,
        counts: &[usize],
        class: impl Fn(&str) -> Option<usize>,
    ) -> Result<Vec<f64>, String> {
        match self {
            Self::Balanced => {
                let rows: usize = counts.iter().sum();
                let share = rows as f64 / counts.len() as f64;
                let weight = |&count: &usize| match count {
                    0 => 1.0,
                    count => share / count as f64,
                };
                Ok(counts.iter().map(weight).collect())
            }
            Self::Given(given) => {
                let mut weights = vec![1.0; counts.len()];
                for (label, weight) in given {
                    let weighed = class(label).and_then(|class| weights.get_mut(class));
                    *weighed.ok_or_else(|| format!("`--class-weight` names `{label}`"))? = *weight;
                }
                Ok(weights)
            }
        }
    }
}

impl FromStr for ClassWeightSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "balanced" {
            return Ok(Self::Balanced);
        }
        let mut given: Vec<(String, f64)> = Vec::new();
        let mut rest = Some(text);
        while let Some(pair) = rest {
            let (label, weight);
            (label, weight, rest) = first_pair(pair).ok_or_else(|| {
                format!("class weights are `balanced` or such as `0=1,1=5`, not `{text}`")
            })?;
            let weight = number("a class weight", weight, Range::NotNegative)?;
            if given.iter().any(|known| known.0 == label) {
                return Err(format!("class {label} is given two weights; give it one"));
            }
            given.push((label, weight));
        }
        Ok(Self::Given(given))
    }
}

/// The label and the weight at the front of a text, and what follows their comma. A label that
/// holds a comma or a `=` stands in double quotes.
fn first_pair(text: &str) -> Option<(String, &str, Option<&str>)> {
    let text = text.trim_start();
    let (label, behind) = match text.strip_prefix('"') {
        Some(quoted) => {
            let (label, behind) = quoted.split_once('"')?;
            (label, behind.trim_start().strip_prefix('=')?)
        }
        None => {
            let (label, behind) = text.split_once('=')?;
            (label.trim(), behind)
        }
    };
    let (weight, rest) = match behind.split_once(',') {
        Some((weight, rest)) => (weight, Some(rest)),
        None => (behind, None),
    };
    Some((label.into(), weight.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(label: &str) -> Option<usize> {
        ["no", "yes", "b,c=d"]
            .iter()
            .position(|known| *known == label)
    }

    #[test]
    fn balanced_classes_weigh_the_same() {
        let weights = ClassWeightSpec::Balanced.weights(&[30, 10], class).unwrap();
        assert!((weights[0] * 30.0 - 20.0).abs() < 1e-12);
        assert!((weights[1] * 10.0 - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_class_that_is_not_named_counts_once() {
        let given: ClassWeightSpec = "yes=5".parse().unwrap();
        assert_eq!(given.weights(&[3, 4, 5], class).unwrap(), [1.0, 5.0, 1.0]);
        assert!(given.weights(&[3], class).unwrap_err().contains("`yes`"));
        let quoted: ClassWeightSpec = "\"b,c=d\"=2, no = 3".parse().unwrap();
        assert_eq!(quoted.weights(&[3, 4, 5], class).unwrap(), [3.0, 1.0, 2.0]);
        for wrong in ["", "1", "1=x", "1=-2", "0=1,0=2", "\"a=1", "a=1,"] {
            assert!(wrong.parse::<ClassWeightSpec>().is_err(), "{wrong}");
        }
    }
}
