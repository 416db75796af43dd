//! How a fit has ended, by the rows it was trained and validated on.

use downhill::Real;
use downhill::health::{Conclusion, Finding, Severity};

use crate::data::columns::TargetKind;
use crate::data::samples::Weighting;
use crate::evaluate::metrics::Metrics;
use crate::model::records::BothMetrics;
use crate::model::trainer::HostFit;
use crate::support::failure::Failure;
use crate::train::baseline::baseline;
use crate::train::history::History;
use crate::train::lowest::Lowest;
use crate::train::plan::Plan;
use crate::train::trial::{self, Ended};
use crate::train::useless::Useless;
use crate::train::verdicts::{self, Prospect, Subject, VerdictMessage};
use crate::train::{outliers, overfitting, prospect, restraint, scaled};

/// Share of a constant guess's errors below which a classifier has learned something, whatever its
/// loss.
const FEWER_ERRORS: f64 = 0.9;
/// Area under the curve above which it has.
const RANKS: f64 = 0.6;
/// Loss, relative to a constant guess's, above which a fit is poor.
const POOR: f64 = 0.9;
/// Loss, relative to a constant guess's, up to which targets are met exactly.
const EXACT: f64 = 1e-6;

/// Failure of a fit that has ended, if it is one; nothing is tried of a fit that is of use.
pub(crate) fn failure<T: Real>(
    plan: &mut Plan<T>,
    fit: &mut HostFit<T>,
    metrics: &BothMetrics,
    history: &History,
    told: &mut Vec<VerdictMessage>,
) -> Option<Failure> {
    let has_drifted = told.iter().any(|told| told.kind == "drift");
    let train = metrics.train.as_ref()?.loss();
    let is_of_use = train <= baseline(plan, &fit.trainer);
    let useless = Useless::of(plan, fit, metrics).is_some_and(Useless::is_failure);
    match is_of_use && !has_drifted && !useless {
        true => None,
        false => conclude(plan, fit, metrics, history, told),
    }
}

/// Tells the last verdict, which is the one that matters most; returns the failure, if it is one.
pub(crate) fn conclude<T: Real>(
    plan: &mut Plan<T>,
    fit: &mut HostFit<T>,
    metrics: &BothMetrics,
    history: &History,
    told: &mut Vec<VerdictMessage>,
) -> Option<Failure> {
    // What nobody monitored is not judged either.
    let seen = fit.monitor.as_ref()?.conclusion(&fit.trainer);
    verdicts::settle(told, &history.epochs, history.best_epoch);
    if told.iter().any(|told| told.kind == "drift") {
        let verdict = seen.verdict(fit.trainer.steps());
        let last = VerdictMessage::new(&verdict, &Subject::of(plan)).of_late();
        return end(told, last);
    }
    let train = metrics.train.as_ref()?;
    let ended = Ended {
        train: train.loss(),
        validation: metrics.validation.as_ref().map(Metrics::loss),
    };
    let guess = baseline(plan, &fit.trainer);
    // Of what is met exactly rounding alone is left, which no trial tells from a loss that falls.
    let is_met = ended.train <= EXACT * guess;
    let too_high = blame_rate(plan, ended, is_met, told);
    let is_exact = is_met && plan.task.kind != TargetKind::Class;
    let lowest = Lowest::of(plan);
    // Where the least loss is known, no trial need tell that nothing is left to gain.
    let is_least = lowest
        .as_ref()
        .is_some_and(|lowest| lowest.is_reached(ended.train));
    let prospect = match is_exact || is_least && history.best_epoch.is_none() {
        true => Prospect::Settled,
        false => prospect::of(plan, fit, history),
    };
    let prospect = match plan.slow() {
        Some((rate, usual)) if prospect == Prospect::Settled && !is_exact && !is_least => {
            Prospect::Slow { rate, usual }
        }
        _ => prospect,
    };
    let is_poor = ended.train.is_nan() || ended.train > POOR * guess;
    let may_be_held = is_poor || ended.train > restraint::HELD * guess || prospect.falls();
    let held = match may_be_held && !is_met {
        true => restraint::of(plan, fit, ended, guess),
        false => None,
    };
    // A poor fit may only want a higher rate.
    let too_low = is_poor && held.is_none() && {
        let rate = 10.0 * plan.rate;
        trial::at_rate(plan, rate).is_some_and(|other| other.helps(ended))
    };
    let useless = Useless::of(plan, fit, metrics);
    let overfits = told.iter().any(VerdictMessage::is_open_overfitting);
    let far = match held.is_none() && (is_poor || overfits || useless.is_some()) {
        true => outliers::of(plan, fit),
        false => None,
    };
    let risen = told.iter_mut().find(|told| told.is_open_overfitting());
    match (risen, &far) {
        (Some(risen), Some(far)) => risen.take_advice_of(far.clone()),
        (Some(risen), None) => overfitting::diagnose(plan, fit, (ended, guess), risen),
        (None, _) => {}
    }
    let overfits = told.iter().any(VerdictMessage::is_open_overfitting);
    let prospect = match prospect {
        Prospect::Falls { epochs, gain, .. } if overfits => Prospect::Memorizes { epochs, gain },
        other => other,
    };
    let ending = Conclusion {
        loss: T::from_f64(ended.train),
        baseline: T::from_f64(guess),
        falling: too_low || !is_poor && prospect.falls(),
        errors: errors(plan, metrics).map(T::from_f64),
        too_high,
        ..seen
    };
    let mut verdict = ending.verdict(fit.trainer.steps());
    if verdict.severity == Severity::Failure && has_learned(&ending, metrics) {
        verdict.severity = Severity::Advice;
        verdict.finding = poor(verdict.finding, &ending);
    }
    if let (Finding::Plateau { ratio }, true) = (verdict.finding, prospect.falls()) {
        verdict.finding = Finding::Underfitting { ratio };
    }
    let loss = ended.train as f32;
    if let Finding::Converged { .. } | Finding::Converging { .. } = verdict.finding {
        verdict.finding = prospect.finding(loss);
    }
    let lowest = lowest.filter(|_| !too_low);
    let known = held.or(far);
    let is_known = known.is_some();
    let columns = || lowest.and_then(|lowest| lowest.ill_conditioned(plan, ended.train, guess));
    let columns = known.or_else(columns);
    told.extend(columns.clone());
    if seen.rate_factor < T::ONE {
        let rate = (seen.learning_rate * seen.rate_factor).to_f64();
        let rolled_back = told.iter_mut().filter(|told| told.kind == "rolled_back");
        rolled_back.for_each(|told| told.start_at(rate));
    }
    let steps_fail = matches!(
        verdict.finding,
        Finding::DeadUnits { .. }
            | Finding::Oscillating { .. }
            | Finding::LearningRateTooHigh { .. }
    );
    if verdict.severity == Severity::Failure && steps_fail {
        plan.lower_rate = trial::lower_rate(plan);
        plan.scaling_helps = scaled::helps(plan);
    }
    let wants_more = matches!(
        verdict.finding,
        Finding::Underfitting { .. } | Finding::Plateau { .. }
    );
    let may_grow = wants_more && !plan.is_limited() && columns.is_none();
    let larger = verdicts::larger(plan.task.model).filter(|_| may_grow);
    let larger = larger
        .filter(|&larger| trial::of_model(plan, larger).is_some_and(|other| other.helps(ended)));
    let subject = Subject {
        larger_model: larger,
        ..Subject::of(plan)
    };
    let mut last = VerdictMessage::new(&verdict, &subject);
    if columns.is_none() || !wants_more {
        prospect.put_into(&mut last);
    }
    // Where something is to blame, more epochs help little.
    let blamed = columns.clone();
    let blamed = blamed.filter(|_| is_known || wants_more || last.is_progress());
    if let Some(blamed) = blamed {
        last.take_advice_of(blamed);
    }
    let Some(useless) = useless.filter(|_| last.severity != Severity::Failure) else {
        return end(told, last);
    };
    told.push(last);
    let severity = match useless.is_failure() && !has_learned(&ending, metrics) {
        true => Severity::Failure,
        false => Severity::Advice,
    };
    let told_before = || told.iter().find(|told| told.rises_in_validation()).cloned();
    let known = columns.or_else(told_before);
    end(told, useless.verdict(plan, fit, ended, known, severity))
}

