//! Rows as a model takes them, and predictions in the file's own numbers.

use downhill::Real;
use downhill_tables::{CsvFile, ReadOptions, TableError};

use crate::data::columns::TargetKind;
use crate::data::encode::Encoder;
use crate::data::origins::ColumnOrigin;
use crate::data::signal::{Wanted, WindowRows};
use crate::model::model_file::ModelFile;
use crate::model::model_rows::RowsOfModel;
use crate::support::failure::Outcome;

impl<T> ModelFile<T> {
    /// How the model takes the rows of files.
    pub(crate) fn rows(&self) -> RowsOfModel<'_> {
        RowsOfModel {
            precision: self.precision,
            features: &self.features,
            encoding: &self.encoding,
            origins: &self.origins,
            units: &self.units,
            target: &self.target,
            weighting: &self.weighting,
            missing: self.missing,
            signal: self.signal.as_ref(),
        }
    }

    /// These options, with timestamps read as those that the model learned from.
    pub(crate) fn with_dates(&self, options: ReadOptions) -> ReadOptions {
        self.rows().with_dates(options)
    }

    /// The rows of an open file as the model takes them.
    pub(crate) fn cut(
        &self,
        file: CsvFile,
        wanted: Wanted<'_>,
        options: &ReadOptions,
    ) -> Outcome<(CsvFile, Option<WindowRows>)> {
        self.rows().cut(file, wanted, options)
    }

    /// Encoder of rows into samples of the model's features, and of these targets and weights.
    pub(crate) fn encoder(
        &self,
        opened: &CsvFile,
        targets: &[String],
        weight: Option<&String>,
    ) -> Result<Encoder, TableError> {
        self.rows().encoder(opened, targets, weight)
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
