//! Facts that the file tells exactly, where a monitor would have to guess from its looks.

use downhill::Real;
use downhill::health::{Finding, Severity, Verdict};
use downhill::loss::Loss;
use downhill::rules::ScalingMethod;
use serde_json::json;

use super::advice::Advice;
use super::message::VerdictMessage;
use super::subject::Subject;
use crate::data::columns::TargetKind;
use crate::data::dependence::Gram;
use crate::data::features::Feature;
use crate::data::samples::Weighting;
use crate::train::plan::Plan;

/// Ratio of sizes from which on a feature is unscaled.
const UNSCALED: f64 = 100.0;
/// Ratio of frequencies from which on a class is rare.
const RARE: f64 = 10.0;
/// Most rows whose products are taken: of more, as many at even distances.
pub(crate) const MOST_ROWS: usize = 50_000;
/// Most classes that an amount is taken for.
const CLASSES: usize = 10;

/// Returns true for what the file tells, which is not taken from a monitor.
pub(crate) fn is_fact(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::UnscaledFeature { .. }
            | Finding::DeadFeature { .. }
            | Finding::CollinearFeatures { .. }
            | Finding::ClassImbalance { .. }
            | Finding::WrongLoss { .. }
    )
}

/// Facts about the training rows of a fit, as far as they are held.
pub(crate) fn facts<T: Real>(plan: &Plan<T>) -> Vec<VerdictMessage> {
    let mut told = Vec::new();
    let subject = Subject::of(plan);
    let mut say = |finding| {
        let severity = Severity::Advice;
        let verdict = Verdict {
            step: 0,
            severity,
            finding,
        };
        told.push(VerdictMessage::new(&verdict, &subject));
    };
    target(plan).into_iter().for_each(&mut say);
    let width = plan.data.features.len();
    let Some(gram) = gram(plan, false) else {
        return told;
    };
    if plan.recipe.rules.scaling.method == ScalingMethod::None && !plan.is_formula() {
        unscaled(&gram, width).into_iter().for_each(&mut say);
    }
    for at in (0..width).filter(|&at| gram.deviation(at) == 0.0) {
        let mut numbers = plan.data.training().map(|row| row.features[at]);
        let first = numbers.next();
        if numbers.all(|x| Some(x) == first) {
            let index = at as u16;
            say(Finding::DeadFeature { index });
        }
    }
    if plan.is_formula() || plan.task.kind == TargetKind::Features {
        return told;
    }
    // Together the categories of a column are always 1.
    let is_of_all = |at: usize| plan.data.encoding.get(at).is_some_and(Feature::is_of_all);
    for pair in gram.collinear(width) {
        if is_of_all(pair.a) && is_of_all(pair.b) {
            continue;
        }
        say(Finding::CollinearFeatures {
            a: pair.a as u16,
            b: pair.b as u16,
            correlation: pair.correlation as f32,
        });
    }
    let rows = plan.data.training();
    let rows = rows.map(|row| row.features.iter().map(|x| x.to_f64()));
    for found in gram.combinations(width, rows) {
        if is_of_all(found.column) {
            continue;
        }
        let name = |at: usize| format!("`{}`", plan.data.features[at]);
        let others: Vec<String> = found.of.iter().map(|&at| name(at)).collect();
        let cures = subject.without(&[found.column as u16]);
        told.push(VerdictMessage::told(
            "rank_deficient",
            json!({ "index": found.column, "of": found.of }),
            format!(
                "{} is a combination of {}",
                name(found.column),
                others.join(", ")
            ),
            Advice::any(
                "It tells nothing that they do not, and their parameters cannot be told apart: \
                     leave one out, {}",
                cures.into_iter().collect(),
            ),
        ));
    }
    told
}

/// Products of the features of the training rows, and of the target where there is one to go with
/// them.
pub(crate) fn gram<T: Real>(plan: &Plan<T>, target: bool) -> Option<Gram> {
    let columns = plan.data.features.len() + usize::from(target);
    let apart = plan.data.split.train.len().div_ceil(MOST_ROWS).max(1);
    let rows = plan.data.training().step_by(apart).map(|row| {
        let numbers = row.features.iter().chain(row.target);
        (numbers.map(|x| x.to_f64()), row.weight.to_f64())
    });
    Gram::of(columns, rows)
}

/// The feature that is largest beside the smallest.
fn unscaled(gram: &Gram, width: usize) -> Option<Finding> {
    let sizes = (0..width).filter(|&at| gram.deviation(at) > 0.0);
    let mut sizes: Vec<(f64, usize)> = sizes.map(|at| (gram.size(at), at)).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (least, most) = (sizes.first()?, sizes.last()?);
    let ratio = most.0 / least.0;
    (ratio > UNSCALED).then_some(Finding::UnscaledFeature {
        index: most.1 as u16,
        ratio: ratio as f32,
    })
}

/// What the training rows' targets say: that a class is rare, or that amounts are classes.
fn target<T: Real>(plan: &Plan<T>) -> Option<Finding> {
    let mut counts = vec![0usize; plan.task.classes.max(CLASSES)];
    let widths = plan.data.samples.widths().1;
    if widths != 1 || plan.task.kind == TargetKind::Features || plan.is_formula() {
        return None;
    }
    for row in plan.data.training() {
        let number = row.target[0].to_f64() + plan.data.origins.target(0);
        let class = number as usize;
        if number < 0.0 || number != class as f64 || class >= counts.len() {
            return None;
        }
        counts[class] += 1;
    }
    let seen = counts.iter().filter(|&&count| count > 0);
    if plan.task.kind != TargetKind::Class {
        let largest = counts.iter().rposition(|&count| count > 0)?;
        let scales = plan.recipe.loss.scales_target();
        // Of counts some are left out; of classes none is.
        let is_class = seen.count() == largest + 1 && largest > 0 && scales;
        return is_class.then_some(Finding::WrongLoss {
            largest: largest as u8,
        });
    }
    let (most, least) = (seen.clone().max()?, seen.min()?);
    let ratio = *most as f64 / *least as f64;
    let weighed = plan.data.weighting != Weighting::default();
    (ratio > RARE && !weighed).then_some(Finding::ClassImbalance {
        ratio: ratio as f32,
    })
}
