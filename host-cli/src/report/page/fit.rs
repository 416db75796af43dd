//! The report of a fit.

use downhill::Real;
use downhill::rules::ScalingMethod;

use super::axis::Axis;
use super::{Chart, Mark, Page, Series, Shape, Tone, diagnostic_plots};
use crate::data::classes::Classes;
use crate::data::columns::TargetKind;
use crate::evaluate::metrics::{Confusion, Metrics, Reading, Results};
use crate::model::parameters::Parameters;
use crate::report;
use crate::support::format::number;
use crate::train::fitted::{Ended, Fitted};
use crate::train::history::Epoch;
use crate::train::plan::Plan;
use crate::train::verdicts::VerdictMessage;

/// The page of a fit; `failure` says why it is no good, if it is not, and the command line `again`
/// makes the same fit.
pub(crate) fn page<T: Real>(
    plan: &Plan<T>,
    fitted: &Fitted<impl Ended>,
    failure: Option<&str>,
    again: &str,
) -> Page {
    let mut header = String::new();
    report::header(&mut header, plan);
    let mut lead: Vec<String> = header.lines().map(String::from).collect();
    let last = fitted.told.last().map(VerdictMessage::sentence);
    lead.extend(failure.map(String::from).or(last));
    let mut page = Page::new(&title(plan), &lead);
    let [train, validation] = &fitted.results;
    let prequential = fitted.prequential.as_ref();
    let sets = [
        ("training", fitted.metrics.train.as_ref()),
        ("validation", fitted.metrics.validation.as_ref()),
        ("test", fitted.metrics.test.as_ref()),
        ("prequential", prequential.map(|tested| &tested.metrics)),
    ];
    metrics(&mut page, &sets);
    page.charts("How it learned", &[losses(plan, fitted)]);
    let (results, of) = match validation.rows == 0 {
        true => (train, "training"),
        false => (validation, "validation"),
    };
    let title = format!("On the {of} rows");
    page.charts(
        &title,
        &diagnostic_plots(results, plan.data.outputs_and_origins(), of),
    );
    confusion(&mut page, results, &plan.data.target.classes, of);
    for parameters in fitted.parameters.iter().flatten() {
        let several = fitted.parameters.as_ref().is_some_and(|all| all.len() > 1);
        table(&mut page, plan, parameters, several);
    }
    units(&mut page, &plan.data.units);
    let fit = &fitted.fit;
    page.code(
        "The same again",
        &format!(
            "gives {} steps and the fingerprint {}, on any machine.",
            fit.steps(),
            fit.fingerprint()
        ),
        again,
    );
    page
}

fn title<T: Real>(plan: &Plan<T>) -> String {
    match plan.data.target.names.is_empty() {
        false => format!("Fit of {}", plan.data.target.names.join(", ")),
        true => "Fit of the features themselves".into(),
    }
}

/// Adds the units of columns that have one.
pub(crate) fn units(page: &mut Page, units: &[[String; 2]]) {
    if !units.is_empty() {
        let rows: Vec<Vec<String>> = units.iter().map(|row| row.to_vec()).collect();
        let note = "As the file says them.";
        page.table("Units", note, &["column", "unit"], &rows);
    }
}

/// Adds what was measured on sets of rows, each under its name.
pub(crate) fn metrics(page: &mut Page, sets: &[(&str, Option<&Metrics>)]) {
    let sets: Vec<_> = sets
        .iter()
        .filter_map(|(name, metrics)| Some((*name, (*metrics)?.rows())))
        .collect();
    let mut head = vec!["metric"];
    head.extend(sets.iter().map(|(name, _)| *name));
    let names = sets.first().map_or(Vec::new(), |(_, rows)| rows.clone());
    let rows = names.iter().enumerate().map(|(at, (name, _))| {
        let cells = sets.iter().map(|(_, rows)| number(rows[at].1));
        [name.to_string()].into_iter().chain(cells).collect()
    });
    page.table("Metrics", "", &head, &rows.collect::<Vec<_>>());
}

