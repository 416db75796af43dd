//! Confidence and prediction intervals around predictions.

use downhill::Real;
use downhill::model::AnyModel;
use downhill_tables::CsvFile;

use crate::arguments::PredictArguments;
use crate::data::samples::Sample;
use crate::model::covariance::{Covariance, Interval};
use crate::model::gradient::Sloped;
use crate::model::model_file::Model;
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

/// Intervals of a level around the predictions of a model.
pub(super) struct Bands {
    covariance: Covariance,
    /// Standard errors to each side.
    reach: f64,
    pub(super) level: f64,
    /// Column with the weights or standard deviations of the rows.
    column: Option<String>,
    /// True where it is known how far a target is from the curve.
    pub(super) has_noise: bool,
}

impl Bands {
    pub(super) fn new<T: Real, F>(
        arguments: &PredictArguments,
        model: &Model<T, F>,
        opened: &CsvFile,
        level: f64,
    ) -> Outcome<Self> {
        let record = model.file.least_squares.as_ref();
        let covariance = record.and_then(|record| record.covariance.clone());
        let covariance = covariance.ok_or_else(|| {
            Failure::Usage(format!(
                "{}: `--interval` needs the covariance of the parameters, which this model does not \
                 have; fit it by least squares (`--solver lm`, or a formula), with more rows than \
                 parameters, or by a gradient with `--coverage {level}`",
                arguments.model.display()
            ))
        })?;
        let column = model.file.weighting.column.clone();
        let is_there = column.as_ref().is_none_or(|name| opened.has(name));
        if let (Some(name), false) = (&column, is_there) {
            messages::say(format_args!(
                "note: without the column `{name}` it is not known how far a target is from the \
                 curve, so there is no prediction interval"
            ));
        }
        Ok(Self {
            reach: covariance.errors_at(level),
            covariance,
            level,
            column: column.filter(|_| is_there),
            has_noise: is_there,
        })
    }

    /// The column with the weights of the rows.
    pub(super) fn column(&self) -> Option<&String> {
        self.column.as_ref()
    }

    /// Names of the columns.
    pub(super) fn header(&self) -> &'static str {
        match self.has_noise {
            true => "prediction,confidence_low,confidence_high,prediction_low,prediction_high\n",
            false => "prediction,confidence_low,confidence_high\n",
        }
    }

    /// What finds the intervals of rows.
    pub(super) fn around<'a, T: Real>(
        &'a self,
        model: &'a AnyModel<T>,
        parameters: &'a [T],
    ) -> Around<'a, T> {
        Around {
            bands: self,
            sloped: Sloped::new(model, parameters),
        }
    }
}

/// What finds the intervals of rows.
pub(super) struct Around<'a, T> {
    bands: &'a Bands,
    sloped: Sloped<'a, T>,
}

impl<T: Real> Around<'_, T> {
    /// The confidence interval of a prediction, and the prediction interval of its target.
    pub(super) fn of(&mut self, row: Sample<'_, T>, prediction: f64) -> [Option<Interval>; 2] {
        let bands = self.bands;
        let (_, gradient) = self.sloped.at(row.features);
        let Some(error) = bands.covariance.error_along(gradient) else {
            return [None, None];
        };
        let interval = |deviation: f64| {
            let reach = bands.reach * deviation;
            let interval = [prediction - reach, prediction + reach];
            interval[1].is_finite().then_some(interval)
        };
        let noise = bands.covariance.noise / row.weight.to_f64().sqrt();
        let both = bands.has_noise.then(|| interval(error.hypot(noise)));
        [interval(error), both.flatten()]
    }
}
