//! A fit by least squares as a page.

use downhill::Real;

use crate::model::covariance::Interval;
use crate::model::estimate::{Estimate, Named};
use crate::report::page::{
    Axis, Chart, Page, Series, Shape, Tone, diagnostic_plots, fit, in_units,
};
use crate::report::solver_text::{self, number_of_percent};
use crate::support::format::number;
use crate::train::least_squares::band::Band;
use crate::train::least_squares::derived::Quantity;
use crate::train::least_squares::problem::Problem;
use crate::train::least_squares::solve::Solved;

/// The page of a fit; `failure` says why it is no good, if it is not, and the command line `again`
/// makes the same fit.
pub(crate) fn of<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    (band, derived, level): (Option<&Band>, &[(String, Quantity)], f64),
    failure: Option<&str>,
    calibration: Option<Vec<String>>,
    again: &str,
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
    if solved.covariance.is_some() {
        intervals(&mut page, solved, derived, level);
    }
    let chart = curve(problem, solved, band, level);
    page.charts("Data and fit", chart.as_slice());
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
    page.code("The same again", &note, again);
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

/// Adds the intervals of parameters and derived quantities, and figures of the whole fit.
fn intervals<T: Real>(
    page: &mut Page,
    solved: &Solved<T>,
    derived: &[(String, Quantity)],
    level: f64,
) {
    let percent = number_of_percent(level);
    let row = |name: &str, value, error, interval: Option<Interval>| {
        let ends = interval.map_or([None, None], |[low, high]| [Some(low), Some(high)]);
        let numbers = [Some(value), error].into_iter().chain(ends).map(number);
        [name.to_owned()]
            .into_iter()
            .chain(numbers)
            .collect::<Vec<_>>()
    };
    let parameters = solved.parameters.0.iter().map(|(name, own)| {
        let interval = solved.interval(own, level);
        row(name, own.value, own.standard_error, interval)
    });
    let derived = derived.iter().map(|(name, own)| {
        row(
            &format!("{name} (derived)"),
            own.value,
            own.standard_error,
            own.interval,
        )
    });
    let rows: Vec<_> = parameters.chain(derived).collect();
    let quantile = match solved.covariance.as_ref().map(|own| own.degrees_of_freedom) {
        Some(Some(degrees)) => format!("Student's t of {degrees} degrees of freedom"),
        _ => "the normal distribution, for the errors of the rows are known".into(),
    };
    page.table(
        &format!("Confidence intervals of {percent} %"),
        &format!("Each for itself, where the formula is straight across them, by {quantile}."),
        &["quantity", "value", "standard error", "from", "to"],
        &rows,
    );
    let goodness = &solved.goodness;
    let figures = [
        ("R²", goodness.r_squared),
        ("adjusted R²", goodness.adjusted_r_squared),
        ("AIC", goodness.aic),
        ("BIC", goodness.bic),
        ("residual sum of squares", Some(solved.squares)),
        ("residual standard deviation", solved.deviation),
    ];
    let known = figures.into_iter().filter(|figure| figure.1.is_some());
    let rows: Vec<_> = known
        .map(|(name, value)| vec![name.to_owned(), number(value)])
        .collect();
    page.table(
        "The fit as a whole",
        "AIC and BIC are less of the better of two fits of the same rows.",
        &["figure", "value"],
        &rows,
    );
}

/// The data, the fitted curve and its bands, of a fit with one feature.
fn curve<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    band: Option<&Band>,
    level: f64,
) -> Option<Chart> {
    let (band, feature) = (band?, problem.data.features.first()?);
    let [train, validation] = &band.rows;
    let every = || train.iter().chain(validation);
    let x = Axis::over(&in_units(feature), every().map(|p| p.0));
    let ends = band.confidence.iter().chain(&band.prediction).flatten();
    let values = every().chain(&band.fitted).map(|point| point.1);
    let values = values.chain(ends.copied());
    let y = Axis::over(&in_units(&problem.data.target.to_string()), values);
    let listed = band.listed.iter().map(|row| {
        let numbers = [row.x, row.y, row.fitted, row.y - row.fitted].map(Some);
        let ends = row.confidence.map_or([None; 2], |ends| ends.map(Some));
        numbers.into_iter().chain(ends).map(number).collect()
    });
    let series = |name: &str, shape, tone, points| Series {
        name: name.into(),
        shape,
        tone,
        points,
    };
    let edge = |of: &[Interval], end: usize| -> Vec<(f64, f64)> {
        let edge = band.fitted.iter().zip(of);
        edge.map(|(point, own)| (point.0, own[end])).collect()
    };
    let percent = number_of_percent(level);
    let mut drawn = vec![
        series("data, training", Shape::Dots, Tone::A, train.clone()),
        series(
            "data, validation",
            Shape::Rings,
            Tone::C,
            validation.clone(),
        ),
        series("fitted", Shape::Line, Tone::B, band.fitted.clone()),
        series(
            &format!("confidence, {percent} %"),
            Shape::Line,
            Tone::D,
            edge(&band.confidence, 0),
        ),
        series("", Shape::Line, Tone::D, edge(&band.confidence, 1)),
        series(
            &format!("prediction, {percent} %"),
            Shape::Line,
            Tone::E,
            edge(&band.prediction, 0),
        ),
        series("", Shape::Line, Tone::E, edge(&band.prediction, 1)),
    ];
    drawn.retain(|series| !series.points.is_empty());
    let rows = every().count();
    let bands = match (&band.confidence[..], &band.prediction[..]) {
        ([], _) => String::new(),
        (_, []) => format!(
            " The true curve is within the confidence band with {percent} % confidence at each place."
        ),
        _ => format!(
            " The true curve is within the confidence band, and a further reading within the \
             prediction band, with {percent} % confidence at each place."
        ),
    };
    Some(Chart {
        title: format!("{} over {feature}", problem.data.target),
        description: match solved.deviation {
            Some(deviation) => format!(
                "{rows} rows; their residual standard deviation is {}.{bands}",
                number(Some(deviation))
            ),
            None => format!("{rows} rows."),
        },
        x: x.with_room(),
        y: y.with_room(),
        numbers: (
            vec![
                "feature",
                "target",
                "fitted",
                "target less fitted",
                "curve from",
                "to",
            ],
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
