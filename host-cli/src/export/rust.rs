//! A module of Rust that needs nothing but core.

use std::fmt::Write;

use downhill::loss::Link;
use downhill::model::AnyActivation;

use super::literal::Literal;
use super::net::{Decision, Net};

/// The text of the module.
pub(super) fn module<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::new();
    for line in &net.about {
        let _ = writeln!(text, "//! {line}");
    }
    text += NOTES;
    let _ = write!(
        text,
        "
/// How many features there are.
pub const FEATURES: usize = {};
/// How many numbers a prediction has.
pub const OUTPUTS: usize = {};
/// The features' names, in the order in which `predict` takes them.
pub const NAMES: [&str; FEATURES] = [",
        net.features.len(),
        net.outputs()
    );
    for name in &net.features {
        let _ = write!(text, "\n    {name:?},");
    }
    text += "\n];\n";
    text += &tables(net);
    text += &predict(net);
    text += &class(net);
    for piece in net.support() {
        text += "\n";
        text += support(piece, T::RUST);
    }
    text.replace("REAL", T::RUST)
}

const NOTES: &str = "\
//!
//! Needs nothing but `core`, and never panics. The bits are those of `downhill predict`.
#![allow(clippy::all, clippy::pedantic)]
";

fn support(name: &str, precision: &str) -> &'static str {
    match (name, precision) {
        ("shared", _) => include_str!("rust/shared.rs"),
        ("exp.", "f32") => include_str!("rust/exp.f32.rs"),
        ("exp.", _) => include_str!("rust/exp.f64.rs"),
        ("exp_unit.", "f32") => include_str!("rust/exp_unit.f32.rs"),
        ("exp_unit.", _) => include_str!("rust/exp_unit.f64.rs"),
        ("tanh.", "f32") => include_str!("rust/tanh.f32.rs"),
        ("tanh.", _) => include_str!("rust/tanh.f64.rs"),
        ("ln_1p_unit.", "f32") => include_str!("rust/ln_1p_unit.f32.rs"),
        ("ln_1p_unit.", _) => include_str!("rust/ln_1p_unit.f64.rs"),
        ("sigmoid", _) => include_str!("rust/sigmoid.rs"),
        _ => include_str!("rust/softmax.rs"),
    }
}

fn tables<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::from("\n");
    if !net.scaler.is_empty() {
        pairs(&mut text, "SCALER", &net.scaler);
    }
    if !net.products.is_empty() {
        let _ = write!(
            text,
            "static PRODUCTS: [[u16; 2]; {}] = [",
            net.products.len()
        );
        for [feature, term] in &net.products {
            let _ = write!(text, "\n    [{feature}, {term}],");
        }
        text += "\n];\n";
    }
    for (at, layer) in net.layers.iter().enumerate() {
        numbers(&mut text, &format!("WEIGHTS_{at}"), &layer.weights);
        numbers(&mut text, &format!("BIASES_{at}"), &layer.biases);
    }
    if !net.outputs_scaler.is_empty() {
        pairs(&mut text, "OUTPUT_SCALER", &net.outputs_scaler);
    }
    text
}

fn numbers<T: Literal>(text: &mut String, name: &str, of: &[T]) {
    let _ = write!(text, "static {name}: [REAL; {}] = [", of.len());
    for (at, number) in of.iter().enumerate() {
        let space = if at.is_multiple_of(4) { "\n    " } else { " " };
        let _ = write!(text, "{space}{},", number.rust());
    }
    *text += "\n];\n";
}

/// Mean and factor of each column.
fn pairs<T: Literal>(text: &mut String, name: &str, of: &[[T; 2]]) {
    let _ = write!(text, "static {name}: [[REAL; 2]; {}] = [", of.len());
    for [mean, factor] in of {
        let _ = write!(text, "\n    [{}, {}],", mean.rust(), factor.rust());
    }
    *text += "\n];\n";
}

