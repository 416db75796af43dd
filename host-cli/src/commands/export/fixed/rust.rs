//! A module of Rust without floats.

use std::fmt::Write;

use downhill::model::AnyActivation;

use super::integers::{Integers, power, tanh};

/// The text of the module.
pub(super) fn module(net: &Integers) -> String {
    let mut text = String::new();
    for line in &net.about {
        let _ = writeln!(text, "//! {line}");
    }
    let _ = write!(
        text,
        "//!
//! Needs nothing but `core`, and computes in integers alone. Numbers of 16 bits have 12 behind the point.
//! The bits are those of `downhill predict`.

/// Number of features.
pub const FEATURES: usize = {};
/// Number of outputs.
pub const OUTPUTS: usize = {};
/// The features' names, in the order in which `outputs` takes them.
pub const NAMES: [&str; FEATURES] = [",
        net.features.len(),
        net.outputs
    );
    for name in &net.features {
        let _ = write!(text, "\n    {name:?},");
    }
    text += "\n];\n";
    if !net.classes.is_empty() {
        let count = net.classes.len();
        let _ = write!(
            text,
            "/// Labels of the classes, each at the number that `class` returns for it.\n\
             pub const CLASSES: [&str; {count}] = {:?};\n",
            net.classes
        );
    }
    let _ = write!(
        text,
        "\nstatic COLUMNS: [(u16, i8, i32); {}] = [",
        net.columns.len()
    );
    for column in &net.columns {
        let _ = write!(
            text,
            "\n    ({}, {}, {}),",
            column.factor, column.shift, column.offset
        );
    }
    text += "\n];\n";
    text += include_str!("rust/column.rs");
    for (at, layer) in net.layers.iter().enumerate() {
        numbers(&mut text, "i16", &format!("WEIGHTS_{at}"), &layer.weights);
        numbers(&mut text, "i32", &format!("BIASES_{at}"), &layer.biases);
    }
    text += include_str!("rust/affine.rs");
    if net.has(AnyActivation::Tanh) || net.has(AnyActivation::Sigmoid) || net.is_binary() {
        numbers(&mut text, "u16", "TANH", &tanh());
        text += include_str!("rust/tanh.rs");
    }
    if net.has(AnyActivation::Sigmoid) || net.is_binary() {
        text += include_str!("rust/sigmoid.rs");
    }
    text += &outputs(net);
    match (net.of_classes, net.is_binary()) {
        (false, _) => text += include_str!("rust/amount.rs"),
        (_, true) => {
            let threshold = net.threshold.clamp(i32::MIN.into(), i32::MAX.into());
            let _ = write!(text, "\nconst THRESHOLD: i32 = {threshold};\n");
            text += include_str!("rust/binary.rs");
        }
        _ => {
            numbers(&mut text, "u16", "POWER", &power());
            text += include_str!("rust/softmax.rs");
        }
    }
    text
}

fn numbers(text: &mut String, kind: &str, name: &str, of: &[i32]) {
    let _ = write!(text, "\nstatic {name}: [{kind}; {}] = [", of.len());
    for (at, number) in of.iter().enumerate() {
        let space = if at % 12 == 0 { "\n    " } else { " " };
        let _ = write!(text, "{space}{number},");
    }
    *text += "\n];\n";
}

fn outputs(net: &Integers) -> String {
    let mut text = String::from(
        "
/// Computes the outputs, with 12 bits behind the point, of features in 16 bits.
pub fn outputs(features: &[i16; FEATURES]) -> [i32; OUTPUTS] {
    let units_0 = features.map(i32::from);
",
    );
    for (at, layer) in net.layers.iter().enumerate() {
        let count = layer.biases.len();
        let to = at + 1;
        let _ = writeln!(text, "    let mut units_{to} = [0; {count}];");
        let _ = writeln!(
            text,
            "    affine(&WEIGHTS_{at}, &BIASES_{at}, &units_{at}, &mut units_{to});"
        );
        if to == net.layers.len() {
            let _ = writeln!(text, "    units_{to}\n}}");
            break;
        }
        let value = match net.activation {
            AnyActivation::Relu => "|z: i32| z.clamp(0, 32_767)",
            AnyActivation::Sigmoid => "sigmoid",
            _ => "tanh",
        };
        let _ = writeln!(text, "    let units_{to} = units_{to}.map({value});");
    }
    text
}
