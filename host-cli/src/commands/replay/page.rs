//! A replay as a page.

use super::result::{Difference, ReplayResult};
use crate::report::page::{MANY, Mark, Page, Remark, losses, reproduce};

/// The page of a replay whose samples had these losses.
pub(super) fn of(document: &ReplayResult<'_>, learned: &[(u64, f32)], unit: &str) -> Page {
    let verdict = match document.first_difference {
        None => "All identical, bit for bit.".into(),
        Some(Difference { line, .. }) => format!("Recording and host part at line {line}."),
    };
    let mut lead = vec![format!("Recorded from {}.", document.board), verdict];
    if document.cut == Some(true) {
        lead.push("The recording was cut: it has no end mark, and may lack what came last.".into());
    }
    let mut page = Page::new(&format!("Replay of {}", document.recording), &lead);
    let row = |name: &str, value: String| vec![name.into(), value];
    page.table(
        "Compared",
        "Each entry by its fingerprint, its refusal, its step and its loss.",
        &["what", "how many"],
        &[
            row("entries", document.entries.to_string()),
            row("steps", document.steps.to_string()),
            row("samples with a loss", learned.len().to_string()),
            row("fingerprint at the end", document.fingerprint.into()),
        ],
    );
    let mut marks = Vec::new();
    if let Some(difference) = document.first_difference {
        let title = format!("line {}: {}", difference.line, difference.what);
        marks.push(Mark {
            x: difference.step as f64,
            name: title.clone(),
        });
        let parts = vec![
            ("after step", difference.step.to_string()),
            ("recording", difference.recording.clone()),
            ("host", difference.host.clone()),
        ];
        page.remarks("The first difference", &[Remark { title, parts }]);
    }
    let loss = format!("loss ({unit})");
    let chart = losses("Loss", [MANY, &loss], learned, marks);
    page.charts("How it learned", chart.as_slice());
    page.code("The same again", "compares the same steps.", &reproduce());
    page
}
