//! The target: its classes, what tells it too well, what tells it at all, and how much there is
//! to learn it from.

use super::finding::Finding;
use super::frame::Frame;
use super::statistics::relation;
use crate::support::format::{counted, number};

/// Relation of one column to the target from which it is too good to be true: for two classes
/// an AUC of 0.995.
const TOO_GOOD: f64 = 0.99;
/// Number of rows that there should be to a parameter.
const ROWS: usize = 10;

pub(super) fn look(frame: &Frame, findings: &mut Vec<Finding>) {
    if let Some(constant) = constant(frame) {
        findings.push(constant);
        findings.extend(few_rows(frame));
        return;
    }
    findings.extend(imbalance(frame));
    let mut relations: Vec<(f64, usize)> = frame
        .features()
        .map(|column| {
            let (feature, target) = frame.beside_target(column);
            let told = match feature.len() < 3 {
                true => 0.0,
                false => relation(&feature, &target, frame.classes),
            };
            (told, column)
        })
        .collect();
    relations.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (leakage, few) = (leakage(frame, &relations), few_rows(frame));
    // What is told too well is told, and of few rows chance alone tells as much.
    let weak = match (&leakage, &few) {
        (None, None) => weak(frame, &relations),
        _ => None,
    };
    findings.extend([leakage, weak, few].into_iter().flatten());
}

fn constant(frame: &Frame) -> Option<Finding> {
    let tally = &frame.all.columns[frame.target()];
    let name = frame.name(frame.target());
    let is_constant = frame.classes == 0 && tally.count > 0 && tally.is_constant();
    is_constant.then(|| Finding {
        kind: "constant_target",
        columns: vec![name.into()],
        evidence: tally.count as f64,
        seen: format!(
            "the target is {} in {}",
            number(Some(tally.low)),
            match tally.count {
                1 => "the only row that has it".into(),
                rows => format!("all {rows} rows that have it"),
            }
        ),
        matters: "there is nothing to learn: always saying this one value is right in every row",
        advice: "get rows in which it differs; if it should differ here, the sensor or the export \
                 is broken, or `--target` names the wrong column"
            .into(),
    })
}

fn imbalance(frame: &Frame) -> Option<Finding> {
    if frame.classes == 0 {
        return None;
    }
    let counts = &frame.class_rows;
    let rare = (0..counts.len()).min_by_key(|&class| counts[class])?;
    let often = (0..counts.len()).max_by_key(|&class| counts[class])?;
    let ratio = counts[often] as f64 / counts[rare].max(1) as f64;
    let rows: usize = counts.iter().sum();
    let right = 100.0 * counts[often] as f64 / rows as f64;
    (ratio >= 10.0).then(|| Finding {
        kind: "class_imbalance",
        columns: vec![frame.name(frame.target()).into()],
        evidence: ratio,
        seen: format!(
            "{} has {}, {} {}: {ratio:.0} times as many; always saying {} is right in {right:.1}%",
            frame.labels.said(rare),
            counted(counts[rare], "row"),
            frame.labels.said(often),
            counts[often],
            frame.labels.label(often),
        ),
        matters: "accuracy is high for a model that finds none of the rare class",
        advice: match counts.len() {
            2 => {
                "say what errors cost with `--cost fp=1,fn=20` and choose the threshold by it, or \
                  by `--threshold recall:0.9`; go by `pr_auc` and `recall`, not by `accuracy`"
            }
            _ => {
                "weigh each class alike with `--class-weight balanced`; go by `balanced_accuracy` \
                  and the recall of each class, not by `accuracy`"
            }
        }
        .into(),
    })
}

fn leakage(frame: &Frame, relations: &[(f64, usize)]) -> Option<Finding> {
    let good: Vec<_> = relations.iter().take_while(|r| r.0 >= TOO_GOOD).collect();
    let &&(told, column) = good.first()?;
    let name = frame.name(column);
    let how = match frame.classes {
        2 => format!("an AUC of {:.4}", 0.5 + told / 2.0),
        0 => format!("a rank correlation of {told:.4}"),
        _ => format!("{:.1}% of its variance", 100.0 * told * told),
    };
    Some(Finding {
        kind: "leakage",
        columns: good.iter().map(|r| frame.name(r.1).to_owned()).collect(),
        evidence: told,
        seen: format!("`{name}` alone tells the target almost perfectly: {how}"),
        matters: "it may be written down only after the target is known, or be made from it; then \
                  the fit is worth nothing where it is used",
        advice: format!(
            "ask when `{name}` is known; leave it out with `--features` unless it is there before \
             the target is"
        ),
    })
}

fn weak(frame: &Frame, relations: &[(f64, usize)]) -> Option<Finding> {
    let &(told, column) = relations.first()?;
    // What the best of so many columns reaches by chance, about one time in twenty.
    let tries = relations.len() as f64;
    let chance = ((2.0 * (20.0 * tries).ln()) / frame.whole.len().max(1) as f64).sqrt();
    (told < chance.max(0.05)).then(|| Finding {
        kind: "weak_target",
        columns: vec![frame.name(frame.target()).into()],
        evidence: told,
        seen: format!(
            "no feature alone tells anything of the target: the best, `{}`, has a relation of \
             {told:.3} (0 is none, 1 all)",
            frame.name(column)
        ),
        matters: "either these features do not hold what decides the target, or the target stands \
                  for something else than what is wanted (a poor proxy), or only products of \
                  features tell it",
        advice: "ask what the target really measures and what would decide it; try \
                 `--model polynomial:2` and `--model mlp:16` before giving up"
            .into(),
    })
}

fn few_rows(frame: &Frame) -> Option<Finding> {
    let (rows, features) = (frame.all.whole, frame.features().len());
    let parameters = features + 1;
    (rows < ROWS * parameters).then(|| Finding {
        kind: "few_rows",
        columns: Vec::new(),
        evidence: rows as f64 / parameters as f64,
        seen: format!(
            "{} for {parameters} parameters of a linear model ({} for `--model mlp:16`)",
            counted(rows, "row"),
            16 * (features + 1) + 17
        ),
        matters: "with fewer than ten rows to a parameter a fit memorizes its rows",
        advice: "get more rows, name fewer `--features`, or add `--l2 0.01`; go by the validation \
                 figures only, and not by one split"
            .into(),
    })
}
