//! A fitted model as what both languages write down: tables of numbers and the steps between.

use std::path::Path;

use downhill::loss::{Link, Loss};
use downhill::model::{AnyActivation, AnyModel, ParameterKind};
use downhill::scaler;
use downhill::signal::Description;

use super::formula::Formula;
use super::literal::Literal;
use crate::arguments::Language;
use crate::data::features::Feature;
use crate::data::signal::SignalRecord;
use crate::evaluate::measure;
use crate::evaluate::metrics::Reading;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};

/// Everything that a prediction takes.
pub(super) struct Net<T> {
    /// Prefix of the functions' names.
    pub(super) name: String,
    /// Description and origin, a line each.
    pub(super) about: Vec<String>,
    /// The features' names, in their order.
    pub(super) features: Vec<String>,
    /// Origin of each feature, which is subtracted in `f64`; empty where none has one.
    pub(super) origins: Vec<f64>,
    /// Origin of each output, which is added in `f64`; empty where none has one.
    pub(super) output_origins: Vec<f64>,
    /// Mean and factor of each feature; empty where nothing is scaled.
    pub(super) scaler: Vec<[T; 2]>,
    /// Layers that make outputs of scaled features.
    pub(super) body: Body<T>,
    /// Number of outputs.
    pub(super) outputs: usize,
    /// Link that makes predictions of outputs.
    pub(super) link: Link,
    /// Mean and factor of each output; empty where none is scaled.
    pub(super) outputs_scaler: Vec<[T; 2]>,
    /// How a prediction is read.
    pub(super) decision: Decision<T>,
    /// Labels of the classes; none of an amount.
    pub(super) classes: Vec<String>,
    /// Signal stage that makes the features of raw samples.
    pub(super) stage: Option<Description<T>>,
}

/// Layers that make outputs of scaled features.
pub(super) enum Body<T> {
    /// Weighted sums, layer upon layer.
    Sums(Sums<T>),
    /// A formula of the user's own.
    Formula(Formula<T>),
    /// The score of a detector of anomalies.
    Score(Detector<T>),
}

impl<T> Body<T> {
    /// The sums, where there are such.
    pub(super) fn sums(&self) -> Option<&Sums<T>> {
        match self {
            Self::Sums(sums)
            | Self::Score(Detector {
                score: Score::Reconstruction(sums),
                ..
            }) => Some(sums),
            Self::Formula(_) | Self::Score(_) => None,
        }
    }
}

/// A detector that watches.
pub(super) struct Detector<T> {
    pub(super) score: Score<T>,
    /// Score above which a row is an anomaly.
    pub(super) threshold: T,
    pub(super) votes: [u8; 2],
    pub(super) cool_down: u32,
}

/// Model that a score is of.
pub(super) enum Score<T> {
    /// Mean of each feature, and the triangle row by row.
    Mahalanobis { mean: Vec<T>, triangle: Vec<T> },
    /// The centers one by one, in scaled features.
    KMeans { centers: Vec<T> },
    /// Sums that reconstruct scaled features.
    Reconstruction(Sums<T>),
}

/// Weighted sums, layer upon layer.
pub(super) struct Sums<T> {
    /// The products of a polynomial behind the features: a feature, and an earlier term.
    pub(super) products: Vec<[usize; 2]>,
    /// From the first to the outputs.
    pub(super) layers: Vec<Layer<T>>,
    /// Activation of the hidden units.
    pub(super) activation: AnyActivation,
}

impl<T> Sums<T> {
    /// The hidden layers.
    pub(super) fn hidden(&self) -> impl Iterator<Item = &Layer<T>> {
        self.layers.iter().take(self.layers.len().saturating_sub(1))
    }
}

/// Sums of inputs.
pub(super) struct Layer<T> {
    /// Row by row.
    pub(super) weights: Vec<T>,
    /// One for each output.
    pub(super) biases: Vec<T>,
}

/// How a class is chosen.
pub(super) enum Decision<T> {
    /// There are no classes.
    None,
    /// Class 1 from this number on.
    From(T),
    /// The first of the largest.
    Largest,
}

impl<T: Literal> Net<T> {
    /// Tells whether a feature or an output has an origin.
    pub(super) fn is_shifted(&self) -> bool {
        !self.origins.is_empty() || !self.output_origins.is_empty()
    }

    /// Type of a feature: one that holds an origin and the digits behind it, where there is one.
    pub(super) fn input<'a>(&self, usual: &'a str, double: &'a str) -> &'a str {
        match self.origins.is_empty() {
            true => usual,
            false => double,
        }
    }

