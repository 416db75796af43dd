//! A fit by least squares as a page.

use downhill::Real;
use downhill::model::Model;

use crate::model::estimate::{Estimate, Named};
use crate::report::page::{
    Axis, Chart, Page, Series, Shape, Tone, diagnostic_plots, fit, in_units, reproduce,
};
use crate::report::solver_text;
use crate::support::format::number;
use crate::train::least_squares::problem::Problem;
use crate::train::least_squares::solve::Solved;

/// The points of a fitted curve.
const POINTS: usize = 200;
/// The most rows whose numbers are listed.
const LISTED: usize = 200;

/// The page of a fit; `failure` says why it is no good, if it is not.
pub(crate) fn of<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    failure: Option<&str>,
    calibration: Option<Vec<String>>,
) -> Page {
    let mut lead: Vec<String> = solver_text::header(problem)
        .lines()
        .map(String::from)
        .collect();
    lead.extend(failure.map(String::from));
    let what = match calibration {
        Some(_) => "Calibration",
        None => "Fit",
    };
    lead.extend(calibration.into_iter().flatten());
    let mut page = Page::new(&format!("{what} of {}", problem.data.target), &lead);
    parameters(&mut page, &solved.parameters);
    page.charts("Data and fit", curve(problem, solved).as_slice());
    let [train, validation] = &solved.results;
    let (results, of) = match validation.rows == 0 {
        true => (train, "training"),
        false => (validation, "validation"),
    };
    let charts = diagnostic_plots(results, problem.data.outputs_and_origins(), of);
    page.charts(&format!("On the {of} rows"), &charts);
    let sets = [
        ("training", solved.metrics.train.as_ref()),
        ("validation", solved.metrics.validation.as_ref()),
        ("test", solved.metrics.test.as_ref()),
    ];
    fit::metrics(&mut page, &sets);
    correlation(&mut page, problem, solved);
    fit::units(&mut page, &problem.data.units);
    let note = format!("ends with the fingerprint {}.", solved.fingerprint);
    page.code("The same again", &note, &reproduce());
    page
}

/// Adds parameters with their standard errors.
pub(crate) fn parameters(page: &mut Page, Named(estimates): &Named<Estimate>) {
    let row = |(name, estimate): &(String, Estimate)| {
        let error = estimate.standard_error;
        let share = error.map(|error| 100.0 * error / estimate.value.abs());
        let share = share.filter(|share| share.is_finite());
        let numbers = [Some(estimate.value), error, share, Some(estimate.start)];
        let name = [name.clone()].into_iter();
        name.chain(numbers.map(number)).collect()
    };
    page.table(
        "Parameters",
        "With standard errors, in the units of the formula or of the columns, and in percent of \
         the value.",
        &["parameter", "value", "standard error", "%", "start"],
        &estimates.iter().map(row).collect::<Vec<_>>(),
    );
}

/// The data and the fitted curve, of a fit with one feature.
fn curve<T: Real>(problem: &Problem<T>, solved: &Solved<T>) -> Option<Chart> {
    let [feature] = &problem.data.features[..] else {
        return None;
    };
    let origins = &problem.data.origins;
    let (x_origin, y_origin) = (origins.feature(0), origins.target(0));
    let model = &problem.estimation.model;
    let own = solved.trainer.parameters();
    let mut tape = vec![T::ZERO; model.sizes().tape];
    let mut at = |x: f64| {
        let mut output = [T::ZERO];
        model.forward(own, &[T::from_f64(x - x_origin)], &mut tape, &mut output);
        output[0].to_f64() + y_origin
    };
    let points = |rows: &[u32]| -> Vec<(f64, f64)> {
        let rows = problem.data.samples.of(rows);
        rows.map(|row| {
            (
                row.features[0].to_f64() + x_origin,
                row.target[0].to_f64() + y_origin,
            )
        })
        .collect()
    };
    let (train, validation) = (
        points(&problem.data.split.train),
        points(&problem.data.split.validation),
    );
    let every = || train.iter().chain(&validation);
    let x = Axis::over(&in_units(feature), every().map(|p| p.0));
    let (low, high) = every().fold((f64::MAX, f64::MIN), |(low, high), point| {
        (low.min(point.0), high.max(point.0))
    });
    let place = |k: usize| low + (high - low) * k as f64 / (POINTS - 1) as f64;
    let fitted: Vec<(f64, f64)> = (0..POINTS).map(|k| (place(k), at(place(k)))).collect();
    let values = every().chain(&fitted).map(|point| point.1);
    let y = Axis::over(&in_units(&problem.data.target.to_string()), values);
    let listed = every().take(LISTED).map(|&(x, y)| {
        let fitted = at(x);
        [x, y, fitted, y - fitted].map(|n| number(Some(n))).into()
    });
    let series = |name: &str, shape, tone, points| Series {
        name: name.into(),
        shape,
        tone,
        points,
    };
    let mut drawn = vec![
        series("data, training", Shape::Dots, Tone::A, train.clone()),
        series(
            "data, validation",
            Shape::Rings,
            Tone::C,
            validation.clone(),
        ),
        series("fitted", Shape::Line, Tone::B, fitted.clone()),
    ];
    drawn.retain(|series| !series.points.is_empty());
    Some(Chart {
        title: format!("{} over {feature}", problem.data.target),
        description: match solved.deviation {
            Some(deviation) => format!(
                "{} rows; their residual standard deviation is {}.",
                every().count(),
                number(Some(deviation))
            ),
            None => format!("{} rows.", every().count()),
        },
        x: x.with_room(),
        y: y.with_room(),
        numbers: (
            vec!["feature", "target", "fitted", "target less fitted"],
            listed.collect(),
        ),
        series: drawn,
        marks: Vec::new(),
    })
}

/// Adds how the parameters go with each other.
fn correlation<T: Real>(page: &mut Page, problem: &Problem<T>, solved: &Solved<T>) {
    if solved.correlation.len() < 2 {
        return;
    }
    let mut head = vec!["parameter"];
    head.extend(problem.names.iter().map(String::as_str));
    let rows = problem.names.iter().zip(&solved.correlation);
    let rows = rows.map(|(name, row)| {
        let cells = row.iter().map(|correlation| number(*correlation));
        [name.clone()].into_iter().chain(cells).collect()
    });
    page.table(
        "Correlation of the parameters",
        "Two that are near 1 or -1 can stand in for each other.",
        &head,
        &rows.collect::<Vec<_>>(),
    );
}
