//! A recipe as a header of C.

use std::fmt::Write;

use crate::commands::export::{comment, feature_names, identifier, string};
use crate::model::twin;

use super::subject::Subject;

/// The text of the header, whose names begin with `name`, or the target's.
pub(super) fn text(subject: &Subject, name: Option<&str>) -> String {
    let name = match identifier(name.unwrap_or(&subject.target.to_string())) {
        // The library's own names begin so.
        name if name.starts_with("downhill") => format!("model_{name}"),
        name => name,
    };
    let upper = name.to_ascii_uppercase();
    let features = feature_names(&subject.features, &subject.encoding);
    let [inputs, targets, outputs] = subject.widths();
    let monitor = subject.recipe.monitor_len();
    let words = twin::arena_len(&subject.recipe) + monitor;

    let mut text = String::from("/* ");
    let what = match subject.is_fitted {
        true => "Recipe and checkpoint of the model in",
        false => "Recipe of a fit to",
    };
    let _ = writeln!(
        text,
        "{what} {}, to predict {}.",
        comment(&subject.from),
        comment(&subject.target.to_string())
    );
    let _ = writeln!(
        text,
        " * Written by downhill {}. Create a fit with it:\n *",
        env!("CARGO_PKG_VERSION")
    );
    let _ = writeln!(
        text,
        " *   static uint8_t memory[{upper}_BUFFER];\n *   downhill_fit *fit;"
    );
    let _ = writeln!(
        text,
        " *   downhill_create(memory, sizeof memory, {name}_recipe, sizeof {name}_recipe, &fit);\n *"
    );
    let less = match subject.origins.features.is_empty() {
        true => "",
        false => ", less their origins below",
    };
    let _ = writeln!(
        text,
        " * The features, in their own units{less}, in this order:"
    );
    for (at, feature) in features.iter().enumerate() {
        let _ = writeln!(text, " *   {at}  {feature}");
    }
    for note in subject.notes() {
        let _ = writeln!(text, " *\n * Note: {}.", comment(&note));
    }
    text += " */\n";
    let hash = subject.hash() as u32;
    let _ = writeln!(
        text,
        "#if defined(DOWNHILL_{upper}_RECIPE_H) && DOWNHILL_{upper}_RECIPE_H != {hash:#010x}\n\
         #error \"two recipes are named {name}: write one of them with --name\"\n#endif\n\
         #ifndef DOWNHILL_{upper}_RECIPE_H\n#define DOWNHILL_{upper}_RECIPE_H {hash:#010x}\n\n#include \"downhill.h\"\n\n\
         #define {upper}_FEATURES {inputs}\n#define {upper}_TARGETS {targets}\n#define {upper}_OUTPUTS {outputs}\n\
         /* Bytes of the buffer of a fit, and of its longest checkpoint. */\n\
         #define {upper}_BUFFER DOWNHILL_BUFFER({words})\n#define {upper}_CHECKPOINT {}\n",
        subject.longest_checkpoint()
    );
    array(&mut text, &format!("{name}_recipe"), &subject.bytes);
    if subject.is_fitted {
        text += "\n/* The fit as it ended: hand it to downhill_resume. */\n";
        array(
            &mut text,
            &format!("{name}_checkpoint"),
            &subject.checkpoint(),
        );
    }
    let names = |text: &mut String, what: &str, names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| string(name)).collect();
        let _ = writeln!(
            text,
            "\nstatic const char *const {name}_{what}[{}] = {{\n    {}\n}};",
            names.len(),
            names.join(",\n    ")
        );
    };
    let plain: Vec<&str> = subject.features.iter().map(String::as_str).collect();
    names(&mut text, "features", &plain);
    let labels = subject.labels();
    if !labels.is_empty() {
        text += "\n/* Labels of the classes, in the order of their numbers. */";
        names(&mut text, "classes", &labels);
    }
    let weights = &subject.weighting.classes;
    if !weights.is_empty() {
        let _ = writeln!(
            text,
            "\n/* Weights of the classes in the fit. */\n\
             static const float {name}_class_weights[{}] = {{{}}};",
            weights.len(),
            numbers(weights)
        );
    }
    let subtract = "as doubles, before they become floats";
    let origins = [
        ("features", &subject.origins.features, ""),
        (
            "targets",
            &subject.origins.targets,
            ", and add them to predictions",
        ),
    ];
    for (what, origins, add) in origins.iter().filter(|origins| !origins.1.is_empty()) {
        let _ = writeln!(
            text,
            "\n/* Subtract these from the {what}, {subtract}{add}. */\n\
             static const double {name}_{what}_origins[{}] = {{{}}};",
            origins.len(),
            numbers(origins)
        );
    }
    text + "\n#endif\n"
}

/// Numbers as C has them, in full.
fn numbers(numbers: &[f64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("{number:?}")).collect();
    numbers.join(", ")
}

/// Writes bytes as an array, twelve a line.
fn array(text: &mut String, name: &str, bytes: &[u8]) {
    let _ = write!(text, "static const uint8_t {name}[{}] = {{", bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        *text += if at % 12 == 0 { "\n    " } else { " " };
        let _ = write!(text, "0x{byte:02x},");
    }
    *text += "\n};\n";
}
