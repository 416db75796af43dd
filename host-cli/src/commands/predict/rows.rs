//! Rows of a file, predicted one after the other.

use downhill::Real;
use downhill_tables::CsvFile;

use crate::data::columns::TargetKind;
use crate::data::encode::Encoder;
use crate::data::ranges::Beyond;
use crate::data::samples::Sample;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure;
use crate::model::model_file::{Model, ModelFile};
use crate::support::failure::Outcome;

/// Hands out a prediction for each row, until `visit` has seen enough; `None` where a feature is
/// missing and nothing stands in for it.
pub(super) fn each_row<T: Real, F: Assessor<T>>(
    opened: &CsvFile,
    (mut encoder, beyond): (Encoder, &mut Beyond<T>),
    model: &mut Model<T, F>,
    mut visit: impl FnMut(&ModelFile<T>, Option<(Sample<'_, T>, &[T])>) -> Outcome<bool>,
) -> Outcome {
    let Model { file, trainer } = model;
    encoder.each(opened, |rows| {
        let Some(row) = rows.iter().next() else {
            return visit(file, None);
        };
        beyond.see(row.features);
        let score;
        let prediction = match file.target.kind {
            TargetKind::Features => {
                score = trainer.evaluate(row.features, row.features).map(|e| [e]);
                score
                    .as_ref()
                    .map(|score| &score[..])
                    .map_err(|&fault| fault)
            }
            _ => trainer.predict(row.features),
        };
        match prediction {
            Ok(prediction) => visit(file, Some((row, prediction))),
            Err(fault) => Err(measure::too_far(opened.files(), row.line, fault)),
        }
    })?;
    Ok(())
}

/// A cell of a CSV file.
pub(super) fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into(),
    }
}

/// The one output in the target's own numbers.
pub(super) fn amount<T: Real>(file: &ModelFile<T>, outputs: &[T]) -> f64 {
    let origin = file.output_origins().first().copied().unwrap_or(0.0);
    outputs.first().map_or(f64::NAN, |output| output.to_f64()) + origin
}