    /// Net of a model that was read from `path`.
    pub(super) fn new(model: &Model<T>, path: &Path, name: Option<&str>) -> Outcome<Self> {
        let (file, trainer) = (&model.file, &model.trainer);
        let sizes = downhill::model::Model::<T>::sizes(trainer.model());
        let (model_of, parameters) = (trainer.model(), trainer.parameters());
        let sums = |products, activation| {
            Body::Sums(Sums {
                products,
                layers: layers(model_of, parameters, sizes.outputs),
                activation,
            })
        };
        let body = match (model_of, &file.formula) {
            (AnyModel::Linear(_), _) => sums(Vec::new(), AnyActivation::Identity),
            (AnyModel::Polynomial(polynomial), _) => sums(
                products(sizes.features, polynomial.degree().0.into()),
                AnyActivation::Identity,
            ),
            (AnyModel::Mlp(mlp), _) => sums(Vec::new(), mlp.activation()),
            (AnyModel::Formula(program), Some(formula)) => {
                let names = formula.parameters.iter().map(|name| comment(name));
                Body::Formula(Formula {
                    text: comment(&formula.text),
                    parameters: names.zip(parameters.iter().copied()).collect(),
                    steps: program.steps().to_vec(),
                    numbers: program.numbers().to_vec(),
                })
            }
            _ => {
                return Err(Failure::Input(format!(
                    "{}: this kind of model cannot be exported",
                    path.display()
                )));
            }
        };
        let columns = scaler::columns(trainer.scaler());
        let features_scaler = columns.get(..sizes.features).unwrap_or(&[]).to_vec();
        let outputs_scaler = match file.recipe.rules.scaling.target {
            true => columns.get(sizes.features..).unwrap_or(&[]).to_vec(),
            false => Vec::new(),
        };
        let reading = measure::reading(trainer, file.target.kind);
        Ok(Self {
            name: identifier(name.unwrap_or(&file.target.to_string())),
            about: about(model, path),
            origins: file.origins.features.clone(),
            output_origins: file.output_origins().to_vec(),
            features: features(&file.features, &file.encoding),
            scaler: features_scaler,
            body,
            outputs: sizes.outputs,
            link: file.recipe.loss.link(sizes.outputs),
            outputs_scaler,
            classes: file.target.classes.labels().map(String::from).collect(),
            stage: file.signal.as_ref().map(SignalRecord::parsed).transpose()?,
            decision: match reading {
                Reading::Amounts(_) => Decision::None,
                Reading::Probability | Reading::Score => {
                    let usual = T::from_f64(reading.threshold());
                    Decision::From(file.recipe.threshold.unwrap_or(usual))
                }
                Reading::Probabilities(_) => Decision::Largest,
            },
        })
    }

    /// The pieces of support that the steps need. A name with a `.` is by precision.
    pub(super) fn support(&self, language: Language) -> Vec<&'static str> {
        let sums = self.body.sums();
        let unit = |activation| {
            sums.is_some_and(|sums| sums.layers.len() > 1 && sums.activation == activation)
        };
        let is_distance = match &self.body {
            Body::Score(detector) => !matches!(detector.score, Score::Reconstruction(_)),
            Body::Sums(_) | Body::Formula(_) => false,
        };
        let pieces = match &self.body {
            Body::Formula(formula) => formula.pieces(language),
            Body::Sums(_) | Body::Score(_) => Vec::new(),
        };
        let called = |name| pieces.contains(&name);
        let sigmoid = self.link == Link::Sigmoid || unit(AnyActivation::Sigmoid);
        let softmax = self.link == Link::Softmax;
        let tanh = unit(AnyActivation::Tanh) || called("tanh.");
        let softplus = unit(AnyActivation::Softplus);
        let is_f32 = T::RUST == "f32";
        let exp_unit = sigmoid || softmax || softplus || (tanh && is_f32);
        let exp = self.link == Link::Exp || (exp_unit && !is_f32) || called("exp.");
        let all = [
            ("sums", sums.is_some() || is_distance),
            ("sqrt.", is_distance && language == Language::C),
            ("exp.", exp),
            ("exp_unit.", exp_unit),
            ("tanh.", tanh),
            ("ln_1p_unit.", softplus),
            ("sigmoid", sigmoid),
            ("softmax", softmax),
        ];
        let mut needed: Vec<&str> = all
            .into_iter()
            .filter_map(|(name, needed)| needed.then_some(name))
            .collect();
        for name in pieces {
            if !needed.contains(&name) {
                needed.push(name);
            }
        }
        needed
    }
}

