//! Tables of what `cargo xtask bench host` measured.

use std::collections::BTreeMap;

use serde::Serialize;

use super::stats::{Figures, of_ours, ratios, rounded, spread};
use super::thresholds;

/// Those that NIST's sets are fitted with, and what the shares of that table are of.
const SOLVERS: [&str; 2] = ["downhill", "downhill-1e-7"];
/// The other solver in Rust, which ours has to be as fast as.
const CRATE: &str = "levenberg-marquardt";
/// Digits of the worst parameter from which a set counts as solved.
const SOLVED: f64 = 6.0;

#[derive(Serialize)]
pub(super) struct Report {
    pub(super) machine: String,
    pub(super) versions: BTreeMap<String, String>,
    /// Names that could not be measured, and why.
    pub(super) missing: BTreeMap<String, String>,
    pub(super) figures: Figures,
    /// Digits of the worst parameter, by workload and then by contender.
    pub(super) digits: BTreeMap<String, BTreeMap<String, f64>>,
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
        let grown = |name: &str| name.starts_with("growth.") || name.starts_with("nist.");
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
        if !self.digits.is_empty() {
            lines.extend(self.solvers());
        }
        for with in ["features", "parameters", "batch", "samples"] {
            lines.extend(self.growth(with));
        }
        lines.join("\n").trim_end().to_owned() + "\n"
    }

    /// Tabulates how many of NIST's sets each solver solved, and in what time.
    fn solvers(&self) -> Vec<String> {
        let mut names: Vec<&String> = self.digits.values().flat_map(BTreeMap::keys).collect();
        names.sort();
        names.dedup();
        let [first, second] = SOLVERS;
        let mut lines = vec![
            format!("| nist | solved | least digits | of {first} | of {second} |"),
            "|---|---:|---:|---:|---:|".into(),
        ];
        for name in names {
            let digits: Vec<f64> = self
                .digits
                .values()
                .filter_map(|of| of.get(name).copied())
                .collect();
            let solved = digits.iter().filter(|&&digits| digits >= SOLVED).count();
            let least = digits.iter().copied().fold(f64::INFINITY, f64::min);
            let shares = SOLVERS.map(|ours| {
                let [least, middle, most] = spread(&self.shares(name, ours)).map(rounded);
                format!("{middle} ({least} to {most})")
            });
            lines.push(format!(
                "| {name} | {solved} of {} | {least:.1} | {} |",
                digits.len(),
                shares.join(" | ")
            ));
        }
        lines.push(String::new());
        for ours in SOLVERS {
            let [least, middle, most] = spread(&self.shares(CRATE, ours));
            if middle.is_nan() {
                continue;
            }
            lines.push(format!(
                "`{ours}` at least as fast as the crate {CRATE} on the geometric mean: {} times as \
                 fast ({} to {}), {}.",
                rounded(middle),
                rounded(least),
                rounded(most),
                if middle >= 1.0 { "met" } else { "**not met**" }
            ));
            lines.push(String::new());
        }
        lines
    }

    /// Ratios of a solver's time to another one's, round by round: the geometric mean over the
    /// sets that both solved.
    fn shares(&self, name: &str, ours: &str) -> Vec<f64> {
        let both = self.digits.iter().filter(|(_, digits)| {
            let solved = |name: &str| digits.get(name).is_some_and(|&digits| digits >= SOLVED);
            solved(name) && solved(ours)
        });
        let all: Vec<Vec<f64>> = both
            .filter_map(|(workload, _)| {
                let contenders = self.figures.get(workload)?;
                Some(ratios(contenders.get(name)?, contenders.get(ours)?))
            })
            .collect();
        let rounds = all.iter().map(Vec::len).min().unwrap_or_default();
        let mean = |round: usize| {
            let logarithms = all.iter().map(|shares| shares[round].ln());
            (logarithms.sum::<f64>() / all.len() as f64).exp()
        };
        (0..rounds).map(mean).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solvers_are_compared_where_both_solved() {
        let of = |pairs: &[(&str, f64)]| pairs.iter().map(|(n, x)| ((*n).into(), *x)).collect();
        let digits = [
            ("nist.a.start1", of(&[("downhill", 10.0), (CRATE, 7.0)])),
            ("nist.b.start1", of(&[("downhill", 10.0), (CRATE, 8.0)])),
            ("nist.c.start1", of(&[("downhill", 10.0), (CRATE, 0.0)])),
        ];
        let times = |crates: f64| {
            BTreeMap::from([
                ("downhill".to_owned(), vec![1.0]),
                (CRATE.to_owned(), vec![crates]),
            ])
        };
        let report = Report {
            machine: String::new(),
            versions: BTreeMap::new(),
            missing: BTreeMap::new(),
            figures: BTreeMap::from([
                ("nist.a.start1".into(), times(2.0)),
                ("nist.b.start1".into(), times(8.0)),
                ("nist.c.start1".into(), times(1000.0)),
            ]),
            digits: digits.map(|(name, of)| (name.into(), of)).into(),
        };
        let shares = report.shares(CRATE, "downhill");
        assert!((shares[0] - 4.0).abs() < 1e-12, "{shares:?}");
        let text = report.text();
        assert!(text.contains("| levenberg-marquardt | 2 of 3 | 0.0 | 4.00 "));
        assert!(text.contains("4.00 times as fast (4.00 to 4.00), met."));
    }
}
