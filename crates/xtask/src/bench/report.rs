//! Tables of what `cargo xtask bench host` measured.

use std::collections::BTreeMap;

use serde::Serialize;

use super::stats::{Figures, of_ours, ratios, rounded, spread};
use super::thresholds;

#[derive(Serialize)]
pub(super) struct Report {
    pub(super) machine: String,
    pub(super) versions: BTreeMap<String, String>,
    /// Names that could not be measured, and why.
    pub(super) missing: BTreeMap<String, String>,
    pub(super) figures: Figures,
}

impl Report {
    /// A table for each workload: the median of each contender, and what it is of ours, with the
    /// least and the largest of that over the rounds.
    pub(super) fn text(&self) -> String {
        let versions = self.versions.iter();
        let versions: Vec<String> = versions.map(|(name, is)| format!("{name} {is}")).collect();
        let rounds = self.figures.values().flat_map(BTreeMap::values);
        let mut lines = vec![
            format!(
                "Machine: {}. {} rounds, each contender in turn, one thread. {}.",
                self.machine,
                rounds.map(Vec::len).max().unwrap_or_default(),
                versions.join(", ")
            ),
            String::new(),
        ];
        for (name, why) in &self.missing {
            lines.push(format!("Missing: {name}: {}.", why.replace('\n', " ")));
            lines.push(String::new());
        }
        lines.extend(thresholds::table(&self.figures));
        let grown = |name: &str| name.starts_with("growth.");
        for (workload, contenders) in self.figures.iter().filter(|(name, _)| !grown(name)) {
            lines.push(format!(
                "| {workload} | ns a sample | of ours | least to most |"
            ));
            lines.push("|---|---:|---:|---:|".into());
            let ours = of_ours(contenders);
            for (name, figures) in contenders {
                let share = ours.map(|ours| ratios(figures, ours)).unwrap_or_default();
                let [least, middle, most] = spread(&share).map(rounded);
                let own = rounded(spread(figures)[1]);
                lines.push(format!("| {name} | {own} | {middle} | {least} to {most} |"));
            }
            lines.push(String::new());
        }
        lines.extend(thresholds::floor(&self.figures));
        for with in ["features", "parameters", "batch", "samples"] {
            lines.extend(self.growth(with));
        }
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    /// How time grows with a number, beside the law of theory through the first and the last
    /// figure: in proportion to it, and for a batch to its inverse, from a part that is always paid.
    fn growth(&self, with: &str) -> Vec<String> {
        let prefix = format!("growth.{with}.");
        let mut rows: Vec<(f64, f64)> = self
            .figures
            .iter()
            .filter_map(|(workload, contenders)| {
                let number = workload.strip_prefix(&prefix)?.parse().ok()?;
                Some((number, spread(contenders.values().next()?)[1]))
            })
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some(&first), Some(&last)) = (rows.first(), rows.last()) else {
            return Vec::new();
        };
        let of = |number: f64| match with {
            "batch" => 1.0 / number,
            "samples" => 0.0,
            _ => number,
        };
        let run = of(last.0) - of(first.0);
        let slope = if run == 0.0 {
            0.0
        } else {
            (last.1 - first.1) / run
        };
        let mut lines = vec![
            format!("| {with} | ns a sample | theory |"),
            "|---:|---:|---:|".into(),
        ];
        for (number, figure) in rows {
            let theory = first.1 + slope * (of(number) - of(first.0));
            lines.push(format!(
                "| {number} | {} | {} |",
                rounded(figure),
                rounded(theory)
            ));
        }
        lines.push(String::new());
        lines
    }
}
