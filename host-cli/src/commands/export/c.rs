//! A header of C99 without dependencies.

use std::fmt::Write;

use downhill::loss::Link;
use downhill::model::AnyActivation;

use super::formula::Formula;
use super::literal::Literal;
use super::net::{Body, Decision, Detector, Net, Score, Sums};
use super::pieces;
use super::stage::Stage;
use crate::arguments::Language;

/// The text of the header.
pub(super) fn header<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::from("/* ");
    text += &net.about.join("\n * ");
    text += "\n *\n * The features, in their own units and this order:\n";
    for (at, name) in net.features.iter().enumerate() {
        let _ = writeln!(text, " *   {at}  {name}");
    }
    if net.is_shifted() {
        text += " *\n * Numbers with an origin are doubles: it is subtracted from a feature before this becomes\n * a REAL, and added to an output. Hand them over as they are in the file.\n".replace("REAL", T::C).as_str();
    }
    if let Body::Formula(formula) = &net.body {
        let names: Vec<&str> = formula.parameters.iter().map(|(name, _)| &**name).collect();
        let _ = writeln!(
            text,
            " *\n * The formula, and its parameters in the order of their table:\n *   {}\n *   {}",
            formula.text,
            names.join(", ")
        );
    }
    let mut code = String::from(NOTES);
    let mut called = net.support(Language::C);
    let narrows = T::RUST == "f32" && !net.origins.is_empty();
    if narrows && !called.contains(&"narrow") {
        called.push("narrow");
    }
    if net.stage.is_some() {
        for piece in Stage::<T>::pieces() {
            if !called.contains(&piece) {
                called.push(piece);
            }
        }
    }
    code += &pieces::text(&called, T::RUST == "f64");
    code += &tables(net);
    code += &predict(net);
    code += &class(net);
    if let Body::Score(detector) = &net.body {
        code += &detector.votes_c();
    }
    if let Some(stage) = &net.stage {
        code += &Stage::new(stage, Language::C).text();
    }
    text += &fill::<T>(&code, &net.name, [net.features.len(), net.outputs]);
    if !net.classes.is_empty() {
        let labels: Vec<String> = net.classes.iter().map(|label| string(label)).collect();
        let head = "
/* The label of a class, in UTF-8; an empty text where there is no such class. */
static inline const char *NAME_class_name(int number)
{
";
        text += &fill::<T>(head, &net.name, [net.features.len(), net.outputs]);
        let count = labels.len();
        let _ = write!(
            text,
            "    static const char *const names[{count}] = {{\n        {}\n    }};\n    \
             return number >= 0 && number < {count} ? names[number] : \"\";\n}}\n",
            labels.join(",\n        ")
        );
    }
    text + END
}

/// A text as a string of C, in UTF-8.
pub(in crate::commands) fn string(text: &str) -> String {
    let mut string = String::from("\"");
    for byte in text.bytes() {
        match byte {
            // Three digits, behind which no digit belongs to it.
            b'"' | b'\\' | b'?' | ..b' ' | 0x7f.. => {
                let _ = write!(string, "\\{byte:03o}");
            }
            _ => string.push(byte.into()),
        }
    }
    string + "\""
}

const NOTES: &str = " *
 * Needs a C99 compiler and no library. The bits are those of `downhill predict` at any level of
 * optimization: contraction is turned off below (leave out Clang's -ffp-contract=fast, which heeds
 * nothing), and what would change them else is refused. */
#ifndef DOWNHILL_GUARD
#define DOWNHILL_GUARD

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \\
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0)
#error \"this arithmetic would give other bits: leave out -Ofast, -ffast-math and its parts\"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error \"this arithmetic would give other bits: on x86 give -msse2 -mfpmath=sse\"
#endif
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC push_options
#pragma GCC optimize (\"fp-contract=off\")
#elif defined(_MSC_VER)
#pragma fp_contract (off)
#else
#pragma STDC FP_CONTRACT OFF
#endif

