//! Summary of a fit for people.

use std::path::Path;

use downhill::Real;
use downhill::health::Severity;
use downhill::interval::Interval;

use crate::evaluate::threshold::Threshold;
use crate::model::estimate::{Named, with_error};
use crate::model::fixed_fit::Counted;
use crate::model::parameters::Parameters;
use crate::model::records::BothMetrics;
use crate::options::spec::Keep;
use crate::report::metrics_text::metrics;
use crate::report::rows_text::{left_out, origins, rows, signal};
use crate::report::terminal_table::terminal_table;
use crate::support::format::{counted, line, number};
use crate::train::cross_validation::CrossValidation;
use crate::train::fitted::{Ended, Fitted};
use crate::train::plan::Plan;

/// The summary of a fit.
pub(crate) fn fit<T: Real>(
    plan: &Plan<T>,
    fitted: &Fitted<impl Ended>,
    saved: Option<&Path>,
) -> String {
    let mut text = String::new();
    header(&mut text, plan);
    let BothMetrics {
        train,
        validation,
        test,
    } = &fitted.metrics;
    let prequential = fitted.prequential.as_ref();
    metrics(
        &mut text,
        &[
            ("training", train.as_ref()),
            ("validation", validation.as_ref()),
            ("test", test.as_ref()),
            ("prequential", prequential.map(|tested| &tested.metrics)),
        ],
    );
    splits(&mut text, plan, fitted);
    if let Some(skill) = prequential.and_then(|tested| tested.skill) {
        let skill = number(Some(skill));
        line(
            &mut text,
            format_args!("prequential skill against persistence, the target before: {skill}\n"),
        );
    }
    if let Some(threshold) = &fitted.threshold {
        goal(&mut text, plan, fitted, threshold);
    }
    parameters(&mut text, fitted.parameters.as_deref().unwrap_or(&[]));
    if let Some(anomaly) = fitted.anomaly {
        line(
            &mut text,
            format_args!(
                "a row is an anomaly with a reconstruction error above {}: {} % of the {} rows",
                number(Some(anomaly.threshold)),
                100.0 * anomaly.share,
                match plan.data.split.validation.is_empty() {
                    false => "validation",
                    true => "training",
                }
            ),
        );
    }
    if let Some(width) = plan.task.model.bottleneck()
        && width >= plan.data.features.len()
    {
        line(
            &mut text,
            format_args!(
                "no layer is narrower than the {}: it may copy any row, and find no anomaly; \
                 give one fewer units",
                counted(plan.data.features.len(), "feature")
            ),
        );
    }
    if let Some(Named(estimates)) = &fitted.estimates {
        text.push('\n');
        for (name, estimate) in estimates {
            let shown = with_error(estimate.value, None);
            line(&mut text, format_args!("{name} = {shown}"));
        }
        text.push('\n');
    }
    if fitted.history.interrupted {
        let (ran, epochs) = (fitted.history.epochs.len(), plan.epochs);
        if fitted.history.whole {
            let whole = "interrupted in a later restart; this is the best of those before it";
            line(&mut text, format_args!("{whole}"));
        } else if ran >= epochs as usize {
            line(
                &mut text,
                format_args!("interrupted after epoch {ran} of {epochs}"),
            );
        } else {
            let epoch = ran + 1;
            line(
                &mut text,
                format_args!("interrupted in epoch {epoch} of {epochs}"),
            );
        }
    }
    if let Some(best) = fitted.history.best_epoch {
        let ran = fitted.history.epochs.len();
        line(
            &mut text,
            format_args!("the parameters of epoch {best}, the best of {ran}"),
        );
    }
    let fit = &fitted.fit;
    if let Some(counted) = fit.counted() {
        narrow(&mut text, counted, fit.steps());
    }
    line(
        &mut text,
        format_args!("{} steps, fingerprint {}", fit.steps(), fit.fingerprint()),
    );
    if let Some(path) = saved {
        line(&mut text, format_args!("saved {}", path.display()));
    }
    verdicts(&mut text, fitted);
    text
}

