//! A header of C99 without floats.

use std::fmt::Write;

use downhill::model::AnyActivation;

use super::integers::{Integers, power, tanh};

/// The text of the header.
pub(super) fn header(net: &Integers) -> String {
    let upper = net.name.to_ascii_uppercase();
    let mut text = format!("/* {}\n", net.about.join("\n * "));
    text += " *\n * The features, in this order:\n";
    for (at, name) in net.features.iter().enumerate() {
        let _ = writeln!(text, " *   {at}  {name}");
    }
    text += NOTES;
    let mut code = String::new();
    numbers(
        &mut code,
        "uint16_t",
        "factors",
        net.columns.iter().map(|column| i32::from(column.factor)),
    );
    numbers(
        &mut code,
        "int8_t",
        "shifts",
        net.columns.iter().map(|column| i32::from(column.shift)),
    );
    numbers(
        &mut code,
        "int32_t",
        "offsets",
        net.columns.iter().map(|column| column.offset),
    );
    code += include_str!("c/column.h");
    for (at, layer) in net.layers.iter().enumerate() {
        numbers(
            &mut code,
            "int16_t",
            &format!("weights_{at}"),
            layer.weights.iter().copied(),
        );
        numbers(
            &mut code,
            "int32_t",
            &format!("biases_{at}"),
            layer.biases.iter().copied(),
        );
    }
    code += include_str!("c/affine.h");
    if net.has(AnyActivation::Tanh) || net.has(AnyActivation::Sigmoid) || net.is_binary() {
        numbers(&mut code, "uint16_t", "tanh_table", tanh().into_iter());
        code += include_str!("c/tanh.h");
    }
    if net.has(AnyActivation::Sigmoid) || net.is_binary() {
        code += include_str!("c/sigmoid.h");
    }
    code += &outputs(net);
    match (net.of_classes, net.is_binary()) {
        (false, _) => code += include_str!("c/amount.h"),
        (_, true) => {
            let threshold = net.threshold.to_string();
            code += &include_str!("c/binary.h").replace("THRESHOLD", &threshold);
        }
        _ => {
            numbers(&mut code, "uint16_t", "power_table", power().into_iter());
            code += include_str!("c/softmax.h");
        }
    }
    text += &code
        .replace("NAME_", &format!("{}_", net.name))
        .replace("UPPER_", &format!("{upper}_"));
    text = text
        .replace("DOWNHILL_GUARD", &format!("DOWNHILL_{upper}_H"))
        .replace("UPPER_", &format!("{upper}_"))
        .replace("COUNT_FEATURES", &net.features.len().to_string())
        .replace("COUNT_OUTPUTS", &net.outputs.to_string());
    text + "\n#endif\n"
}

const NOTES: &str = " *
 * Needs a C99 compiler and no library, and computes in integers alone. Numbers of 16 bits have 12 behind
 * the point. The bits are those of `downhill predict`. */
#ifndef DOWNHILL_GUARD
#define DOWNHILL_GUARD

#include <stddef.h>
#include <stdint.h>

#if (-1 >> 1) != -1
#error \"this compiler does not keep the sign of a number that is shifted to the right\"
#endif

#define UPPER_FEATURES COUNT_FEATURES
#define UPPER_OUTPUTS COUNT_OUTPUTS
";

fn numbers(text: &mut String, kind: &str, name: &str, of: impl ExactSizeIterator<Item = i32>) {
    let _ = write!(text, "\nstatic const {kind} NAME_{name}[{}] = {{", of.len());
    for (at, number) in of.enumerate() {
        let space = if at % 12 == 0 { "\n    " } else { " " };
        let _ = write!(text, "{space}{number},");
    }
    *text += "\n};\n";
}

fn outputs(net: &Integers) -> String {
    let mut text = String::from(
        "
/* Computes the outputs, with 12 bits behind the point, of features in 16 bits. */
static inline void NAME_outputs(const int16_t features[UPPER_FEATURES],
                                int32_t outputs[UPPER_OUTPUTS]) {
    size_t i;
    int32_t units_0[UPPER_FEATURES];
",
    );
    for (at, layer) in net.layers.iter().enumerate().skip(1) {
        let _ = writeln!(text, "    int32_t units_{at}[{}];", layer.inputs);
    }
    text += "    for (i = 0; i < UPPER_FEATURES; i++) units_0[i] = features[i];\n";
    for (at, layer) in net.layers.iter().enumerate() {
        let (inputs, count) = (layer.inputs, layer.biases.len());
        let last = at + 1 == net.layers.len();
        let to = match last {
            true => "outputs".into(),
            false => format!("units_{}", at + 1),
        };
        let _ = writeln!(
            text,
            "    NAME_affine(NAME_weights_{at}, NAME_biases_{at}, units_{at}, {inputs}, {to}, {count});"
        );
        if last {
            break;
        }
        let value = match net.activation {
            AnyActivation::Relu => format!("{to}[i] < 0 ? 0 : {to}[i] > 32767 ? 32767 : {to}[i]"),
            AnyActivation::Sigmoid => format!("NAME_sigmoid({to}[i])"),
            _ => format!("NAME_tanh({to}[i])"),
        };
        let _ = writeln!(text, "    for (i = 0; i < {count}; i++) {to}[i] = {value};");
    }
    text + "}\n"
}