/// The parameters, layer by layer. A layer without biases gets −0, which changes no number.
pub(super) fn layers<T: Literal>(
    model: &AnyModel<T>,
    parameters: &[T],
    outputs: usize,
) -> Vec<Layer<T>> {
    let mut layers = Vec::<Layer<T>>::new();
    downhill::model::Model::<T>::parameter_groups(model, &mut |run, kind| {
        let numbers = parameters.get(run).unwrap_or(&[]).to_vec();
        match (kind, layers.last_mut()) {
            (ParameterKind::Bias, Some(layer)) if !numbers.is_empty() => layer.biases = numbers,
            (ParameterKind::Bias, _) => {}
            (ParameterKind::Weight, _) => layers.push(Layer {
                weights: numbers,
                biases: vec![-T::ZERO; outputs],
            }),
        }
    });
    layers
}

/// The features' names; of the number of a group also what each stands for.
pub(in crate::commands) fn features(names: &[String], encoding: &[Feature]) -> Vec<String> {
    let one = |(at, name): (usize, &String)| {
        let labels = encoding.get(at).and_then(Feature::labels);
        let Some(labels) = labels else {
            return comment(name);
        };
        let labels = labels.iter().enumerate();
        let labels: Vec<String> = labels.map(|(at, label)| format!("{at} {label}")).collect();
        comment(&format!("{name}: {}", labels.join(", ")))
    };
    names.iter().enumerate().map(one).collect()
}

/// The products of a polynomial in the core's order: degree by degree, each a feature times a
/// term of the degree below that begins with the same feature or a later one.
fn products(features: usize, degree: usize) -> Vec<[usize; 2]> {
    let mut first: Vec<usize> = (0..features).collect();
    let mut products = Vec::new();
    let mut lower = 0..features;
    for _ in 1..degree {
        let start = first.len();
        for feature in 0..features {
            for term in lower.clone() {
                if first[term] >= feature {
                    products.push([feature, term]);
                    first.push(feature);
                }
            }
        }
        lower = start..first.len();
    }
    products
}

pub(super) fn about<T: Literal>(model: &Model<T>, path: &Path) -> Vec<String> {
    let file = &model.file;
    let from = path.file_name().unwrap_or_default().to_string_lossy();
    let left_side = match (model.trainer.model(), &file.formula) {
        (AnyModel::Formula(program), Some(formula)) => formula.left_side(program),
        _ => None,
    };
    let predicted = match left_side {
        Some(left) => format!("{left}, not {} itself,", file.target),
        None => file.target.to_string(),
    };
    vec![
        format!(
            "Predicts {} from {} feature{}, by a model fitted {} {}.",
            comment(&predicted),
            file.features.len(),
            if file.features.len() == 1 { "" } else { "s" },
            // What was pulled from a board has its name, and no rows of a file.
            if file.data.train > 0 { "to" } else { "on" },
            comment(&file.data.file)
        ),
        format!(
            "Written by downhill {} from {}, fingerprint {}.",
            env!("CARGO_PKG_VERSION"),
            comment(&from),
            model.trainer.fingerprint()
        ),
    ]
}

/// Text that may stand in a comment of either language.
pub(in crate::commands) fn comment(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(plain).collect();
    // `??/` and its like are other characters to a C compiler that knows trigraphs.
    let text = text.replace("??", "? ?").replace("??", "? ?");
    text.replace("*/", "* /").replace("/*", "/ *")
}

/// A name as both languages take it.
pub(in crate::commands) fn identifier(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        match c.is_ascii_alphanumeric() {
            true => text.push(c.to_ascii_lowercase()),
            false if text.ends_with('_') || text.is_empty() => {}
            false => text.push('_'),
        }
    }
    let text = text.trim_end_matches('_');
    match text.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => text.into(),
        _ => format!("model_{text}").trim_end_matches('_').into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        let cases = [
            ("CO(GT)", "co_gt"),
            ("2nd", "model_2nd"),
            ("größe", "gr_e"),
            ("°", "model"),
            ("y", "y"),
        ];
        for (name, expected) in cases {
            assert_eq!(identifier(name), expected);
        }
    }

    #[test]
    fn products_are_in_the_cores_order() {
        // a, b, c | a², ab, ac, b², bc, c².
        let expected = [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]];
        assert_eq!(products(3, 2), expected);
        // The first of degree 3 is a · a², the last c · c².
        let cubes = products(3, 3);
        assert_eq!((cubes.len(), cubes[6], cubes[15]), (16, [0, 3], [2, 8]));
    }

    #[test]
    fn a_comment_cannot_be_closed() {
        assert_eq!(comment("a*/b\n/*"), "a* /b / *");
        assert_eq!(comment("a??/b????="), "a? ?/b? ? ? ?=");
    }
}
