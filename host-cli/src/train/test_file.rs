//! Test rows of a file of their own.

use downhill::Real;
use downhill::model::AnyModel;
use downhill_tables::{CsvFile, ReadOptions};

use crate::data::columns::TargetKind;
use crate::data::dataset::Dataset;
use crate::data::encode::Encoder;
use crate::data::features::{self, Feature};
use crate::data::signal::{self, Wanted};
use crate::data::units;
use crate::evaluate::assessor::Assessor;
use crate::evaluate::measure::{self, Measure, RowFault};
use crate::evaluate::metrics::{Keep, Results};
use crate::options::TestFile;
use crate::options::precision::Precision;
use crate::support::failure::Outcome;

/// Measures the rows of a file by a fit, one after the other.
///
/// # Errors
/// The file cannot be read, or lacks a column of the fit.
pub(crate) fn measure<T: Real>(
    file: &TestFile,
    (data, kind): (&Dataset<T>, TargetKind),
    trainer: &mut impl Assessor<T>,
    keep: Keep,
) -> Outcome<Results> {
    let timestamps = data.encoding.iter().filter_map(Feature::timestamps);
    let reading = ReadOptions {
        missing: data.missing_values.clone(),
        dates: Some(timestamps.collect()),
        ..file.reading.clone()
    };
    let opened = CsvFile::open(&file.path, &reading)?;
    let wanted = Wanted {
        targets: &data.target.names,
        weight: data.weighting.column.as_deref(),
        group: None,
    };
    let record = data.signal.as_ref().map(|signal| &signal.record);
    let how = (Precision::of::<T>(), &reading);
    let (opened, _) = signal::of_model(opened, record, wanted, how)?;
    let features = features::of_model(&opened, &data.features, &data.encoding)?;
    units::check(&opened, &data.units)?;
    let target = (&data.target.names[..], &data.target.classes);
    let mut encoder = Encoder::of_model(
        &opened,
        (features, &data.origins),
        target,
        data.weighting.column.as_ref(),
        data.missing,
    )?
    .with_sigma(data.weighting.sigma.is_some());
    let mut measure = Measure::new(trainer, kind, data.outputs(), keep);
    let samples = encoder.each(&opened, |rows| {
        if let (AnyModel::Formula(program), [target]) = (trainer.model(), target.0) {
            rows.take_left_side(opened.files(), target, program)?;
        }
        rows.weigh_classes(&data.weighting.classes);
        let taken = measure.take(rows.iter(), trainer, |_| {});
        taken.map_err(|RowFault { line, fault }| measure::too_far(opened.files(), line, fault))?;
        Ok(true)
    })?;
    let results = measure.results(trainer);
    match results.rows {
        0 => Err(samples.none_left(opened.files())),
        _ => Ok(results),
    }
}
