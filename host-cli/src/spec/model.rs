use std::fmt;
use std::str::FromStr;

use downhill::Dyn;
use downhill::model::{AnyActivation, AnyModel, Linear, Mlp, Polynomial, Widths};

use super::{Range, bare, number, numbers, split, unknown};

/// A model, as `--model` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ModelSpec {
    /// A weighted sum and an intercept.
    Linear,
    /// The same sum, read as the logit of class 1.
    Logistic,
    /// A sum for each class, read as its logit.
    Softmax,
    /// A sum of all products of up to so many features.
    Polynomial {
        /// The most factors of a product.
        degree: u16,
    },
    /// One to three hidden layers.
    Mlp {
        /// How many units each has; 0 is no layer.
        widths: [u16; 3],
        /// What each unit does.
        activation: AnyActivation,
    },
    /// The same, with the features for its own targets.
    Autoencoder {
        /// As of [`ModelSpec::Mlp`].
        widths: [u16; 3],
        /// As of [`ModelSpec::Mlp`].
        activation: AnyActivation,
    },
    /// A text of one's own; it lives as long as the command runs.
    Formula(&'static str),
}

/// The activations, as they are named.
const ACTIVATIONS: &[(&str, AnyActivation)] = &[
    ("identity", AnyActivation::Identity),
    ("relu", AnyActivation::Relu),
    ("leaky_relu", AnyActivation::LeakyRelu),
    ("tanh", AnyActivation::Tanh),
    ("sigmoid", AnyActivation::Sigmoid),
    ("softplus", AnyActivation::Softplus),
];

impl ModelSpec {
    /// Its names.
    const NAMES: &[&str] = &[
        "linear",
        "polynomial",
        "logistic",
        "softmax",
        "mlp",
        "autoencoder",
        "formula",
    ];

    /// The text of a formula.
    pub(crate) fn formula(self) -> Option<&'static str> {
        match self {
            Self::Formula(text) => Some(text),
            _ => None,
        }
    }

    /// The core's model for this many features and outputs; `None` of a formula, which has to
    /// be read first.
    pub(crate) fn build<T>(self, features: u16, outputs: u16) -> Option<AnyModel<T>> {
        let (features, outputs) = (Dyn(features), Dyn(outputs));
        Some(match self {
            Self::Linear | Self::Logistic | Self::Softmax => {
                AnyModel::Linear(Linear::with_shape(features, outputs, Dyn(1)))
            }
            Self::Polynomial { degree } => {
                AnyModel::Polynomial(Polynomial::with_shape(features, Dyn(degree), outputs))
            }
            Self::Mlp { widths, activation } | Self::Autoencoder { widths, activation } => {
                AnyModel::Mlp(Mlp::with_shape(
                    features,
                    Widths(widths),
                    outputs,
                    activation,
                ))
            }
            Self::Formula(_) => return None,
        })
    }

    /// How many units the narrowest layer of an autoencoder has.
    pub(crate) fn bottleneck(self) -> Option<usize> {
        match self {
            Self::Autoencoder { widths, .. } => {
                let layers = widths.into_iter().filter(|&width| width > 0);
                layers.min().map(usize::from)
            }
            _ => None,
        }
    }

    /// What the target must be, where the model alone decides it.
    pub(crate) fn is_classifier(self) -> Option<bool> {
        match self {
            Self::Linear | Self::Autoencoder { .. } | Self::Formula(_) => Some(false),
            Self::Logistic | Self::Softmax => Some(true),
            Self::Polynomial { .. } | Self::Mlp { .. } => None,
        }
    }
}

impl FromStr for ModelSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let plain = match name {
            "linear" => Self::Linear,
            "logistic" => Self::Logistic,
            "softmax" => Self::Softmax,
            "polynomial" => {
                let [degree] = numbers(name, argument, [("DEGREE", Range::Count, Some(2.0))])?;
                let degree = degree.min(f64::from(u16::MAX)) as u16;
                return Ok(Self::Polynomial { degree });
            }
            "mlp" => {
                let (widths, activation) = layers(name, argument)?;
                return Ok(Self::Mlp { widths, activation });
            }
            "autoencoder" => {
                let (widths, activation) = layers(name, argument)?;
                return Ok(Self::Autoencoder { widths, activation });
            }
            "formula" => {
                let text = argument.filter(|text| !text.trim().is_empty());
                let text = text.ok_or(
                    "`formula` is written `formula:TEXT`, such as `formula: a * exp(-b*x)`",
                )?;
                return Ok(Self::Formula(Box::leak(text.trim().into())));
            }
            _ => return Err(unknown("model", name, Self::NAMES)),
        };
        bare(name, argument)?;
        Ok(plain)
    }
}

/// Reads `16`, `16,8` or `16,8:tanh`.
fn layers(model: &str, argument: Option<&str>) -> Result<([u16; 3], AnyActivation), String> {
    let form = || {
        format!(
            "`{model}` is written with the widths of one to three hidden layers, and perhaps an \
             activation: `{model}:16`, `{model}:16,8:tanh`"
        )
    };
    let (layers, activation) = split(argument.ok_or_else(form)?);
    let mut widths = [0; 3];
    let given: Vec<&str> = layers.split(',').collect();
    if given.len() > widths.len() {
        return Err(form());
    }
    for (width, text) in widths.iter_mut().zip(given) {
        let read = number(&format!("a width of `{model}`"), text, Range::Count)?;
        *width = read.min(f64::from(u16::MAX)) as u16;
    }
    let name = activation.unwrap_or("relu");
    let named = ACTIVATIONS.iter().find(|(known, _)| *known == name);
    let names: Vec<&str> = ACTIVATIONS.iter().map(|(known, _)| *known).collect();
    match named {
        Some(&(_, activation)) => Ok((widths, activation)),
        None => Err(unknown("activation", name, &names)),
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear => f.write_str("linear"),
            Self::Logistic => f.write_str("logistic"),
            Self::Softmax => f.write_str("softmax"),
            Self::Polynomial { degree } => write!(f, "polynomial:{degree}"),
            Self::Mlp { widths, activation } | Self::Autoencoder { widths, activation } => {
                let model = match self {
                    Self::Mlp { .. } => "mlp",
                    _ => "autoencoder",
                };
                let layers = widths.iter().filter(|&&width| width > 0);
                let layers: Vec<String> = layers.map(u16::to_string).collect();
                let known = ACTIVATIONS.iter().find(|(_, known)| known == activation);
                let name = known.map_or("relu", |(name, _)| *name);
                write!(f, "{model}:{}:{name}", layers.join(","))
            }
            Self::Formula(text) => write!(f, "formula: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_written_as_it_is_read() {
        for name in [
            "linear",
            "softmax",
            "polynomial:3",
            "mlp:16,8:relu",
            "autoencoder:3:tanh",
        ] {
            assert_eq!(name.parse::<ModelSpec>().unwrap().to_string(), name);
        }
        let plain: ModelSpec = "mlp:16".parse().unwrap();
        assert_eq!(plain.to_string(), "mlp:16:relu");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (name, message) in [
            ("mlp", "mlp:16,8:tanh"),
            ("mlp:0", "a whole number of at least 1"),
            ("mlp:1,2,3,4", "one to three"),
            ("mlp:4:tan", "did you mean `tanh`? There is `identity`"),
            ("polynomial:1.5", "a whole number"),
            ("linear:2", "takes no"),
        ] {
            let error = name.parse::<ModelSpec>().unwrap_err();
            assert!(error.contains(message), "{name}: {error}");
        }
    }
}
