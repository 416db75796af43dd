//! A module of Rust that needs nothing but core.

use std::fmt::Write;

use downhill::loss::Link;
use downhill::model::AnyActivation;

use super::formula::Formula;
use super::literal::Literal;
use super::net::{Body, Decision, Detector, Net, Score, Sums};
use super::stage::Stage;
use crate::arguments::Language;

/// The text of the module.
pub(super) fn module<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::new();
    for line in &net.about {
        let _ = writeln!(text, "//! {line}");
    }
    text += "//!\n";
    let libm = net.stage.is_some()
        || match &net.body {
            Body::Formula(formula) => formula.needs_libm(),
            Body::Score(detector) => !matches!(detector.score, Score::Reconstruction(_)),
            Body::Sums(_) => false,
        };
    text += &match libm {
        true => format!(
            "//! Needs the crate `libm`, version {LIBM} for the same bits, and never panics.\n"
        ),
        false => "//! Needs nothing but `core`, and never panics.\n".into(),
    };
    if net.is_shifted() {
        text += "//! Numbers with an origin are `f64`: it is subtracted from a feature before this becomes a\n";
        let _ = writeln!(
            text,
            "//! `{}`, and added to an output. Hand them over as they are in the file.",
            T::RUST
        );
    }
    text += &match net.stage {
        Some(_) => NOTES.replace("unreachable_pub", "unreachable_pub, dead_code"),
        None => NOTES.into(),
    };
    let _ = write!(
        text,
        "
/// Number of features.
pub const FEATURES: usize = {};
/// Length of a prediction.
pub const OUTPUTS: usize = {};
/// The features' names, in the order in which `predict` takes them.
pub const NAMES: [&str; FEATURES] = [",
        net.features.len(),
        net.outputs
    );
    for name in &net.features {
        let _ = write!(text, "\n    {name:?},");
    }
    text += "\n];\n\n";
    if !net.classes.is_empty() {
        let count = net.classes.len();
        let _ = write!(
            text,
            "/// Labels of the classes, each at the number that `class` returns for it.\n\
             #[allow(dead_code)]\n\
             pub const CLASSES: [&str; {count}] = ["
        );
        for label in &net.classes {
            let _ = write!(text, "\n    {label:?},");
        }
        text += "\n];\n\n";
    }
    if let Body::Formula(formula) = &net.body {
        text += &parameters(formula);
    }
    let mut code = tables(net);
    code += &predict(net);
    code += &class(net);
    if let Body::Score(detector) = &net.body {
        code += &detector.votes_rust();
    }
    for piece in net.support(Language::Rust) {
        code += "\n";
        code += support(piece, T::RUST);
    }
    if let Some(stage) = &net.stage {
        code += &Stage::new(stage, Language::Rust).text();
    }
    text + &code.replace("REAL", T::RUST)
}

/// The `libm` whose bits are ours.
const LIBM: &str = "0.2.16";

const NOTES: &str = "\
//! The bits are those of `downhill predict`.
#![allow(clippy::all, clippy::pedantic, unreachable_pub)]
";

fn support(name: &str, precision: &str) -> &'static str {
    match (name, precision) {
        ("sums", _) => include_str!("rust/sums.rs"),
        ("abs", _) => "fn abs(x: REAL) -> REAL {\n    x.abs()\n}\n",
        ("square", _) => "fn square(x: REAL) -> REAL {\n    x * x\n}\n",
        ("cube", _) => "fn cube(x: REAL) -> REAL {\n    x * x * x\n}\n",
        ("smaller", _) => {
            "fn smaller(a: REAL, b: REAL) -> REAL {\n    if b < a { b } else { a }\n}\n"
        }
        ("larger", _) => {
            "fn larger(a: REAL, b: REAL) -> REAL {\n    if b > a { b } else { a }\n}\n"
        }
        ("sign", _) => include_str!("rust/sign.rs"),
        ("heaviside", _) => include_str!("rust/heaviside.rs"),
        ("modulo", "f32") => include_str!("rust/modulo.f32.rs"),
        ("modulo", _) => include_str!("rust/modulo.f64.rs"),
        ("sinc", "f32") => include_str!("rust/sinc.f32.rs"),
        ("sinc", _) => include_str!("rust/sinc.f64.rs"),
        ("member", _) => include_str!("rust/member.rs"),
        ("own", _) => include_str!("rust/own.rs"),
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

/// The values of a formula's parameters.
fn parameters<T: Literal>(formula: &Formula<T>) -> String {
    let count = formula.parameters.len();
    let mut text = format!("static PARAMETERS: [{}; {count}] = [", T::RUST);
    for (name, value) in &formula.parameters {
        let _ = write!(text, "\n    {}, // {name}", value.rust());
    }
    text + "\n];\n"
}

fn tables<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::new();
    doubles(&mut text, "ORIGINS", &net.origins);
    doubles(&mut text, "OUTPUT_ORIGINS", &net.output_origins);
    if !net.scaler.is_empty() {
        pairs(&mut text, "SCALER", &net.scaler);
    }
    match &net.body {
        Body::Sums(sums) => weights(&mut text, sums),
        Body::Score(detector) => text += &score(detector, net.features.len()),
        Body::Formula(_) => {}
    }
    if !net.outputs_scaler.is_empty() {
        pairs(&mut text, "OUTPUT_SCALER", &net.outputs_scaler);
    }
    text
}

