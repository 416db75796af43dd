//! Rows of files as a model takes them.

use std::path::Path;

use downhill_tables::{CsvFile, ReadOptions, TableError};

use crate::data::columns::Target;
use crate::data::encode::Encoder;
use crate::data::features::{self, Feature};
use crate::data::origins::Origins;
use crate::data::samples::Weighting;
use crate::data::signal::{self, RawSamples, SignalRecord, Wanted, WindowRows};
use crate::data::units;
use crate::options::precision::Precision;
use crate::options::spec::MissingSpec;
use crate::support::failure::Outcome;

/// How a model takes the rows of files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowsOfModel<'a> {
    pub(crate) precision: Precision,
    pub(crate) features: &'a [String],
    pub(crate) encoding: &'a [Feature],
    pub(crate) origins: &'a Origins,
    pub(crate) units: &'a [[String; 2]],
    pub(crate) target: &'a Target,
    pub(crate) weighting: &'a Weighting,
    pub(crate) missing: MissingSpec,
    pub(crate) signal: Option<&'a SignalRecord>,
}

impl RowsOfModel<'_> {
    /// These options, with timestamps read as those that the model learned from.
    pub(crate) fn with_dates(&self, options: ReadOptions) -> ReadOptions {
        let timestamps = self.encoding.iter().filter_map(Feature::timestamps);
        ReadOptions {
            dates: Some(timestamps.collect()),
            ..options
        }
    }

    /// The rows of files as the model takes them: windows, where it is of a signal, and the samples
    /// that they are of.
    pub(crate) fn open<P: AsRef<Path>>(
        &self,
        paths: &[P],
        options: ReadOptions,
        wanted: Wanted<'_>,
    ) -> Outcome<(CsvFile, Option<RawSamples>)> {
        let options = self.with_dates(options);
        let file = CsvFile::open_all(paths, &options)?;
        let Some(record) = self.signal else {
            return Ok((file, None));
        };
        let (windows, raw) =
            signal::raw_of_model(file, record, wanted, (self.precision, &options))?;
        Ok((windows, Some(raw)))
    }

    /// The rows of an open file as the model takes them.
    pub(crate) fn cut(
        &self,
        file: CsvFile,
        wanted: Wanted<'_>,
        options: &ReadOptions,
    ) -> Outcome<(CsvFile, Option<WindowRows>)> {
        let how = (self.precision, options);
        signal::of_model(file, self.signal, wanted, how)
    }

    /// Encoder of rows into samples of the model's features, and of these targets and weights.
    pub(crate) fn encoder(
        &self,
        opened: &CsvFile,
        targets: &[String],
        weight: Option<&String>,
    ) -> Result<Encoder, TableError> {
        let features = features::of_model(opened, self.features, self.encoding)?;
        let is_target = |name: &String| self.target.names.contains(name);
        let used = |[name, _]: &&[String; 2]| targets.contains(name) || !is_target(name);
        units::check(opened, self.units.iter().filter(used))?;
        let features = (features, self.origins);
        let target = (targets, &self.target.classes);
        let is_sigma = self.weighting.sigma.is_some() && weight == self.weighting.column.as_ref();
        let encoder = Encoder::of_model(opened, features, target, weight, self.missing)?;
        Ok(encoder.with_sigma(is_sigma))
    }
}
