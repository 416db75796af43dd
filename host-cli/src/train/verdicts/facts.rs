//! Facts that the file tells exactly, where a monitor would have to guess from its looks.

use downhill::Real;
use downhill::health::{Finding, Severity, Verdict};
use downhill::loss::Loss;
use downhill::rules::ScalingMethod;
use serde_json::json;

use super::advice::Advice;
use super::cause::leave_out;
use super::message::VerdictMessage;
use super::subject::Subject;
use crate::data::columns::TargetKind;
use crate::data::dependence::{Collinear, Combination, Gram};
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
    let width = plan.data.features.len();
    let gram = gram(plan, false);
    let dependence = gram.as_ref().map(|gram| Dependence::of(plan, gram));
    let dependence = dependence.unwrap_or_default();
    let useless = dependence.useless();
    let subject = Subject {
        useless: &useless,
        ..Subject::of(plan)
    };
    let mut told = Vec::new();
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
    let Some(gram) = gram else {
        return told;
    };
    if plan.recipe.rules.scaling.method == ScalingMethod::None && !plan.is_formula() {
        unscaled(&gram, width).into_iter().for_each(&mut say);
    }
    for &index in &dependence.constant {
        say(Finding::DeadFeature { index });
    }
    for pair in &dependence.pairs {
        say(Finding::CollinearFeatures {
            a: pair.a as u16,
            b: pair.b as u16,
            correlation: pair.correlation as f32,
        });
    }
    for found in &dependence.combinations {
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
                &format!(
                    "It tells nothing that they do not, and their parameters cannot be told apart: \
                     {}, {{}}",
                    leave_out(&subject)
                ),
                cures.into_iter().collect(),
            ),
        ));
    }
    told
}

/// Features that tell little or nothing of their own.
#[derive(Default)]
struct Dependence {
    constant: Vec<u16>,
    pairs: Vec<Collinear>,
    combinations: Vec<Combination>,
}

impl Dependence {
    fn of<T: Real>(plan: &Plan<T>, gram: &Gram) -> Self {
        let width = plan.data.features.len();
        let still = |&at: &usize| {
            let mut numbers = plan.data.training().map(|row| row.features[at]);
            let first = numbers.next();
            gram.deviation(at) == 0.0 && numbers.all(|x| Some(x) == first)
        };
        let constant = (0..width).filter(still).map(|at| at as u16).collect();
        if plan.is_formula() || plan.task.kind == TargetKind::Features {
            return Self {
                constant,
                ..Self::default()
            };
        }
        // Together the categories of a column are always 1.
        let is_of_all = |at: usize| plan.data.encoding.get(at).is_some_and(Feature::is_of_all);
        let mut pairs = gram.collinear(width);
        pairs.retain(|pair| !(is_of_all(pair.a) && is_of_all(pair.b)));
        let rows = plan.data.training();
        let rows = rows.map(|row| row.features.iter().map(|x| x.to_f64()));
        let mut combinations = gram.combinations(width, rows);
        combinations.retain(|found| !is_of_all(found.column));
        Self {
            constant,
            pairs,
            combinations,
        }
    }

    /// Features that tell nothing of their own.
    fn useless(&self) -> Vec<u16> {
        let pairs = self.pairs.iter();
        let pairs = pairs.filter(|pair| (pair.correlation as f32).abs() >= 1.0);
        let combinations = self.combinations.iter().map(|found| found.column as u16);
        let mut all = self.constant.clone();
        all.extend(pairs.map(|pair| pair.b as u16).chain(combinations));
        all.sort_unstable();
        all.dedup();
        all
    }
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