#define UPPER_FEATURES COUNT_FEATURES
#define UPPER_OUTPUTS COUNT_OUTPUTS

/* Whether a number is neither infinite nor NaN. */
static inline int NAME_finite(REAL x) {
    return x - x == 0;
}
";

/// What follows the functions: the compiler goes on as it was told.
const END: &str = "
#if defined(__clang__)
#pragma STDC FP_CONTRACT DEFAULT
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif

#endif
";

/// Puts names, types and counts in the places that are kept for them.
fn fill<T: Literal>(text: &str, name: &str, [features, outputs]: [usize; 2]) -> String {
    let upper = name.to_ascii_uppercase();
    text.replace("DOWNHILL_GUARD", &format!("DOWNHILL_{upper}_H"))
        .replace("UPPER_", &format!("{upper}_"))
        .replace("COUNT_FEATURES", &features.to_string())
        .replace("COUNT_OUTPUTS", &outputs.to_string())
        .replace("NAME_", &format!("{name}_"))
        .replace("LARGEST", T::LARGEST)
        .replace("REAL", T::C)
}

fn tables<T: Literal>(net: &Net<T>) -> String {
    let mut text = String::from("\n");
    doubles(&mut text, "origins", &net.origins);
    doubles(&mut text, "output_origins", &net.output_origins);
    let columns = |at: usize| move |column: &[T; 2]| column[at];
    if !net.scaler.is_empty() {
        numbers(&mut text, "means", net.scaler.iter().map(columns(0)));
        numbers(&mut text, "factors", net.scaler.iter().map(columns(1)));
    }
    match &net.body {
        Body::Sums(sums) => weights(&mut text, sums),
        Body::Formula(formula) => parameters(&mut text, formula),
        Body::Score(detector) => text += &score(detector, net.features.len()),
    }
    if !net.outputs_scaler.is_empty() {
        let outputs = || net.outputs_scaler.iter();
        numbers(&mut text, "output_means", outputs().map(columns(0)));
        numbers(&mut text, "output_factors", outputs().map(columns(1)));
    }
    text
}

/// Tables and function of a detector's score, of so many features.
fn score<T: Literal>(detector: &Detector<T>, width: usize) -> String {
    let (mut text, mut function) = (String::new(), String::from(detector.c()));
    match &detector.score {
        Score::Mahalanobis { mean, triangle } => {
            numbers(&mut text, "mean", mean.iter().copied());
            numbers(&mut text, "triangle", triangle.iter().copied());
        }
        Score::KMeans { centers } => {
            numbers(&mut text, "centers", centers.iter().copied());
            let count = centers.len() / width.max(1);
            function = function.replace("COUNT_CENTERS", &count.to_string());
        }
        Score::Reconstruction(sums) => {
            weights(&mut text, sums);
            let units: String = { sums.hidden().enumerate() }
                .map(|(at, layer)| format!("    REAL units_{}[{}];\n", at + 1, layer.biases.len()))
                .collect();
            let outputs = outputs(sums, width).replace("UPPER_OUTPUTS", "UPPER_FEATURES");
            let share = T::ONE / T::from_u32(width as u32);
            function = function
                .replace("UNITS", &units)
                .replace("SUMS", outputs.trim_end())
                .replace("COUNT_SHARE", &share.c());
        }
    }
    text + &function
}

/// Origins, which are doubles in either precision.
fn doubles(text: &mut String, name: &str, of: &[f64]) {
    if of.is_empty() {
        return;
    }
    let _ = write!(text, "static const double NAME_{name}[{}] = {{", of.len());
    for (at, number) in of.iter().enumerate() {
        let _ = write!(text, "{}{},", space(at, 4), number.c());
    }
    *text += "\n};\n";
}

/// The values of a formula's parameters.
fn parameters<T: Literal>(text: &mut String, formula: &Formula<T>) {
    let count = formula.parameters.len();
    let _ = write!(text, "static const REAL NAME_parameters[{count}] = {{");
    for (at, (_, value)) in formula.parameters.iter().enumerate() {
        let _ = write!(text, "{}{},", space(at, 4), value.c());
    }
    *text += "\n};\n";
}

