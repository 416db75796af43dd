use std::fmt;
use std::str::FromStr;

use downhill::Dyn;
use downhill::Real;
use downhill::model::{AnyActivation, AnyModel, AnyShape, Form, MODELS, ModelFacts, Task};
use downhill::registry::{Choice, Range};

use super::choice::names;
use super::{number, numbers, split, unknown};

/// A model, as `--model` names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ModelSpec {
    choice: &'static Choice<ModelFacts>,
    /// Its numbers, or the widths of its hidden layers; 0 is none.
    numbers: [u16; 3],
    /// Activation of the hidden units.
    activation: AnyActivation,
    /// A text of one's own; it lives as long as the command runs.
    text: &'static str,
}

impl ModelSpec {
    /// The model of this name, with its usual numbers.
    pub(crate) fn usual(name: &str) -> Self {
        name.parse().expect("a name of the registry")
    }

    /// Kind of target that it is for.
    pub(crate) fn task(self) -> Task {
        self.choice.facts.task
    }

    /// The text of a formula.
    pub(crate) fn formula(self) -> Option<&'static str> {
        (self.choice.facts.form == Form::Text).then_some(self.text)
    }

    /// The core's model for this many features and outputs; `None` of a formula, which has to
    /// be read first.
    pub(crate) fn build<T: Real>(self, features: u16, outputs: u16) -> Option<AnyModel<T>> {
        let shape = AnyShape {
            features: Dyn(features),
            outputs: Dyn(outputs),
            numbers: self.numbers,
            activation: self.activation,
        };
        AnyModel::named(self.choice.name, &shape)
    }

    /// Widths of its hidden layers, of a model that has any.
    pub(crate) fn widths(self) -> Option<impl Iterator<Item = u16>> {
        let widths = self.numbers.into_iter().filter(|&width| width > 0);
        (self.choice.facts.form == Form::Layers).then_some(widths)
    }

    /// Model with each hidden layer twice as wide.
    pub(crate) fn twice_as_wide(self) -> Self {
        Self {
            numbers: self.numbers.map(|width| width.saturating_mul(2)),
            ..self
        }
    }

    /// Degree of a polynomial.
    pub(crate) fn degree(self) -> Option<u16> {
        (self.choice.name == "polynomial").then_some(self.numbers[0])
    }

    /// True where its loss has one valley, so that going down leads to the lowest point.
    pub(crate) fn is_convex(self) -> bool {
        self.widths().is_none() && self.formula().is_none()
    }

    /// True where it tells its features from themselves.
    pub(crate) fn is_of_itself(self) -> bool {
        self.task() == Task::Features
    }

    /// Number of units of the narrowest layer of an autoencoder.
    pub(crate) fn bottleneck(self) -> Option<usize> {
        let widths = self.widths().filter(|_| self.is_of_itself())?;
        widths.min().map(usize::from)
    }

    /// Kind of the target, where the model alone decides it.
    pub(crate) fn is_classifier(self) -> Option<bool> {
        match self.task() {
            Task::Amount | Task::Features => Some(false),
            Task::TwoClasses | Task::Classes => Some(true),
            Task::Any => None,
        }
    }
}

impl FromStr for ModelSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let choice = MODELS.iter().find(|choice| choice.name == name);
        let choice = choice.ok_or_else(|| unknown("model", name, &names(MODELS)))?;
        let mut spec = Self {
            choice,
            numbers: [0; 3],
            activation: AnyActivation::Relu,
            text: "",
        };
        match choice.facts.form {
            Form::Numbers => {
                let read: [f64; 3] = numbers(name, argument, choice.arguments)?;
                spec.numbers = read.map(|number| number.min(f64::from(u16::MAX)) as u16);
            }
            Form::Layers => (spec.numbers, spec.activation) = layers(name, argument)?,
            Form::Text => {
                let text = argument.filter(|text| !text.trim().is_empty());
                let text = text.ok_or_else(|| {
                    format!("`{name}` is written `{name}:TEXT`, such as `{name}: a * exp(-b*x)`")
                })?;
                spec.text = Box::leak(text.trim().into());
            }
        }
        Ok(spec)
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
        let read = number(&format!("a width of `{model}`"), text, Range::Count(1))?;
        *width = read.min(f64::from(u16::MAX)) as u16;
    }
    let name = activation.unwrap_or("relu");
    let known = AnyActivation::ALL.iter().copied();
    let names: Vec<&str> = known.clone().map(AnyActivation::name).collect();
    match { known }.find(|known| known.name() == name) {
        Some(activation) => Ok((widths, activation)),
        None => Err(unknown("activation", name, &names)),
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.choice.name;
        let written = self.numbers.iter().filter(|&&number| number > 0);
        let written: Vec<String> = written.map(u16::to_string).collect();
        match self.choice.facts.form {
            Form::Numbers if written.is_empty() => f.write_str(name),
            Form::Numbers => write!(f, "{name}:{}", written.join(",")),
            Form::Layers => {
                write!(f, "{name}:{}:{}", written.join(","), self.activation.name())
            }
            Form::Text => write!(f, "{name}: {}", self.text),
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