/// The losses of both sets of rows over the epochs.
fn losses<T: Real>(plan: &Plan<T>, fitted: &Fitted<impl Ended>) -> Chart {
    let history = &fitted.history.epochs[..];
    let line = |name: &str, tone, of: fn(&Epoch) -> Option<f64>| Series {
        name: name.into(),
        shape: Shape::Line,
        tone,
        points: history
            .iter()
            .filter_map(|epoch| Some((f64::from(epoch.epoch), of(epoch)?)))
            .collect(),
    };
    let mut series = vec![
        line("training", Tone::A, |epoch| Some(epoch.train)),
        line("validation", Tone::B, |epoch| epoch.validation),
    ];
    series.retain(|series| !series.points.is_empty());
    let losses = history
        .iter()
        .flat_map(|e| [Some(e.train), e.validation])
        .flatten();
    let ends = |of: fn(&Epoch) -> Option<f64>| Some((of(history.first()?)?, of(history.last()?)?));
    let mut description = String::new();
    if let Some((first, last)) = ends(|epoch| Some(epoch.train)) {
        description = format!(
            "Training rows: {} at first, {} at last, each a mean over an epoch that moves the \
             parameters",
            number(Some(first)),
            number(Some(last))
        );
    }
    if let Some((first, last)) = ends(|epoch| epoch.validation) {
        description += &format!(
            "; validation rows: {} and {}, after it",
            number(Some(first)),
            number(Some(last))
        );
    }
    let last = f64::from(history.last().map_or(1, |epoch| epoch.epoch));
    Chart {
        title: "Loss".into(),
        description: description + ".",
        x: Axis::between("epoch (times through the rows)", 1.0, last.max(2.0)).whole(),
        y: Axis::over(&loss_label(plan), losses)
            .with_room_above_zero()
            .logarithmic_if_wide(),
        series,
        marks: marks(fitted),
        numbers: (
            vec!["epoch", "training", "validation"],
            history
                .iter()
                .map(|epoch| {
                    let losses = [Some(epoch.train), epoch.validation].map(number);
                    [epoch.epoch.to_string()]
                        .into_iter()
                        .chain(losses)
                        .collect()
                })
                .collect(),
        ),
    }
}

/// Name of a loss, with its unit.
pub(crate) fn loss_label<T: Real>(plan: &Plan<T>) -> String {
    let scaled = plan.recipe.rules.scaling;
    let unit = match plan.task.kind {
        TargetKind::Class => "per row",
        _ if scaled.target && scaled.method != ScalingMethod::None => "standardized",
        _ => "own units",
    };
    format!("{} loss ({unit})", plan.task.loss)
}

/// Marks of the verdicts, each after its step.
fn marks(fitted: &Fitted<impl Ended>) -> Vec<Mark> {
    let epochs = fitted.history.epochs.len() as f64;
    let steps = fitted.fit.steps().max(1) as f64;
    let told = fitted.told.iter();
    told.map(|told| Mark {
        x: (told.step as f64 / steps * epochs).clamp(1.0, epochs.max(1.0)),
        name: format!("{} (step {})", told.sentence(), told.step),
    })
    .collect()
}

fn confusion(page: &mut Page, results: &Results, classes: &Classes, of: &str) {
    let Some(confusion) = Confusion::of(results, classes) else {
        return;
    };
    let from = match results.reading {
        Reading::Probability | Reading::Score => format!(
            " {} is predicted from {} on.",
            capitalized(&classes.said(1)),
            number(Some(results.threshold))
        ),
        _ => String::new(),
    };
    let note = format!(
        "The {of} rows: a line for each true class, a column for each one predicted.{from}"
    );
    let head = confusion.head();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    page.table(
        "Confusion",
        &note,
        &head,
        &confusion.lines().collect::<Vec<_>>(),
    );
}

/// A text with its first letter in upper case.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

fn table<T: Real>(page: &mut Page, plan: &Plan<T>, parameters: &Parameters, several: bool) {
    let unit = match plan.task.kind {
        TargetKind::Number | TargetKind::Features => parameters.output.as_str(),
        TargetKind::Class => "logit",
    };
    let rows = parameters
        .raw
        .0
        .iter()
        .zip(&parameters.standardized.0)
        .enumerate();
    let rows = rows.map(|(at, ((name, raw), (_, standardized)))| {
        let unit = match plan.data.features.get(at) {
            Some(feature) => format!("{unit} per {feature}"),
            None => unit.into(),
        };
        vec![
            name.clone(),
            number(Some(*raw)),
            unit,
            number(Some(*standardized)),
        ]
    });
    let title = match (several, plan.task.kind) {
        (false, _) => "Parameters".into(),
        (true, TargetKind::Class) => format!("Parameters of class {}", parameters.output),
        (true, _) => format!("Parameters of {}", parameters.output),
    };
    page.table(
        &title,
        "In the columns' own units, and of features of mean 0 and standard deviation 1.",
        &["parameter", "in units", "unit", "standardized"],
        &rows.collect::<Vec<_>>(),
    );
}
