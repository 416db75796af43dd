//! Crosschecks as a page.

use super::result::Compared;
use super::run::{Fit, Run};
use crate::report::page::solver;
use crate::report::page::{MANY, Mark, Page, Remark, fit, losses, reproduce};

pub(super) fn of(board: &str, runs: &[Run], results: &[Compared]) -> Page {
    let steps: u64 = results.iter().map(|result| result.identical).sum();
    let differ = results.iter().filter(|result| result.difference.is_some());
    let verdict = match differ.count() {
        0 => format!("All {steps} steps identical, bit for bit."),
        many => format!(
            "{steps} steps identical; {many} of {} fits differ.",
            runs.len()
        ),
    };
    let mut page = Page::new(&format!("Board and twin on {board}"), &[verdict]);
    let pairs = || (1..).zip(runs.iter().zip(results));
    let row = |(at, (run, result)): (usize, (&Run, &Compared))| {
        let counts = [result.rows as u64, result.identical, result.different()];
        let counts = counts.map(|count| count.to_string());
        let end = result.fingerprint.clone();
        let name = [name(at, run)].into_iter();
        name.chain(counts).chain([end]).collect()
    };
    page.table(
        "Compared",
        "Each step by its fingerprint, its loss and its verdicts, up to the first that differs.",
        &["fit", "rows", "identical", "different", "fingerprint"],
        &pairs().map(row).collect::<Vec<_>>(),
    );
    let differences = pairs().filter_map(|(at, (run, result))| {
        let difference = result.difference.as_ref()?;
        let mut parts = vec![
            ("after step", difference.step.to_string()),
            ("twin", difference.host.clone()),
            ("board", difference.device.clone()),
        ];
        let number = |value: f32| format!("{value:?} ({:08x})", value.to_bits());
        parts.extend(difference.parameter.clone().map(|what| ("first in", what)));
        if let Some([twin, board]) = difference.values {
            parts.extend([
                ("on the twin", number(twin)),
                ("on the board", number(board)),
            ]);
        }
        let title = name(at, run);
        Some(Remark { title, parts })
    });
    page.remarks("The first difference", &differences.collect::<Vec<_>>());
    let charts = pairs().filter_map(|(at, (run, result))| {
        let title = format!("Loss of fit {}", name(at, run));
        match &run.fit {
            Fit::Gradient(plan) => {
                let label = fit::loss_label(plan);
                losses(&title, [MANY, &label], &result.losses, marks(result))
            }
            Fit::Normal(_) => {
                let title = format!("Scores of detector {}", name(at, run));
                losses(&title, [MANY, "score"], &result.losses, Vec::new())
            }
            Fit::LeastSquares(problem) => {
                let label = format!("{} loss (sum)", problem.loss);
                let axes = ["pass (over the rows)", &label];
                losses(&title, axes, &result.losses, marks(result))
            }
        }
    });
    page.charts("How they learned", &charts.collect::<Vec<_>>());
    for solved in results.iter().filter_map(|result| result.solved.as_ref()) {
        solver::parameters(&mut page, &solved.parameters);
    }
    page.code("The same again", "compares the same steps.", &reproduce());
    page
}

fn name(at: usize, run: &Run) -> String {
    format!("{at} {}", run.options).trim_end().into()
}

/// The difference and the verdicts, where they were.
fn marks(result: &Compared) -> Vec<Mark> {
    let told = result.verdicts.iter().map(|told| Mark {
        x: told.step as f64,
        name: told.sentence(),
    });
    let differ = result.difference.iter().map(|difference| Mark {
        x: difference.step as f64,
        name: "board and twin differ".into(),
    });
    told.chain(differ).collect()
}
