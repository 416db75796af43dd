//! Tables of solvers on NIST's nonlinear sets.

use std::collections::BTreeMap;

use crate::bench::stats::{Figures, ratios, rounded, spread};

/// Those that NIST's sets are fitted with, and what the shares of the table are of.
const SOLVERS: [&str; 2] = ["downhill", "downhill-1e-7"];
/// The other solver in Rust.
const CRATE: &str = "levenberg-marquardt";
/// At least so many times as fast as the crate.
const BAR: f64 = 1.4;
/// Digits of the worst parameter from which a set counts as solved.
const SOLVED: f64 = 6.0;

/// Fits of NIST's sets, each set and start by its name.
#[derive(Default)]
pub(super) struct Solvers {
    figures: Figures,
    /// Digits of the worst parameter, by fit and then by solver.
    digits: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Solvers {
    /// Adds `fit solver nanoseconds digits`; `None` of another line.
    pub(super) fn add(&mut self, contender: &str, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let &[fit, solver, nanoseconds, digits] = &words[..] else {
            return None;
        };
        let name = format!("{contender} {solver}").trim().to_owned();
        let figures = self.figures.entry(fit.into()).or_default();
        let figures = figures.entry(name.clone()).or_default();
        figures.push(nanoseconds.parse().ok()?);
        let digits = digits.parse().ok()?;
        self.digits
            .entry(fit.into())
            .or_default()
            .insert(name, digits);
        Some(())
    }

    /// Tabulates how many of NIST's sets each solver solved, and in what time.
    pub(super) fn text(&self) -> String {
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
                "`{ours}` at least {BAR} times as fast as the crate {CRATE} on the geometric mean: {} \
                 times as fast ({} to {}), {}.",
                rounded(middle),
                rounded(least),
                rounded(most),
                if middle >= BAR { "met" } else { "**not met**" }
            ));
            lines.push(String::new());
        }
        lines.join("\n")
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solvers_are_compared_where_both_solved() {
        let mut solvers = Solvers::default();
        for line in [
            "nist.a.start1 downhill 1 10",
            "nist.a.start1 levenberg-marquardt 2 7",
            "nist.b.start1 downhill 1 10",
            "nist.b.start1 levenberg-marquardt 8 8",
            "nist.c.start1 downhill 1 10",
            "nist.c.start1 levenberg-marquardt 1000 0",
        ] {
            solvers.add("", line).unwrap();
        }
        assert_eq!(solvers.add("", "nist.a.start1 downhill 1"), None);
        let shares = solvers.shares(CRATE, "downhill");
        assert!((shares[0] - 4.0).abs() < 1e-12, "{shares:?}");
        let text = solvers.text();
        assert!(text.contains("| levenberg-marquardt | 2 of 3 | 0.0 | 4.00 "));
        assert!(text.contains("4.00 times as fast (4.00 to 4.00), met."));
    }
}
