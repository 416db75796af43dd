use std::fmt::Write;
use std::path::Path;

use downhill::Real;

use crate::model::covariance::Interval;
use crate::model::estimate::with_error;
use crate::model::records::BothMetrics;
use crate::options::precision::Precision;
use crate::report;
use crate::report::loss_plot;
use crate::support::format::{counted, number};
use crate::train::cross_validation::CrossValidation;
use crate::train::least_squares::band::Band;
use crate::train::least_squares::derived::Quantity;
use crate::train::least_squares::goodness::Goodness;
use crate::train::least_squares::problem::Problem;
use crate::train::least_squares::solve::Solved;

/// From which correlation on two parameters are said to stand in for each other.
const CLOSE: f64 = 0.95;

/// The summary of a fit by least squares.
pub(crate) fn text<T: Real>(
    problem: &Problem<T>,
    solved: &Solved<T>,
    (derived, level): (&[(String, Quantity)], Option<f64>),
    folds: Option<&CrossValidation>,
    saved: Option<&Path>,
) -> String {
    let mut text = header(problem);
    text.push('\n');
    for (at, (name, estimate)) in solved.parameters.0.iter().enumerate() {
        let shown = with_error(estimate.value, estimate.standard_error);
        let at_bound = problem.is_at_bound(at, estimate.value);
        let remark = if at_bound { ", at its bound" } else { "" };
        let interval = level.and_then(|level| solved.interval(estimate, level));
        let interval = between(interval, level);
        let _ = writeln!(text, "{name} = {shown}{remark}{interval}");
    }
    for (name, quantity) in derived {
        let shown = with_error(quantity.value, quantity.standard_error);
        let interval = between(quantity.interval, level);
        let _ = writeln!(text, "{name} = {shown}, derived{interval}");
    }
    for (name, value) in problem
        .data
        .formula
        .iter()
        .flat_map(|formula| &formula.fixed)
    {
        let _ = writeln!(text, "{name} = {value}, fixed");
    }
    text.push('\n');
    if let Some(deviation) = solved.deviation {
        let _ = writeln!(
            text,
            "residual standard deviation {}, {}",
            number(Some(deviation)),
            match solved.degrees_of_freedom() {
                1 => "1 degree of freedom".into(),
                degrees => format!("{degrees} degrees of freedom"),
            }
        );
    }
    let _ = writeln!(
        text,
        "residual sum of squares {}",
        number(Some(solved.squares))
    );
    if let Some(line) = goodness(&solved.goodness) {
        let _ = writeln!(text, "{line}");
    }
    if let Some((a, b, correlation)) = closest(problem, solved) {
        let _ = writeln!(
            text,
            "{a} and {b} are correlated by {correlation:.3}: each can stand in for the other"
        );
    }
    let BothMetrics {
        train,
        validation,
        test,
    } = &solved.metrics;
    if validation.is_some() || test.is_some() {
        report::metrics(
            &mut text,
            &[
                ("training", train.as_ref()),
                ("validation", validation.as_ref()),
                ("test", test.as_ref()),
            ],
        );
        text.push('\n');
    }
    if let Some(folds) = folds {
        text += &format!("{}\n", report::folds(folds));
    }
    let steps = solved.steps as usize;
    let fingerprint = solved.fingerprint;
    let passes = match solved.passes {
        1 => "1 pass".into(),
        passes => format!("{passes} passes"),
    };
    let _ = match solved.termination {
        Some(end) => writeln!(
            text,
            "{}, after {passes}, fingerprint {fingerprint}",
            problem.ended(end)
        ),
        None if solved.interrupted => writeln!(
            text,
            "interrupted after {passes}: the best so far, fingerprint {fingerprint}"
        ),
        None => writeln!(
            text,
            "{}, fingerprint {fingerprint}",
            counted(steps, "step")
        ),
    };
    if let Some(found) = &problem.found {
        let _ = writeln!(
            text,
            "start found by search, where {} of {} agree",
            found.agreed,
            counted(found.fitted, "start")
        );
    }
    if let Some(path) = saved {
        let _ = writeln!(text, "saved {}", path.display());
    }
    text
}

/// An interval of this level, behind a value.
fn between(interval: Option<Interval>, level: Option<f64>) -> String {
    match (interval, level) {
        (Some([low, high]), Some(level)) => format!(
            ", {} %: {} to {}",
            number_of_percent(level),
            number(Some(low)),
            number(Some(high))
        ),
        _ => String::new(),
    }
}

/// A share in percent, in its shortest form.
pub(crate) fn number_of_percent(share: f64) -> String {
    let percent = format!("{:.6}", 100.0 * share);
    percent.trim_end_matches('0').trim_end_matches('.').into()
}

/// The figures that fits are compared by, as far as there are any.
fn goodness(own: &Goodness) -> Option<String> {
    let figures = [
        ("R²", own.r_squared),
        ("adjusted R²", own.adjusted_r_squared),
        ("AIC", own.aic),
        ("BIC", own.bic),
    ];
    let known = figures.into_iter().filter(|figure| figure.1.is_some());
    let shown = known.map(|(name, value)| format!("{name} {}", number(value)));
    let shown: Vec<String> = shown.collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// Rows, curve and bands, drawn in the terminal.
pub(crate) fn plot<T: Real>(problem: &Problem<T>, band: &Band, level: f64) -> String {
    let feature = &problem.data.features[0];
    let mut title = format!("{} over {feature}: o rows, * fitted", problem.data.target);
    let (bands, which) = match (&band.prediction[..], &band.confidence[..]) {
        ([], []) => (&[][..], ""),
        ([], own) => (own, "confidence band"),
        (own, _) => (own, "prediction band"),
    };
    if !bands.is_empty() {
        let _ = write!(title, ", · {which} of {} %", number_of_percent(level));
    }
    loss_plot::relation(&title, &band.fitted, bands, &band.rows.concat())
}

/// The two parameters that are hardest to tell apart.
fn closest<'a, T: Real>(
    problem: &'a Problem<T>,
    solved: &Solved<T>,
) -> Option<(&'a str, &'a str, f64)> {
    let mut closest: Option<(&str, &str, f64)> = None;
    for (b, row) in solved.correlation.iter().enumerate() {
        for (a, correlation) in row.iter().enumerate().take(b) {
            let correlation = (*correlation)?;
            if correlation.abs() > closest.map_or(CLOSE, |(_, _, most)| most.abs()) {
                let name = |at: usize| problem.names.get(at).map(String::as_str);
                closest = Some((name(a)?, name(b)?, correlation));
            }
        }
    }
    closest
}

/// Line of model and solver, and the rows they were fitted to.
pub(crate) fn header<T: Real>(problem: &Problem<T>) -> String {
    let mut text = String::new();
    let precision = Precision::of::<T>();
    let _ = writeln!(
        text,
        "{} from {}: {}, {}, {}, {precision}",
        problem.data.target,
        counted(problem.data.features.len(), "feature"),
        problem.model_name,
        problem.loss,
        problem.solver,
    );
    report::rows(
        &mut text,
        (&problem.data.name(), &problem.data.how),
        problem.data.rows(),
        &problem.data.samples.sparsest,
    );
    report::signal(&mut text, problem.data.signal.as_ref());
    report::origins(&mut text, &problem.data.shifted());
    report::left_out(&mut text, &problem.data.left_out);
    text
}
