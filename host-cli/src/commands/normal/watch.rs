//! The rows of a file, watched by a detector that has learned.

use downhill_tables::{CsvFile, Rows};

use crate::data::samples::Samples;
use crate::data::signal::WindowRows;
use crate::evaluate::anomalies::Watched;
use crate::evaluate::measure;
use crate::model::normal::NormalModel;
use crate::support::failure::Outcome;

/// A row that was watched; `None` of one that misses a number.
pub(super) type Row = Option<Watched>;

/// Watches the rows of a file, one after the other; what their labels in a column say is said of
/// each.
pub(super) fn watch(
    model: &mut NormalModel,
    opened: &CsvFile,
    windows: Option<&WindowRows>,
    labels: Option<&str>,
) -> Outcome<Vec<Row>> {
    let labels = match labels {
        Some(column) => are_normal(model, opened, column)?,
        None => Vec::new(),
    };
    let NormalModel { file, detector } = model;
    let mut encoder = file.rows().encoder(opened, &[], None)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    encoder.each(opened, |samples: &mut Samples<f32>| {
        let at = rows.len();
        let recording = windows.and_then(|windows| Some(windows.of(at)?.0.to_string()));
        let begins = at > 0 && recording != last;
        last = recording;
        if begins {
            detector.gap();
        }
        let Some(sample) = samples.iter().next() else {
            rows.push(None);
            return Ok(true);
        };
        let seen = detector.observe(sample.features);
        let seen = seen.map_err(|fault| measure::too_far(opened.files(), sample.line, fault))?;
        let is_normal = labels.get(at).copied().flatten();
        rows.push(Some(Watched::new(
            &seen,
            detector.is_on(),
            is_normal,
            begins,
        )));
        Ok(true)
    })?;
    detector.gap();
    Ok(rows)
}

/// Meaning of the label of each row: normal or not; any that the model does not know is not. `None`
/// where it is missing.
fn are_normal(model: &NormalModel, opened: &CsvFile, column: &str) -> Outcome<Vec<Option<bool>>> {
    let at = opened.find(column)?;
    let labels = &model.file.normal.labels;
    let mut all = Vec::new();
    let mut rows = opened.rows(&vec![Rows::NOWHERE; opened.names().len()])?;
    while let Some(row) = rows.next_row()? {
        let label = row.label(at)?;
        all.push(label.map(|label| labels.of(label).is_some()));
    }
    Ok(all)
}
