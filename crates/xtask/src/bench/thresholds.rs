//! Thresholds that the time of a sample is held to, beside others.

use super::stats::{Figures, of_ours, ratios, rounded, spread};

/// How ours has to stand to another.
enum Reach {
    /// It takes at most so many times the other's time.
    Within(f64),
    /// The other takes at least so many times its time.
    Times(f64),
}
use Reach::{Times, Within};

const BARS: &[(&str, &str, Reach)] = &[
    ("linear_8", "C strict", Within(1.2)),
    ("linear_64", "C -ffast-math", Within(1.5)),
    ("linear_8", "scikit-learn", Times(2.5)),
    ("linear_64", "scikit-learn", Times(2.5)),
    ("linear_8", "vowpalwabbit", Times(25.0)),
    ("linear_64", "vowpalwabbit", Times(25.0)),
    ("linear_8", "river", Times(200.0)),
    ("linear_64", "river", Times(200.0)),
    ("w4_1", "C strict", Within(1.3)),
    ("w4_1", "C -fno-math-errno", Within(1.3)),
    ("w4_1", "candle", Times(20.0)),
    ("w4_1", "burn", Times(40.0)),
    ("w4_1", "scikit-learn", Times(150.0)),
    ("w4_1", "torch", Times(100.0)),
    ("csv", "pandas + scikit-learn", Times(2.0)),
    ("csv", "C strict", Within(2.0)),
];

/// Each bar beside what was measured: the median over the rounds, which decides, and the spread.
pub(super) fn table(figures: &Figures) -> Vec<String> {
    let mut lines = vec![
        "| bar | reach | measured | least to most | |".into(),
        "|---|---|---:|---:|---|".into(),
    ];
    for (workload, other, reach) in BARS {
        let what = match reach {
            Within(share) => format!("at most {share} times its time"),
            Times(times) => format!("at least {times} times as fast"),
        };
        let shares = share(figures, workload, other);
        let shares = shares.iter().map(|share| match reach {
            Within(_) => 1.0 / share,
            Times(_) => *share,
        });
        let [least, middle, most] = spread(&shares.collect::<Vec<_>>());
        let met = match reach {
            _ if middle.is_nan() => "not measured",
            Within(share) if middle <= *share => "met",
            Times(times) if middle >= *times => "met",
            _ => "**not met**",
        };
        let measured = match middle.is_nan() {
            true => " | ".into(),
            false => format!(
                "{} | {} to {}",
                rounded(middle),
                rounded(least),
                rounded(most)
            ),
        };
        lines.push(format!(
            "| {workload} beside {other} | {what} | {measured} | {met} |"
        ));
    }
    lines.push(String::new());
    lines
}

/// Describes the cost of the order of additions alone, by the loop that does nothing else.
pub(super) fn floor(figures: &Figures) -> Vec<String> {
    let of = |workload, other| spread(&share(figures, workload, other))[1];
    let [lanes, fast] = ["C strict four-lanes", "C -ffast-math"].map(|c| of("linear_64", c));
    if !(lanes / fast).is_finite() {
        return Vec::new();
    }
    vec![
        format!(
            "**The floor of linear_64.** An update waits for the one before it. Its chain is 1 \
             product, 15 additions to a\nlane, 2 that fold the lanes (and 2 shuffles), the bias, \
             the error, its double, the rate, 1 shuffle, the product\nwith a feature and the \
             parameter's move: 75 cycles where an addition and a product take 3, however wide the\n\
             vectors are, and before anything is loaded or stored. `four-lanes` is that and nothing \
             else, by hand, in C for\nthis processor: ours takes {} of its time, and it takes {} \
             times that of `-ffast-math`, which is free to begin 64\nlanes. {}",
            rounded(1.0 / lanes),
            rounded(lanes / fast),
            match lanes / fast > 1.5 {
                true =>
                    "So a loop that does nothing but keep the order of additions is not within 1.5 times of it here.",
                false => "So the order of additions leaves room for 1.5 times of it here.",
            }
        ),
        String::new(),
        format!(
            "Of linear_8 the same loop, which keeps all parameters in registers, takes {} of our time.",
            rounded(of("linear_8", "C strict four-lanes"))
        ),
        String::new(),
    ]
}

/// Another's time as a share of ours, round by round.
fn share(figures: &Figures, workload: &str, other: &str) -> Vec<f64> {
    let contenders = figures.get(workload);
    let pair = contenders.and_then(|all| Some((all.get(other)?, of_ours(all)?)));
    pair.map(|(other, ours)| ratios(other, ours))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn figures(strict: f64, river: f64) -> Figures {
        let of = |name: &str, figure: f64| (name.to_owned(), vec![figure]);
        let contenders = [
            of("downhill const", 12.0),
            of("C strict", strict),
            of("river", river),
        ];
        BTreeMap::from([("linear_8".into(), contenders.into())])
    }

    fn verdict(lines: &[String], name: &str) -> String {
        let line = lines.iter().find(|line| line.contains(name)).unwrap();
        line.rsplit('|').nth(1).unwrap().trim().into()
    }

    #[test]
    fn a_bar_is_met_where_it_is_reached_and_nowhere_else() {
        let met = table(&figures(10.0, 2400.0));
        let missed = table(&figures(9.9, 2399.0));
        for name in ["linear_8 beside C strict", "linear_8 beside river"] {
            assert_eq!(verdict(&met, name), "met");
            assert_eq!(verdict(&missed, name), "**not met**");
        }
        assert_eq!(verdict(&met, "linear_64 beside river"), "not measured");
    }
}
