//! `downhill eval`: measures a model on the rows of a file.

use downhill::Real;
use serde::Serialize;

use crate::arguments::EvalArguments;
use crate::failure::{Failure, Outcome};
use crate::metrics::Metrics;
use crate::model_file::{self, Loaded, Model};
use crate::samples::Samples;
use crate::{columns, measure, output, report, table, task};

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    downhill: &'static str,
    status: &'static str,
    model: String,
    fingerprint: String,
    data: String,
    rows: usize,
    dropped: usize,
    target: &'a str,
    metrics: Option<Metrics>,
}

pub(crate) fn run(arguments: &EvalArguments) -> Outcome {
    match model_file::read(&arguments.model)? {
        Loaded::F32(mut model) => evaluate(arguments, &mut model),
        Loaded::F64(mut model) => evaluate(arguments, &mut model),
    }
}

fn evaluate<T: Real>(arguments: &EvalArguments, model: &mut Model<T>) -> Outcome {
    let Model { file, trainer } = model;
    let missing = [&file.missing_values[..], &arguments.missing_value].concat();
    let table = table::read(&arguments.data, &missing)?;
    let features = columns::of_model(&table, &file.features)?;
    let target = columns::numeric(&table, &file.target.name)?;
    let weight = file.weighting.column.as_deref();
    let weight = weight
        .map(|name| columns::numeric(&table, name))
        .transpose()?;
    let mut samples = Samples::<T>::gather(&table, &features, target, weight)?;
    let classes = measure::reading(trainer, file.target.kind).classes();
    task::check_classes(&table, target, &samples, classes)?;
    samples.weigh_classes(&file.weighting.classes);
    let metrics = measure::rows(&samples, 0..samples.len(), file.target.kind, trainer);
    let metrics = metrics.map_err(|fault| {
        Failure::Input(format!(
            "{}, line {}: {}; the numbers are too far from those that the model was fitted to",
            arguments.data.display(),
            samples.line(fault.row),
            fault.fault
        ))
    })?;
    let document = Document {
        schema: 1,
        downhill: env!("CARGO_PKG_VERSION"),
        status: "done",
        model: arguments.model.display().to_string(),
        fingerprint: trainer.fingerprint().to_string(),
        data: arguments.data.display().to_string(),
        rows: samples.len(),
        dropped: samples.dropped,
        target: &file.target.name,
        metrics,
    };
    match arguments.json {
        true => output::print_json(&document),
        false => {
            let mut text = format!(
                "{} by {}: {} rows of {}, {} dropped for a missing value\n",
                document.target, document.model, document.rows, document.data, document.dropped
            );
            report::metrics(&mut text, &[("metric", metrics)]);
            output::print(&text)
        }
    }
}
