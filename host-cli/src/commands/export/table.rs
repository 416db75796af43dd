//! A fitted curve as a table of points, linear between them.

use downhill::Real;

use super::literal::Literal;
use super::net::{about, comment, identifier};
use crate::arguments::{ExportArguments, Language};
use crate::data::columns::TargetKind;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};
use crate::support::format::number;

/// Places between two points at which the error is measured.
const BETWEEN: usize = 100;

/// Predictions at equal distances.
struct Table<T> {
    low: T,
    /// Points in a unit of the feature.
    per_unit: T,
    values: Vec<T>,
}

impl<T: Real> Table<T> {
    /// The arithmetic of the exported function.
    fn at(&self, x: T) -> T {
        let last = self.values.len() - 1;
        let place = (x - self.low) * self.per_unit;
        if place <= T::ZERO {
            return self.values[0];
        }
        if place >= T::from_u32(last as u32) {
            return self.values[last];
        }
        let below = place.to_f64() as usize;
        let share = place - T::from_u32(below as u32);
        self.values[below] + share * (self.values[below + 1] - self.values[below])
    }
}

/// Source text with the table of a model.
pub(super) fn text<T: Literal>(
    arguments: &ExportArguments,
    model: Box<Model<T>>,
) -> Outcome<String> {
    // Numbers with an origin have more digits than an `f32`.
    match model.file.shifted().is_empty() {
        true => written::<T, T>(arguments, model),
        false => written::<T, f64>(arguments, model),
    }
}

fn written<T: Literal, U: Literal>(
    arguments: &ExportArguments,
    mut model: Box<Model<T>>,
) -> Outcome<String> {
    let name = arguments.model.display();
    let refuse = |why: &str| Err(Failure::Input(format!("{name}: {why}")));
    let file = &model.file;
    let ([feature], [target], TargetKind::Number) =
        (&file.features[..], &file.target.names[..], file.target.kind)
    else {
        return refuse(
            "a table is of a model that predicts one amount from one feature; export another \
             `--to c` or `--to rust`",
        );
    };
    if !file.encoding.is_empty() {
        return refuse("a table is of a column of numbers; export another `--to c` or `--to rust`");
    }
    let ranges = file.least_squares.as_ref().map(|own| &own.ranges[..]);
    let known = ranges.and_then(|ranges| ranges.first().copied());
    let Some([low, high]) = arguments.range.or(known.filter(|own| own[0] < own[1])) else {
        return Err(Failure::Usage(format!(
            "{name}: it does not say from where to where `{feature}` goes; give `--range A..B`"
        )));
    };
    let (feature, target) = (feature.clone(), target.clone());
    let of = identifier(arguments.name.as_deref().unwrap_or(&target));
    let mut head = about(&model, &arguments.model);
    let origin = file.origins.feature(0);
    let output_origin = file.output_origins().first().copied().unwrap_or(0.0);
    let trainer = &mut model.trainer;
    let mut predict = |x: f64| {
        let prediction = trainer.predict(&[T::from_f64(x - origin)]);
        match prediction.map(|own| own[0].to_f64() + output_origin) {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(Failure::Input(format!(
                "{name}: there is no prediction at `{feature}` = {x}; give another `--range A..B`"
            ))),
        }
    };
    let last = usize::from(arguments.points) - 1;
    let place = |at: f64| low + (high - low) * at / last as f64;
    let values = (0..=last).map(|at| predict(place(at as f64)).map(U::from_f64));
    let table = Table {
        low: U::from_f64(low),
        per_unit: U::from_f64(last as f64 / (high - low)),
        values: values.collect::<Outcome<_>>()?,
    };
    let (mut most, mut worst) = (0.0, low);
    for step in 0..=last * BETWEEN {
        let x = place(step as f64 / BETWEEN as f64);
        let error = (table.at(U::from_f64(x)).to_f64() - predict(x)?).abs();
        if error > most {
            (most, worst) = (error, x);
        }
    }
    head.extend([
        String::new(),
        format!("{} points from {} = {low} to {high}, and linear between them.", last + 1, comment(&feature)),
        format!(
            "Largest error against the model: {}, near {} (of {BETWEEN} places between two points).",
            number(Some(most)),
            number(Some(worst))
        ),
        "Outside the range it is the value at the nearer end.".into(),
    ]);
    Ok(match arguments.to.language() {
        Language::C => c(&table, &head, &of),
        Language::Rust => rust(&table, &head),
    })
}

/// Numbers with commas, a few on a line.
fn listed<T: Copy>(values: &[T], literal: impl Fn(T) -> String) -> String {
    let lines = values.chunks(4).map(|line| {
        let line: Vec<String> = line.iter().map(|&x| literal(x)).collect();
        format!("    {},\n", line.join(", "))
    });
    lines.collect()
}

fn c<T: Literal>(table: &Table<T>, head: &[String], name: &str) -> String {
    let (real, suffix) = (T::C, T::SUFFIX);
    let (count, last) = (table.values.len(), table.values.len() - 1);
    let upper = name.to_uppercase();
    format!(
        "/* {} */
#ifndef DOWNHILL_{upper}_TABLE_H
#define DOWNHILL_{upper}_TABLE_H

static const {real} {name}_table[{count}] = {{
{}}};

/* The prediction at x. */
static inline {real} {name}_look_up({real} x) {{
    {real} place = (x - {}) * {};
    int below;
    if (x != x) {{
        return x;
    }}
    if (place <= 0) {{
        return {name}_table[0];
    }}
    if (place >= {last}.0{suffix}) {{
        return {name}_table[{last}];
    }}
    below = (int)place;
    return {name}_table[below] +
           (place - ({real})below) * ({name}_table[below + 1] - {name}_table[below]);
}}

#endif
",
        head.join("\n * ").replace("* \n", "*\n"),
        listed(&table.values, T::c),
        table.low.c(),
        table.per_unit.c(),
    )
}

fn rust<T: Literal>(table: &Table<T>, head: &[String]) -> String {
    let real = T::RUST;
    let (count, last) = (table.values.len(), table.values.len() - 1);
    format!(
        "//! {}

/// Predictions at equal distances.
pub const TABLE: [{real}; {count}] = [
{}];

/// The prediction at `x`.
#[allow(clippy::excessive_precision)]
pub fn look_up(x: {real}) -> {real} {{
    let place = (x - {}) * {};
    if x.is_nan() {{
        return x;
    }}
    if place <= 0.0 {{
        return TABLE[0];
    }}
    if place >= {last}.0 {{
        return TABLE[{last}];
    }}
    let below = place as usize;
    TABLE[below] + (place - below as {real}) * (TABLE[below + 1] - TABLE[below])
}}
",
        head.join("\n//! ").replace("//! \n", "//!\n"),
        listed(&table.values, T::rust),
        parenthesized(table.low.rust()),
        table.per_unit.rust(),
    )
}

/// A negative number within an operation.
fn parenthesized(literal: String) -> String {
    match literal.starts_with('-') {
        true => format!("({literal})"),
        false => literal,
    }
}