fn weights<T: Literal>(text: &mut String, net: &Sums<T>) {
    if !net.products.is_empty() {
        let count = net.products.len();
        let _ = write!(text, "static const uint16_t NAME_products[{count}][2] = {{");
        for (at, [feature, term]) in net.products.iter().enumerate() {
            let _ = write!(text, "{}{{{feature}, {term}}},", space(at, 8));
        }
        *text += "\n};\n";
    }
    for (at, layer) in net.layers.iter().enumerate() {
        let (weights, biases) = (layer.weights.iter(), layer.biases.iter());
        numbers(text, &format!("weights_{at}"), weights.copied());
        numbers(text, &format!("biases_{at}"), biases.copied());
    }
}

fn numbers<T: Literal>(text: &mut String, name: &str, of: impl ExactSizeIterator<Item = T>) {
    let _ = write!(text, "static const REAL NAME_{name}[{}] = {{", of.len());
    for (at, number) in of.enumerate() {
        let _ = write!(text, "{}{},", space(at, 4), number.c());
    }
    *text += "\n};\n";
}

/// Separator before an entry of a table.
fn space(at: usize, a_line: usize) -> &'static str {
    if at.is_multiple_of(a_line) {
        "\n    "
    } else {
        " "
    }
}

fn predict<T: Literal>(net: &Net<T>) -> String {
    let count = net.features.len();
    let (terms, hidden): (usize, Vec<usize>) = match &net.body {
        Body::Sums(sums) => (
            count + sums.products.len(),
            sums.hidden().map(|layer| layer.biases.len()).collect(),
        ),
        Body::Formula(_) | Body::Score(_) => (count, Vec::new()),
    };
    let input = net.input("REAL", "double");
    let (about, name) = match net.output_origins.is_empty() {
        true => (PREDICTS, "NAME_predict"),
        false => (
            "Predicts how far from the origins of the outputs.",
            "NAME_outputs",
        ),
    };
    let indent = " ".repeat(name.len());
    let mut text = format!(
        "
/* {about} */
static inline int {name}(const {input} features[UPPER_FEATURES],
                  {indent}REAL prediction[UPPER_OUTPUTS]) {{
    size_t i;
"
    );
    let _ = writeln!(text, "    REAL units_0[{terms}];");
    for (at, units) in hidden.iter().enumerate() {
        let _ = writeln!(text, "    REAL units_{}[{units}];", at + 1);
    }
    let (declared, feature) = match net.origins.is_empty() {
        true => ("", "features[i]"),
        false if T::RUST == "f32" => (
            "        const REAL feature = NAME_narrow(features[i] - NAME_origins[i]);\n",
            "feature",
        ),
        false => (
            "        const REAL feature = features[i] - NAME_origins[i];\n",
            "feature",
        ),
    };
    let scaled = match net.scaler.is_empty() {
        true => feature.into(),
        false => format!("({feature} - NAME_means[i]) * NAME_factors[i]"),
    };
    let _ = write!(
        text,
        "    for (i = 0; i < {count}; i++) {{
{declared}        if (!NAME_finite({feature})) return -1;
        units_0[i] = {scaled};
    }}
"
    );
    text += &match &net.body {
        Body::Sums(sums) => outputs(sums, count),
        Body::Formula(formula) => {
            let expression = formula.expression(
                Language::C,
                |at| format!("units_0[{at}]"),
                |at| format!("NAME_parameters[{at}]"),
            );
            format!("    prediction[0] = {expression};\n")
        }
        Body::Score(_) => "    prediction[0] = NAME_distance(units_0);\n".into(),
    };
    let each = "    for (i = 0; i < UPPER_OUTPUTS; i++) ";
    match net.link {
        Link::Identity => {}
        Link::Sigmoid => text += &format!("{each}prediction[i] = NAME_sigmoid(prediction[i]);\n"),
        Link::Softmax => text += "    NAME_softmax(prediction, UPPER_OUTPUTS);\n",
        Link::Exp => text += &format!("{each}prediction[i] = NAME_exp(prediction[i]);\n"),
    }
    if !net.outputs_scaler.is_empty() {
        text += &format!(
            "{each}prediction[i] = prediction[i] / NAME_output_factors[i] + NAME_output_means[i];\n"
        );
    }
    text += &format!("{each}if (!NAME_finite(prediction[i])) return -1;\n");
    text += "    return 0;\n}\n";
    if !net.output_origins.is_empty() {
        let _ = write!(
            text,
            "
/* {PREDICTS} */
static inline int NAME_predict(const {input} features[UPPER_FEATURES],
                               double prediction[UPPER_OUTPUTS]) {{
    size_t i;
    REAL outputs[UPPER_OUTPUTS];
    if (NAME_outputs(features, outputs)) return -1;
{each}prediction[i] = outputs[i] + NAME_output_origins[i];
    return 0;
}}
"
        );
    }
    text
}