/// Interval around the predictions of a fit.
pub(crate) fn interval<T: Real>(plan: &Plan<T>, interval: &Interval<T>) -> String {
    format!(
        "{} ± {} holds {} % of the targets, by {}\n",
        plan.data.target,
        number(Some(interval.width().to_f64())),
        number(Some(100.0 * interval.coverage().to_f64())),
        counted(interval.residuals() as usize, "validation row"),
    )
}

/// Metrics over the folds of a cross-validation.
pub(crate) fn folds(CrossValidation { folds, metrics }: &CrossValidation) -> String {
    let head = [&*format!("{folds} folds"), "mean", "deviation"].map(String::from);
    let rows = metrics.iter().map(|of| {
        let cells = [of.mean, of.deviation].map(number);
        [of.metric.into()].into_iter().chain(cells).collect()
    });
    terminal_table(head.into(), rows, [12, 1, 14])
}

/// Metrics over the folds of a cross-validation, and what the validation rows have chosen.
fn splits<T: Real>(text: &mut String, plan: &Plan<T>, fitted: &Fitted<impl Ended>) {
    if let Some(of_folds) = &fitted.cross_validation {
        *text += &format!("\n{}", folds(of_folds));
    }
    if let Some((last, others)) = fitted.chosen.split_last() {
        let what = match others {
            [] => (*last).to_string(),
            others => format!("{} and {last}", others.join(", ")),
        };
        let cure = match plan.data.rows().test {
            0 => "`--test-last 0.2` or `--test-every 5` keeps rows apart that choose nothing",
            _ => "the test rows have chosen nothing",
        };
        line(
            text,
            format_args!(
                "\nthe validation rows have chosen {what}, and their figures are optimistic; {cure}"
            ),
        );
    }
}

/// Verdicts on the fit, the one that matters most at the end.
fn verdicts(text: &mut String, fitted: &Fitted<impl Ended>) {
    let Some(last) = fitted.told.last() else {
        return;
    };
    text.push('\n');
    let skipped = fitted.fit.skipped();
    if skipped > 0 {
        line(
            text,
            format_args!("{} skipped", counted(skipped as usize, "sample")),
        );
    }
    let mut kinds: Vec<&str> = Vec::new();
    for told in &fitted.told {
        let is_in_last = last.advice.contains(&told.sentence());
        if told.is_progress()
            || std::ptr::eq(told, last)
            || is_in_last
            || kinds.contains(&told.kind)
        {
            continue;
        }
        kinds.push(told.kind);
        let more = fitted.told.iter().filter(|other| other.kind == told.kind);
        let more = match more.count() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more of these)"),
        };
        line(text, format_args!("{}{more}. {}", told.line(), told.advice));
    }
    if last.severity == Severity::Advice {
        line(text, format_args!("{}", last.sentence()));
    }
}