/// Adds the last verdict, and puts the one that matters most behind it.
fn end(told: &mut Vec<VerdictMessage>, last: VerdictMessage) -> Option<Failure> {
    let failed = last.severity == Severity::Failure;
    let failure = failed.then(|| Failure::Fit(format!("the fit failed: {}", last.sentence())));
    told.push(last);
    verdicts::put_what_matters_last(told);
    failure
}

/// Keeps the blame of a rate where a lower one helps, and takes it back where it does not, or where
/// nothing is left to gain; returns whether it was kept.
fn blame_rate<T: Real>(
    plan: &mut Plan<T>,
    ended: Ended,
    is_met: bool,
    told: &mut Vec<VerdictMessage>,
) -> bool {
    let suggested = told
        .iter()
        .find_map(|told| told.evidence["suggested"].as_f64());
    let helps = match suggested {
        Some(rate) if !is_met && told.iter().any(VerdictMessage::blames_rate) => {
            trial::at_rate(plan, rate).is_some_and(|other| other.helps(ended))
        }
        _ => false,
    };
    if !helps {
        told.retain(|told| !told.blames_rate());
    }
    helps
}

/// True where predictions tell something of the target, though their loss is no better than a
/// constant guess's.
fn has_learned<T: Real>(ending: &Conclusion<T>, metrics: &BothMetrics) -> bool {
    let fewer = ending
        .errors
        .is_some_and(|errors| errors.to_f64() < FEWER_ERRORS);
    let measured = metrics.validation.as_ref().or(metrics.train.as_ref());
    let ranks = match measured {
        Some(Metrics::Class(metrics)) => metrics.auc.is_some_and(|auc| auc > RANKS),
        _ => false,
    };
    fewer || ranks
}

/// What a fit is told that ranks well and has a poor loss.
fn poor<T: Real>(found: Finding, ending: &Conclusion<T>) -> Finding {
    match found {
        Finding::LearningRateTooLow { .. } | Finding::LearningRateTooHigh { .. } => found,
        _ => Finding::Underfitting {
            ratio: (ending.loss / ending.baseline).to_f64() as f32,
        },
    }
}

/// The share of validation rows (of training rows, where there are none) that are taken for another
/// class, in units of what always guessing the most frequent class gets. Where rows or errors
/// weigh by their class that says nothing.
fn errors<T: Real>(plan: &Plan<T>, metrics: &BothMetrics) -> Option<f64> {
    if plan.data.weighting != Weighting::default() || plan.recipe.threshold.is_some() {
        return None;
    }
    let (metrics, rows) = match &metrics.validation {
        Some(validation) => (validation, &plan.data.split.validation),
        None => (metrics.train.as_ref()?, &plan.data.split.train),
    };
    let wrong = 1.0 - metrics.accuracy()?;
    let mut counts = vec![0usize; plan.task.classes];
    for row in plan.data.samples.of(rows) {
        *counts.get_mut(row.target.first()?.to_f64() as usize)? += 1;
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let missed = rows.len() - most;
    (missed > 0).then(|| wrong * rows.len() as f64 / missed as f64)
}
