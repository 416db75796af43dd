//! How well a detector tells anomalies.

use downhill::normal::Observation;
use serde::{Deserialize, Serialize};

/// A row that was watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched {
    pub(crate) score: f64,
    /// True where the score is above the threshold.
    pub(crate) is_above: bool,
    /// True where it raises an alarm.
    pub(crate) alarm: bool,
    /// True while enough of the last rows were above.
    pub(crate) is_on: bool,
    /// Meaning of its label; `None` without one.
    pub(crate) is_normal: Option<bool>,
    /// True of the first row of a recording.
    pub(crate) begins: bool,
}

impl Watched {
    /// A row, by what a detector said of it.
    pub(crate) fn new(
        seen: &Observation<f32>,
        is_on: bool,
        is_normal: Option<bool>,
        begins: bool,
    ) -> Self {
        Self {
            score: seen.score.map_or(f64::NAN, f64::from),
            is_above: seen.is_above,
            alarm: seen.alarm,
            is_on,
            is_normal,
            begins,
        }
    }
}

/// How well anomalies are told in some rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Anomalies {
    pub(crate) rows: usize,
    /// Rows whose label is normal.
    pub(crate) normal: usize,
    /// Rows whose label is another.
    pub(crate) anomalous: usize,
    /// Rows above the threshold.
    pub(crate) above: usize,
    /// Area under the receiver operating characteristic; `None` without both kinds of rows.
    pub(crate) auc: Option<f64>,
    /// Share of anomalous rows above the threshold.
    pub(crate) hit_rate: Option<f64>,
    /// Share of normal rows above the threshold.
    pub(crate) false_alarm_rate: Option<f64>,
    /// Alarms that were raised.
    pub(crate) alarms: usize,
    /// Alarms that were raised by a normal row.
    pub(crate) false_alarms: usize,
    /// Stretches of anomalous rows, and those during which there was an alarm.
    pub(crate) events: usize,
    pub(crate) events_alarmed: usize,
    /// Rows from the first of such a stretch to the one with the alarm, both included, in the mean
    /// over those that had one.
    pub(crate) alarm_delay: Option<f64>,
}

impl Anomalies {
    /// Measures these rows, in the order in which they were watched; `None` of none.
    pub(crate) fn of(rows: &[Watched]) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let of = |is_normal: bool| {
            rows.iter()
                .filter(move |row| row.is_normal == Some(is_normal))
        };
        let (normal, anomalous) = (of(true).count(), of(false).count());
        let above = |is_normal| of(is_normal).filter(|row| row.is_above).count();
        let share = |some: usize, all: usize| (all > 0).then(|| some as f64 / all as f64);
        let delays = delays(rows);
        let alarmed: Vec<usize> = delays.iter().copied().flatten().collect();
        Some(Self {
            rows: rows.len(),
            normal,
            anomalous,
            above: rows.iter().filter(|row| row.is_above).count(),
            auc: auc(rows),
            hit_rate: share(above(false), anomalous),
            false_alarm_rate: share(above(true), normal),
            alarms: rows.iter().filter(|row| row.alarm).count(),
            false_alarms: of(true).filter(|row| row.alarm).count(),
            events: delays.len(),
            events_alarmed: alarmed.len(),
            alarm_delay: share(alarmed.iter().sum(), alarmed.len()),
        })
    }

    /// Names and values, as tables show them.
    pub(crate) fn lines(&self) -> [(&'static str, Option<f64>); 10] {
        let count = |count: usize| Some(count as f64);
        [
            ("rows", count(self.rows)),
            ("anomalous", count(self.anomalous)),
            ("above the threshold", count(self.above)),
            ("AUC", self.auc),
            ("hit rate", self.hit_rate),
            ("false alarm rate", self.false_alarm_rate),
            ("alarms", count(self.alarms)),
            ("false alarms", count(self.false_alarms)),
            (
                "events alarmed",
                (self.events > 0).then_some(self.events_alarmed as f64),
            ),
            ("alarm delay", self.alarm_delay),
        ]
    }
}

/// Delay of the alarm of each stretch of anomalous rows; `None` where there was none.
fn delays(rows: &[Watched]) -> Vec<Option<usize>> {
    let mut delays: Vec<Option<usize>> = Vec::new();
    let mut length = 0;
    for row in rows {
        if row.begins || row.is_normal != Some(false) {
            length = 0;
        }
        if row.is_normal != Some(false) {
            continue;
        }
        length += 1;
        if length == 1 {
            delays.push(None);
        }
        if let Some(delay) = delays.last_mut()
            && row.is_on
        {
            delay.get_or_insert(length);
        }
    }
    delays
}

/// The share of pairs of a normal and an anomalous row in which the latter has the higher score;
/// equal scores count half.
fn auc(rows: &[Watched]) -> Option<f64> {
    let mut scores: Vec<(f64, bool)> = rows
        .iter()
        .filter_map(|row| Some((row.score, row.is_normal?)))
        .collect();
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut pairs, mut anomalous) = (0.0, 0.0, 0.0);
    for equal in scores.chunk_by(|a, b| a.0 == b.0) {
        let normal = equal.iter().filter(|one| one.1).count() as f64;
        let others = equal.len() as f64 - normal;
        pairs += others * (below + normal / 2.0);
        below += normal;
        anomalous += others;
    }
    (below > 0.0 && anomalous > 0.0).then(|| pairs / (below * anomalous))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with these scores: `n` normal, `a` anomalous; the threshold is 1, and two of the last
    /// two alarm.
    fn rows(rows: &[(f64, char)]) -> Vec<Watched> {
        let mut last = false;
        let row = |&(score, label): &(f64, char)| {
            let is_above = score > 1.0;
            let before = std::mem::replace(&mut last, is_above);
            let is_on = is_above && before;
            Watched {
                score,
                is_above,
                alarm: is_on,
                is_on,
                is_normal: Some(label == 'n'),
                begins: false,
            }
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn events_are_stretches_of_anomalous_rows() {
        let all = [
            (0.1, 'n'),
            (2.0, 'a'),
            (0.5, 'a'),
            (2.0, 'a'),
            (3.0, 'a'),
            (1.5, 'n'),
            (0.2, 'a'),
            (0.2, 'n'),
        ];
        let all = Anomalies::of(&rows(&all)).unwrap();
        assert_eq!((all.rows, all.normal, all.anomalous), (8, 3, 5));
        assert_eq!((all.events, all.events_alarmed), (2, 1));
        assert_eq!(all.alarm_delay, Some(4.0));
        assert_eq!(all.hit_rate, Some(0.6));
        assert_eq!(all.false_alarm_rate, Some(1.0 / 3.0));
        assert_eq!((all.alarms, all.false_alarms), (2, 1));
    }

    /// By scikit-learn, in `tests/data/oracle/normal.json`.
    #[test]
    fn the_area_is_that_of_scikit_learn() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/data/oracle/normal.json"
        );
        let text = std::fs::read_to_string(path).unwrap();
        let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
        let numbers = |name: &str| {
            let all = vectors["auc"][name].as_array().unwrap().iter();
            all.map(|number| number.as_f64().unwrap())
                .collect::<Vec<_>>()
        };
        let both = numbers("scores").into_iter().zip(numbers("labels"));
        let label = |label| if label == 0.0 { 'n' } else { 'a' };
        let both: Vec<_> = both.map(|(score, own)| (score, label(own))).collect();
        let area = auc(&rows(&both)).unwrap();
        assert!((area - vectors["auc"]["auc"].as_f64().unwrap()).abs() < 1e-12);
        assert_eq!(auc(&rows(&both[..1])), None);
    }
}