/// Line of model and optimizer, and the rows they were fitted to.
pub(crate) fn header<T: Real>(text: &mut String, plan: &Plan<T>) {
    let precision = plan.precision;
    let schedule = match plan.schedule_name {
        schedule if schedule.is_constant() => String::new(),
        schedule => format!(" {schedule}"),
    };
    line(
        text,
        format_args!(
            "{} from {}: {}, {}, {} at {}{schedule}, {}, batch {}, {precision}",
            plan.data.target,
            counted(plan.data.features.len(), "feature"),
            plan.task.model,
            plan.task.loss,
            plan.optimizer_name,
            plan.rate,
            counted(plan.epochs as usize, "epoch"),
            plan.recipe.batch,
        ),
    );
    rows(
        text,
        (&plan.data.name(), &plan.data.how),
        plan.data.rows(),
        &plan.data.samples.sparsest,
    );
    signal(text, plan.data.signal.as_ref());
    origins(text, &plan.data.shifted());
    for note in [&plan.data.taken, &plan.data.parted].into_iter().flatten() {
        line(text, format_args!("{note}"));
    }
    for class in &plan.data.untrained {
        line(
            text,
            format_args!("{}", class.said(&plan.data.target.classes)),
        );
    }
    if let Some(row) = plan.held_down {
        line(
            text,
            format_args!(
                "`--lr {}`: at the usual {} a step would overshoot the row at {}",
                plan.rate,
                row.usual,
                plan.data.files.place(row.line)
            ),
        );
    }
    if let Some(l2) = plan.penalized {
        line(
            text,
            format_args!(
                "few rows for so many features: fitted with `--l2 {l2}`; `--l2 0` makes no penalty"
            ),
        );
    }
    if let Some(stream) = &plan.data.stream {
        line(
            text,
            format_args!(
                "too large to be held: {}; measured on {} training rows and {} validation rows, \
                 drawn at random",
                match stream.parts() {
                    Some(parts) => format!(
                        "shuffled on disk, in {} of about {} rows",
                        counted(parts.count(), "part"),
                        stream.shuffled_at_once()
                    ),
                    None => "read anew for every epoch, in the file's order".into(),
                },
                plan.data.split.train.len(),
                plan.data.split.validation.len()
            ),
        );
    }
    if let Some(replay) = plan.replay {
        let (draws, rows) = (replay.draws, replay.rows);
        let kept = match replay.keep {
            Keep::Ring => "the newest",
            Keep::Reservoir => "a fair draw of all; it holds",
        };
        line(
            text,
            format_args!(
                "after each row {} learned again, from a memory of {kept} {rows}",
                counted(draws, "row")
            ),
        );
    }
    left_out(text, &plan.data.left_out);
}

/// Threshold of class 1, and the goal's metric beside the loss that was minimized.
fn goal<T: Real>(
    text: &mut String,
    plan: &Plan<T>,
    fitted: &Fitted<impl Ended>,
    threshold: &Threshold,
) {
    let Threshold { value, rule, goal } = threshold;
    if rule != "default" {
        let value = number(Some(*value));
        line(
            text,
            format_args!(
                "\n{} from {value} on, by `--threshold {rule}`",
                plan.data.target.classes.said(1)
            ),
        );
    }
    let (Some(goal), Some(validation)) = (goal, &fitted.metrics.validation) else {
        return;
    };
    let loss = number(Some(validation.loss()));
    let (metric, value) = (goal.metric, number(Some(goal.value)));
    line(
        text,
        format_args!(
            "validation: loss {} {loss}, goal {metric} {value}",
            plan.task.loss
        ),
    );
    if goal.disagrees {
        let by_default = number(Some(goal.by_default));
        line(
            text,
            format_args!("they disagree: at the default threshold the {metric} is {by_default}"),
        );
    }
}

/// The parameters of each output.
pub(crate) fn parameters(text: &mut String, outputs: &[Parameters]) {
    for output in outputs {
        table(text, output, outputs.len() == 1);
    }
}

/// The parameters of one output, which is named unless it is the only one.
fn table(text: &mut String, parameters: &Parameters, alone: bool) {
    let heading = match alone {
        true => "parameter".into(),
        false => format!("of {}", parameters.output),
    };
    let both = parameters.raw.0.iter().zip(&parameters.standardized.0);
    let rows = both.map(|((name, raw), (_, standardized))| {
        vec![
            name.clone(),
            number(Some(*raw)),
            number(Some(*standardized)),
        ]
    });
    let head = vec![heading, "in units".into(), "standardized".into()];
    *text += &format!("\n{}\n", terminal_table(head, rows, [12, 2, 14]));
}

/// Share of steps that may move nothing before the output says so.
const STILL: f64 = 0.5;

/// Adds how many numbers were cut off, and how many steps moved nothing, where that matters.
fn narrow(text: &mut String, counts: Counted, steps: u64) {
    if counts.cut_off > 0 {
        let numbers = counted(counts.cut_off as usize, "number");
        line(
            text,
            format_args!(
                "{numbers} cut off at the range of 16 bits: look for rows far from the others, or \
                 fit in f32"
            ),
        );
    }
    if counts.still as f64 > STILL * steps as f64 {
        line(
            text,
            format_args!(
                "{} of {} steps round to zero: raise `--lr`, or fit in f32",
                counts.still, steps
            ),
        );
    }
}
