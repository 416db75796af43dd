//! A model in fixed point as what both languages write down.

use downhill::fixed::Column;
use downhill::loss::AnyLoss;
use downhill::model::{AnyActivation, AnyModel, ParameterKind};

use crate::arguments::ExportArguments;
use crate::commands::export::net;
use crate::evaluate::assessor::Assessor;
use crate::model::fixed_fit::FixedFit;
use crate::model::model_file::Model;

/// Everything that a prediction takes, in integers.
pub(super) struct Integers {
    /// Prefix of the functions' names in C.
    pub(super) name: String,
    /// Description and origin, a line each.
    pub(super) about: Vec<String>,
    /// The features' names, in their order.
    pub(super) features: Vec<String>,
    /// Columns of the features, and behind them of the outputs that are amounts.
    pub(super) columns: Vec<Column>,
    /// From the first to the outputs.
    pub(super) layers: Vec<Layer>,
    pub(super) activation: AnyActivation,
    pub(super) outputs: usize,
    /// Labels of the classes; none of an amount.
    pub(super) classes: Vec<String>,
    pub(super) of_classes: bool,
    /// Probability of class 1, with 12 bits behind the point, from which on it is predicted.
    pub(super) threshold: i64,
}

pub(super) struct Layer {
    pub(super) inputs: usize,
    /// Rounded to their upper halves, row by row.
    pub(super) weights: Vec<i32>,
    /// Rounded to 24 bits behind the point.
    pub(super) biases: Vec<i32>,
}

/// The integers of a model.
pub(super) fn integers(arguments: &ExportArguments, model: &Model<f32, FixedFit>) -> Integers {
    let (file, fit) = (&model.file, &model.trainer);
    let sizes = downhill::model::Model::<f32>::sizes(fit.model());
    let activation = match fit.model() {
        AnyModel::Mlp(mlp) => mlp.activation(),
        _ => AnyActivation::Identity,
    };
    let words = fit.file().words;
    let mut layers = Vec::<Layer>::new();
    let mut inputs = sizes.features;
    downhill::model::Model::<f32>::parameter_groups(fit.model(), &mut |run, kind| {
        let words = &words[run];
        match (kind, layers.last_mut()) {
            (ParameterKind::Weight, _) => {
                let outputs = words.len() / inputs.max(1);
                layers.push(Layer {
                    inputs,
                    weights: words.iter().map(|&weight| round(weight, 16)).collect(),
                    biases: vec![0; outputs],
                });
                inputs = outputs;
            }
            (ParameterKind::Bias, Some(layer)) => {
                for (own, &bias) in layer.biases.iter_mut().zip(words) {
                    *own = round(bias, 4);
                }
            }
            (ParameterKind::Bias, None) => {}
        }
    });
    let of_classes = matches!(fit.loss(), AnyLoss::CrossEntropy(_));
    let amounts = if of_classes { 0 } else { sizes.outputs };
    let columns = 0..sizes.features + amounts;
    let threshold = file.recipe.threshold.unwrap_or(0.5);
    Integers {
        name: net::identifier(
            arguments
                .name
                .as_deref()
                .unwrap_or(&file.target.to_string()),
        ),
        about: vec![
            format!(
                "Predicts {} from {} features in integers, by a model fitted on {}.",
                net::comment(&file.target.to_string()),
                file.features.len(),
                net::comment(&file.data.file)
            ),
            format!(
                "Written by downhill {}, fingerprint {}.",
                env!("CARGO_PKG_VERSION"),
                fit.fingerprint()
            ),
        ],
        features: net::features(&file.features, &file.encoding),
        columns: columns.map(|at| fit.column(at)).collect(),
        layers,
        activation,
        outputs: sizes.outputs,
        classes: file.target.classes.labels().map(String::from).collect(),
        of_classes,
        threshold: (f64::from(threshold) * 4096.0).ceil() as i64,
    }
}

/// `number` / 2 to `places`, rounded to the nearest, and half-way up.
fn round(number: i32, places: u32) -> i32 {
    ((i64::from(number) + (1 << (places - 1))) >> places) as i32
}

impl Integers {
    /// The hidden layers have units of this activation.
    pub(super) fn has(&self, activation: AnyActivation) -> bool {
        self.layers.len() > 1 && self.activation == activation
    }

    /// Classes of one output, whose probability is that of class 1.
    pub(super) fn is_binary(&self) -> bool {
        self.of_classes && self.outputs == 1
    }
}

/// Values of a table.
fn table(entries: usize, value: impl Fn(f64) -> f64) -> Vec<i32> {
    let entry = |k: usize| (value(k as f64) + 0.5).floor() as i32;
    (0..entries).map(entry).collect()
}

/// Table of tanh.
pub(super) fn tanh() -> Vec<i32> {
    table(169, |k| (k / 32.0).tanh() * 4096.0)
}

/// Table of powers of 2.
pub(super) fn power() -> Vec<i32> {
    table(33, |k| ((k / 32.0).exp2() - 1.0) * 32_768.0)
}