fn predict<T: Literal>(net: &Net<T>) -> String {
    let (count, terms) = (net.features.len(), net.features.len() + net.products.len());
    let mut text = String::from(
        "
/// Predicts; `None` where a feature or the prediction is infinite or NaN.
pub fn predict(features: &[REAL; FEATURES]) -> Option<[REAL; OUTPUTS]> {
    if !features.iter().all(|feature| feature.is_finite()) {
        return None;
    }
",
    );
    let _ = writeln!(text, "    let mut units = [0.0; {terms}];");
    text += match net.scaler.is_empty() {
        true => {
            "    for (unit, feature) in units.iter_mut().zip(features) {\n        *unit = *feature;\n    }\n"
        }
        false => {
            "    for ((unit, feature), [mean, factor]) in units.iter_mut().zip(features).zip(&SCALER) {\n        *unit = (feature - mean) * factor;\n    }\n"
        }
    };
    if terms > count {
        let _ = write!(
            text,
            "    for (at, [feature, term]) in PRODUCTS.iter().enumerate() {{
        let factor = |at: usize| units.get(at).copied().unwrap_or(0.0);
        let product = factor(usize::from(*feature)) * factor(usize::from(*term));
        if let Some(unit) = units.get_mut({count} + at) {{
            *unit = product;
        }}
    }}
"
        );
    }
    for (at, layer) in net.hidden().enumerate() {
        let _ = write!(
            text,
            "    let mut sums = [0.0; {}];\n    affine(&WEIGHTS_{at}, &BIASES_{at}, &units, &mut sums);\n",
            layer.biases.len()
        );
        let _ = match activation(net.activation) {
            Some(value) => writeln!(text, "    let units = sums.map({value});"),
            None => writeln!(text, "    let units = sums;"),
        };
    }
    let last = net.layers.len().saturating_sub(1);
    let _ = write!(
        text,
        "    let mut prediction = [0.0; OUTPUTS];\n    affine(&WEIGHTS_{last}, &BIASES_{last}, &units, &mut prediction);\n"
    );
    text += match net.link {
        Link::Identity => "",
        Link::Sigmoid => "    let mut prediction = prediction.map(sigmoid);\n",
        Link::Softmax => "    softmax(&mut prediction);\n",
        Link::Exp => "    let mut prediction = prediction.map(exp);\n",
    };
    if !net.outputs_scaler.is_empty() {
        text += "    for (number, [mean, factor]) in prediction.iter_mut().zip(&OUTPUT_SCALER) {\n        *number = *number / factor + mean;\n    }\n";
    } else if matches!(net.link, Link::Sigmoid | Link::Exp) {
        text = text.replace(
            "let mut prediction = prediction.map",
            "let prediction = prediction.map",
        );
    }
    text + "    prediction.iter().all(|number| number.is_finite()).then_some(prediction)\n}\n"
}

/// What a hidden unit makes of its sum.
fn activation(activation: AnyActivation) -> Option<&'static str> {
    Some(match activation {
        AnyActivation::Identity => return None,
        AnyActivation::Relu => "|z| if z < 0.0 { 0.0 } else { z }",
        AnyActivation::LeakyRelu => "|z| if z < 0.0 { 0.01 * z } else { z }",
        AnyActivation::Tanh => "tanh",
        AnyActivation::Sigmoid => "sigmoid",
        AnyActivation::Softplus => {
            "|z: REAL| if 0.0 > z { 0.0 } else { z } + ln_1p_unit(exp_unit(-z.abs())) + z * 0.0"
        }
    })
}

fn class<T: Literal>(net: &Net<T>) -> String {
    match &net.decision {
        Decision::None => String::new(),
        Decision::From(bound) => format!(
            "
/// The class that a prediction stands for.
pub fn class(prediction: &[REAL; OUTPUTS]) -> usize {{
    usize::from(prediction[0] >= {})
}}
",
            bound.rust()
        ),
        Decision::Largest => "
/// The class that a prediction stands for: the first of the most probable.
pub fn class(prediction: &[REAL; OUTPUTS]) -> usize {
    let mut best = (0, prediction[0]);
    for (class, &probability) in prediction.iter().enumerate() {
        if probability > best.1 {
            best = (class, probability);
        }
    }
    best.0
}
"
        .into(),
    }
}
