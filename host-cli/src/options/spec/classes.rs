use std::str::FromStr;

use downhill::registry::Range;

use super::number;

/// Weights of the classes, as `--class-weight` takes them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClassWeightSpec {
    /// Each class as much as any other: rows / (classes × rows of the class).
    Balanced,
    /// As given, and 1 for the others.
    Given(Vec<(usize, f64)>),
}

impl ClassWeightSpec {
    /// The weight of each class, of which `counts` has the training rows.
    pub(crate) fn weights(&self, counts: &[usize]) -> Result<Vec<f64>, String> {
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
                for &(class, weight) in given {
                    *weights.get_mut(class).ok_or_else(|| {
                        let last = counts.len() - 1;
                        format!("`--class-weight` names class {class}, and the last is {last}")
                    })? = weight;
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
        let form = || format!("class weights are `balanced` or such as `0=1,1=5`, not `{text}`");
        let pair = |pair: &str| {
            let (class, weight) = pair.split_once('=').ok_or_else(form)?;
            let class = class.trim().parse().map_err(|_| form())?;
            let weight = number("a class weight", weight, Range::NotNegative)?;
            Ok((class, weight))
        };
        let mut given: Vec<(usize, f64)> = Vec::new();
        for (class, weight) in text
            .split(',')
            .map(pair)
            .collect::<Result<Vec<_>, String>>()?
        {
            if given.iter().any(|known| known.0 == class) {
                return Err(format!("class {class} is given two weights; give it one"));
            }
            given.push((class, weight));
        }
        Ok(Self::Given(given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_classes_weigh_the_same() {
        let weights = ClassWeightSpec::Balanced.weights(&[30, 10]).unwrap();
        assert!((weights[0] * 30.0 - 20.0).abs() < 1e-12);
        assert!((weights[1] * 10.0 - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_class_that_is_not_named_counts_once() {
        let given: ClassWeightSpec = "1=5".parse().unwrap();
        assert_eq!(given.weights(&[3, 4, 5]).unwrap(), [1.0, 5.0, 1.0]);
        assert!(given.weights(&[3]).unwrap_err().contains("class 1"));
        for wrong in ["", "1", "1=x", "a=1", "1=-2", "0=1,0=2"] {
            assert!(wrong.parse::<ClassWeightSpec>().is_err(), "{wrong}");
        }
    }
}
