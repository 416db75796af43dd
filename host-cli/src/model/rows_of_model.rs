//! Rows as a model takes them, and predictions in the file's own numbers.

use std::path::Path;

use downhill::Real;
use downhill_tables::{CsvFile, ReadOptions, TableError};

use crate::data::columns::TargetKind;
use crate::data::encode::Encoder;
use crate::data::features::{self, Feature};
use crate::data::origins::ColumnOrigin;
use crate::data::signal::{self, RawSamples, Wanted, WindowRows};
use crate::data::units;
use crate::model::model_file::ModelFile;
use crate::support::failure::Outcome;

impl<T> ModelFile<T> {
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
        let Some(record) = &self.signal else {
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
        signal::of_model(file, self.signal.as_ref(), wanted, how)
    }

    /// Encoder of rows into samples of the model's features, and of these targets and weights.
    pub(crate) fn encoder(
        &self,
        opened: &CsvFile,
        targets: &[String],
        weight: Option<&String>,
    ) -> Result<Encoder, TableError> {
        let features = features::of_model(opened, &self.features, &self.encoding)?;
        let is_target = |name: &String| self.target.names.contains(name);
        let used = |[name, _]: &&[String; 2]| targets.contains(name) || !is_target(name);
        units::check(opened, self.units.iter().filter(used))?;
        let features = (features, &self.origins);
        let target = (targets, &self.target.classes);
        let is_sigma = self.weighting.sigma.is_some() && weight == self.weighting.column.as_ref();
        let encoder = Encoder::of_model(opened, features, target, weight, self.missing)?;
        Ok(encoder.with_sigma(is_sigma))
    }

    /// Columns that are counted from an origin.
    pub(crate) fn shifted(&self) -> Vec<ColumnOrigin> {
        self.origins
            .named(&self.features, &self.encoding, &self.target.names)
    }

    /// Tells whether outputs are counted from another origin than 0.
    pub(crate) fn shifts_outputs(&self) -> bool {
        !self.output_origins().is_empty()
    }

    /// Origins that the outputs are counted from; empty where each is 0.
    pub(crate) fn output_origins(&self) -> &[f64] {
        let of_features = self.target.kind == TargetKind::Features;
        self.origins.outputs(of_features)
    }
}

impl<T: Real> ModelFile<T> {
    /// Predicted amounts in the target's own numbers.
    pub(crate) fn amounts(&self, outputs: &[T]) -> Vec<f64> {
        let both = outputs.iter().zip(self.output_origins());
        both.map(|(output, origin)| output.to_f64() + origin)
            .collect()
    }
}
