use std::fmt;
use std::str::FromStr;

use downhill::registry::Range;
use serde::{Deserialize, Serialize};

use super::{bare, number, split, unknown};

/// Costs of the errors of two classes, as `--cost` takes them; what is right costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    /// Cost of a row of class 0 that is taken for class 1, a false positive.
    #[serde(rename = "fp")]
    pub(crate) alarm: f64,
    /// Cost of a row of class 1 that is taken for class 0, a false negative.
    #[serde(rename = "fn")]
    pub(crate) miss: f64,
}

impl Cost {
    /// Factors of the loss of each class, so that errors count by their cost and
    /// the mean over rows of these classes is 1.
    pub(crate) fn weights(self, counts: &[usize]) -> Vec<f64> {
        let costs = [self.alarm, self.miss];
        let rows: usize = counts.iter().sum();
        let total: f64 = counts.iter().zip(costs).map(|(&n, c)| n as f64 * c).sum();
        costs.map(|cost| cost * rows as f64 / total).into()
    }
}

impl FromStr for Cost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("costs are written such as `fp=1,fn=20`, not `{text}`");
        let (mut alarm, mut miss) = (None, None);
        for pair in text.split(',') {
            let (name, cost) = pair.split_once('=').ok_or_else(form)?;
            let slot = match name.trim() {
                "fp" => &mut alarm,
                "fn" => &mut miss,
                _ => return Err(form()),
            };
            let read = number("a cost", cost, Range::Positive)?;
            // Both precisions are to hold it.
            if !(read as f32 > 0.0 && (read as f32).is_finite()) {
                return Err(format!(
                    "a cost needs a number from 1e-45 to 3.4e38, not `{}`",
                    cost.trim()
                ));
            }
            *slot = Some(read);
        }
        match (alarm, miss) {
            (Some(alarm), Some(miss)) => Ok(Self { alarm, miss }),
            _ => Err(form()),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fp={},fn={}", self.alarm, self.miss)
    }
}

/// From where on class 1 is predicted, as `--threshold` takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ThresholdSpec {
    /// From this number on.
    Given(f64),
    /// Threshold with the highest F1.
    F1,
    /// Threshold with the highest precision among those that reach this recall.
    Recall(f64),
    /// Threshold with the highest recall among those that reach this precision.
    Precision(f64),
    /// Threshold with the least cost of errors.
    Cost,
}

impl ThresholdSpec {
    /// True where it is a rule, by which the validation rows choose it.
    pub(crate) fn is_chosen(self) -> bool {
        !matches!(self, Self::Given(_))
    }
}

impl FromStr for ThresholdSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(given) = text.parse::<f64>() {
            return match given.is_finite() {
                true => Ok(Self::Given(given)),
                false => Err("a threshold is a finite number".into()),
            };
        }
        let (name, argument) = split(text);
        let share = |what: &str| match argument {
            Some(share) => number(what, share, Range::AboveTo(0.0, 1.0)),
            None => Err(format!("`{name}` is written such as `{name}:0.9`")),
        };
        match name {
            "f1" => bare(name, argument).map(|()| Self::F1),
            "cost" => bare(name, argument).map(|()| Self::Cost),
            "recall" => share("a recall").map(Self::Recall),
            "precision" => share("a precision").map(Self::Precision),
            _ => Err(unknown(
                "threshold",
                name,
                &["0.3", "f1", "recall:0.9", "precision:0.9", "cost"],
            )),
        }
    }
}

impl fmt::Display for ThresholdSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("given"),
            Self::F1 => f.write_str("f1"),
            Self::Recall(share) => write!(f, "recall:{share}"),
            Self::Precision(share) => write!(f, "precision:{share}"),
            Self::Cost => f.write_str("cost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_weigh_classes_and_leave_the_mean_at_one() {
        let cost: Cost = "fp=1,fn=20".parse().unwrap();
        let [alarm, miss] = cost.weights(&[90, 10])[..] else {
            panic!("two classes")
        };
        assert!((miss / alarm - 20.0).abs() < 1e-12);
        assert!((0.9 * alarm + 0.1 * miss - 1.0).abs() < 1e-12);
        assert_eq!(cost.to_string().parse(), Ok(cost));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for wrong in ["", "fp=1", "fp=1,fn=0", "fp=1,fx=2", "1,20", "fp=1,fn=x"] {
            assert!(wrong.parse::<Cost>().is_err(), "{wrong}");
        }
        for wrong in ["", "f2", "recall", "recall:0", "recall:1.1", "f1:2", "inf"] {
            assert!(wrong.parse::<ThresholdSpec>().is_err(), "{wrong}");
        }
        let error = "precison:0.9".parse::<ThresholdSpec>().unwrap_err();
        assert!(error.contains("did you mean"), "{error}");
    }
}
