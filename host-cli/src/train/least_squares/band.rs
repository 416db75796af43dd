//! The fitted curve of one feature, and the bands around it.

use downhill::Real;

use super::problem::Problem;
use super::solve::Solved;
use crate::model::covariance::Interval;
use crate::model::gradient::Sloped;

/// Points of a curve.
const POINTS: usize = 200;
/// Most rows that are listed.
const LISTED: usize = 200;

/// The fitted curve over the range of its feature.
pub(crate) struct Band {
    /// Feature and prediction.
    pub(crate) fitted: Vec<(f64, f64)>,
    /// Where the curve is, at each point; empty where nobody can tell.
    pub(crate) confidence: Vec<Interval>,
    /// Where a further target would be; empty where its standard deviation is not known.
    pub(crate) prediction: Vec<Interval>,
    /// Training and validation rows.
    pub(crate) rows: [Vec<(f64, f64)>; 2],
    /// The first of these, with the curve at each.
    pub(crate) listed: Vec<Listed>,
}

/// A row beside the curve.
pub(crate) struct Listed {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) fitted: f64,
    /// Where the curve is; `None` where nobody can tell.
    pub(crate) confidence: Option<Interval>,
}

impl Band {
    /// `None` where there is not one feature.
    pub(crate) fn over<T: Real>(
        problem: &Problem<T>,
        solved: &Solved<T>,
        level: f64,
    ) -> Option<Self> {
        let data = &problem.data;
        let ([_], [_]) = (&data.features[..], &data.target.names[..]) else {
            return None;
        };
        let (x_origin, y_origin) = (data.origins.feature(0), data.origins.target(0));
        let rows = [&data.split.train, &data.split.validation].map(|rows| {
            let rows = data.samples.of(rows);
            let one = rows.map(|row| {
                let [x, y] = [row.features[0], row.target[0]].map(T::to_f64);
                (x + x_origin, y + y_origin)
            });
            one.collect::<Vec<_>>()
        });
        let all = rows.iter().flatten();
        let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), own| {
            (low.min(own.0), high.max(own.0))
        });
        let mut band = Self {
            fitted: Vec::new(),
            confidence: Vec::new(),
            prediction: Vec::new(),
            listed: Vec::new(),
            rows,
        };
        let covariance = solved.covariance.as_ref();
        let covariance = covariance.filter(|_| solved.failure(problem).is_none());
        let noise = covariance.filter(|_| data.weighting.column.is_none());
        let mut sloped = Sloped::new(&solved.recipe.model, solved.trainer.parameters());
        let reach = covariance.map_or(0.0, |own| own.errors_at(level));
        let around = |value: f64| {
            move |deviation: f64| [value - reach * deviation, value + reach * deviation]
        };
        let mut at = |x: f64| {
            let (value, gradient) = sloped.at(&[T::from_f64(x - x_origin)]);
            let error = covariance.and_then(|own| own.error_along(gradient));
            (value + y_origin, error)
        };
        for &(x, y) in band.rows.iter().flatten().take(LISTED) {
            let (fitted, error) = at(x);
            band.listed.push(Listed {
                x,
                y,
                fitted,
                confidence: error.map(around(fitted)),
            });
        }
        for point in 0..POINTS {
            let x = low + (high - low) * point as f64 / (POINTS - 1) as f64;
            let (value, error) = at(x);
            band.fitted.push((x, value));
            let around = around(value);
            band.confidence.extend(error.map(around));
            let both = error.zip(noise).map(|(error, own)| error.hypot(own.noise));
            band.prediction.extend(both.map(around));
        }
        for band in [&mut band.confidence, &mut band.prediction] {
            if band.len() < POINTS {
                band.clear();
            }
        }
        Some(band)
    }
}