const PREDICTS: &str =
    "Predicts. Returns 0, or -1 where a feature or the prediction is infinite or NaN.";

/// The steps of sums upon sums, of units that are the features so far.
fn outputs<T: Literal>(net: &Sums<T>, count: usize) -> String {
    let mut text = String::new();
    if !net.products.is_empty() {
        let _ = write!(
            text,
            "    for (i = 0; i < {}; i++)
        units_0[{count} + i] = units_0[NAME_products[i][0]] * units_0[NAME_products[i][1]];
",
            net.products.len()
        );
    }
    let mut inputs = count + net.products.len();
    for (at, layer) in net.hidden().enumerate() {
        let (out, outputs) = (at + 1, layer.biases.len());
        let _ = writeln!(
            text,
            "    NAME_affine(NAME_weights_{at}, NAME_biases_{at}, units_{at}, {inputs}, units_{out}, {outputs});"
        );
        if let Some(value) = activation(net.activation, &format!("units_{out}[i]")) {
            let _ = writeln!(
                text,
                "    for (i = 0; i < {outputs}; i++) units_{out}[i] = {value};"
            );
        }
        inputs = outputs;
    }
    let last = net.layers.len().saturating_sub(1);
    let _ = writeln!(
        text,
        "    NAME_affine(NAME_weights_{last}, NAME_biases_{last}, units_{last}, {inputs}, prediction, UPPER_OUTPUTS);"
    );
    text
}

/// Activation of a hidden unit, as an expression of its sum.
fn activation(activation: AnyActivation, z: &str) -> Option<String> {
    Some(match activation {
        AnyActivation::Identity => return None,
        AnyActivation::Relu => format!("{z} < 0 ? 0 : {z}"),
        AnyActivation::LeakyRelu => format!("{z} < 0 ? (REAL)0.01 * {z} : {z}"),
        AnyActivation::Tanh => format!("NAME_tanh({z})"),
        AnyActivation::Sigmoid => format!("NAME_sigmoid({z})"),
        AnyActivation::Softplus => format!(
            "(0 > {z} ? 0 : {z}) + NAME_ln_1p_unit(NAME_exp_unit({z} < 0 ? {z} : -{z})) + {z} * 0"
        ),
    })
}

fn class<T: Literal>(net: &Net<T>) -> String {
    match &net.decision {
        Decision::None => String::new(),
        Decision::From(bound) => format!(
            "
/* The class that a prediction stands for. */
static inline int NAME_class(const REAL prediction[UPPER_OUTPUTS]) {{
    return prediction[0] >= {};
}}
",
            bound.c()
        ),
        Decision::Largest => "
/* The class that a prediction stands for: the first of the most probable. */
static inline int NAME_class(const REAL prediction[UPPER_OUTPUTS]) {
    int i, best = 0;
    for (i = 1; i < UPPER_OUTPUTS; i++)
        if (prediction[i] > prediction[best]) best = i;
    return best;
}
"
        .into(),
    }
}