fn weights<T: Literal>(text: &mut String, net: &Sums<T>) {
    if !net.products.is_empty() {
        let _ = write!(
            text,
            "static PRODUCTS: [[u16; 2]; {}] = [",
            net.products.len()
        );
        for [feature, term] in &net.products {
            let _ = write!(text, "\n    [{feature}, {term}],");
        }
        *text += "\n];\n";
    }
    for (at, layer) in net.layers.iter().enumerate() {
        numbers(text, &format!("WEIGHTS_{at}"), &layer.weights);
        numbers(text, &format!("BIASES_{at}"), &layer.biases);
    }
}

fn numbers<T: Literal>(text: &mut String, name: &str, of: &[T]) {
    let _ = write!(text, "static {name}: [REAL; {}] = [", of.len());
    for (at, number) in of.iter().enumerate() {
        let space = if at.is_multiple_of(4) { "\n    " } else { " " };
        let _ = write!(text, "{space}{},", number.rust());
    }
    *text += "\n];\n";
}

/// Tables and function of a detector's score, of so many features.
fn score<T: Literal>(detector: &Detector<T>, width: usize) -> String {
    let (mut text, mut function) = (String::new(), String::from(detector.rust()));
    match &detector.score {
        Score::Mahalanobis { mean, triangle } => {
            numbers(&mut text, "MEAN", mean);
            numbers(&mut text, "TRIANGLE", triangle);
        }
        Score::KMeans { centers } => numbers(&mut text, "CENTERS", centers),
        Score::Reconstruction(sums) => {
            weights(&mut text, sums);
            let outputs = outputs(sums, width).replace("OUTPUTS", "FEATURES");
            let share = T::ONE / T::from_u32(width as u32);
            function = function
                .replace("SUMS", outputs.trim_end())
                .replace("COUNT_SHARE", &share.rust());
        }
    }
    let bits = if T::RUST == "f32" { "f" } else { "" };
    text + &function.replace("SQRT", &format!("libm::sqrt{bits}"))
}

/// Mean and factor of each column.
fn pairs<T: Literal>(text: &mut String, name: &str, of: &[[T; 2]]) {
    let _ = write!(text, "static {name}: [[REAL; 2]; {}] = [", of.len());
    for [mean, factor] in of {
        let _ = write!(text, "\n    [{}, {}],", mean.rust(), factor.rust());
    }
    *text += "\n];\n";
}

/// Origins, which are `f64` in either precision.
fn doubles(text: &mut String, name: &str, of: &[f64]) {
    if of.is_empty() {
        return;
    }
    let numbers: Vec<String> = of.iter().map(|number| number.rust()).collect();
    let _ = writeln!(
        text,
        "static {name}: [f64; {}] = [{}];",
        of.len(),
        numbers.join(", ")
    );
}

fn predict<T: Literal>(net: &Net<T>) -> String {
    let count = net.features.len();
    let terms = match &net.body {
        Body::Sums(sums) => count + sums.products.len(),
        Body::Formula(_) | Body::Score(_) => count,
    };
    let input = net.input("REAL", "f64");
    let head = match net.output_origins.is_empty() {
        true => format!("{PREDICTS}\npub fn predict"),
        false => format!(
            "{PREDICTS}
pub fn predict(features: &[{input}; FEATURES]) -> Option<[f64; OUTPUTS]> {{
    let mut prediction = outputs(features)?.map(f64::from);
    for (number, origin) in prediction.iter_mut().zip(&OUTPUT_ORIGINS) {{
        *number += origin;
    }}
    Some(prediction)
}}

/// Predicts how far from the origins of the outputs.
fn outputs"
        ),
    };
    let shifted = match net.origins.is_empty() {
        true => "",
        false => {
            "    let mut shifted = [0.0 as REAL; FEATURES];
    for ((shifted, feature), origin) in shifted.iter_mut().zip(features).zip(&ORIGINS) {
        *shifted = (feature - origin) as REAL;
    }
    let features = &shifted;
"
        }
    };
    let mut text = format!(
        "
{head}(features: &[{input}; FEATURES]) -> Option<[REAL; OUTPUTS]> {{
{shifted}    if !features.iter().all(|feature| feature.is_finite()) {{
        return None;
    }}
"
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
    text += &match &net.body {
        Body::Sums(sums) => outputs(sums, count),
        Body::Formula(formula) => {
            let expression = formula.expression(
                Language::Rust,
                |at| format!("units[{at}]"),
                |at| format!("PARAMETERS[{at}]"),
            );
            let mutable = match (net.outputs_scaler.is_empty(), net.link) {
                (true, Link::Identity | Link::Sigmoid | Link::Exp) => "",
                _ => "mut ",
            };
            format!(
                "    // {}\n    let {mutable}prediction = [{expression}];\n",
                formula.text
            )
        }
        Body::Score(_) => "    let prediction = [distance(&units)];\n".into(),
    };
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

const PREDICTS: &str = "/// Predicts; `None` where a feature or the prediction is infinite or NaN.";

/// The steps of sums upon sums, of units that are the features so far.
fn outputs<T: Literal>(net: &Sums<T>, count: usize) -> String {
    let mut text = String::new();
    if !net.products.is_empty() {
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
    text
}

/// Activation of a hidden unit, as an expression of its sum.
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
